#include "tools/calibrate_fit.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

#define RIDGE 0.5 /* keeps weights small where few recordings tell, and finite where they tell without error */
#define ROUNDS 60 /* Newton steps; the fit stands still after about ten */

int sy_fit_add(struct sy_fit_samples *samples, const struct sy_fit_sample *sample, int columns)
{
	int err = SY_GROW(&samples->at, samples->n + 1, &samples->cap);
	if (err)
		return err;
	samples->at[samples->n++] = *sample;
	samples->columns = columns;
	return 0;
}

void sy_fit_reset(struct sy_fit_samples *samples)
{
	free(samples->at);
	*samples = (struct sy_fit_samples){0};
}

/* FNV-1a, 32 bits. */
unsigned sy_fit_part(const char *key, unsigned parts)
{
	uint32_t hash = 2166136261u;

	for (; *key; key++)
		hash = (hash ^ (unsigned char)*key) * 16777619u;
	return (hash >> 16) % parts;
}

double sy_fit_odds(const double *w, const double *x, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += w[i] * x[i];
	return 1 / (1 + exp(-sum));
}

static void solve(int n, double a[][SY_FIT_COLUMNS_MAX], double *b)
{
	for (int i = 0; i < n; i++)
		for (int r = i + 1; r < n; r++) {
			double f = a[r][i] / a[i][i];
			for (int c = i; c < n; c++)
				a[r][c] -= f * a[i][c];
			b[r] -= f * b[i];
		}
	for (int i = n - 1; i >= 0; i--) {
		for (int c = i + 1; c < n; c++)
			b[i] -= a[i][c] * b[c];
		b[i] /= a[i][i];
	}
}

/* A weight at its bound that would go on beyond it stays where it is. */
static void hold(int n, const struct sy_fit_range *ranges, const double *w, double a[][SY_FIT_COLUMNS_MAX], double *g)
{
	for (int i = 0; ranges && i < n; i++) {
		const bool beyond = (w[i] <= ranges[i].low && g[i] < 0) || (w[i] >= ranges[i].high && g[i] > 0);
		if (!beyond)
			continue;
		for (int j = 0; j < n; j++)
			a[i][j] = a[j][i] = i == j;
		g[i] = 0;
	}
}

/* Newton's method; the matrix is positive definite by its ridge, so elimination needs no pivots. */
void sy_fit(const struct sy_fit_samples *samples, unsigned left_out, const struct sy_fit_range *ranges, double *ret_w)
{
	const int n = samples->columns;

	memset(ret_w, 0, SY_FIT_COLUMNS_MAX * sizeof *ret_w);
	for (int round = 0; round < ROUNDS; round++) {
		double a[SY_FIT_COLUMNS_MAX][SY_FIT_COLUMNS_MAX] = {{0}}, g[SY_FIT_COLUMNS_MAX] = {0};
		for (int i = 0; i < n; i++) {
			a[i][i] = RIDGE;
			g[i] = -RIDGE * ret_w[i];
		}
		for (size_t s = 0; s < samples->n; s++) {
			const struct sy_fit_sample *sample = &samples->at[s];
			if (sample->part == left_out)
				continue;
			const double weight = sample->weight > 0 ? sample->weight : 1;
			double p = sy_fit_odds(ret_w, sample->x, n), h = weight * fmax(p * (1 - p), 1e-6);
			for (int i = 0; i < n; i++) {
				g[i] += weight * (sample->right - p) * sample->x[i];
				for (int j = 0; j < n; j++)
					a[i][j] += h * sample->x[i] * sample->x[j];
			}
		}
		hold(n, ranges, ret_w, a, g);
		solve(n, a, g);
		for (int i = 0; i < n; i++)
			ret_w[i] =
				ranges ? fmin(fmax(ret_w[i] + g[i], ranges[i].low), ranges[i].high) : ret_w[i] + g[i];
	}
}

static struct sy_claim claim_of(const struct sy_fit_samples *samples, size_t i, const double *w)
{
	return (struct sy_claim){sy_fit_odds(w, samples->at[i].x, samples->columns), samples->at[i].right >= 0.5};
}

void sy_fit_crossed(const struct sy_fit_samples *samples, unsigned parts, const struct sy_fit_range *ranges,
	struct sy_claim *ret_claims)
{
	double w[SY_FIT_COLUMNS_MAX];

	for (unsigned part = 0; part < parts; part++) {
		sy_fit(samples, part, ranges, w);
		for (size_t i = 0; i < samples->n; i++)
			if (samples->at[i].part == part)
				ret_claims[i] = claim_of(samples, i, w);
	}
}
