/*
 * text: a growable string that is always NUL-terminated.
 *
 * Owner: whoever holds the struct; sy_text_reset() frees it. A zeroed struct is
 * an empty text. Growth is bounded by SY_TEXT_MAX so that no outside input can
 * exhaust memory. Not shared between threads.
 *
 * Errors: ENOMEM, E2BIG past SY_TEXT_MAX; the text is unchanged then.
 */
#ifndef SY_BASE_TEXT_H
#define SY_BASE_TEXT_H

#include <stddef.h>

/* The largest knowledge base an editor is expected to import, ten times over. */
#define SY_TEXT_MAX (64u << 20)

struct sy_text {
	char *s; /* NULL while nothing was added */
	size_t len;
	size_t cap;
};

int sy_text_add(struct sy_text *text, const char *s);
int sy_text_add_n(struct sy_text *text, const char *s, size_t n);
int sy_text_addf(struct sy_text *text, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The characters, "" for an empty text. Borrowed until the next change. */
const char *sy_text_str(const struct sy_text *text);

/* Hands the characters to the caller (who frees them) and empties the text; NULL if out of memory. */
char *sy_text_take(struct sy_text *text);

void sy_text_reset(struct sy_text *text);

#endif
