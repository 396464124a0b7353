/* working: what an import replaces, what it leaves, and that it is all or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "kb/working.h"
#include "kb_bench.h"

static struct sy_content load(struct bench *bench)
{
	struct sy_content content = {0};

	assert_int_equal(sy_working_load(bench->store, SY_WORKING_ALL, &content, &bench->why), 0);
	return content;
}

static void test_everything_comes_back(void **state)
{
	struct bench *bench = *state;
	struct sy_content content;
	const struct sy_article *balance;
	const struct sy_slot *town;

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	content = load(bench);
	assert_int_equal(content.n_articles, 3);
	balance = sy_content_article(&content, "balance");
	assert_non_null(balance);
	assert_string_equal(balance->owner, "billing@larkfield.example");
	assert_int_equal(balance->phrases.n, 3);
	assert_int_equal(balance->slots[0].kind, SY_VALUE_DIGITS);
	assert_int_equal(balance->slots[0].length, 6);
	assert_true(balance->slots[0].confirm);
	assert_false(balance->slots[0].optional);
	assert_string_equal(balance->followups.at[0], "opening-hours");
	town = sy_article_slot(sy_content_article(&content, "branch"), "town");
	assert_string_equal(town->choices.at[1], "St. Ives");
	assert_null(sy_content_article(&content, "branch")->answer);
	assert_int_equal(content.n_tables, 1);
	assert_string_equal(content.tables[0].rows[1].at[0], "104234");
	assert_string_equal(sy_pairs_get(&content.words, "larkfield"), "L AA R K F IY L D");
	sy_content_reset(&content);
}

static void test_an_article_is_replaced_whole(void **state)
{
	struct bench *bench = *state;
	struct sy_content content;

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(bench_import(bench, "two.yaml",
				 "articles:\n"
				 "  - id: fees\n"
				 "  - id: balance\n"
				 "    phrases: [my balance]\n"
				 "words: {sayso: S EY S OW}\n"),
		0);
	content = load(bench);
	assert_int_equal(content.n_articles, 4);
	assert_string_equal(content.articles[0].id, "balance"); /* keeps its place */
	assert_string_equal(content.articles[3].id, "fees");
	assert_int_equal(content.articles[0].phrases.n, 1);
	assert_int_equal(content.articles[0].n_slots, 0);
	assert_null(content.articles[0].answer);
	assert_null(content.articles[0].owner);
	assert_int_equal(content.articles[1].phrases.n, 3);
	assert_int_equal(content.words.n, 2);
	sy_content_reset(&content);
}

static void test_a_table_is_replaced_whole(void **state)
{
	struct bench *bench = *state;
	struct sy_content content;

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(bench_import(bench, "t.yaml",
				 "tables:\n"
				 "  - {name: account, columns: [balance, number, due], rows: [[1, 2, 3]]}\n"),
		0);
	content = load(bench);
	assert_int_equal(content.n_tables, 1);
	assert_int_equal(content.tables[0].columns.n, 3);
	assert_int_equal(content.tables[0].n_rows, 1);
	sy_content_reset(&content);

	/* A look-up of the working copy, or of the published version, must go on working. */
	assert_int_equal(bench_import(bench, "t.yaml", "tables:\n  - {name: account, columns: [number]}\n"), EINVAL);
	assert_non_null(strstr(bench->why.text, "balance_of_account"));
	content = load(bench);
	assert_int_equal(content.tables[0].columns.n, 3);
	sy_content_reset(&content);
}

static void test_published_lookups_are_guarded(void **state)
{
	struct bench *bench = *state;
	struct sy_published published;

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(bench_publish(bench, &published), 0);
	/* The working copy no longer reads the column, the published version does. */
	assert_int_equal(bench_import(bench, "t.yaml",
				 "articles:\n  - id: balance\n    title: t\n"
				 "lookups:\n  - {name: balance_of_account, sql: SELECT number FROM account}\n"),
		0);
	assert_int_equal(bench_import(bench, "t.yaml", "tables:\n  - {name: account, columns: [number]}\n"), EINVAL);
	assert_non_null(strstr(bench->why.text, "published version"));
}

static void test_numbers_in_tables(void **state)
{
	struct bench *bench = *state;
	sqlite3_stmt *statement = NULL;

	assert_int_equal(bench_import(bench, "t.yaml",
				 "tables:\n"
				 "  - name: price\n"
				 "    columns: [item, pence]\n"
				 "    rows: [[a, \"9\"], [b, \"10.50\"], [c, \"100\"], [d, \"0800\"]]\n"),
		0);
	assert_int_equal(
		sy_store_prepare(bench->store,
			"SELECT group_concat(pence) FROM (SELECT pence FROM price WHERE pence > 9 ORDER BY pence)",
			&statement, &bench->why),
		0);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(statement, 0), "10.50,100,0800");
	sqlite3_finalize(statement);
}

static void test_replace_leaves_tables(void **state)
{
	struct bench *bench = *state;
	struct sy_content empty = {0}, content;

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(bench_import(bench, "company.yaml", "company: Riverside Bikes\n"), 0);
	assert_int_equal(sy_store_begin(bench->store, &bench->why), 0);
	assert_int_equal(sy_working_replace(bench->store, &empty, &bench->why), 0);
	assert_int_equal(sy_store_commit(bench->store, &bench->why), 0);
	content = load(bench);
	assert_int_equal(content.n_articles, 0);
	assert_int_equal(content.n_lookups, 0);
	assert_int_equal(content.words.n, 0);
	assert_null(content.company);
	assert_int_equal(content.n_tables, 1);
	sy_content_reset(&content);
}

static void test_damaged_rows(void **state)
{
	struct bench *bench = *state;
	struct sy_content content = {0};

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(sy_store_run(bench->store, "UPDATE slot SET choices = '[1'", "test", NULL), 0);
	assert_int_equal(sy_working_load(bench->store, SY_WORKING_ARTICLES, &content, &bench->why), EBADMSG);
	assert_int_equal(sy_store_run(bench->store, "UPDATE slot SET choices = NULL, kind = 'x'", "test", NULL), 0);
	assert_int_equal(sy_working_load(bench->store, SY_WORKING_ARTICLES, &content, &bench->why), EBADMSG);
	assert_non_null(strstr(bench->why.text, "damaged"));
	assert_int_equal(content.n_articles, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_everything_comes_back, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_an_article_is_replaced_whole, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_a_table_is_replaced_whole, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_published_lookups_are_guarded, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_numbers_in_tables, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_replace_leaves_tables, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_damaged_rows, bench_begin, bench_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
