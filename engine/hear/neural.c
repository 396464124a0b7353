#include "engine/hear/neural_parts.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 4096 /* numbers read at once */

/* Row `t` of a layer's tap: the edges are repeated. */
static inline const float *row_at(const struct sy_neural_layer *layer, const float *x, size_t n, size_t t, int tap)
{
	const ptrdiff_t last = (ptrdiff_t)n - 1;
	ptrdiff_t from = (ptrdiff_t)(layer->from < 0 ? t * SY_NEURAL_STRIDE : t) + layer->taps[tap];

	from = from < 0 ? 0 : from > last ? last : from;
	return x + (size_t)from * (size_t)layer->in;
}

void sy_neural_splice(const struct sy_neural_layer *layer, const float *x, size_t n, size_t t, float *ret_row)
{
	for (int tap = 0; tap < layer->n_taps; tap++)
		memcpy(ret_row + (size_t)tap * (size_t)layer->in, row_at(layer, x, n, t, tap),
			(size_t)layer->in * sizeof *x);
}

/* A layer's input, and its output: rows of layer->out. */
struct product {
	const struct sy_neural_layer *layer;
	const float *x;
	size_t n_x;       /* rows of x */
	const float *add; /* rows that are added to y, or NULL */
	size_t n;         /* rows of y */
	float *y;
};

/* Columns one by one, where there are fewer than two vectors hold. */
static void multiply_few(const struct product *product)
{
	const struct sy_neural_layer *layer = product->layer;
	const size_t out = (size_t)layer->out;

	for (size_t t = 0; t < product->n; t++) {
		float *y = product->y + t * out;
		memcpy(y, layer->bias, out * sizeof *y);
		for (int tap = 0; tap < layer->n_taps; tap++) {
			const float *x = row_at(layer, product->x, product->n_x, t, tap);
			const float *w = layer->weight + (size_t)tap * (size_t)layer->in * out;
			for (size_t k = 0; k < (size_t)layer->in; k++)
				for (size_t c = 0; c < out; c++)
					y[c] += x[k] * w[k * out + c];
		}
		for (size_t c = 0; layer->bent && c < out; c++)
			y[c] = y[c] > 0 ? y[c] : 0;
		for (size_t c = 0; product->add && c < out; c++)
			y[c] += product->add[t * out + c];
	}
}

/*
 * One kernel for each width of the processor's vectors, chosen when it runs: y = W x + b for a panel of two vectors of
 * columns, over all rows. The last panel reaches back over the one before where the columns do not come out even.
 * `rows` are multiplied together, so that each weight is fetched once for all of them: their sums fill 8 to 16
 * registers of the processor, and the weights of a panel stay in its nearest memory.
 */
#define KERNEL(name, attributes, bytes, rows)                                                                          \
	typedef float name##_lanes __attribute__((vector_size(bytes), aligned(4)));                                    \
	typedef int32_t name##_bits __attribute__((vector_size(bytes), aligned(4)));                                   \
	static inline __attribute__((always_inline))                                                                   \
	attributes void name##_block(const struct product *product, size_t at, size_t t)                               \
	{                                                                                                              \
		const size_t lanes = (bytes) / sizeof(float), out = (size_t)product->layer->out;                       \
		const struct sy_neural_layer *layer = product->layer;                                                  \
		name##_lanes sum[rows][2];                                                                             \
		const float *x[rows], *w = layer->weight + at;                                                         \
		for (int r = 0; r < (rows); r++) {                                                                     \
			sum[r][0] = *(const name##_lanes *)(layer->bias + at);                                         \
			sum[r][1] = *(const name##_lanes *)(layer->bias + at + lanes);                                 \
		}                                                                                                      \
		for (int tap = 0; tap < layer->n_taps; tap++) {                                                        \
			for (size_t r = 0; r < (rows); r++)                                                            \
				x[r] = row_at(layer, product->x, product->n_x,                                         \
					t + r < product->n ? t + r : product->n - 1, tap);                             \
			for (int k = 0; k < layer->in; k++, w += out) {                                                \
				const name##_lanes w0 = *(const name##_lanes *)w,                                      \
						   w1 = *(const name##_lanes *)(w + lanes);                            \
				for (int r = 0; r < (rows); r++) {                                                     \
					sum[r][0] += x[r][k] * w0;                                                     \
					sum[r][1] += x[r][k] * w1;                                                     \
				}                                                                                      \
			}                                                                                              \
		}                                                                                                      \
		for (size_t r = 0; r < (rows) && t + r < product->n; r++)                                              \
			for (size_t half = 0; half < 2; half++) {                                                      \
				const size_t to = (t + r) * out + at + half * lanes;                                   \
				if (layer->bent)                                                                       \
					sum[r][half] = (name##_lanes)((name##_bits)sum[r][half] & (sum[r][half] > 0)); \
				if (product->add)                                                                      \
					sum[r][half] += *(const name##_lanes *)(product->add + to);                    \
				*(name##_lanes *)(product->y + to) = sum[r][half];                                     \
			}                                                                                              \
	}                                                                                                              \
	static attributes void name(const struct product *product)                                                     \
	{                                                                                                              \
		const size_t panel = 2 * (bytes) / sizeof(float), out = (size_t)product->layer->out;                   \
		if (out < panel) {                                                                                     \
			multiply_few(product);                                                                         \
			return;                                                                                        \
		}                                                                                                      \
		for (size_t at = 0; at < out; at += panel)                                                             \
			for (size_t t = 0; t < product->n; t += (rows))                                                \
				name##_block(product, at + panel <= out ? at : out - panel, t);                        \
	}

/* gcc keeps the sums in registers at this level alone; clang does at any, and knows no such attribute. */
#if defined(__clang__)
#define FOR(features) __attribute__((target(features)))
#else
#define FOR(features) __attribute__((target(features), optimize("O3")))
#endif
#if defined(__x86_64__)
KERNEL(multiply_512, FOR("avx512f,fma"), 64, 8)
KERNEL(multiply_256, FOR("avx2,fma"), 32, 4)
#endif
KERNEL(multiply_any, , 16, 4)

typedef void multiply_h(const struct product *product);

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

/* The last layer that takes each layer's output. */
static void find_last_uses(const struct sy_neural *neural, int *ret_last)
{
	for (int i = 0; i < neural->n_layers; i++) {
		ret_last[i] = i;
		if (neural->layers[i].from >= 0)
			ret_last[neural->layers[i].from] = i;
		if (neural->layers[i].add >= 0)
			ret_last[neural->layers[i].add] = i;
	}
}

int sy_neural_run(const struct sy_neural *neural, const struct sy_mel *mel, float **ret_rows, size_t *ret_n)
{
	const size_t n = (mel->n + SY_NEURAL_STRIDE - 1) / SY_NEURAL_STRIDE;
	float *y[SY_NEURAL_LAYERS_MAX] = {0}, *spare[SY_NEURAL_LAYERS_MAX];
	int last[SY_NEURAL_LAYERS_MAX], n_spare = 0, err = 0;
	size_t widest = 1;

	find_last_uses(neural, last);
	for (int i = 0; i < neural->n_layers; i++)
		widest = (size_t)neural->layers[i].out > widest ? (size_t)neural->layers[i].out : widest;
	for (int i = 0; !err && i < neural->n_layers; i++) {
		const struct sy_neural_layer *layer = &neural->layers[i];
		/* Rows that nobody needs any more are written over: fresh memory costs as much as half of the work. */
		y[i] = n_spare > 0 ? spare[--n_spare] : malloc((n + 1) * widest * sizeof **y);
		if (!y[i])
			err = ENOMEM;
		else if (n > 0)
			multiplier()(&(struct product){.layer = layer,
				.x = layer->from < 0 ? mel->at[0] : y[layer->from],
				.n_x = layer->from < 0 ? mel->n : n,
				.add = layer->add < 0 ? NULL : y[layer->add],
				.n = n,
				.y = y[i]});
		for (int k = 0; k < i && !err; k++)
			if (y[k] && last[k] <= i) {
				spare[n_spare++] = y[k];
				y[k] = NULL;
			}
	}
	if (!err) {
		normalise(y[neural->n_layers - 1], n, neural->n_outputs);
		*ret_rows = y[neural->n_layers - 1];
		*ret_n = n;
		y[neural->n_layers - 1] = NULL;
	}
	for (int i = 0; i < neural->n_layers; i++)
		free(y[i]);
	while (n_spare > 0)
		free(spare[--n_spare]);
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
