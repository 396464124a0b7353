/*
 * rank: the best few of many, in order, while they are looked through.
 *
 * Pure; thread-safe.
 */
#ifndef SY_BASE_RANK_H
#define SY_BASE_RANK_H

#include <stddef.h>

struct sy_rank {
	size_t id;
	double score; /* higher is better */
};

/* Puts one where it belongs among the best so far, of which there are *n, at most `max`. Of those with the same score
 * the one that came first stays ahead. */
void sy_rank_place(struct sy_rank *best, size_t *n, size_t max, size_t id, double score);

#endif
