/*
 * neural: a small network that says which state of which phone each moment of a telephone turn is.
 *
 * Time-delay layers (Waibel et al. 1989; Peddinti, Povey and Khudanpur 2015) with narrow waists (Povey et al. 2018)
 * over the bands of mel.h, 50 outputs a second: log probabilities of the states of the context-independent phones.
 * Trained by tools/adapt on people's speech as many lines would carry it; the weights are data, kept in one file.
 *
 * Owner: the creator. Immutable after load and then safe to read from many threads.
 *
 * Errors: those of fopen(); EINVAL (not such a file, or one of another version; `why` says so), ENOMEM.
 */
#ifndef SY_HEAR_NEURAL_H
#define SY_HEAR_NEURAL_H

#include "base/problem.h"
#include "engine/hear/mel.h"

#define SY_NEURAL_STRIDE 2 /* frames of mel.h to one of the network's */

struct sy_neural;

int sy_neural_load(const char *path, struct sy_neural **ret_neural, struct sy_problem *why);
void sy_neural_destroy(struct sy_neural *neural);

int sy_neural_n_outputs(const struct sy_neural *neural);
/* What an output stands for: a phone's name and its state, "AA 0". Borrowed. */
const char *sy_neural_output(const struct sy_neural *neural, int output);
/* How often each output was right in training, as a natural logarithm. Borrowed. */
const float *sy_neural_log_priors(const struct sy_neural *neural);

/*
 * Natural log probabilities of the outputs, a row of n_outputs for each SY_NEURAL_STRIDE frames (rounded up).
 * The caller frees the rows.
 */
int sy_neural_run(const struct sy_neural *neural, const struct sy_mel *mel, float **ret_rows, size_t *ret_n);

#endif
