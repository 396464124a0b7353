/*
 * passes: the searches that a turn goes through, cheap ones always and costly ones in doubt, and what they found.
 *
 * All of them search the same scores. What the turn amounts to is judged from them (verdict.h).
 *
 * Owner: whoever holds the struct; sy_passes_reset() frees what it owns. One thread.
 */
#ifndef SY_HEAR_PASSES_H
#define SY_HEAR_PASSES_H

#include "engine/hear/ear.h"

/* One way to hear a turn: its words, what they mean, and what speaks for and against them. */
struct sy_hearing {
	struct sy_path path;
	struct sy_reading reading;
	enum sy_heard_kind kind;
	struct sy_evidence evidence;
	struct sy_guesses guesses; /* of words in any order: what else may have been said */
};

struct sy_passes {
	const struct sy_hear_job *job; /* borrowed */
	struct sy_ear *ear;            /* borrowed; of the job's band */
	struct sy_thresholds thresholds;
	struct sy_senones *senones; /* owned; scored between sy_passes_begin() and sy_passes_run() */
	struct sy_active active;
	struct sy_phone_loop loop;
	struct sy_findings findings; /* other sentences, and whether one was broken off */
	struct sy_path loose;        /* words of the question's own answers, in any order */
	struct sy_hearing heard;     /* what fits best */
	struct sy_hearing sentence;  /* where that is words of a caller's own: the sentence that fits best */
	struct sy_spot spot;
	struct sy_request request;
};

/* The job's grammars, in the ear. ENOENT names one that was not added; E2BIG. */
int sy_passes_begin(struct sy_passes *passes, struct sy_problem *why);
int sy_passes_run(struct sy_passes *passes, struct sy_problem *why);
/* What was active stays known. */
void sy_passes_reset(struct sy_passes *passes);

/* How far the words that fit best can be trusted, 0..1. */
double sy_passes_fit(const struct sy_passes *passes);
/* What the turn's grammars make of a path's words. */
int sy_passes_read(const struct sy_passes *passes, const struct sy_path *path, struct sy_reading *ret_reading);

#endif
