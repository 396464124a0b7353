/* Whatever passes the check must load, and what was loaded must save and load again. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/text.h"
#include "base/yaml.h"

struct entry {
	char *text;
	int number;
};

struct document {
	char *name;
	struct entry *entries;
	unsigned entries_count;
	uint8_t small;
	bool flag;
	float weight;
	int colour;
};

static const cyaml_strval_t colours[] = {{"red", 0}, {"green", 1}};

static const cyaml_schema_field_t entry_fields[] = {
	CYAML_FIELD_STRING_PTR("text", CYAML_FLAG_POINTER, struct entry, text, 0, 64),
	CYAML_FIELD_INT("number", CYAML_FLAG_OPTIONAL, struct entry, number),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t entry_schema = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct entry, entry_fields)};

static const cyaml_schema_field_t document_fields[] = {
	CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct document, name, 1, CYAML_UNLIMITED),
	CYAML_FIELD_SEQUENCE(
		"entries", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct document, entries, &entry_schema, 0, 100),
	CYAML_FIELD_UINT("small", CYAML_FLAG_OPTIONAL, struct document, small),
	CYAML_FIELD_BOOL("flag", CYAML_FLAG_OPTIONAL, struct document, flag),
	CYAML_FIELD_FLOAT("weight", CYAML_FLAG_OPTIONAL, struct document, weight),
	CYAML_FIELD_ENUM("colour", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, struct document, colour, colours, 2),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t schema = {CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct document, document_fields)};

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct sy_problem why = {0};
	struct sy_text text = {0};
	void *data = NULL, *again = NULL;

	if (sy_yaml_load_bytes("fuzz.yaml", bytes, n, &schema, &data, &why) != 0) {
		if (why.text[0] == '\0')
			abort();
		return 0;
	}
	if (sy_yaml_save(data, &schema, &text, NULL) == 0) {
		(void)sy_yaml_load_bytes("again.yaml", sy_text_str(&text), text.len, &schema, &again, NULL);
		sy_yaml_free(&schema, again);
	}
	sy_text_reset(&text);
	sy_yaml_free(&schema, data);
	return 0;
}
