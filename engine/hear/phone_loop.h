/*
 * phone_loop: what the best run of any phones would have cost, over the frames of a turn.
 *
 * The competitor of every hypothesis: a path through a grammar or a word that costs much more than this is not what
 * was said. Each phone's state costs what its best senone in any context costs, so the loop is a lower bound that a
 * right hypothesis comes close to. Computed from senone scores that are already there: about 1 ms a second of speech.
 *
 * Owner: whoever holds the struct; sy_phone_loop_reset() frees it.
 */
#ifndef SY_HEAR_PHONE_LOOP_H
#define SY_HEAR_PHONE_LOOP_H

#include "engine/hear/senones.h"

struct sy_phone_loop {
	size_t n;       /* frames */
	int *best;      /* [n + 1] forward: cost of the cheapest run of whole phones that ends before frame t */
	int *along;     /* [n + 1] cost of the one best run of the whole turn, up to frame t */
	uint8_t *phone; /* [n] the phone of that run in each frame */
	uint8_t *entry; /* [n] 1 where a phone of that run begins */
};

int sy_phone_loop_run(
	const struct sy_acoustic_model *model, struct sy_senones *senones, struct sy_phone_loop *ret_loop);
void sy_phone_loop_reset(struct sy_phone_loop *loop);

/* Cost of the best run between two frames, in SY_SENONE_UNIT. */
int sy_phone_loop_cost(const struct sy_phone_loop *loop, int begin, int end);

#endif
