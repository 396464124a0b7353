#include "sql_bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "kb/lookup.h"

/* 2026-11-16 is a Monday. */
static const struct tm now = {.tm_year = 126, .tm_mon = 10, .tm_mday = 16, .tm_hour = 9, .tm_min = 5};

static int fill_base(void **state)
{
	(void)state;
	if (make_base())
		return -1;
	sql("CREATE TABLE account (number TEXT COLLATE SAYSO, balance TEXT COLLATE SAYSO, name TEXT);"
	    "INSERT INTO account VALUES ('104233', '20.50', 'Anna'), ('9', '100', NULL), ('007', '3', 'James');"
	    "CREATE TABLE many (n TEXT);"
	    "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3000)"
	    "INSERT INTO many SELECT n FROM c;"
	    "CREATE TABLE hours (day TEXT, opens TEXT, closes TEXT);"
	    "INSERT INTO hours VALUES ('monday', '09:00', '17:30');");
	return 0;
}

/* Runs the SQL with account = value; "column=value;…" of the first row, then the number of rows. */
static void gives(const char *text, const char *value, const char *expected)
{
	char name[] = "test";
	struct sy_text query = {0}, got = {0};
	struct sy_pairs params = {0}, row = {0};
	struct sy_problem why = {""};
	size_t n = 0;

	assert_int_equal(sy_text_add(&query, text), 0);
	if (value)
		assert_int_equal(sy_pairs_set(&params, "account", value), 0);
	if (sy_lookup_run(store, &(struct sy_lookup){.name = name, .sql = query.s}, &params, &now, &row, &n, &why))
		fail_msg("%s", why.text);
	for (size_t i = 0; i < row.n; i++)
		assert_int_equal(sy_text_addf(&got, "%s=%s;", row.at[i].name, row.at[i].value), 0);
	assert_int_equal(sy_text_addf(&got, "%zu", n), 0);
	assert_string_equal(got.s, expected);
	sy_text_reset(&query);
	sy_text_reset(&got);
	sy_pairs_reset(&params);
	sy_pairs_reset(&row);
}

/* Refused by the check and, where it can be run at all, by the run. */
static void refused(const char *text, const char *expected)
{
	char name[] = "test";
	char account[] = "account";
	char *params[] = {account};
	const struct sy_strings allowed = {params, 1};
	struct sy_text query = {0};
	struct sy_problem why = {""};
	struct sy_lookup lookup = {.name = name};
	int err;

	assert_int_equal(sy_text_add(&query, text), 0);
	lookup.sql = query.s;
	err = sy_lookup_check(store, &lookup, &allowed, &why);
	if (err != EINVAL || !strstr(why.text, expected) || strncmp(why.text, "look-up 'test': ", 16) != 0 ||
		strchr(why.text, '\n'))
		fail_msg("%s: %d, \"%s\", expected \"%s\"", text, err, why.text, expected);
	sy_text_reset(&query);
}

static void not_run(const char *text, int expected)
{
	char name[] = "test";
	struct sy_text query = {0};
	struct sy_pairs row = {0};
	struct sy_problem why = {""};
	size_t n = 77;

	assert_int_equal(sy_text_add(&query, text), 0);
	assert_int_equal(
		sy_lookup_run(store, &(struct sy_lookup){.name = name, .sql = query.s}, NULL, &now, &row, &n, &why),
		expected);
	assert_int_equal(row.n, 0);
	assert_int_equal(n, 77);
	assert_true(why.text[0] != '\0');
	sy_text_reset(&query);
}

static void test_finds_rows(void **state)
{
	(void)state;
	gives("SELECT balance, name FROM account WHERE number = :account", "104233", "balance=20.50;name=Anna;1");
	gives("SELECT balance, name FROM account WHERE number = :account", "9", "balance=100;1");
	gives("SELECT balance FROM account WHERE number = :account", "5", "0");
	gives("SELECT balance FROM account WHERE number = :account;  -- a remark", "007", "balance=3;1");
	gives("SELECT number FROM account ORDER BY balance", NULL, "number=007;3");
	gives("SELECT :account AS a, 1 AS b", NULL, "b=1;1");
	gives("WITH t AS (SELECT number AS x FROM account) SELECT max(x) AS x FROM t", NULL, "x=007;1");
	gives("SELECT count(*) AS n FROM account", NULL, "n=3;1");
}

static void test_compares_numbers_as_numbers(void **state)
{
	(void)state;
	gives("SELECT number FROM account WHERE balance < :account ORDER BY balance", "100", "number=007;2");
	gives("SELECT number FROM account WHERE balance = :account", "20.5", "number=104233;1");
	gives("SELECT number FROM account WHERE number = :account", "7", "0");
}

static void test_knows_the_day(void **state)
{
	(void)state;
	gives("SELECT :today AS t, :now AS n, :weekday AS w", NULL, "t=2026-11-16;n=09:05;w=monday;1");
	gives("SELECT hours('state', NULL, NULL) AS s, hours('closes', NULL, 'monday') AS c, hours('x', NULL, "
	      "'monday') AS x "
	      "WHERE :account IS NULL",
		NULL, "s=open;c=17:30;1");
}

static void test_counts_rows_up_to_the_limit(void **state)
{
	(void)state;
	gives("SELECT n FROM many ORDER BY CAST(n AS INTEGER) LIMIT 99", NULL, "n=1;99");
	gives("SELECT n FROM many ORDER BY CAST(n AS INTEGER)", NULL, "n=1;100");
}

static void test_lists_choices(void **state)
{
	char name[] = "test";
	char numbers[] = "SELECT number FROM account ORDER BY number";
	char all[] = "SELECT n FROM many";
	char wrong[] = "SELECT x FROM many";
	struct sy_lookup lookup = {name, numbers};
	struct sy_strings values = {0};
	struct sy_problem why = {""};

	(void)state;
	assert_int_equal(sy_lookup_list(store, &lookup, &now, &values, &why), 0);
	assert_int_equal(values.n, 3);
	assert_string_equal(values.at[0], "9");
	lookup.sql = wrong;
	assert_int_equal(sy_lookup_list(store, &lookup, &now, &values, &why), EINVAL);
	assert_int_equal(values.n, 3);
	lookup.sql = all;
	assert_int_equal(sy_lookup_list(store, &lookup, &now, &values, &why), 0);
	assert_int_equal(values.n, SY_LOOKUP_ROWS_MAX);
	sy_strings_reset(&values);
}

static void test_refuses_what_writes(void **state)
{
	(void)state;
	refused("DELETE FROM account", "may only SELECT");
	refused("UPDATE account SET balance = 0", "may only SELECT");
	refused("INSERT INTO account VALUES (1, 2, 3)", "may only SELECT");
	refused("DROP TABLE account", "may only SELECT");
	refused("CREATE TABLE x (a)", "may only SELECT");
	refused("CREATE TEMP TABLE x AS SELECT 1", "may only SELECT");
	refused("INSERT INTO account SELECT * FROM account RETURNING number", "may only SELECT");
	refused("BEGIN", "may only SELECT");
	refused("VACUUM", "only reads");
	refused("REINDEX", "may only SELECT");
	refused("ATTACH '/tmp/x.db' AS x", "may only SELECT");
	refused("DETACH main", "may only SELECT");
	refused("PRAGMA user_version = 7", "may only SELECT");
	refused("PRAGMA table_info(account)", "may only SELECT");
	refused("EXPLAIN SELECT number FROM account", "plain SELECT");
	not_run("DELETE FROM account", EINVAL);
	not_run("SELECT 1; DELETE FROM account", EINVAL);
	gives("SELECT count(*) AS n FROM account", NULL, "n=3;1");
}

static void test_refuses_what_is_not_data(void **state)
{
	(void)state;
	refused("SELECT case_key FROM call", "call.case_key is prohibited");
	refused("SELECT count(*) FROM call", "data tables");
	refused("SELECT 1 FROM account WHERE EXISTS (SELECT 1 FROM turn)", "data tables");
	refused("SELECT answer FROM article", "prohibited");
	refused("SELECT sql FROM sqlite_master", "prohibited");
	refused("SELECT sql FROM sqlite_schema", "prohibited");
	refused("SELECT name FROM pragma_table_info('call')", "not authorized");
	refused("SELECT load_extension('x')", "not authorized to use function: load_extension");
	refused("SELECT sqlite_compileoption_get(1)", "not authorized to use function");
	not_run("SELECT case_key FROM call", EINVAL);
	not_run("SELECT load_extension('/tmp/x.so')", EINVAL);
}

static void test_refuses_mistakes(void **state)
{
	struct sy_text wide = {0};

	(void)state;
	refused("SELECT number FROM acount", "no such table: acount");
	refused("SELECT numbr FROM account", "no such column: numbr");
	refused("SELEC number", "syntax error");
	refused("", "is empty");
	refused("-- nothing", "is empty");
	refused("SELECT 1; SELECT 2", "more than one statement");
	refused("SELECT 1; nonsense", "more than one statement");
	refused("SELECT :acount", "no slot for its parameter :acount");
	refused("SELECT ?", "parameter without a name");
	refused("SELECT @account", "parameter without a name");

	assert_int_equal(sy_text_add(&wide, "SELECT 1 AS c1"), 0);
	for (int i = 2; i <= SY_PAIRS_MAX; i++)
		assert_int_equal(sy_text_addf(&wide, ", %d AS c%d", i, i), 0);
	assert_int_equal(sy_lookup_check(store, &(struct sy_lookup){wide.s, wide.s}, NULL, NULL), 0);
	assert_int_equal(sy_text_add(&wide, ", 65 AS c65"), 0);
	refused(wide.s, "more than 64 columns");
	sy_text_reset(&wide);
}

static void test_ends_what_runs_long(void **state)
{
	struct sy_text text = {0};

	(void)state;
	not_run("WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT max(n) FROM c", ETIMEDOUT);
	not_run("SELECT count(*) AS n FROM many a, many b", ETIMEDOUT);
	not_run("SELECT hex(zeroblob(1000000000)) AS x", EINVAL);
	assert_int_equal(sy_text_addf(&text, "SELECT length(zeroblob(%d)) AS x", SY_LOOKUP_VALUE_BYTES_MAX), 0);
	gives(text.s, NULL, "x=65536;1");
	sy_text_reset(&text);
	assert_int_equal(sy_text_addf(&text, "SELECT length(zeroblob(%d)) AS x", SY_LOOKUP_VALUE_BYTES_MAX + 1), 0);
	not_run(text.s, EINVAL);
	sy_text_reset(&text);
}

/* The locks are the look-up's alone: afterwards the connection writes again. */
static void test_lets_go_of_the_connection(void **state)
{
	(void)state;
	not_run("SELECT x FROM many", EINVAL);
	sql("CREATE TABLE big (x); INSERT INTO big VALUES (zeroblob(200000)); DROP TABLE big");
	sql("PRAGMA user_version");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_rows),
		cmocka_unit_test(test_compares_numbers_as_numbers),
		cmocka_unit_test(test_knows_the_day),
		cmocka_unit_test(test_counts_rows_up_to_the_limit),
		cmocka_unit_test(test_lists_choices),
		cmocka_unit_test(test_refuses_what_writes),
		cmocka_unit_test(test_refuses_what_is_not_data),
		cmocka_unit_test(test_refuses_mistakes),
		cmocka_unit_test(test_ends_what_runs_long),
		cmocka_unit_test(test_lets_go_of_the_connection),
	};

	return cmocka_run_group_tests(tests, fill_base, drop_base);
}
