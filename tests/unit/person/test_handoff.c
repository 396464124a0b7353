#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/person/handoff.h"
#include "engine/person/spool.h"
#include "tests/mock/mock_handoff.h"

static char folder[] = "/tmp/sayso-desk-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	(void)snprintf(path, sizeof(path), "%s/base.db", folder);
	return 0;
}

static int remove_folder(void **state)
{
	const char *const ends[] = {"", "-wal", "-shm", "-desk"};
	char name[80];
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		(void)snprintf(name, sizeof(name), "%s%s", path, ends[i]);
		(void)unlink(name);
	}
	return rmdir(folder);
}

static void make_card(struct sy_card *card, const char *case_key)
{
	*card = (struct sy_card){.kb_version = 2};
	card->case_key = strdup(case_key);
	card->reason = strdup("asked");
	assert_int_equal(sy_card_add_heard(card, "accept: i've \"lost\" it"), 0);
}

static char *one(struct sy_store *store, const char *sql)
{
	sqlite3_stmt *statement = NULL;
	char *text = NULL;

	assert_int_equal(sqlite3_prepare_v2(sy_store_db(store), sql, -1, &statement, NULL), SQLITE_OK);
	if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0))
		text = strdup((const char *)sqlite3_column_text(statement, 0));
	(void)sqlite3_finalize(statement);
	return text;
}

static void row_is(struct sy_store *store, const char *sql, const char *expected)
{
	char *text = one(store, sql);

	if (!expected)
		assert_null(text);
	else
		assert_string_equal(text ? text : "(nothing)", expected);
	free(text);
}

static void the_desk_keeps_the_whole_card(void **state)
{
	struct sy_store *store = NULL;
	struct sy_handoff *handoff = NULL;
	struct sy_card card;
	enum sy_handed handed = SY_HANDED_FAILED;
	struct sy_problem why = {""};

	(void)state;
	assert_int_equal(sy_store_open(path, SY_STORE_MAKE, &store, &why), 0);
	assert_int_equal(sqlite3_exec(sy_store_db(store),
				 "INSERT INTO call (case_key, began_at) VALUES ('40712', '2020'), ('40712', '2026')",
				 NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_equal(sy_handoff_desk_create(store, &handoff, &why), 0);
	make_card(&card, "40712");
	assert_int_equal(sy_handoff_pass(handoff, &card, &handed, &why), 0);
	assert_int_equal(handed, SY_HANDED_WAITING);
	row_is(store, "SELECT count(*) FROM desk", "1");
	row_is(store, "SELECT case_key FROM desk", "40712");
	row_is(store, "SELECT reason FROM desk", "asked");
	row_is(store, "SELECT call_id FROM desk", "2");
	row_is(store, "SELECT json_extract(card, '$.heard[0]') FROM desk", "accept: i've \"lost\" it");
	sy_card_reset(&card);
	make_card(&card, "99999");
	assert_int_equal(sy_handoff_pass(handoff, &card, &handed, &why), 0);
	row_is(store, "SELECT call_id FROM desk WHERE case_key = '99999'", NULL);
	row_is(store, "SELECT count(*) FROM desk", "2");
	sy_card_reset(&card);
	sy_handoff_destroy(handoff);
	sy_store_close(store);
}

static void a_base_that_cannot_be_written_is_told(void **state)
{
	struct sy_store *store = NULL;
	struct sy_handoff *handoff = NULL;
	struct sy_card card;
	enum sy_handed handed = SY_HANDED_OVER;
	struct sy_problem why = {""};

	(void)state;
	assert_int_equal(sy_store_open(path, SY_STORE_MAKE, &store, &why), 0);
	assert_int_equal(sqlite3_exec(sy_store_db(store), "PRAGMA query_only = 1", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sy_handoff_desk_create(store, &handoff, &why), 0);
	make_card(&card, "40712");
	assert_int_not_equal(sy_handoff_pass(handoff, &card, &handed, &why), 0);
	assert_int_equal(handed, SY_HANDED_OVER);
	assert_non_null(strstr(why.text, "base.db"));
	sy_card_reset(&card);
	sy_handoff_destroy(handoff);
	sy_store_close(store);
}

/* Another program holds the base: nobody is told that no person can be reached, and nothing is lost. */
static void a_locked_base_makes_cards_wait(void **state)
{
	struct sy_store *store = NULL, *other = NULL;
	struct sy_handoff *handoff = NULL;
	struct sy_card card;
	struct sy_problem why = {""};

	(void)state;
	assert_int_equal(sy_store_open(path, SY_STORE_MAKE, &store, &why), 0);
	assert_int_equal(sy_store_open(path, SY_STORE_WRITE, &other, &why), 0);
	assert_int_equal(sy_store_run(other, "DELETE FROM desk", "test", &why), 0);
	assert_int_equal(sy_handoff_desk_create(store, &handoff, &why), 0);
	assert_int_equal(sy_handoff_settle(handoff, &why), 0);
	assert_int_equal(sy_store_begin(other, &why), 0);
	for (int i = 0; i < SY_SPOOL_LINES_MAX; i++) {
		enum sy_handed handed = SY_HANDED_FAILED;
		char case_key[16];

		(void)snprintf(case_key, sizeof(case_key), "%05d", i);
		make_card(&card, case_key);
		assert_int_equal(sy_handoff_pass(handoff, &card, &handed, &why), 0);
		assert_int_equal(handed, SY_HANDED_WAITING);
		sy_card_reset(&card);
	}
	make_card(&card, "40712");
	enum sy_handed handed = SY_HANDED_FAILED;
	assert_int_equal(sy_handoff_pass(handoff, &card, &handed, &why), EBUSY);
	assert_int_equal(handed, SY_HANDED_FAILED);
	assert_int_equal(sy_handoff_settle(handoff, &why), EBUSY);
	assert_non_null(strstr(why.text, "200 callers are not on the desk"));
	assert_non_null(strstr(why.text, "locked by another program"));
	sy_store_rollback(other);
	assert_int_equal(sy_handoff_settle(handoff, &why), 0);
	row_is(store, "SELECT count(*) FROM desk WHERE reason = 'asked'", "200");
	sy_card_reset(&card);
	sy_handoff_destroy(handoff);
	sy_store_close(other);
	sy_store_close(store);
}

static void keep_one(const char *case_key)
{
	struct sy_store *store = NULL, *other = NULL;
	struct sy_handoff *handoff = NULL;
	struct sy_card card;
	enum sy_handed handed = SY_HANDED_FAILED;

	assert_int_equal(sy_store_open(path, SY_STORE_MAKE, &store, NULL), 0);
	assert_int_equal(sy_store_open(path, SY_STORE_WRITE, &other, NULL), 0);
	assert_int_equal(sy_store_begin(other, NULL), 0);
	assert_int_equal(sy_handoff_desk_create(store, &handoff, NULL), 0);
	make_card(&card, case_key);
	assert_int_equal(sy_handoff_pass(handoff, &card, &handed, NULL), 0);
	assert_int_equal(handed, SY_HANDED_WAITING);
	sy_card_reset(&card);
	sy_handoff_destroy(handoff);
	sy_store_close(other);
	sy_store_close(store);
}

static void copy_file(const char *from, const char *to)
{
	char command[200];

	(void)snprintf(command, sizeof(command), "cp %s %s", from, to);
	assert_int_equal(system(command), 0);
}

/* Whoever comes next writes the card, and once, wherever the one before was stopped. */
static void a_card_outlives_its_process(void **state)
{
	struct sy_store *store = NULL;
	struct sy_handoff *handoff = NULL;
	char spool[80], copy[80];
	struct sy_problem why = {""};

	(void)state;
	(void)snprintf(spool, sizeof(spool), "%s-desk", path);
	(void)snprintf(copy, sizeof(copy), "%s/copy", folder);
	keep_one("51234");
	assert_int_equal(sy_spool_count(spool), 1);
	assert_int_equal(sy_store_open(path, SY_STORE_WRITE, &store, &why), 0);
	assert_int_equal(sy_handoff_desk_create(store, &handoff, &why), 0);
	copy_file(spool, copy);
	assert_int_equal(sy_handoff_settle(handoff, &why), 0);
	assert_int_equal(sy_spool_count(spool), 0);
	row_is(store, "SELECT count(*) FROM desk WHERE case_key = '51234'", "1");
	row_is(store, "SELECT json_extract(card, '$.heard[0]') FROM desk WHERE case_key = '51234'",
		"accept: i've \"lost\" it");
	copy_file(copy, spool); /* the last one died between writing and saying so */
	assert_int_equal(sy_handoff_settle(handoff, &why), 0);
	row_is(store, "SELECT count(*) FROM desk WHERE case_key = '51234'", "1");
	assert_int_equal(unlink(copy), 0);
	sy_handoff_destroy(handoff);
	sy_store_close(store);
}

static void what_is_no_card_is_passed_over(void **state)
{
	struct sy_store *store = NULL;
	struct sy_handoff *handoff = NULL;
	char spool[80];

	(void)state;
	(void)snprintf(spool, sizeof(spool), "%s-desk", path);
	assert_int_equal(sy_spool_add(spool, "no card"), 0);
	keep_one("61234");
	assert_int_equal(sy_spool_add(spool, "{\"case_key\":\"7\",\"at\":3}"), 0);
	assert_int_equal(sy_store_open(path, SY_STORE_WRITE, &store, NULL), 0);
	assert_int_equal(sy_handoff_desk_create(store, &handoff, NULL), 0);
	assert_int_equal(sy_handoff_settle(handoff, NULL), 0);
	row_is(store, "SELECT count(*) FROM desk WHERE case_key IN ('61234', '7')", "1");
	assert_int_equal(sy_spool_count(spool), 0);
	sy_handoff_destroy(handoff);
	sy_store_close(store);
}

static void any_back_end_is_asked_through_its_table(void **state)
{
	struct mock_handoff mock = {.handed = SY_HANDED_OVER};
	struct sy_handoff *handoff = NULL;
	struct sy_card card;
	enum sy_handed handed = SY_HANDED_FAILED;
	struct sy_problem why = {""};

	(void)state;
	mock_handoff_create(&mock, &handoff);
	assert_non_null(handoff);
	make_card(&card, "1");
	assert_int_equal(sy_handoff_pass(handoff, &card, &handed, &why), 0);
	assert_int_equal(handed, SY_HANDED_OVER);
	assert_string_equal(mock.last.case_key, "1");
	mock.err = EIO;
	handed = SY_HANDED_WAITING;
	assert_int_equal(sy_handoff_pass(handoff, &card, &handed, &why), EIO);
	assert_int_equal(handed, SY_HANDED_WAITING);
	assert_int_equal(mock.n, 2);
	sy_handoff_destroy(handoff);
	assert_true(mock.destroyed);
	sy_handoff_destroy(NULL);
	sy_card_reset(&card);
	sy_card_reset(&mock.last);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_desk_keeps_the_whole_card),
		cmocka_unit_test(a_base_that_cannot_be_written_is_told),
		cmocka_unit_test(a_locked_base_makes_cards_wait),
		cmocka_unit_test(a_card_outlives_its_process),
		cmocka_unit_test(what_is_no_card_is_passed_over),
		cmocka_unit_test(any_back_end_is_asked_through_its_table),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
