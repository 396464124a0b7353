/*
 * csv: one record after another out of a text of comma-separated values (RFC 4180, LF or CRLF).
 *
 * Thread-safe: no state. The text is borrowed while reading.
 */
#ifndef SY_KB_CSV_H
#define SY_KB_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "kb/article.h"

struct sy_csv {
	const char *name; /* of the file, for messages */
	const char *at;
	const char *end;
	int line; /* of `at`, from 1 */
};

/* Skips a byte-order mark. EINVAL where the text is not UTF-8 or holds a NUL. */
int sy_csv_begin(const char *name, const char *text, size_t n, struct sy_csv *ret_csv, struct sy_problem *why);

/* The next record that is not an empty line; fields are trimmed unless quoted. ENOENT: no more. Caller resets. */
int sy_csv_next(struct sy_csv *csv, struct sy_strings *ret_fields, int *ret_line, struct sy_problem *why);

#endif
