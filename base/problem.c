#include "base/problem.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* What is told is shown on a terminal: no control character of a file's name or content may act there. */
static bool is_control(unsigned char c)
{
	return c < 0x20 || c == 0x7f;
}

/* A cut text must not end inside a UTF-8 character (RFC 3629: continuation bytes are 10xxxxxx). */
static size_t whole_characters(const char *s, size_t n)
{
	size_t start = n;

	while (start > 0 && n - start < 3 && ((unsigned char)s[start - 1] & 0xc0) == 0x80)
		start--;
	if (start == 0)
		return n;
	unsigned char lead = (unsigned char)s[start - 1];
	size_t need = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
	return n - start + 1 < need ? start - 1 : n;
}

static void make_one_line(struct sy_problem *why)
{
	char *s = why->text;

	s[whole_characters(s, strlen(s))] = '\0';
	for (; *s != '\0'; s++)
		if (is_control((unsigned char)*s))
			*s = ' ';
}

/* Both texts are made apart from *why, so that a problem may quote itself. */
__attribute__((format(printf, 3, 0))) static void put(
	struct sy_problem *why, const char *position, const char *fmt, va_list args)
{
	char sentence[SY_PROBLEM_MAX];
	struct sy_problem made = {0};

	(void)vsnprintf(sentence, sizeof(sentence), fmt, args);
	size_t n = strnlen(position, sizeof(made.text) - 1);
	memcpy(made.text, position, n);
	size_t room = sizeof(made.text) - 1 - n;
	size_t len = strnlen(sentence, room);
	memcpy(made.text + n, sentence, len);
	make_one_line(&made);
	*why = made;
}

int sy_problem_set(struct sy_problem *why, int err, const char *fmt, ...)
{
	va_list args;

	if (why == NULL)
		return err;
	va_start(args, fmt);
	put(why, "", fmt, args);
	va_end(args);
	return err;
}

int sy_problem_at(struct sy_problem *why, int err, const char *file, int line, int column, const char *fmt, ...)
{
	char position[SY_PROBLEM_MAX];
	va_list args;

	if (why == NULL)
		return err;
	if (line > 0 && column > 0)
		(void)snprintf(position, sizeof(position), "%s:%d:%d: ", file, line, column);
	else if (line > 0)
		(void)snprintf(position, sizeof(position), "%s:%d: ", file, line);
	else
		(void)snprintf(position, sizeof(position), "%s: ", file);
	va_start(args, fmt);
	put(why, position, fmt, args);
	va_end(args);
	return err;
}
