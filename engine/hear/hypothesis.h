/*
 * hypothesis: what a turn of the caller was heard as. A plain value; sy_hypothesis_reset() frees it.
 */
#ifndef SY_HEAR_HYPOTHESIS_H
#define SY_HEAR_HYPOTHESIS_H

#include <stdbool.h>

#include "base/pairs.h"
#include "grammars/graph.h"

enum sy_decision { SY_REJECT, SY_CONFIRM, SY_ACCEPT };

enum sy_sounded { SY_SOUNDED_SPEECH, SY_SOUNDED_SILENCE, SY_SOUNDED_NOISE, SY_SOUNDED_CLIPPED };

struct sy_hypothesis {
	char *text;            /* best words, also on reject; "" when none */
	char *intent;          /* NULL when the words are no sentence; "agent" for a request for a person */
	char *second;          /* the runner-up intent, or NULL */
	struct sy_pairs slots; /* the words of each slot, as spoken */
	double confidence;     /* 0..1, calibrated: the share of such results that are right */
	enum sy_decision decision;
	enum sy_completeness completeness;
	enum sy_sounded sounded;
	int audio_ms;
	int decode_ms;
};

int sy_hypothesis_copy(const struct sy_hypothesis *hypothesis, struct sy_hypothesis *ret_copy);
void sy_hypothesis_reset(struct sy_hypothesis *hypothesis);
const char *sy_decision_name(enum sy_decision decision); /* "accept" | "confirm" | "reject" */
const char *sy_sounded_name(enum sy_sounded sounded);    /* "speech" | "silence" | "noise" | "clipped" */

#endif
