#include "engine/run/record_list.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static json_t *call_json(sqlite3_stmt *row)
{
	return json_pack("{s:I, s:s, s:s, s:s?, s:I, s:s?, s:o, s:I}", "id", (json_int_t)sqlite3_column_int64(row, 0),
		"case_key", (const char *)sqlite3_column_text(row, 1), "began_at",
		(const char *)sqlite3_column_text(row, 2), "bridge", (const char *)sqlite3_column_text(row, 3),
		"kb_version", (json_int_t)sqlite3_column_int64(row, 4), "outcome",
		(const char *)sqlite3_column_text(row, 5), "duration_ms",
		sqlite3_column_type(row, 6) == SQLITE_NULL ? json_null() : json_integer(sqlite3_column_int64(row, 6)),
		"turns", (json_int_t)sqlite3_column_int64(row, 7));
}

static json_t *event_json(sqlite3_stmt *row)
{
	return json_loads((const char *)sqlite3_column_text(row, 0), 0, NULL);
}

struct reading {
	struct sy_store *store;
	json_t *(*make)(sqlite3_stmt *row);
	void (*found)(void *arg, const json_t *json);
	void *arg;
	size_t n; /* rows */
};

/* Every row of the statement (taken) as JSON. */
static int each(struct reading *reading, sqlite3_stmt *statement, struct sy_problem *why)
{
	int err = 0;
	int rc;

	while (!err && (rc = sqlite3_step(statement)) == SQLITE_ROW) {
		json_t *json = reading->make(statement);

		if (json)
			reading->found(reading->arg, json);
		else
			err = sy_problem_set(
				why, EBADMSG, "%s: a call's record cannot be read", sy_store_path(reading->store));
		json_decref(json);
		reading->n++;
	}
	if (!err && rc != SQLITE_DONE)
		err = sy_store_error(reading->store, rc, "read the calls", why);
	(void)sqlite3_finalize(statement);
	return err;
}

int sy_record_list(
	struct sy_store *store, void (*found)(void *arg, const json_t *call), void *arg, struct sy_problem *why)
{
	struct reading reading = {store, call_json, found, arg, 0};
	sqlite3_stmt *statement = NULL;
	int err = sy_store_prepare(store,
		"SELECT id, case_key, began_at, bridge, version, outcome, duration_ms,"
		" (SELECT count(*) FROM turn WHERE call_id = call.id) FROM call ORDER BY id DESC",
		&statement, why);

	return err ? err : each(&reading, statement, why);
}

int sy_record_show(struct sy_store *store, int64_t id, void (*found)(void *arg, const json_t *event), void *arg,
	struct sy_problem *why)
{
	struct reading reading = {store, event_json, found, arg, 0};
	sqlite3_stmt *statement = NULL;
	int err = sy_store_prepare(store, "SELECT json FROM event WHERE call_id = ? ORDER BY seq", &statement, why);

	if (err)
		return err;
	(void)sqlite3_bind_int64(statement, 1, id);
	err = each(&reading, statement, why);
	if (!err && !reading.n)
		err = sy_problem_set(why, ENOENT,
			"there is no call %lld; sayso calls --db %s list shows which there are", (long long)id,
			sy_store_path(store));
	return err;
}

static int read_card(sqlite3_stmt *statement, struct sy_card *ret_card, struct sy_problem *why)
{
	const char *text = (const char *)sqlite3_column_text(statement, 0);
	json_t *json = text ? json_loads(text, 0, NULL) : NULL;
	int err = text ? sy_card_read(json, ret_card) : 0;

	json_decref(json);
	return err ? sy_problem_set(why, err, "the card of a case cannot be read: %s", strerror(err)) : 0;
}

int sy_record_case(struct sy_store *store, const char *case_key, struct sy_card *ret_card, struct sy_problem *why)
{
	static const char sql[] = "SELECT (SELECT card FROM desk WHERE case_key = ?1 ORDER BY id DESC LIMIT 1) "
				  "FROM call WHERE case_key = ?1 LIMIT 1";
	sqlite3_stmt *statement = NULL;
	struct sy_card card = {0};
	int err = sy_store_prepare(store, sql, &statement, why);
	int rc;

	if (err)
		return err;
	(void)sqlite3_bind_text(statement, 1, case_key, -1, SQLITE_TRANSIENT);
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW)
		err = read_card(statement, &card, why);
	else if (rc == SQLITE_DONE)
		err = sy_problem_set(why, ENOENT, "no call has had this case key");
	else
		err = sy_store_error(store, rc, "look for a case", why);
	(void)sqlite3_finalize(statement);
	if (!err)
		*ret_card = card;
	return err;
}
