/*
 * ear: what hears one kind of line: its phones, how a turn is scored against them, the grammars built on them, the
 * words that ask for a person, and what its confidence rests on.
 *
 * Two back-ends: a telephone's band is scored by the neural model (neural.h) and searched by our own network; the whole
 * band by the stock model's Gaussians, with PocketSphinx's search beside ours.
 *
 * Owner: the creator. One thread.
 */
#ifndef SY_HEAR_EAR_H
#define SY_HEAR_EAR_H

#include "engine/hear/confidence.h"
#include "engine/hear/grammar_set.h"
#include "engine/hear/spotter.h"

enum sy_band { SY_BAND_LINE, SY_BAND_WIDE, SY_BANDS };

/* The name of the grammar that every ear knows. */
#define SY_EAR_UNIVERSALS "universals"

struct sy_ear {
	enum sy_band band;
	struct sy_acoustic_model *model;
	struct sy_neural *neural;       /* line */
	struct sy_front_end *front_end; /* wide */
	struct sy_decoder *decoder;     /* wide */
	struct sy_grammar_set *grammars;
	struct sy_spotter *spotter;
	struct sy_confidence *confidence;
};

int sy_ear_create(enum sy_band band, struct sy_ear **ret_ear, struct sy_problem *why);
void sy_ear_destroy(struct sy_ear *ear);

/* The scores that all passes share. No frames: no sound. `job` has the band's rate. ret_voice as in recogniser.h. */
int sy_ear_score(
	struct sy_ear *ear, const struct sy_hear_job *job, struct sy_senones **ret_senones, struct sy_voice *ret_voice);

#endif
