/* store: opening, telling damaged from foreign from newer, and what a full disk leaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "kb/collation.h"
#include "kb_bench.h"

static void write_file(const char *path, const void *bytes, size_t n)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
}

static void test_missing_is_not_made(void **state)
{
	struct bench *bench = *state;
	struct sy_store *store = NULL;
	char path[160];

	(void)snprintf(path, sizeof(path), "%s/none.db", bench->folder);
	assert_int_equal(sy_store_open(path, SY_STORE_READ, &store, &bench->why), ENOENT);
	assert_int_equal(sy_store_open(path, SY_STORE_WRITE, &store, &bench->why), ENOENT);
	assert_non_null(strstr(bench->why.text, "none.db"));
	assert_non_null(strstr(bench->why.text, "init"));
	assert_int_equal(access(path, F_OK), -1);
	assert_null(store);
	(void)snprintf(path, sizeof(path), "%s/no/folder/x.db", bench->folder);
	assert_int_equal(sy_store_open(path, SY_STORE_MAKE, &store, &bench->why), ENOENT);
	assert_non_null(strstr(bench->why.text, "folder"));
}

static void test_foreign_files_are_refused(void **state)
{
	struct bench *bench = *state;
	struct sy_store *store = NULL;
	char path[160];
	sqlite3 *db = NULL;

	(void)snprintf(path, sizeof(path), "%s/text.db", bench->folder);
	write_file(path, "this is a letter to my aunt\n", 28);
	assert_int_equal(sy_store_open(path, SY_STORE_MAKE, &store, &bench->why), EBADMSG);
	assert_non_null(strstr(bench->why.text, "not a knowledge base"));
	write_file(path, "short", 5);
	assert_int_equal(sy_store_open(path, SY_STORE_READ, &store, &bench->why), EBADMSG);
	assert_int_equal(sy_store_open(bench->folder, SY_STORE_READ, &store, &bench->why), EBADMSG);
	assert_non_null(strstr(bench->why.text, "folder"));

	(void)snprintf(path, sizeof(path), "%s/other.db", bench->folder);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE recipe (name)", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_int_equal(sy_store_open(path, SY_STORE_MAKE, &store, &bench->why), EBADMSG);
	assert_non_null(strstr(bench->why.text, "another program"));
}

static void test_empty_file_is_made_on_demand(void **state)
{
	struct bench *bench = *state;
	struct sy_store *store = NULL;
	char path[160];

	(void)snprintf(path, sizeof(path), "%s/empty.db", bench->folder);
	write_file(path, "", 0);
	assert_int_equal(sy_store_open(path, SY_STORE_READ, &store, &bench->why), ENOENT);
	assert_non_null(strstr(bench->why.text, "sayso kb --db /tmp/"));
	bench->why.text[0] = 0;
	assert_int_equal(sy_store_open(path, SY_STORE_MAKE, &store, &bench->why), 0);
	assert_string_equal(bench->why.text, "");
	sy_store_close(store);
}

static void test_newer_schema(void **state)
{
	struct bench *bench = *state;
	struct sy_store *store = NULL;

	assert_int_equal(sy_store_run(bench->store, "PRAGMA user_version = 99", "test", NULL), 0);
	assert_int_equal(sy_store_open(bench->path, SY_STORE_READ, &store, &bench->why), ENOTSUP);
	assert_non_null(strstr(bench->why.text, "newer Sayso"));
	assert_int_equal(sy_store_open(bench->path, SY_STORE_MAKE, &store, &bench->why), ENOTSUP);
}

static int64_t number(struct bench *bench, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	int64_t n;

	assert_int_equal(sy_store_prepare(bench->store, sql, &statement, &bench->why), 0);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	n = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return n;
}

/* A base of schema 1 is read as it is, and brought up when it is written. */
static void test_earlier_schema(void **state)
{
	struct bench *bench = *state;
	char *yaml;

	assert_int_equal(sy_store_run(bench->store, "DROP TABLE identity; PRAGMA user_version = 1", "test", NULL), 0);
	sy_store_close(bench->store);
	bench->store = NULL;
	assert_int_equal(sy_store_open(bench->path, SY_STORE_READ, &bench->store, &bench->why), 0);
	yaml = bench_export(bench);
	assert_non_null(yaml);
	free(yaml);
	assert_int_equal(number(bench, "PRAGMA user_version"), 1);
	sy_store_close(bench->store);
	assert_int_equal(sy_store_open(bench->path, SY_STORE_WRITE, &bench->store, &bench->why), 0);
	assert_int_equal(number(bench, "PRAGMA user_version"), SY_STORE_SCHEMA);
	assert_int_equal(bench_import(bench, "a.yaml", "company: Riverside Bikes\n"), 0);
	assert_int_equal(number(bench, "SELECT count(*) FROM identity"), 1);
}

static void test_damaged(void **state)
{
	struct bench *bench = *state;
	struct sy_store *store = NULL;
	unsigned char noise[4096 * 8];
	char path[160];
	FILE *file;
	int err;

	sy_store_close(bench->store);
	bench->store = NULL;
	/* Pages behind the first, where tables' rows lie, become noise. */
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (unsigned char)(i * 37 + 11);
	file = fopen(bench->path, "r+b");
	assert_non_null(file);
	assert_int_equal(fseek(file, 4096, SEEK_SET), 0);
	assert_int_equal(fwrite(noise, 1, sizeof(noise), file), sizeof(noise));
	assert_int_equal(fclose(file), 0);
	err = sy_store_open(bench->path, SY_STORE_WRITE, &store, &bench->why);
	if (!err) { /* the schema may still be readable; then the rows are not */
		struct sy_text yaml = {0};

		err = sy_export(store, &yaml, &bench->why);
		sy_text_reset(&yaml);
		sy_store_close(store);
	}
	assert_int_equal(err, EBADMSG);
	assert_non_null(strstr(bench->why.text, "damaged"));

	/* Cut in the middle of its first page. */
	(void)snprintf(path, sizeof(path), "%s/cut.db", bench->folder);
	write_file(path, "SQLite format 3\0then nothing more", 33);
	assert_int_equal(sy_store_open(path, SY_STORE_READ, &store, &bench->why), EBADMSG);
}

static void test_a_table_is_missing(void **state)
{
	struct bench *bench = *state;
	struct sy_store *store = NULL;

	assert_int_equal(sy_store_run(bench->store, "DROP TABLE event", "test", NULL), 0);
	assert_int_equal(sy_store_open(bench->path, SY_STORE_READ, &store, &bench->why), EBADMSG);
	assert_non_null(strstr(bench->why.text, "damaged"));
}

static void test_locked(void **state)
{
	struct bench *bench = *state;
	struct sy_store *other = NULL;

	assert_int_equal(sy_store_open(bench->path, SY_STORE_WRITE, &other, &bench->why), 0);
	sqlite3_busy_timeout(sy_store_db(other), 10);
	assert_int_equal(sy_store_begin(bench->store, &bench->why), 0);
	assert_int_equal(sy_store_begin(other, &bench->why), EBUSY);
	assert_non_null(strstr(bench->why.text, "locked by another program"));
	sy_store_rollback(bench->store);
	assert_int_equal(sy_store_begin(other, &bench->why), 0);
	assert_int_equal(sy_store_commit(other, &bench->why), 0);
	sy_store_close(other);
}

static void test_reading_does_not_write(void **state)
{
	struct bench *bench = *state;
	struct sy_store *reader = NULL;

	assert_int_equal(sy_store_open(bench->path, SY_STORE_READ, &reader, &bench->why), 0);
	assert_int_not_equal(sy_store_run(reader, "DELETE FROM article", "write", &bench->why), 0);
	sy_store_close(reader);
}

/* In a child, so that the limit ends with it: what a disk of that size would do. */
static int import_on_full_disk(const char *path, size_t limit)
{
	struct rlimit rlimit = {.rlim_cur = limit, .rlim_max = limit};
	struct sy_store *store = NULL;
	struct sy_problem why = {""};
	struct sy_text csv = {0};
	struct sy_imported imported;
	int err;

	(void)signal(SIGXFSZ, SIG_IGN);
	err = sy_store_open(path, SY_STORE_WRITE, &store, &why);
	if (err || setrlimit(RLIMIT_FSIZE, &rlimit))
		return 1;
	err = sy_text_add(&csv, "article,phrase\n");
	for (int i = 0; i < 20000 && !err; i++)
		err = sy_text_addf(&csv, "many,this is phrase %d of a great many that need room\n", i);
	if (err)
		return 2;
	err = sy_import_bytes(store, "many.csv", csv.s, csv.len, &imported, &why);
	if (err != ENOSPC || !strstr(why.text, "disk is full"))
		return 3;
	sy_store_close(store);
	sy_text_reset(&csv);
	return 0;
}

static void test_full_disk(void **state)
{
	struct bench *bench = *state;
	char *before, *after;
	int status = 0;
	pid_t child;

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	before = bench_export(bench);
	sy_store_close(bench->store);
	bench->store = NULL;
	child = fork();
	if (!child)
		_exit(import_on_full_disk(bench->path, 256 * 1024));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	assert_int_equal(sy_store_open(bench->path, SY_STORE_WRITE, &bench->store, &bench->why), 0);
	after = bench_export(bench);
	assert_string_equal(before, after);
	free(before);
	free(after);
}

static void test_full_disk_leaves_no_half_base(void **state)
{
	struct bench *bench = *state;
	char path[160];
	int status = 0;
	pid_t child;

	(void)snprintf(path, sizeof(path), "%s/new.db", bench->folder);
	child = fork();
	if (!child) {
		struct rlimit limit = {.rlim_cur = 8192, .rlim_max = 8192};
		struct sy_store *store = NULL;
		struct sy_problem why = {""};

		(void)signal(SIGXFSZ, SIG_IGN);
		(void)setrlimit(RLIMIT_FSIZE, &limit);
		_exit(sy_store_open(path, SY_STORE_MAKE, &store, &why) == ENOSPC ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(access(path, F_OK), -1);
}

static void test_no_permission(void **state)
{
	struct bench *bench = *state;
	struct sy_store *store = NULL;

	if (!geteuid()) {
		print_message("skipped: root may write everywhere\n");
		skip();
	}
	assert_int_equal(chmod(bench->path, 0400), 0);
	assert_int_equal(sy_store_open(bench->path, SY_STORE_WRITE, &store, &bench->why), EACCES);
	assert_int_equal(chmod(bench->path, 0600), 0);
	assert_int_equal(chmod(bench->folder, 0500), 0);
	assert_int_equal(sy_store_open(bench->path, SY_STORE_WRITE, &store, &bench->why), EACCES);
	assert_int_equal(chmod(bench->folder, 0700), 0);
}

/* A killed process loses nothing that it has committed. */
static void test_killed(void **state)
{
	struct bench *bench = *state;
	sqlite3_stmt *statement = NULL;
	int status = 0;
	pid_t child;

	sy_store_close(bench->store);
	bench->store = NULL;
	child = fork();
	if (!child) {
		struct sy_store *store = NULL;

		if (sy_store_open(bench->path, SY_STORE_WRITE, &store, NULL) ||
			sy_store_run(store, "INSERT INTO item (text, at) VALUES ('committed', '')", "", NULL) ||
			sy_store_begin(store, NULL) ||
			sy_store_run(store, "INSERT INTO item (text, at) VALUES ('not yet', '')", "", NULL))
			_exit(1);
		(void)kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(sy_store_open(bench->path, SY_STORE_WRITE, &bench->store, &bench->why), 0);
	assert_int_equal(sy_store_prepare(bench->store, "SELECT group_concat(text) FROM item", &statement, NULL), 0);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_string_equal((const char *)sqlite3_column_text(statement, 0), "committed");
	sqlite3_finalize(statement);
}

static void test_every_table_is_reserved(void **state)
{
	struct bench *bench = *state;
	sqlite3_stmt *statement = NULL;
	size_t n = 0;

	assert_int_equal(
		sy_store_prepare(bench->store, "SELECT name FROM sqlite_schema WHERE type = 'table'", &statement, NULL),
		0);
	for (; sqlite3_step(statement) == SQLITE_ROW; n++)
		assert_true(sy_store_reserved((const char *)sqlite3_column_text(statement, 0)));
	sqlite3_finalize(statement);
	assert_true(n > 12);
	assert_true(sy_store_reserved("ARTICLE"));
	assert_true(sy_store_reserved("SQLite_master"));
	assert_false(sy_store_reserved("account"));
}

static void test_versions_do_not_change(void **state)
{
	struct bench *bench = *state;
	struct sy_published published;

	assert_int_equal(bench_import(bench, "bench.yaml", BENCH_YAML), 0);
	assert_int_equal(bench_publish(bench, &published), 0);
	assert_int_not_equal(sy_store_run(bench->store, "UPDATE version SET note = 'x'", "test", &bench->why), 0);
	assert_non_null(strstr(bench->why.text, "does not change"));
}

static int compare(const char *a, const char *b)
{
	return sy_collation_compare(a, strlen(a), b, strlen(b));
}

static void test_numbers_compare_as_numbers(void **state)
{
	static const char *const ordered[] = {"-10.5", "-9", "-0.1", "0", "0.05", "0.5", "9", "10", "10.05", "10.5",
		"123456789012345678901234567890"};

	(void)state;
	for (size_t i = 0; i < sizeof(ordered) / sizeof(*ordered); i++)
		for (size_t j = 0; j < sizeof(ordered) / sizeof(*ordered); j++)
			assert_int_equal((compare(ordered[i], ordered[j]) > 0) - (compare(ordered[i], ordered[j]) < 0),
				(i > j) - (i < j));
	assert_int_equal(compare("20.5", "20.50"), 0);
	assert_int_equal(compare("-0", "0.00"), 0);
	assert_int_not_equal(compare("007", "7"), 0);
	assert_true(compare("9", "007") < 0); /* text comes after numbers */
	assert_true(compare("9", "a") < 0);
	assert_true(compare("a", "b") < 0);
	assert_true(compare("", "0") > 0);
	assert_true(compare("1.", "1") > 0);
	assert_true(compare("2026-05-03", "2026-11-01") < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_missing_is_not_made, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_foreign_files_are_refused, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_empty_file_is_made_on_demand, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_newer_schema, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_earlier_schema, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_damaged, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_a_table_is_missing, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_locked, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_reading_does_not_write, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_full_disk, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_full_disk_leaves_no_half_base, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_no_permission, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_killed, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_every_table_is_reserved, bench_begin, bench_end),
		cmocka_unit_test_setup_teardown(test_versions_do_not_change, bench_begin, bench_end),
		cmocka_unit_test(test_numbers_compare_as_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
