#include "engine/run/late_recogniser.h"

#include <errno.h>
#include <stdlib.h>

struct late {
	sy_recogniser_open_h *open;
	void *arg;
	struct sy_recogniser *real; /* NULL until it is needed */
	int err;                    /* it could not be opened; not tried again */
	struct sy_problem why;
};

static int ready(struct late *late, struct sy_problem *why)
{
	if (!late->real && !late->err)
		late->err = late->open(late->arg, &late->real, &late->why);
	if (late->err && why)
		*why = late->why;
	return late->err;
}

static int load(void *state, const char *grammar, const struct sy_graph *graph, struct sy_problem *why)
{
	struct late *late = state;
	int err = ready(late, why);

	return err ? err : sy_recogniser_load(late->real, grammar, graph, why);
}

static void unload(void *state, const char *grammar)
{
	struct late *late = state;

	if (late->real)
		sy_recogniser_unload(late->real, grammar);
}

static int hear(void *state, const struct sy_hear_job *job, struct sy_hypothesis *ret_hypothesis,
	struct sy_voice *ret_voice, struct sy_problem *why)
{
	struct late *late = state;
	int err = ready(late, why);

	return err ? err : sy_recogniser_hear(late->real, job, ret_hypothesis, ret_voice, why);
}

static void destroy(void *state)
{
	struct late *late = state;

	sy_recogniser_destroy(late->real);
	free(late);
}

static const struct sy_recogniser_impl impl = {
	.name = "late", .load = load, .unload = unload, .hear = hear, .destroy = destroy};

int sy_late_recogniser_create(sy_recogniser_open_h *open, void *arg, struct sy_recogniser **ret_recogniser)
{
	struct sy_recogniser *recogniser = calloc(1, sizeof *recogniser);
	struct late *late = calloc(1, sizeof *late);

	if (!recogniser || !late) {
		free(recogniser);
		free(late);
		return ENOMEM;
	}
	late->open = open;
	late->arg = arg;
	*recogniser = (struct sy_recogniser){.impl = &impl, .state = late};
	*ret_recogniser = recogniser;
	return 0;
}

int sy_late_recogniser_ready(struct sy_recogniser *recogniser, struct sy_problem *why)
{
	return ready(recogniser->state, why);
}

int sy_late_recogniser_trouble(const struct sy_recogniser *recogniser, struct sy_problem *why)
{
	const struct late *late = recogniser->state;

	if (late->err && why)
		*why = late->why;
	return late->err;
}
