#include "tools/gaussians.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TAU 50.0         /* frames that the prior is worth; 10 to 200 made no difference (measured) */
#define RIDGE 200.0      /* frames that "no change" is worth in a phone's affine map */
#define FRAMES_MIN 100.0 /* of a phone and stream, to be adapted at all */
#define VARIANCE_MIN 1e-3
#define TERMS (SY_STREAM_DIMS + 1)

struct sums {
	double n;
	double x[SY_STREAM_DIMS];
	double xx[SY_STREAM_DIMS];
};

struct gaussians {
	int n_phones;
	struct sums (*at)[SY_STREAMS][SY_DENSITIES];
};

int gaussians_create(int n_phones, struct gaussians **ret_gaussians)
{
	struct gaussians *gaussians = calloc(1, sizeof *gaussians);

	if (!gaussians)
		return ENOMEM;
	gaussians->n_phones = n_phones;
	gaussians->at = calloc((size_t)n_phones, sizeof *gaussians->at);
	if (!gaussians->at) {
		free(gaussians);
		return ENOMEM;
	}
	*ret_gaussians = gaussians;
	return 0;
}

void gaussians_destroy(struct gaussians *gaussians)
{
	if (!gaussians)
		return;
	free(gaussians->at);
	free(gaussians);
}

void gaussians_add(struct gaussians *gaussians, int phone, int stream, int density, float share, const float *x)
{
	struct sums *sums = &gaussians->at[phone][stream][density];

	sums->n += (double)share;
	for (int d = 0; d < SY_STREAM_DIMS; d++) {
		sums->x[d] += (double)share * (double)x[d];
		sums->xx[d] += (double)share * (double)x[d] * (double)x[d];
	}
}

/* Gaussian elimination with pivots; a is symmetric and, by its ridge, regular. */
static void solve(double a[TERMS][TERMS], double b[TERMS])
{
	for (int i = 0; i < TERMS; i++) {
		int pivot = i;
		for (int r = i + 1; r < TERMS; r++)
			pivot = fabs(a[r][i]) > fabs(a[pivot][i]) ? r : pivot;
		for (int c = 0; c < TERMS; c++) {
			double swap = a[i][c];
			a[i][c] = a[pivot][c];
			a[pivot][c] = swap;
		}
		double swap = b[i];
		b[i] = b[pivot];
		b[pivot] = swap;
		for (int r = i + 1; r < TERMS; r++) {
			double f = a[r][i] / a[i][i];
			for (int c = i; c < TERMS; c++)
				a[r][c] -= f * a[i][c];
			b[r] -= f * b[i];
		}
	}
	for (int i = TERMS - 1; i >= 0; i--) {
		for (int c = i + 1; c < TERMS; c++)
			b[i] -= a[i][c] * b[c];
		b[i] /= a[i][i];
	}
}

/* Where the phone's line puts dimension `dim` of its means: weighted least squares over its Gaussians. */
static void fit_map(const struct sums *sums, const struct sy_codebook *cb, int dim, double ret_map[TERMS])
{
	double a[TERMS][TERMS] = {{0}}, b[TERMS] = {0};

	for (int k = 0; k < SY_DENSITIES; k++) {
		double x[TERMS];
		for (int d = 0; d < SY_STREAM_DIMS; d++)
			x[d] = (double)cb->mean[d][k];
		x[SY_STREAM_DIMS] = 1;
		for (int i = 0; i < TERMS; i++) {
			b[i] += x[i] * sums[k].x[dim];
			for (int j = 0; j < TERMS; j++)
				a[i][j] += sums[k].n * x[i] * x[j];
		}
	}
	for (int i = 0; i < TERMS; i++)
		a[i][i] += i == SY_STREAM_DIMS ? 1 : RIDGE;
	b[dim] += RIDGE;
	solve(a, b);
	memcpy(ret_map, b, sizeof b);
}

/* How much wider than before the phone's Gaussians have become in a dimension. */
static double spread(const struct sums *sums, const struct sy_codebook *cb, int dim)
{
	double now = 0, before = 0;

	for (int k = 0; k < SY_DENSITIES; k++) {
		if (sums[k].n < 2)
			continue;
		now += sums[k].xx[dim] - sums[k].x[dim] * sums[k].x[dim] / sums[k].n;
		before += sums[k].n * 0.5 / (double)cb->precision[dim][k];
	}
	return before > 0 ? now / before : 1;
}

/* mean[k * dims + d] and the variances of one codebook and stream. */
static void estimate(const struct sums *sums, const struct sy_codebook *cb, float *mean, float *variance)
{
	for (int dim = 0; dim < SY_STREAM_DIMS; dim++) {
		double map[TERMS], wider = spread(sums, cb, dim);
		fit_map(sums, cb, dim, map);
		for (int k = 0; k < SY_DENSITIES; k++) {
			const struct sums *of = &sums[k];
			double prior = map[SY_STREAM_DIMS], v, mu;
			for (int d = 0; d < SY_STREAM_DIMS; d++)
				prior += map[d] * (double)cb->mean[d][k];
			mu = (TAU * prior + of->x[dim]) / (TAU + of->n);
			v = TAU * wider * 0.5 / (double)cb->precision[dim][k] + of->xx[dim] - 2 * mu * of->x[dim] +
			    of->n * mu * mu;
			mean[k * SY_STREAM_DIMS + dim] = (float)mu;
			variance[k * SY_STREAM_DIMS + dim] = (float)fmax(v / (TAU + of->n), VARIANCE_MIN);
		}
	}
}

static void keep(const struct sy_codebook *cb, float *mean, float *variance)
{
	for (int k = 0; k < SY_DENSITIES; k++)
		for (int d = 0; d < SY_STREAM_DIMS; d++) {
			mean[k * SY_STREAM_DIMS + d] = cb->mean[d][k];
			variance[k * SY_STREAM_DIMS + d] = 0.5f / cb->precision[d][k];
		}
}

static int write_file(const char *folder, const char *name, int n_phones, const float *values, struct sy_problem *why)
{
	size_t n = (size_t)n_phones * SY_STREAMS * SY_DENSITIES * SY_STREAM_DIMS;
	int32_t header[] = {0x11223344, n_phones, SY_STREAMS, SY_DENSITIES, SY_STREAM_DIMS, SY_STREAM_DIMS,
		SY_STREAM_DIMS, (int32_t)n};
	char path[4200];
	FILE *file;
	int err = 0;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = fopen(path, "we");
	if (!file)
		return sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	if (fputs("s3\nversion 1.0\nendhdr\n", file) < 0 || fwrite(header, sizeof header, 1, file) != 1 ||
		fwrite(values, sizeof *values, n, file) != n)
		err = EIO;
	if (fclose(file) != 0 || err)
		return sy_problem_set(why, EIO, "%s: could not be written whole", path);
	return 0;
}

int gaussians_write(const struct gaussians *gaussians, const struct sy_acoustic_model *model, const char *folder,
	struct sy_problem *why)
{
	size_t one = SY_DENSITIES * SY_STREAM_DIMS, n = (size_t)gaussians->n_phones * SY_STREAMS * one;
	float *mean = calloc(n, sizeof *mean), *variance = calloc(n, sizeof *variance);
	int err = mean && variance ? 0 : ENOMEM;

	for (int i = 0; !err && i < gaussians->n_phones * SY_STREAMS; i++) {
		int phone = i / SY_STREAMS, stream = i % SY_STREAMS;
		const struct sums *sums = gaussians->at[phone][stream];
		const struct sy_codebook *cb = sy_model_codebook(model, phone, stream);
		double frames = 0;
		for (int k = 0; k < SY_DENSITIES; k++)
			frames += sums[k].n;
		if (sy_model_is_filler(model, phone) || frames < FRAMES_MIN)
			keep(cb, mean + (size_t)i * one, variance + (size_t)i * one);
		else
			estimate(sums, cb, mean + (size_t)i * one, variance + (size_t)i * one);
	}
	if (!err && mkdir(folder, 0777) != 0 && errno != EEXIST)
		err = sy_problem_set(why, errno, "%s: %s", folder, strerror(errno));
	if (!err && !(err = write_file(folder, "means", gaussians->n_phones, mean, why)))
		err = write_file(folder, "variances", gaussians->n_phones, variance, why);
	free(mean);
	free(variance);
	return err;
}
