#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/yaml.h"

enum colour { RED, GREEN };

struct turn {
	char *say;
	int8_t pause;
};

struct script {
	char *name;
	struct turn *turns;
	unsigned turns_count;
	int level;
	uint16_t port;
	bool loud;
	double weight;
	enum colour colour;
	char *note;
	int options;
};

static const cyaml_strval_t colours[] = {{"red", RED}, {"green", GREEN}};
static const cyaml_strval_t options[] = {{"fast", 1}, {"quiet", 2}};

static const cyaml_schema_field_t turn_fields[] = {
	CYAML_FIELD_STRING_PTR("say", CYAML_FLAG_POINTER, struct turn, say, 1, 10),
	CYAML_FIELD_INT("pause", CYAML_FLAG_OPTIONAL, struct turn, pause),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t turn_schema = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct turn, turn_fields)};

static const cyaml_schema_field_t script_fields[] = {
	CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct script, name, 1, CYAML_UNLIMITED),
	CYAML_FIELD_SEQUENCE(
		"turns", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL, struct script, turns, &turn_schema, 1, 3),
	CYAML_FIELD_INT("level", CYAML_FLAG_OPTIONAL, struct script, level),
	CYAML_FIELD_UINT("port", CYAML_FLAG_OPTIONAL, struct script, port),
	CYAML_FIELD_BOOL("loud", CYAML_FLAG_OPTIONAL, struct script, loud),
	CYAML_FIELD_FLOAT("weight", CYAML_FLAG_OPTIONAL, struct script, weight),
	CYAML_FIELD_ENUM("colour", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, struct script, colour, colours, 2),
	CYAML_FIELD_STRING_PTR(
		"note", CYAML_FLAG_POINTER_NULL_STR | CYAML_FLAG_OPTIONAL, struct script, note, 0, CYAML_UNLIMITED),
	CYAML_FIELD_FLAGS("options", CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT, struct script, options, options, 2),
	CYAML_FIELD_END,
};

static const cyaml_schema_value_t script_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct script, script_fields)};

static struct script *load(const char *yaml)
{
	struct script *script = NULL;
	struct sy_problem why = {0};
	int err = sy_yaml_load_bytes("t.yaml", yaml, strlen(yaml), &script_schema, (void **)&script, &why);

	if (err != 0)
		print_error("%s\n", why.text);
	assert_int_equal(err, 0);
	assert_non_null(script);
	return script;
}

static void refuse_n(const char *yaml, size_t n, const char *expected)
{
	int untouched = 0;
	void *script = &untouched;
	struct sy_problem why = {0};
	/* an exact copy, so that a read past the end shows */
	char *bytes = malloc(n + (n == 0));

	assert_non_null(bytes);
	memcpy(bytes, yaml, n);
	assert_int_equal(sy_yaml_load_bytes("t.yaml", bytes, n, &script_schema, &script, &why), EINVAL);
	assert_ptr_equal(script, &untouched);
	assert_string_equal(why.text, expected);
	free(bytes);
}

static void refuse(const char *yaml, const char *expected)
{
	refuse_n(yaml, strlen(yaml), expected);
}

static void every_type_is_read(void **state)
{
	(void)state;
	struct script *script = load("# a comment\n"
				     "name: 'a: b'\n"
				     "turns:\n"
				     "- say: hello\n"
				     "- {say: \"gr\xc3\xbcn\", pause: -128}\n"
				     "level: -0x10\n"
				     "port: 65535\n"
				     "loud: Off\n"
				     "weight: 1.5e-1\n"
				     "colour: green\n"
				     "note: ~\n"
				     "options: [fast, quiet]\n");

	assert_string_equal(script->name, "a: b");
	assert_int_equal(script->turns_count, 2);
	assert_string_equal(script->turns[1].say, "gr\xc3\xbcn");
	assert_int_equal(script->turns[1].pause, -128);
	assert_int_equal(script->level, -16);
	assert_int_equal(script->port, 65535);
	assert_false(script->loud);
	assert_true(script->weight > 0.149 && script->weight < 0.151);
	assert_int_equal(script->colour, GREEN);
	assert_null(script->note);
	assert_int_equal(script->options, 3);
	sy_yaml_free(&script_schema, script);
	sy_yaml_free(&script_schema, NULL);
}

static void unknown_keys_are_named_with_what_is_known(void **state)
{
	(void)state;
	refuse("name: a\nturns:\n  - say: x\n\n    # why\n    paus: 2\n",
		"t.yaml:6: unknown key 'paus' in 'turns'; known here: say, pause");
	refuse("Name: a\n", "t.yaml:1: unknown key 'Name'; known here: name, turns, level, port, loud, weight, colour, "
			    "note, options");
	refuse("name: a\n? [b]\n: c\n", "t.yaml:2: expected a key (a plain word)");
	refuse("name: a\nlevel: 1\nname: b\n", "t.yaml:3: 'name' stands here a second time; keep one");
}

static void missing_keys_are_named(void **state)
{
	(void)state;
	refuse("\nlevel: 1\nloud: yes\n", "t.yaml:2: the key 'name' is missing; it must be given");
	refuse("name: a\nturns:\n  - say: x\n  - pause: 3\n",
		"t.yaml:4: the key 'say' is missing in 'turns'; it must be given");
	refuse("{}", "t.yaml:1: the key 'name' is missing; it must be given");
}

static void wrong_types_are_named_with_what_was_found(void **state)
{
	(void)state;
	refuse("name: a\nlevel: abc\n", "t.yaml:2: 'level': expected a whole number (up to 2147483647), found 'abc'");
	refuse("name: a\nlevel: 12abc\n",
		"t.yaml:2: 'level': expected a whole number (up to 2147483647), found '12abc'");
	refuse("name: a\nlevel: 010\n", "t.yaml:2: 'level': expected a whole number (up to 2147483647), found '010'");
	refuse("name: a\nlevel: [1]\n", "t.yaml:2: 'level': expected a whole number (up to 2147483647), found a list");
	refuse("name: a\nlevel:\n", "t.yaml:2: 'level': expected a whole number (up to 2147483647), found nothing");
	refuse("name: a\nport: -1\n", "t.yaml:2: 'port': expected a whole number from 0 to 65535, found '-1'");
	refuse("name: a\nloud: maybe\n", "t.yaml:2: 'loud': expected true or false, found 'maybe'");
	refuse("name: a\nloud:\n", "t.yaml:2: 'loud': expected true or false, found nothing");
	refuse("name: a\nloud: 'no'\n", "t.yaml:2: 'loud': expected true or false, found 'no'");
	refuse("name: a\nweight: nan\n", "t.yaml:2: 'weight': expected a number, found 'nan'");
	refuse("name: a\ncolour: blue\n", "t.yaml:2: 'colour': expected one of red, green, found 'blue'");
	refuse("name: a\noptions: [fast, loud]\n",
		"t.yaml:2: an entry of 'options': expected one of fast, quiet, found 'loud'");
	refuse("name: {a: b}\n", "t.yaml:1: 'name': expected a text, found keys with values");
	refuse("name: a\nturns: hello\n",
		"t.yaml:2: 'turns': expected a list (lines that begin with '- '), found 'hello'");
	refuse("name: a\nturns:\n  - hello\n",
		"t.yaml:3: an entry of 'turns': expected keys with values (\"key: value\"), found 'hello'");
	refuse("- a\n", "t.yaml:1: expected keys with values (\"key: value\"), found a list");
	refuse("name: \"a\\0b\"\n", "t.yaml:1: 'name' holds the character \\0, which no text can carry; take it out");
}

static void limits_hold_at_their_edge(void **state)
{
	(void)state;
	struct script *script = load("name: a\nport: 65535\nlevel: 2147483647\n"
				     "turns: [{say: 0123456789, pause: 127}, {say: a}, {say: b}]\n");

	assert_int_equal(script->level, 2147483647);
	assert_int_equal(script->turns_count, 3);
	sy_yaml_free(&script_schema, script);
	refuse("name: a\nport: 65536\n", "t.yaml:2: 'port': expected a whole number from 0 to 65535, found '65536'");
	refuse("name: a\nlevel: 2147483648\n",
		"t.yaml:2: 'level': expected a whole number (up to 2147483647), found '2147483648'");
	refuse("name: a\nlevel: 99999999999999999999\n",
		"t.yaml:2: 'level': expected a whole number (up to 2147483647), found '99999999999999999999'");
	refuse("name: a\nturns: [{say: a, pause: -129}]\n",
		"t.yaml:2: 'pause': expected a whole number from -128 to 127, found '-129'");
	refuse("name: a\nturns: [{say: 0123456789a}]\n",
		"t.yaml:2: 'say': expected a text of 1 to 10 bytes, found '0123456789a'");
	refuse("name: a\nturns: [{say: a}, {say: b}, {say: c}, {say: d}]\n",
		"t.yaml:2: 'turns' may have at most 3 entries");
	refuse("name: a\nturns: []\n", "t.yaml:2: 'turns' needs at least 1 entry, found 0");
	refuse("name: ''\n", "t.yaml:1: 'name': expected a text, found nothing");
}

static void syntax_errors_stand_where_they_are(void **state)
{
	(void)state;
	refuse("name: a\nturns:\n  - say: x\n   pause: 1\n", "t.yaml:4:4: not YAML: did not find expected '-' "
							     "indicator, while parsing a block collection that began "
							     "in line 3");
	refuse("name: a\n  bad: x\n", "t.yaml:2:6: not YAML: mapping values are not allowed in this context");
	refuse("name: \"abc\n", "t.yaml:2:1: not YAML: found unexpected end of stream, while scanning a quoted scalar "
				"that began in line 1");
	refuse("\tname: a\n", "t.yaml:1:1: not YAML: found character that cannot start any token");
	refuse("name: a\n---\nname: b\n",
		"t.yaml:2: a second document begins here ('---'); put it in a file of its own");
}

static void empty_and_unreadable_files_are_said(void **state)
{
	(void)state;
	const char *empty = "t.yaml: the file is empty; expected YAML with \"key: value\"";

	refuse("", empty);
	refuse("# only a comment\n", empty);
	refuse("---\n", "t.yaml:2: expected keys with values (\"key: value\"), found nothing");
	refuse("name: a\nlevel: 1\n# gr\xfc"
	       "n\n",
		"t.yaml:3: not readable as text (invalid leading UTF-8 octet); save the file as plain UTF-8");
	refuse_n("\xff\xfen\0a\0m\0e\0", 10,
		"t.yaml:1: not readable as text (invalid leading UTF-8 octet); save the file as plain UTF-8");
	refuse_n("name: a\0b\n", 10,
		"t.yaml:1: not readable as text (control characters are not allowed); save the file "
		"as plain UTF-8");
}

/* "Billion laughs": nine lines that stand for gigabytes. */
static void aliases_are_refused(void **state)
{
	(void)state;
	refuse("name: &a x\nnote: *a\n", "t.yaml:2: '*a' refers to another value; write that value out here");
	refuse("name: a\nturns: &t\n  - &e {say: x}\n  - *e\n",
		"t.yaml:4: '*e' refers to another value; write that value out here");
	refuse("name: a\n<<: {loud: true}\n", "t.yaml:2: unknown key '<<'; known here: name, turns, level, port, loud, "
					      "weight, colour, note, options");
}

static void deep_nesting_is_refused_early(void **state)
{
	(void)state;
	char yaml[20010] = "name: ";

	memset(yaml + 6, '[', 20000);
	refuse(yaml, "t.yaml:1: 'name': expected a text, found a list");
}

struct node {
	struct node *child;
};

extern const cyaml_schema_value_t node_schema;
static const cyaml_schema_field_t node_fields[] = {
	{.key = "child",
		.data_offset = offsetof(struct node, child),
		.value = {.type = CYAML_SEQUENCE,
			.flags = CYAML_FLAG_OPTIONAL | CYAML_FLAG_POINTER,
			.data_size = sizeof(struct node),
			.sequence = {.entry = &node_schema, .min = 0, .max = 1}}},
	CYAML_FIELD_END,
};
const cyaml_schema_value_t node_schema = {.type = CYAML_MAPPING,
	.flags = CYAML_FLAG_DEFAULT,
	.data_size = sizeof(struct node),
	.mapping = {.fields = node_fields}};

/* A schema may refer to itself; the stack stays bounded. */
static void a_recursive_schema_ends(void **state)
{
	(void)state;
	struct sy_text yaml = {0};
	struct sy_problem why = {0};
	void *data = NULL;

	for (int i = 0; i < 40; i++)
		assert_int_equal(sy_text_add(&yaml, "{child: ["), 0);
	assert_int_equal(sy_yaml_load_bytes("t.yaml", yaml.s, yaml.len, &node_schema, &data, &why), EINVAL);
	assert_string_equal(why.text, "t.yaml:1: lists and keys are nested more than 32 deep");
	sy_text_reset(&yaml);
}

static void files_are_refused_by_name_and_size(void **state)
{
	(void)state;
	char path[] = "/tmp/sayso_yaml_XXXXXX";
	char expected[200];
	struct sy_problem why = {0};
	void *data = NULL;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "name: abc\n", 10), 10);
	close(fd);
	assert_int_equal(sy_yaml_load_file(path, 9, &script_schema, &data, &why), EFBIG);
	(void)snprintf(expected, sizeof(expected),
		"%s: larger than 9 bytes, the most that is read here; split the file", path);
	assert_string_equal(why.text, expected);
	assert_int_equal(sy_yaml_load_file(path, 10, &script_schema, &data, &why), 0);
	assert_string_equal(((struct script *)data)->name, "abc");
	sy_yaml_free(&script_schema, data);
	unlink(path);
	assert_int_equal(sy_yaml_load_file(path, 10, &script_schema, &data, &why), ENOENT);
	(void)snprintf(expected, sizeof(expected), "%s: no such file; check the name", path);
	assert_string_equal(why.text, expected);
	assert_int_equal(sy_yaml_load_file("/tmp", 10, &script_schema, &data, &why), EISDIR);
	assert_string_equal(why.text, "/tmp: a folder; name a YAML file in it");
	assert_int_equal(sy_yaml_load_file("/dev/zero", 100000, &script_schema, &data, &why), EFBIG);
}

static void what_is_saved_loads_again(void **state)
{
	(void)state;
	struct script *script =
		load("name: 'yes: #'\nnote: \"two\\nlines\"\nturns:\n- {say: \"- x\", pause: 3}\ncolour: red\n");
	struct sy_text text = {0};

	assert_int_equal(sy_yaml_save(script, &script_schema, &text, NULL), 0);
	struct script *again = load(sy_text_str(&text));
	assert_string_equal(again->name, "yes: #");
	assert_string_equal(again->note, "two\nlines");
	assert_int_equal(again->turns_count, 1);
	assert_string_equal(again->turns[0].say, "- x");
	sy_yaml_free(&script_schema, again);
	sy_yaml_free(&script_schema, script);
	sy_text_reset(&text);
}

static void what_cannot_be_saved_is_said(void **state)
{
	(void)state;
	char name[] = "a";
	struct script script = {.name = name, .colour = (enum colour)7};
	struct sy_text text = {0};
	struct sy_problem why = {0};

	assert_int_equal(sy_yaml_save(&script, &script_schema, &text, &why), EINVAL);
	assert_true(strlen(why.text) > strlen("YAML: "));
	assert_null(strchr(why.text, '\n'));
	assert_int_equal(text.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_type_is_read),
		cmocka_unit_test(unknown_keys_are_named_with_what_is_known),
		cmocka_unit_test(missing_keys_are_named),
		cmocka_unit_test(wrong_types_are_named_with_what_was_found),
		cmocka_unit_test(limits_hold_at_their_edge),
		cmocka_unit_test(syntax_errors_stand_where_they_are),
		cmocka_unit_test(empty_and_unreadable_files_are_said),
		cmocka_unit_test(aliases_are_refused),
		cmocka_unit_test(deep_nesting_is_refused_early),
		cmocka_unit_test(a_recursive_schema_ends),
		cmocka_unit_test(files_are_refused_by_name_and_size),
		cmocka_unit_test(what_is_saved_loads_again),
		cmocka_unit_test(what_cannot_be_saved_is_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
