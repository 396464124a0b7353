#include "engine/hear/hypothesis.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int copy_string(const char *from, char **ret_copy)
{
	*ret_copy = from ? strdup(from) : NULL;
	return from && !*ret_copy ? ENOMEM : 0;
}

int sy_hypothesis_copy(const struct sy_hypothesis *hypothesis, struct sy_hypothesis *ret_copy)
{
	struct sy_hypothesis copy = *hypothesis;
	int err;

	copy.text = copy.intent = copy.second = NULL;
	copy.slots = (struct sy_pairs){0};
	copy.guesses = (struct sy_guesses){0};
	if ((err = copy_string(hypothesis->text, &copy.text)) ||
		(err = copy_string(hypothesis->intent, &copy.intent)) ||
		(err = copy_string(hypothesis->second, &copy.second)) ||
		(err = sy_pairs_copy(&hypothesis->slots, &copy.slots)) ||
		(err = sy_guesses_copy(&hypothesis->guesses, &copy.guesses))) {
		sy_hypothesis_reset(&copy);
		return err;
	}
	*ret_copy = copy;
	return 0;
}

void sy_hypothesis_reset(struct sy_hypothesis *hypothesis)
{
	free(hypothesis->text);
	free(hypothesis->intent);
	free(hypothesis->second);
	sy_pairs_reset(&hypothesis->slots);
	sy_guesses_reset(&hypothesis->guesses);
	*hypothesis = (struct sy_hypothesis){0};
}

const char *sy_decision_name(enum sy_decision decision)
{
	static const char *const names[] = {[SY_REJECT] = "reject", [SY_CONFIRM] = "confirm", [SY_ACCEPT] = "accept"};

	return names[decision];
}

const char *sy_sounded_name(enum sy_sounded sounded)
{
	static const char *const names[] = {[SY_SOUNDED_SPEECH] = "speech",
		[SY_SOUNDED_SILENCE] = "silence",
		[SY_SOUNDED_NOISE] = "noise",
		[SY_SOUNDED_CLIPPED] = "clipped"};

	return names[sounded];
}

enum sy_decision sy_decide(const struct sy_thresholds *thresholds, double p)
{
	if (p >= thresholds->accept)
		return SY_ACCEPT;
	return p >= thresholds->confirm ? SY_CONFIRM : SY_REJECT;
}
