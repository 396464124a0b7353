/*
 * search: ranks articles for words that a caller said or an editor typed.
 *
 * A linear model over words and letter groups, trained at publish from the phrases and kept with the version, with a
 * floor for "nothing fits". Immutable after load; safe to read from many threads.
 */
#ifndef SY_KB_SEARCH_H
#define SY_KB_SEARCH_H

#include "kb/snapshot.h"

enum sy_found { SY_FOUND_NOTHING, SY_FOUND_MAYBE, SY_FOUND_SURE };

struct sy_ranked {
	const char *article; /* id, borrowed from the snapshot */
	double confidence;   /* 0..1 */
};

struct sy_search;
int sy_search_create(const struct sy_snapshot *snapshot, struct sy_search **ret_search, struct sy_problem *why);
void sy_search_destroy(struct sy_search *search);

/* The best `max` articles, best first, and whether the first one fits. */
int sy_search_rank(const struct sy_search *search, const char *text, struct sy_ranked *ret_ranked, size_t max,
	size_t *ret_n, enum sy_found *ret_found);

#endif
