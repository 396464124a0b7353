/*
 * ear: what hears one kind of line: its phones, how a turn is scored against them, the grammars built on them, the
 * words that ask for a person, and what its confidence rests on.
 *
 * Two back-ends: a telephone's band is scored by the neural model (neural.h) and searched by our own network; the whole
 * band by the stock model's Gaussians, with PocketSphinx's search beside ours.
 *
 * A caller of the whole band (16 kHz) is heard with the telephone's ear first, brought to 8 kHz; only where that does
 * not accept, and nothing open was asked, is the whole band's asked too, and believed where it is surer. Of 79 orders
 * recorded at 16 kHz that no model was made from (62 for the whole band at 9 dB), in per cent right / accepted, and CPU
 * in ms a second of sound:
 *
 *                              line's ear      whole band's      both
 *     quiet                    99 / 97    5    97 / 95    27     99 / 100    8
 *     8 voices, 18 dB          97 / 94    8    96 / 19    97     97 / 94    15
 *     8 voices, 9 dB           87 / 47    9    92 / 3    109     94 / 47    63
 *     pink noise, 9 dB         95 / 86    8    89 / 76    37     92 / 90    13
 *
 * Of 134 read sentences that are no orders none accepts one; 2, 3 and 4 are asked back. Of 24 natural questions to the
 * demonstration company the whole band's ear forced 16 into a sentence to be confirmed, nearly all of them wrong; the
 * line's gives their words to the search. Those took 151 ms each, and take 49.
 *
 * Owner: the creator. One thread.
 */
#ifndef SY_HEAR_EAR_H
#define SY_HEAR_EAR_H

#include "engine/hear/confidence.h"
#include "engine/hear/grammar_set.h"
#include "engine/hear/spotter.h"

enum sy_band { SY_BAND_LINE, SY_BAND_WIDE, SY_BANDS };

/* The name of the grammar that every ear knows, and of its file. */
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
