/*
 * search_train: phrases of known classes -> a search model.
 *
 * Squared hinge loss, each class against all others, by stochastic gradient steps that fade out; some features are left
 * out at random in each step, so that no phrase hangs on one word. Same input, same model.
 */
#ifndef SY_KB_SEARCH_TRAIN_H
#define SY_KB_SEARCH_TRAIN_H

#include "kb/search_model.h"

struct sy_example {
	char *text;
	uint32_t class;
	bool aside;    /* trained on, but nothing that a caller would say: a title, an answer's sentence */
	bool left_out; /* not trained on */
};

int sy_model_train(const struct sy_example *examples, size_t n, uint32_t n_classes, struct sy_model **ret_model);

#endif
