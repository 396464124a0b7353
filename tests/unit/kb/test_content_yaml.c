/* content_yaml: both ways, and what each fault says and where. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "kb/article.h"
#include "kb/article_check.h"
#include "kb/content_yaml.h"
#include "kb_bench.h"

static void test_both_ways(void **state)
{
	struct bench *bench = *state;
	struct sy_store *other = NULL;
	struct sy_imported imported;
	char path[160];
	char *first, *second;
	struct sy_text yaml = {0};

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	first = bench_export(bench);
	assert_non_null(first);
	(void)snprintf(path, sizeof(path), "%s/other.db", bench->folder);
	assert_int_equal(sy_store_open(path, SY_STORE_MAKE, &other, &bench->why), 0);
	assert_int_equal(sy_import_bytes(other, "first.yaml", first, strlen(first), &imported, &bench->why), 0);
	assert_int_equal(imported.articles, 3);
	assert_int_equal(imported.rows, 2);
	assert_int_equal(imported.words, 1);
	assert_int_equal(sy_export(other, &yaml, &bench->why), 0);
	second = sy_text_take(&yaml);
	assert_string_equal(first, second);
	assert_non_null(strstr(first, "- {name: account, kind: digits, length: 6, ask: What is your account number?, "
				      "confirm: true}"));
	assert_non_null(strstr(first, "      - [\"104233\", \"20.50\"]\n"));
	assert_non_null(strstr(first, "  larkfield: L AA R K F IY L D\n"));
	free(first);
	free(second);
	sy_store_close(other);
}

/* Texts that a YAML reader could take for something else. */
static void test_awkward_texts(void **state)
{
	static const char yaml[] =
		"articles:\n"
		"  - id: \"no\"\n"
		"    title: \"true\"\n"
		"    phrases: [\"yes\", \"it's\", \"# what\", \"a: b\", \"- dash\", \"caf\\u00e9 money\", \"null\"]\n"
		"    answer: \"line one\\nline two \\\"quoted\\\" back\\\\slash\\ttab \\u2028 end \"\n"
		"words:\n"
		"  \"no\": N OW\n";
	struct bench *bench = *state;
	char *first, *second;

	assert_int_equal(bench_import(bench, "a.yaml", yaml), 0);
	first = bench_export(bench);
	assert_int_equal(bench_import(bench, "b.yaml", first), 0);
	second = bench_export(bench);
	assert_string_equal(first, second);
	assert_non_null(strstr(first, "title: \"true\""));
	assert_non_null(strstr(first, "  \"no\": N OW"));
	assert_non_null(strstr(first, "line one\\nline two \\\"quoted\\\" back\\\\slash\\ttab \\u2028 end \""));
	free(first);
	free(second);
}

#define ARTICLE "articles:\n  - id: a\n    phrases: [hello there]\n    answer: Yes.\n"

static void test_faults_name_their_line(void **state)
{
	static const struct {
		const char *yaml;
		const char *where;
		const char *what;
	} faults[] = {
		{ARTICLE "    colour: red\n", "f.yaml:5", "colour"},
		{ARTICLE "  - id: a\n", "f.yaml:5", "twice"},
		{ARTICLE "  - id: Hello\n", "f.yaml:5", "no id"},
		{ARTICLE "    review: 2026-02-29\n", "f.yaml:5", "2026-02-29"},
		{ARTICLE "    followups: [b]\n", "f.yaml:5", "'b' is no article"},
		{ARTICLE "    followups: [a]\n", "f.yaml:5", "itself"},
		{ARTICLE "    lookup: x\n", "f.yaml:5", "no look-up 'x'"},
		{ARTICLE "    slots:\n      - {name: n, kind: colour, ask: Which?}\n", "f.yaml:6", "colour"},
		{ARTICLE "    slots:\n      - {name: n, kind: digits}\n", "f.yaml:6", "no question"},
		{ARTICLE "    slots:\n      - {name: n, kind: text, ask: Which?}\n", "f.yaml:6", "needs choices"},
		{ARTICLE "    slots:\n      - {name: n, kind: date, length: 3, ask: When?}\n", "f.yaml:6", "length"},
		{ARTICLE "    slots:\n      - {name: n, kind: digits, length: 25, ask: Which?}\n", "f.yaml:6", "25"},
		{ARTICLE "    slots:\n      - {name: n, kind: day, ask: Which?}\n      - {name: n, kind: day, ask: "
			 "W?}\n",
			"f.yaml:7", "twice"},
		{ARTICLE "    slots:\n      - {name: n, kind: text, choices_from: x, ask: Which?}\n", "f.yaml:6",
			"look-up 'x'"},
		{ARTICLE "    none: \"Nothing for {who}.\"\n", "f.yaml:5", "{who}"},
		{"articles:\n  - id: a\n    answer: \"It is {x|colour}.\"\n", "f.yaml:3", "colour"},
		{"articles:\n  - id: a\n    answer: \"It is {x\"\n", "f.yaml:3", "closed"},
		{"articles:\n  - id: a\n    phrases:\n      - fine\n      - to {town}\n", "f.yaml:5", "no slot 'town'"},
		{"articles:\n  - id: a\n    phrases:\n      - fine\n      - a \xE2\x98\x83 b\n", "f.yaml:5", "a"},
		{"articles:\n  - id: a\n    phrases:\n      - \"...\"\n", "f.yaml:4", "no word"},
		{"lookups:\n  - {name: L-1, sql: SELECT 1}\n", "f.yaml:2", "L-1"},
		{"lookups:\n  - {name: a, sql: SELECT 1}\n  - {name: a, sql: SELECT 2}\n", "f.yaml:3", "twice"},
		{"lookups:\n  - {name: a, sql: SELECT 1 FROM nowhere}\n", "f.yaml:2", "nowhere"},
		{"lookups:\n  - {name: a, sql: DELETE FROM article}\n", "f.yaml:2", "look-up"},
		{"lookups:\n  - {name: a, sql: SELECT id FROM article}\n", "f.yaml:2", "article"},
		{"tables:\n  - {name: article, columns: [a]}\n", "f.yaml:2", "Sayso's own"},
		{"tables:\n  - {name: select, columns: [a]}\n", "f.yaml:2", "SQL"},
		{"tables:\n  - {name: t, columns: [a, a]}\n", "f.yaml:2", "twice"},
		{"tables:\n  - {name: t, columns: [a b]}\n", "f.yaml:2", "a b"},
		{"tables:\n  - name: t\n    columns: [a, b]\n    rows:\n      - [1, 2]\n      - [1]\n", "f.yaml:6",
			"1 values for 2"},
		{"tables:\n  - name: t\n    columns: [a, b]\n    rows:\n      - [1, I <3 you]\n", "f.yaml:5",
			"row 1, b: speech mark <3"},
		{"tables:\n  - name: t\n    columns: [a]\n    rows:\n      - 1\n", "f.yaml:5", "list of values"},
		{"tables:\n  - name: t\n    columns: [a]\n    rows:\n      - [[1]]\n", "f.yaml:5", "one text"},
		{"words:\n  larkfield: L AA RR K\n", "f.yaml:2", "RR"},
		{"words:\n  lark field: L AA R K\n", "f.yaml:2", "letters"},
		{"words:\n  a: EY\n  A: AH\n", "f.yaml:3", "twice"},
		{"words: [a]\n", "f.yaml:1", "word: PHONES"},
		{"company: Bikes {now}\n", "f.yaml:1", "braces"},
		{"company: a <3 b\n", "f.yaml:1", "speech mark <3"},
		{"greeting: \"I am a machine of {company}.\"\n", "f.yaml:1", "there is none"},
		{"company: Bikes\ngreeting: \"I am {who}.\"\n", "f.yaml:2", "{who}"},
		{"company: Bikes\ngreeting: \"I am {company\"\n", "f.yaml:2", "closed"},
		{"company: Bikes\nwrong_answers: awful\n", "f.yaml:2", "very bad"},
		{"wrong_answers: 2.50\n", "f.yaml:1", "bearable, bad or very bad"},
		{"company: [Bikes]\n", "f.yaml:1", "company"},
		{"", "f.yaml", "empty"},
		{"just text\n", "f.yaml:1", "expected"},
		{"articles: [\n", "f.yaml", "YAML"},
	};
	struct bench *bench = *state;
	char *before = bench_export(bench);

	for (size_t i = 0; i < sizeof(faults) / sizeof(*faults); i++) {
		char *after;

		if (bench_import(bench, "f.yaml", faults[i].yaml) != EINVAL)
			fail_msg("accepted: %s", faults[i].yaml);
		if (strncmp(bench->why.text, faults[i].where, strlen(faults[i].where)) != 0 ||
			!strstr(bench->why.text, faults[i].what))
			fail_msg("'%s' for:\n%s", bench->why.text, faults[i].yaml);
		assert_null(strchr(bench->why.text, '\n'));
		after = bench_export(bench);
		assert_string_equal(before, after);
		free(after);
	}
	free(before);
}

/* A placeholder may be a column of the look-up, once it is known which columns that has. */
static void test_columns(void **state)
{
	struct bench *bench = *state;

	assert_int_equal(bench_import(bench, "f.yaml",
				 "articles:\n"
				 "  - id: a\n"
				 "    lookup: l\n"
				 "    answer: \"{size} for {company}, {case_key|spell} {missing}\"\n"
				 "lookups:\n"
				 "  - {name: l, sql: SELECT size FROM shoe}\n"
				 "tables:\n"
				 "  - {name: shoe, columns: [size]}\n"),
		EINVAL);
	assert_non_null(strstr(bench->why.text, "f.yaml:4"));
	assert_non_null(strstr(bench->why.text, "{missing}"));
}

static void test_bounds(void **state)
{
	struct bench *bench = *state;
	struct sy_text yaml = {0};
	struct sy_imported imported;

	/* Nine slots: one too many. */
	assert_int_equal(sy_text_add(&yaml, "articles:\n  - id: a\n    slots:\n"), 0);
	for (int i = 0; i < SY_SLOTS_MAX; i++)
		assert_int_equal(sy_text_addf(&yaml, "      - {name: s%d, kind: day, ask: When?}\n", i), 0);
	assert_int_equal(sy_import_bytes(bench->store, "s.yaml", yaml.s, yaml.len, &imported, &bench->why), 0);
	assert_int_equal(sy_text_add(&yaml, "      - {name: more, kind: day, ask: When?}\n"), 0);
	assert_int_equal(sy_import_bytes(bench->store, "s.yaml", yaml.s, yaml.len, &imported, &bench->why), EINVAL);
	assert_non_null(strstr(bench->why.text, "s.yaml:12"));
	sy_text_reset(&yaml);

	/* One byte more than is read. */
	assert_int_equal(sy_text_add(&yaml, "articles: [] #"), 0);
	char *big = malloc(SY_CONTENT_BYTES_MAX + 1);
	assert_non_null(big);
	memset(big, ' ', SY_CONTENT_BYTES_MAX + 1);
	memcpy(big, "articles: []", 12);
	assert_int_equal(sy_import_bytes(bench->store, "b.yaml", big, SY_CONTENT_BYTES_MAX, &imported, &bench->why), 0);
	assert_int_equal(
		sy_import_bytes(bench->store, "b.yaml", big, SY_CONTENT_BYTES_MAX + 1, &imported, &bench->why), EFBIG);
	free(big);
	sy_text_reset(&yaml);
}

static void test_several_files_as_one(void **state)
{
	static const char *const texts[] = {"articles:\n  - id: a\n    followups: [b]\n",
		"articles:\n  - id: b\n    followups: [a]\n    lookup: l\n    answer: \"{x}\"\n",
		"lookups:\n  - {name: l, sql: SELECT 1 AS x}\n"};
	struct bench *bench = *state;
	struct sy_strings paths = {0};
	struct sy_imported imported;

	for (size_t i = 0; i < 3; i++) {
		char path[160];
		FILE *file;

		(void)snprintf(path, sizeof(path), "%s/%zu.yaml", bench->folder, i);
		file = fopen(path, "w");
		assert_non_null(file);
		assert_true(fputs(texts[i], file) >= 0);
		assert_int_equal(fclose(file), 0);
		assert_int_equal(sy_strings_add(&paths, path), 0);
	}
	assert_int_equal(sy_import_file(bench->store, paths.at[0], &imported, &bench->why), EINVAL);
	assert_int_equal(sy_import_files(bench->store, &paths, &imported, &bench->why), 0);
	assert_int_equal(imported.articles, 2);
	assert_int_equal(imported.lookups, 1);
	assert_int_equal(sy_strings_add(&paths, paths.at[0]), 0);
	assert_int_equal(sy_import_files(bench->store, &paths, &imported, &bench->why), EINVAL);
	assert_non_null(strstr(bench->why.text, "keep one"));
	sy_strings_reset(&paths);
	assert_int_equal(sy_import_file(bench->store, "/nowhere/x.yaml", &imported, &bench->why), ENOENT);
	assert_int_equal(sy_import_file(bench->store, bench->folder, &imported, &bench->why), EISDIR);
}

static void test_the_company(void **state)
{
	static const char *const refused[] = {"company: A\n", "greeting: A machine of {company}.\n"};
	struct bench *bench = *state;
	struct sy_imported imported;
	char long_name[SY_COMPANY_BYTES_MAX + 16] = "company: ";
	char *yaml;

	/* A greeting may name a company that is there already. */
	assert_int_equal(bench_import(bench, "a.yaml", "company: Riverside Bikes\n"), 0);
	assert_int_equal(
		sy_import_bytes(bench->store, "b.yaml", refused[1], strlen(refused[1]), &imported, &bench->why), 0);
	assert_int_equal(imported.presented, 1);
	yaml = bench_export(bench);
	assert_non_null(
		strstr(yaml, "company: Riverside Bikes\ngreeting: \"A machine of {company}.\"\narticles: []\n"));
	free(yaml);
	/* What a file does not name stays. */
	assert_int_equal(bench_import(bench, "c.yaml", "articles: []\ncompany: \"\"\n"), 0);
	yaml = bench_export(bench);
	assert_non_null(strstr(yaml, "company: Riverside Bikes\n"));
	free(yaml);
	memset(long_name + strlen("company: "), 'a', SY_COMPANY_BYTES_MAX);
	assert_int_equal(bench_import(bench, "d.yaml", long_name), 0);
	long_name[strlen(long_name)] = 'a';
	assert_int_equal(bench_import(bench, "d.yaml", long_name), EINVAL);
	assert_non_null(strstr(bench->why.text, "d.yaml:1"));
}

static void test_two_files_name_two_companies(void **state)
{
	struct bench *bench = *state;
	struct sy_strings paths = {0};
	struct sy_imported imported;

	for (int i = 0; i < 2; i++) {
		char path[160];
		FILE *file;

		(void)snprintf(path, sizeof(path), "%s/%d.yaml", bench->folder, i);
		file = fopen(path, "w");
		assert_non_null(file);
		assert_true(fprintf(file, "company: Number %d\n", i) > 0);
		assert_int_equal(fclose(file), 0);
		assert_int_equal(sy_strings_add(&paths, path), 0);
	}
	assert_int_equal(sy_import_files(bench->store, &paths, &imported, &bench->why), EINVAL);
	assert_non_null(strstr(bench->why.text, "the company is in"));
	sy_strings_reset(&paths);
}

static void test_dates(void **state)
{
	(void)state;
	assert_true(sy_date_is_good("2027-01-31"));
	assert_true(sy_date_is_good("2028-02-29"));
	assert_false(sy_date_is_good("2027-02-29"));
	assert_false(sy_date_is_good("2100-02-29"));
	assert_false(sy_date_is_good("2027-13-01"));
	assert_false(sy_date_is_good("2027-00-10"));
	assert_false(sy_date_is_good("2027-1-31"));
	assert_false(sy_date_is_good("31-01-2027"));
	assert_false(sy_date_is_good("2027-01-31x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_both_ways, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_awkward_texts, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_faults_name_their_line, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_columns, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_bounds, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_several_files_as_one, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_the_company, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_two_files_name_two_companies, bench_begin, bench_end),
		cmocka_unit_test(test_dates),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
