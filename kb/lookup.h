/*
 * lookup: runs a named, parameterised SELECT on the data tables.
 *
 * Read-only by three locks: the statement must be one SELECT (sqlite3_stmt_readonly), an authorizer lets it read
 * data tables only, and a progress handler ends it after SY_LOOKUP_STEPS_MAX. One thread per store.
 */
#ifndef SY_KB_LOOKUP_H
#define SY_KB_LOOKUP_H

#include <time.h>

#include "kb/article.h"
#include "kb/store.h"

#define SY_LOOKUP_STEPS_MAX 2000000 /* virtual-machine steps: about 50 ms; a caller waits for the answer */
#define SY_LOOKUP_ROWS_MAX 100

/* Checks the SQL without running it: EINVAL when it writes, has several statements, or names a table or parameter that
 * is not there. `params` are the names allowed besides today, now, weekday. */
int sy_lookup_check(struct sy_store *store, const struct sy_lookup *lookup, const struct sy_strings *params,
	struct sy_problem *why);

/* Fills ret_row with the first row (column -> value) and the number of rows found; 0 rows is a result, not an error. */
int sy_lookup_run(struct sy_store *store, const struct sy_lookup *lookup, const struct sy_pairs *params,
	const struct tm *now, struct sy_pairs *ret_row, size_t *ret_n, struct sy_problem *why);

/* The first column of every row. */
int sy_lookup_list(struct sy_store *store, const struct sy_lookup *lookup, const struct tm *now,
	struct sy_strings *ret_values, struct sy_problem *why);

#endif
