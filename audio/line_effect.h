/*
 * line_effect: what a telephone line, and the room behind it, does to a sound. For tests and benchmarks.
 *
 * Applied in this order: level, band, noise, clipping, coding, packet loss. A zeroed struct changes nothing.
 * The same parameters and seed give the same samples each time. A plain value with one owner;
 * sy_line_effect_reset() frees the recording of a noise. No other state.
 *
 * Errors: EINVAL for a parameter outside its range (or not a number), ENOMEM; the sound is unchanged then.
 */
#ifndef SY_AUDIO_LINE_EFFECT_H
#define SY_AUDIO_LINE_EFFECT_H

#include <stdbool.h>
#include <stdint.h>

#include "audio/noise.h"
#include "audio/sound.h"
#include "base/problem.h"

#define SY_LINE_LEVEL_MAX_DB 60.0 /* and -60 */
#define SY_LINE_SNR_MIN_DB (-30.0)
#define SY_LINE_SNR_MAX_DB 90.0
/* The level of speech on a line that is set up well (ITU-T P.56, P.800); noise is held against it where nobody speaks.
 */
#define SY_LINE_SPEECH_DBFS (-26.0)

enum sy_line_coding { SY_LINE_LINEAR, SY_LINE_MULAW, SY_LINE_ALAW };

struct sy_line_effect {
	double level_db; /* louder or softer */
	bool band;       /* 300 to 3400 Hz, as a telephone passes it; needs 8 kHz or more */
	/*
	 * Noise as loud as `snr_db` below the speech; the speech's level is taken over its active parts
	 * (so that pauses around a word do not count), both after the band.
	 */
	enum sy_noise_kind noise;
	struct sy_sound recording; /* owned; with samples in it: this is the noise, repeated as needed */
	double snr_db;
	double clip_dbfs; /* samples are cut at this level; 0: at full scale */
	enum sy_line_coding coding;
	double loss; /* share of 20 ms packets lost, 0 to 1; the last one heard is repeated, fading over 60 ms */
	uint32_t seed;
};

int sy_line_effect_apply(const struct sy_line_effect *effect, struct sy_sound *sound);

/*
 * Sets the noise by name: none, white, pink, babble, hum, clatter, drone, or a file that ends in .wav or .flac.
 * EINVAL names what is known; a file's errors are those of sy_wav_read().
 */
int sy_line_effect_noise_from(const char *name, struct sy_line_effect *effect, struct sy_problem *why);

/* Root mean square of the parts where somebody speaks; -96 where nobody does. */
double sy_line_effect_active_dbfs(const struct sy_sound *sound);

void sy_line_effect_reset(struct sy_line_effect *effect);

#endif
