#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tools/trainer_parts.h"

/* What a narrower layer knew. What it had not feeds nothing that it gave, so that the network says the same at first,
 * and learns to use what it has now (Chen, Goodfellow and Shlens 2016). */
static void take_over(struct sy_neural_layer *layer, const struct sy_neural_layer *before)
{
	const size_t out = (size_t)layer->out, out_before = (size_t)before->out;

	for (int tap = 0; tap < layer->n_taps; tap++)
		for (int k = 0; k < layer->in; k++) {
			float *to = layer->weight + (size_t)(tap * layer->in + k) * out;
			if (k < before->in)
				memcpy(to, before->weight + (size_t)(tap * before->in + k) * out_before,
					out_before * sizeof *to);
			else
				memset(to, 0, out_before * sizeof *to);
		}
	memcpy(layer->bias, before->bias, out_before * sizeof *layer->bias);
}

static bool can_take_over(const struct sy_neural_layer *layer, const struct sy_neural_layer *before)
{
	return before->in <= layer->in && before->out <= layer->out && before->n_taps == layer->n_taps &&
	       memcmp(before->taps, layer->taps, (size_t)layer->n_taps * sizeof *layer->taps) == 0;
}

static bool same_shape(const struct sy_neural_layer *layer, const struct sy_neural_layer *other)
{
	return layer->in == other->in && layer->out == other->out && can_take_over(layer, other);
}

typedef bool fits_f(const struct sy_neural_layer *layer, const struct sy_neural_layer *other);

/* A model whose layers fit the trainer's; `instead`: what to do where they do not. */
static int load_fitting(const struct sy_trainer *trainer, const char *path, fits_f *fits, const char *instead,
	struct sy_neural **ret_other, struct sy_problem *why)
{
	const struct sy_neural *neural = &trainer->neural;
	struct sy_neural *other = NULL;
	int err = sy_neural_load(path, &other, why);

	if (err)
		return err;
	if (other->n_layers != neural->n_layers || other->n_outputs != neural->n_outputs)
		err = EINVAL;
	for (int i = 0; !err && i < neural->n_layers; i++)
		err = fits(&neural->layers[i], &other->layers[i]) ? 0 : EINVAL;
	if (!err) {
		*ret_other = other;
		return 0;
	}
	sy_neural_destroy(other);
	return sy_problem_set(why, err, "%s: a network of another shape; %s", path, instead);
}

int sy_trainer_resume(struct sy_trainer *trainer, const char *path, struct sy_problem *why)
{
	struct sy_neural *before = NULL;
	const int err = load_fitting(trainer, path, can_take_over, "begin without --start", &before, why);

	for (int i = 0; !err && i < trainer->neural.n_layers; i++)
		take_over(&trainer->neural.layers[i], &before->layers[i]);
	sy_neural_destroy(before);
	return err;
}

static int load_same(
	const struct sy_trainer *trainer, const char *path, struct sy_neural **ret_same, struct sy_problem *why)
{
	return load_fitting(trainer, path, same_shape, "leave out --mean", ret_same, why);
}

int sy_trainer_can_mean(const struct sy_trainer *trainer, const char *path, struct sy_problem *why)
{
	struct sy_neural *same = NULL;
	const int err = load_same(trainer, path, &same, why);

	sy_neural_destroy(same);
	return err;
}

static void take_mean(float *at, const float *other, size_t n)
{
	for (size_t i = 0; i < n; i++)
		at[i] = (at[i] + other[i]) / 2;
}

int sy_trainer_mean(struct sy_trainer *trainer, const char *path, struct sy_problem *why)
{
	struct sy_neural *other = NULL;
	const int err = load_same(trainer, path, &other, why);

	for (int i = 0; !err && i < trainer->neural.n_layers; i++) {
		struct sy_neural_layer *layer = &trainer->neural.layers[i];
		take_mean(layer->weight, other->layers[i].weight, sy_trainer_weights(layer));
		take_mean(layer->bias, other->layers[i].bias, (size_t)layer->out);
	}
	sy_neural_destroy(other);
	return err;
}

/* Rounded to the nearest bfloat16. */
static int write_numbers(FILE *file, const float *at, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t bits;
		memcpy(&bits, &at[i], sizeof bits);
		bits += 0x7fff + (bits >> 16 & 1);
		const unsigned char bytes[2] = {(unsigned char)(bits >> 16), (unsigned char)(bits >> 24)};
		if (fwrite(bytes, 1, 2, file) != 2)
			return errno;
	}
	return 0;
}

static int write_model(const struct sy_neural *neural, FILE *file)
{
	int err = 0;

	fprintf(file, SY_NEURAL_MAGIC "\noutputs %d layers %d\n", neural->n_outputs, neural->n_layers);
	for (int i = 0; i < neural->n_outputs; i++)
		fprintf(file, "%s %.4f\n", neural->names[i], (double)neural->log_priors[i]);
	for (int i = 0; i < neural->n_layers; i++) {
		const struct sy_neural_layer *layer = &neural->layers[i];
		fprintf(file, "layer %d %d %d %d %d %d", layer->from, layer->add, layer->bent, layer->in, layer->out,
			layer->n_taps);
		for (int tap = 0; tap < layer->n_taps; tap++)
			fprintf(file, " %d", layer->taps[tap]);
		fputc('\n', file);
	}
	for (int i = 0; !err && i < neural->n_layers; i++) {
		const struct sy_neural_layer *layer = &neural->layers[i];
		err = write_numbers(file, layer->weight, sy_trainer_weights(layer));
		if (!err)
			err = write_numbers(file, layer->bias, (size_t)layer->out);
	}
	return err ? err : ferror(file) ? EIO : 0;
}

int sy_trainer_write(const struct sy_trainer *trainer, const char *path, struct sy_problem *why)
{
	char part[4096];
	FILE *file = NULL;
	int err = snprintf(part, sizeof part, "%s.part", path) < (int)sizeof part ? 0 : ENAMETOOLONG;

	if (!err && !(file = fopen(part, "we")))
		err = errno;
	if (!err)
		err = write_model(&trainer->neural, file);
	if (file && fclose(file) != 0 && !err)
		err = errno;
	if (!err && rename(part, path) != 0)
		err = errno;
	if (err) {
		(void)remove(part);
		return sy_problem_set(why, err, "%s: %s", path, strerror(err));
	}
	return 0;
}
