/*
 * search_model: a linear model with one row of weights a feature and one column a class.
 *
 * A text is a vector of its features, weighted by how rare they are; words and letter groups each have length one
 * *with* what the model has never seen, so that a strange text scores low everywhere. Weights are 8 bits with a scale
 * for each row. Beside them stands what each word by itself tells of the classes, as often as it is said (naive Bayes;
 * McCallum and Nigam 1998): the two err differently. Immutable once made; safe to read from many threads.
 */
#ifndef SY_KB_SEARCH_MODEL_H
#define SY_KB_SEARCH_MODEL_H

#include <stdint.h>

#include "base/text.h"
#include "kb/search_feature.h"

#define SY_MODEL_CLASSES_MAX 5000         /* SY_ARTICLES_MAX */
#define SY_MODEL_WEIGHTS_MAX (512u << 20) /* of features x classes; more does not fit a small machine */

struct sy_model {
	uint32_t n_classes;
	uint32_t stride; /* n_classes, rounded up to SY_MODEL_LANES */
	uint32_t n_features;
	float idf_unknown;
	uint32_t *keys;  /* of the features, ascending */
	float *idf;      /* by feature */
	float *scale;    /* by feature: weight = scale * 8 bits */
	int8_t *weights; /* [feature][stride] */
	float *bias;     /* [stride] */
	uint32_t n_words;
	uint32_t *words;   /* features that are words by themselves, ascending */
	float *odds_scale; /* by word: odds = scale * 8 bits */
	int8_t *odds;      /* [word][stride]: log of how much oftener it is said there than anywhere */
};

/* The odds of all words count for so much of a score. Typed questions outside a base are turned down less often the
 * more it is (of 200: 73.0 in a hundred, 65.5 with 0.06, 53.5 with 0.09; without 67.0, and of 3,000 inside 92.6 find
 * their article instead of 92.9). */
#define SY_MODEL_ODDS_TYPED 0.04f
/* What was heard is weighed once more (kb/search_heard.h): of 716 natural sentences heard as words 94.3 in a hundred
 * have the right article first, 93.7 with as much as for typed ones, without 91. */
#define SY_MODEL_ODDS_GUESSED 0.10f
/* Each word is weighed as if nothing else were known, so that who goes on and on seems the surer to mean something:
 * more words than a sentence has count together no more than these. */
#define SY_MODEL_ODDS_WORDS 14.0f

#define SY_MODEL_LANES 4

struct sy_model_vector {
	uint32_t row[SY_SEARCH_FEATURES_MAX];
	float value[SY_SEARCH_FEATURES_MAX];
	size_t n;
	struct {
		uint32_t word; /* of the model's */
		float times;
	} words[SY_SEARCH_FEATURES_MAX];
	size_t n_words;
	float known; /* 0..1, how much of the words' weight the model has seen */
};

int sy_model_create(uint32_t n_classes, uint32_t n_features, uint32_t n_words, struct sy_model **ret_model);
void sy_model_destroy(struct sy_model *model);

void sy_model_vector(const struct sy_model *model, const struct sy_features *features, struct sy_model_vector *ret);

/* Fills ret_scores (stride entries): about 1 for a class that fits, -1 for one that does not. odds_share: one of the
 * above. */
void sy_model_scores(
	const struct sy_model *model, const struct sy_model_vector *vector, float odds_share, float *ret_scores);

/* As bytes of this machine's order. `load` takes what `save` added, moves *at behind it, and says EBADMSG for anything
 * that does not fit together. */
int sy_model_save(const struct sy_model *model, struct sy_text *bytes);
int sy_model_load(const char **at, const char *end, struct sy_model **ret_model);

#endif
