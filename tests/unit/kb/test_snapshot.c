/* snapshot: what a call sees, and that it keeps it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "grammars/jsgf.h"
#include "grammars/pronounce.h"
#include "kb/search.h"
#include "kb/snapshot.h"
#include "kb_bench.h"

static void test_nothing_published(void **state)
{
	struct bench *bench = *state;
	struct sy_snapshot *snapshot = NULL;

	assert_int_equal(sy_snapshot_load(bench->store, 0, &snapshot, &bench->why), ENOENT);
	assert_non_null(strstr(bench->why.text, "nothing has been published"));
	assert_int_equal(sy_snapshot_load(bench->store, 7, &snapshot, &bench->why), ENOENT);
	assert_non_null(strstr(bench->why.text, "version 7"));
	assert_null(snapshot);
	sy_snapshot_destroy(NULL);
}

static void test_a_call_keeps_its_version(void **state)
{
	struct bench *bench = *state;
	struct sy_snapshot *first = NULL, *second = NULL;
	struct sy_published published;

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(bench_publish(bench, &published), 0);
	assert_int_equal(sy_snapshot_load(bench->store, 0, &first, &bench->why), 0);
	assert_int_equal(
		bench_import(bench, "o.csv", "article,phrase,answer\nopening-hours,opening times,All day.\n"), 0);
	assert_int_equal(bench_publish(bench, &published), 0);
	assert_int_equal(sy_snapshot_load(bench->store, 0, &second, &bench->why), 0);
	assert_int_equal(sy_snapshot_version(first), 1);
	assert_int_equal(sy_snapshot_version(second), 2);
	assert_string_equal(sy_content_article(sy_snapshot_content(first), "opening-hours")->answer,
		"We are open from nine to five.");
	assert_string_equal(sy_content_article(sy_snapshot_content(second), "opening-hours")->answer, "All day.");
	sy_snapshot_destroy(first);
	assert_int_equal(sy_snapshot_load(bench->store, 1, &first, &bench->why), 0);
	assert_string_equal(sy_content_article(sy_snapshot_content(first), "opening-hours")->answer,
		"We are open from nine to five.");
	sy_snapshot_destroy(first);
	sy_snapshot_destroy(second);
}

/* The hearing side gets the editor's phones of its own version. */
static void test_words_reach_a_lexicon(void **state)
{
	struct bench *bench = *state;
	const char *const word[] = {"larkfield"};
	struct sy_snapshot *snapshot = NULL;
	struct sy_lexicon *lexicon = NULL;
	struct sy_published published;

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(bench_publish(bench, &published), 0);
	assert_int_equal(bench_import(bench, "w.yaml", "words: {larkfield: L AA}\n"), 0);
	assert_int_equal(sy_snapshot_load(bench->store, 0, &snapshot, &bench->why), 0);
	assert_int_equal(sy_snapshot_words(snapshot)->n, 1);
	assert_int_equal(sy_lexicon_create(NULL, &lexicon, &bench->why), 0);
	assert_int_equal(sy_lexicon_correct(lexicon, sy_snapshot_words(snapshot), &bench->why), 0);
	assert_int_equal(sy_lexicon_add(lexicon, word, 1, &bench->why), 0);
	assert_string_equal(sy_lexicon_phones(lexicon, "larkfield", 0), "L AA R K F IY L D");
	assert_int_equal(sy_lexicon_source(lexicon, "larkfield"), SY_BY_PROJECT);
	sy_lexicon_destroy(lexicon);
	sy_snapshot_destroy(snapshot);
}

static void test_drafts_are_known_but_not_said(void **state)
{
	struct bench *bench = *state;
	struct sy_snapshot *snapshot = NULL;
	struct sy_published published;
	struct sy_search *search = NULL;
	struct sy_ranked ranked[3];
	enum sy_found found;
	const void *model;
	size_t n = 0;

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(bench_publish(bench, &published), 0);
	assert_int_equal(published.drafts, 1);
	assert_int_equal(sy_snapshot_load(bench->store, 0, &snapshot, &bench->why), 0);
	assert_null(sy_content_article(sy_snapshot_content(snapshot), "branch"));
	assert_non_null(sy_content_article(sy_snapshot_all(snapshot), "branch"));
	assert_null(strstr(sy_snapshot_grammar(snapshot), "<branch>"));
	model = sy_snapshot_model(snapshot, &n);
	assert_non_null(model);
	assert_int_equal(sy_search_load(sy_snapshot_all(snapshot), model, n, &search, &bench->why), 0);
	assert_int_equal(sy_search_rank(search, "what's my balance", ranked, 3, &n, &found), 0);
	assert_true(n > 0);
	assert_string_equal(ranked[0].article, "balance");
	sy_snapshot_drop_model(snapshot);
	assert_null(sy_snapshot_model(snapshot, &n));
	assert_int_equal(n, 0);
	assert_int_equal(sy_search_rank(search, "what's my balance", ranked, 3, &n, &found), 0);
	assert_string_equal(ranked[0].article, "balance");
	sy_search_destroy(search);
	sy_snapshot_destroy(snapshot);
}

static void test_slot_grammars(void **state)
{
	struct bench *bench = *state;
	struct sy_snapshot *snapshot = NULL;
	struct sy_published published;
	const struct sy_article *article;
	struct sy_graph *graph = NULL;
	struct sy_reading reading = {0};
	static const char *const five[] = {"one", "two", "three", "four", "five"};
	static const char *const six[] = {"it's", "one", "oh", "four", "two", "double", "three"};
	char *jsgf = NULL;

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(bench_publish(bench, &published), 0);
	assert_int_equal(sy_snapshot_load(bench->store, 0, &snapshot, &bench->why), 0);
	article = sy_content_article(sy_snapshot_content(snapshot), "balance");
	assert_int_equal(
		sy_snapshot_slot_grammar(snapshot, bench->store, article, &article->slots[0], &jsgf, &bench->why), 0);
	assert_int_equal(sy_jsgf_graph_text("slot", jsgf, strlen(jsgf), &graph, &bench->why), 0);
	assert_int_equal(sy_graph_read(graph, five, 5, &reading), 0);
	assert_int_equal(reading.completeness, SY_INCOMPLETE);
	sy_reading_reset(&reading);
	assert_int_equal(sy_graph_read(graph, six, 7, &reading), 0);
	assert_string_equal(reading.intent, "slot");
	assert_string_equal(sy_pairs_get(&reading.slots, "account"), "one oh four two double three");
	sy_reading_reset(&reading);
	sy_graph_destroy(graph);
	free(jsgf);
	sy_snapshot_destroy(snapshot);
}

/* Data is live: a row that came after publishing can be said as an answer to the slot's question. */
static void test_choices_are_read_now(void **state)
{
	static const char yaml[] = "articles:\n"
				   "  - id: branch\n"
				   "    phrases: [\"is there a shop in {town}\"]\n"
				   "    slots: [{name: town, kind: text, choices_from: towns, ask: Where?}]\n"
				   "    answer: \"In {town}, yes.\"\n"
				   "lookups: [{name: towns, sql: SELECT name FROM town}]\n"
				   "tables: [{name: town, columns: [name], rows: [[Ashby]]}]\n";
	struct bench *bench = *state;
	struct sy_snapshot *snapshot = NULL;
	struct sy_published published;
	const struct sy_article *article;
	struct sy_strings choices = {0};
	char *jsgf = NULL;

	assert_int_equal(bench_import(bench, "t.yaml", yaml), 0);
	assert_int_equal(bench_publish(bench, &published), 0);
	assert_int_equal(
		bench_import(bench, "t.yaml", "tables: [{name: town, columns: [name], rows: [[Ashby], [St. Ives]]}]\n"),
		0);
	assert_int_equal(sy_snapshot_load(bench->store, 0, &snapshot, &bench->why), 0);
	article = sy_content_article(sy_snapshot_content(snapshot), "branch");
	assert_int_equal(sy_snapshot_choices(snapshot, bench->store, &article->slots[0], &choices, &bench->why), 0);
	assert_int_equal(choices.n, 2);
	assert_string_equal(choices.at[1], "St. Ives");
	sy_strings_reset(&choices);
	assert_int_equal(
		sy_snapshot_slot_grammar(snapshot, bench->store, article, &article->slots[0], &jsgf, &bench->why), 0);
	assert_non_null(strstr(jsgf, "{town=St. Ives}"));
	free(jsgf);
	jsgf = NULL;

	assert_int_equal(bench_import(bench, "t.yaml", "tables: [{name: town, columns: [name]}]\n"), 0);
	assert_int_equal(
		sy_snapshot_slot_grammar(snapshot, bench->store, article, &article->slots[0], &jsgf, &bench->why),
		EINVAL);
	assert_non_null(strstr(bench->why.text, "no choices"));
	assert_null(jsgf);
	sy_snapshot_destroy(snapshot);
}

static void test_damaged_version(void **state)
{
	struct bench *bench = *state;
	struct sy_snapshot *snapshot = NULL;
	struct sy_published published;

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(bench_publish(bench, &published), 0);
	assert_int_equal(sy_store_run(bench->store,
				 "DROP TRIGGER version_is_immutable; UPDATE version SET content = '{\"articles\": 3}'",
				 "test", &bench->why),
		0);
	assert_int_equal(sy_snapshot_load(bench->store, 0, &snapshot, &bench->why), EBADMSG);
	assert_non_null(strstr(bench->why.text, "damaged"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_published, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_a_call_keeps_its_version, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_words_reach_a_lexicon, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_drafts_are_known_but_not_said, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_slot_grammars, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_choices_are_read_now, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_damaged_version, bench_begin, bench_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
