/*
 * phrase: what a caller may say, as an editor writes it: "how much do I owe on account {account}".
 *
 * Splits it into runs of text and slots. Pure, thread-safe.
 */
#ifndef SY_KB_PHRASE_H
#define SY_KB_PHRASE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"

#define SY_PHRASE_BYTES_MAX 400 /* 60 words; nobody asks in one longer sentence */
#define SY_NAME_MAX 64          /* letters of an article's, slot's, look-up's, table's or column's name */

struct sy_phrase_piece {
	bool slot;                          /* text is a slot's name, else words */
	char text[SY_PHRASE_BYTES_MAX + 1]; /* as written, trimmed */
};

/* The next piece that is not blank or bare punctuation; *at moves behind it. ENOENT: no more. EINVAL: a brace that is
 * not closed, or without a name; too long. `why` does not repeat the phrase. */
int sy_phrase_next(const char **at, struct sy_phrase_piece *ret_piece, struct sy_problem *why);

/* [a-z][a-z0-9_-]*, at most SY_NAME_MAX; an article's name may begin with a digit. */
bool sy_name_is_good(const char *name, bool hyphens);

#endif
