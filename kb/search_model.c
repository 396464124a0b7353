#include "kb/search_model.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct head { /* how a model begins on disk */
	uint32_t n_classes;
	uint32_t n_features;
	uint32_t n_words;
	float idf_unknown;
};

int sy_model_create(uint32_t n_classes, uint32_t n_features, uint32_t n_words, struct sy_model **ret_model)
{
	uint32_t stride = (n_classes + SY_MODEL_LANES - 1) / SY_MODEL_LANES * SY_MODEL_LANES;
	struct sy_model *model;

	if (n_classes > SY_MODEL_CLASSES_MAX || n_words > n_features ||
		(uint64_t)stride * n_features > SY_MODEL_WEIGHTS_MAX)
		return E2BIG;
	model = calloc(1, sizeof(*model));
	if (!model)
		return ENOMEM;
	model->n_classes = n_classes;
	model->stride = stride;
	model->n_features = n_features;
	model->n_words = n_words;
	/* One more, so that nothing is never a NULL. */
	model->keys = calloc(n_features + 1, sizeof(*model->keys));
	model->idf = calloc(n_features + 1, sizeof(*model->idf));
	model->scale = calloc(n_features + 1, sizeof(*model->scale));
	model->weights = calloc((size_t)n_features * stride + 1, sizeof(*model->weights));
	model->bias = calloc(stride + 1, sizeof(*model->bias));
	model->words = calloc(n_words + 1, sizeof(*model->words));
	model->odds_scale = calloc(n_words + 1, sizeof(*model->odds_scale));
	model->odds = calloc((size_t)n_words * stride + 1, sizeof(*model->odds));
	if (!model->keys || !model->idf || !model->scale || !model->weights || !model->bias || !model->words ||
		!model->odds_scale || !model->odds) {
		sy_model_destroy(model);
		return ENOMEM;
	}
	*ret_model = model;
	return 0;
}

void sy_model_destroy(struct sy_model *model)
{
	if (!model)
		return;
	free(model->keys);
	free(model->idf);
	free(model->scale);
	free(model->weights);
	free(model->bias);
	free(model->words);
	free(model->odds_scale);
	free(model->odds);
	free(model);
}

/* In ascending numbers. */
static const uint32_t *find(const uint32_t *numbers, size_t n, uint32_t wanted)
{
	size_t low = 0;
	size_t high = n;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (numbers[middle] < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && numbers[low] == wanted ? &numbers[low] : NULL;
}

static void add_word(const struct sy_model *model, uint32_t row, float times, struct sy_model_vector *vector)
{
	const uint32_t *word = find(model->words, model->n_words, row);

	if (!word)
		return;
	vector->words[vector->n_words].word = (uint32_t)(word - model->words);
	vector->words[vector->n_words++].times = times;
}

void sy_model_vector(const struct sy_model *model, const struct sy_features *features, struct sy_model_vector *ret)
{
	float known[2] = {0}, unknown[2] = {0}; /* squared lengths of words and of letter groups */
	bool letters[SY_SEARCH_FEATURES_MAX];

	ret->n = ret->n_words = 0;
	for (size_t i = 0; i < features->n; i++) {
		const struct sy_feature *feature = &features->at[i];
		const uint32_t *key = feature->wild ? NULL : find(model->keys, model->n_features, feature->key);
		float value = feature->count < 1 ? feature->count : 1 + logf(feature->count);

		if (!key) {
			value *= model->idf_unknown;
			unknown[feature->letters] += value * value;
			continue;
		}
		if (feature->word)
			add_word(model, (uint32_t)(key - model->keys), feature->count, ret);
		value *= model->idf[key - model->keys];
		known[feature->letters] += value * value;
		ret->row[ret->n] = (uint32_t)(key - model->keys);
		letters[ret->n] = feature->letters;
		ret->value[ret->n++] = value;
	}
	for (size_t i = 0; i < ret->n; i++)
		ret->value[i] /= sqrtf(known[letters[i]] + unknown[letters[i]]);
	ret->known = known[0] > 0 ? known[0] / (known[0] + unknown[0]) : 0;
}

void sy_model_scores(
	const struct sy_model *model, const struct sy_model_vector *vector, float odds_share, float *ret_scores)
{
	float said = 0;

	memcpy(ret_scores, model->bias, model->stride * sizeof(*ret_scores));
	for (size_t i = 0; i < vector->n; i++) {
		const int8_t *weights = model->weights + (size_t)vector->row[i] * model->stride;
		float value = vector->value[i] * model->scale[vector->row[i]];

		for (uint32_t c = 0; c < model->stride; c++)
			ret_scores[c] += value * (float)weights[c];
	}
	for (size_t i = 0; i < vector->n_words; i++)
		said += vector->words[i].times;
	if (said > SY_MODEL_ODDS_WORDS)
		odds_share *= SY_MODEL_ODDS_WORDS / said;
	for (size_t i = 0; i < vector->n_words; i++) {
		const uint32_t word = vector->words[i].word;
		const int8_t *odds = model->odds + (size_t)word * model->stride;
		const float times = odds_share * vector->words[i].times * model->odds_scale[word];

		for (uint32_t c = 0; c < model->stride; c++)
			ret_scores[c] += times * (float)odds[c];
	}
}

int sy_model_save(const struct sy_model *model, struct sy_text *bytes)
{
	const struct head head = {model->n_classes, model->n_features, model->n_words, model->idf_unknown};
	const struct {
		const void *at;
		size_t n;
	} parts[] = {
		{&head, sizeof(head)},
		{model->keys, model->n_features * sizeof(*model->keys)},
		{model->idf, model->n_features * sizeof(*model->idf)},
		{model->scale, model->n_features * sizeof(*model->scale)},
		{model->bias, model->stride * sizeof(*model->bias)},
		{model->weights, (size_t)model->n_features * model->stride},
		{model->words, model->n_words * sizeof(*model->words)},
		{model->odds_scale, model->n_words * sizeof(*model->odds_scale)},
		{model->odds, (size_t)model->n_words * model->stride},
	};
	int err = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts) && !err; i++)
		err = sy_text_add_n(bytes, parts[i].at, parts[i].n);
	return err;
}

static bool take(const char **at, const char *end, void *to, size_t n)
{
	if ((size_t)(end - *at) < n)
		return false;
	memcpy(to, *at, n);
	*at += n;
	return true;
}

static bool is_sound(const struct sy_model *model)
{
	for (uint32_t i = 0; i < model->n_features; i++) {
		if ((i && model->keys[i] <= model->keys[i - 1]) || !isfinite(model->idf[i]) ||
			!isfinite(model->scale[i]))
			return false;
	}
	for (uint32_t i = 0; i < model->stride; i++) {
		if (!isfinite(model->bias[i]))
			return false;
	}
	for (uint32_t i = 0; i < model->n_words; i++) {
		if ((i && model->words[i] <= model->words[i - 1]) || model->words[i] >= model->n_features ||
			!isfinite(model->odds_scale[i]))
			return false;
	}
	return isfinite(model->idf_unknown);
}

int sy_model_load(const char **at, const char *end, struct sy_model **ret_model)
{
	struct sy_model *model = NULL;
	struct head head;
	int err;

	/* A row takes more than its keys: no memory for what the bytes cannot hold. */
	if (!take(at, end, &head, sizeof(head)) || head.n_features > (size_t)(end - *at) / sizeof(uint32_t))
		return EBADMSG;
	err = sy_model_create(head.n_classes, head.n_features, head.n_words, &model);
	if (err)
		return err == E2BIG ? EBADMSG : err;
	model->idf_unknown = head.idf_unknown;
	if (take(at, end, model->keys, model->n_features * sizeof(*model->keys)) &&
		take(at, end, model->idf, model->n_features * sizeof(*model->idf)) &&
		take(at, end, model->scale, model->n_features * sizeof(*model->scale)) &&
		take(at, end, model->bias, model->stride * sizeof(*model->bias)) &&
		take(at, end, model->weights, (size_t)model->n_features * model->stride) &&
		take(at, end, model->words, model->n_words * sizeof(*model->words)) &&
		take(at, end, model->odds_scale, model->n_words * sizeof(*model->odds_scale)) &&
		take(at, end, model->odds, (size_t)model->n_words * model->stride) && is_sound(model)) {
		*ret_model = model;
		return 0;
	}
	sy_model_destroy(model);
	return EBADMSG;
}
