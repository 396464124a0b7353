/*
 * trainer_parts: what a trainer is made of. For trainer.c, which learns, and trainer_file.c, which reads and writes.
 */
#ifndef SY_TOOLS_TRAINER_PARTS_H
#define SY_TOOLS_TRAINER_PARTS_H

#include "engine/hear/neural_parts.h"
#include "tools/trainer.h"

/* Numbers of the same shape as a model's: gradients, moments. */
struct numbers {
	float *weight[SY_NEURAL_LAYERS_MAX];
	float *bias[SY_NEURAL_LAYERS_MAX];
};

struct sy_trainer {
	struct sy_neural neural;
	struct numbers first, second; /* moments */
	long steps;
	const struct sy_sequence *sequence; /* NULL: single moments are learned */
};

/* How many weights a layer has. */
static inline size_t sy_trainer_weights(const struct sy_neural_layer *layer)
{
	return (size_t)layer->n_taps * (size_t)layer->in * (size_t)layer->out;
}

#endif
