#include "tests/mock/mock_synthesiser.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int say(void *state, const struct sy_say_job *job, struct sy_sound *ret_sound, struct sy_problem *why)
{
	struct sy_mock_mouth *mouth = state;
	struct sy_sound sound = {
		.rate = job->rate, .n = strlen(job->text) * SY_MOCK_CHAR_MS * (size_t)job->rate / 1000};

	mouth->n_said++;
	if (mouth->err)
		return sy_problem_set(why, mouth->err, "the test wants no voice");
	sound.pcm = malloc(sound.n ? sound.n * sizeof *sound.pcm : 1);
	if (!sound.pcm)
		return ENOMEM;
	for (size_t i = 0; i < sound.n; i++)
		sound.pcm[i] = (int16_t)(3000 * sin(2 * 3.14159265 * 440 * (double)i / job->rate));
	*ret_sound = sound;
	return 0;
}

static void destroy(void *state)
{
	(void)state;
}

static const struct sy_synthesiser_impl mock = {.name = "mock", .say = say, .destroy = destroy};

struct sy_synthesiser *sy_mock_synthesiser_create(struct sy_mock_mouth *mouth)
{
	struct sy_synthesiser *synthesiser = calloc(1, sizeof *synthesiser);

	if (synthesiser)
		*synthesiser = (struct sy_synthesiser){.impl = &mock, .state = mouth};
	return synthesiser;
}
