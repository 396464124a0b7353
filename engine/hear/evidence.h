/*
 * evidence: what speaks for and against a path, as the numbers that confidence weighs.
 *
 * Pure functions; thread-safe.
 */
#ifndef SY_HEAR_EVIDENCE_H
#define SY_HEAR_EVIDENCE_H

#include "engine/hear/confidence.h"
#include "engine/hear/decoder.h"
#include "engine/hear/phone_loop.h"
#include "engine/hear/spotter.h"

/*
 * `loose` may be NULL (not searched): what right hypotheses have on average stands in, so that neither speaks for or
 * against.
 */
#define SY_AGREEMENT_UNKNOWN 0.75f
#define SY_LOOSE_UNKNOWN (-7.0f)

void sy_evidence_gather(const struct sy_path *path, const struct sy_path *loose, const struct sy_phone_loop *loop,
	struct sy_evidence *ret_evidence);

/* Which words of a path its details (`slots`) are made of, each where it stands last; true for all where there are no
 * details. `ret_meant` has path->n places. */
void sy_path_meant(const struct sy_path *path, const struct sy_pairs *slots, bool *ret_meant);
/* Whether another path has all the words that are meant at about the same time, and there are any. */
bool sy_path_shares(const struct sy_path *path, const bool *meant, const struct sy_path *other);
/* Of the words that are meant: -ln of the trust in each, summed, 0..9. */
float sy_path_doubt(const struct sy_path *path, const bool *meant);

/* The evidence for a spotted phrase, `path` being what the grammar made of the turn. */
void sy_request_gather(const struct sy_spot *spot, const struct sy_path *path, const struct sy_phone_loop *loop,
	struct sy_request *ret_request);

/* Share of the words of both paths that stand in the same order at about the same time, 0..1. */
float sy_path_agreement(const struct sy_path *path, const struct sy_path *other);

#endif
