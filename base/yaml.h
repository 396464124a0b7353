/*
 * yaml: loads a YAML document into a struct by a libcyaml schema, with one
 * line that says what is wrong and where.
 *
 * sy_yaml_check() goes over the text first (base/yaml_check.h says why) and gives
 * "FILE:LINE: text"; libcyaml then fills the struct. The schema's top is a mapping with
 * CYAML_FLAG_POINTER. Thread-safe: no state.
 *
 * Errors: ENOENT, EACCES, EFBIG (past max_bytes), EINVAL (not YAML, or not by the schema), ENOMEM.
 */
#ifndef SY_BASE_YAML_H
#define SY_BASE_YAML_H

#include <cyaml/cyaml.h>
#include <stddef.h>

#include "base/problem.h"

int sy_yaml_load_file(const char *path, size_t max_bytes, const cyaml_schema_value_t *schema, void **ret_data,
	struct sy_problem *why);

/* The file as it stands, for a reader of its own; caller resets ret_text. */
struct sy_text;
int sy_yaml_read_text(const char *path, size_t max_bytes, struct sy_text *ret_text, struct sy_problem *why);

/* `name` stands for the file in messages; `bytes` need not end in NUL. */
int sy_yaml_load_bytes(const char *name, const void *bytes, size_t n, const cyaml_schema_value_t *schema,
	void **ret_data, struct sy_problem *why);

/* Writes `data` by its schema as text; caller resets ret_text. */
int sy_yaml_save(
	const void *data, const cyaml_schema_value_t *schema, struct sy_text *ret_text, struct sy_problem *why);

/* Frees what a load returned; NULL is allowed. */
void sy_yaml_free(const cyaml_schema_value_t *schema, void *data);

#endif
