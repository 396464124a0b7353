#include "kb/search_train.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/odds.h"

/* Chosen on one half of a tuning set of 150 topics and seen to hold on the other: more of each fits the phrases closer
 * and questions worse. */
#define RATE 0.3f
#define BIAS_RATE 0.03f
#define KEPT 0.8f       /* share of the features in a step */
#define RIGHT_LOSS 1.5f /* of the class itself, against 1 for each other */
#define EPOCHS_MIN 20
#define EPOCHS_MAX 30
#define STEPS_WANTED 60000  /* few phrases are seen more often */
#define EPOCHS_LEAST 3      /* of the largest bases, */
#define WORK_MAX 200000000u /* which would go on for hours: steps x classes, about 20 s */

/* In a large base a feature that only one phrase has is chance; in a small one it may be all there is. */
#define RARE_FROM 5000 /* phrases */
/* Rarer features go until the weights are no more: a worker has 40 MB for everything. */
#define BYTES_WANTED (12u << 20)

typedef float lanes __attribute__((vector_size(SY_MODEL_LANES * sizeof(float))));
typedef int32_t bits __attribute__((vector_size(SY_MODEL_LANES * sizeof(int32_t))));

struct sample {
	uint32_t class;
	uint32_t n;
	uint32_t *row;
	float *value;
};

struct training {
	const struct sy_example *examples;
	size_t n_examples;
	struct sy_model *model;
	struct sample *samples;
	size_t n;
	size_t n_lanes; /* blocks of classes */
	lanes *weights; /* [feature][n_lanes] */
	lanes *bias;
	lanes *scores;
	lanes *slope;    /* of the loss */
	float *said;     /* [word][stride]: how often each word is said in each class */
	uint32_t *block; /* blocks whose slope is not 0 */
	size_t n_blocks;
	uint32_t random;
	float rate;
	struct sy_features features;
	struct sy_model_vector vector;
};

/* Marsaglia's xorshift, 32 bits. */
static uint32_t next_random(struct training *training)
{
	uint32_t x = training->random;

	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	return training->random = x;
}

static int by_value(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* All keys of all examples, once for each example that has them. Caller frees. */
static int collect_keys(struct training *training, uint32_t **ret_keys, size_t *ret_n)
{
	uint32_t *keys = NULL;
	size_t n = 0, room = 0;

	for (size_t i = 0; i < training->n_examples; i++) {
		if (training->examples[i].left_out)
			continue;
		sy_features_read(training->examples[i].text, &training->features);
		if (SY_GROW(&keys, n + training->features.n, &room) != 0) {
			free(keys);
			return ENOMEM;
		}
		for (size_t k = 0; k < training->features.n; k++) {
			if (!training->features.at[k].wild)
				keys[n++] = training->features.at[k].key;
		}
		training->n++;
	}
	if (n)
		qsort(keys, n, sizeof(*keys), by_value);
	*ret_keys = keys;
	*ret_n = n;
	return 0;
}

/* Rareness as usual: log((1 + texts) / (1 + texts with it)) + 1. */
static float rareness(size_t n_texts, size_t n_with)
{
	return logf((float)(1 + n_texts) / (float)(1 + n_with)) + 1;
}

static size_t run_of(const uint32_t *keys, size_t i, size_t n)
{
	size_t run = 1;

	while (i + run < n && keys[i + run] == keys[i])
		run++;
	return run;
}

/* How many keys occur at least `least` times. */
static size_t count_keys(const uint32_t *keys, size_t n, size_t least)
{
	size_t n_kept = 0;

	for (size_t i = 0, run; i < n; i += run) {
		run = run_of(keys, i, n);
		n_kept += run >= least;
	}
	return n_kept;
}

/* Moves those to the front, with how often each occurs. */
static size_t keep_keys(uint32_t *keys, size_t n, size_t least, size_t *ret_counts)
{
	size_t n_kept = 0;

	for (size_t i = 0, run; i < n; i += run) {
		run = run_of(keys, i, n);
		if (run < least)
			continue;
		keys[n_kept] = keys[i];
		ret_counts[n_kept++] = run;
	}
	return n_kept;
}

/* Which of the keys stand for words by themselves; returns how many. */
static uint32_t mark_words(struct training *training, const uint32_t *keys, size_t n, bool *ret_marks)
{
	uint32_t n_words = 0;

	for (size_t i = 0; i < training->n_examples; i++) {
		if (training->examples[i].left_out)
			continue;
		sy_features_read(training->examples[i].text, &training->features);
		for (size_t k = 0; k < training->features.n; k++) {
			const struct sy_feature *feature = &training->features.at[k];
			const uint32_t *key = feature->word && !feature->wild && n
						      ? bsearch(&feature->key, keys, n, sizeof(*keys), by_value)
						      : NULL;

			if (!key || ret_marks[key - keys])
				continue;
			ret_marks[key - keys] = true;
			n_words++;
		}
	}
	return n_words;
}

/* The model with its features, each with how many examples have it. */
static int make_model(
	struct training *training, uint32_t n_classes, const uint32_t *keys, const size_t *counts, size_t n)
{
	bool *is_word = calloc(n + 1, sizeof(*is_word));
	struct sy_model *model;
	size_t n_words = 0;
	int err = is_word ? 0 : ENOMEM;

	if (!err)
		err = n > UINT32_MAX ? E2BIG
				     : sy_model_create(n_classes, (uint32_t)n, mark_words(training, keys, n, is_word),
					       &training->model);
	model = training->model;
	for (size_t i = 0; i < n && !err; i++) {
		model->keys[i] = keys[i];
		model->idf[i] = rareness(training->n, counts[i]);
		if (is_word[i])
			model->words[n_words++] = (uint32_t)i;
	}
	if (!err)
		model->idf_unknown = rareness(training->n, 1);
	free(is_word);
	return err;
}

static int make_dictionary(struct training *training, uint32_t n_classes)
{
	uint32_t *keys = NULL;
	size_t n = 0;
	size_t n_kept = 0;
	size_t *counts;
	int err = collect_keys(training, &keys, &n);
	size_t least = training->n >= RARE_FROM ? 2 : 1;

	if (err)
		return err;
	counts = calloc(n + 1, sizeof(*counts));
	if (!counts) {
		free(keys);
		return ENOMEM;
	}
	while (count_keys(keys, n, least) * n_classes > BYTES_WANTED)
		least++;
	n_kept = keep_keys(keys, n, least, counts);
	err = make_model(training, n_classes, keys, counts, n_kept);
	free(counts);
	free(keys);
	return err;
}

static int make_sample(struct training *training, const struct sy_example *example, struct sample *sample)
{
	const struct sy_model_vector *vector = &training->vector;

	sy_features_read(example->text, &training->features);
	sy_model_vector(training->model, &training->features, &training->vector);
	for (size_t i = 0; i < vector->n_words; i++)
		training->said[vector->words[i].word * (size_t)training->model->stride + example->class] +=
			vector->words[i].times;
	sample->class = example->class;
	sample->n = (uint32_t)vector->n;
	sample->row = malloc((vector->n + 1) * sizeof(*sample->row));
	sample->value = malloc((vector->n + 1) * sizeof(*sample->value));
	if (!sample->row || !sample->value)
		return ENOMEM;
	memcpy(sample->row, vector->row, vector->n * sizeof(*sample->row));
	memcpy(sample->value, vector->value, vector->n * sizeof(*sample->value));
	return 0;
}

static lanes *make_lanes(size_t n)
{
	lanes *at = NULL;

	if (posix_memalign((void **)&at, sizeof(*at), (n + 1) * sizeof(*at)))
		return NULL;
	memset(at, 0, (n + 1) * sizeof(*at));
	return at;
}

static int make_room(struct training *training)
{
	size_t used = 0;
	int err = 0;

	training->n_lanes = training->model->stride / SY_MODEL_LANES;
	training->samples = calloc(training->n + 1, sizeof(*training->samples));
	training->weights = make_lanes((size_t)training->model->n_features * training->n_lanes);
	training->bias = make_lanes(training->n_lanes);
	training->scores = make_lanes(training->n_lanes);
	training->slope = make_lanes(training->n_lanes);
	training->block = calloc(training->n_lanes + 1, sizeof(*training->block));
	training->said = calloc((size_t)training->model->n_words * training->model->stride + 1, sizeof(float));
	if (!training->samples || !training->weights || !training->bias || !training->scores || !training->slope ||
		!training->block || !training->said)
		return ENOMEM;
	for (size_t i = 0; i < training->n_examples && !err; i++) {
		if (!training->examples[i].left_out)
			err = make_sample(training, &training->examples[i], &training->samples[used++]);
	}
	return err;
}

static void finish(struct training *training)
{
	for (size_t i = 0; training->samples && i < training->n; i++) {
		free(training->samples[i].row);
		free(training->samples[i].value);
	}
	free(training->samples);
	free(training->weights);
	free(training->bias);
	free(training->scores);
	free(training->slope);
	free(training->block);
	free(training->said);
	sy_model_destroy(training->model);
}

/* Moves what stays for this step to the front, and the rest behind it; returns how many stay. */
static uint32_t leave_some_out(struct training *training, struct sample *sample)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < sample->n; i++) {
		uint32_t row = sample->row[i];
		float value = sample->value[i];

		if ((next_random(training) >> 8) >= (uint32_t)(KEPT * (1 << 24)))
			continue;
		sample->row[i] = sample->row[kept];
		sample->value[i] = sample->value[kept];
		sample->row[kept] = row;
		sample->value[kept++] = value;
	}
	return kept;
}

static void score(struct training *training, const struct sample *sample, uint32_t n)
{
	size_t n_lanes = training->n_lanes;

	memcpy(training->scores, training->bias, n_lanes * sizeof(lanes));
	for (uint32_t i = 0; i < n; i++) {
		const lanes *weights = training->weights + sample->row[i] * n_lanes;
		float value = sample->value[i];

		for (size_t k = 0; k < n_lanes; k++)
			training->scores[k] += weights[k] * value;
	}
}

static bool any(lanes v)
{
	return v[0] != 0 || v[1] != 0 || v[2] != 0 || v[3] != 0;
}

/* Slope of max(0, 1 + score)^2 / 2 for the other classes, and of RIGHT_LOSS * max(0, 1 - score)^2 / 2 for its own. */
static void find_slope(struct training *training, uint32_t class)
{
	const lanes zero = {0};
	size_t own = class / SY_MODEL_LANES;
	float *own_score = &((float *)&training->scores[own])[class % SY_MODEL_LANES];
	float *own_slope = &((float *)&training->slope[own])[class % SY_MODEL_LANES];

	training->n_blocks = 0;
	for (size_t k = 0; k < training->n_lanes; k++) {
		lanes over = training->scores[k] + 1.0f;

		over = (lanes)((bits)over & (over > zero));
		training->slope[k] = over;
	}
	*own_slope = *own_score < 1 ? -RIGHT_LOSS * (1 - *own_score) : 0;
	for (size_t k = 0; k < training->n_lanes; k++) {
		if (any(training->slope[k]))
			training->block[training->n_blocks++] = (uint32_t)k;
	}
}

static void step(struct training *training, struct sample *sample)
{
	uint32_t n = leave_some_out(training, sample);
	float bias_rate = training->rate * (BIAS_RATE / RATE);

	score(training, sample, n);
	find_slope(training, sample->class);
	for (size_t b = 0; b < training->n_blocks; b++)
		training->bias[training->block[b]] -= training->slope[training->block[b]] * bias_rate;
	for (uint32_t i = 0; i < n; i++) {
		lanes *weights = training->weights + sample->row[i] * training->n_lanes;
		float move = training->rate * sample->value[i];

		for (size_t b = 0; b < training->n_blocks; b++)
			weights[training->block[b]] -= training->slope[training->block[b]] * move;
	}
}

static void shuffle(struct training *training)
{
	for (size_t i = training->n; i > 1; i--) {
		size_t k = next_random(training) % i;
		struct sample other = training->samples[k];

		training->samples[k] = training->samples[i - 1];
		training->samples[i - 1] = other;
	}
}

static void fit(struct training *training)
{
	size_t epochs = training->n ? STEPS_WANTED / training->n : 0;

	epochs = epochs < EPOCHS_MIN ? EPOCHS_MIN : epochs > EPOCHS_MAX ? EPOCHS_MAX : epochs;
	while (epochs > EPOCHS_LEAST && epochs * training->n * training->model->n_classes > WORK_MAX)
		epochs--;
	training->random = 1;
	for (size_t epoch = 0; epoch < epochs; epoch++) {
		training->rate = RATE * (1 - (float)epoch / (float)epochs);
		shuffle(training);
		for (size_t i = 0; i < training->n; i++)
			step(training, &training->samples[i]);
	}
}

/* A row of numbers to 8 bits, by its largest. */
static void quantise(const float *from, uint32_t n, int8_t *to, float *ret_scale)
{
	float largest = 1e-9f;

	for (uint32_t c = 0; c < n; c++)
		largest = fmaxf(largest, fabsf(from[c]));
	*ret_scale = largest / INT8_MAX;
	for (uint32_t c = 0; c < n; c++)
		to[c] = (int8_t)lrintf(from[c] / *ret_scale);
}

static void take_weights(struct training *training)
{
	struct sy_model *model = training->model;

	memcpy(model->bias, training->bias, model->stride * sizeof(*model->bias));
	for (uint32_t i = 0; i < model->n_features; i++)
		quantise((const float *)(training->weights + i * training->n_lanes), model->n_classes,
			model->weights + (size_t)i * model->stride, &model->scale[i]);
}

/* How many words are said in each class, and behind them in all. Caller frees; NULL: no memory. */
static double *count_classes(const struct training *training)
{
	const struct sy_model *model = training->model;
	double *n = calloc(model->n_classes + 1, sizeof(*n));

	for (uint32_t w = 0; n && w < model->n_words; w++)
		for (uint32_t c = 0; c < model->n_classes; c++)
			n[c] += (double)training->said[(size_t)w * model->stride + c];
	for (uint32_t c = 0; n && c < model->n_classes; c++)
		n[model->n_classes] += n[c];
	return n;
}

/* What each word tells of each class: how much oftener it is said there than anywhere. */
static int take_odds(struct training *training)
{
	struct sy_model *model = training->model;
	double *n = count_classes(training);

	for (uint32_t w = 0; n && w < model->n_words; w++) {
		float *said = training->said + (size_t)w * model->stride;
		double share = 0;

		for (uint32_t c = 0; c < model->n_classes; c++)
			share += (double)said[c] / n[model->n_classes];
		for (uint32_t c = 0; c < model->n_classes; c++)
			said[c] = (float)log(sy_odds((double)said[c], n[c], share));
		quantise(said, model->n_classes, model->odds + (size_t)w * model->stride, &model->odds_scale[w]);
	}
	if (!n)
		return ENOMEM;
	free(n);
	return 0;
}

int sy_model_train(const struct sy_example *examples, size_t n, uint32_t n_classes, struct sy_model **ret_model)
{
	struct training *training = calloc(1, sizeof(*training));
	int err;

	if (!training)
		return ENOMEM;
	training->examples = examples;
	training->n_examples = n;
	err = make_dictionary(training, n_classes);
	if (!err)
		err = make_room(training);
	if (!err) {
		fit(training);
		take_weights(training);
		err = take_odds(training);
	}
	if (!err) {
		*ret_model = training->model;
		training->model = NULL;
	}
	finish(training);
	free(training);
	return err;
}
