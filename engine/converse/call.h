/*
 * call: the whole way of one call, advanced by 20 ms frames.
 *
 * A frame of the caller's sound goes in, a frame of ours comes out. It has no clock, thread, socket or database of its
 * own: it asks for jobs (hear this, say that, look this up, pass on) through its handlers and is given results between
 * frames. Frames are its only clock, so the same input gives the same events. One thread.
 *
 * A result for a job that is out of date (the caller went on speaking) is dropped.
 */
#ifndef SY_CONVERSE_CALL_H
#define SY_CONVERSE_CALL_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "audio/sound.h"
#include "engine/converse/event.h"
#include "engine/hear/recogniser.h"
#include "engine/person/handoff.h"
#include "engine/speak/synthesiser.h"
#include "kb/search.h"
#include "kb/snapshot.h"
#include "prompts/prompt.h"

struct sy_call;

/* What a call asks of its owner. Each returns 0 or an errno at once; the result comes later through sy_call_…(). */
struct sy_call_handlers {
	int (*hear)(void *arg, uint32_t job, const struct sy_hear_job *what); /* copy what you keep */
	int (*say)(void *arg, uint32_t job, const struct sy_say_job *what);
	/* Answered at once (SY_LOOKUP_STEPS_MAX bounds it); or EAGAIN, and when sy_call_looked_up() has said that it is
	 * there the same is asked again. */
	int (*look_up)(void *arg, const char *lookup, const struct sy_pairs *params, const struct tm *now,
		struct sy_pairs *ret_row, size_t *ret_n, struct sy_problem *why);
	/* Makes the grammar of what answers this slot known to the recogniser, under ret_grammar (SY_WORD_MAX bytes).
	 */
	int (*slot_grammar)(void *arg, const struct sy_article *article, const struct sy_slot *slot, char *ret_grammar,
		struct sy_strings *ret_choices, struct sy_problem *why);
	int (*pass)(void *arg, uint32_t job, const struct sy_card *card);
	sy_event_h *event;
	void *arg;
};

struct sy_call_prm {
	int rate;
	const char *case_key;          /* spoken to the caller; 5 digits */
	const struct sy_card *earlier; /* the case goes on from there (promise P10); borrowed for create, or NULL */
	struct tm now;                 /* local time at the call's first frame */
	const struct sy_snapshot *snapshot; /* borrowed, outlives the call */
	const struct sy_search *search;     /* borrowed */
	const struct sy_prompts *prompts;   /* borrowed */
	const char *articles_grammar;       /* name under which the recogniser knows the snapshot's grammar */
	struct sy_costs costs;              /* of mistakes; zeroed: SY_COSTS_USUAL */
	struct sy_call_handlers handlers;
};

int sy_call_create(const struct sy_call_prm *prm, struct sy_call **ret_call, struct sy_problem *why);
void sy_call_destroy(struct sy_call *call);

/* One frame each way. */
int sy_call_frame(struct sy_call *call, const int16_t *caller, int16_t *ret_ours);
int sy_call_key(struct sy_call *call, char key);
void sy_call_gone(struct sy_call *call); /* the caller hung up */

/* Results. Hypothesis and sound are borrowed and taken; err != 0: the job failed. */
void sy_call_heard(struct sy_call *call, uint32_t job, int err, const struct sy_hypothesis *hypothesis,
	const struct sy_voice *voice);
void sy_call_said(struct sy_call *call, uint32_t job, int err, struct sy_sound *sound);
void sy_call_passed(struct sy_call *call, uint32_t job, int err, enum sy_handed handed);
void sy_call_looked_up(struct sy_call *call); /* what look_up() said EAGAIN to */

bool sy_call_speaking(const struct sy_call *call);  /* the last frame carried a prompt */
bool sy_call_listening(const struct sy_call *call); /* the prompt has ended, no job is pending, the caller's turn */
bool sy_call_saying(const struct sy_call *call);    /* a prompt is under way, be it that its sound is still awaited */
bool sy_call_ended(const struct sy_call *call);
int64_t sy_call_ms(const struct sy_call *call);
const char *sy_call_state(const struct sy_call *call); /* the dialogue's state, for tests and `sayso line` */

#endif
