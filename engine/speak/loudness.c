#include "engine/speak/loudness.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"

#define FULL_SCALE 32768.0
#define TRIM_MS 5        /* resolution of a cut */
#define TRIM_BELOW_DB 40 /* under the loudest: what is no speech in the voices' own silence */
#define ACTIVE_BELOW_DB 30
#define FADE_MS 3
#define GAIN_MOST_DB 20 /* a whole sound that is softer holds no speech to be raised */
#define LIMIT_MS 1      /* step of the limiter's gain */
#define LIMIT_REACH 5   /* steps before and after a peak over which the gain moves */

static size_t samples(int rate, int ms)
{
	return (size_t)rate / 1000 * (size_t)ms;
}

static double loudest_frame(const struct sy_sound *sound, size_t frame)
{
	double loudest = -96;

	for (size_t at = 0; at < sound->n; at += frame) {
		size_t n = sound->n - at < frame ? sound->n - at : frame;

		loudest = fmax(loudest, sy_level_dbfs(sound->pcm + at, n));
	}
	return loudest;
}

double sy_loudness_active(const struct sy_sound *sound)
{
	size_t frame = samples(sound->rate, SY_FRAME_MS), n_active = 0;
	double floor, power = 0;

	if (!sound->n || !frame)
		return -96;
	floor = fmax(loudest_frame(sound, frame) - ACTIVE_BELOW_DB, -90);
	for (size_t at = 0; at < sound->n; at += frame) {
		size_t n = sound->n - at < frame ? sound->n - at : frame;
		double level = sy_level_dbfs(sound->pcm + at, n);

		if (level < floor)
			continue;
		power += pow(10, level / 10) * (double)n;
		n_active += n;
	}
	return n_active ? 10 * log10(power / (double)n_active) : -96;
}

static void fade(int16_t *pcm, size_t n, size_t length)
{
	for (size_t i = 0; i < length && i < n; i++) {
		double factor = ((double)i + 0.5) / (double)length;

		pcm[i] = (int16_t)lrint(pcm[i] * factor);
		pcm[n - 1 - i] = (int16_t)lrint(pcm[n - 1 - i] * factor);
	}
}

void sy_loudness_trim(struct sy_sound *sound)
{
	size_t step = samples(sound->rate, TRIM_MS), first = sound->n, last = 0;
	size_t lead = samples(sound->rate, SY_LEAD_MS), tail = samples(sound->rate, SY_TAIL_MS);
	double floor = step ? fmax(loudest_frame(sound, step) - TRIM_BELOW_DB, -80) : 0;

	for (size_t at = 0; at < sound->n; at += step) {
		size_t n = sound->n - at < step ? sound->n - at : step;

		if (sy_level_dbfs(sound->pcm + at, n) < floor)
			continue;
		first = first < at ? first : at;
		last = at + n;
	}
	if (first >= last) {
		sound->n = 0;
		return;
	}
	first = first > lead ? first - lead : 0;
	last = sound->n - last > tail ? last + tail : sound->n;
	memmove(sound->pcm, sound->pcm + first, (last - first) * sizeof(*sound->pcm));
	sound->n = last - first;
	fade(sound->pcm, sound->n, samples(sound->rate, FADE_MS));
}

void sy_loudness_level(const struct sy_sound *sound, double gain_db, float *wide)
{
	double level = sy_loudness_active(sound);
	double raise = fmin(SY_LOUDNESS_DBFS - level, GAIN_MOST_DB) + gain_db;
	float factor = (float)pow(10, raise / 20);

	for (size_t i = 0; i < sound->n; i++)
		wide[i] = (float)sound->pcm[i] * factor;
}

/* For each step the gain that its loudest sample needs. */
static void find_gains(const float *wide, size_t n, size_t step, float *gains)
{
	const float most = (float)(FULL_SCALE * pow(10, SY_PEAK_DBFS / 20));

	for (size_t b = 0; b * step < n; b++) {
		float peak = 0;

		for (size_t i = b * step; i < n && i < (b + 1) * step; i++)
			peak = fmaxf(peak, fabsf(wide[i]));
		gains[b] = peak > most ? most / peak : 1;
	}
}

/* Each step's least gain over its neighbours, then the mean of those: never above what a step itself needs. */
static void smooth_gains(const float *gains, size_t n, float *least, float *ret_smooth)
{
	for (size_t b = 0; b < n; b++) {
		size_t from = b > LIMIT_REACH ? b - LIMIT_REACH : 0;

		least[b] = 1;
		for (size_t i = from; i < n && i <= b + LIMIT_REACH; i++)
			least[b] = fminf(least[b], gains[i]);
	}
	for (size_t b = 0; b < n; b++) {
		size_t from = b > LIMIT_REACH ? b - LIMIT_REACH : 0, to = b + LIMIT_REACH < n ? b + LIMIT_REACH : n - 1;
		float sum = 0;

		for (size_t i = from; i <= to; i++)
			sum += least[i];
		ret_smooth[b] = sum / (float)(to - from + 1);
	}
}

/* Within a step the gain goes in a straight line between its borders, where the lesser of both sides holds. */
static void apply_gains(float *wide, size_t n, size_t step, const float *gains)
{
	size_t n_steps = (n + step - 1) / step;

	for (size_t b = 0; b < n_steps; b++) {
		float left = b ? fminf(gains[b - 1], gains[b]) : gains[b];
		float right = b + 1 < n_steps ? fminf(gains[b], gains[b + 1]) : gains[b];

		for (size_t i = 0; i < step && b * step + i < n; i++)
			wide[b * step + i] *= left + (right - left) * (float)i / (float)step;
	}
}

int sy_loudness_limit(float *wide, size_t n, int rate, int16_t *ret_pcm)
{
	size_t step = samples(rate, LIMIT_MS), n_steps = n / step + 1;
	float *gains = calloc(3 * n_steps, sizeof(*gains));

	if (!gains)
		return ENOMEM;
	find_gains(wide, n, step, gains);
	smooth_gains(gains, (n + step - 1) / step, gains + n_steps, gains + 2 * n_steps);
	apply_gains(wide, n, step, gains + 2 * n_steps);
	for (size_t i = 0; i < n; i++)
		ret_pcm[i] = (int16_t)lrintf(wide[i]);
	free(gains);
	return 0;
}
