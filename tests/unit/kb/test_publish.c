/* publish: versions, refusals, rollback, log and diff; and the demonstration base. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sys/wait.h>

#include "kb/diff.h"
#include "kb/snapshot.h"
#include "kb/version.h"
#include "kb_bench.h"

static size_t count_versions(struct bench *bench);

static void test_nothing_changed(void **state)
{
	struct bench *bench = *state;
	struct sy_published published;

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(bench_publish(bench, &published), 0);
	assert_true(published.changed);
	assert_int_equal(published.version, 1);
	assert_int_equal(published.articles, 2);
	assert_int_equal(published.phrases, 6);
	assert_int_equal(published.drafts, 1);
	assert_int_equal(bench_publish(bench, &published), 0);
	assert_false(published.changed);
	assert_int_equal(published.version, 1);
	/* The same words again are no change. */
	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(bench_publish(bench, &published), 0);
	assert_false(published.changed);
	assert_int_equal(count_versions(bench), 1);
}

static void test_drafts_alone(void **state)
{
	struct bench *bench = *state;
	struct sy_published published;
	struct sy_snapshot *snapshot = NULL;

	assert_int_equal(bench_import(bench, "d.csv", "article,phrase\nyes,yes please\nfees,what does it cost\n"), 0);
	assert_int_equal(bench_publish(bench, &published), 0);
	assert_int_equal(published.articles, 0);
	assert_int_equal(published.drafts, 2);
	assert_int_equal(sy_snapshot_load(bench->store, 0, &snapshot, &bench->why), 0);
	assert_string_equal(sy_snapshot_grammar(snapshot), "");
	assert_int_equal(sy_snapshot_content(snapshot)->n_articles, 0);
	assert_int_equal(sy_snapshot_all(snapshot)->n_articles, 2);
	sy_snapshot_destroy(snapshot);
}

static int refuse_drafts(const struct sy_content *content, void *arg, struct sy_problem *why)
{
	*(size_t *)arg = content->n_articles;
	return sy_problem_set(why, EPERM, "no way out of state three");
}

struct lines {
	size_t n;
	char last[SY_PROBLEM_MAX];
};

static void keep_line(void *arg, const char *line)
{
	struct lines *lines = arg;

	lines->n++;
	(void)snprintf(lines->last, sizeof(lines->last), "%s", line);
}

static void test_the_exit_proof_is_asked(void **state)
{
	struct bench *bench = *state;
	struct lines lines = {0};
	size_t seen = 0;
	const struct sy_publish how = {
		.check = refuse_drafts, .check_arg = &seen, .refused = keep_line, .refused_arg = &lines};
	struct sy_published published = {.version = 77};

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(sy_publish(bench->store, &how, &published, &bench->why), EINVAL);
	assert_int_equal(seen, 2);
	assert_int_equal(lines.n, 1);
	assert_string_equal(lines.last, "no way out of state three");
	assert_non_null(strstr(bench->why.text, "not published"));
	assert_int_equal(published.version, 77);
	assert_int_equal(count_versions(bench), 0);
}

/* What import refuses may still come about: by another program, or a table that is gone. */
static void test_what_breaks_a_call_is_refused(void **state)
{
	static const struct {
		const char *sql;
		const char *what;
	} breaks[] = {
		{"UPDATE lookup SET sql = 'DELETE FROM account'", "balance_of_account"},
		{"UPDATE lookup SET sql = 'SELECT number FROM account'", "{balance}"},
		{"UPDATE lookup SET sql = 'SELECT balance FROM account WHERE number = :who'", "who"},
		{"DELETE FROM lookup", "no look-up"},
		{"UPDATE phrase SET text = 'snow \xE2\x98\x83' WHERE article = 'opening-hours' AND position = 1",
			"opening-hours"},
		{"UPDATE article SET answer = 'It is {x}.' WHERE id = 'opening-hours'", "{x}"},
		{"UPDATE article SET answer = 'It is <blink>nine</blink>.' WHERE id = 'opening-hours'",
			"opening-hours: answer: speech mark <blink> at character 7"},
		{"UPDATE article SET none = 'No [pause 99s]' WHERE id = 'balance'", "balance: none: speech mark"},
		{"UPDATE article SET title = 'the <s>hours' WHERE id = 'opening-hours'",
			"opening-hours: title: speech"},
		{"UPDATE slot SET ask = 'Which <break time=\"no\"/>?' WHERE article = 'balance'",
			"balance: slots: speech mark"},
		{"INSERT INTO article (id, position, answer) VALUES ('goodbye', 9, 'Bye.')", "goodbye"},
		{"DROP TABLE account", "account"},
	};
	struct bench *bench = *state;
	const struct sy_publish how = {0};

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	for (size_t i = 0; i < sizeof(breaks) / sizeof(*breaks); i++) {
		struct lines lines = {0};
		struct sy_publish counting = how;
		struct sy_published published;

		counting.refused = keep_line;
		counting.refused_arg = &lines;
		assert_int_equal(sy_store_run(bench->store, "SAVEPOINT before", "test", &bench->why), 0);
		assert_int_equal(sy_store_run(bench->store, breaks[i].sql, "test", &bench->why), 0);
		assert_int_equal(sy_store_run(bench->store, "RELEASE before", "test", &bench->why), 0);
		if (sy_publish(bench->store, &counting, &published, &bench->why) != EINVAL)
			fail_msg("published: %s", breaks[i].sql);
		if (!strstr(bench->why.text, breaks[i].what))
			fail_msg("'%s' after: %s", bench->why.text, breaks[i].sql);
		assert_true(lines.n > 0);
		assert_int_equal(
			sy_store_run(bench->store, "DELETE FROM article WHERE id = 'goodbye'", "test", NULL), 0);
		assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	}
	assert_int_equal(count_versions(bench), 0);
}

static void count_one(void *arg, const struct sy_version *version)
{
	assert_non_null(version->at);
	assert_int_equal(strlen(version->at), strlen("2026-05-03T16:30:00Z"));
	++*(size_t *)arg;
}

static size_t count_versions(struct bench *bench)
{
	size_t n = 0;

	assert_int_equal(sy_versions_list(bench->store, count_one, &n, &bench->why), 0);
	return n;
}

static void change_answer(struct bench *bench, const char *answer)
{
	char csv[256];

	(void)snprintf(csv, sizeof(csv), "article,phrase,answer\nopening-hours,,%s\n", answer);
	assert_int_equal(bench_import(bench, "a.csv", csv), 0);
}

static void test_rollback(void **state)
{
	struct bench *bench = *state;
	const struct sy_publish how = {.by = "tester", .note = "back"};
	struct sy_published published;
	char *first, *now;

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	first = bench_export(bench);
	assert_int_equal(bench_publish(bench, &published), 0);
	assert_int_equal(sy_publish_rollback(bench->store, 0, &how, &published, &bench->why), ENOENT);
	change_answer(bench, "All day.");
	assert_int_equal(bench_publish(bench, &published), 0);
	change_answer(bench, "Never.");
	assert_int_equal(bench_publish(bench, &published), 0);
	assert_int_equal(sy_publish_rollback(bench->store, 1, &how, &published, &bench->why), 0);
	assert_true(published.changed);
	assert_int_equal(published.version, 4);
	now = bench_export(bench);
	assert_string_equal(first, now);
	free(now);
	assert_int_equal(count_versions(bench), 4);

	/* The one before the newest is "Never." again. */
	assert_int_equal(sy_publish_rollback(bench->store, 0, &how, &published, &bench->why), 0);
	assert_int_equal(published.version, 5);
	now = bench_export(bench);
	assert_non_null(strstr(now, "answer: Never."));
	free(now);
	assert_int_equal(sy_publish_rollback(bench->store, 99, &how, &published, &bench->why), ENOENT);
	free(first);
}

/* To the newest: no new version, but the working copy's changes go; a draft that nobody has heard stays. */
static void test_rollback_to_the_newest(void **state)
{
	struct bench *bench = *state;
	const struct sy_publish how = {0};
	struct sy_published published;
	char *yaml;

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(bench_publish(bench, &published), 0);
	change_answer(bench, "Wrong.");
	assert_int_equal(sy_publish_rollback(bench->store, 1, &how, &published, &bench->why), 0);
	assert_false(published.changed);
	yaml = bench_export(bench);
	assert_null(strstr(yaml, "Wrong."));
	free(yaml);
	assert_int_equal(bench_import(bench, "d.csv", "article,phrase\nfees,what does it cost\n"), 0);
	assert_int_equal(sy_publish_rollback(bench->store, 1, &how, &published, &bench->why), 0);
	assert_int_equal(published.drafts, 2);
}

struct differences {
	char text[1024];
};

static void add_difference(void *arg, const struct sy_difference *difference)
{
	static const char signs[] = {[SY_ADDED] = '+', [SY_REMOVED] = '-', [SY_CHANGED] = '~'};
	struct differences *differences = arg;
	size_t n = strlen(differences->text);

	(void)snprintf(differences->text + n, sizeof(differences->text) - n, "%c%s %s %s;", signs[difference->change],
		difference->part, difference->name, difference->fields);
}

static void test_diff(void **state)
{
	struct bench *bench = *state;
	struct differences differences = {""};
	const struct sy_diff working = {
		.before = 0, .after = SY_DIFF_WORKING, .each = add_difference, .arg = &differences};
	struct sy_published published;
	size_t n = 99;

	assert_int_equal(sy_diff(bench->store, &working, &n, &bench->why), ENOENT);
	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(bench_publish(bench, &published), 0);
	assert_int_equal(sy_diff(bench->store, &working, &n, &bench->why), 0);
	assert_int_equal(n, 0);
	assert_string_equal(differences.text, "");
	change_answer(bench, "All day.");
	assert_int_equal(bench_import(bench, "d.yaml",
				 "articles:\n  - id: fees\n  - id: branch\n    title: a branch\n    phrases: [shops]\n"
				 "lookups:\n  - {name: balance_of_account, sql: SELECT balance FROM account}\n"
				 "words: {larkfield: L AA R K, sayso: S EY S OW}\n"),
		0);
	assert_int_equal(sy_diff(bench->store, &working, &n, &bench->why), 0);
	assert_string_equal(differences.text,
		"~article opening-hours answer;~article branch phrases (+1 -1), title, slots;+article fees ;"
		"~look-up balance_of_account sql;~word larkfield phones;+word sayso ;");
	assert_int_equal(n, 6);
	assert_int_equal(bench_publish(bench, &published), 0);
	differences.text[0] = 0;
	assert_int_equal(
		sy_diff(bench->store,
			&(struct sy_diff){.before = 2, .after = 1, .each = add_difference, .arg = &differences}, &n,
			&bench->why),
		0);
	assert_non_null(strstr(differences.text, "-article fees"));
}

/* The name and the greeting are part of a version, as articles are. */
static void test_the_company_is_versioned(void **state)
{
	struct bench *bench = *state;
	const struct sy_publish how = {0};
	struct differences differences = {""};
	const struct sy_diff working = {
		.before = 0, .after = SY_DIFF_WORKING, .each = add_difference, .arg = &differences};
	struct sy_published published;
	size_t n;
	char *yaml;

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(bench_publish(bench, &published), 0);
	assert_int_equal(
		bench_import(bench, "c.yaml", "company: Bikes\ngreeting: A machine.\nwrong_answers: very bad\n"), 0);
	assert_int_equal(sy_diff(bench->store, &working, &n, &bench->why), 0);
	assert_string_equal(differences.text, "+company Bikes ;+greeting A machine. ;+wrong_answers very bad ;");
	assert_int_equal(bench_publish(bench, &published), 0);
	assert_int_equal(published.version, 2);
	assert_int_equal(bench_import(bench, "c.yaml", "company: Boats\n"), 0);
	differences.text[0] = 0;
	assert_int_equal(sy_diff(bench->store, &working, &n, &bench->why), 0);
	assert_string_equal(differences.text, "~company Boats ;");
	assert_int_equal(sy_publish_rollback(bench->store, 1, &how, &published, &bench->why), 0);
	yaml = bench_export(bench);
	assert_null(strstr(yaml, "company:"));
	free(yaml);
	assert_int_equal(sy_publish_rollback(bench->store, 2, &how, &published, &bench->why), 0);
	yaml = bench_export(bench);
	assert_non_null(strstr(yaml, "company: Bikes\n"));
	free(yaml);
}

static void keep_progress(void *arg, const char *doing, size_t done, size_t total)
{
	size_t *last = arg;

	assert_non_null(doing);
	assert_true(done >= *last && done <= total);
	*last = done;
}

static void keep_alike(void *arg, const struct sy_sounds_alike *alike)
{
	struct sy_problem *line = arg;

	assert_null(strchr(alike->said, '{'));
	sy_sounds_alike_print(alike, line);
}

/* Phrases that sound alike are told, and published. */
static void test_sound_alikes_are_told(void **state)
{
	struct bench *bench = *state;
	struct sy_problem line = {""};
	const struct sy_publish how = {.alike = keep_alike, .alike_arg = &line};
	struct sy_published published;

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(bench_import(bench, "o.csv",
				 "article,phrase,answer\nage,when are you opened,Long ago.\n"
				 "hour,where are you opened,Here.\n"),
		0);
	assert_int_equal(sy_publish(bench->store, &how, &published, &bench->why), 0);
	assert_true(published.changed);
	assert_non_null(strstr(line.text, "on a telephone"));
}

static void test_progress_ends(void **state)
{
	struct bench *bench = *state;
	size_t last = 0;
	const struct sy_publish how = {.progress = keep_progress, .progress_arg = &last};
	struct sy_published published;

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(sy_publish(bench->store, &how, &published, &bench->why), 0);
	assert_int_equal(last, 4);
}

static int make_demo(void)
{
	char *path = NULL;
	int err = sy_store_demo_path(&path, NULL);

	free(path);
	return err ? 1 : 0;
}

/* Two at once, and neither sees half a base. */
static void test_demo(void **state)
{
	struct bench *bench = *state;
	struct sy_store *store = NULL;
	struct sy_snapshot *snapshot = NULL;
	char *path = NULL;
	pid_t children[2];
	int status;

	assert_int_equal(setenv("XDG_DATA_HOME", bench->folder, 1), 0);
	sy_store_close(bench->store); /* a connection does not outlive a fork */
	bench->store = NULL;
	for (size_t i = 0; i < 2; i++) {
		children[i] = fork();
		if (!children[i])
			_exit(make_demo());
	}
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(waitpid(children[i], &status, 0), children[i]);
		assert_int_equal(status, 0);
	}
	assert_int_equal(sy_store_demo_path(&path, &bench->why), 0);
	assert_int_equal(sy_store_open(path, SY_STORE_READ, &store, &bench->why), 0);
	assert_int_equal(sy_snapshot_load(store, 0, &snapshot, &bench->why), 0);
	assert_int_equal(sy_snapshot_version(snapshot), 1);
	assert_true(sy_snapshot_content(snapshot)->n_articles >= 30);
	sy_snapshot_destroy(snapshot);
	sy_store_close(store);
	free(path);
	assert_int_equal(unsetenv("XDG_DATA_HOME"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_nothing_changed, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_drafts_alone, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_the_exit_proof_is_asked, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_what_breaks_a_call_is_refused, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_rollback, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_rollback_to_the_newest, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_diff, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_the_company_is_versioned, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_sound_alikes_are_told, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_progress_ends, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_demo, bench_begin, bench_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
