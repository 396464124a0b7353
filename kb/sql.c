#include "kb/sql.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "kb/article.h"

static int bind_all(
	struct sy_store *store, sqlite3_stmt *statement, struct sy_problem *why, const char *types, va_list args)
{
	int rc = SQLITE_OK;

	for (int i = 0; types[i] && rc == SQLITE_OK; i++) {
		if (types[i] == 'i') {
			rc = sqlite3_bind_int64(statement, i + 1, va_arg(args, int64_t));
		} else {
			const char *text = va_arg(args, const char *);

			rc = text ? sqlite3_bind_text(statement, i + 1, text, -1, SQLITE_STATIC)
				  : sqlite3_bind_null(statement, i + 1);
		}
	}
	return rc == SQLITE_OK ? 0 : sy_store_error(store, rc, "read it", why);
}

int sy_sql_bind(struct sy_store *store, sqlite3_stmt *statement, struct sy_problem *why, const char *types, ...)
{
	va_list args;
	int err;

	va_start(args, types);
	err = bind_all(store, statement, why, types, args);
	va_end(args);
	return err;
}

int sy_sql_put(struct sy_store *store, sqlite3_stmt *statement, struct sy_problem *why, const char *types, ...)
{
	va_list args;
	int err, rc;

	va_start(args, types);
	err = bind_all(store, statement, why, types, args);
	va_end(args);
	if (!err) {
		do
			rc = sqlite3_step(statement);
		while (rc == SQLITE_ROW);
		if (rc != SQLITE_DONE)
			err = sy_store_error(store, rc, "write", why);
	}
	(void)sqlite3_reset(statement); /* its failure is the step's, told above */
	(void)sqlite3_clear_bindings(statement);
	return err;
}

int sy_sql_step(struct sy_store *store, sqlite3_stmt *statement, bool *ret_more, struct sy_problem *why)
{
	int rc = sqlite3_step(statement);

	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		return sy_store_error(store, rc, "read it", why);
	*ret_more = rc == SQLITE_ROW;
	return 0;
}

int sy_sql_text(sqlite3_stmt *statement, int column, char **ret_text)
{
	const char *text = (const char *)sqlite3_column_text(statement, column);
	char *copy = text ? strdup(text) : NULL;

	if (text && !copy)
		return ENOMEM;
	*ret_text = copy;
	return 0;
}

int sy_sql_from_strings(const struct sy_strings *strings, char **ret_json)
{
	json_t *list = json_array();
	char *json;

	for (size_t i = 0; list && i < strings->n; i++)
		if (json_array_append_new(list, json_string(strings->at[i]))) {
			json_decref(list);
			return EINVAL; /* not UTF-8 */
		}
	json = list ? json_dumps(list, JSON_COMPACT) : NULL;
	json_decref(list);
	if (!json)
		return ENOMEM;
	*ret_json = json;
	return 0;
}

int sy_sql_to_strings(const char *json, struct sy_strings *ret_strings)
{
	struct sy_strings strings = {0};
	json_t *list = json_loads(json, 0, NULL);
	int err = json_is_array(list) ? 0 : EBADMSG;

	for (size_t i = 0; !err && i < json_array_size(list); i++) {
		const char *s = json_string_value(json_array_get(list, i));

		err = s ? sy_strings_add(&strings, s) : EBADMSG;
	}
	json_decref(list);
	if (err)
		sy_strings_reset(&strings);
	else
		*ret_strings = strings;
	return err;
}
