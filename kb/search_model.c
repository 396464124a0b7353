#include "kb/search_model.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct head { /* how a model begins on disk */
	uint32_t n_classes;
	uint32_t n_features;
	float idf_unknown;
};

int sy_model_create(uint32_t n_classes, uint32_t n_features, struct sy_model **ret_model)
{
	uint32_t stride = (n_classes + SY_MODEL_LANES - 1) / SY_MODEL_LANES * SY_MODEL_LANES;
	struct sy_model *model;

	if (n_classes > SY_MODEL_CLASSES_MAX || (uint64_t)stride * n_features > SY_MODEL_WEIGHTS_MAX)
		return E2BIG;
	model = calloc(1, sizeof(*model));
	if (!model)
		return ENOMEM;
	model->n_classes = n_classes;
	model->stride = stride;
	model->n_features = n_features;
	/* One more, so that nothing is never a NULL. */
	model->keys = calloc(n_features + 1, sizeof(*model->keys));
	model->idf = calloc(n_features + 1, sizeof(*model->idf));
	model->scale = calloc(n_features + 1, sizeof(*model->scale));
	model->weights = calloc((size_t)n_features * stride + 1, sizeof(*model->weights));
	model->bias = calloc(stride + 1, sizeof(*model->bias));
	if (!model->keys || !model->idf || !model->scale || !model->weights || !model->bias) {
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
	free(model);
}

static const uint32_t *find(const struct sy_model *model, uint32_t key)
{
	size_t low = 0;
	size_t high = model->n_features;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (model->keys[middle] < key)
			low = middle + 1;
		else
			high = middle;
	}
	return low < model->n_features && model->keys[low] == key ? &model->keys[low] : NULL;
}

void sy_model_vector(const struct sy_model *model, const struct sy_features *features, struct sy_model_vector *ret)
{
	float known[2] = {0}, unknown[2] = {0}; /* squared lengths of words and of letter groups */
	bool letters[SY_SEARCH_FEATURES_MAX];

	ret->n = 0;
	for (size_t i = 0; i < features->n; i++) {
		const struct sy_feature *feature = &features->at[i];
		const uint32_t *key = feature->wild ? NULL : find(model, feature->key);
		float value = feature->count < 1 ? feature->count : 1 + logf(feature->count);

		if (!key) {
			value *= model->idf_unknown;
			unknown[feature->letters] += value * value;
			continue;
		}
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

void sy_model_scores(const struct sy_model *model, const struct sy_model_vector *vector, float *ret_scores)
{
	memcpy(ret_scores, model->bias, model->stride * sizeof(*ret_scores));
	for (size_t i = 0; i < vector->n; i++) {
		const int8_t *weights = model->weights + (size_t)vector->row[i] * model->stride;
		float value = vector->value[i] * model->scale[vector->row[i]];

		for (uint32_t c = 0; c < model->stride; c++)
			ret_scores[c] += value * (float)weights[c];
	}
}

int sy_model_save(const struct sy_model *model, struct sy_text *bytes)
{
	const struct head head = {model->n_classes, model->n_features, model->idf_unknown};
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
	err = sy_model_create(head.n_classes, head.n_features, &model);
	if (err)
		return err == E2BIG ? EBADMSG : err;
	model->idf_unknown = head.idf_unknown;
	if (take(at, end, model->keys, model->n_features * sizeof(*model->keys)) &&
		take(at, end, model->idf, model->n_features * sizeof(*model->idf)) &&
		take(at, end, model->scale, model->n_features * sizeof(*model->scale)) &&
		take(at, end, model->bias, model->stride * sizeof(*model->bias)) &&
		take(at, end, model->weights, (size_t)model->n_features * model->stride) && is_sound(model)) {
		*ret_model = model;
		return 0;
	}
	sy_model_destroy(model);
	return EBADMSG;
}
