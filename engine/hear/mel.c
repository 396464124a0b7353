#include "engine/hear/mel.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "audio/fft.h"

#define FFT 256
#define WINDOW (SY_MEL_HZ / 40) /* 25 ms */
#define SHIFT (SY_MEL_HZ / SY_MEL_RATE)
#define LOW_HZ 120.0
#define HIGH_HZ 3800.0
/* Under the rounding of 8-bit G.711 at its softest: digital silence is not infinitely soft. */
#define FLOOR 1e3f
/* Sums of equal frames differ by this much at most. */
#define ROUNDING 0.1
/* Earlier turns weigh as much as this many frames at most (5 s), so that a changed line is followed. */
#define VOICE_FRAMES_MAX 500.0

_Static_assert(SY_VOICE_DIMS >= SY_MEL_BANDS, "a voice has a mean for each band");

/* Read-only once made. */
static struct {
	float window[WINDOW];
	int first[SY_MEL_BANDS], n[SY_MEL_BANDS];
	float weight[SY_MEL_BANDS][FFT / 2 + 1];
} tables;
static pthread_once_t tables_once = PTHREAD_ONCE_INIT;

static double mel_of(double hz)
{
	return 2595 * log10(1 + hz / 700);
}

/* Triangles that overlap by half, on the mel scale. */
static void make_band(int band)
{
	const double low = mel_of(LOW_HZ), step = (mel_of(HIGH_HZ) - low) / (SY_MEL_BANDS + 1);
	const double middle = low + step * (band + 1);

	for (int k = 0; k <= FFT / 2; k++) {
		const double distance = fabs(mel_of((double)k * SY_MEL_HZ / FFT) - middle) / step;
		if (distance >= 1)
			continue;
		if (tables.n[band] == 0)
			tables.first[band] = k;
		tables.weight[band][tables.n[band]++] = (float)(1 - distance);
	}
}

static void make_tables(void)
{
	const int n = WINDOW;

	for (int i = 0; i < n; i++)
		tables.window[i] = (float)(0.54 - 0.46 * cos(2 * M_PI * (i + 0.5) / n));
	for (int band = 0; band < SY_MEL_BANDS; band++)
		make_band(band);
}

static void measure(const float *power, float *ret_bands)
{
	for (int band = 0; band < SY_MEL_BANDS; band++) {
		float sum = FLOOR;
		for (int k = 0; k < tables.n[band]; k++)
			sum += tables.weight[band][k] * power[tables.first[band] + k];
		ret_bands[band] = logf(sum);
	}
}

/* Two frames in one transform: one as the real part, one as the imaginary. */
static void transform_two(const int16_t *first, const int16_t *second, float *ret_first, float *ret_second)
{
	float re[FFT] = {0}, im[FFT] = {0}, power[2][FFT / 2 + 1];

	for (int i = 0; i < WINDOW; i++) {
		re[i] = tables.window[i] * first[i];
		im[i] = tables.window[i] * second[i];
	}
	(void)sy_fft(re, im, FFT);
	for (int k = 0; k <= FFT / 2; k++) {
		const int mirror = (FFT - k) % FFT;
		const float ar = re[k] + re[mirror], ai = im[k] - im[mirror];
		const float br = im[k] + im[mirror], bi = re[mirror] - re[k];
		power[0][k] = (ar * ar + ai * ai) / 4;
		power[1][k] = (br * br + bi * bi) / 4;
	}
	measure(power[0], ret_first);
	measure(power[1], ret_second);
}

static float energy(const float *bands)
{
	float sum = 0;

	for (int band = 0; band < SY_MEL_BANDS; band++)
		sum += bands[band];
	return sum;
}

/* The mean over the louder frames: pauses say nothing about the voice. */
static void take_mean(const struct sy_mel *mel, const struct sy_voice *voice, struct sy_voice *ret_voice)
{
	double known = voice ? fmin(voice->frames, VOICE_FRAMES_MAX) : 0, middle = 0, count = 0;
	double sum[SY_MEL_BANDS] = {0};

	for (size_t t = 0; t < mel->n; t++)
		middle += energy(mel->at[t]) / (double)mel->n;
	for (size_t t = 0; t < mel->n; t++) {
		if (energy(mel->at[t]) < middle - ROUNDING)
			continue;
		count++;
		for (int band = 0; band < SY_MEL_BANDS; band++)
			sum[band] += mel->at[t][band];
	}
	*ret_voice = (struct sy_voice){.frames = known + count};
	for (int band = 0; band < SY_MEL_BANDS && ret_voice->frames > 0; band++)
		ret_voice->mean[band] =
			(float)((sum[band] + (voice ? known * voice->mean[band] : 0)) / ret_voice->frames);
}

int sy_mel_of(
	const int16_t *pcm, size_t n, const struct sy_voice *voice, struct sy_mel *ret_mel, struct sy_voice *ret_voice)
{
	struct sy_mel mel = {.n = n < WINDOW ? 0 : (n - WINDOW) / SHIFT + 1};
	struct sy_voice joined;
	float spare[SY_MEL_BANDS];
	int err = pthread_once(&tables_once, make_tables);

	if (err)
		return err;
	mel.at = malloc((mel.n ? mel.n : 1) * sizeof *mel.at);
	if (!mel.at)
		return ENOMEM;
	for (size_t t = 0; t < mel.n; t += 2) {
		const bool two = t + 1 < mel.n;
		transform_two(pcm + t * SHIFT, pcm + (t + two) * SHIFT, mel.at[t], two ? mel.at[t + 1] : spare);
	}
	take_mean(&mel, voice, &joined);
	for (size_t t = 0; t < mel.n; t++)
		for (int band = 0; band < SY_MEL_BANDS; band++)
			mel.at[t][band] -= joined.mean[band];
	*ret_mel = mel;
	if (ret_voice)
		*ret_voice = joined;
	return 0;
}

void sy_mel_reset(struct sy_mel *mel)
{
	free(mel->at);
	*mel = (struct sy_mel){0};
}
