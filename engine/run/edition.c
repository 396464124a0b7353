#include "engine/run/edition.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/place.h"

static int open_parts(struct sy_edition *edition, struct sy_store *store, int64_t version, struct sy_problem *why)
{
	char *folder = NULL;
	int err = sy_snapshot_load(store, version, &edition->snapshot, why);

	if (!err)
		err = sy_search_create(edition->snapshot, &edition->search, why);
	if (!err)
		sy_snapshot_drop_model(edition->snapshot);
	if (!err)
		err = sy_place_data("prompts/en", &folder, why);
	if (!err)
		err = sy_prompts_load(folder, &edition->prompts, why);
	free(folder);
	return err;
}

static void destroy(struct sy_edition *edition)
{
	sy_slot_book_destroy(edition->book);
	sy_prompts_destroy(edition->prompts);
	sy_search_destroy(edition->search);
	sy_snapshot_destroy(edition->snapshot);
	free(edition);
}

int sy_edition_open(struct sy_store *store, int64_t version, struct sy_edition **ret_edition, struct sy_problem *why)
{
	struct sy_edition *edition = calloc(1, sizeof *edition);
	int err = edition ? open_parts(edition, store, version, why) : ENOMEM;

	if (err) {
		if (edition)
			destroy(edition);
		return err;
	}
	atomic_init(&edition->holders, 1);
	(void)snprintf(
		edition->grammar, sizeof edition->grammar, "articles-%lld", (long long)sy_edition_version(edition));
	*ret_edition = edition;
	return 0;
}

int sy_edition_read_ahead(struct sy_edition *edition, struct sy_store *store)
{
	return sy_slot_book_create(edition->snapshot, store, &edition->book);
}

struct sy_edition *sy_edition_hold(struct sy_edition *edition)
{
	atomic_fetch_add(&edition->holders, 1);
	return edition;
}

void sy_edition_let_go(struct sy_edition *edition)
{
	if (edition && atomic_fetch_sub(&edition->holders, 1) == 1)
		destroy(edition);
}

int64_t sy_edition_version(const struct sy_edition *edition)
{
	return sy_snapshot_version(edition->snapshot);
}
