#include "tools/bench_hear_stats.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define Z95 1.959964

struct sy_interval sy_stats_wilson(size_t k, size_t n)
{
	double p, zz = Z95 * Z95, count = (double)n, middle, half;

	if (n == 0)
		return (struct sy_interval){0, 1};
	p = (double)k / count;
	middle = (p + zz / (2 * count)) / (1 + zz / count);
	half = Z95 / (1 + zz / count) * sqrt(p * (1 - p) / count + zz / (4 * count * count));
	return (struct sy_interval){k == 0 ? 0 : middle - half, k == n ? 1 : middle + half};
}

static int by_claim(const void *a, const void *b)
{
	double x = ((const struct sy_claim *)a)->p, y = ((const struct sy_claim *)b)->p;

	return (x > y) - (x < y);
}

double sy_stats_auc(struct sy_claim *claims, size_t n)
{
	double right = 0, wrong = 0, ordered = 0;

	if (n == 0)
		return NAN;
	qsort(claims, n, sizeof *claims, by_claim);
	for (size_t i = 0; i < n;) {
		double same_right = 0, same_wrong = 0;
		for (const double p = claims[i].p; i < n && !(claims[i].p > p); i++) {
			same_right += claims[i].right;
			same_wrong += !claims[i].right;
		}
		ordered += same_right * (wrong + same_wrong / 2);
		right += same_right;
		wrong += same_wrong;
	}
	return right * wrong > 0 ? ordered / (right * wrong) : NAN;
}

struct sy_interval sy_stats_auc_interval(double auc, const struct sy_claim *claims, size_t n)
{
	double right = 0, wrong, q1 = auc / (2 - auc), q2 = 2 * auc * auc / (1 + auc), error;

	for (size_t i = 0; i < n; i++)
		right += claims[i].right;
	wrong = (double)n - right;
	error = sqrt(
		(auc * (1 - auc) + (right - 1) * (q1 - auc * auc) + (wrong - 1) * (q2 - auc * auc)) / (right * wrong));
	return (struct sy_interval){fmax(0, auc - Z95 * error), fmin(1, auc + Z95 * error)};
}

void sy_stats_bins(const struct sy_claim *claims, size_t n, struct sy_stats_bin *ret_bins)
{
	memset(ret_bins, 0, SY_STATS_BINS * sizeof *ret_bins);
	for (size_t i = 0; i < n; i++) {
		struct sy_stats_bin *bin =
			&ret_bins[(size_t)fmax(0, fmin(claims[i].p * SY_STATS_BINS, SY_STATS_BINS - 1))];
		bin->n++;
		bin->right += claims[i].right;
		bin->p += claims[i].p;
	}
	for (size_t i = 0; i < SY_STATS_BINS; i++)
		if (ret_bins[i].n)
			ret_bins[i].p /= (double)ret_bins[i].n;
}

double sy_stats_calibration_error(const struct sy_claim *claims, size_t n)
{
	struct sy_stats_bin bins[SY_STATS_BINS];
	double error = 0;

	sy_stats_bins(claims, n, bins);
	for (size_t i = 0; i < SY_STATS_BINS; i++)
		error += fabs(bins[i].p * (double)bins[i].n - (double)bins[i].right);
	return n ? error / (double)n : NAN;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double sy_stats_threshold(double *values, size_t n, double share)
{
	if (n == 0)
		return -INFINITY;
	qsort(values, n, sizeof *values, by_value);
	return values[(size_t)(share * (double)n)];
}
