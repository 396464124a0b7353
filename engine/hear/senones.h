/*
 * senones: how well each state of each phone fits each frame of a turn. Scored once, searched as often as useful.
 *
 * A score is a cost in SY_SENONE_UNIT nats, 0 for the best senone of its frame, the same numbers that PocketSphinx
 * computes for a ptm model (top four Gaussians of each codebook and stream, clamped against the best of all
 * codebooks). Turns up to SY_SENONES_KEPT_MS are kept whole; longer ones are scored again by each search, so that a
 * long turn takes time and not memory (10 kB a frame).
 *
 * Owner: the creator; model and features are borrowed and must outlive it. One thread.
 */
#ifndef SY_HEAR_SENONES_H
#define SY_HEAR_SENONES_H

#include <stdint.h>
#include <stdio.h>

#include "engine/hear/acoustic_model.h"
#include "engine/hear/features.h"
#include "engine/hear/neural.h"

#define SY_SENONES_KEPT_MS 10000
#define SY_SENONE_UNIT 0.10239488 /* 1024 ln 1.0001: PocketSphinx's log base, shifted right by SENSCR_SHIFT */

struct sy_senones;

int sy_senones_create(
	const struct sy_acoustic_model *model, const struct sy_features *features, struct sy_senones **ret_senones);
/* The features it was made with are taken, and go with it. */
void sy_senones_take(struct sy_senones *senones, struct sy_features *features);
/*
 * The same from the neural model, whose outputs must be the senones of `phones` (sy_acoustic_model_load_phones).
 * Everything is computed at once; neural and mel need not outlive it.
 */
int sy_senones_create_neural(const struct sy_acoustic_model *phones, const struct sy_neural *neural,
	const struct sy_mel *mel, struct sy_senones **ret_senones);
void sy_senones_destroy(struct sy_senones *senones);

size_t sy_senones_frames(const struct sy_senones *senones);

/* The scores of frame t, by senone. Borrowed until the next call. */
const int16_t *sy_senones_frame(struct sy_senones *senones, size_t t);

/* A stream that ps_decode_senscr() reads, from the first frame. The caller closes it; `senones` must outlive it. */
int sy_senones_stream(struct sy_senones *senones, FILE **ret_stream);

#endif
