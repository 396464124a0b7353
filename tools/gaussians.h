/*
 * gaussians: counts, sums and squares of what each Gaussian of a model was credited with, and the means and variances
 * that follow from them. Owner: the creator. One thread.
 */
#ifndef SAYSO_TOOLS_GAUSSIANS_H
#define SAYSO_TOOLS_GAUSSIANS_H

#include "base/problem.h"
#include "engine/hear/acoustic_model.h"

struct gaussians;

int gaussians_create(int n_phones, struct gaussians **ret_gaussians);
void gaussians_destroy(struct gaussians *gaussians);

/* x: SY_STREAM_DIMS numbers of one stream; share: 0..1 */
void gaussians_add(struct gaussians *gaussians, int phone, int stream, int density, float share, const float *x);

/* Writes FOLDER/means and FOLDER/variances in the "s3" format. `model` is the one that credited. */
int gaussians_write(const struct gaussians *gaussians, const struct sy_acoustic_model *model, const char *folder,
	struct sy_problem *why);

#endif
