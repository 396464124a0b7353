#include "engine/run/log_line.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define CUT " cut=true\n"
#define FAINT "\033[2m"
#define PLAIN "\033[0m"
/* Kept free of fields, so that a line can always be ended. */
#define RESERVE (sizeof CUT + sizeof PLAIN)

/* Each byte at most as "\u00xx"; with key, quotes and NUL. */
#define FIELD_MAX (6 * SY_LOG_VALUE_MAX + 64)

struct field {
	char text[FIELD_MAX];
	size_t n;
};

static void put(struct sy_log_line *line, const char *text, size_t n)
{
	if (line->cut || n + RESERVE > sizeof line->text - line->n) {
		line->cut = true;
		return;
	}
	memcpy(line->text + line->n, text, n);
	line->n += n;
	line->text[line->n] = '\0';
}

static void put_coloured(struct sy_log_line *line, const char *code, const char *text)
{
	char whole[80];

	if (line->colours)
		(void)snprintf(whole, sizeof whole, "%s%s" PLAIN, code, text);
	else
		(void)snprintf(whole, sizeof whole, "%s", text);
	put(line, whole, strlen(whole));
}

void sy_log_line_begin(struct sy_log_line *line, const char *priority, bool colours)
{
	line->n = 0;
	line->text[0] = '\0';
	line->colours = colours;
	line->cut = false;
	put(line, priority, strlen(priority));
}

void sy_log_line_time(struct sy_log_line *line, const struct timespec *now)
{
	char text[40];
	struct tm utc;
	size_t n;

	(void)gmtime_r(&now->tv_sec, &utc);
	n = strftime(text, sizeof text, "time=%Y-%m-%dT%H:%M:%S", &utc);
	(void)snprintf(text + n, sizeof text - n, ".%03dZ", (int)(now->tv_nsec / 1000000));
	put_coloured(line, FAINT, text);
}

void sy_log_line_level(struct sy_log_line *line, enum sy_log_level level)
{
	static const char *const codes[] = {"\033[31m", "\033[33m", "\033[32m", FAINT};
	char text[16];

	(void)snprintf(text, sizeof text, "level=%s", sy_log_level_name(level));
	put(line, " ", 1);
	put_coloured(line, codes[level], text);
}

/* The character at `s` (RFC 3629) and its length; -1 and 1 where it is none. */
static long character(const unsigned char *s, size_t *ret_n)
{
	static const struct {
		unsigned char mask, lead;
		long least;
	} forms[] = {{0x80, 0x00, 0}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};
	long code;
	size_t i, k = 0;

	*ret_n = 1;
	while (k < 4 && (*s & forms[k].mask) != forms[k].lead)
		k++;
	if (k == 4)
		return -1;
	code = *s & ~forms[k].mask;
	for (i = 1; i <= k; i++) {
		if ((s[i] & 0xC0) != 0x80)
			return -1;
		code = code << 6 | (s[i] & 0x3F);
	}
	if (code < forms[k].least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
		return -1;
	*ret_n = k + 1;
	return code;
}

static bool is_control(long code)
{
	return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 || code == 0x2029;
}

static bool is_word(const char *value)
{
	size_t n;

	for (const char *at = value; *at; at += n) {
		long code = character((const unsigned char *)at, &n);

		if (code < 0 || is_control(code) || (code < 0x80 && strchr(" \"=\\", (int)code)))
			return false;
	}
	return *value != '\0';
}

static void add(struct field *field, const char *text, size_t n)
{
	if (n < sizeof field->text - field->n) {
		memcpy(field->text + field->n, text, n);
		field->n += n;
	}
}

static void add_escaped(struct field *field, const char *at, size_t n, long code)
{
	char escape[24];

	if (code == '"' || code == '\\')
		(void)snprintf(escape, sizeof escape, "\\%c", (int)code);
	else if (code == '\n')
		(void)snprintf(escape, sizeof escape, "\\n");
	else if (code == '\t')
		(void)snprintf(escape, sizeof escape, "\\t");
	else if (code < 0 || is_control(code))
		(void)snprintf(escape, sizeof escape, "\\u%04lx", code < 0 ? 0xFFFD : code);
	else {
		add(field, at, n);
		return;
	}
	add(field, escape, strlen(escape));
}

static void add_value(struct field *field, const char *value)
{
	bool word = is_word(value);
	const char *at = value;
	size_t n;

	if (!word)
		add(field, "\"", 1);
	while (*at) {
		long code = character((const unsigned char *)at, &n);

		if ((size_t)(at - value) + n > SY_LOG_VALUE_MAX)
			break;
		add_escaped(field, at, n, code);
		at += n;
	}
	if (!word)
		add(field, "\"", 1);
}

/* A key is a plain word, wherever it came from. */
static void add_key(struct field *field, const char *key)
{
	char safe[32];
	size_t n = 0;

	for (; key[n] && n < sizeof safe; n++)
		safe[n] = strchr("abcdefghijklmnopqrstuvwxyz0123456789_-", key[n]) ? key[n] : '_';
	add(field, " ", 1);
	add(field, safe, n);
	add(field, "=", 1);
}

void sy_log_line_field(struct sy_log_line *line, const struct sy_log_field *given)
{
	struct field field;
	char number[32];

	field.n = 0;
	add_key(&field, given->key);
	if (given->text) {
		add_value(&field, given->text);
	} else {
		(void)snprintf(
			number, sizeof number, "%.*f", given->decimals, isfinite(given->number) ? given->number : 0);
		add(&field, number, strlen(number));
	}
	put(line, field.text, field.n);
}

void sy_log_line_end(struct sy_log_line *line)
{
	const char *end = line->cut ? CUT : "\n";

	memcpy(line->text + line->n, end, strlen(end) + 1);
	line->n += strlen(end);
}
