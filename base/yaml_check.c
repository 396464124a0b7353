#include "base/yaml_check.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

#include "base/text.h"
#include "base/yaml_scalar.h"

/* One walk over a document; `event` is the one looked at. */
struct walk {
	const char *name;
	const char *bytes;
	struct sy_problem *why;
	yaml_parser_t parser;
	yaml_event_t event;
	int depth;
};

/* What a value is called in a message: a key's value, or an entry in a key's list. */
struct label {
	const char *key; /* NULL: the document itself */
	bool entry;
};

static int check_value(struct walk *walk, const cyaml_schema_value_t *schema, struct label label);

static int line_of(const struct walk *walk)
{
	return (int)walk->event.start_mark.line + 1;
}

/* libyaml gives no line for a byte it cannot read, only the offset. */
static int line_at_offset(const struct walk *walk, size_t offset)
{
	int line = 1;

	for (size_t i = 0; i < offset; i++)
		line += walk->bytes[i] == '\n';
	return line;
}

static int refuse_syntax(struct walk *walk)
{
	const yaml_parser_t *parser = &walk->parser;
	const char *problem = parser->problem != NULL ? parser->problem : "not YAML";

	if (parser->error == YAML_MEMORY_ERROR)
		return ENOMEM;
	if (parser->error == YAML_READER_ERROR)
		return sy_problem_at(walk->why, EINVAL, walk->name, line_at_offset(walk, parser->problem_offset), 0,
			"not readable as text (%s); save the file as plain UTF-8", problem);
	if (parser->context != NULL && parser->context_mark.line != parser->problem_mark.line)
		return sy_problem_at(walk->why, EINVAL, walk->name, (int)parser->problem_mark.line + 1,
			(int)parser->problem_mark.column + 1, "not YAML: %s, %s that began in line %d", problem,
			parser->context, (int)parser->context_mark.line + 1);
	return sy_problem_at(walk->why, EINVAL, walk->name, (int)parser->problem_mark.line + 1,
		(int)parser->problem_mark.column + 1, "not YAML: %s", problem);
}

/* Steps to the next event; an alias is refused wherever it stands. */
static int next(struct walk *walk)
{
	yaml_event_delete(&walk->event);
	if (!yaml_parser_parse(&walk->parser, &walk->event))
		return refuse_syntax(walk);
	if (walk->event.type == YAML_ALIAS_EVENT)
		return sy_problem_at(walk->why, EINVAL, walk->name, line_of(walk), 0,
			"'*%s' refers to another value; write that value out here", walk->event.data.alias.anchor);
	return 0;
}

static const char *scalar(const struct walk *walk)
{
	return (const char *)walk->event.data.scalar.value;
}

static bool is_scalar(const struct walk *walk)
{
	return walk->event.type == YAML_SCALAR_EVENT;
}

static int refuse_value(struct walk *walk, struct label label, const char *expected)
{
	struct sy_text found = {0};
	int err = 0;

	if (walk->event.type == YAML_SEQUENCE_START_EVENT)
		err = sy_text_add(&found, "a list");
	else if (walk->event.type == YAML_MAPPING_START_EVENT)
		err = sy_text_add(&found, "keys with values");
	else if (!is_scalar(walk) || scalar(walk)[0] == '\0')
		err = sy_text_add(&found, "nothing");
	else
		err = sy_text_addf(&found, "'%.60s'", scalar(walk));
	if (err == 0 && label.key == NULL)
		err = sy_problem_at(walk->why, EINVAL, walk->name, line_of(walk), 0, "expected %s, found %s", expected,
			sy_text_str(&found));
	else if (err == 0)
		err = sy_problem_at(walk->why, EINVAL, walk->name, line_of(walk), 0, "%s'%s': expected %s, found %s",
			label.entry ? "an entry of " : "", label.key, expected, sy_text_str(&found));
	sy_text_reset(&found);
	return err;
}

/* Steps over a whole value that no schema describes. */
static int skip(struct walk *walk)
{
	for (int open = 0;;) {
		yaml_event_type_t type = walk->event.type;
		open += type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT;
		open -= type == YAML_SEQUENCE_END_EVENT || type == YAML_MAPPING_END_EVENT;
		if (open == 0)
			return 0;
		int err = next(walk);
		if (err != 0)
			return err;
	}
}

static int check_scalar(struct walk *walk, const cyaml_schema_value_t *schema, struct label label)
{
	char expected[SY_YAML_EXPECTED_MAX];
	bool fits = is_scalar(walk);

	if (fits && memchr(scalar(walk), '\0', walk->event.data.scalar.length) != NULL)
		return sy_problem_at(walk->why, EINVAL, walk->name, line_of(walk), 0,
			"'%s' holds the character \\0, which no text can carry; take it out",
			label.key != NULL ? label.key : "the text");
	if (fits)
		fits = sy_yaml_scalar_fits(
			schema, scalar(walk), walk->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE);
	if (fits)
		return 0;
	sy_yaml_scalar_expected(schema, expected, sizeof(expected));
	return refuse_value(walk, label, expected);
}

static int check_sequence(struct walk *walk, const cyaml_schema_value_t *schema, struct label label)
{
	uint32_t n = 0;
	int line = line_of(walk);

	if (walk->event.type != YAML_SEQUENCE_START_EVENT)
		return refuse_value(walk, label, "a list (lines that begin with '- ')");
	label.entry = label.key != NULL;
	for (;; n++) {
		int err = next(walk);
		if (err != 0)
			return err;
		if (walk->event.type == YAML_SEQUENCE_END_EVENT)
			break;
		if (n >= schema->sequence.max)
			return sy_problem_at(walk->why, EINVAL, walk->name, line_of(walk), 0,
				"'%s' may have at most %" PRIu32 " entries", label.key != NULL ? label.key : "the list",
				schema->sequence.max);
		err = check_value(walk, schema->sequence.entry, label);
		if (err != 0)
			return err;
	}
	if (n >= schema->sequence.min)
		return 0;
	return sy_problem_at(walk->why, EINVAL, walk->name, line, 0,
		"'%s' needs at least %" PRIu32 " %s, found %" PRIu32, label.key != NULL ? label.key : "the list",
		schema->sequence.min, schema->sequence.min == 1 ? "entry" : "entries", n);
}

/* A list of words out of a fixed set (CYAML_FLAGS). */
static int check_flags(struct walk *walk, const cyaml_schema_value_t *schema, struct label label)
{
	cyaml_schema_value_t one = *schema;
	const cyaml_schema_value_t list = {
		.type = CYAML_SEQUENCE, .sequence = {.entry = &one, .min = 0, .max = UINT32_MAX}};

	one.type = CYAML_ENUM;
	return check_sequence(walk, &list, label);
}

static bool same_key(const cyaml_schema_value_t *mapping, const char *a, const char *b)
{
	return (mapping->flags & CYAML_FLAG_CASE_INSENSITIVE) ? strcasecmp(a, b) == 0 : strcmp(a, b) == 0;
}

static const cyaml_schema_field_t *find_field(const cyaml_schema_value_t *mapping, const char *key)
{
	for (const cyaml_schema_field_t *field = mapping->mapping.fields; field->key != NULL; field++)
		if (same_key(mapping, field->key, key))
			return field;
	return NULL;
}

static int refuse_key(struct walk *walk, const cyaml_schema_value_t *mapping, struct label label)
{
	struct sy_text known = {0};
	int err = 0;

	for (const cyaml_schema_field_t *field = mapping->mapping.fields; err == 0 && field->key != NULL; field++)
		err = sy_text_addf(&known, "%s%s", known.len > 0 ? ", " : "", field->key);
	if (err == 0)
		err = sy_problem_at(walk->why, EINVAL, walk->name, line_of(walk), 0,
			"unknown key '%.60s'%s%s%s; known here: %s", scalar(walk), label.key != NULL ? " in '" : "",
			label.key != NULL ? label.key : "", label.key != NULL ? "'" : "", sy_text_str(&known));
	sy_text_reset(&known);
	return err;
}

/* One "key: value" of a mapping; marks the field in `seen`. The event is the key. */
static int check_pair(struct walk *walk, const cyaml_schema_value_t *schema, struct label label, bool *seen)
{
	if (!is_scalar(walk))
		return sy_problem_at(walk->why, EINVAL, walk->name, line_of(walk), 0, "expected a key (a plain word)");
	const cyaml_schema_field_t *field = find_field(schema, scalar(walk));
	if (field == NULL)
		return refuse_key(walk, schema, label);
	bool *once = &seen[field - schema->mapping.fields];
	if (*once)
		return sy_problem_at(walk->why, EINVAL, walk->name, line_of(walk), 0,
			"'%s' stands here a second time; keep one", field->key);
	*once = true;
	int err = next(walk);
	return err != 0 ? err : check_value(walk, &field->value, (struct label){.key = field->key});
}

static int check_complete(
	struct walk *walk, const cyaml_schema_value_t *schema, const bool *seen, struct label label, int line)
{
	const cyaml_schema_field_t *field = schema->mapping.fields;

	for (size_t i = 0; field[i].key != NULL; i++) {
		if (seen[i] || (field[i].value.flags & CYAML_FLAG_OPTIONAL))
			continue;
		return sy_problem_at(walk->why, EINVAL, walk->name, line, 0,
			"the key '%s' is missing%s%s%s; it must be given", field[i].key,
			label.key != NULL ? " in '" : "", label.key != NULL ? label.key : "",
			label.key != NULL ? "'" : "");
	}
	return 0;
}

static int check_mapping(struct walk *walk, const cyaml_schema_value_t *schema, struct label label)
{
	size_t n = 0;
	int err = 0;
	int line = line_of(walk);

	if (walk->event.type != YAML_MAPPING_START_EVENT)
		return refuse_value(walk, label, "keys with values (\"key: value\")");
	while (schema->mapping.fields[n].key != NULL)
		n++;
	bool *seen = calloc(n + 1, sizeof(*seen));
	if (seen == NULL)
		return ENOMEM;
	for (;;) {
		err = next(walk);
		if (err != 0 || walk->event.type == YAML_MAPPING_END_EVENT)
			break;
		err = check_pair(walk, schema, label, seen);
		if (err != 0)
			break;
	}
	if (err == 0)
		err = check_complete(walk, schema, seen, label, line);
	free(seen);
	return err;
}

static bool is_null(const struct walk *walk, const cyaml_schema_value_t *schema)
{
	return is_scalar(walk) && sy_yaml_scalar_is_null(schema, scalar(walk));
}

static int check_value(struct walk *walk, const cyaml_schema_value_t *schema, struct label label)
{
	int err = 0;

	if (is_null(walk, schema))
		return 0;
	if (++walk->depth > SY_YAML_DEPTH_MAX)
		return sy_problem_at(walk->why, EINVAL, walk->name, line_of(walk), 0,
			"lists and keys are nested more than %d deep", SY_YAML_DEPTH_MAX);
	switch (schema->type) {
	case CYAML_MAPPING:
		err = check_mapping(walk, schema, label);
		break;
	case CYAML_SEQUENCE:
	case CYAML_SEQUENCE_FIXED:
		err = check_sequence(walk, schema, label);
		break;
	case CYAML_FLAGS:
		err = check_flags(walk, schema, label);
		break;
	case CYAML_BITFIELD: /* left to libcyaml: names and ranges lie in another table */
	case CYAML_IGNORE:
		err = skip(walk);
		break;
	default:
		err = check_scalar(walk, schema, label);
		break;
	}
	walk->depth--;
	return err;
}

/* Stream start, document start, one value, document end, stream end. */
static int check_document(struct walk *walk, const cyaml_schema_value_t *schema)
{
	int err = next(walk);

	if (err == 0)
		err = next(walk);
	if (err == 0 && walk->event.type == YAML_STREAM_END_EVENT)
		return sy_problem_at(
			walk->why, EINVAL, walk->name, 0, 0, "the file is empty; expected YAML with \"key: value\"");
	if (err == 0)
		err = next(walk);
	if (err == 0)
		err = check_value(walk, schema, (struct label){0});
	if (err == 0)
		err = next(walk);
	if (err == 0)
		err = next(walk);
	if (err == 0 && walk->event.type != YAML_STREAM_END_EVENT)
		return sy_problem_at(walk->why, EINVAL, walk->name, line_of(walk), 0,
			"a second document begins here ('---'); put it in a file of its own");
	return err;
}

int sy_yaml_check(
	const char *name, const void *bytes, size_t n, const cyaml_schema_value_t *schema, struct sy_problem *why)
{
	struct walk walk = {.name = name, .bytes = bytes, .why = why};

	if (!yaml_parser_initialize(&walk.parser))
		return ENOMEM;
	yaml_parser_set_encoding(&walk.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&walk.parser, bytes, n);
	int err = check_document(&walk, schema);
	yaml_event_delete(&walk.event);
	yaml_parser_delete(&walk.parser);
	return err;
}
