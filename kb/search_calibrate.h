/*
 * search_calibrate: what a score of this base's model is worth.
 *
 * Trains on some of the phrases and asks for the others: phrases of known articles, which should be found, and phrases
 * of articles that were left out entirely, which should not. From both come a confidence (probability that the first
 * article is right) and the floor below which nothing fits. Same input, same result.
 */
#ifndef SY_KB_SEARCH_CALIBRATE_H
#define SY_KB_SEARCH_CALIBRATE_H

#include "kb/search_train.h"

struct sy_calibration {
	float slope; /* confidence = 1 / (1 + exp(-(slope * odds + offset))) */
	float offset;
	float floor; /* confidence below which nothing fits */
	float sure;  /* confidence from which the answer needs no question */
};

/* How far a class stands out from the mean of the others: log(exp(score) / mean of the others' exp(score)); 0 where all
 * are alike, about 2 where one fits and no other does. */
double sy_model_odds(const struct sy_model *model, const float *scores, uint32_t class);
double sy_calibration_confidence(const struct sy_calibration *calibration, double odds);

/* `examples` are in the order of their classes; left_out is overwritten. */
int sy_calibrate(struct sy_example *examples, size_t n, uint32_t n_classes, struct sy_calibration *ret_calibration);

#endif
