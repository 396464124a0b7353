#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/person/handoff.h"

/* A card as it stands in its row. */
struct row {
	char *case_key, *reason, *json;
	char at[SY_STORE_TIME_MAX];
	struct row *next;
};

struct desk {
	struct sy_store *store;
	struct row *first; /* kept while another program holds the base, oldest first */
	size_t n;
};

/* The call's own record is found by its case key, the newest if a key was given out again after years. */
static const char insert[] = "INSERT INTO desk (call_id, case_key, at, reason, card) VALUES ("
			     "(SELECT id FROM call WHERE case_key = ?1 ORDER BY id DESC LIMIT 1), ?1, ?2, ?3, ?4)";

static void destroy_row(struct row *row)
{
	if (!row)
		return;
	free(row->case_key);
	free(row->reason);
	free(row->json);
	free(row);
}

static int make_row(const struct sy_card *card, struct row **ret_row)
{
	struct row *row = calloc(1, sizeof(*row));
	json_t *json = row ? sy_card_json(card) : NULL;

	if (json) {
		row->case_key = strdup(card->case_key ? card->case_key : "");
		row->reason = strdup(card->reason ? card->reason : "");
		row->json = json_dumps(json, JSON_COMPACT);
		sy_store_time(time(NULL), row->at);
	}
	json_decref(json);
	if (!row || !row->case_key || !row->reason || !row->json) {
		destroy_row(row);
		return ENOMEM;
	}
	*ret_row = row;
	return 0;
}

static int bind(sqlite3_stmt *statement, const struct row *row)
{
	const char *const texts[] = {row->case_key, row->at, row->reason, row->json};
	int rc = SQLITE_OK;

	for (int i = 0; i < 4 && !rc; i++)
		rc = sqlite3_bind_text(statement, i + 1, texts[i], -1, SQLITE_TRANSIENT);
	return rc;
}

/* One row, one transaction: a person sees the whole card or none. */
static int write_row(struct sy_store *store, const struct row *row, struct sy_problem *why)
{
	sqlite3_stmt *statement = NULL;
	int err = sy_store_prepare(store, insert, &statement, why);
	int rc;

	if (err)
		return err;
	rc = bind(statement, row);
	if (!rc)
		rc = sqlite3_step(statement);
	if (rc != SQLITE_DONE)
		err = sy_store_error(store, rc, "put a caller on the desk", why);
	(void)sqlite3_finalize(statement);
	return err;
}

static int write_kept(struct desk *desk, struct sy_problem *why)
{
	int err = 0;

	while (desk->first && !err) {
		struct row *row = desk->first;

		err = write_row(desk->store, row, why);
		if (err)
			break;
		desk->first = row->next;
		desk->n--;
		destroy_row(row);
	}
	return err;
}

static int keep(struct desk *desk, struct row *row)
{
	struct row **end = &desk->first;

	if (desk->n == SY_HANDOFF_KEPT_MAX)
		return ENOBUFS;
	while (*end)
		end = &(*end)->next;
	*end = row;
	desk->n++;
	return 0;
}

static int desk_pass(void *state, const struct sy_card *card, enum sy_handed *ret_handed, struct sy_problem *why)
{
	struct desk *desk = state;
	struct row *row = NULL;
	int err = make_row(card, &row);

	if (err)
		return sy_problem_set(why, err, "there is no memory for the card of a hand-off");
	(void)sqlite3_busy_timeout(sy_store_db(desk->store), desk->first ? 0 : SY_STORE_BUSY_MS);
	err = write_kept(desk, why);
	if (!err)
		err = write_row(desk->store, row, why);
	if (err == EBUSY && !keep(desk, row)) {
		row = NULL;
		err = 0;
	}
	destroy_row(row);
	if (!err)
		*ret_handed = SY_HANDED_WAITING;
	return err;
}

static int desk_settle(void *state, struct sy_problem *why)
{
	struct desk *desk = state;
	struct sy_problem reason = {""};
	int err;

	(void)sqlite3_busy_timeout(sy_store_db(desk->store), 0);
	err = write_kept(desk, &reason);
	if (err)
		(void)sy_problem_set(why, err, "%zu caller%s not on the desk: %.700s", desk->n,
			desk->n == 1 ? " is" : "s are", reason.text);
	return err;
}

static void desk_destroy(void *state)
{
	struct desk *desk = state;

	while (desk && desk->first) {
		struct row *row = desk->first;

		desk->first = row->next;
		destroy_row(row);
	}
	free(desk);
}

static const struct sy_handoff_impl desk_impl = {
	.name = "desk", .pass = desk_pass, .settle = desk_settle, .destroy = desk_destroy};

int sy_handoff_desk_create(struct sy_store *store, struct sy_handoff **ret_handoff, struct sy_problem *why)
{
	struct sy_handoff *handoff = calloc(1, sizeof(*handoff));
	struct desk *desk = calloc(1, sizeof(*desk));

	if (!handoff || !desk) {
		free(handoff);
		free(desk);
		return sy_problem_set(why, ENOMEM, "there is no memory for the desk");
	}
	desk->store = store;
	*handoff = (struct sy_handoff){.impl = &desk_impl, .state = desk};
	*ret_handoff = handoff;
	return 0;
}
