/*
 * spotter: finds a few phrases anywhere in a turn, whatever else is said.
 *
 * A request for a person must get through inside any sentence and over any grammar, so it is looked for beside the
 * grammar: each phrase is a run of phones that may begin at any frame, and competes with the best run of any phones
 * over the same frames (phone_loop). A small excess a frame means that the phrase is there.
 *
 * Owner: the creator; the model is borrowed. One thread while adding; runs share nothing.
 * Source: keyword spotting by likelihood ratio; measured on the `operator` recordings (tools/bench-hear).
 */
#ifndef SY_HEAR_SPOTTER_H
#define SY_HEAR_SPOTTER_H

#include "engine/hear/phone_loop.h"

#define SY_SPOTTER_PHRASES_MAX 64 /* ways to ask for a person; each costs about 0.1 ms a second of speech */
#define SY_SPOTTER_PHONES_MAX 40

struct sy_spotter;

int sy_spotter_create(const struct sy_acoustic_model *model, struct sy_spotter **ret_spotter);
void sy_spotter_destroy(struct sy_spotter *spotter);

/* `phones` as "AA P ER EY T ER". EINVAL: unknown phone, too few or too many. E2BIG: too many phrases. */
int sy_spotter_add(struct sy_spotter *spotter, const char *phrase, const char *phones, struct sy_problem *why);

struct sy_spot {
	const char *phrase; /* borrowed from the spotter; NULL: nothing was found at all */
	int begin;          /* feature frames */
	int end;
	float excess; /* cost above the phone loop, SY_SENONE_UNIT a frame */
	float worst;  /* the same for the phone that fits worst */
	float pace;   /* frames a phone */
};

/* The phrase with the smallest excess a frame. */
int sy_spotter_run(const struct sy_spotter *spotter, struct sy_senones *senones, const struct sy_phone_loop *loop,
	struct sy_spot *ret_spot);

#endif
