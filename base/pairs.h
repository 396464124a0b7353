/*
 * pairs: an ordered list of name -> value, both strings (slots of a sentence,
 * the columns of a look-up's row, what fills a prompt's placeholders).
 *
 * Owner: whoever holds the struct; sy_pairs_reset() frees it. A zeroed struct
 * is an empty list. Names are unique: setting one again replaces its value and
 * keeps its place. Not shared between threads.
 *
 * Errors: ENOMEM, E2BIG past SY_PAIRS_MAX.
 */
#ifndef SY_BASE_PAIRS_H
#define SY_BASE_PAIRS_H

#include <stdbool.h>
#include <stddef.h>

/* Slots of one article, or columns of one row: far above what a caller could be asked. */
#define SY_PAIRS_MAX 64

struct sy_pair {
	char *name;
	char *value;
};

struct sy_pairs {
	struct sy_pair *at;
	size_t n;
};

/* Copies both strings. */
int sy_pairs_set(struct sy_pairs *pairs, const char *name, const char *value);

/* The value, borrowed until the next change; NULL if the name is not there. */
const char *sy_pairs_get(const struct sy_pairs *pairs, const char *name);

void sy_pairs_remove(struct sy_pairs *pairs, const char *name);

/* Replaces *ret_copy by a deep copy; *ret_copy must be zeroed or a valid list. */
int sy_pairs_copy(const struct sy_pairs *pairs, struct sy_pairs *ret_copy);

/* The same names and values in the same order. */
bool sy_pairs_equal(const struct sy_pairs *a, const struct sy_pairs *b);

void sy_pairs_reset(struct sy_pairs *pairs);

#endif
