/*
 * search_heard: which article is asked for by words that were heard, where they make no sentence of the base's own.
 *
 * Three searches say something about it: the words themselves (how sure they are), what the ranking makes of them, and
 * the sentence of the base that fits the sound best. A logistic function joins them into the share of such results that
 * are right; tools/calibrate fits its weights (kb/heard.weights) to natural sentences. Immutable after load.
 */
#ifndef SY_KB_SEARCH_HEARD_H
#define SY_KB_SEARCH_HEARD_H

#include "kb/search.h"

/* What was heard. */
struct sy_heard_words {
	const char *text;
	const struct sy_guesses *guesses; /* what else may have been said, or NULL */
	double confidence;                /* of the words, 0..1 */
	const char *sentence;             /* article whose sentence fits the sound best, or NULL */
};

enum sy_heard_id {
	SY_HEARD_ONE,      /* always 1 */
	SY_HEARD_RANKED,   /* log-odds of the ranking's confidence in the article */
	SY_HEARD_AHEAD,    /* how far ahead of the next one that is */
	SY_HEARD_WORDS,    /* log-odds of the words' confidence */
	SY_HEARD_SENTENCE, /* 1: the sentence that fits best is the article's, too */
	SY_HEARD_LENGTH,   /* ln of the number of words */
	SY_HEARD_COUNT,
};

struct sy_heard_evidence {
	double at[SY_HEARD_COUNT];
};

struct sy_heard_weights {
	double at[SY_HEARD_COUNT];
};

const char *sy_heard_name(enum sy_heard_id id); /* in the file */

/* Errors: those of sy_weights_read(). */
int sy_heard_weights_load(const char *path, struct sy_heard_weights *ret_weights, struct sy_problem *why);

/* The weights of a search, loaded with it. */
const struct sy_heard_weights *sy_search_heard_weights(const struct sy_search *search);

/* How far the first is ahead is told by the second. */
#define SY_HEARD_RANKED_MIN 2

/* What speaks for the second article speaks less loudly: it is the right one in so many of the cases that the first
 * would be with the same evidence. Of the tuning half of the natural sentences, 819 over good and bad lines: 0.4 to 0.5
 * over most of the scale. */
#define SY_HEARD_SECOND_SHARE 0.4

/* As sy_search_rank() with max >= SY_HEARD_RANKED_MIN (EINVAL), but the confidence of the first two is the share of
 * such results that are right, over all that was heard. ret_evidence, of the first, may be NULL; it is untouched where
 * nothing was found. */
int sy_search_heard(const struct sy_search *search, const struct sy_heard_words *heard, struct sy_ranked *ret_ranked,
	size_t max, size_t *ret_n, struct sy_heard_evidence *ret_evidence);

#endif
