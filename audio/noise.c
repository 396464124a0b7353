#include "audio/noise.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#define VOICES 6
#define FORMANTS 2
#define HUM_HZ 50
#define HUM_HARMONICS 15

/* A second-order resonator: one formant of a vowel. */
struct resonator {
	double a, b, gain;
	double y1, y2;
};

/* One made-up speaker of the babble. */
struct voice {
	struct resonator formant[FORMANTS];
	double period; /* of the vocal cords, in samples */
	double phase;  /* samples since the last pulse */
	double loud;   /* of this syllable; 0: a pause */
	size_t at;     /* within the syllable */
	size_t length; /* of the syllable */
};

static uint64_t next_number(struct sy_noise_random *random)
{
	uint64_t z = random->state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

double sy_noise_uniform(struct sy_noise_random *random)
{
	return (double)(next_number(random) >> 11) * 0x1p-53;
}

/* The sum of twelve uniform numbers less six: normal enough, and without a library's rounding. */
double sy_noise_normal(struct sy_noise_random *random)
{
	double sum = -6;

	for (int i = 0; i < 12; i++)
		sum += sy_noise_uniform(random);
	return sum;
}

static double between(struct sy_noise_random *random, double low, double high)
{
	return low + (high - low) * sy_noise_uniform(random);
}

static void fill_white(struct sy_noise_random *random, double *samples, size_t n)
{
	for (size_t i = 0; i < n; i++)
		samples[i] = sy_noise_normal(random);
}

/* Paul Kellet's filter (musicdsp.org, 1999): -3 dB an octave within 0.5 dB from 10 Hz up at 44.1 kHz. */
static void fill_pink(struct sy_noise_random *random, double *samples, size_t n)
{
	double b0 = 0, b1 = 0, b2 = 0;

	for (size_t i = 0; i < n; i++) {
		double white = sy_noise_normal(random);
		b0 = 0.99765 * b0 + white * 0.0990460;
		b1 = 0.96300 * b1 + white * 0.2965164;
		b2 = 0.57000 * b2 + white * 1.0526913;
		samples[i] = b0 + b1 + b2 + white * 0.1848;
	}
}

static void fill_hum(struct sy_noise_random *random, int rate, double *samples, size_t n)
{
	memset(samples, 0, n * sizeof(*samples));
	for (int k = 1; k <= HUM_HARMONICS && k * HUM_HZ < rate / 2; k++) {
		double start = between(random, 0, 2 * M_PI);
		double step = 2 * M_PI * k * HUM_HZ / rate;
		for (size_t i = 0; i < n; i++)
			samples[i] += sin(start + step * (double)i) / k;
	}
}

static void tune(struct resonator *resonator, double hz, double width_hz, int rate)
{
	double radius = exp(-M_PI * width_hz / rate);

	resonator->a = 2 * radius * cos(2 * M_PI * hz / rate);
	resonator->b = -radius * radius;
	resonator->gain = 1 - radius;
}

static double resonate(struct resonator *resonator, double x)
{
	double y = resonator->gain * x + resonator->a * resonator->y1 + resonator->b * resonator->y2;

	resonator->y2 = resonator->y1;
	resonator->y1 = y;
	return y;
}

/* Ranges: formants of the vowels (Peterson and Barney 1952), 3 to 8 syllables a second, a fifth of the time silent. */
static void begin_syllable(struct voice *voice, struct sy_noise_random *random, int rate)
{
	tune(&voice->formant[0], between(random, 270, 800), 80, rate);
	tune(&voice->formant[1], between(random, 900, 2400), 120, rate);
	voice->period *= between(random, 0.93, 1.07);
	voice->loud = sy_noise_uniform(random) < 0.2 ? 0 : between(random, 0.3, 1);
	voice->at = 0;
	voice->length = (size_t)(rate * between(random, 0.12, 0.33));
}

static void begin_voice(struct voice *voice, struct sy_noise_random *random, int rate)
{
	*voice = (struct voice){.period = rate / between(random, 90, 230)};
	begin_syllable(voice, random, rate);
	voice->at = (size_t)((double)voice->length * sy_noise_uniform(random));
}

static double speak(struct voice *voice, struct sy_noise_random *random, int rate)
{
	double x = 0.05 * sy_noise_normal(random);

	if (voice->at >= voice->length)
		begin_syllable(voice, random, rate);
	if (++voice->phase >= voice->period) {
		voice->phase -= voice->period;
		x += sqrt(voice->period); /* the same power at each pitch */
	}
	double swell = sin(M_PI * (double)voice->at++ / (double)voice->length);
	x *= voice->loud * swell;
	return resonate(&voice->formant[0], x) + 0.5 * resonate(&voice->formant[1], x);
}

static void fill_babble(struct sy_noise_random *random, int rate, double *samples, size_t n)
{
	struct voice voices[VOICES];

	for (int v = 0; v < VOICES; v++)
		begin_voice(&voices[v], random, rate);
	for (size_t i = 0; i < n; i++) {
		samples[i] = 0;
		for (int v = 0; v < VOICES; v++)
			samples[i] += speak(&voices[v], random, rate);
	}
}

/* One thing dropped: three partials that ring out, and the knock itself. */
static void add_burst(struct sy_noise_random *random, int rate, double *samples, size_t n)
{
	static const double partial[] = {1, 1.47, 2.09}; /* of a struck bar or plate, roughly */
	double step = 2 * M_PI * between(random, 500, 3000) / rate, loud = between(random, 1, 7);
	double fade = exp(-1 / (rate * between(random, 0.002, 0.12)));

	for (size_t i = 0; i < n && loud > 0.01; i++, loud *= fade) {
		samples[i] += loud * 0.4 * sy_noise_normal(random);
		for (size_t k = 0; k < sizeof partial / sizeof *partial; k++)
			samples[i] += loud * 0.5 * sin(partial[k] * step * (double)i);
	}
}

static void fill_clatter(struct sy_noise_random *random, int rate, double *samples, size_t n)
{
	fill_pink(random, samples, n);
	for (size_t i = 0; i < n; i++)
		samples[i] *= 0.25;
	for (size_t at = 0; at < n; at += (size_t)(rate * between(random, 0.03, 0.6)))
		add_burst(random, rate, samples + at, n - at);
}

static void fill_drone(struct sy_noise_random *random, int rate, double *samples, size_t n)
{
	struct resonator band = {0};

	tune(&band, between(random, 150, 1800), between(random, 100, 900), rate);
	for (size_t i = 0; i < n; i++)
		samples[i] = resonate(&band, sy_noise_normal(random));
}

void sy_noise_fill(enum sy_noise_kind kind, int rate, uint32_t seed, double *ret_samples, size_t n)
{
	struct sy_noise_random random = {.state = seed};

	switch (kind) {
	case SY_NOISE_WHITE:
		fill_white(&random, ret_samples, n);
		break;
	case SY_NOISE_PINK:
		fill_pink(&random, ret_samples, n);
		break;
	case SY_NOISE_BABBLE:
		fill_babble(&random, rate, ret_samples, n);
		break;
	case SY_NOISE_HUM:
		fill_hum(&random, rate, ret_samples, n);
		break;
	case SY_NOISE_CLATTER:
		fill_clatter(&random, rate, ret_samples, n);
		break;
	case SY_NOISE_DRONE:
		fill_drone(&random, rate, ret_samples, n);
		break;
	case SY_NOISE_NONE:
		memset(ret_samples, 0, n * sizeof(*ret_samples));
		break;
	}
}
