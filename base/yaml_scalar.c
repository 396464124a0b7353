#include "base/yaml_scalar.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* YAML 1.1's words (yaml.org/type/bool.html) that libcyaml reads the same way; not "n" and "y", which it does not. */
static const char *const bool_words[] = {"true", "false", "yes", "no", "on", "off"};
/* What libcyaml takes for null under CYAML_FLAG_POINTER_NULL_STR. */
static const char *const null_words[] = {"null", "Null", "NULL", "~"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool has_flags(const cyaml_schema_value_t *schema, unsigned flags)
{
	return ((unsigned)schema->flags & flags) == flags;
}

static int64_t int_max(const cyaml_schema_value_t *schema)
{
	return schema->data_size >= 8 ? INT64_MAX : (INT64_C(1) << (schema->data_size * 8 - 1)) - 1;
}

static uint64_t uint_max(const cyaml_schema_value_t *schema)
{
	return schema->data_size >= 8 ? UINT64_MAX : (UINT64_C(1) << (schema->data_size * 8)) - 1;
}

/* Decimal digits with an optional sign, or 0x and hexadecimal ones. */
static bool is_number_word(const char *value)
{
	const char *s = value + (value[0] == '-' || value[0] == '+');

	if (s[0] == '0' && (s[1] == 'x' || s[1] == 'X'))
		return s[2] != '\0' && s[2 + strspn(s + 2, "0123456789abcdefABCDEF")] == '\0';
	if (s[0] == '0' && s[1] != '\0')
		return false;
	return s[0] != '\0' && s[strspn(s, "0123456789")] == '\0';
}

static bool fits_int(const cyaml_schema_value_t *schema, const char *value)
{
	if (!is_number_word(value))
		return false;
	errno = 0;
	int64_t number = strtoll(value, NULL, 0);
	return errno == 0 && number <= int_max(schema) && number >= -int_max(schema) - 1;
}

static bool fits_uint(const cyaml_schema_value_t *schema, const char *value)
{
	if (!is_number_word(value) || value[0] == '-')
		return false;
	errno = 0;
	uint64_t number = strtoull(value, NULL, 0);
	return errno == 0 && number <= uint_max(schema);
}

static bool fits_float(const cyaml_schema_value_t *schema, const char *value)
{
	char *end = NULL;

	if (value[0] == '\0' || isspace((unsigned char)value[0]))
		return false;
	double number = strtod(value, &end);
	if (*end != '\0' || !isfinite(number))
		return false;
	return schema->data_size >= sizeof(double) || isfinite((float)number);
}

static bool fits_bool(const char *value)
{
	for (size_t i = 0; i < COUNT(bool_words); i++)
		if (strcasecmp(value, bool_words[i]) == 0)
			return true;
	return false;
}

static bool fits_enum(const cyaml_schema_value_t *schema, const char *value)
{
	bool any_case = has_flags(schema, CYAML_FLAG_CASE_INSENSITIVE);

	for (uint32_t i = 0; i < schema->enumeration.count; i++) {
		const char *word = schema->enumeration.strings[i].str;
		if (any_case ? strcasecmp(word, value) == 0 : strcmp(word, value) == 0)
			return true;
	}
	return !has_flags(schema, CYAML_FLAG_STRICT) && fits_int(schema, value);
}

static bool fits_string(const cyaml_schema_value_t *schema, const char *value)
{
	size_t n = strlen(value);

	return n >= schema->string.min && n <= schema->string.max;
}

bool sy_yaml_scalar_fits(const cyaml_schema_value_t *schema, const char *value, bool plain)
{
	switch (schema->type) {
	case CYAML_INT:
		return fits_int(schema, value);
	case CYAML_UINT:
		return fits_uint(schema, value);
	case CYAML_FLOAT:
		return fits_float(schema, value);
	case CYAML_BOOL:
		return plain && fits_bool(value);
	case CYAML_ENUM:
		return fits_enum(schema, value);
	case CYAML_STRING:
		return fits_string(schema, value);
	default:
		return false;
	}
}

bool sy_yaml_scalar_is_null(const cyaml_schema_value_t *schema, const char *value)
{
	if (!has_flags(schema, CYAML_FLAG_POINTER_NULL))
		return false;
	if (value[0] == '\0')
		return true;
	if (!has_flags(schema, CYAML_FLAG_POINTER_NULL_STR))
		return false;
	for (size_t i = 0; i < COUNT(null_words); i++)
		if (strcmp(value, null_words[i]) == 0)
			return true;
	return false;
}

/* Below 32 bits the field is small for a reason; above, only its upper end helps. */
static void expected_int(const cyaml_schema_value_t *schema, char *text, size_t size)
{
	if (schema->data_size < 4)
		(void)snprintf(text, size, "a whole number from %" PRId64 " to %" PRId64, -int_max(schema) - 1,
			int_max(schema));
	else
		(void)snprintf(text, size, "a whole number (up to %" PRId64 ")", int_max(schema));
}

static void expected_enum(const cyaml_schema_value_t *schema, char *text, size_t size)
{
	int n = snprintf(text, size, "one of");

	for (uint32_t i = 0; i < schema->enumeration.count && n > 0 && (size_t)n < size; i++)
		n += snprintf(
			text + n, size - (size_t)n, "%s %s", i > 0 ? "," : "", schema->enumeration.strings[i].str);
}

static void expected_string(const cyaml_schema_value_t *schema, char *text, size_t size)
{
	if (schema->string.max == CYAML_UNLIMITED && schema->string.min <= 1)
		(void)snprintf(text, size, "a text");
	else if (schema->string.max == CYAML_UNLIMITED)
		(void)snprintf(text, size, "a text of at least %" PRIu32 " bytes", schema->string.min);
	else if (schema->string.min == 0)
		(void)snprintf(text, size, "a text of at most %" PRIu32 " bytes", schema->string.max);
	else
		(void)snprintf(text, size, "a text of %" PRIu32 " to %" PRIu32 " bytes", schema->string.min,
			schema->string.max);
}

void sy_yaml_scalar_expected(const cyaml_schema_value_t *schema, char *ret_text, size_t size)
{
	switch (schema->type) {
	case CYAML_INT:
		expected_int(schema, ret_text, size);
		break;
	case CYAML_UINT:
		(void)snprintf(ret_text, size, "a whole number from 0 to %" PRIu64, uint_max(schema));
		break;
	case CYAML_FLOAT:
		(void)snprintf(ret_text, size, "a number");
		break;
	case CYAML_BOOL:
		(void)snprintf(ret_text, size, "true or false");
		break;
	case CYAML_ENUM:
		expected_enum(schema, ret_text, size);
		break;
	default:
		expected_string(schema, ret_text, size);
		break;
	}
}
