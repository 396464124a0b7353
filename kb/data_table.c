#include "kb/data_table.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "kb/collation.h"
#include "kb/sql.h"

/* `DROP TABLE IF EXISTS "account"; CREATE TABLE "account" ("number" TEXT COLLATE SAYSO, …)` */
static int make_table(struct sy_store *store, const struct sy_table *table, struct sy_problem *why)
{
	struct sy_text sql = {0};
	int err = sy_text_addf(&sql, "DROP TABLE IF EXISTS \"%s\"; CREATE TABLE \"%s\" (", table->name, table->name);

	for (size_t i = 0; i < table->columns.n && !err; i++)
		err = sy_text_addf(&sql, "%s\"%s\" TEXT COLLATE " SY_COLLATION, i ? ", " : "", table->columns.at[i]);
	if (!err)
		err = sy_text_add(&sql, ")");
	if (!err)
		err = sy_store_run(store, sql.s, "write a data table", why);
	sy_text_reset(&sql);
	return err;
}

static int register_table(struct sy_store *store, const struct sy_table *table, struct sy_problem *why)
{
	sqlite3_stmt *statement = NULL;
	char *columns = NULL;
	int err = sy_sql_from_strings(&table->columns, &columns);

	if (!err)
		err = sy_store_prepare(store,
			"INSERT INTO data_table (name, columns, position)"
			" VALUES (?1, ?2, (SELECT coalesce(max(position), 0) + 1 FROM data_table))"
			" ON CONFLICT (name) DO UPDATE SET columns = ?2",
			&statement, why);
	if (!err)
		err = sy_sql_put(store, statement, why, "tt", table->name, columns);
	sqlite3_finalize(statement);
	free(columns);
	return err;
}

static int prepare_insert(
	struct sy_store *store, const struct sy_table *table, sqlite3_stmt **ret_statement, struct sy_problem *why)
{
	struct sy_text sql = {0};
	int err = sy_text_addf(&sql, "INSERT INTO \"%s\" VALUES (", table->name);

	for (size_t i = 0; i < table->columns.n && !err; i++)
		err = sy_text_add(&sql, i ? ", ?" : "?");
	if (!err)
		err = sy_text_add(&sql, ")");
	if (!err)
		err = sy_store_prepare(store, sql.s, ret_statement, why);
	sy_text_reset(&sql);
	return err;
}

static int put_row(
	struct sy_store *store, sqlite3_stmt *statement, const struct sy_strings *row, struct sy_problem *why)
{
	int rc = SQLITE_OK;

	for (size_t i = 0; i < row->n && rc == SQLITE_OK; i++)
		rc = sqlite3_bind_text(statement, (int)i + 1, row->at[i], -1, SQLITE_STATIC);
	if (rc != SQLITE_OK)
		return sy_store_error(store, rc, "write a data table", why);
	return sy_sql_put(store, statement, why, "");
}

int sy_data_table_put(struct sy_store *store, const struct sy_table *table, struct sy_problem *why)
{
	sqlite3_stmt *insert = NULL;
	int err = make_table(store, table, why);

	if (!err)
		err = register_table(store, table, why);
	if (!err)
		err = prepare_insert(store, table, &insert, why);
	for (size_t i = 0; i < table->n_rows && !err; i++)
		err = put_row(store, insert, &table->rows[i], why);
	sqlite3_finalize(insert);
	return err;
}

static int load_row(sqlite3_stmt *statement, struct sy_table *table)
{
	struct sy_strings *row = sy_table_add_row(table);
	int err = row ? 0 : ENOMEM;

	for (int i = 0; i < sqlite3_column_count(statement) && !err; i++) {
		const char *text = (const char *)sqlite3_column_text(statement, i);

		err = sy_strings_add(row, text ? text : "");
	}
	return err;
}

static int load_rows(struct sy_store *store, struct sy_table *table, struct sy_problem *why)
{
	sqlite3_stmt *statement = NULL;
	struct sy_text sql = {0};
	bool more = true;
	int err = sy_text_addf(&sql, "SELECT * FROM \"%s\" ORDER BY rowid", table->name);

	if (!err)
		err = sy_store_prepare(store, sql.s, &statement, why);
	while (!err) {
		err = sy_sql_step(store, statement, &more, why);
		if (err || !more)
			break;
		err = load_row(statement, table);
	}
	sqlite3_finalize(statement);
	sy_text_reset(&sql);
	return err;
}

static int load_table(
	struct sy_store *store, sqlite3_stmt *statement, struct sy_content *content, struct sy_problem *why)
{
	struct sy_table *table = sy_content_add_table(content);
	const char *columns = (const char *)sqlite3_column_text(statement, 1);
	int err = table ? sy_sql_text(statement, 0, &table->name) : ENOMEM;

	if (!err)
		err = sy_sql_to_strings(columns ? columns : "", &table->columns);
	if (err == EBADMSG)
		return sy_problem_set(why, EBADMSG,
			"%s: the knowledge base is damaged (columns of table %s); put a good copy in its place",
			sy_store_path(store), table->name);
	return err ? err : load_rows(store, table, why);
}

int sy_data_tables_load(struct sy_store *store, struct sy_content *content, struct sy_problem *why)
{
	sqlite3_stmt *statement = NULL;
	bool more = true;
	int err = sy_store_prepare(
		store, "SELECT name, columns FROM data_table ORDER BY position, name", &statement, why);

	while (!err) {
		err = sy_sql_step(store, statement, &more, why);
		if (err || !more)
			break;
		err = load_table(store, statement, content, why);
	}
	sqlite3_finalize(statement);
	return err;
}
