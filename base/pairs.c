#include "base/pairs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct sy_pair *find(const struct sy_pairs *pairs, const char *name)
{
	for (size_t i = 0; i < pairs->n; i++)
		if (strcmp(pairs->at[i].name, name) == 0)
			return &pairs->at[i];
	return NULL;
}

static int replace(struct sy_pair *pair, const char *value)
{
	char *copy = strdup(value);

	if (copy == NULL)
		return ENOMEM;
	free(pair->value);
	pair->value = copy;
	return 0;
}

static int append(struct sy_pairs *pairs, const char *name, const char *value)
{
	if (pairs->n >= SY_PAIRS_MAX)
		return E2BIG;
	struct sy_pair *at = realloc(pairs->at, (pairs->n + 1) * sizeof(*at));
	if (at == NULL)
		return ENOMEM;
	pairs->at = at;
	struct sy_pair pair = {.name = strdup(name), .value = strdup(value)};
	if (pair.name == NULL || pair.value == NULL) {
		free(pair.name);
		free(pair.value);
		return ENOMEM;
	}
	at[pairs->n++] = pair;
	return 0;
}

int sy_pairs_set(struct sy_pairs *pairs, const char *name, const char *value)
{
	struct sy_pair *pair = find(pairs, name);

	return pair != NULL ? replace(pair, value) : append(pairs, name, value);
}

const char *sy_pairs_get(const struct sy_pairs *pairs, const char *name)
{
	const struct sy_pair *pair = find(pairs, name);

	return pair != NULL ? pair->value : NULL;
}

void sy_pairs_remove(struct sy_pairs *pairs, const char *name)
{
	struct sy_pair *pair = find(pairs, name);

	if (pair == NULL)
		return;
	free(pair->name);
	free(pair->value);
	size_t after = pairs->n - (size_t)(pair - pairs->at) - 1;
	memmove(pair, pair + 1, after * sizeof(*pair));
	pairs->n--;
}

int sy_pairs_copy(const struct sy_pairs *pairs, struct sy_pairs *ret_copy)
{
	struct sy_pairs copy = {0};

	for (size_t i = 0; i < pairs->n; i++) {
		int err = append(&copy, pairs->at[i].name, pairs->at[i].value);
		if (err != 0) {
			sy_pairs_reset(&copy);
			return err;
		}
	}
	sy_pairs_reset(ret_copy);
	*ret_copy = copy;
	return 0;
}

bool sy_pairs_equal(const struct sy_pairs *a, const struct sy_pairs *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->at[i].name, b->at[i].name) != 0 || strcmp(a->at[i].value, b->at[i].value) != 0)
			return false;
	return true;
}

void sy_pairs_reset(struct sy_pairs *pairs)
{
	for (size_t i = 0; i < pairs->n; i++) {
		free(pairs->at[i].name);
		free(pairs->at[i].value);
	}
	free(pairs->at);
	*pairs = (struct sy_pairs){0};
}
