/*
 * tone_keys: keys that come as pairs of tones in the sound (ITU-T Q.23).
 *
 * Goertzel filters at the eight frequencies over 10 ms every 5 ms; a run of them in which two tones hold nearly all
 * of the sound is measured as a whole: frequencies by the slope of the filters' phases, so that 1.5 % beside the
 * mark passes and 3.5 % does not, which the filters' own width could not tell. Figures (ITU-T Q.24 and Bellcore
 * TR-TSY-000181): tones of 40 ms are taken, of 23 ms not; the low tone up to 8 dB louder than the high one, or 4 dB
 * weaker. A key is told some 40 ms after it began, once however long it lasts; one
 * that was held already when the sound began was meant for somebody else. One thread.
 */
#ifndef SY_AUDIO_MEDIA_TONE_KEYS_H
#define SY_AUDIO_MEDIA_TONE_KEYS_H

#include <stddef.h>
#include <stdint.h>

struct sy_tone_keys;

/* EINVAL for a rate that is no call's. */
int sy_tone_keys_create(int rate, struct sy_tone_keys **ret_keys);
void sy_tone_keys_destroy(struct sy_tone_keys *keys);

/* One frame of the caller's sound; the key that was found in it, or 0. */
char sy_tone_keys_hear(struct sy_tone_keys *keys, const int16_t *frame);

#endif
