#include "engine/hear/recogniser.h"

#include <stdlib.h>

int sy_recogniser_load(
	struct sy_recogniser *recogniser, const char *grammar, const struct sy_graph *graph, struct sy_problem *why)
{
	return recogniser->impl->load(recogniser->state, grammar, graph, why);
}

int sy_recogniser_pronounce(struct sy_recogniser *recogniser, const struct sy_pairs *words, struct sy_problem *why)
{
	return recogniser->impl->pronounce ? recogniser->impl->pronounce(recogniser->state, words, why) : 0;
}

void sy_recogniser_unload(struct sy_recogniser *recogniser, const char *grammar)
{
	recogniser->impl->unload(recogniser->state, grammar);
}

int sy_recogniser_hear(struct sy_recogniser *recogniser, const struct sy_hear_job *job,
	struct sy_hypothesis *ret_hypothesis, struct sy_voice *ret_voice, struct sy_problem *why)
{
	return recogniser->impl->hear(recogniser->state, job, ret_hypothesis, ret_voice, why);
}

void sy_recogniser_destroy(struct sy_recogniser *recogniser)
{
	if (!recogniser)
		return;
	if (recogniser->impl)
		recogniser->impl->destroy(recogniser->state);
	free(recogniser);
}
