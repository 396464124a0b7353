#include <errno.h>
#include <stdlib.h>

#include "engine/person/handoff.h"

struct desk {
	struct sy_store *store;
};

/* The call's own record is found by its case key, the newest if a key was given out again after years. */
static const char insert[] = "INSERT INTO desk (call_id, case_key, at, reason, card) VALUES ("
			     "(SELECT id FROM call WHERE case_key = ?1 ORDER BY id DESC LIMIT 1), ?1, ?2, ?3, ?4)";

static int bind(sqlite3_stmt *statement, const struct sy_card *card, const char *json)
{
	char at[SY_STORE_TIME_MAX];
	int rc;

	sy_store_time(time(NULL), at);
	rc = sqlite3_bind_text(statement, 1, card->case_key ? card->case_key : "", -1, SQLITE_TRANSIENT);
	if (!rc)
		rc = sqlite3_bind_text(statement, 2, at, -1, SQLITE_TRANSIENT);
	if (!rc)
		rc = sqlite3_bind_text(statement, 3, card->reason ? card->reason : "", -1, SQLITE_TRANSIENT);
	if (!rc)
		rc = sqlite3_bind_text(statement, 4, json, -1, SQLITE_TRANSIENT);
	return rc;
}

static int write_row(struct sy_store *store, const struct sy_card *card, const char *json, struct sy_problem *why)
{
	sqlite3_stmt *statement = NULL;
	int err = sy_store_prepare(store, insert, &statement, why);
	int rc;

	if (err)
		return err;
	rc = bind(statement, card, json);
	if (!rc)
		rc = sqlite3_step(statement);
	if (rc != SQLITE_DONE)
		err = sy_store_error(store, rc, "put a caller on the desk", why);
	(void)sqlite3_finalize(statement);
	return err;
}

/* One row, one transaction: a person sees the whole card or none. */
static int desk_pass(void *state, const struct sy_card *card, enum sy_handed *ret_handed, struct sy_problem *why)
{
	struct desk *desk = state;
	json_t *json = sy_card_json(card);
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;
	int err;

	json_decref(json);
	if (!text)
		return sy_problem_set(why, ENOMEM, "there is no memory for the card of a hand-off");
	err = write_row(desk->store, card, text, why);
	free(text);
	if (!err)
		*ret_handed = SY_HANDED_WAITING;
	return err;
}

static void desk_destroy(void *state)
{
	free(state);
}

static const struct sy_handoff_impl desk_impl = {.name = "desk", .pass = desk_pass, .destroy = desk_destroy};

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
