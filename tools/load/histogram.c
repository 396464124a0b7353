#include "tools/load/histogram.h"

#include <math.h>

void sy_histogram_add(struct sy_histogram *histogram, double ms)
{
	const double last = SY_HISTOGRAM_MS_MAX * SY_HISTOGRAM_A_MS;
	const double at = floor(fmax(ms, 0) * SY_HISTOGRAM_A_MS + 0.5);

	histogram->at[(size_t)fmin(at, last)]++;
	histogram->n++;
	histogram->worst_ms = fmax(histogram->worst_ms, ms);
}

double sy_histogram_quantile(const struct sy_histogram *histogram, double share)
{
	const uint64_t wanted = (uint64_t)ceil(share * (double)histogram->n);
	uint64_t n = 0;

	for (size_t i = 0; i <= SY_HISTOGRAM_MS_MAX * SY_HISTOGRAM_A_MS; i++) {
		n += histogram->at[i];
		if (n > 0 && n >= wanted)
			return (double)i / SY_HISTOGRAM_A_MS;
	}
	return 0;
}

void sy_histogram_join(struct sy_histogram *into, const struct sy_histogram *from)
{
	for (size_t i = 0; i <= SY_HISTOGRAM_MS_MAX * SY_HISTOGRAM_A_MS; i++)
		into->at[i] += from->at[i];
	into->n += from->n;
	into->worst_ms = fmax(into->worst_ms, from->worst_ms);
}
