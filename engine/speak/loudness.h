/*
 * loudness: synthesised speech -> the level that every prompt has, whatever voice made it.
 *
 * Works in place on 16-bit mono samples. Pure, thread-safe.
 */
#ifndef SY_SPEAK_LOUDNESS_H
#define SY_SPEAK_LOUDNESS_H

#include "audio/sound.h"

/* Active speech: between the -15 dBm0 of loud and the -25 of soft talkers, so that echo cancellers and people agree
 * with it (ITU-T P.56 says how active level is measured; here frames within 30 dB of the loudest count). */
#define SY_LOUDNESS_DBFS (-20.0)

/* No sample goes past it: codecs and resampling on the way need some room. */
#define SY_PEAK_DBFS (-1.0)

/* Silence kept around speech, so that it begins at once and no last consonant is lost. */
#define SY_LEAD_MS 20
#define SY_TAIL_MS 60

/* dBFS of the frames that hold speech, -96 if there are none. */
double sy_loudness_active(const struct sy_sound *sound);

/* Cuts silence down to SY_LEAD_MS and SY_TAIL_MS and fades the cut; a sound that is all silence becomes empty. */
void sy_loudness_trim(struct sy_sound *sound);

/* Brings active speech to SY_LOUDNESS_DBFS + gain_db. Peaks may go past full scale until they are limited, so that
 * `wide` holds them: n values. */
void sy_loudness_level(const struct sy_sound *sound, double gain_db, float *wide);

/* Presses peaks under SY_PEAK_DBFS, smoothly, and rounds to 16 bits. */
int sy_loudness_limit(float *wide, size_t n, int rate, int16_t *ret_pcm);

#endif
