/*
 * verdict: what the passes of a turn amount to: which words, how sure, and whether a person was asked for.
 *
 * Pure; thread-safe.
 */
#ifndef SY_HEAR_VERDICT_H
#define SY_HEAR_VERDICT_H

#include "engine/hear/passes.h"

/* What was heard is taken out of the passes that have run; their evidence stays. */
int sy_verdict(struct sy_passes *passes, struct sy_hypothesis *ret_hypothesis);

#endif
