#include "engine/hear/neural_parts.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows that are multiplied together, so that each weight is fetched once for all of them. */
#define ROWS 4
#define COLUMNS 32
#define BLOCK 4096 /* numbers read at once */

/* Which widest instructions the compiler may use; one body, chosen when it runs. */
#if defined(__x86_64__)
#define WIDE_512 __attribute__((target("avx512f,fma")))
#define WIDE_256 __attribute__((target("avx2,fma")))
#endif

static inline __attribute__((always_inline)) void multiply_block(
	const float *const *x, int k_max, const float *w, int stride, float (*sum)[COLUMNS], int columns)
{
	for (int k = 0; k < k_max; k++) {
		const float *row = w + (size_t)k * (size_t)stride;
		for (int r = 0; r < ROWS; r++) {
			const float value = x[r][k];
			for (int c = 0; c < columns; c++)
				sum[r][c] += value * row[c];
		}
	}
}

/* y = W x + b for ROWS rows at once. */
static inline __attribute__((always_inline)) void multiply_body(
	const struct sy_neural_layer *layer, const float *const *x, float *const *y)
{
	const int k_max = layer->n_taps * layer->in;

	for (int at = 0; at < layer->out; at += COLUMNS) {
		const int columns = layer->out - at < COLUMNS ? layer->out - at : COLUMNS;
		float sum[ROWS][COLUMNS];
		for (int r = 0; r < ROWS; r++)
			for (int c = 0; c < columns; c++)
				sum[r][c] = layer->bias[at + c];
		if (columns == COLUMNS)
			multiply_block(x, k_max, layer->weight + at, layer->out, sum, COLUMNS);
		else
			multiply_block(x, k_max, layer->weight + at, layer->out, sum, columns);
		for (int r = 0; r < ROWS; r++)
			memcpy(y[r] + at, sum[r], (size_t)columns * sizeof **sum);
	}
}

#if defined(__x86_64__)
static WIDE_512 void multiply_512(const struct sy_neural_layer *layer, const float *const *x, float *const *y)
{
	multiply_body(layer, x, y);
}

static WIDE_256 void multiply_256(const struct sy_neural_layer *layer, const float *const *x, float *const *y)
{
	multiply_body(layer, x, y);
}
#endif

static void multiply_any(const struct sy_neural_layer *layer, const float *const *x, float *const *y)
{
	multiply_body(layer, x, y);
}

typedef void multiply_h(const struct sy_neural_layer *layer, const float *const *x, float *const *y);

static multiply_h *multiplier(void)
{
#if defined(__x86_64__)
	if (__builtin_cpu_supports("avx512f"))
		return multiply_512;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		return multiply_256;
#endif
	return multiply_any;
}

void sy_neural_splice(const struct sy_neural_layer *layer, const float *x, size_t n, size_t t, float *ret_row)
{
	const ptrdiff_t at = (ptrdiff_t)(layer->from < 0 ? t * SY_NEURAL_STRIDE : t), last = (ptrdiff_t)n - 1;

	for (int tap = 0; tap < layer->n_taps; tap++) {
		ptrdiff_t from = at + layer->taps[tap];
		from = from < 0 ? 0 : from > last ? last : from;
		memcpy(ret_row + (size_t)tap * (size_t)layer->in, x + (size_t)from * (size_t)layer->in,
			(size_t)layer->in * sizeof *x);
	}
}

/* One layer over all rows. `spliced` has room for ROWS rows; y for n rounded up to ROWS. */
static void run_layer(
	const struct sy_neural_layer *layer, const float *x, size_t n_x, size_t n, float *spliced, float *y)
{
	multiply_h *multiply = multiplier();
	const size_t width = (size_t)layer->n_taps * (size_t)layer->in;

	for (size_t t = 0; t < n; t += ROWS) {
		const float *in[ROWS];
		float *out[ROWS];
		for (size_t r = 0; r < ROWS; r++) {
			sy_neural_splice(layer, x, n_x, t + r < n ? t + r : n - 1, spliced + r * width);
			in[r] = spliced + r * width;
			out[r] = y + (t + r) * (size_t)layer->out;
		}
		multiply(layer, in, out);
	}
	for (size_t i = 0; layer->bent && i < n * (size_t)layer->out; i++)
		y[i] = y[i] > 0 ? y[i] : 0;
}

/* Log softmax of each row, in place. */
static void normalise(float *rows, size_t n, int width)
{
	for (size_t t = 0; t < n; t++) {
		float *row = rows + t * (size_t)width, best = row[0], sum = 0;
		for (int i = 1; i < width; i++)
			best = row[i] > best ? row[i] : best;
		for (int i = 0; i < width; i++)
			sum += expf(row[i] - best);
		best += logf(sum);
		for (int i = 0; i < width; i++)
			row[i] -= best;
	}
}

int sy_neural_run(const struct sy_neural *neural, const struct sy_mel *mel, float **ret_rows, size_t *ret_n)
{
	const size_t n = (mel->n + SY_NEURAL_STRIDE - 1) / SY_NEURAL_STRIDE;
	float *y[SY_NEURAL_LAYERS_MAX] = {0};
	float *spliced = malloc(sizeof *spliced * ROWS * SY_NEURAL_TAPS_MAX * SY_NEURAL_WIDTH_MAX);
	int err = spliced ? 0 : ENOMEM;

	for (int i = 0; !err && i < neural->n_layers; i++) {
		const struct sy_neural_layer *layer = &neural->layers[i];
		y[i] = malloc((n + ROWS) * (size_t)layer->out * sizeof **y);
		if (!y[i])
			err = ENOMEM;
		else if (n > 0 && layer->from < 0)
			run_layer(layer, mel->at[0], mel->n, n, spliced, y[i]);
		else if (n > 0)
			run_layer(layer, y[layer->from], n, n, spliced, y[i]);
		for (size_t k = 0; !err && layer->add >= 0 && k < n * (size_t)layer->out; k++)
			y[i][k] += y[layer->add][k];
	}
	if (!err) {
		normalise(y[neural->n_layers - 1], n, neural->n_outputs);
		*ret_rows = y[neural->n_layers - 1];
		*ret_n = n;
		y[neural->n_layers - 1] = NULL;
	}
	for (int i = 0; i < neural->n_layers; i++)
		free(y[i]);
	free(spliced);
	return err;
}

/* The file: lines of text that say what it is, then each layer's weights and biases as bfloat16, little endian. */
static int not_ours(const char *path, const char *what, struct sy_problem *why)
{
	return sy_problem_set(why, EINVAL, "%s: %s; make it with tools/adapt, or reinstall", path, what);
}

static int read_numbers(FILE *file, float *ret_at, size_t n)
{
	unsigned char bytes[BLOCK][2];

	for (size_t done = 0; done < n; done += BLOCK) {
		const size_t some = n - done < BLOCK ? n - done : BLOCK;
		if (fread(bytes, 2, some, file) != some)
			return EINVAL;
		for (size_t i = 0; i < some; i++) {
			const uint32_t bits = (uint32_t)bytes[i][0] << 16 | (uint32_t)bytes[i][1] << 24;
			memcpy(&ret_at[done + i], &bits, sizeof bits);
			if (!isfinite(ret_at[done + i]))
				return EINVAL;
		}
	}
	return 0;
}

static bool in_range(int value, int low, int high)
{
	return value >= low && value <= high;
}

static bool layer_fits(const struct sy_neural *neural, int i)
{
	const struct sy_neural_layer *layer = &neural->layers[i];
	const int given = layer->from < 0 ? SY_MEL_BANDS : neural->layers[layer->from].out;

	if (layer->in != given || (layer->add >= 0 && neural->layers[layer->add].out != layer->out))
		return false;
	for (int tap = 0; tap < layer->n_taps; tap++)
		if (!in_range(layer->taps[tap], -SY_NEURAL_REACH_MAX, SY_NEURAL_REACH_MAX))
			return false;
	return i < neural->n_layers - 1 || layer->out == neural->n_outputs;
}

static int read_layer(struct sy_neural *neural, int i, FILE *file)
{
	struct sy_neural_layer *layer = &neural->layers[i];
	int got = fscanf(file, " layer %d %d %d %d %d %d", &layer->from, &layer->add, &layer->bent, &layer->in,
		&layer->out, &layer->n_taps);

	if (got != 6 || !in_range(layer->from, -1, i - 1) || !in_range(layer->add, -1, i - 1) ||
		!in_range(layer->bent, 0, 1) || !in_range(layer->in, 1, SY_NEURAL_WIDTH_MAX) ||
		!in_range(layer->out, 1, SY_NEURAL_WIDTH_MAX) || !in_range(layer->n_taps, 1, SY_NEURAL_TAPS_MAX))
		return EINVAL;
	for (int tap = 0; tap < layer->n_taps; tap++)
		if (fscanf(file, "%d", &layer->taps[tap]) != 1)
			return EINVAL;
	return layer_fits(neural, i) ? 0 : EINVAL;
}

static int read_head(struct sy_neural *neural, FILE *file)
{
	if (fscanf(file, " outputs %d layers %d", &neural->n_outputs, &neural->n_layers) != 2 ||
		!in_range(neural->n_outputs, 1, SY_NEURAL_WIDTH_MAX) ||
		!in_range(neural->n_layers, 1, SY_NEURAL_LAYERS_MAX))
		return EINVAL;
	neural->names = calloc((size_t)neural->n_outputs, sizeof *neural->names);
	neural->log_priors = calloc((size_t)neural->n_outputs, sizeof *neural->log_priors);
	if (!neural->names || !neural->log_priors)
		return ENOMEM;
	for (int i = 0; i < neural->n_outputs; i++) {
		char phone[8];
		int state;
		if (fscanf(file, " %7s %d %f", phone, &state, &neural->log_priors[i]) != 3 || !in_range(state, 0, 9) ||
			!isfinite(neural->log_priors[i]))
			return EINVAL;
		snprintf(neural->names[i], sizeof neural->names[i], "%s %d", phone, state);
	}
	return 0;
}

/* What is left of the file has to be as long as its layers say, before memory is taken for them. */
static int check_length(const struct sy_neural *neural, FILE *file)
{
	const long here = ftell(file);
	long numbers = 0;

	for (int i = 0; i < neural->n_layers; i++) {
		const struct sy_neural_layer *layer = &neural->layers[i];
		numbers += ((long)layer->n_taps * layer->in + 1) * layer->out;
	}
	if (here < 0 || fseek(file, 0, SEEK_END) != 0 || ftell(file) - here != 2 * numbers)
		return EINVAL;
	return fseek(file, here, SEEK_SET) == 0 ? 0 : EINVAL;
}

static int read_body(struct sy_neural *neural, FILE *file)
{
	int err = 0;

	for (int i = 0; i < neural->n_layers; i++)
		if ((err = read_layer(neural, i, file)))
			return err;
	while (!err && fgetc(file) != '\n')
		err = feof(file) || ferror(file) ? EINVAL : 0;
	if (!err)
		err = check_length(neural, file);
	for (int i = 0; !err && i < neural->n_layers; i++) {
		struct sy_neural_layer *layer = &neural->layers[i];
		size_t n = (size_t)layer->n_taps * (size_t)layer->in * (size_t)layer->out;
		layer->weight = malloc(n * sizeof *layer->weight);
		layer->bias = malloc((size_t)layer->out * sizeof *layer->bias);
		if (!layer->weight || !layer->bias)
			return ENOMEM;
		if (!(err = read_numbers(file, layer->weight, n)))
			err = read_numbers(file, layer->bias, (size_t)layer->out);
	}
	return err;
}

int sy_neural_load(const char *path, struct sy_neural **ret_neural, struct sy_problem *why)
{
	struct sy_neural *neural = calloc(1, sizeof *neural);
	char magic[sizeof SY_NEURAL_MAGIC + 1] = "";
	FILE *file = fopen(path, "re");
	int err = 0;

	if (!neural || !file)
		err = sy_problem_set(why, neural ? errno : ENOMEM, "%s: %s", path, strerror(neural ? errno : ENOMEM));
	else if (!fgets(magic, sizeof magic, file) || strcmp(magic, SY_NEURAL_MAGIC "\n") != 0)
		err = not_ours(path, "no acoustic model of this version", why);
	else if ((err = read_head(neural, file)) || (err = read_body(neural, file)))
		err = err == EINVAL ? not_ours(path, "damaged", why) : err;
	if (file)
		fclose(file);
	if (err)
		sy_neural_destroy(neural);
	else
		*ret_neural = neural;
	return err;
}

void sy_neural_destroy(struct sy_neural *neural)
{
	if (!neural)
		return;
	for (int i = 0; i < SY_NEURAL_LAYERS_MAX; i++) {
		free(neural->layers[i].weight);
		free(neural->layers[i].bias);
	}
	free(neural->names);
	free(neural->log_priors);
	free(neural);
}

int sy_neural_n_outputs(const struct sy_neural *neural)
{
	return neural->n_outputs;
}

const char *sy_neural_output(const struct sy_neural *neural, int output)
{
	return neural->names[output];
}

const float *sy_neural_log_priors(const struct sy_neural *neural)
{
	return neural->log_priors;
}
