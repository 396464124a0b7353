/*
 * english: how often English words are said, and which follow which, as people talk on the telephone.
 *
 * The phrases of a base have few of the words between its own; where callers use others, the nearest-sounding word of a
 * phrase is heard in their place. With the commonest words beside them, and pairs that are likely, of ten words heard
 * wrongly one is heard right.
 *
 * Read from a file that tools/english makes, commonest words first, then pairs; "." stands for a sentence's beginning
 * and end; `#` begins a comment.
 *
 *     - the 0.0408          share of all words
 *     i would 0.0262        share of what follows "i"
 *     . hello 0.0094
 *
 * Owner: the creator. Immutable after load, safe to read from many threads.
 * Errors: ENOENT and other errno of opening and reading, EINVAL with FILE:LINE, E2BIG past a limit below, ENOMEM.
 */
#ifndef SY_GRAMMARS_ENGLISH_H
#define SY_GRAMMARS_ENGLISH_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"

/* The number of "." in a pair. */
#define SY_ENGLISH_EDGE UINT32_MAX

/* More words than one person says, and as many pairs as 6 MB hold: the project's own file has 3,000 and 20,000. */
#define SY_ENGLISH_WORDS_MAX 50000
#define SY_ENGLISH_PAIRS_MAX 500000
#define SY_ENGLISH_LINE_MAX 256 /* bytes without the line's end: two words, a share and a comment */

struct sy_english;

struct sy_english_pair {
	uint32_t before; /* words by number */
	uint32_t after;
	float p;
};

/* NULL: the project's own file (grammars/english.pairs). */
int sy_english_load(const char *path, struct sy_english **ret_english, struct sy_problem *why);
void sy_english_destroy(struct sy_english *english);

/* Commonest first. Borrowed. */
size_t sy_english_n_words(const struct sy_english *english);
const char *sy_english_word(const struct sy_english *english, size_t i);
double sy_english_share(const struct sy_english *english, size_t i);

size_t sy_english_n_pairs(const struct sy_english *english);
const struct sy_english_pair *sy_english_pair(const struct sy_english *english, size_t i);

#endif
