#include "audio/media/conceal.h"

#include <math.h>
#include <string.h>

/* 66 to 400 Hz. */
#define PITCH_MIN_US 2500
#define PITCH_MAX_MS 15
#define WINDOW_MS 20
#define FULL_MS 10
#define BLEND_MS 4

static size_t samples(const struct sy_conceal *conceal, int ms)
{
	return (size_t)(conceal->rate / 1000 * ms);
}

void sy_conceal_init(struct sy_conceal *conceal, int rate)
{
	memset(conceal, 0, sizeof(*conceal));
	conceal->rate = rate;
}

double sy_conceal_likeness(const int16_t *a, const int16_t *b, size_t n)
{
	float ab = 0, aa = 0, bb = 0;

	for (size_t i = 0; i < n; i++) {
		ab += (float)a[i] * (float)b[i];
		aa += (float)a[i] * (float)a[i];
		bb += (float)b[i] * (float)b[i];
	}
	return aa > 0 && bb > 0 ? (double)(ab / sqrtf(aa * bb)) : 0;
}

/* The lag at which the last window is most like what was before it. */
static size_t find_pitch(const struct sy_conceal *conceal)
{
	const size_t window = samples(conceal, WINDOW_MS), most = samples(conceal, PITCH_MAX_MS);
	const int16_t *last = conceal->history + samples(conceal, SY_CONCEAL_HISTORY_MS) - window;
	size_t pitch = most;
	double best = 0;

	for (size_t lag = (size_t)conceal->rate * PITCH_MIN_US / 1000000; lag <= most; lag++) {
		const double likeness = sy_conceal_likeness(last, last - lag, window);
		if (likeness > best) {
			best = likeness;
			pitch = lag;
		}
	}
	return pitch;
}

static void begin(struct sy_conceal *conceal)
{
	const int16_t *end = conceal->history + samples(conceal, SY_CONCEAL_HISTORY_MS);
	const size_t pitch = find_pitch(conceal), join = pitch / 4;

	memcpy(conceal->period, end - pitch, pitch * sizeof(*end));
	for (size_t i = 0; i < join; i++) {
		const double share = (double)(i + 1) / (double)(join + 1);
		int16_t *sample = &conceal->period[pitch - join + i];
		*sample = (int16_t)lrint(*sample * (1 - share) + end[(ptrdiff_t)i - (ptrdiff_t)(pitch + join)] * share);
	}
	conceal->pitch = pitch;
	conceal->at = 0;
	conceal->offset = end[-1] - end[-(ptrdiff_t)pitch - 1];
}

static double level_at(const struct sy_conceal *conceal, size_t missing)
{
	const double full = (double)samples(conceal, FULL_MS), all = (double)samples(conceal, SY_CONCEAL_MS);

	return fmin(1, fmax(0, (all - (double)missing) / (all - full)));
}

static int16_t next_sample(struct sy_conceal *conceal)
{
	const double blend = (double)samples(conceal, BLEND_MS);
	const double offset = conceal->offset * fmax(0, 1 - (double)conceal->missing / blend);
	const double sample = (conceal->period[conceal->at] + offset) * level_at(conceal, conceal->missing);

	conceal->at = (conceal->at + 1) % conceal->pitch;
	conceal->missing++;
	return (int16_t)lrint(fmax(INT16_MIN, fmin(INT16_MAX, sample)));
}

static void remember(struct sy_conceal *conceal, const int16_t *pcm, size_t n)
{
	const size_t room = samples(conceal, SY_CONCEAL_HISTORY_MS);

	if (n >= room) {
		memcpy(conceal->history, pcm + n - room, room * sizeof(*pcm));
		return;
	}
	memmove(conceal->history, conceal->history + n, (room - n) * sizeof(*pcm));
	memcpy(conceal->history + room - n, pcm, n * sizeof(*pcm));
}

void sy_conceal_hear(struct sy_conceal *conceal, int16_t *pcm, size_t n)
{
	size_t blend = samples(conceal, BLEND_MS);

	blend = n < blend ? n : blend;
	for (size_t i = 0; i < blend && conceal->pitch > 0; i++) {
		const double share = (double)(i + 1) / (double)(blend + 1);
		pcm[i] = (int16_t)lrint(pcm[i] * share + next_sample(conceal) * (1 - share));
	}
	conceal->pitch = conceal->missing = 0;
	remember(conceal, pcm, n);
}

void sy_conceal_fill(struct sy_conceal *conceal, int16_t *ret_pcm, size_t n)
{
	if (conceal->pitch == 0)
		begin(conceal);
	for (size_t i = 0; i < n; i++)
		ret_pcm[i] = next_sample(conceal);
}
