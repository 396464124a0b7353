#include "base/guesses.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int sy_guesses_add(struct sy_guesses *guesses, const char *word, float times)
{
	struct sy_guess *grown;
	char *copy;

	if (guesses->n == SY_GUESSES_MAX)
		return E2BIG;
	grown = realloc(guesses->at, (guesses->n + 1) * sizeof(*grown));
	if (!grown)
		return ENOMEM;
	guesses->at = grown;
	if (!(copy = strdup(word)))
		return ENOMEM;
	guesses->at[guesses->n++] = (struct sy_guess){copy, times};
	return 0;
}

int sy_guesses_copy(const struct sy_guesses *guesses, struct sy_guesses *ret_copy)
{
	struct sy_guesses copy = {0};
	int err = 0;

	for (size_t i = 0; i < guesses->n && !err; i++)
		err = sy_guesses_add(&copy, guesses->at[i].word, guesses->at[i].times);
	if (err) {
		sy_guesses_reset(&copy);
		return err;
	}
	sy_guesses_reset(ret_copy);
	*ret_copy = copy;
	return 0;
}

void sy_guesses_reset(struct sy_guesses *guesses)
{
	for (size_t i = 0; i < guesses->n; i++)
		free(guesses->at[i].word);
	free(guesses->at);
	*guesses = (struct sy_guesses){0};
}
