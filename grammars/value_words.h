/*
 * value_words: the words of a value, read from the front; and the numbers that are said in them.
 *
 * Words are lower case; hyphens, commas and the like part words. Each sy_value_take_… moves past what it returns and
 * leaves the position as it was where it finds nothing. Plain value; one thread.
 */
#ifndef SY_GRAMMARS_VALUE_WORDS_H
#define SY_GRAMMARS_VALUE_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#define SY_VALUE_WORDS_MAX 64 /* twice the longest number that people say in one breath */
#define SY_VALUE_LETTERS_MAX 1024

struct sy_value_words {
	char letters[SY_VALUE_LETTERS_MAX];
	const char *at[SY_VALUE_WORDS_MAX];
	size_t n;
	size_t pos;
};

/* Also leaves out what people say around a value: "um", "it's", "please". EINVAL where nothing is left, or too much. */
int sy_value_words_init(struct sy_value_words *words, const char *text);

bool sy_value_words_done(const struct sy_value_words *words);

/* Takes a phrase of one or more words, separated by single spaces. */
bool sy_value_take(struct sy_value_words *words, const char *phrase);

/* Takes one of the phrases and returns its index; -1 for none. Of two that fit, the first listed. */
int sy_value_take_one(struct sy_value_words *words, const char *const *phrases, size_t n);

/* 0 .. 9; `zeros`: also "zero", "oh", "o", "nought" and "nil". -1 for none, as below. */
int sy_value_take_digit(struct sy_value_words *words, bool zeros);
int sy_value_take_teen(struct sy_value_words *words);      /* "ten" .. "nineteen" */
int sy_value_take_tens(struct sy_value_words *words);      /* "twenty" .. "ninety" */
int sy_value_take_below_100(struct sy_value_words *words); /* 1 .. 99: "forty two" */
int sy_value_take_ordinal(struct sy_value_words *words);   /* 1 .. 31: "twenty first" */

/* 0 .. 999,999,999: "two thousand three hundred and five", "a hundred", or in figures. */
long sy_value_take_cardinal(struct sy_value_words *words);

#endif
