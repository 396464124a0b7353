/*
 * search_feature: text -> what the search model counts in it.
 *
 * Words, pairs of words (neighbours, and one apart), and groups of 2 to 5 letters inside words, each as a 32-bit hash.
 * Numbers are one word and weekdays are one word, whichever they are; apostrophes, capitals and punctuation are gone.
 * A {slot} stands for words that nobody knows yet. Plain values, pure functions, thread-safe.
 */
#ifndef SY_KB_SEARCH_FEATURE_H
#define SY_KB_SEARCH_FEATURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/guesses.h"

#define SY_SEARCH_WORDS_MAX 64      /* of one text; what follows is not looked at */
#define SY_SEARCH_LETTERS_MAX 32    /* of one word */
#define SY_SEARCH_FEATURES_MAX 4096 /* of one text; 60 usual words have 2,500 */

struct sy_feature {
	uint32_t key;
	float count;  /* expected, where the words are guesses */
	bool letters; /* a letter group; else a word or a pair */
	bool word;    /* a word by itself */
	bool wild;    /* stands for a slot's words */
};

struct sy_features {
	struct sy_feature at[SY_SEARCH_FEATURES_MAX]; /* by key, each key once */
	size_t n;
	size_t n_words;
};

/* What may have been said, words and letter groups; a guess that is no word of a text counts nothing. */
void sy_features_guess(const struct sy_guesses *guesses, struct sy_features *ret_features);

/* Never fails; a text without words has none. */
void sy_features_read(const char *text, struct sy_features *ret_features);

#endif
