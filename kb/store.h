/*
 * store: the knowledge base's SQLite file.
 *
 * Holds the editor's working copy, every published version (immutable), the data tables, and the call records.
 * WAL mode; a writer waits SY_STORE_BUSY_MS for another and then says so. One connection per thread.
 *
 * Errors: ENOENT, EACCES, EBUSY (locked), EBADMSG (not a knowledge base, or corrupt), ENOTSUP (written by a newer
 * Sayso), ENOSPC, EROFS, ENOMEM; `why` is one line with the file's name. Nothing is half-written: each change is
 * one transaction.
 */
#ifndef SY_KB_STORE_H
#define SY_KB_STORE_H

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/problem.h"

#define SY_STORE_SCHEMA 1
#define SY_STORE_BUSY_MS 2000

struct sy_store;

enum sy_store_open { SY_STORE_READ, SY_STORE_WRITE, SY_STORE_MAKE /* create an empty base if there is no file */ };

int sy_store_open(const char *path, enum sy_store_open how, struct sy_store **ret_store, struct sy_problem *why);
void sy_store_close(struct sy_store *store);
const char *sy_store_path(const struct sy_store *store);
sqlite3 *sy_store_db(struct sy_store *store); /* for the modules of kb/ and engine/run/record only */

/* sqlite result -> errno, with `why` filled from the connection. */
int sy_store_error(struct sy_store *store, int rc, const char *doing, struct sy_problem *why);

int sy_store_begin(struct sy_store *store, struct sy_problem *why);
int sy_store_commit(struct sy_store *store, struct sy_problem *why);
void sy_store_rollback(struct sy_store *store);

/* The path used when no --db is given: this user's demonstration base, made and published from kb/seed when it is not
 * there. */
int sy_store_demo_path(char **ret_path, struct sy_problem *why);

#endif
