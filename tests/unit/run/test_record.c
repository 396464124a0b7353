/* Records of calls: what stands in the base after each event, after a kill, with a base that is locked or full. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/run/record.h"

struct fixture {
	char folder[64];
	char path[96];
	struct sy_store *store;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_non_null(f);
	(void)snprintf(f->folder, sizeof f->folder, "/tmp/sayso-record-XXXXXX");
	assert_non_null(mkdtemp(f->folder));
	(void)snprintf(f->path, sizeof f->path, "%s/kb.db", f->folder);
	assert_int_equal(0, sy_store_open(f->path, SY_STORE_MAKE, &f->store, NULL));
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	static const char *const ends[] = {"", "-wal", "-shm"};
	struct fixture *f = *state;
	char path[128];

	sy_store_close(f->store);
	for (size_t i = 0; i < 3; i++) {
		(void)snprintf(path, sizeof path, "%s%s", f->path, ends[i]);
		(void)unlink(path);
	}
	(void)rmdir(f->folder);
	free(f);
	return 0;
}

/* One value of one row, as text; "" for NULL or no row. */
static const char *value(struct sy_store *store, const char *sql)
{
	static char text[256];
	sqlite3_stmt *statement = NULL;

	text[0] = '\0';
	assert_int_equal(SQLITE_OK, sqlite3_prepare_v2(sy_store_db(store), sql, -1, &statement, NULL));
	if (sqlite3_step(statement) == SQLITE_ROW && sqlite3_column_text(statement, 0))
		(void)snprintf(text, sizeof text, "%s", (const char *)sqlite3_column_text(statement, 0));
	(void)sqlite3_finalize(statement);
	return text;
}

static void event(struct sy_record *record, struct sy_event event)
{
	if (!event.state)
		event.state = "open";
	sy_record_event(&event, record);
}

static void begin(struct sy_record *record)
{
	event(record, (struct sy_event){.kind = SY_EVENT_CALL, .case_key = "48213", .kb_version = 3});
}

static void heard(struct sy_record *record, int64_t t_ms)
{
	char text[] = "what do i owe";
	char intent[] = "balance";
	struct sy_hypothesis hypothesis = {.text = text, .intent = intent, .confidence = 0.75, .decision = SY_CONFIRM};

	assert_int_equal(0, sy_pairs_set(&hypothesis.slots, "account", "four oh seven"));
	event(record, (struct sy_event){.kind = SY_EVENT_HEARD, .t_ms = t_ms, .hypothesis = &hypothesis});
	sy_pairs_reset(&hypothesis.slots);
}

static void a_call_is_rows(void **state)
{
	struct fixture *f = *state;
	struct sy_record *record;

	assert_int_equal(0, sy_record_create(f->store, "script", &record));
	assert_string_equal("0", value(f->store, "SELECT count(*) FROM call"));
	begin(record);
	assert_string_equal("48213 3 script", value(f->store, "SELECT case_key||' '||version||' '||bridge FROM call"));
	assert_string_equal("", value(f->store, "SELECT outcome FROM call"));
	event(record, (struct sy_event){.kind = SY_EVENT_SAY, .text = "Hello.", .duration_ms = 900});
	heard(record, 2000);
	event(record, (struct sy_event){.kind = SY_EVENT_SAY, .t_ms = 2100, .text = "Did you ask?"});
	assert_string_equal("what do i owe|balance|0.75|confirm|open|{\"account\":\"four oh seven\"}|Did you ask?",
		value(f->store,
			"SELECT heard||'|'||intent||'|'||confidence||'|'||decision||'|'||state||'|'||slots||'|'||"
			"reply FROM turn WHERE seq = 1"));
	heard(record, 5000);
	event(record,
		(struct sy_event){
			.kind = SY_EVENT_ANSWER, .t_ms = 5100, .article = "balance", .text = "You owe ten pounds."});
	assert_string_equal(
		"balance|You owe ten pounds.", value(f->store, "SELECT article||'|'||reply FROM turn WHERE seq = 2"));
	event(record,
		(struct sy_event){.kind = SY_EVENT_END, .t_ms = 9000, .outcome = "answered", .case_key = "48213"});
	assert_int_equal(1, sy_record_id(record));
	assert_int_equal(0, sy_record_kept(record));
	assert_int_equal(0, sy_record_finish(record, NULL));
	assert_string_equal("answered 9000", value(f->store, "SELECT outcome||' '||duration_ms FROM call"));
	assert_string_equal("1,2,3,4,5,6,7", value(f->store, "SELECT group_concat(seq) FROM event"));
	assert_string_equal(
		"call,say,heard,say,heard,answer,end", value(f->store, "SELECT group_concat(kind) FROM event"));
}

static void a_killed_process_leaves_what_happened(void **state)
{
	struct fixture *f = *state;
	struct sy_problem why = {0};
	int status;
	pid_t child;

	sy_store_close(f->store);
	f->store = NULL;
	child = fork();
	assert_true(child >= 0);
	if (!child) {
		struct sy_store *store;
		struct sy_record *record;

		if (sy_store_open(f->path, SY_STORE_WRITE, &store, NULL) || sy_record_create(store, "script", &record))
			_exit(1);
		begin(record);
		for (int i = 0; i < 50; i++)
			heard(record, i * 1000);
		(void)raise(SIGKILL);
	}
	assert_int_equal(child, waitpid(child, &status, 0));
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	assert_int_equal(0, sy_store_open(f->path, SY_STORE_WRITE, &f->store, &why));
	assert_string_equal("ok", value(f->store, "PRAGMA integrity_check"));
	assert_string_equal("50", value(f->store, "SELECT count(*) FROM turn"));
	assert_string_equal("51", value(f->store, "SELECT count(*) FROM event"));
	assert_string_equal("", value(f->store, "SELECT outcome FROM call"));
}

static void a_locked_base_is_tried_again(void **state)
{
	struct fixture *f = *state;
	struct sy_record *record;
	struct sy_store *other;

	assert_int_equal(0, sy_store_open(f->path, SY_STORE_WRITE, &other, NULL));
	assert_int_equal(0, sy_record_create(f->store, "script", &record));
	assert_int_equal(0, sy_store_begin(other, NULL));
	begin(record);
	heard(record, 1000);
	assert_int_equal(2, sy_record_kept(record));
	assert_int_equal(0, sy_record_id(record));
	assert_non_null(strstr(sy_record_trouble(record), "locked"));
	assert_int_equal(0, sy_store_commit(other, NULL));
	heard(record, 2000);
	assert_int_equal(0, sy_record_kept(record));
	assert_string_equal("", sy_record_trouble(record));
	assert_string_equal("0,1000,2000", value(f->store, "SELECT group_concat(t_ms) FROM event"));
	assert_int_equal(0, sy_record_finish(record, NULL));
	sy_store_close(other);
}

/* The page limit stands for a full disk: SQLite gives the same error for both. */
static void a_full_disk_keeps_and_bounds(void **state)
{
	struct fixture *f = *state;
	struct sy_problem why = {0};
	struct sy_record *record;

	assert_int_equal(0, sy_record_create(f->store, "script", &record));
	begin(record);
	(void)value(f->store, "PRAGMA max_page_count = 1");
	for (int i = 0; i < SY_RECORD_KEPT_MAX + 500; i++)
		heard(record, i);
	assert_int_equal(SY_RECORD_KEPT_MAX, sy_record_kept(record));
	assert_in_range(sy_record_dropped(record), 1, 500);
	event(record, (struct sy_event){.kind = SY_EVENT_END, .t_ms = 99999, .outcome = "handoff"});
	assert_int_equal(SY_RECORD_KEPT_MAX + 1, sy_record_kept(record));
	(void)value(f->store, "PRAGMA max_page_count = 100000");
	assert_int_equal(ENOBUFS, sy_record_finish(record, &why));
	assert_non_null(strstr(why.text, "not on record"));
	assert_string_equal("handoff", value(f->store, "SELECT outcome FROM call"));
	assert_string_equal("ok", value(f->store, "PRAGMA integrity_check"));
}

static void a_disk_that_stays_full_is_reported(void **state)
{
	struct fixture *f = *state;
	struct sy_problem why = {0};
	struct sy_record *record;

	assert_int_equal(0, sy_record_create(f->store, "script", &record));
	(void)value(f->store, "PRAGMA max_page_count = 1");
	begin(record);
	for (int i = 0; i < 300; i++)
		heard(record, i);
	assert_int_equal(ENOSPC, sy_record_finish(record, &why));
	assert_non_null(strstr(why.text, "not on record"));
	assert_non_null(strstr(why.text, "full"));
}

static void a_card_is_claimed_by_its_call(void **state)
{
	struct fixture *f = *state;
	struct sy_record *record;

	assert_int_equal(0, sy_record_create(f->store, "script", &record));
	begin(record);
	assert_int_equal(SQLITE_OK, sqlite3_exec(sy_store_db(f->store),
					    "INSERT INTO desk (case_key, at, reason, card) VALUES"
					    " ('48213', strftime('%Y-%m-%dT%H:%M:%SZ'), 'asked', '{}'),"
					    " ('48213', '2001-01-01T00:00:00Z', 'asked', '{}'),"
					    " ('11111', strftime('%Y-%m-%dT%H:%M:%SZ'), 'asked', '{}')",
					    NULL, NULL, NULL));
	event(record, (struct sy_event){.kind = SY_EVENT_END, .t_ms = 100, .outcome = "handoff"});
	assert_int_equal(0, sy_record_finish(record, NULL));
	assert_string_equal("1", value(f->store, "SELECT group_concat(id) FROM desk WHERE call_id = 1"));
}

static void free_keys_are_free(void **state)
{
	struct fixture *f = *state;
	char key[SY_CASE_KEY_BYTES] = "";

	for (int i = 0; i < 50; i++) {
		assert_int_equal(0, sy_record_free_key(f->store, key, NULL));
		assert_int_equal(5, strspn(key, "0123456789"));
		assert_int_not_equal('0', key[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_call_is_rows, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_killed_process_leaves_what_happened, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_locked_base_is_tried_again, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_full_disk_keeps_and_bounds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_disk_that_stays_full_is_reported, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_card_is_claimed_by_its_call, set_up, tear_down),
		cmocka_unit_test_setup_teardown(free_keys_are_free, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
