#include "base/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

static int reserve(struct sy_text *text, size_t n)
{
	if (n > SY_TEXT_MAX - text->len)
		return E2BIG;
	return SY_GROW(&text->s, text->len + n + 1, &text->cap);
}

int sy_text_add_n(struct sy_text *text, const char *s, size_t n)
{
	int err = reserve(text, n);

	if (err != 0)
		return err;
	if (n > 0)
		memcpy(text->s + text->len, s, n);
	text->len += n;
	text->s[text->len] = '\0';
	return 0;
}

int sy_text_add(struct sy_text *text, const char *s)
{
	return sy_text_add_n(text, s, strlen(s));
}

int sy_text_addf(struct sy_text *text, const char *fmt, ...)
{
	va_list args, again;
	int err = EINVAL;

	va_start(args, fmt);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, fmt, args);
	if (n < 0)
		goto out;
	err = reserve(text, (size_t)n);
	if (err != 0)
		goto out;
	(void)vsnprintf(text->s + text->len, (size_t)n + 1, fmt, again);
	text->len += (size_t)n;
out:
	va_end(again);
	va_end(args);
	return err;
}

const char *sy_text_str(const struct sy_text *text)
{
	return text->s != NULL ? text->s : "";
}

char *sy_text_take(struct sy_text *text)
{
	char *s = text->s != NULL ? text->s : calloc(1, 1);

	if (s != NULL)
		*text = (struct sy_text){0};
	return s;
}

void sy_text_reset(struct sy_text *text)
{
	free(text->s);
	*text = (struct sy_text){0};
}
