/*
 * guesses: the words that may have been said in a turn, each with how often it is expected to have been.
 *
 * Owner: whoever holds the struct; sy_guesses_reset() frees it. A zeroed struct is an empty list. Not shared between
 * threads.
 *
 * Errors: ENOMEM, E2BIG past SY_GUESSES_MAX.
 */
#ifndef SY_BASE_GUESSES_H
#define SY_BASE_GUESSES_H

#include <stddef.h>

/* Different words; a turn of ten words leaves forty behind, and what is left of a minute's speech is its best. */
#define SY_GUESSES_MAX 256

struct sy_guess {
	char *word;
	float times; /* expected, > 0: 1 for a word that surely was said once */
};

struct sy_guesses {
	struct sy_guess *at;
	size_t n;
};

/* Copies the word, which must not be there yet. */
int sy_guesses_add(struct sy_guesses *guesses, const char *word, float times);

/* Replaces *ret_copy by a deep copy; *ret_copy must be zeroed or a valid list. */
int sy_guesses_copy(const struct sy_guesses *guesses, struct sy_guesses *ret_copy);

void sy_guesses_reset(struct sy_guesses *guesses);

#endif
