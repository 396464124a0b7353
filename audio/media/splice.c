#include "audio/media/splice.h"

#include <math.h>
#include <string.h>

#include "audio/media/conceal.h"

#define LEAST_MS 5
#define BLEND_MS 10

/* Where the sound goes on most like it does at its beginning; of equals (silence) the furthest. */
static size_t find_lag(const int16_t *pcm, int rate)
{
	const size_t ms = (size_t)(rate / 1000), blend = BLEND_MS * ms;
	size_t best_lag = SY_SPLICE_OUT_MS_MAX * ms;
	double best = sy_conceal_likeness(pcm, pcm + best_lag, blend);

	for (size_t lag = LEAST_MS * ms; lag < SY_SPLICE_OUT_MS_MAX * ms; lag++) {
		const double likeness = sy_conceal_likeness(pcm, pcm + lag, blend);
		if (likeness > best) {
			best = likeness;
			best_lag = lag;
		}
	}
	return best_lag;
}

size_t sy_splice_shorten(int16_t *pcm, size_t n, int rate)
{
	const size_t ms = (size_t)(rate / 1000), blend = BLEND_MS * ms;

	if (n < SY_SPLICE_MS * ms)
		return 0;
	const size_t lag = find_lag(pcm, rate);
	for (size_t i = 0; i < blend; i++) {
		const double share = (double)(i + 1) / (double)(blend + 1);
		pcm[i] = (int16_t)lrint(pcm[i] * (1 - share) + pcm[i + lag] * share);
	}
	memmove(pcm + blend, pcm + blend + lag, (n - blend - lag) * sizeof(*pcm));
	return lag;
}
