/*
 * store: the knowledge base's SQLite file.
 *
 * Holds the editor's working copy, every published version (immutable), the data tables, and the call records.
 * WAL mode; a writer waits SY_STORE_BUSY_MS for another and then says so. One connection per thread.
 *
 * Errors: ENOENT, EACCES, EBUSY (locked), EBADMSG (not a knowledge base, or corrupt), ENOTSUP (written by a newer
 * Sayso), ENOSPC, EROFS, ENOMEM; `why` is one line with the file's name. Nothing is half-written: each change is
 * one transaction.
 *
 * A base of an earlier schema is brought up when it is first opened for writing; until then it is read as it is.
 *
 * Data tables are tables of this file, named exactly as the editor names them; they are listed in data_table. A name
 * for which sy_store_reserved() is true is ours or SQLite's and never a data table, so a look-up may read any table but
 * those. Their columns are TEXT, so that an answer reads a value as it was typed ("20.50", "0800"), in the collation
 * "SAYSO": two plain numbers compare as numbers ('9' < '10.5', '20.5' = '20.50'), anything else as text after them.
 */
#ifndef SY_KB_STORE_H
#define SY_KB_STORE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/problem.h"

#define SY_STORE_SCHEMA 2
#define SY_STORE_APPLICATION 0x5341594F /* "SAYO" in the file's header (PRAGMA application_id) */
#define SY_STORE_BUSY_MS 2000

struct sy_store;

enum sy_store_open { SY_STORE_READ, SY_STORE_WRITE, SY_STORE_MAKE /* create an empty base if there is no file */ };

int sy_store_open(const char *path, enum sy_store_open how, struct sy_store **ret_store, struct sy_problem *why);
void sy_store_close(struct sy_store *store);
const char *sy_store_path(const struct sy_store *store);
sqlite3 *sy_store_db(struct sy_store *store); /* for the modules of kb/ and engine/run/record only */

/* sqlite result -> errno, with `why` filled from the connection. */
int sy_store_error(struct sy_store *store, int rc, const char *doing, struct sy_problem *why);

/* Runs statements without a result. `doing` ends "cannot …" in a message. */
int sy_store_run(struct sy_store *store, const char *sql, const char *doing, struct sy_problem *why);
/* Caller finalizes; the statement is from our own code, so a failure is one of the file. */
int sy_store_prepare(struct sy_store *store, const char *sql, sqlite3_stmt **ret_statement, struct sy_problem *why);

/* Whether a name may not be a data table's: a table of the schema, or sqlite_…. Case does not matter, as in SQL. */
bool sy_store_reserved(const char *name);

/* The time as the base writes it: UTC, "2026-05-03T16:30:00Z". */
#define SY_STORE_TIME_MAX 32
void sy_store_time(time_t at, char ret_text[SY_STORE_TIME_MAX]);

int sy_store_begin(struct sy_store *store, struct sy_problem *why);
int sy_store_commit(struct sy_store *store, struct sy_problem *why);
void sy_store_rollback(struct sy_store *store);

/* The path used when no --db is given: this user's demonstration base, made and published from kb/seed when it is not
 * there. */
int sy_store_demo_path(char **ret_path, struct sy_problem *why);

#endif
