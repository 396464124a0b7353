/* lint: each finding, and that sound content has none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <time.h>

#include "kb/lint.h"
#include "kb_bench.h"

struct findings {
	char text[8192];
	size_t n;
	size_t errors;
};

static void keep(void *arg, const struct sy_finding *finding)
{
	struct findings *findings = arg;
	size_t n = strlen(findings->text);

	assert_null(strchr(finding->text, '\n'));
	findings->n++;
	findings->errors += finding->severity == SY_LINT_ERROR;
	(void)snprintf(findings->text + n, sizeof(findings->text) - n, "%s: %s%s%s\n",
		sy_severity_name(finding->severity), finding->article ? finding->article : "",
		finding->article ? ": " : "", finding->text);
}

static struct findings lint(struct bench *bench)
{
	struct tm today = {.tm_year = 126, .tm_mon = 10, .tm_mday = 22};
	struct findings findings = {.n = 0};
	const struct sy_lint how = {.store = bench->store, .today = &today, .found = keep, .arg = &findings};
	size_t n = 0;

	assert_int_equal(sy_lint(&how, &n, &bench->why), 0);
	assert_int_equal(n, findings.n);
	return findings;
}

#define GOOD                                                                                                           \
	"articles:\n"                                                                                                  \
	"  - id: a\n"                                                                                                  \
	"    owner: me\n"                                                                                              \
	"    review: 2026-11-22\n"                                                                                     \
	"    phrases: [when are you open, opening hours, what are your hours]\n"                                       \
	"    answer: \"We are open at www.larkfield.example until 5.30. Always.\"\n"

static void test_sound_content(void **state)
{
	struct bench *bench = *state;
	struct findings findings;

	assert_int_equal(bench_import(bench, "g.yaml", GOOD), 0);
	findings = lint(bench);
	assert_string_equal(findings.text, "");
}

static void test_each_finding(void **state)
{
	static const struct {
		const char *yaml;
		const char *finding;
	} cases[] = {
		{"  - {id: b, owner: me, review: 2027-01-01, phrases: [one, two, four], answer: \"\"}\n",
			"warning: b: no answer yet"},
		{"  - {id: b, review: 2027-01-01, phrases: [one, two, four], answer: Yes.}\n",
			"warning: b: nobody owns"},
		{"  - {id: b, owner: me, phrases: [one, two, four], answer: Yes.}\n", "warning: b: no review date"},
		{"  - {id: b, owner: me, review: 2026-11-21, phrases: [one, two, four], answer: Yes.}\n",
			"warning: b: the review is overdue since 2026-11-21"},
		{"  - {id: b, owner: me, review: 2027-01-01, phrases: [one, two], answer: Yes.}\n",
			"warning: b: only 2 phrases"},
		{"  - {id: b, owner: me, review: 2027-01-01, phrases: [one, Opening hours, four], answer: Yes.}\n",
			"warning: b: phrase 'Opening hours' is in article a too"},
		{"  - {id: b, owner: me, review: 2027-01-01, phrases: [one, One, four], answer: Yes.}\n",
			"warning: b: phrase '"},
		{"  - {id: b, owner: me, review: 2027-01-01, phrases: [one, two, frobnixquel], answer: Yes.}\n",
			"note: b: 'frobnixquel' is in no dictionary and will be heard as "},
		{"  - {id: b, owner: me, review: 2027-01-01, phrases: [one, two, four], answer: A. B. C. D. E.}\n",
			"warning: b: the answer has 5 sentences"},
		{"  - {id: b, owner: me, review: 2027-01-01, phrases: [one, two, four],\n"
		 "     answer: \"Wait. YOUR CALL IS IMPORTANT to us.\"}\n",
			"warning: b: says 'your call is important'"},
		{"  - {id: c, owner: me, review: 2027-01-01, phrases: [five, six, seven]}\n"
		 "  - {id: b, owner: me, review: 2027-01-01, phrases: [one, two, four], answer: Yes., followups: "
		 "[c]}\n",
			"warning: b: the follow-up 'c' is a draft"},
		{"  - {id: b, owner: me, review: 2027-01-01, phrases: [one, two, four], answer: \"On {day}.\",\n"
		 "     slots: [{name: day, kind: day, optional: true}]}\n",
			"warning: b: says {day}, which is optional"},
		{"  - {id: b, owner: me, review: 2027-01-01, phrases: [one, two, four], answer: \"By {company}.\"}\n",
			"warning: b: says {company}, and there is none"},
	};
	struct bench *bench = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct sy_text yaml = {0};
		struct findings findings;

		assert_int_equal(sy_store_run(bench->store, "DELETE FROM article", "test", NULL), 0);
		assert_int_equal(sy_text_addf(&yaml, "%s%s", GOOD, cases[i].yaml), 0);
		if (bench_import(bench, "c.yaml", yaml.s))
			fail_msg("%s", bench->why.text);
		findings = lint(bench);
		if (!strstr(findings.text, cases[i].finding))
			fail_msg("no '%s' in:\n%s", cases[i].finding, findings.text);
		assert_int_equal(findings.errors, 0);
		sy_text_reset(&yaml);
	}
}

static void test_long_answer(void **state)
{
	struct bench *bench = *state;
	struct sy_text yaml = {0};
	struct findings findings;

	assert_int_equal(sy_text_add(&yaml, "articles:\n  - id: b\n    answer: \"word"), 0);
	for (int i = 1; i < SY_LINT_WORDS_MAX; i++)
		assert_int_equal(sy_text_add(&yaml, " word"), 0);
	assert_int_equal(sy_text_add(&yaml, ".\"\n"), 0);
	assert_int_equal(bench_import(bench, "b.yaml", yaml.s), 0);
	findings = lint(bench);
	assert_null(strstr(findings.text, "words"));
	yaml.s[yaml.len - 3] = ' ';
	yaml.s[yaml.len - 2] = 'x';
	assert_int_equal(sy_text_add(&yaml, "\"\n"), 0);
	yaml.s[yaml.len - 3] = ' ';
	assert_int_equal(bench_import(bench, "b.yaml", yaml.s), 0);
	findings = lint(bench);
	assert_non_null(strstr(findings.text, "the answer has 61 words"));
	sy_text_reset(&yaml);
}

/* An editor's phones end the note about a word. */
static void test_corrected_word(void **state)
{
	struct bench *bench = *state;
	struct findings findings;

	assert_int_equal(bench_import(bench, "w.yaml",
				 "articles:\n  - {id: b, owner: me, review: 2027-01-01, answer: Yes.,\n"
				 "     phrases: [one, two, frobnixquel]}\nwords: {frobnixquel: F R AA B}\n"),
		0);
	findings = lint(bench);
	assert_string_equal(findings.text, "");
}

/* Written by another program, for an import refuses it. */
/* Pairs of different articles, and choices of one slot; not those of one article. */
static void test_sound_alikes(void **state)
{
	struct bench *bench = *state;
	struct findings findings;

	assert_int_equal(
		bench_import(bench, "s.yaml",
			"articles:\n"
			"  - {id: a, owner: me, review: 2027-01-01, answer: Yes.,\n"
			"     phrases: [when were you created, how long have you existed, your age]}\n"
			"  - {id: b, owner: me, review: 2027-01-01, answer: No.,\n"
			"     phrases: [\"Where were you created?\", your age!, where is your home]}\n"
			"  - {id: c, owner: me, review: 2027-01-01, answer: \"In {land}.\",\n"
			"     phrases: ['calls from {land}', 'roaming in {land}', 'calling home from {land}'],\n"
			"     slots: [{name: land, choices: [Iceland, Ireland, Peru], ask: Which?}]}\n"),
		0);
	findings = lint(bench);
	assert_non_null(strstr(findings.text, "warning: a: 'when were you created' sounds like 'Where were you "
					      "created?' of article b on a telephone: about "));
	assert_non_null(strstr(findings.text, "warning: c: the choice 'Iceland' sounds like 'Ireland' on a "));
	assert_non_null(
		strstr(findings.text, "'your age' sounds like 'your age!' of article b on a telephone: about 50"));
	assert_null(strstr(findings.text, "Peru"));
	assert_int_equal(findings.n, 3);
	assert_int_equal(findings.errors, 0);
}

static void test_bad_marks_are_errors(void **state)
{
	struct bench *bench = *state;
	struct findings findings;

	assert_int_equal(bench_import(bench, "g.yaml", GOOD), 0);
	assert_int_equal(
		sy_store_run(bench->store, "UPDATE article SET answer = 'Up to [pauze] five.'", "test", NULL), 0);
	findings = lint(bench);
	assert_int_equal(findings.errors, 1);
	assert_non_null(strstr(findings.text, "error: a: answer: speech mark [pauze] at character 7"));
	assert_int_not_equal(bench_import(bench, "g.yaml", "articles:\n  - id: b\n    answer: Press <b>one</b>.\n"), 0);
	assert_non_null(strstr(bench->why.text, "g.yaml:3"));
}

static void test_faults_are_errors(void **state)
{
	struct bench *bench = *state;
	struct findings findings;

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(sy_store_run(bench->store, "DROP TABLE account", "test", NULL), 0);
	findings = lint(bench);
	assert_true(findings.errors > 0);
	assert_non_null(strstr(findings.text, "error: look-up balance_of_account"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_sound_content, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_each_finding, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_long_answer, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_corrected_word, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_sound_alikes, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_bad_marks_are_errors, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_faults_are_errors, bench_begin, bench_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
