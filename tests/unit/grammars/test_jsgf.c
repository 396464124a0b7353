/* JSGF text: what is read, and what is refused with its place. */
#include "tests/unit/grammars/sentences.h"

#include <errno.h>
#include <unistd.h>

#include "grammars/jsgf_link.h"

#define FIXTURES SAYSO_TESTS_DIR "/fixtures/grammars/"

static int read_text(const char *text, size_t n, struct sy_problem *why)
{
	struct sy_graph *graph = NULL;
	*why = (struct sy_problem){0};
	int err = sy_jsgf_graph_text("t.gram", text, n, &graph, why);
	assert_true(!graph == !!err);
	sy_graph_destroy(graph);
	return err;
}

static void a_whole_grammar_is_read(void **state)
{
	(void)state;
	struct sy_problem why = {0};
	struct sy_graph *graph = NULL;
	if (sy_jsgf_graph_file(FIXTURES "bakery.gram", &graph, &why))
		fail_msg("%s", why.text);
	assert_string_equal(sy_graph_name(graph), "bakery");
	struct sy_reading reading = reading_of(graph, "i'd like one currant bun please");
	assert_string_equal(reading.intent, "order");
	assert_slot(&reading, "count", "one");
	assert_slot(&reading, "one", "1");
	assert_slot(&reading, "thing", "currant bun");
	sy_reading_reset(&reading);
	reading = reading_of(graph, "may i have a dozen rolls");
	assert_slot(&reading, "dozen", "12");
	assert_slot(&reading, "count", "a dozen");
	sy_reading_reset(&reading);
	reading = reading_of(graph, "what time d'you close on tuesday");
	assert_string_equal(reading.intent, "opening");
	assert_slot(&reading, "kind", "closing");
	assert_slot(&reading, "day", "tuesday");
	sy_reading_reset(&reading);
	assert_int_equal(completeness_of(graph, "may i have"), SY_INCOMPLETE);
	assert_int_equal(completeness_of(graph, "one bun"), SY_EXTENSIBLE);
	sy_graph_destroy(graph);
}

static void words_are_in_lower_case(void **state)
{
	(void)state;
	struct sy_graph *graph = graph_of("public <a> = TEA O\xe2\x80\x99"
					  "Clock \"New  York\" 'Til;");
	assert_int_equal(completeness_of(graph, "tea o'clock new york 'til"), SY_COMPLETE);
	sy_graph_destroy(graph);
}

static void rule_names_may_hold_signs(void **state)
{
	(void)state;
	struct sy_graph *graph = graph_of("public <go-back> = <a_1.b:c+$>; <a_1.b:c+$> = back;");
	struct sy_reading reading = reading_of(graph, "back");
	assert_string_equal(reading.intent, "go-back");
	sy_reading_reset(&reading);
	sy_graph_destroy(graph);
}

static void tags_bind_tightest_and_may_escape(void **state)
{
	(void)state;
	struct sy_graph *graph =
		graph_of("public <a> = one two {second} | three {k=a\\=b \\} \\{c\\}} {also} | \"new york\" {town};");
	struct sy_reading reading = reading_of(graph, "one two");
	assert_slot(&reading, "second", "two");
	sy_reading_reset(&reading);
	reading = reading_of(graph, "three");
	assert_slot(&reading, "k", "a=b } {c}");
	assert_slot(&reading, "also", "three");
	sy_reading_reset(&reading);
	reading = reading_of(graph, "new york");
	assert_slot(&reading, "town", "new york");
	sy_reading_reset(&reading);
	sy_graph_destroy(graph);
}

static void repeats_bind_to_one_expansion(void **state)
{
	(void)state;
	struct sy_graph *graph = graph_of("public <a> = one two* three+;");
	assert_int_equal(completeness_of(graph, "one three"), SY_EXTENSIBLE);
	assert_int_equal(completeness_of(graph, "one two two three three"), SY_EXTENSIBLE);
	assert_int_equal(completeness_of(graph, "one two one"), SY_OUTSIDE);
	assert_int_equal(completeness_of(graph, "one two"), SY_INCOMPLETE);
	sy_graph_destroy(graph);
}

static void weights_become_probabilities(void **state)
{
	(void)state;
	struct sy_graph *graph = graph_of("public <a> = /7.5/ x | /2.5e0/ y | /0/ z;");
	struct sy_reading reading = reading_of(graph, "x");
	assert_true(reading.p > 0.7499 && reading.p < 0.7501);
	sy_reading_reset(&reading);
	assert_int_equal(completeness_of(graph, "z"), SY_OUTSIDE);
	sy_graph_destroy(graph);
}

static void right_recursion_is_a_loop(void **state)
{
	(void)state;
	struct sy_graph *graph = graph_of("public <n> = (one | two) [<n>];");
	assert_int_equal(completeness_of(graph, "one two two one one"), SY_EXTENSIBLE);
	assert_int_equal(completeness_of(graph, ""), SY_INCOMPLETE);
	sy_graph_destroy(graph);
	graph = graph_of("public <n> = <a> stop; <a> = one <b> | one; <b> = two <a> | two;");
	assert_int_equal(completeness_of(graph, "one two one two stop"), SY_COMPLETE);
	assert_int_equal(completeness_of(graph, "one one stop"), SY_OUTSIDE);
	sy_graph_destroy(graph);
}

static void rules_that_end_alike_share_their_copies(void **state)
{
	(void)state;
	/* Written out without sharing this would be 2^40 copies of <z>. */
	char rules[4096] = "public <r0> = a <r1> | b <r1>;";
	for (int i = 1; i <= 40; i++) {
		size_t n = strlen(rules);
		(void)snprintf(rules + n, sizeof rules - n, "<r%d> = a <r%d> | b <r%d>;", i, i + 1, i + 1);
	}
	strcat(rules, "<r41> = z;");
	struct sy_graph *graph = graph_of(rules);
	assert_true(sy_graph_n_states(graph) < 200);
	sy_graph_destroy(graph);
}

static void a_byte_order_mark_and_comments_are_passed_over(void **state)
{
	(void)state;
	static const char text[] = "\xef\xbb\xbf#JSGF V1.0 ISO8859-1 en-GB;\r\n// <x> = ;\r\ngrammar a.b.c;/* ; */\r\n"
				   "public <a>/**/=/**/x/**/|/**/y//\n;";
	struct sy_problem why;
	assert_int_equal(read_text(text, sizeof text - 1, &why), 0);
}

static const struct refused {
	const char *text;
	const char *place; /* how the message begins */
	const char *says;  /* what it says somewhere */
} refused[] = {
	{"", "t.gram:1:1: ", "expected \"#JSGF V1.0;\""},
	{"grammar a;", "t.gram:1:1: ", "#JSGF"},
	{"#JSGF V2.0;", "t.gram:1:7: ", "version"},
	{"#JSGF V1.05;", "t.gram:1:7: ", "version"},
	{"#JSGF V1.0\ngrammar a;", "t.gram:1:11: ", "expected \";\""},
	{"#JSGF V1.0;\npublic <a> = b;", "t.gram:2:1: ", "expected \"grammar NAME;\""},
	{"#JSGF V1.0;\ngrammar a\npublic <a> = b;", "t.gram:3:1: ", "expected \";\" after the grammar's name"},
	{"#JSGF V1.0;\ngrammar a;\n", "t.gram: ", "no public rule"},
	{"#JSGF V1.0;\ngrammar a;\n<a> = b;", "t.gram: ", "no public rule"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = <a> b | c;", "t.gram:3:14: ", "left recursion"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = <b> | c;\n<b> = [x] <a>;", "t.gram:4:11: ", "left recursion"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = x <b>;\n<b> = <c>; <c> = [y] (z | <b>);",
		"t.gram:4:27: ", "left recursion"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b <a> c | d;", "t.gram:3:16: ", "very end"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b <a> {t} | d;", "t.gram:3:16: ", "very end"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = (b <a>)* | d;", "t.gram:3:17: ", "very end"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b <c>;", "t.gram:3:16: ", "unknown rule <c>"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b; <unused> = <c>;", "t.gram:3:28: ", "unknown rule <c>"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b;\n<a> = c;", "t.gram:4:1: ", "there already, at 3:8"},
	{"#JSGF V1.0;\ngrammar a;\npublic <NULL> = b;", "t.gram:3:8: ", "meaning already"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = (b [c) d];", "t.gram:3:19: ", "expected \"]\" for the \"[\" at 3:17"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = (b c;", "t.gram:3:18: ", "expected \")\" for the \"(\" at 3:14"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b) c;", "t.gram:3:15: ", "expected \"|\", a further word, or \";\""},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b | | c;", "t.gram:3:18: ", "expected a word"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b | ;", "t.gram:3:18: ", "<NULL>"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = ;", "t.gram:3:14: ", "expected a word"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = ();", "t.gram:3:15: ", "expected a word"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = {x} b;", "t.gram:3:14: ", "not the tag {x}"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b", "t.gram:3:15: ", "not the end of the file"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b\n<c> = d;", "t.gram:4:1: ", "expected \";\" before this name"},
	{"#JSGF V1.0;\ngrammar a;\npublic a = b;", "t.gram:3:8: ", "expected a rule's name"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> b;", "t.gram:3:12: ", "expected \"=\""},
	{"#JSGF V1.0;\ngrammar a;\nhello;", "t.gram:3:1: ", "not the word \"hello\""},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b**;", "t.gram:3:16: ", "one \"*\" or \"+\""},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b <c\n>;", "t.gram:3:16: ", "expected \">\""},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b > c;", "t.gram:3:16: ", "closes nothing"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b } c;", "t.gram:3:16: ", "closes nothing"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b <c d>;", "t.gram:3:16: ", "without white space"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b {c;", "t.gram:3:16: ", "expected \"}\""},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b {c\\}", "t.gram:3:16: ", "expected \"}\""},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b {};", "t.gram:3:16: ", "expected {slot}"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b {two words};", "t.gram:3:16: ", "expected {slot}"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b {c=};", "t.gram:3:16: ", "expected a value"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = \"b;", "t.gram:3:14: ", "never closed"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = \"\";", "t.gram:3:14: ", "between the quotes"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b; /* c", "t.gram:3:17: ", "\"*/\""},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = /x/ b;", "t.gram:3:14: ", "a weight such as /2.5/"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = /-1/ b;", "t.gram:3:14: ", "a weight such as /2.5/"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = /1e99/ b;", "t.gram:3:14: ", "a weight such as /2.5/"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = /1 b;", "t.gram:3:14: ", "expected \"/\""},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = /0/ b | /0/ c;", "t.gram:3:18: ", "weigh 0"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b c4d;", "t.gram:3:17: ", "\"4\" has no pronunciation"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = caf\xc3\xa9;", "t.gram:3:17: ", "\"\xc3\xa9\" has no pronunciation"},
	{"#JSGF V1.0;\ngrammar a;\n// \xc3\xa9\xc3\xa9\npublic <a> = {\xc3\xa9};", "t.gram:4:14: ", "not the tag"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b ' c;", "t.gram:3:16: ", "apostrophe alone"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = <VOID>;", "t.gram: ", "nothing can be said"},
	{"#JSGF V1.0;\ngrammar a;\nimport <nowhere.*>;\npublic <a> = b;", "t.gram:3:8: ", "no grammar \"nowhere\""},
	{"#JSGF V1.0;\ngrammar a;\nimport <../x.*>;\npublic <a> = b;", "t.gram:3:8: ", "expected an import"},
	{"#JSGF V1.0;\ngrammar a;\nimport <x>;\npublic <a> = b;", "t.gram:3:8: ", "expected an import"},
	{"#JSGF V1.0;\ngrammar a;\nimport x.y;\npublic <a> = b;", "t.gram:3:8: ", "expected an import"},
	{"#JSGF V1.0;\ngrammar a;\npublic <a> = b;\nimport <x.y>;", "t.gram:4:1: ", "before the first rule"},
};

static void errors_have_their_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		const struct refused *one = &refused[i];
		struct sy_problem why;
		int err = read_text(one->text, strlen(one->text), &why);
		if (!err || strncmp(why.text, one->place, strlen(one->place)) != 0 || !strstr(why.text, one->says))
			fail_msg("%s\n  gave %d \"%s\"\n  instead of \"%s… %s\"", one->text, err, why.text, one->place,
				one->says);
	}
}

static void a_nul_in_the_text_is_no_end(void **state)
{
	(void)state;
	static const char text[] = "#JSGF V1.0;\ngrammar a;\npublic <a> = b\0c;";
	struct sy_problem why;
	assert_int_equal(read_text(text, sizeof text - 1, &why), EINVAL);
	assert_non_null(strstr(why.text, "t.gram:3:15: "));
}

static void the_programs_own_are_found_by_name(void **state)
{
	(void)state;
	struct sy_problem why = {0};
	struct sy_graph *graph = NULL;
	assert_int_equal(sy_jsgf_graph_data("absent.gram", &graph, &why), ENOENT);
	assert_non_null(strstr(why.text, "grammars/absent.gram"));
	assert_null(graph);
	assert_int_equal(sy_jsgf_graph_data("universals.gram", &graph, &why), 0);
	assert_string_equal(sy_graph_name(graph), "universals");
	sy_graph_destroy(graph);
}

static void problems_of_files(void **state)
{
	(void)state;
	struct sy_problem why = {0};
	struct sy_graph *graph = NULL;
	assert_int_equal(sy_jsgf_graph_file(FIXTURES "absent.gram", &graph, &why), ENOENT);
	assert_non_null(strstr(why.text, "absent.gram"));
	assert_int_equal(sy_jsgf_graph_file(FIXTURES "loop/one.gram", &graph, &why), EINVAL);
	assert_non_null(strstr(why.text, "loop/two.gram:3:8: imports go in a circle"));
	assert_null(graph);
	static const char missing[] = "#JSGF V1.0;\ngrammar a;\nimport <menu.soup>;\npublic <a> = <soup>;";
	assert_int_equal(sy_jsgf_graph_text(FIXTURES "a.gram", missing, sizeof missing - 1, &graph, &why), EINVAL);
	assert_non_null(strstr(why.text, "a.gram:3:8: "));
	assert_non_null(strstr(why.text, "has no rule <soup>"));
}

static void imported_rules_need_their_import(void **state)
{
	(void)state;
	struct sy_problem why = {0};
	struct sy_graph *graph = NULL;
	static const char other[] = "#JSGF V1.0;\ngrammar a;\nimport <menu.thing>;\npublic <a> = <weekday>;";
	assert_int_equal(sy_jsgf_graph_text(FIXTURES "a.gram", other, sizeof other - 1, &graph, &why), EINVAL);
	assert_non_null(strstr(why.text, "unknown rule <weekday>"));
	static const char own[] =
		"#JSGF V1.0;\ngrammar a;\nimport <menu.thing>;\npublic <a> = <thing> <menu.thing>; <thing> = x;";
	assert_int_equal(sy_jsgf_graph_text(FIXTURES "a.gram", own, sizeof own - 1, &graph, &why), 0);
	assert_int_equal(completeness_of(graph, "x loaf"), SY_COMPLETE); /* the own rule goes first */
	sy_graph_destroy(graph);
}

/* `deep` times "(" around a word. */
static int read_nested(size_t deep, struct sy_problem *why)
{
	char text[1024] = "#JSGF V1.0;\ngrammar a;\npublic <a> = ";
	size_t n = strlen(text);
	memset(text + n, '(', deep);
	text[n + deep] = 'b';
	memset(text + n + deep + 1, ')', deep);
	text[n + 2 * deep + 1] = ';';
	return read_text(text, n + 2 * deep + 2, why);
}

static void nesting_is_bounded(void **state)
{
	(void)state;
	struct sy_problem why;
	assert_int_equal(read_nested(SY_JSGF_DEPTH_MAX, &why), 0);
	assert_int_equal(read_nested(SY_JSGF_DEPTH_MAX + 1, &why), E2BIG);
	assert_non_null(strstr(why.text, "nested"));
}

/* A chain of `deep` rules below the public one. */
static int read_chain(int deep, struct sy_problem *why)
{
	char text[8192] = "#JSGF V1.0;\ngrammar a;\npublic <r0> = <r1>;";
	size_t n = strlen(text);
	for (int i = 1; i < deep; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "<r%d> = <r%d>;", i, i + 1);
	n += (size_t)snprintf(text + n, sizeof text - n, "<r%d> = x;", deep);
	return read_text(text, n, why);
}

static void chains_of_rules_are_bounded(void **state)
{
	(void)state;
	struct sy_problem why;
	assert_int_equal(read_chain(SY_JSGF_DEPTH_MAX, &why), 0);
	assert_int_equal(read_chain(SY_JSGF_DEPTH_MAX + 1, &why), E2BIG);
}

static void growth_by_doubling_is_bounded(void **state)
{
	(void)state;
	struct sy_problem why;
	char words[4096] = "#JSGF V1.0;\ngrammar a;\npublic <r0> = <r1> <r1>;";
	char nothing[4096] = "#JSGF V1.0;\ngrammar a;\npublic <r0> = (<r1> <VOID>) | (<r1> <VOID>) | x;";
	for (int i = 1; i < 30; i++) {
		size_t n = strlen(words);
		(void)snprintf(words + n, sizeof words - n, "<r%d> = <r%d> <r%d>;", i, i + 1, i + 1);
		n = strlen(nothing);
		(void)snprintf(nothing + n, sizeof nothing - n, "<r%d> = (<r%d>)* | (<r%d>)*;", i, i + 1, i + 1);
	}
	strcat(words, "<r30> = x;");
	strcat(nothing, "<r30> = <VOID>;");
	assert_int_equal(read_text(words, strlen(words), &why), E2BIG);
	assert_non_null(strstr(why.text, "too large"));
	assert_int_equal(read_text(nothing, strlen(nothing), &why), E2BIG);
	assert_non_null(strstr(why.text, "too large"));
}

static void length_is_bounded(void **state)
{
	(void)state;
	static const char head[] = "#JSGF V1.0;\ngrammar a;\npublic <a> = b;";
	char *text = malloc(SY_JSGF_BYTES_MAX + 1);
	assert_non_null(text);
	memset(text, ' ', SY_JSGF_BYTES_MAX + 1);
	memcpy(text, head, sizeof head - 1);
	struct sy_problem why;
	assert_int_equal(read_text(text, SY_JSGF_BYTES_MAX, &why), 0);
	assert_int_equal(read_text(text, SY_JSGF_BYTES_MAX + 1, &why), E2BIG);
	free(text);
}

static void word_length_is_bounded(void **state)
{
	(void)state;
	struct sy_problem why;
	char text[256];
	for (int letters = 64; letters <= 65; letters++) {
		int n = snprintf(text, sizeof text, "#JSGF V1.0;\ngrammar a;\npublic <a> = %.*s;", letters,
			"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz");
		assert_int_equal(read_text(text, (size_t)n, &why), letters == 64 ? 0 : E2BIG);
	}
}

static void tags_of_one_expansion_are_bounded(void **state)
{
	(void)state;
	struct sy_problem why;
	char text[256] = "#JSGF V1.0;\ngrammar a;\npublic <a> = b";
	for (int i = 0; i < SY_TAGS_MAX; i++)
		strcat(text, " {s}");
	size_t n = strlen(text);
	strcpy(text + n, ";");
	assert_int_equal(read_text(text, strlen(text), &why), 0);
	strcpy(text + n, " {s};");
	assert_int_equal(read_text(text, strlen(text), &why), E2BIG);
}

static void imports_of_one_file_are_bounded(void **state)
{
	(void)state;
	char text[2048] = "#JSGF V1.0;\ngrammar a;\n";
	struct sy_problem why = {0};
	struct sy_graph *graph = NULL;
	for (int i = 0; i < SY_IMPORTS_MAX; i++)
		strcat(text, "import <menu.*>;");
	size_t n = strlen(text);
	strcpy(text + n, "public <a> = <thing>;");
	assert_int_equal(sy_jsgf_graph_text(FIXTURES "a.gram", text, strlen(text), &graph, &why), 0);
	sy_graph_destroy(graph);
	graph = NULL;
	strcpy(text + n, "import <menu.*>;public <a> = <thing>;");
	assert_int_equal(sy_jsgf_graph_text(FIXTURES "a.gram", text, strlen(text), &graph, &why), E2BIG);
	assert_null(graph);
}

/* A chain of `n` files, each importing the next, in a folder of its own. */
static int read_files(const char *folder, int n, struct sy_problem *why)
{
	char path[256];
	struct sy_graph *graph = NULL;
	for (int i = 1; i <= n; i++) {
		(void)snprintf(path, sizeof path, "%s/f%d.gram", folder, i);
		FILE *file = fopen(path, "w");
		assert_non_null(file);
		fprintf(file, "#JSGF V1.0;\ngrammar f%d;\n", i);
		if (i < n)
			fprintf(file, "import <f%d.*>;\n", i + 1);
		fprintf(file, "public <r%d> = x;\n", i);
		assert_int_equal(fclose(file), 0);
	}
	(void)snprintf(path, sizeof path, "%s/f1.gram", folder);
	int err = sy_jsgf_graph_file(path, &graph, why);
	sy_graph_destroy(graph);
	for (int i = 1; i <= n; i++) {
		(void)snprintf(path, sizeof path, "%s/f%d.gram", folder, i);
		assert_int_equal(unlink(path), 0);
	}
	return err;
}

static void files_of_one_grammar_are_bounded(void **state)
{
	(void)state;
	char folder[] = "/tmp/sayso-jsgf-XXXXXX";
	struct sy_problem why = {0};
	assert_non_null(mkdtemp(folder));
	assert_int_equal(read_files(folder, SY_LINKED_MAX, &why), 0);
	assert_int_equal(read_files(folder, SY_LINKED_MAX + 1, &why), E2BIG);
	assert_non_null(strstr(why.text, "f64.gram:3:8: "));
	assert_int_equal(rmdir(folder), 0);
}

/* The published coffee grammar, where the recordings are at hand. */
static void the_coffee_grammar_is_read(void **state)
{
	(void)state;
	const char *folder = getenv("SAYSO_SPEECH");
	char path[1024];
	(void)snprintf(path, sizeof path, "%s/coffee.gram", folder ? folder : SAYSO_SOURCE_DIR "/../shared/speech");
	if (access(path, R_OK) != 0) {
		print_message("no coffee grammar at %s\n", path);
		skip();
	}
	struct sy_problem why = {0};
	struct sy_graph *graph = NULL;
	if (sy_jsgf_graph_file(path, &graph, &why))
		fail_msg("%s", why.text);
	struct sy_reading reading =
		reading_of(graph, "i'd like a large dark roast latte with some brown sugar and cream");
	assert_string_equal(reading.intent, "orderDrink");
	assert_slot(&reading, "size", "large");
	assert_slot(&reading, "roast", "dark roast");
	assert_slot(&reading, "coffeeDrink", "latte");
	assert_slot(&reading, "sugarAmount", "some brown sugar");
	assert_slot(&reading, "milkAmount", "cream");
	assert_slot(&reading, "numberOfShots", NULL);
	sy_reading_reset(&reading);
	sy_graph_destroy(graph);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_grammar_is_read),
		cmocka_unit_test(words_are_in_lower_case),
		cmocka_unit_test(rule_names_may_hold_signs),
		cmocka_unit_test(tags_bind_tightest_and_may_escape),
		cmocka_unit_test(repeats_bind_to_one_expansion),
		cmocka_unit_test(weights_become_probabilities),
		cmocka_unit_test(right_recursion_is_a_loop),
		cmocka_unit_test(rules_that_end_alike_share_their_copies),
		cmocka_unit_test(a_byte_order_mark_and_comments_are_passed_over),
		cmocka_unit_test(errors_have_their_place),
		cmocka_unit_test(a_nul_in_the_text_is_no_end),
		cmocka_unit_test(the_programs_own_are_found_by_name),
		cmocka_unit_test(problems_of_files),
		cmocka_unit_test(imported_rules_need_their_import),
		cmocka_unit_test(nesting_is_bounded),
		cmocka_unit_test(chains_of_rules_are_bounded),
		cmocka_unit_test(growth_by_doubling_is_bounded),
		cmocka_unit_test(length_is_bounded),
		cmocka_unit_test(word_length_is_bounded),
		cmocka_unit_test(tags_of_one_expansion_are_bounded),
		cmocka_unit_test(imports_of_one_file_are_bounded),
		cmocka_unit_test(files_of_one_grammar_are_bounded),
		cmocka_unit_test(the_coffee_grammar_is_read),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
