#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/person/handoff.h"
#include "engine/person/spool.h"

#define SPOOL_SUFFIX "-desk" /* beside the base, as SQLite's own files */

/* A card as it stands in its row. */
struct row {
	char *case_key, *reason, *json;
	char at[SY_STORE_TIME_MAX];
};

struct desk {
	struct sy_store *store;
	char *spool; /* path: cards that wait while another program holds the base */
};

/* The call's own record is found by its case key, the newest if a key was given out again after years. A card of the
 * spool may be there already, where its writer died before it could say so. */
static const char insert[] =
	"INSERT INTO desk (call_id, case_key, at, reason, card) SELECT "
	"(SELECT id FROM call WHERE case_key = ?1 ORDER BY id DESC LIMIT 1), ?1, ?2, ?3, ?4 "
	"WHERE ?5 OR NOT EXISTS (SELECT 1 FROM desk WHERE case_key = ?1 AND at = ?2 AND card = ?4)";

static void reset_row(struct row *row)
{
	free(row->case_key);
	free(row->reason);
	free(row->json);
	*row = (struct row){0};
}

static int make_row(const struct sy_card *card, struct row *ret_row)
{
	json_t *json = sy_card_json(card);
	struct row row = {.case_key = strdup(card->case_key ? card->case_key : ""),
		.reason = strdup(card->reason ? card->reason : ""),
		.json = json ? json_dumps(json, JSON_COMPACT) : NULL};

	json_decref(json);
	if (!row.case_key || !row.reason || !row.json) {
		reset_row(&row);
		return ENOMEM;
	}
	sy_store_time(time(NULL), row.at);
	*ret_row = row;
	return 0;
}

static int bind(sqlite3_stmt *statement, const struct row *row, bool is_new)
{
	const char *const texts[] = {row->case_key, row->at, row->reason, row->json};
	int rc = sqlite3_bind_int(statement, 5, is_new);

	for (int i = 0; i < 4 && !rc; i++)
		rc = sqlite3_bind_text(statement, i + 1, texts[i], -1, SQLITE_TRANSIENT);
	return rc;
}

/* A person sees the whole card or none. */
static int write_row(struct sy_store *store, const struct row *row, bool is_new, struct sy_problem *why)
{
	sqlite3_stmt *statement = NULL;
	int err = sy_store_prepare(store, insert, &statement, why);
	int rc;

	if (err)
		return err;
	rc = bind(statement, row, is_new);
	if (!rc)
		rc = sqlite3_step(statement);
	if (rc != SQLITE_DONE)
		err = sy_store_error(store, rc, "put a caller on the desk", why);
	(void)sqlite3_finalize(statement);
	return err;
}

/* A line of the spool; one that is none of ours is passed over. */
static int write_line(struct sy_store *store, const char *line, size_t n, struct sy_problem *why)
{
	json_t *json = json_loadb(line, n, 0, NULL);
	struct row row = {0};
	const char *at = "", *case_key, *reason, *card;
	int err = 0;

	if (!json_unpack(
		    json, "{s:s, s:s, s:s, s:s}", "case_key", &case_key, "at", &at, "reason", &reason, "card", &card)) {
		row = (struct row){.case_key = strdup(case_key), .reason = strdup(reason), .json = strdup(card)};
		(void)snprintf(row.at, sizeof(row.at), "%s", at);
		err = row.case_key && row.reason && row.json ? write_row(store, &row, false, why) : ENOMEM;
	}
	reset_row(&row);
	json_decref(json);
	return err;
}

struct writing {
	struct desk *desk;
	struct sy_problem *why;
};

static int write_lines(void *arg, const char *lines)
{
	const struct writing *writing = arg;
	struct sy_store *store = writing->desk->store;
	int err = sy_store_begin(store, writing->why);

	if (err)
		return err;
	for (const char *end; !err && (end = strchr(lines, '\n')); lines = end + 1)
		err = write_line(store, lines, (size_t)(end - lines), writing->why);
	if (!err)
		return sy_store_commit(store, writing->why);
	sy_store_rollback(store);
	return err;
}

static int write_kept(struct desk *desk, struct sy_problem *why)
{
	struct writing writing = {.desk = desk, .why = why};

	(void)sqlite3_busy_timeout(sy_store_db(desk->store), 0);
	return sy_spool_drain(desk->spool, write_lines, &writing);
}

static int keep(struct desk *desk, const struct row *row)
{
	json_t *json = json_pack("{s:s, s:s, s:s, s:s}", "case_key", row->case_key, "at", row->at, "reason",
		row->reason, "card", row->json);
	char *line = json ? json_dumps(json, JSON_COMPACT) : NULL;
	int err = line ? sy_spool_add(desk->spool, line) : ENOMEM;

	free(line);
	json_decref(json);
	return err;
}

static int desk_pass(void *state, const struct sy_card *card, enum sy_handed *ret_handed, struct sy_problem *why)
{
	struct desk *desk = state;
	struct row row = {0};
	int err = make_row(card, &row);

	if (err)
		return sy_problem_set(why, err, "there is no memory for the card of a hand-off");
	err = write_kept(desk, why);
	if (!err) {
		(void)sqlite3_busy_timeout(sy_store_db(desk->store), SY_STORE_BUSY_MS);
		err = write_row(desk->store, &row, true, why);
	}
	if (err == EBUSY && !keep(desk, &row))
		err = 0;
	reset_row(&row);
	if (!err)
		*ret_handed = SY_HANDED_WAITING;
	return err;
}

static int desk_settle(void *state, struct sy_problem *why)
{
	struct desk *desk = state;
	struct sy_problem reason = {""};
	int err = write_kept(desk, &reason);

	if (err) {
		const size_t n = sy_spool_count(desk->spool);

		(void)sy_problem_set(why, err,
			"%zu caller%s not on the desk: %.400s; until then the cards wait in %.300s", n,
			n == 1 ? " is" : "s are", reason.text[0] ? reason.text : strerror(err), desk->spool);
	}
	return err;
}

static void desk_destroy(void *state)
{
	struct desk *desk = state;

	free(desk->spool);
	free(desk);
}

static const struct sy_handoff_impl desk_impl = {
	.name = "desk", .pass = desk_pass, .settle = desk_settle, .destroy = desk_destroy};

int sy_handoff_desk_create(struct sy_store *store, struct sy_handoff **ret_handoff, struct sy_problem *why)
{
	struct sy_handoff *handoff = calloc(1, sizeof(*handoff));
	struct desk *desk = calloc(1, sizeof(*desk));

	if (!handoff || !desk || asprintf(&desk->spool, "%s" SPOOL_SUFFIX, sy_store_path(store)) < 0) {
		free(handoff);
		free(desk);
		return sy_problem_set(why, ENOMEM, "there is no memory for the desk");
	}
	desk->store = store;
	*handoff = (struct sy_handoff){.impl = &desk_impl, .state = desk};
	*ret_handoff = handoff;
	return 0;
}
