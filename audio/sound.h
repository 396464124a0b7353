/*
 * sound: a stretch of mono samples with its rate. A plain value with one owner;
 * sy_sound_reset() frees it. "Taken" in a header means that the struct's memory
 * moves to the callee and the caller's struct is zeroed.
 */
#ifndef SY_AUDIO_SOUND_H
#define SY_AUDIO_SOUND_H

#include <stddef.h>
#include <stdint.h>

/* Ten minutes at the highest rate a recording may have (SY_WAV_MAX_S at 192 kHz). */
#define SY_SOUND_SAMPLES_MAX ((size_t)600 * 192000)

struct sy_sound_block;

struct sy_sound {
	int rate; /* Hz */
	size_t n; /* samples */
	int16_t *pcm;
	struct sy_sound_block *block; /* shared with other sounds, and not to be written to; NULL: `pcm` is its own */
};

/* Copying and growing: ENOMEM, E2BIG past SY_SOUND_SAMPLES_MAX; the sound is unchanged then. */
int sy_sound_copy(const struct sy_sound *sound, struct sy_sound *ret_copy);
int sy_sound_append(struct sy_sound *sound, const int16_t *pcm, size_t n);
/* What follows sample `from` (at most sound->n), without a copy: both share the samples from now on, which are freed
 * with the last of them. They may belong to different threads. ENOMEM. */
int sy_sound_part(struct sy_sound *sound, size_t from, struct sy_sound *ret_part);
int sy_sound_ms(const struct sy_sound *sound);
void sy_sound_reset(struct sy_sound *sound);

/* A new sound at another rate (soxr, high quality); equal rates copy. EINVAL for a rate outside 4000..192000. */
int sy_sound_resample(const struct sy_sound *sound, int rate, struct sy_sound *ret_sound);

#endif
