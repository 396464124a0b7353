/* content_csv: phrases from a table, with quotes, CRLF and marks, and where a fault stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "kb/article.h"
#include "kb_bench.h"

static void test_phrases_are_added(void **state)
{
	struct bench *bench = *state;
	static const char csv[] = "\xEF\xBB\xBF"
				  "Article,phrase,title,answer\r\n"
				  "fees,how much does it cost,the fees,\"Ten pounds, all in.\"\r\n"
				  "\r\n"
				  "fees,\"what are the fees, please\",,\r\n"
				  "opening-hours,are you open now,,\r\n"
				  "opening-hours,When Are You Open,,\r\n"
				  "new-thing,\"a \n new thing\",,\r\n";
	struct sy_imported imported;
	char *yaml;

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(sy_import_bytes(bench->store, "more.csv", csv, sizeof(csv) - 1, &imported, &bench->why), 0);
	assert_int_equal(imported.articles, 3);
	assert_int_equal(imported.phrases, 4);
	assert_int_equal(imported.duplicates, 1);
	yaml = bench_export(bench);
	assert_non_null(strstr(yaml, "      - are you open on Sundays\n      - are you open now\n"));
	assert_non_null(strstr(yaml, "  - id: fees\n    title: the fees\n"));
	assert_non_null(strstr(yaml, "    answer: \"Ten pounds, all in.\"\n"));
	assert_non_null(strstr(yaml, "  - id: new-thing\n    title: new thing\n"));
	assert_null(strstr(yaml, "When Are You Open"));
	free(yaml);

	/* The same again adds nothing. */
	assert_int_equal(sy_import_bytes(bench->store, "more.csv", csv, sizeof(csv) - 1, &imported, &bench->why), 0);
	assert_int_equal(imported.phrases, 0);
	assert_int_equal(imported.duplicates, 5);
}

static void test_without_a_name_it_is_told_by_its_header(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(bench_import(bench, "/dev/stdin", "article,phrase\na,hello\n"), 0);
	assert_int_equal(bench_import(bench, "/dev/stdin", "articles:\n  - id: b\n"), 0);
}

static void test_faults(void **state)
{
	static const struct {
		const char *csv;
		const char *where;
		const char *what;
	} faults[] = {
		{"", "f.csv", "empty"},
		{"phrase\nhello\n", "f.csv:1", "'article' is missing"},
		{"article\nhello\n", "f.csv:1", "'phrase' is missing"},
		{"article,phrase,colour\na,b,c\n", "f.csv:1", "'colour'"},
		{"article,phrase,phrase\na,b,c\n", "f.csv:1", "twice"},
		{"article,phrase\na,b\nc\n", "f.csv:3", "1 fields for 2"},
		{"article,phrase\na,b,c\n", "f.csv:2", "3 fields for 2"},
		{"article,phrase\n,b\n", "f.csv:2", "missing"},
		{"article,phrase\nUpper,b\n", "f.csv:2", "no id"},
		{"article,phrase\n\n\na,\"open\n", "f.csv:4", "never closes"},
		{"article,phrase\na,\"b\" c\n", "f.csv:2", "closing quote"},
		{"article,phrase\na,\"two\nlines\"\nb,to {town}\n", "f.csv:4", "no slot 'town'"},
		{"article,phrase\na,b \xE2\x98\x83\n", "f.csv:2", "article a"},
		{"article,phrase\na,caf\xE9\n", "f.csv:2", "UTF-8"},
		{"article,phrase,review\na,b,soon\n", "f.csv:2", "soon"},
		{"article,phrase,answer\na,b,{x}\n", "f.csv:2", "{x}"},
	};
	struct bench *bench = *state;
	char *before = bench_export(bench);
	char *after;

	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		if (bench_import(bench, "f.csv", faults[i].csv) != EINVAL)
			fail_msg("accepted: %s", faults[i].csv);
		if (strncmp(bench->why.text, faults[i].where, strlen(faults[i].where)) != 0 ||
			!strstr(bench->why.text, faults[i].what))
			fail_msg("'%s' for:\n%s", bench->why.text, faults[i].csv);
	}
	after = bench_export(bench);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static void test_a_nul_is_refused(void **state)
{
	struct bench *bench = *state;
	static const char csv[] = "article,phrase\na,b\0c\n";
	struct sy_imported imported;

	assert_int_equal(sy_import_bytes(bench->store, "n.csv", csv, sizeof(csv) - 1, &imported, &bench->why), EINVAL);
	assert_non_null(strstr(bench->why.text, "n.csv:2"));
}

static int import_many(struct bench *bench, int n)
{
	struct sy_text csv = {0};
	struct sy_imported imported;
	int err = sy_text_add(&csv, "article,phrase\n");

	for (int i = 0; i < n && !err; i++)
		err = sy_text_addf(&csv, "a%d,%d sheep\n", i % 100, i);
	if (!err)
		err = sy_import_bytes(bench->store, "many.csv", csv.s, csv.len, &imported, &bench->why);
	sy_text_reset(&csv);
	return err;
}

static void test_bound_of_phrases(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(import_many(bench, SY_PHRASES_MAX + 1), EINVAL);
	assert_non_null(strstr(bench->why.text, "50000"));
	assert_int_equal(import_many(bench, SY_PHRASES_MAX), 0);
	assert_int_equal(bench_import(bench, "one.csv", "article,phrase\na1,one more\n"), EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_phrases_are_added, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_without_a_name_it_is_told_by_its_header, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_faults, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_a_nul_is_refused, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_bound_of_phrases, bench_begin, bench_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
