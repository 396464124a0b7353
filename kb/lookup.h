/*
 * lookup: runs a named, parameterised SELECT on the data tables.
 *
 * Read-only by three locks: the statement must be one SELECT (sqlite3_stmt_readonly), an authorizer lets it read
 * data tables only, and a progress handler ends it after SY_LOOKUP_STEPS_MAX. One thread per store.
 *
 * Parameters are slots by name (:account), and :today (2026-05-03), :now (16:30) and :weekday (sunday); a slot without
 * a value is NULL. Beside SQLite's own functions there is hours() (kb/hours.h). Values are bound as text and compare as
 * kb/collation.h says, so that '9' is less than '10'.
 *
 * Errors: EINVAL (the SQL, one line that names the look-up and what to do), ETIMEDOUT, ENOMEM, and those of kb/store.h.
 */
#ifndef SY_KB_LOOKUP_H
#define SY_KB_LOOKUP_H

#include <time.h>

#include "kb/article.h"
#include "kb/store.h"

#define SY_LOOKUP_STEPS_MAX 2000000          /* virtual-machine steps: about 50 ms; a caller waits for the answer */
#define SY_LOOKUP_ROWS_MAX 100               /* rows counted, and choices listed: nobody says a hundred-and-first */
#define SY_LOOKUP_VALUE_BYTES_MAX (64 << 10) /* of one value while it runs: a page of speech is 3 KB */

/* Checks the SQL without running it: EINVAL when it writes, has several statements, or names a table or parameter that
 * is not there. `params` are the names allowed besides today, now, weekday. */
int sy_lookup_check(struct sy_store *store, const struct sy_lookup *lookup, const struct sy_strings *params,
	struct sy_problem *why);

/* Fills ret_row with the first row (column -> value, NULLs left out) and the number of rows found; 0 rows is a result,
 * not an error. */
int sy_lookup_run(struct sy_store *store, const struct sy_lookup *lookup, const struct sy_pairs *params,
	const struct tm *now, struct sy_pairs *ret_row, size_t *ret_n, struct sy_problem *why);

/* The first column of every row. */
int sy_lookup_list(struct sy_store *store, const struct sy_lookup *lookup, const struct tm *now,
	struct sy_strings *ret_values, struct sy_problem *why);

#endif
