/*
 * spectrum: what the last 40 ms of a line sound like: levels in five bands of the telephone band, and how periodic.
 *
 * Everything is measured at 8 kHz, also on a 16 kHz call, so that one set of thresholds serves both and a wideband
 * caller is judged by what a telephone would carry. Plain value without heap memory. One thread.
 */
#ifndef SY_AUDIO_SPECTRUM_H
#define SY_AUDIO_SPECTRUM_H

#include <stdint.h>

#include "audio/frame.h"

#define SY_SPECTRUM_BANDS 5
/* 40 ms: two periods of a deep voice (80 Hz) and a half, which an autocorrelation needs. */
#define SY_SPECTRUM_WINDOW (2 * SY_RATE_LINE / 1000 * SY_FRAME_MS)
#define SY_SPECTRUM_FFT 512
/* Half-band filter from 16 to 8 kHz: 40 dB down at 5 kHz, enough to judge by. */
#define SY_SPECTRUM_TAPS 15

struct sy_spectrum {
	int rate;
	float window[SY_SPECTRUM_WINDOW]; /* the last two frames at 8 kHz */
	float tail[SY_SPECTRUM_TAPS - 1]; /* of the 16 kHz input, for the filter */
	float highpass_x, highpass_y;     /* first-order high-pass at 120 Hz: hum and DC */
	float power[SY_SPECTRUM_FFT / 2 + 1];
	/* results of the last sy_spectrum_feed() */
	float band_db[SY_SPECTRUM_BANDS]; /* dBFS of each band */
	float level_db;                   /* dBFS over all bands */
	float peak_share;                 /* 0..1 of the power within the two strongest peaks: near 1 for tones */
	float peak_hz;                    /* of the lower of these two, where both count; 0: no sound */
};

/* EINVAL for another rate than SY_RATE_LINE or SY_RATE_WIDE. */
int sy_spectrum_init(struct sy_spectrum *spectrum, int rate);

/* One frame; fills the results. */
void sy_spectrum_feed(struct sy_spectrum *spectrum, const int16_t *frame);

/*
 * Periodicity of the same 40 ms, 0 (noise) to 1 (a pure tone, a vowel about 0.9), over pitches from 70 to 400 Hz:
 * the autocorrelation divided by that of the window (P. Boersma, "Accurate short-term analysis of the fundamental
 * frequency", 1993). Costs a second FFT: ask only for frames that matter, once after each feed.
 */
float sy_spectrum_periodicity(struct sy_spectrum *spectrum);

#endif
