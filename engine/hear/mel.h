/*
 * mel: a telephone turn as the numbers that the neural model hears.
 *
 * The log energy of SY_MEL_BANDS bands of the telephone band, 100 frames a second, less the turn's own mean (joined
 * with what is known of the voice from earlier turns), so that level and colour of the line go out of it. Every 10 ms
 * has a frame, silence too. Computed at 8 kHz.
 *
 * Owner: whoever holds the struct; sy_mel_reset() frees it. No other state; thread-safe.
 * Source: mel scale after Stevens, Volkmann and Newman (1937) in O'Shaughnessy's formula; 25 ms windows each 10 ms as
 * everyone does.
 */
#ifndef SY_HEAR_MEL_H
#define SY_HEAR_MEL_H

#include <stddef.h>
#include <stdint.h>

#include "engine/hear/recogniser.h"

#define SY_MEL_BANDS 32
#define SY_MEL_RATE 100 /* frames a second */
#define SY_MEL_HZ 8000  /* samples a second */

struct sy_mel {
	size_t n; /* frames */
	float (*at)[SY_MEL_BANDS];
};

/*
 * `voice` may be NULL; ret_voice (may be NULL) is that voice updated by this turn. A turn under 25 ms has 0 frames.
 * Errors: ENOMEM.
 */
int sy_mel_of(
	const int16_t *pcm, size_t n, const struct sy_voice *voice, struct sy_mel *ret_mel, struct sy_voice *ret_voice);
void sy_mel_reset(struct sy_mel *mel);

#endif
