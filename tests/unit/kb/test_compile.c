/* compile: the grammar of articles hears what it should, and says which article and slots. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "grammars/jsgf.h"
#include "kb/compile.h"
#include "kb/working.h"
#include "kb_bench.h"

struct heard {
	struct sy_graph *graph;
	struct sy_reading reading;
};

static void hear(struct heard *heard, const char *sentence)
{
	char *copy = strdup(sentence);
	const char *words[32];
	size_t n = 0;

	for (char *word = strtok(copy, " "); word && n < 32; word = strtok(NULL, " "))
		words[n++] = word;
	sy_reading_reset(&heard->reading);
	assert_int_equal(sy_graph_read(heard->graph, words, n, &heard->reading), 0);
	free(copy);
}

static void compile(struct bench *bench, struct heard *heard)
{
	struct sy_content content = {0};
	struct sy_text jsgf = {0};

	assert_int_equal(sy_working_load(bench->store, SY_WORKING_ARTICLES, &content, &bench->why), 0);
	assert_int_equal(sy_compile_articles(&content, bench->store, &jsgf, &bench->why), 0);
	if (sy_jsgf_graph_text("articles", jsgf.s, jsgf.len, &heard->graph, &bench->why))
		fail_msg("%s", bench->why.text);
	sy_text_reset(&jsgf);
	sy_content_reset(&content);
}

static void finish(struct heard *heard)
{
	sy_reading_reset(&heard->reading);
	sy_graph_destroy(heard->graph);
}

static void test_phrases_and_slots(void **state)
{
	struct bench *bench = *state;
	struct heard heard = {0};

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	compile(bench, &heard);
	hear(&heard, "what's my balance");
	assert_string_equal(heard.reading.intent, "balance");
	assert_int_equal(heard.reading.slots.n, 0);
	hear(&heard, "how much do i owe on account one oh four two three three");
	assert_string_equal(heard.reading.intent, "balance");
	assert_string_equal(sy_pairs_get(&heard.reading.slots, "account"), "one oh four two three three");
	hear(&heard, "how much do i owe on account one oh four");
	assert_null(heard.reading.intent);
	assert_int_equal(heard.reading.completeness, SY_INCOMPLETE);
	hear(&heard, "um hello there i'd like to know when are you open please");
	assert_string_equal(heard.reading.intent, "opening-hours");
	hear(&heard, "is there a shop in ashby"); /* a draft */
	assert_null(heard.reading.intent);
	finish(&heard);
}

static void test_choices(void **state)
{
	struct bench *bench = *state;
	struct heard heard = {0};

	assert_int_equal(
		bench_import(bench, "c.yaml",
			"articles:\n"
			"  - id: branch\n"
			"    phrases: [\"is there a shop in {town}?\", \"{town}\"]\n"
			"    slots:\n"
			"      - {name: town, kind: text, choices: [Ashby, Stow-on-the-Wold, 4G], ask: Where?}\n"
			"    answer: \"{town}\"\n"),
		0);
	compile(bench, &heard);
	hear(&heard, "is there a shop in stow on the wold");
	assert_string_equal(sy_pairs_get(&heard.reading.slots, "town"), "Stow-on-the-Wold");
	hear(&heard, "four g please");
	assert_string_equal(sy_pairs_get(&heard.reading.slots, "town"), "4G");
	finish(&heard);
}

/* A look-up without rows: its phrase cannot be said, the others can. */
static void test_no_choices(void **state)
{
	struct bench *bench = *state;
	struct heard heard = {0};

	assert_int_equal(bench_import(bench, "c.yaml",
				 "articles:\n"
				 "  - id: branch\n"
				 "    phrases: [\"a shop in {town}\", any shop]\n"
				 "    slots: [{name: town, kind: text, choices_from: towns, ask: Where?}]\n"
				 "    answer: \"{town}\"\n"
				 "lookups: [{name: towns, sql: SELECT name FROM town}]\n"
				 "tables: [{name: town, columns: [name]}]\n"),
		0);
	compile(bench, &heard);
	hear(&heard, "any shop");
	assert_string_equal(heard.reading.intent, "branch");
	hear(&heard, "a shop in");
	assert_null(heard.reading.intent);
	finish(&heard);
}

static void test_every_kind(void **state)
{
	static const char *const kinds[] = {"digits", "number", "money", "date", "time", "yesno", "day"};
	struct bench *bench = *state;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct heard heard = {0};
		struct sy_slot slot = {.name = (char[]){"value"}};
		struct sy_strings none = {0};
		struct sy_text jsgf = {0};
		char yaml[512];

		(void)snprintf(yaml, sizeof(yaml),
			"articles:\n"
			"  - id: a\n"
			"    phrases: [\"it is {value} now\"]\n"
			"    slots: [{name: value, kind: %s, ask: Which?}]\n"
			"    answer: Yes.\n",
			kinds[i]);
		assert_int_equal(bench_import(bench, "k.yaml", yaml), 0);
		compile(bench, &heard);
		finish(&heard);
		assert_int_equal(sy_value_kind_from(kinds[i], &slot.kind), 0);
		assert_int_equal(sy_compile_slot(&slot, &none, &jsgf, &bench->why), 0);
		if (sy_jsgf_graph_text("slot", jsgf.s, jsgf.len, &heard.graph, &bench->why))
			fail_msg("%s: %s", kinds[i], bench->why.text);
		sy_text_reset(&jsgf);
		sy_graph_destroy(heard.graph);
	}
}

static void test_long_numbers(void **state)
{
	struct bench *bench = *state;
	struct sy_slot slot = {.name = (char[]){"card"}, .kind = SY_VALUE_DIGITS, .length = 19};
	struct sy_strings none = {0};
	struct sy_text jsgf = {0};
	struct heard heard = {0};
	char sentence[256] = "";

	assert_int_equal(sy_compile_slot(&slot, &none, &jsgf, &bench->why), 0);
	assert_int_equal(sy_jsgf_graph_text("slot", jsgf.s, jsgf.len, &heard.graph, &bench->why), 0);
	for (int i = 0; i < 18; i++)
		(void)strcat(sentence, "seven ");
	hear(&heard, sentence);
	assert_int_equal(heard.reading.completeness, SY_INCOMPLETE);
	hear(&heard, strcat(sentence, "seven"));
	assert_string_equal(heard.reading.intent, "slot");
	hear(&heard, strcat(sentence, " seven"));
	assert_int_equal(heard.reading.completeness, SY_OUTSIDE);
	finish(&heard);
	sy_text_reset(&jsgf);
}

/* So many articles that openings would fill the graph: they are left out, the phrases are not. */
static void test_many_articles(void **state)
{
	struct bench *bench = *state;
	struct heard heard = {0};
	struct sy_text csv = {0};

	assert_int_equal(sy_text_add(&csv, "article,phrase,answer\n"), 0);
	for (int i = 0; i <= SY_COMPILE_CARRIED_MAX; i++)
		assert_int_equal(sy_text_addf(&csv, "a%d,number %d,Yes.\n", i, i), 0);
	assert_int_equal(bench_import(bench, "m.csv", csv.s), 0);
	sy_text_reset(&csv);
	compile(bench, &heard);
	hear(&heard, "number seven");
	assert_string_equal(heard.reading.intent, "a7");
	hear(&heard, "please number seven");
	assert_null(heard.reading.intent);
	finish(&heard);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_phrases_and_slots, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_choices, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_no_choices, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_every_kind, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_long_numbers, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_many_articles, bench_begin, bench_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
