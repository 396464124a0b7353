/*
 * yaml_check: holds a YAML text against a libcyaml schema and says in one line
 * what does not fit and on which line it stands.
 *
 * libcyaml 1.3.1 alone is not enough for what people write by hand: it reports an
 * unknown key at the value before it and a syntax error at the last good value,
 * takes "12abc" as 12, "010" as 8, "maybe" and an empty value as true, cuts a string
 * at an escaped NUL and ignores a second document. This walk over libyaml's events
 * comes first and refuses all of that; libcyaml then only fills the struct.
 *
 * Aliases (*name) are refused: a few lines of them could stand for gigabytes.
 * Thread-safe: no state. Errors: EINVAL (with `why`), ENOMEM.
 */
#ifndef SY_BASE_YAML_CHECK_H
#define SY_BASE_YAML_CHECK_H

#include <cyaml/cyaml.h>
#include <stddef.h>

#include "base/problem.h"

/* Deeper than any schema of ours; bounds the stack where a schema refers to itself. */
#define SY_YAML_DEPTH_MAX 32

int sy_yaml_check(
	const char *name, const void *bytes, size_t n, const cyaml_schema_value_t *schema, struct sy_problem *why);

#endif
