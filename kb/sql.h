/*
 * sql: a prepared statement with its parameters in one call.
 *
 * Types: 't' a text (NULL: NULL), 'i' an int64_t. A failure is the file's (kb/store.h).
 */
#ifndef SY_KB_SQL_H
#define SY_KB_SQL_H

#include "kb/store.h"

/* Binds; the texts are borrowed until the statement is reset. */
int sy_sql_bind(struct sy_store *store, sqlite3_stmt *statement, struct sy_problem *why, const char *types, ...);
/* Binds, runs to the end and resets. */
int sy_sql_put(struct sy_store *store, sqlite3_stmt *statement, struct sy_problem *why, const char *types, ...);
/* SQLITE_ROW -> *ret_more true; the end -> false. */
int sy_sql_step(struct sy_store *store, sqlite3_stmt *statement, bool *ret_more, struct sy_problem *why);
/* A copy of a column's text; NULL where the column is NULL, which is no error. */
int sy_sql_text(sqlite3_stmt *statement, int column, char **ret_text);

struct sy_strings;
/* A list of strings as JSON text and back. Caller frees / resets. EBADMSG: not such a list. */
int sy_sql_from_strings(const struct sy_strings *strings, char **ret_json);
int sy_sql_to_strings(const char *json, struct sy_strings *ret_strings);

#endif
