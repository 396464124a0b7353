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

/* How long the silence at the end of a turn must be, counted from the last speech. The answer's synthesis comes on top.
 * Whoever was only thinking is not lost: they are heard as one with what they said before (SY_TURN_GO_ON_MS), so that
 * only the promised pause inside a number is waited for in full. Real people's recordings and what a shorter or longer
 * patience costs on them: docs/design.md. */
/* A sentence, and it is sure: people leave 200 ms. A "please" that might follow is not waited for. */
#define SY_TURN_WHOLE_MS 260
#define SY_TURN_DOUBT_MS 500   /* not sure, or no sentence we know: pauses between phrases are mostly shorter */
#define SY_TURN_BEGUN_MS 1200  /* surely the beginning of a sentence of ours: longer pauses for thought are rare */
#define SY_TURN_NUMBER_MS 2500 /* inside a number: the promised pause (95 % of pauses are shorter) */
/* Who speaks again within this time of the end of a turn is not answering us, as not enough of what we say has been
 * heard by then: they go on with what they were saying. */
#define SY_TURN_GO_ON_MS 1500
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

/* What is to be decoded now. */
void sy_turn_pcm(const struct sy_turn *turn, const int16_t **ret_pcm, size_t *ret_n);
void sy_turn_asked(struct sy_turn *turn, uint32_t job);
/* false: the job is out of date, or nobody's. */
bool sy_turn_awaits(const struct sy_turn *turn, uint32_t job);
/* The awaited result; err != 0: the job failed. Copied. Where the part that was added cannot be heard, the whole
 * counts. */
void sy_turn_heard(struct sy_turn *turn, int err, const struct sy_hypothesis *hypothesis, int patience_ms);

/* How long to wait after the last speech. `number`: a number is being said that may go on (sy_heard_number()). */
int sy_turn_patience(const struct sy_hypothesis *hypothesis, bool number);

/* Of the turn that is over: NULL when its decode failed. */
const struct sy_hypothesis *sy_turn_hypothesis(const struct sy_turn *turn);
bool sy_turn_too_long(const struct sy_turn *turn);
int64_t sy_turn_begin_ms(const struct sy_turn *turn);
int64_t sy_turn_end_ms(const struct sy_turn *turn); /* or where its last pause begins */

bool sy_turn_under_way(const struct sy_turn *turn);
/* Forgets the turn, and any decode of it, and waits for the next. */
void sy_turn_restart(struct sy_turn *turn);

/*
 * A turn that is over may be gone on with: the next one then begins with its sound. It is decoded as a whole; where
 * that leaves a doubt, what was added is decoded by itself as well, for it may be a sentence of its own.
 */
/* As sy_turn_restart(), and who speaks within SY_TURN_GO_ON_MS goes on. */
void sy_turn_keep(struct sy_turn *turn);
/* Nobody goes on with it any more. */
void sy_turn_let_go(struct sy_turn *turn);
/* The turn goes on with the one before. */
bool sy_turn_goes_on(const struct sy_turn *turn);
/* Puts the result for the whole by; what was added is to be decoded now. Only of a turn that goes on. */
void sy_turn_hear_added(struct sy_turn *turn);
/* What is decoded, or was heard, is the part that was added. */
bool sy_turn_is_added(const struct sy_turn *turn);
/* The result for the whole counts after all. */
void sy_turn_take_whole(struct sy_turn *turn);

#endif
