/*
 * trainer: teaches a neural model (engine/hear/neural.h) from labelled frames.
 *
 * Stochastic gradient descent with Adam (Kingma and Ba 2015) on the cross entropy of the labels, or on whole sequences
 * (sequence.h); gradients by back-propagation, matrix products by BLAS. Parts of the bands are hidden at random (Park
 * et al. 2019), so that the model does not lean on any of them.
 *
 * Several threads may each hold a sy_trainer_worker; everything else belongs to one.
 */
#ifndef SY_TOOLS_TRAINER_H
#define SY_TOOLS_TRAINER_H

#include "audio/noise.h"
#include "base/problem.h"
#include "engine/hear/acoustic_model.h"
#include "engine/hear/mel.h"

struct sy_trainer;
struct sy_trainer_worker;

/* Outputs are the states of the model's phones. */
int sy_trainer_create(const struct sy_acoustic_model *model, uint64_t seed, struct sy_trainer **ret_trainer);
/* Goes on from a model that was written before, of the same width or narrower. EINVAL: it has another shape. */
int sy_trainer_resume(struct sy_trainer *trainer, const char *path, struct sy_problem *why);
/* The mean of what it has learned and of a model that was written before. What two runs learned one after the other,
 * each to its end, generalises better together than either (Izmailov et al., "Averaging weights leads to wider optima
 * and better generalization", 2018); two that began apart do not. EINVAL: it has another shape. */
int sy_trainer_mean(struct sy_trainer *trainer, const char *path, struct sy_problem *why);
/* Whether there will be one: before half an hour of learning. */
int sy_trainer_can_mean(const struct sy_trainer *trainer, const char *path, struct sy_problem *why);
void sy_trainer_destroy(struct sy_trainer *trainer);
const struct sy_neural *sy_trainer_neural(const struct sy_trainer *trainer);

int sy_trainer_worker_create(const struct sy_trainer *trainer, struct sy_trainer_worker **ret_worker);
void sy_trainer_worker_destroy(struct sy_trainer_worker *worker);
/* What is said in a turn: the state of each mel frame, and the states in their order, which the frames of a recording
 * that is played quicker may lack some of. */
struct sy_trainer_labels {
	const uint8_t *by_frame;
	const uint8_t *in_order;
	size_t n_in_order;
};

/* Adds one turn's gradient to the worker's. mel is changed where parts are hidden. */
int sy_trainer_learn(struct sy_trainer_worker *worker, struct sy_mel *mel, const struct sy_trainer_labels *labels,
	struct sy_noise_random *random);
/* Takes a step with what all workers have gathered, and empties them. rate: of learning, about 1e-3 to 1e-5. */
void sy_trainer_step(struct sy_trainer *trainer, struct sy_trainer_worker *const *workers, int n, double rate);
/* Mean cross entropy (nats) of all rows the worker learned from since the last call, and what sy_sequence_compare()
 * told of them (0: single moments were learned). */
double sy_trainer_worker_loss(struct sy_trainer_worker *worker, double *ret_gain);

struct sy_sequence;
/* From here on whole sequences are learned (sequence.h). Borrowed; NULL: single moments again. */
void sy_trainer_set_sequence(struct sy_trainer *trainer, const struct sy_sequence *sequence);

/* Counts of the labels become the priors. */
void sy_trainer_set_priors(struct sy_trainer *trainer, const size_t *counts);
/* All or nothing. */
int sy_trainer_write(const struct sy_trainer *trainer, const char *path, struct sy_problem *why);

#endif
