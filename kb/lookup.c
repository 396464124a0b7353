#include "kb/lookup.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "kb/hours.h"

#define STEPS_A_CALL 1000 /* how often the progress handler is asked */

struct run { /* one look-up on its way; while it lives the connection may only read data tables */
	struct sy_store *store;
	const struct sy_lookup *lookup;
	struct sy_problem *why;
	sqlite3_stmt *statement;
	int value_max; /* the connection's own limit, put back afterwards */
	int64_t steps;
	bool too_long;
};

static int refuse(const struct run *run, const char *what, const char *detail)
{
	return sy_problem_set(run->why, EINVAL, "look-up '%s': %s%s", run->lookup->name, what, detail);
}

/* Functions that reach outside the data, or into SQLite itself. */
static bool function_is_good(const char *name)
{
	static const char *const bad[] = {"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"};

	if (!name || !strncasecmp(name, "sqlite_", strlen("sqlite_")))
		return false;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (!strcasecmp(name, bad[i]))
			return false;
	}
	return true;
}

/* Eponymous virtual tables (pragma_table_info, dbstat, …) are no schema entries, so they are told by name. */
static bool table_is_good(const char *name)
{
	static const char *const bad[] = {"pragma_", "dbstat", "dbpage", "bytecode", "tables_used", "fts"};

	if (!name || sy_store_reserved(name))
		return false;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (!strncasecmp(name, bad[i], strlen(bad[i])))
			return false;
	}
	return true;
}

static int authorize(void *arg, int action, const char *a, const char *b, const char *database, const char *trigger)
{
	bool main_database = !database || !strcmp(database, "main") || !strcmp(database, "temp");

	(void)arg;
	(void)trigger;
	switch (action) {
	case SQLITE_SELECT:
	case SQLITE_RECURSIVE:
		return SQLITE_OK;
	case SQLITE_READ:
		return main_database && table_is_good(a) ? SQLITE_OK : SQLITE_DENY;
	case SQLITE_FUNCTION:
		return function_is_good(b) ? SQLITE_OK : SQLITE_DENY;
	default:
		return SQLITE_DENY;
	}
}

static int progress(void *arg)
{
	struct run *run = arg;

	run->steps += STEPS_A_CALL;
	run->too_long = run->steps > SY_LOOKUP_STEPS_MAX;
	return run->too_long;
}

static int statement_error(struct run *run, int rc)
{
	sqlite3 *db = sy_store_db(run->store);

	if (run->too_long)
		return sy_problem_set(run->why, ETIMEDOUT,
			"look-up '%s': takes too long; ask for fewer rows, or join by a column that both tables have",
			run->lookup->name);
	switch (rc & 0xff) {
	case SQLITE_AUTH:
		return sy_problem_set(run->why, EINVAL,
			"look-up '%s': may only SELECT from data tables (%s); change it to read those alone",
			run->lookup->name, sqlite3_errmsg(db));
	case SQLITE_ERROR:
	case SQLITE_TOOBIG:
	case SQLITE_RANGE:
	case SQLITE_MISMATCH:
		return refuse(run, sqlite3_errmsg(db), "");
	default:
		return sy_store_error(run->store, rc, "look that up", run->why);
	}
}

static int check_is_one(struct run *run, const char *tail)
{
	sqlite3_stmt *second = NULL;
	int rc = SQLITE_OK;

	while (rc == SQLITE_OK && !second && *tail)
		rc = sqlite3_prepare_v2(sy_store_db(run->store), tail, -1, &second, &tail);
	sqlite3_finalize(second);
	if (rc != SQLITE_OK || second)
		return refuse(run, "has more than one statement; write a single SELECT", "");
	return 0;
}

static int check_statement(struct run *run, const char *tail)
{
	if (!run->statement)
		return refuse(run, "is empty; write a SELECT", "");
	if (sqlite3_stmt_isexplain(run->statement) || !sqlite3_stmt_readonly(run->statement))
		return refuse(run, "is not a plain SELECT; a look-up only reads", "");
	if (!sqlite3_column_count(run->statement))
		return refuse(run, "has no columns; write a SELECT", "");
	if (sqlite3_column_count(run->statement) > SY_PAIRS_MAX)
		return refuse(run, "has more than 64 columns; select those that the answer says", "");
	return check_is_one(run, tail);
}

static void end(struct run *run)
{
	sqlite3 *db = sy_store_db(run->store);

	sqlite3_finalize(run->statement);
	run->statement = NULL;
	sqlite3_progress_handler(db, 0, NULL, NULL);
	(void)sqlite3_set_authorizer(db, NULL, NULL);
	(void)sqlite3_limit(db, SQLITE_LIMIT_LENGTH, run->value_max);
}

/* Takes the locks and prepares the statement; end() must follow, also on failure. `now` may be NULL for a check. */
static int begin(struct run *run, const struct tm *now)
{
	sqlite3 *db = sy_store_db(run->store);
	const char *tail = "";
	int err = sy_hours_register(run->store, now);
	int rc;

	run->value_max = sqlite3_limit(db, SQLITE_LIMIT_LENGTH, SY_LOOKUP_VALUE_BYTES_MAX);
	if (err)
		return sy_problem_set(run->why, err, "look-up '%s': %s", run->lookup->name, strerror(err));
	if (!run->lookup->sql)
		return refuse(run, "is empty; write a SELECT", "");
	(void)sqlite3_set_authorizer(db, authorize, NULL);
	sqlite3_progress_handler(db, STEPS_A_CALL, progress, run);
	rc = sqlite3_prepare_v2(db, run->lookup->sql, -1, &run->statement, &tail);
	return rc == SQLITE_OK ? check_statement(run, tail) : statement_error(run, rc);
}

static bool is_listed(const struct sy_strings *params, const char *name)
{
	for (size_t i = 0; params && i < params->n; i++) {
		if (!strcmp(params->at[i], name))
			return true;
	}
	return false;
}

static int check_params(struct run *run, const struct sy_strings *params)
{
	static const char *const given[] = {"today", "now", "weekday"};
	int n = sqlite3_bind_parameter_count(run->statement);

	for (int i = 1; i <= n; i++) {
		const char *name = sqlite3_bind_parameter_name(run->statement, i);
		bool known = false;

		if (!name || name[0] != ':')
			return refuse(run, "has a parameter without a name; write :name", "");
		for (size_t k = 0; k < sizeof(given) / sizeof(*given); k++)
			known |= !strcmp(given[k], name + 1);
		if (!known && !is_listed(params, name + 1))
			return refuse(run, "there is no slot for its parameter ", name);
	}
	return 0;
}

int sy_lookup_check(
	struct sy_store *store, const struct sy_lookup *lookup, const struct sy_strings *params, struct sy_problem *why)
{
	struct run run = {.store = store, .lookup = lookup, .why = why};
	int err = begin(&run, NULL);

	if (!err)
		err = check_params(&run, params);
	end(&run);
	return err;
}

static void bind(struct run *run, const char *name, const char *value)
{
	int i = sqlite3_bind_parameter_index(run->statement, name);

	if (i)
		(void)sqlite3_bind_text(run->statement, i, value, -1, SQLITE_TRANSIENT);
}

static void bind_slot(struct run *run, const struct sy_pair *slot)
{
	char name[SY_PROBLEM_MAX];

	if (snprintf(name, sizeof(name), ":%s", slot->name) < (int)sizeof(name))
		bind(run, name, slot->value);
}

static void bind_all(struct run *run, const struct sy_pairs *params, const struct tm *now)
{
	static const char *const weekdays[] = {
		"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
	struct tm day = {.tm_year = now->tm_year, .tm_mon = now->tm_mon, .tm_mday = now->tm_mday, .tm_hour = 12};
	char text[32];

	(void)timegm(&day); /* the weekday, whether or not the caller filled it */
	bind(run, ":weekday", weekdays[day.tm_wday]);
	(void)strftime(text, sizeof(text), "%Y-%m-%d", now);
	bind(run, ":today", text);
	(void)strftime(text, sizeof(text), "%H:%M", now);
	bind(run, ":now", text);
	for (size_t i = 0; params && i < params->n; i++)
		bind_slot(run, &params->at[i]);
}

static int read_row(struct run *run, struct sy_pairs *row)
{
	int n = sqlite3_column_count(run->statement);
	int err = 0;

	for (int i = 0; i < n && !err; i++) {
		const char *value = (const char *)sqlite3_column_text(run->statement, i);

		if (value)
			err = sy_pairs_set(row, sqlite3_column_name(run->statement, i), value);
	}
	return err;
}

int sy_lookup_run(struct sy_store *store, const struct sy_lookup *lookup, const struct sy_pairs *params,
	const struct tm *now, struct sy_pairs *ret_row, size_t *ret_n, struct sy_problem *why)
{
	struct run run = {.store = store, .lookup = lookup, .why = why};
	struct sy_pairs row = {0};
	size_t n = 0;
	int rc = SQLITE_ROW;
	int err = begin(&run, now);

	if (!err)
		bind_all(&run, params, now);
	while (!err && n < SY_LOOKUP_ROWS_MAX && (rc = sqlite3_step(run.statement)) == SQLITE_ROW) {
		if (!n++)
			err = read_row(&run, &row);
	}
	if (!err && rc != SQLITE_ROW && rc != SQLITE_DONE)
		err = statement_error(&run, rc);
	end(&run);
	if (err) {
		sy_pairs_reset(&row);
		return err;
	}
	sy_pairs_reset(ret_row);
	*ret_row = row;
	*ret_n = n;
	return 0;
}

int sy_lookup_list(struct sy_store *store, const struct sy_lookup *lookup, const struct tm *now,
	struct sy_strings *ret_values, struct sy_problem *why)
{
	struct run run = {.store = store, .lookup = lookup, .why = why};
	struct sy_strings values = {0};
	int rc = SQLITE_ROW;
	int err = begin(&run, now);

	if (!err)
		bind_all(&run, NULL, now);
	while (!err && values.n < SY_LOOKUP_ROWS_MAX && (rc = sqlite3_step(run.statement)) == SQLITE_ROW) {
		const char *value = (const char *)sqlite3_column_text(run.statement, 0);

		if (value && *value)
			err = sy_strings_add(&values, value);
	}
	if (!err && rc != SQLITE_ROW && rc != SQLITE_DONE)
		err = statement_error(&run, rc);
	end(&run);
	if (err) {
		sy_strings_reset(&values);
		return err;
	}
	sy_strings_reset(ret_values);
	*ret_values = values;
	return 0;
}
