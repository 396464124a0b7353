/*
 * histogram: as many measurements as come, each counted to a tenth of a millisecond.
 *
 * Plain value, zeroed at first. One thread.
 */
#ifndef SY_TOOLS_LOAD_HISTOGRAM_H
#define SY_TOOLS_LOAD_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

/* Up to 10 s in tenths of a millisecond; what is longer counts as that. */
#define SY_HISTOGRAM_A_MS 10
#define SY_HISTOGRAM_MS_MAX 10000

struct sy_histogram {
	uint32_t at[SY_HISTOGRAM_MS_MAX * SY_HISTOGRAM_A_MS + 1];
	uint64_t n;
	double worst_ms; /* exact, also past the end */
};

/* What is below 0 counts as 0. */
void sy_histogram_add(struct sy_histogram *histogram, double ms);
/* ms that `share` (0..1) of the measurements do not exceed; 0 where there are none. */
double sy_histogram_quantile(const struct sy_histogram *histogram, double share);
void sy_histogram_join(struct sy_histogram *into, const struct sy_histogram *from);

#endif
