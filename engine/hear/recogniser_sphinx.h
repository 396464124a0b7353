/*
 * recogniser_sphinx: what only the PocketSphinx back-end of the recogniser can tell (for tools/calibrate).
 */
#ifndef SY_HEAR_RECOGNISER_SPHINX_H
#define SY_HEAR_RECOGNISER_SPHINX_H

#include "engine/hear/confidence.h"
#include "engine/hear/recogniser.h"

/* What the last turn's confidence was made from, for tools/calibrate. */
void sy_recogniser_sphinx_evidence(
	const struct sy_recogniser *recogniser, struct sy_evidence *ret_evidence, struct sy_request *ret_request);

#endif
