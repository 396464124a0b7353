/*
 * calibrate_fit: logistic functions fitted to samples, and how far they can be trusted on samples that were kept back.
 *
 * Samples are kept by the creator; everything else is a pure function.
 */
#ifndef SY_TOOLS_CALIBRATE_FIT_H
#define SY_TOOLS_CALIBRATE_FIT_H

#include <stdbool.h>
#include <stddef.h>

#include "tools/bench_hear_stats.h"

#define SY_FIT_COLUMNS_MAX 24
#define SY_FIT_SET_MAX 24 /* bytes of a set's name */

struct sy_fit_sample {
	double x[SY_FIT_COLUMNS_MAX];
	double right;  /* 0 or 1, or the share that is */
	double weight; /* in the fit; 0: 1 */
	unsigned part; /* of speakers or sentences; the same part is fitted, or judged, as a whole */
	char set[SY_FIT_SET_MAX];
};

/* Zeroed is empty; sy_fit_reset() frees it. */
struct sy_fit_samples {
	struct sy_fit_sample *at;
	size_t n, cap;
	int columns;
};

int sy_fit_add(struct sy_fit_samples *samples, const struct sy_fit_sample *sample, int columns);
void sy_fit_reset(struct sy_fit_samples *samples);

/* Which of `parts` a speaker, file or sentence belongs to. */
unsigned sy_fit_part(const char *key, unsigned parts);

/* What a weight may be; -INFINITY and INFINITY bound nothing. */
struct sy_fit_range {
	double low, high;
};

/* The weights that fit all parts but `left_out` best (SY_FIT_ALL: all). `ranges`: of each weight, or NULL. */
#define SY_FIT_ALL ((unsigned)-1)
void sy_fit(const struct sy_fit_samples *samples, unsigned left_out, const struct sy_fit_range *ranges, double *ret_w);

double sy_fit_odds(const double *w, const double *x, int n); /* 0..1 */

/* What each sample is claimed to be by weights that were fitted to the other parts; a share of a half counts as right.
 */
void sy_fit_crossed(const struct sy_fit_samples *samples, unsigned parts, const struct sy_fit_range *ranges,
	struct sy_claim *ret_claims);

#endif
