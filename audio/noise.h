/*
 * noise: what is heard beside a caller, made by number and seed, so that a test hears the same each time.
 *
 * Values are floating-point samples of no particular level; the user scales them. No state.
 */
#ifndef SY_AUDIO_NOISE_H
#define SY_AUDIO_NOISE_H

#include <stddef.h>
#include <stdint.h>

enum sy_noise_kind {
	SY_NOISE_NONE,
	SY_NOISE_WHITE,   /* equal power at every frequency: a poor analogue line */
	SY_NOISE_PINK,    /* equal power in every octave: wind, traffic */
	SY_NOISE_BABBLE,  /* six made-up voices: vowels that change with the syllable, and pauses */
	SY_NOISE_HUM,     /* 50 Hz and its harmonics: a mains hum */
	SY_NOISE_CLATTER, /* dishes and doors: bursts that ring, over soft pink noise */
	SY_NOISE_DRONE,   /* a fan or an engine: noise in one band */
};

/* Pseudo-random numbers (splitmix64, Steele, Lea and Flood 2014); any start value will do. */
struct sy_noise_random {
	uint64_t state;
};

double sy_noise_uniform(struct sy_noise_random *random); /* 0 <= x < 1 */
double sy_noise_normal(struct sy_noise_random *random);  /* mean 0, deviation 1, within ±6 */

/* Fills n samples. SY_NOISE_NONE gives silence. */
void sy_noise_fill(enum sy_noise_kind kind, int rate, uint32_t seed, double *ret_samples, size_t n);

#endif
