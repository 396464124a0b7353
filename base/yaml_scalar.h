/*
 * yaml_scalar: does one written value fit a libcyaml schema, and what would.
 *
 * Stricter than libcyaml where people would be surprised: a number is a whole word
 * ("12abc" is none) without a leading zero (libcyaml would read it as octal), a
 * yes-or-no is one of the words YAML 1.1 knows. No state.
 */
#ifndef SY_BASE_YAML_SCALAR_H
#define SY_BASE_YAML_SCALAR_H

#include <cyaml/cyaml.h>
#include <stdbool.h>
#include <stddef.h>

/* Room for a description with the words of an enumeration; a longer list is cut. */
#define SY_YAML_EXPECTED_MAX 400

/* plain: written without quotes. */
bool sy_yaml_scalar_fits(const cyaml_schema_value_t *schema, const char *value, bool plain);

/* Is this the schema's way to say "no value" (CYAML_FLAG_POINTER_NULL, …_NULL_STR)? */
bool sy_yaml_scalar_is_null(const cyaml_schema_value_t *schema, const char *value);

/* "a whole number from 0 to 255", "yes or no", "one of red, green": for "expected …". */
void sy_yaml_scalar_expected(const cyaml_schema_value_t *schema, char *ret_text, size_t size);

#endif
