/*
 * resampler: changes the rate of an endless stream, piece by piece (speexdsp), where
 * sy_sound_resample() takes a whole sound. Delays by some 3 ms. One thread.
 */
#ifndef SY_AUDIO_RESAMPLER_H
#define SY_AUDIO_RESAMPLER_H

#include <stddef.h>
#include <stdint.h>

struct sy_resampler;

/* Rates from 4000 to 192000 Hz, else EINVAL. Equal rates pass through. */
int sy_resampler_create(int from_rate, int to_rate, struct sy_resampler **ret_resampler);
void sy_resampler_destroy(struct sy_resampler *resampler);

/* Room that n samples in may need at most. */
size_t sy_resampler_room(const struct sy_resampler *resampler, size_t n);

/* Takes all of pcm; ret_pcm has sy_resampler_room(n) samples; returns how many were made. */
size_t sy_resampler_feed(struct sy_resampler *resampler, const int16_t *pcm, size_t n, int16_t *ret_pcm);

#endif
