/*
 * neural_parts: what a neural model is made of. For neural.c, which runs it, and for the tool that trains it.
 */
#ifndef SY_HEAR_NEURAL_PARTS_H
#define SY_HEAR_NEURAL_PARTS_H

#include "engine/hear/neural.h"

#define SY_NEURAL_MAGIC "sayso neural 1"
#define SY_NEURAL_LAYERS_MAX 32
#define SY_NEURAL_TAPS_MAX 16
#define SY_NEURAL_WIDTH_MAX 4096
#define SY_NEURAL_REACH_MAX 64 /* of a tap, in rows */
#define SY_NEURAL_NAME_BYTES 16

/* y = f(W [x at each tap] + b), plus what an earlier layer gave where `add` says so. */
struct sy_neural_layer {
	int from; /* layer whose output it takes; -1: the bands, whose taps count mel frames */
	int add;  /* layer whose output is added to its own, of the same width; -1: none */
	int bent; /* 1: negative values become 0 */
	int in;   /* width of one tap */
	int out;
	int n_taps;
	int taps[SY_NEURAL_TAPS_MAX];
	float *weight; /* [n_taps * in][out] */
	float *bias;   /* [out] */
};

struct sy_neural {
	struct sy_neural_layer layers[SY_NEURAL_LAYERS_MAX];
	int n_layers; /* the last gives the outputs */
	int n_outputs;
	char (*names)[SY_NEURAL_NAME_BYTES];
	float *log_priors;
};

/* Row `t` of a layer's input: its taps side by side, the edges repeated. x: rows of layer->in, n of them. */
void sy_neural_splice(const struct sy_neural_layer *layer, const float *x, size_t n, size_t t, float *ret_row);

#endif
