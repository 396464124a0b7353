#include "base/rank.h"

void sy_rank_place(struct sy_rank *best, size_t *n, size_t max, size_t id, double score)
{
	size_t i;

	if (*n == max && (max == 0 || score <= best[max - 1].score))
		return;
	i = *n < max ? (*n)++ : max - 1;
	for (; i && best[i - 1].score < score; i--)
		best[i] = best[i - 1];
	best[i] = (struct sy_rank){id, score};
}
