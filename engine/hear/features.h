/*
 * features: samples -> the 39 numbers a frame that the acoustic model scores.
 *
 * sphinxbase's front end (noise removal and silence removal included; the stock model was trained behind it), the
 * cepstral mean of the whole turn subtracted, then deltas. 100 feature frames a second; silence that the front end
 * drops has none.
 *
 * Owner: the creator. One thread per front end.
 */
#ifndef SY_HEAR_FEATURES_H
#define SY_HEAR_FEATURES_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "engine/hear/acoustic_model.h"
#include "engine/hear/recogniser.h"

#define SY_FEATURE_DIMS (SY_STREAMS * SY_STREAM_DIMS)
#define SY_FEATURE_RATE 100 /* frames a second */
#define SY_FEATURE_HZ 16000 /* samples a second that the front end takes */

struct sy_front_end;

int sy_front_end_create(const char *model_folder, struct sy_front_end **ret_front_end, struct sy_problem *why);
/* The same without silence removal: a frame for every 10 ms (to align a recording with its twin, tools/adapt). */
int sy_front_end_create_whole(const char *model_folder, struct sy_front_end **ret_front_end, struct sy_problem *why);
void sy_front_end_destroy(struct sy_front_end *front_end);

struct sy_features {
	size_t n; /* frames */
	float (*at)[SY_FEATURE_DIMS];
};

/*
 * Features of one whole turn at SY_FEATURE_HZ. The mean that is subtracted is the turn's own, joined with `voice`
 * (earlier turns of the same caller; may be NULL). ret_voice (may be NULL) is that voice updated by this turn.
 * A turn without sound gives 0 frames.
 */
int sy_front_end_features(struct sy_front_end *front_end, const int16_t *pcm, size_t n, const struct sy_voice *voice,
	struct sy_features *ret_features, struct sy_voice *ret_voice);
void sy_features_reset(struct sy_features *features);

/* The steps by themselves. Cepstra: rows of SY_STREAM_DIMS, caller frees. */
int sy_front_end_cepstra(struct sy_front_end *front_end, const int16_t *pcm, size_t n, float **ret_rows, size_t *ret_n);
void sy_cepstral_mean(const float *rows, size_t n, const struct sy_voice *voice, struct sy_voice *ret_voice);
/* Subtracts the mean from `rows` in place and adds the deltas. */
int sy_cepstra_features(float *rows, size_t n, const struct sy_voice *mean, struct sy_features *ret_features);

#endif
