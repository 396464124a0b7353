#include "tools/trainer.h"

#include <cblas.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/sequence.h"
#include "tools/trainer_parts.h"

#define WIDTH 448 /* of a layer */
#define WAIST 128 /* between two: what a layer may learn of its neighbours' rows */
#define BLOCKS 5

#define MOMENT_1 0.9
#define MOMENT_2 0.98
#define TINY 1e-8
#define NORM_MAX 5.0 /* a gradient longer than this is shortened: one odd recording must not undo many */
#define DECAY 1e-4   /* of weights, a step at rate 1 */
#define HIDE_BANDS 7
#define HIDE_FRAMES 12
/* Where whole sequences are learned, so much of the cross entropy of single moments stays: alone, they are learned by
 * heart. */
#define MOMENTS_KEPT 0.2f
#define PRIOR_WEIGHT 0.8f /* as the searches weigh it (engine/hear/senones.c) */

struct sy_trainer_worker {
	const struct sy_trainer *trainer;
	const struct sy_neural *neural;
	struct numbers gradient;
	float *x[SY_NEURAL_LAYERS_MAX]; /* spliced input */
	float *y[SY_NEURAL_LAYERS_MAX];
	float *dy[SY_NEURAL_LAYERS_MAX];
	uint8_t *alive[SY_NEURAL_LAYERS_MAX]; /* where a bent layer was above 0 */
	float *dx;
	float *shares; /* of sequences */
	size_t room;   /* rows */
	size_t frames;
	double loss;
	double gain; /* of sequences */
	double all_loss;
	size_t all_frames;
};

static size_t rows_of(const struct sy_neural_layer *layer)
{
	return (size_t)layer->n_taps * (size_t)layer->in;
}

static void numbers_reset(struct numbers *numbers)
{
	for (int i = 0; i < SY_NEURAL_LAYERS_MAX; i++) {
		free(numbers->weight[i]);
		free(numbers->bias[i]);
	}
}

static int numbers_init(const struct sy_neural *neural, struct numbers *numbers)
{
	for (int i = 0; i < neural->n_layers; i++) {
		numbers->weight[i] = calloc(sy_trainer_weights(&neural->layers[i]), sizeof **numbers->weight);
		numbers->bias[i] = calloc((size_t)neural->layers[i].out, sizeof **numbers->bias);
		if (!numbers->weight[i] || !numbers->bias[i])
			return ENOMEM;
	}
	return 0;
}

static int add_layer(struct sy_neural *neural, struct sy_noise_random *random, const struct sy_neural_layer *shape)
{
	struct sy_neural_layer *layer = &neural->layers[neural->n_layers];
	*layer = *shape;
	/* A layer that adds to another begins small, so that many of them are as tame as one. */
	const double spread = sqrt((layer->bent ? 2.0 : 1.0) / (double)rows_of(layer)) * (layer->add >= 0 ? 0.4 : 1);

	neural->n_layers++;
	layer->weight = malloc(sy_trainer_weights(layer) * sizeof *layer->weight);
	layer->bias = calloc((size_t)layer->out, sizeof *layer->bias);
	if (!layer->weight || !layer->bias)
		return ENOMEM;
	for (size_t i = 0; i < sy_trainer_weights(layer); i++)
		layer->weight[i] = (float)(spread * sy_noise_normal(random));
	return 0;
}

/* Reach: 40 ms beside the moment, then 20, 40, 60, 60 and 80 ms more at each block. */
static int build(struct sy_neural *neural, struct sy_noise_random *random)
{
	static const int reach[BLOCKS] = {1, 2, 3, 3, 4};
	int err = add_layer(neural, random,
		&(struct sy_neural_layer){.from = -1,
			.add = -1,
			.bent = 1,
			.in = SY_MEL_BANDS,
			.out = WIDTH,
			.n_taps = 9,
			.taps = {-4, -3, -2, -1, 0, 1, 2, 3, 4}});

	for (int i = 0; !err && i < BLOCKS; i++) {
		const int from = neural->n_layers - 1;
		err = add_layer(neural, random,
			&(struct sy_neural_layer){.from = from,
				.add = -1,
				.in = WIDTH,
				.out = WAIST,
				.n_taps = 3,
				.taps = {-reach[i], 0, reach[i]}});
		if (!err)
			err = add_layer(neural, random,
				&(struct sy_neural_layer){.from = from + 1,
					.add = from,
					.bent = 1,
					.in = WAIST,
					.out = WIDTH,
					.n_taps = 1});
	}
	return err ? err
		   : add_layer(neural, random,
			     &(struct sy_neural_layer){.from = neural->n_layers - 1,
				     .add = -1,
				     .in = WIDTH,
				     .out = neural->n_outputs,
				     .n_taps = 1});
}

int sy_trainer_create(const struct sy_acoustic_model *model, uint64_t seed, struct sy_trainer **ret_trainer)
{
	struct sy_trainer *trainer = calloc(1, sizeof *trainer);
	struct sy_noise_random random = {.state = seed};
	int err;

	if (!trainer)
		return ENOMEM;
	openblas_set_num_threads(1); /* the workers are the threads */
	trainer->neural.n_outputs = sy_model_n_phones(model) * SY_STATES;
	trainer->neural.names = calloc((size_t)trainer->neural.n_outputs, sizeof *trainer->neural.names);
	trainer->neural.log_priors = calloc((size_t)trainer->neural.n_outputs, sizeof(float));
	err = trainer->neural.names && trainer->neural.log_priors ? build(&trainer->neural, &random) : ENOMEM;
	for (int i = 0; !err && i < trainer->neural.n_outputs; i++)
		snprintf(trainer->neural.names[i], SY_NEURAL_NAME_BYTES, "%s %d",
			sy_model_phone_name(model, i / SY_STATES), i % SY_STATES);
	if (err || (err = numbers_init(&trainer->neural, &trainer->first)) ||
		(err = numbers_init(&trainer->neural, &trainer->second))) {
		sy_trainer_destroy(trainer);
		return err;
	}
	*ret_trainer = trainer;
	return 0;
}

void sy_trainer_destroy(struct sy_trainer *trainer)
{
	if (!trainer)
		return;
	numbers_reset(&trainer->first);
	numbers_reset(&trainer->second);
	for (int i = 0; i < trainer->neural.n_layers; i++) {
		free(trainer->neural.layers[i].weight);
		free(trainer->neural.layers[i].bias);
	}
	free(trainer->neural.names);
	free(trainer->neural.log_priors);
	free(trainer);
}

const struct sy_neural *sy_trainer_neural(const struct sy_trainer *trainer)
{
	return &trainer->neural;
}

int sy_trainer_worker_create(const struct sy_trainer *trainer, struct sy_trainer_worker **ret_worker)
{
	struct sy_trainer_worker *worker = calloc(1, sizeof *worker);

	if (!worker)
		return ENOMEM;
	worker->trainer = trainer;
	worker->neural = &trainer->neural;
	if (numbers_init(worker->neural, &worker->gradient)) {
		sy_trainer_worker_destroy(worker);
		return ENOMEM;
	}
	*ret_worker = worker;
	return 0;
}

static void drop_rooms(struct sy_trainer_worker *worker)
{
	for (int i = 0; i < SY_NEURAL_LAYERS_MAX; i++) {
		free(worker->x[i]);
		free(worker->y[i]);
		free(worker->dy[i]);
		free(worker->alive[i]);
		worker->x[i] = worker->y[i] = worker->dy[i] = NULL;
		worker->alive[i] = NULL;
	}
	free(worker->dx);
	free(worker->shares);
	worker->dx = worker->shares = NULL;
	worker->room = 0;
}

void sy_trainer_worker_destroy(struct sy_trainer_worker *worker)
{
	if (!worker)
		return;
	drop_rooms(worker);
	numbers_reset(&worker->gradient);
	free(worker);
}

static int make_room(struct sy_trainer_worker *worker, size_t n)
{
	size_t widest = 0;

	if (n <= worker->room)
		return 0;
	drop_rooms(worker);
	for (int i = 0; i < worker->neural->n_layers; i++) {
		const struct sy_neural_layer *layer = &worker->neural->layers[i];
		const size_t width = rows_of(layer), out = n * (size_t)layer->out;
		widest = width > widest ? width : widest;
		worker->x[i] = malloc(n * width * sizeof **worker->x);
		worker->y[i] = malloc(out * sizeof **worker->y);
		worker->dy[i] = malloc(out * sizeof **worker->dy);
		worker->alive[i] = malloc(out);
		if (!worker->x[i] || !worker->y[i] || !worker->dy[i] || !worker->alive[i])
			return ENOMEM;
	}
	worker->dx = malloc(n * widest * sizeof *worker->dx);
	worker->shares = malloc(n * (size_t)worker->neural->n_outputs * sizeof *worker->shares);
	worker->room = worker->dx && worker->shares ? n : 0;
	return worker->room ? 0 : ENOMEM;
}

static void forward(struct sy_trainer_worker *worker, const struct sy_mel *mel, size_t n)
{
	for (int i = 0; i < worker->neural->n_layers; i++) {
		const struct sy_neural_layer *layer = &worker->neural->layers[i];
		const size_t width = rows_of(layer), out = (size_t)layer->out;
		const float *x = layer->from < 0 ? mel->at[0] : worker->y[layer->from];
		for (size_t t = 0; t < n; t++) {
			sy_neural_splice(layer, x, layer->from < 0 ? mel->n : n, t, worker->x[i] + t * width);
			memcpy(worker->y[i] + t * out, layer->bias, out * sizeof *layer->bias);
		}
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (int)n, layer->out, (int)width, 1, worker->x[i],
			(int)width, layer->weight, layer->out, 1, worker->y[i], layer->out);
		for (size_t k = 0; layer->bent && k < n * out; k++) {
			worker->alive[i][k] = worker->y[i][k] > 0;
			worker->y[i][k] = worker->alive[i][k] ? worker->y[i][k] : 0;
		}
		for (size_t k = 0; layer->add >= 0 && k < n * out; k++)
			worker->y[i][k] += worker->y[layer->add][k];
	}
}

/* Softmax and its gradient, into the last layer's dy. */
static void compare(struct sy_trainer_worker *worker, const uint8_t *labels, size_t n)
{
	const int last = worker->neural->n_layers - 1, out = worker->neural->n_outputs;

	for (size_t t = 0; t < n; t++) {
		const float *y = worker->y[last] + t * (size_t)out;
		float *dy = worker->dy[last] + t * (size_t)out, best = y[0], sum = 0;
		const int label = labels[t * SY_NEURAL_STRIDE];
		for (int i = 1; i < out; i++)
			best = y[i] > best ? y[i] : best;
		for (int i = 0; i < out; i++)
			sum += dy[i] = expf(y[i] - best);
		for (int i = 0; i < out; i++)
			dy[i] /= sum;
		worker->loss -= log(dy[label] + 1e-20);
		dy[label] -= 1;
	}
	worker->frames += n;
}

/* The network's gradient of whole sequences, from what compare() left: the shares of the outputs, less 1 for the label.
 */
static int compare_sequences(
	struct sy_trainer_worker *worker, const struct sy_trainer_labels *labels, size_t n_frames, size_t n)
{
	const int last = worker->neural->n_layers - 1;
	const size_t out = (size_t)worker->neural->n_outputs;
	float *scores = worker->y[last], *dy = worker->dy[last];
	const struct sy_sequence_turn said = {scores, n_frames, labels->in_order, labels->n_in_order};
	double gain;
	int err;

	/* What a row's scores have in common cancels out, so that they need not be made probabilities first. */
	for (size_t t = 0; t < n; t++)
		for (size_t k = 0; k < out; k++)
			scores[t * out + k] -= PRIOR_WEIGHT * worker->neural->log_priors[k];
	err = sy_sequence_compare(worker->trainer->sequence, &said, worker->shares, &gain);
	if (err == EINVAL) /* too quick for all that is said in it */
		return 0;
	for (size_t i = 0; !err && i < n * out; i++)
		dy[i] = MOMENTS_KEPT * dy[i] + worker->shares[i];
	worker->gain += err ? 0 : gain;
	return err;
}

static void scatter(struct sy_trainer_worker *worker, const struct sy_neural_layer *layer, size_t n)
{
	const size_t width = rows_of(layer), in = (size_t)layer->in;
	float *dy = worker->dy[layer->from];

	for (size_t t = 0; t < n; t++)
		for (int tap = 0; tap < layer->n_taps; tap++) {
			ptrdiff_t from = (ptrdiff_t)t + layer->taps[tap];
			from = from < 0 ? 0 : from >= (ptrdiff_t)n ? (ptrdiff_t)n - 1 : from;
			const float *dx = worker->dx + t * width + (size_t)tap * in;
			for (size_t k = 0; k < in; k++)
				dy[(size_t)from * in + k] += dx[k];
		}
}

static void backward(struct sy_trainer_worker *worker, size_t n)
{
	const int n_layers = worker->neural->n_layers;

	for (int i = 0; i < n_layers - 1; i++)
		memset(worker->dy[i], 0, n * (size_t)worker->neural->layers[i].out * sizeof **worker->dy);
	for (int i = n_layers - 1; i >= 0; i--) {
		const struct sy_neural_layer *layer = &worker->neural->layers[i];
		const int width = (int)rows_of(layer);
		const size_t out = (size_t)layer->out;
		float *dy = worker->dy[i];
		for (size_t k = 0; layer->add >= 0 && k < n * out; k++)
			worker->dy[layer->add][k] += dy[k];
		for (size_t k = 0; layer->bent && k < n * out; k++)
			dy[k] = worker->alive[i][k] ? dy[k] : 0;
		for (size_t t = 0; t < n; t++)
			for (size_t k = 0; k < out; k++)
				worker->gradient.bias[i][k] += dy[t * out + k];
		cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, width, layer->out, (int)n, 1, worker->x[i], width,
			dy, layer->out, 1, worker->gradient.weight[i], layer->out);
		if (layer->from < 0)
			continue;
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (int)n, width, layer->out, 1, dy, layer->out,
			layer->weight, layer->out, 0, worker->dx, width);
		scatter(worker, layer, n);
	}
}

static void hide(struct sy_mel *mel, struct sy_noise_random *random)
{
	const int bands = (int)(HIDE_BANDS * sy_noise_uniform(random));
	const int first = (int)((SY_MEL_BANDS - bands) * sy_noise_uniform(random));
	const size_t frames = (size_t)(HIDE_FRAMES * sy_noise_uniform(random));
	const size_t begin = mel->n > frames ? (size_t)((double)(mel->n - frames) * sy_noise_uniform(random)) : 0;

	for (size_t t = 0; t < mel->n; t++)
		for (int band = 0; band < SY_MEL_BANDS; band++)
			if ((band >= first && band < first + bands) || (t >= begin && t < begin + frames))
				mel->at[t][band] = 0;
}

int sy_trainer_learn(struct sy_trainer_worker *worker, struct sy_mel *mel, const struct sy_trainer_labels *labels,
	struct sy_noise_random *random)
{
	const size_t n = (mel->n + SY_NEURAL_STRIDE - 1) / SY_NEURAL_STRIDE;
	int err = make_room(worker, n);

	if (err || n == 0)
		return err;
	if (sy_noise_uniform(random) < 0.5)
		hide(mel, random);
	forward(worker, mel, n);
	compare(worker, labels->by_frame, n);
	if (worker->trainer->sequence)
		err = compare_sequences(worker, labels, mel->n, n);
	if (!err)
		backward(worker, n);
	return err;
}

static double length_of(const struct numbers *numbers, const struct sy_neural *neural)
{
	double sum = 0;

	for (int i = 0; i < neural->n_layers; i++)
		for (size_t k = 0; k < sy_trainer_weights(&neural->layers[i]); k++)
			sum += (double)numbers->weight[i][k] * numbers->weight[i][k];
	return sqrt(sum);
}

struct stride {
	double rate;
	double scale; /* of the gradient */
	double unbias_1, unbias_2;
};

static void move(float *at, float *gradient, float *first, float *second, size_t n, const struct stride *stride)
{
	for (size_t k = 0; k < n; k++) {
		const float g = gradient[k] * (float)stride->scale;
		first[k] = (float)MOMENT_1 * first[k] + (float)(1 - MOMENT_1) * g;
		second[k] = (float)MOMENT_2 * second[k] + (float)(1 - MOMENT_2) * g * g;
		at[k] -= (float)stride->rate *
			 (first[k] * (float)stride->unbias_1 /
					 (sqrtf(second[k] * (float)stride->unbias_2) + (float)TINY) +
				 (float)DECAY * at[k]);
		gradient[k] = 0;
	}
}

static void add_up(struct sy_trainer_worker *const *workers, int n)
{
	const struct sy_neural *neural = workers[0]->neural;

	for (int w = 1; w < n; w++)
		for (int i = 0; i < neural->n_layers; i++) {
			struct numbers *sum = &workers[0]->gradient, *more = &workers[w]->gradient;
			const size_t n_weights = sy_trainer_weights(&neural->layers[i]),
				     n_bias = (size_t)neural->layers[i].out;
			for (size_t k = 0; k < n_weights; k++)
				sum->weight[i][k] += more->weight[i][k];
			for (size_t k = 0; k < n_bias; k++)
				sum->bias[i][k] += more->bias[i][k];
			memset(more->weight[i], 0, n_weights * sizeof **more->weight);
			memset(more->bias[i], 0, n_bias * sizeof **more->bias);
		}
}

void sy_trainer_step(struct sy_trainer *trainer, struct sy_trainer_worker *const *workers, int n, double rate)
{
	struct numbers *gradient = &workers[0]->gradient;
	struct stride stride = {.rate = rate};
	size_t frames = 0;

	add_up(workers, n);
	for (int w = 0; w < n; w++) {
		frames += workers[w]->frames;
		workers[w]->all_loss += workers[w]->loss;
		workers[w]->all_frames += workers[w]->frames;
		workers[w]->loss = 0;
		workers[w]->frames = 0;
	}
	if (frames == 0)
		return;
	stride.scale = 1.0 / (double)frames;
	const double length = length_of(gradient, &trainer->neural) * stride.scale;
	stride.scale *= length > NORM_MAX ? NORM_MAX / length : 1;
	trainer->steps++;
	stride.unbias_1 = 1 / (1 - pow(MOMENT_1, (double)trainer->steps));
	stride.unbias_2 = 1 / (1 - pow(MOMENT_2, (double)trainer->steps));
	for (int i = 0; i < trainer->neural.n_layers; i++) {
		struct sy_neural_layer *layer = &trainer->neural.layers[i];
		move(layer->weight, gradient->weight[i], trainer->first.weight[i], trainer->second.weight[i],
			sy_trainer_weights(layer), &stride);
		move(layer->bias, gradient->bias[i], trainer->first.bias[i], trainer->second.bias[i],
			(size_t)layer->out, &stride);
	}
}

double sy_trainer_worker_loss(struct sy_trainer_worker *worker, double *ret_gain)
{
	double loss = worker->all_frames ? worker->all_loss / (double)worker->all_frames : 0;

	*ret_gain = worker->all_frames ? worker->gain / (double)worker->all_frames : 0;
	worker->gain = 0;
	worker->all_loss = 0;
	worker->all_frames = 0;
	return loss;
}

void sy_trainer_set_sequence(struct sy_trainer *trainer, const struct sy_sequence *sequence)
{
	trainer->sequence = sequence;
}

void sy_trainer_set_priors(struct sy_trainer *trainer, const size_t *counts)
{
	double all = 0;

	for (int i = 0; i < trainer->neural.n_outputs; i++)
		all += (double)counts[i] + 1;
	for (int i = 0; i < trainer->neural.n_outputs; i++)
		trainer->neural.log_priors[i] = (float)log(((double)counts[i] + 1) / all);
}
