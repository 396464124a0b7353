#include "tools/bench_span.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"

#define GAP (SY_BENCH_SPAN_GAP_MS / SY_FRAME_MS)

/* Levels of a recording's frames, and what of them is speech. */
struct levels {
	size_t n;
	double *at;
	double least; /* speech is louder */
	double sure;  /* and what is louder than this is nothing else */
};

static int by_level(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static int judge(struct levels *levels)
{
	double *sorted = malloc(levels->n * sizeof(*sorted));

	if (sorted == NULL)
		return -1;
	memcpy(sorted, levels->at, levels->n * sizeof(*sorted));
	qsort(sorted, levels->n, sizeof(*sorted), by_level);
	const double loudest = sorted[levels->n - 1], noise = sorted[levels->n / 10];
	levels->sure = loudest - SY_BENCH_SPAN_SURE_DB;
	levels->least = fmax(loudest - SY_BENCH_SPAN_DB, fmin(noise + SY_BENCH_SPAN_NOISE_DB, levels->sure));
	free(sorted);
	return 0;
}

/* No more than SY_BENCH_SPAN_CLICK_MS of sound, with nothing to either side. */
static bool is_click(const struct levels *levels, size_t at)
{
	size_t first = at, last = at;

	while (first > 0 && levels->at[first - 1] > levels->least)
		first--;
	while (last + 1 < levels->n && levels->at[last + 1] > levels->least)
		last++;
	return (last - first + 1) * SY_FRAME_MS <= SY_BENCH_SPAN_CLICK_MS;
}

/* The last frame of speech from there on in that direction, over gaps. */
static size_t reach(const struct levels *levels, size_t from, int step)
{
	size_t last = from;
	int gap = 0;

	for (size_t i = from; i < levels->n && gap <= GAP; i += (size_t)step) { /* before the first it wraps past n */
		gap = levels->at[i] > levels->least ? 0 : gap + 1;
		last = gap == 0 ? i : last;
	}
	return last;
}

void sy_bench_span(const struct sy_sound *sound, size_t *ret_begin, size_t *ret_end)
{
	const size_t frame = sy_frame_samples(sound->rate);
	struct levels levels = {.n = sound->n / frame};
	size_t first = levels.n, last = 0;

	*ret_begin = *ret_end = 0;
	levels.at = calloc(levels.n + 1, sizeof(*levels.at));
	for (size_t i = 0; levels.at != NULL && i < levels.n; i++)
		levels.at[i] = sy_level_dbfs(sound->pcm + i * frame, frame);
	if (levels.at == NULL || levels.n == 0 || judge(&levels) != 0) {
		free(levels.at);
		return;
	}
	for (size_t i = 0; i < levels.n; i++) {
		if (levels.at[i] <= levels.sure || is_click(&levels, i))
			continue;
		first = first < levels.n ? first : i;
		last = i;
	}
	if (first < levels.n) {
		*ret_begin = reach(&levels, first, -1) * frame;
		*ret_end = (reach(&levels, last, 1) + 1) * frame;
	}
	free(levels.at);
}
