#include "kb/snapshot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kb/compile.h"
#include "kb/version.h"

struct sy_snapshot {
	int64_t version;
	struct sy_content all;       /* owned */
	struct sy_content published; /* articles are shallow copies of those of `all` that have an answer */
	char *grammar;
	void *model;
	size_t n_model;
};

static int select_published(struct sy_snapshot *snapshot)
{
	const struct sy_content *all = &snapshot->all;

	snapshot->published = *all;
	snapshot->published.n_articles = 0;
	snapshot->published.articles = calloc(all->n_articles + 1, sizeof(*all->articles));
	if (!snapshot->published.articles)
		return ENOMEM;
	for (size_t i = 0; i < all->n_articles; i++)
		if (all->articles[i].answer)
			snapshot->published.articles[snapshot->published.n_articles++] = all->articles[i];
	return 0;
}

int sy_snapshot_load(struct sy_store *store, int64_t version, struct sy_snapshot **ret_snapshot, struct sy_problem *why)
{
	struct sy_version_data data = {0};
	struct sy_snapshot *snapshot = calloc(1, sizeof(*snapshot));
	int err = snapshot ? sy_version_load(store, version, &data, why) : ENOMEM;

	if (err)
		goto out;
	snapshot->version = data.id;
	snapshot->all = data.content;
	snapshot->grammar = data.grammar;
	snapshot->model = data.model;
	snapshot->n_model = data.n_model;
	err = select_published(snapshot);
	if (err)
		goto out;
	*ret_snapshot = snapshot;
	return 0;
out:
	if (err == ENOMEM)
		(void)sy_problem_set(why, err, "out of memory");
	sy_snapshot_destroy(snapshot);
	return err;
}

void sy_snapshot_destroy(struct sy_snapshot *snapshot)
{
	if (!snapshot)
		return;
	free(snapshot->published.articles);
	sy_content_reset(&snapshot->all);
	free(snapshot->grammar);
	free(snapshot->model);
	free(snapshot);
}

int64_t sy_snapshot_version(const struct sy_snapshot *snapshot)
{
	return snapshot->version;
}

const struct sy_content *sy_snapshot_content(const struct sy_snapshot *snapshot)
{
	return &snapshot->published;
}

const struct sy_content *sy_snapshot_all(const struct sy_snapshot *snapshot)
{
	return &snapshot->all;
}

const struct sy_pairs *sy_snapshot_words(const struct sy_snapshot *snapshot)
{
	return &snapshot->all.words;
}

const void *sy_snapshot_model(const struct sy_snapshot *snapshot, size_t *ret_n)
{
	*ret_n = snapshot->n_model;
	return snapshot->model;
}

void sy_snapshot_drop_model(struct sy_snapshot *snapshot)
{
	free(snapshot->model);
	snapshot->model = NULL;
	snapshot->n_model = 0;
}

const char *sy_snapshot_grammar(const struct sy_snapshot *snapshot)
{
	return snapshot->grammar;
}

int sy_snapshot_slot_grammar(const struct sy_snapshot *snapshot, struct sy_store *store,
	const struct sy_article *article, const struct sy_slot *slot, char **ret_jsgf, struct sy_problem *why)
{
	struct sy_strings choices = {0};
	struct sy_text jsgf = {0};
	char *taken;
	int err = sy_snapshot_choices(snapshot, store, slot, &choices, why);

	if (!err && sy_slot_is_chosen(slot) && !choices.n)
		err = sy_problem_set(why, EINVAL, "article %s: slot '%s' has no choices now; its look-up found none",
			article->id, slot->name);
	if (!err)
		err = sy_compile_slot(slot, &choices, &jsgf, why);
	sy_strings_reset(&choices);
	if (err)
		return err;
	taken = sy_text_take(&jsgf);
	if (!taken)
		return sy_problem_set(why, ENOMEM, "out of memory");
	*ret_jsgf = taken;
	return 0;
}

int sy_snapshot_choices(const struct sy_snapshot *snapshot, struct sy_store *store, const struct sy_slot *slot,
	struct sy_strings *ret_choices, struct sy_problem *why)
{
	return sy_compile_choices(&snapshot->all, store, slot, ret_choices, why);
}
