#include "base/weights.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/listing.h"

struct weights {
	const char *const *names;
	size_t n;
	double values[SY_WEIGHTS_MAX];
	bool seen[SY_WEIGHTS_MAX];
};

static int read_weight(struct weights *weights, const char *text)
{
	char name[SY_WEIGHT_NAME_MAX], extra;
	double value;
	size_t id = 0;

	if (sscanf(text, "%31s %lf %c", name, &value, &extra) != 2 || !isfinite(value))
		return EINVAL;
	while (id < weights->n && strcmp(name, weights->names[id]) != 0)
		id++;
	if (id == weights->n || weights->seen[id])
		return EINVAL;
	weights->values[id] = value;
	weights->seen[id] = true;
	return 0;
}

static int read_all(const struct sy_listing *listing, const char *path, struct weights *weights, struct sy_problem *why)
{
	for (size_t i = 0; i < listing->n; i++)
		if (read_weight(weights, listing->at[i]) != 0)
			return sy_problem_at(why, EINVAL, path, listing->lines[i], 0,
				"expected the name of a weight, once, and a number; tools/calibrate writes such files");
	for (size_t i = 0; i < weights->n; i++)
		if (!weights->seen[i])
			return sy_problem_set(
				why, EINVAL, "%s: \"%s\" is missing; run tools/calibrate", path, weights->names[i]);
	return 0;
}

int sy_weights_read(const char *path, const char *const *names, size_t n, double *ret_values, struct sy_problem *why)
{
	struct weights weights = {.names = names, .n = n};
	struct sy_listing listing = {0};
	int err;

	if (n > SY_WEIGHTS_MAX)
		return sy_problem_set(why, EINVAL, "%s: more than %d weights", path, SY_WEIGHTS_MAX);
	/* One more than there may be: which of them is none of these is the better thing to say. */
	if (!(err = sy_listing_read(path, SY_WEIGHTS_MAX + 1, &listing, why)))
		err = read_all(&listing, path, &weights, why);
	sy_listing_reset(&listing);
	if (!err)
		memcpy(ret_values, weights.values, n * sizeof *ret_values);
	return err;
}
