/*
 * collation: how values of data tables compare.
 *
 * Values are kept as typed ("20.50", "0800 123"), so SQLite would compare them as text and find '9' greater than
 * '10'. The collation "SAYSO" compares two plain numbers as numbers, exactly and at any length, and everything else
 * byte by byte after all numbers. A plain number is an optional minus, digits without a needless leading zero, and an
 * optional fraction; so "007" and "0800" are text, equal to themselves only.
 *
 * Pure, thread-safe.
 */
#ifndef SY_KB_COLLATION_H
#define SY_KB_COLLATION_H

#include <sqlite3.h>
#include <stddef.h>

#define SY_COLLATION "SAYSO"

/* < 0, 0, > 0. The strings need not end in NUL. */
int sy_collation_compare(const char *a, size_t na, const char *b, size_t nb);

/* A SQLite result. */
int sy_collation_register(sqlite3 *db);

#endif
