#include "tests/mock/mock_recogniser.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int load(void *state, const char *grammar, const struct sy_graph *graph, struct sy_problem *why)
{
	struct sy_mock_ears *ears = state;
	int err = ears->load_err;

	(void)graph;
	ears->load_err = 0;
	if (err)
		return sy_problem_set(why, err, "the test wants this grammar to fail");
	(void)snprintf(ears->loaded[ears->n_loaded++ % SY_MOCK_NAMES_MAX], sizeof ears->loaded[0], "%s", grammar);
	return 0;
}

static void unload(void *state, const char *grammar)
{
	(void)state;
	(void)grammar;
}

static int hear(void *state, const struct sy_hear_job *job, struct sy_hypothesis *ret_hypothesis,
	struct sy_voice *ret_voice, struct sy_problem *why)
{
	struct sy_mock_ears *ears = state;
	struct sy_mock_turn turn = {.text = ""};

	ears->n_heard++;
	ears->last_n = job->n;
	if (ears->next < ears->n)
		turn = ears->turns[ears->next++];
	if (turn.err)
		return sy_problem_set(why, turn.err, "the test wants this turn to fail");
	if (ret_voice)
		*ret_voice = job->voice;
	*ret_hypothesis = (struct sy_hypothesis){.text = strdup(turn.text),
		.intent = turn.intent ? strdup(turn.intent) : NULL,
		.confidence = turn.confidence,
		.decision = turn.intent ? (turn.confidence > 0.8 ? SY_ACCEPT : SY_CONFIRM) : SY_REJECT,
		.completeness = turn.intent ? SY_COMPLETE : SY_OUTSIDE,
		.audio_ms = (int)(job->n * 1000 / (size_t)job->rate)};
	return 0;
}

static void destroy(void *state)
{
	(void)state;
}

static const struct sy_recogniser_impl mock = {
	.name = "mock", .load = load, .unload = unload, .hear = hear, .destroy = destroy};

struct sy_recogniser *sy_mock_recogniser_create(struct sy_mock_ears *ears)
{
	struct sy_recogniser *recogniser = calloc(1, sizeof *recogniser);

	if (recogniser)
		*recogniser = (struct sy_recogniser){.impl = &mock, .state = ears};
	return recogniser;
}
