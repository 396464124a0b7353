/*
 * turn: one turn of the caller: where it begins, what it was heard as so far, and when it is over.
 *
 * A decode is asked for at the first short silence. When the caller goes on, its result is out of date and the whole
 * turn is decoded again at the next one. When the caller stays silent, the turn is over after a time that depends on
 * what was heard (sy_turn_patience()), so nobody waits for a fixed time-out and nobody is cut off inside a number.
 *
 * Owner: the call; one thread. Times are the call's, in ms.
 */
#ifndef SY_CONVERSE_TURN_H
#define SY_CONVERSE_TURN_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/hear/hypothesis.h"

/* How long the silence at the end of a turn must be, counted from the last speech. The answer's synthesis comes on top,
 * and both together stay under the 0.8 s that callers are promised where the sentence is whole. */
#define SY_TURN_WHOLE_MS 300   /* nothing can follow and it is sure: people leave 200 ms */
#define SY_TURN_DOUBT_MS 600   /* whole, but not sure; or more might follow, and pauses between phrases are shorter */
#define SY_TURN_OUTSIDE_MS 700 /* no sentence we know: a little more time may make one */
#define SY_TURN_INCOMPLETE_MS                                                                                          \
	2500 /* inside a sentence or a number: the promised pause (95 % of pauses are shorter)                         \
	      */
/* The whole turn is decoded again at each pause, so a long one waits for a longer pause: else a story told with many
 * breaths would cost the square of its length. Questions are shorter than this; the answer to it comes in time still.
 */
#define SY_TURN_EARLY_MAX_MS 6000
#define SY_TURN_LATE_PAUSE_MS 400
/* A decode that brings no result for so long has failed; the slowest measured took 0.5 s. */
#define SY_TURN_RESULT_MAX_MS 5000

struct sy_turn;

enum sy_turn_news {
	SY_TURN_QUIET,
	SY_TURN_BEGAN,  /* the caller speaks */
	SY_TURN_DECODE, /* decode sy_turn_pcm() and tell the job by sy_turn_asked() */
	SY_TURN_OVER,   /* take sy_turn_hypothesis(), then sy_turn_restart() */
};

int sy_turn_create(int rate, struct sy_turn **ret_turn);
void sy_turn_destroy(struct sy_turn *turn);

/* One frame of the caller's, which ends at now_ms. `prompting`: a prompt is audible. */
int sy_turn_frame(
	struct sy_turn *turn, const int16_t *frame, int64_t now_ms, bool prompting, enum sy_turn_news *ret_news);

void sy_turn_pcm(const struct sy_turn *turn, const int16_t **ret_pcm, size_t *ret_n);
void sy_turn_asked(struct sy_turn *turn, uint32_t job);
/* false: the job is out of date, or nobody's. */
bool sy_turn_awaits(const struct sy_turn *turn, uint32_t job);
/* The awaited result; err != 0: the job failed. Copied. */
void sy_turn_heard(struct sy_turn *turn, int err, const struct sy_hypothesis *hypothesis, int patience_ms);

/* How long to wait after the last speech. `number`: a number is being said that may go on (sy_heard_number()).
 * `known`: the words are no sentence, but they were recognised by search. */
int sy_turn_patience(const struct sy_hypothesis *hypothesis, bool number, bool known);

/* Of the turn that is over: NULL when its decode failed. */
const struct sy_hypothesis *sy_turn_hypothesis(const struct sy_turn *turn);
bool sy_turn_too_long(const struct sy_turn *turn);
int64_t sy_turn_begin_ms(const struct sy_turn *turn);
int64_t sy_turn_end_ms(const struct sy_turn *turn);

bool sy_turn_under_way(const struct sy_turn *turn);
/* Forgets the turn, and any decode of it, and waits for the next. */
void sy_turn_restart(struct sy_turn *turn);

#endif
