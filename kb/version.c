#include "kb/version.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "kb/content_json.h"
#include "kb/sql.h"

static const char *column(sqlite3_stmt *statement, int i)
{
	return (const char *)sqlite3_column_text(statement, i);
}

int sy_versions_list(struct sy_store *store, void (*each)(void *arg, const struct sy_version *version), void *arg,
	struct sy_problem *why)
{
	sqlite3_stmt *row = NULL;
	bool more = true;
	int err = sy_store_prepare(
		store, "SELECT id, at, by, note, articles, phrases, drafts FROM version ORDER BY id DESC", &row, why);

	while (!err) {
		err = sy_sql_step(store, row, &more, why);
		if (err || !more)
			break;
		each(arg, &(struct sy_version){.id = sqlite3_column_int64(row, 0),
				  .at = column(row, 1) ? column(row, 1) : "",
				  .by = column(row, 2),
				  .note = column(row, 3),
				  .articles = (size_t)sqlite3_column_int64(row, 4),
				  .phrases = (size_t)sqlite3_column_int64(row, 5),
				  .drafts = (size_t)sqlite3_column_int64(row, 6)});
	}
	sqlite3_finalize(row);
	return err;
}

/* The row of a version; the statement is at it. */
static int find(
	struct sy_store *store, const char *columns_sql, int64_t id, sqlite3_stmt **ret_row, struct sy_problem *why)
{
	bool more = false;
	int err = sy_store_prepare(store, columns_sql, ret_row, why);

	if (!err)
		err = sy_sql_bind(store, *ret_row, why, "i", id);
	if (!err)
		err = sy_sql_step(store, *ret_row, &more, why);
	if (err || more)
		return err;
	if (!id)
		return sy_problem_set(why, ENOENT,
			"%s: nothing has been published yet; do so with: sayso kb --db %s publish",
			sy_store_path(store), sy_store_path(store));
	return sy_problem_set(why, ENOENT, "%s: there is no version %lld; sayso kb --db %s log lists them",
		sy_store_path(store), (long long)id, sy_store_path(store));
}

static int load_model(sqlite3_stmt *row, int i, struct sy_version_data *data)
{
	const void *bytes = sqlite3_column_blob(row, i);
	size_t n = (size_t)sqlite3_column_bytes(row, i);

	if (!bytes)
		return 0;
	data->model = malloc(n);
	if (!data->model)
		return ENOMEM;
	memcpy(data->model, bytes, n);
	data->n_model = n;
	return 0;
}

int sy_version_load(struct sy_store *store, int64_t id, struct sy_version_data *ret_data, struct sy_problem *why)
{
	struct sy_version_data data = {0};
	sqlite3_stmt *row = NULL;
	int err = find(store,
		"SELECT v.id, v.content, v.grammar, m.bytes FROM version v LEFT JOIN model m ON m.version = v.id"
		" WHERE v.id = CASE ?1 WHEN 0 THEN (SELECT max(id) FROM version) ELSE ?1 END",
		id, &row, why);

	if (err)
		goto out;
	data.id = sqlite3_column_int64(row, 0);
	err = sy_content_json_read(column(row, 1) ? column(row, 1) : "", &data.content);
	if (!err)
		err = sy_sql_text(row, 2, &data.grammar);
	if (!err && !data.grammar)
		err = EBADMSG;
	if (!err)
		err = load_model(row, 3, &data);
	if (err == EBADMSG)
		(void)sy_problem_set(why, err,
			"%s: the knowledge base is damaged (version %lld); put a good copy in its place",
			sy_store_path(store), (long long)data.id);
out:
	sqlite3_finalize(row);
	if (err)
		sy_version_data_reset(&data);
	else
		*ret_data = data;
	return err;
}

void sy_version_data_reset(struct sy_version_data *data)
{
	sy_content_reset(&data->content);
	free(data->grammar);
	free(data->model);
	*data = (struct sy_version_data){0};
}

int sy_version_json(struct sy_store *store, int64_t id, int64_t *ret_id, char **ret_json, struct sy_problem *why)
{
	sqlite3_stmt *row = NULL;
	char *json = NULL;
	int err = find(store,
		"SELECT id, content FROM version"
		" WHERE id = CASE ?1 WHEN 0 THEN (SELECT max(id) FROM version) ELSE ?1 END",
		id, &row, why);

	if (!err)
		err = sy_sql_text(row, 1, &json);
	if (!err) {
		*ret_id = sqlite3_column_int64(row, 0);
		*ret_json = json;
	}
	sqlite3_finalize(row);
	return err;
}

static int add_model(struct sy_store *store, const struct sy_version_new *version, int64_t id, struct sy_problem *why)
{
	sqlite3_stmt *statement = NULL;
	int err = sy_store_run(store, "DELETE FROM model", "publish", why);
	int rc;

	if (err || !version->model)
		return err;
	err = sy_store_prepare(store, "INSERT INTO model (bytes, version) VALUES (?1, ?2)", &statement, why);
	if (err)
		return err;
	rc = sqlite3_bind_blob64(statement, 1, version->model, version->n_model, SQLITE_STATIC);
	if (rc == SQLITE_OK)
		rc = sqlite3_bind_int64(statement, 2, id);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(statement);
	if (rc != SQLITE_DONE)
		err = sy_store_error(store, rc, "publish", why);
	sqlite3_finalize(statement);
	return err;
}

int sy_version_add(
	struct sy_store *store, const struct sy_version_new *version, int64_t *ret_id, struct sy_problem *why)
{
	const struct sy_content *content = version->content;
	char at[SY_STORE_TIME_MAX];
	sqlite3_stmt *statement = NULL;
	size_t published = 0;
	int64_t id = 0;
	int err = sy_store_prepare(store,
		"INSERT INTO version (at, by, note, articles, phrases, drafts, content, grammar)"
		" VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
		&statement, why);

	sy_store_time(time(NULL), at);
	for (size_t i = 0; i < content->n_articles; i++)
		published += content->articles[i].answer != NULL;
	if (!err)
		err = sy_sql_put(store, statement, why, "tttiiitt", at, version->by, version->note, (int64_t)published,
			(int64_t)sy_content_n_phrases(content), (int64_t)(content->n_articles - published),
			version->json, version->grammar);
	sqlite3_finalize(statement);
	if (!err) {
		id = sqlite3_last_insert_rowid(sy_store_db(store));
		err = add_model(store, version, id, why);
	}
	if (!err)
		*ret_id = id;
	return err;
}
