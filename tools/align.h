/*
 * align: which state of which phone each 10 ms of a recording is, its words being known.
 *
 * The words' phones as a chain, every pronunciation and pauses between words allowed; the best path through it
 * (Viterbi) by whatever scores it is given.
 */
#ifndef SY_TOOLS_ALIGN_H
#define SY_TOOLS_ALIGN_H

#include "engine/hear/acoustic_model.h"
#include "grammars/pronounce.h"

/* An output of the scorer: phone * SY_STATES + state, for the phones of the model without context. */
struct sy_align_scores {
	const float *cost; /* [n][n_outputs], nats, less is better */
	size_t n;          /* frames of 10 ms */
	int n_outputs;
};

/*
 * ret_labels: n outputs. EINVAL: the recording is too short for its words, or
 * the lexicon lacks one of them.
 */
int sy_align_words(const struct sy_acoustic_model *model, const struct sy_lexicon *lexicon, const char *words,
	const struct sy_align_scores *scores, uint8_t *ret_labels);

#endif
