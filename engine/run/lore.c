#include "engine/run/lore.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct grammar {
	char *name;
	char *jsgf;
	unsigned deaths;
	bool aside;
	unsigned long long used;
};

struct sy_lore {
	struct grammar *at;
	size_t n;
	size_t max;
	unsigned long long clock;
};

int sy_lore_create(size_t max, struct sy_lore **ret_lore)
{
	struct sy_lore *lore = calloc(1, sizeof *lore);

	if (lore)
		lore->at = calloc(max, sizeof *lore->at);
	if (!lore || !lore->at) {
		free(lore);
		return ENOMEM;
	}
	lore->max = max;
	*ret_lore = lore;
	return 0;
}

static void reset(struct grammar *grammar)
{
	free(grammar->name);
	free(grammar->jsgf);
	*grammar = (struct grammar){0};
}

void sy_lore_destroy(struct sy_lore *lore)
{
	if (!lore)
		return;
	for (size_t i = 0; i < lore->n; i++)
		reset(&lore->at[i]);
	free(lore->at);
	free(lore);
}

static struct grammar *find(struct sy_lore *lore, const char *name)
{
	for (size_t i = 0; i < lore->n; i++)
		if (!strcmp(lore->at[i].name, name))
			return &lore->at[i];
	return NULL;
}

/* A place for a new one. One that was set aside stays: it would come back as if nothing had happened. */
static struct grammar *make_room(struct sy_lore *lore)
{
	struct grammar *oldest = NULL;

	if (lore->n < lore->max)
		return &lore->at[lore->n++];
	for (size_t i = 0; i < lore->n; i++)
		if (!lore->at[i].aside && (!oldest || lore->at[i].used < oldest->used))
			oldest = &lore->at[i];
	if (oldest)
		reset(oldest);
	return oldest;
}

int sy_lore_keep(struct sy_lore *lore, const char *name, const char *jsgf)
{
	struct grammar new = {.name = strdup(name), .jsgf = strdup(jsgf), .used = ++lore->clock};
	struct grammar *old = find(lore, name);
	struct grammar *place;
	int err = old && old->aside ? EPERM : 0;

	if (!new.name || !new.jsgf)
		err = ENOMEM;
	if (old)
		old->used = lore->clock;
	if (err || old) {
		reset(&new);
		return err;
	}
	place = make_room(lore);
	if (!place) {
		reset(&new);
		return ENOBUFS;
	}
	*place = new;
	return 0;
}

int sy_lore_find(struct sy_lore *lore, const char *name, const char **ret_jsgf)
{
	struct grammar *grammar = find(lore, name);

	if (!grammar)
		return ENOENT;
	grammar->used = ++lore->clock;
	if (grammar->aside)
		return EPERM;
	*ret_jsgf = grammar->jsgf;
	return 0;
}

unsigned sy_lore_died(struct sy_lore *lore, const char *name)
{
	struct grammar *grammar = find(lore, name);

	return grammar ? ++grammar->deaths : 0;
}

void sy_lore_set_aside(struct sy_lore *lore, const char *name)
{
	struct grammar *grammar = find(lore, name);

	if (grammar)
		grammar->aside = true;
}
