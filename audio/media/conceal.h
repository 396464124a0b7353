/*
 * conceal: sound made up for packets that did not come, from the sound before them.
 *
 * The last pitch period goes on, as in ITU-T G.711 appendix I, but without its delay: at full level for 10 ms, then
 * fading out until SY_CONCEAL_MS; the next real sound is faded in over what was made up. spandsp's concealer knows
 * pitch periods in samples of 8 kHz only; this one does the same at both rates of a call. A plain value; one thread.
 */
#ifndef SY_AUDIO_MEDIA_CONCEAL_H
#define SY_AUDIO_MEDIA_CONCEAL_H

#include <stddef.h>
#include <stdint.h>

#include "audio/frame.h"

/* A vowel may go on for so long; beyond it a repeated period sounds like a machine. */
#define SY_CONCEAL_MS 60

/* The longest period (66 Hz: 15 ms) and a window to compare (20 ms), with room for a blend. */
#define SY_CONCEAL_HISTORY_MS 40
#define SY_CONCEAL_HISTORY_MAX (SY_CONCEAL_HISTORY_MS * (SY_RATE_WIDE / 1000))

struct sy_conceal {
	int rate;
	int16_t history[SY_CONCEAL_HISTORY_MAX]; /* what was played last, oldest first */
	int16_t period[SY_CONCEAL_HISTORY_MAX];  /* one pitch period whose end fits its beginning */
	size_t pitch;                            /* its length; 0 while nothing is missing */
	size_t at;
	size_t missing; /* samples made up since the last real one */
	double offset;  /* a step at the first sample made up, levelled out over `blend` */
};

void sy_conceal_init(struct sy_conceal *conceal, int rate);
/* Real sound, at most a packet; its beginning is changed where something was made up before. */
void sy_conceal_hear(struct sy_conceal *conceal, int16_t *pcm, size_t n);
/* Makes n samples up; zeros after SY_CONCEAL_MS. */
void sy_conceal_fill(struct sy_conceal *conceal, int16_t *ret_pcm, size_t n);

/* How much two stretches are alike, -1 to 1; 0 for silence. */
double sy_conceal_likeness(const int16_t *a, const int16_t *b, size_t n);

#endif
