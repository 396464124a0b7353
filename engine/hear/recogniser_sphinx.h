/*
 * recogniser_sphinx: what only the back-end made by sy_recogniser_sphinx_create() can tell (for tools/calibrate).
 */
#ifndef SY_HEAR_RECOGNISER_SPHINX_H
#define SY_HEAR_RECOGNISER_SPHINX_H

#include "engine/hear/confidence.h"
#include "engine/hear/recogniser.h"

/* What the last turn's confidence was made from. */
struct sy_recogniser_evidence {
	enum sy_heard_kind kind;
	size_t n_words; /* of the sentence */
	enum sy_heard_kind sentence_kind;
	struct sy_evidence sentence; /* of the sentence that fits best */
	struct sy_evidence words;    /* of words in any order; only where they are what was heard */
	struct sy_request request;
	bool replaced;                        /* that request took the sentence's place, which means something else */
	float trust[SY_HYPOTHESIS_WORDS_MAX]; /* of each word of the text; 0 where not known */
};

void sy_recogniser_sphinx_evidence(const struct sy_recogniser *recogniser, struct sy_recogniser_evidence *ret_evidence);

#endif
