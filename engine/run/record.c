#include "engine/run/record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum statement {
	INSERT_CALL,
	INSERT_EVENT,
	INSERT_TURN,
	REPLY,
	ANSWER,
	CLAIM_CARD,
	END_CALL,
	N_STATEMENTS,
};

/* Named parameters that a statement does not have are left out by bind(). */
static const char *const sql[N_STATEMENTS] = {
	[INSERT_CALL] = ("INSERT INTO call (case_key, began_at, bridge, version, caller, continues) VALUES (:case_key, "
			 ":at, :bridge,"
			 " :version, :caller, (SELECT max(id) FROM call WHERE :goes_on AND case_key = :case_key))"),
	[INSERT_EVENT] = "INSERT INTO event (call_id, seq, t_ms, kind, json) VALUES (:call, :seq, :t_ms, :kind, :json)",
	[INSERT_TURN] = ("INSERT INTO turn (call_id, seq, t_ms, state, heard, intent, slots, confidence, decision)"
			 " VALUES (:call, :turn, :t_ms, :state, :text, :intent, :slots, :confidence, :decision)"),
	[REPLY] = "UPDATE turn SET reply = coalesce(reply, :text) WHERE call_id = :call AND seq = :turn",
	[ANSWER] = "UPDATE turn SET reply = :text, article = :article WHERE call_id = :call AND seq = :turn",
	[CLAIM_CARD] =
		"UPDATE desk SET call_id = :call WHERE call_id IS NULL AND case_key = :case_key AND at >= :began",
	[END_CALL] = "UPDATE call SET ended_at = :at, outcome = :outcome, duration_ms = :t_ms WHERE id = :call",
};

struct sy_record {
	struct sy_store *store;
	char *bridge;
	char *caller; /* or NULL */
	bool goes_on;
	char *case_key;
	time_t began;
	sqlite3_stmt *statements[N_STATEMENTS];
	int64_t id;
	int64_t seq;  /* of the next event */
	int64_t turn; /* of the present turn, 0 before the first */
	struct sy_note *first;
	struct sy_note *last;
	size_t n;
	size_t dropped;
	struct sy_problem trouble;
};

int sy_record_create(struct sy_store *store, const char *bridge, struct sy_record **ret_record)
{
	struct sy_record *record = calloc(1, sizeof *record);

	if (record)
		record->bridge = strdup(bridge);
	if (!record || !record->bridge) {
		free(record);
		return ENOMEM;
	}
	record->store = store;
	record->seq = 1;
	/* During the call a writer is not waited for; the next event tries again. */
	(void)sqlite3_busy_timeout(sy_store_db(store), 0);
	*ret_record = record;
	return 0;
}

int sy_record_caller(struct sy_record *record, const char *caller)
{
	char *copy = strdup(caller);

	if (!copy)
		return ENOMEM;
	free(record->caller);
	record->caller = copy;
	return 0;
}

void sy_record_goes_on(struct sy_record *record)
{
	record->goes_on = true;
}

static void destroy(struct sy_record *record)
{
	while (record->first) {
		struct sy_note *kept = record->first;

		record->first = kept->next;
		sy_note_destroy(kept);
	}
	for (size_t i = 0; i < N_STATEMENTS; i++)
		(void)sqlite3_finalize(record->statements[i]);
	free(record->bridge);
	free(record->caller);
	free(record->case_key);
	free(record);
}

static void bind_text(sqlite3_stmt *statement, const char *name, const char *text)
{
	int i = sqlite3_bind_parameter_index(statement, name);

	if (i && text)
		(void)sqlite3_bind_text(statement, i, text, -1, SQLITE_TRANSIENT);
}

static void bind_int(sqlite3_stmt *statement, const char *name, int64_t value)
{
	int i = sqlite3_bind_parameter_index(statement, name);

	if (i)
		(void)sqlite3_bind_int64(statement, i, value);
}

static void bind_time(sqlite3_stmt *statement, const char *name, time_t at)
{
	char text[SY_STORE_TIME_MAX];

	sy_store_time(at, text);
	bind_text(statement, name, text);
}

/* Members of the event's JSON under the names that the statements use; a compound one as JSON text. */
static void bind_json(sqlite3_stmt *statement, const json_t *json)
{
	static const struct {
		const char *parameter;
		const char *member;
	} names[] = {{":text", "text"}, {":intent", "intent"}, {":slots", "slots"}, {":decision", "decision"},
		{":article", "article"}, {":outcome", "outcome"}};
	int i = sqlite3_bind_parameter_index(statement, ":confidence");

	for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
		json_t *value = json_object_get(json, names[k].member);
		char *text = json_is_object(value) ? json_dumps(value, JSON_COMPACT) : NULL;

		bind_text(statement, names[k].parameter, text ? text : json_string_value(value));
		free(text);
	}
	if (i)
		(void)sqlite3_bind_double(statement, i, json_number_value(json_object_get(json, "confidence")));
}

static int run(struct sy_record *record, enum statement which, const struct sy_note *kept, int64_t version)
{
	sqlite3_stmt *statement;
	char *json = NULL;
	int err = 0;
	int rc;

	if (!record->statements[which])
		err = sy_store_prepare(record->store, sql[which], &record->statements[which], &record->trouble);
	if (err)
		return err;
	statement = record->statements[which];
	(void)sqlite3_clear_bindings(statement);
	bind_int(statement, ":call", record->id);
	bind_int(statement, ":turn", record->turn);
	bind_int(statement, ":seq", kept->seq);
	bind_int(statement, ":t_ms", kept->t_ms);
	bind_int(statement, ":version", version);
	bind_text(statement, ":case_key", record->case_key);
	bind_text(statement, ":bridge", record->bridge);
	bind_text(statement, ":caller", record->caller);
	bind_int(statement, ":goes_on", record->goes_on);
	bind_text(statement, ":state", kept->state);
	bind_text(statement, ":kind", sy_event_name(kept->kind));
	bind_time(statement, ":at", kept->at);
	bind_time(statement, ":began", record->began);
	bind_json(statement, kept->json);
	if (which == INSERT_EVENT) {
		json = json_dumps(kept->json, JSON_COMPACT | JSON_REAL_PRECISION(6));
		bind_text(statement, ":json", json);
	}
	rc = sqlite3_step(statement);
	if (rc != SQLITE_DONE)
		err = sy_store_error(record->store, rc, "write the call's record", &record->trouble);
	(void)sqlite3_reset(statement);
	free(json);
	return err;
}

/* What an event becomes besides its own row. */
static int write_rows(struct sy_record *record, const struct sy_note *kept)
{
	switch (kept->kind) {
	case SY_EVENT_HEARD:
		return run(record, INSERT_TURN, kept, 0);
	case SY_EVENT_SAY:
		return record->turn ? run(record, REPLY, kept, 0) : 0;
	case SY_EVENT_ANSWER:
		return record->turn ? run(record, ANSWER, kept, 0) : 0;
	case SY_EVENT_END:
		return run(record, END_CALL, kept, 0);
	case SY_EVENT_CALL:
	case SY_EVENT_KEY:
	case SY_EVENT_SILENCE:
	case SY_EVENT_HANDOFF:
		break;
	}
	return 0;
}

/* One event, whole or not at all. The ids move on only when it is there. */
static int write_event(struct sy_record *record, const struct sy_note *kept)
{
	int64_t id = record->id;
	int64_t turn = record->turn;
	int err = sy_store_begin(record->store, &record->trouble);

	if (err)
		return err;
	if (!record->id) {
		err = run(record, INSERT_CALL, kept, json_integer_value(json_object_get(kept->json, "kb_version")));
		if (!err)
			record->id = sqlite3_last_insert_rowid(sy_store_db(record->store));
	}
	if (!err && kept->kind == SY_EVENT_HEARD)
		record->turn++;
	if (!err)
		err = run(record, INSERT_EVENT, kept, 0);
	if (!err)
		err = write_rows(record, kept);
	if (!err && kept->kind == SY_EVENT_END)
		err = run(record, CLAIM_CARD, kept, 0);
	if (!err)
		err = sy_store_commit(record->store, &record->trouble);
	if (!err)
		return 0;
	sy_store_rollback(record->store);
	record->id = id;
	record->turn = turn;
	return err;
}

static int write_kept(struct sy_record *record)
{
	int err;

	while (record->first) {
		struct sy_note *kept = record->first;

		err = write_event(record, kept);
		if (err)
			return err;
		record->first = kept->next;
		record->last = record->first ? record->last : NULL;
		record->n--;
		sy_note_destroy(kept);
	}
	record->trouble.text[0] = '\0';
	return 0;
}

void sy_record_note(struct sy_record *record, struct sy_note *note)
{
	if (note->case_key && !record->case_key) {
		record->case_key = strdup(note->case_key);
		record->began = note->at;
	}
	/* The end has a place of its own above the bound: without it a call would look as if it had crashed. */
	if (record->n >= SY_RECORD_KEPT_MAX && note->kind != SY_EVENT_END) {
		record->dropped++;
		sy_note_destroy(note);
		return;
	}
	note->seq = record->seq++;
	note->next = NULL;
	if (record->last)
		record->last->next = note;
	else
		record->first = note;
	record->last = note;
	record->n++;
	(void)write_kept(record); /* the next event tries again, and sy_record_finish() reports */
}

void sy_record_event(const struct sy_event *event, void *arg)
{
	struct sy_record *record = arg;
	struct sy_note *note = NULL;

	if (sy_note_create(event, &note))
		record->dropped++;
	else
		sy_record_note(record, note);
}

int sy_record_retry(struct sy_record *record)
{
	return write_kept(record);
}

int64_t sy_record_id(const struct sy_record *record)
{
	return record->id;
}

size_t sy_record_kept(const struct sy_record *record)
{
	return record->n;
}

size_t sy_record_dropped(const struct sy_record *record)
{
	return record->dropped;
}

const char *sy_record_trouble(const struct sy_record *record)
{
	return record->trouble.text;
}

int sy_record_finish(struct sy_record *record, struct sy_problem *why)
{
	int err = 0;

	if (!record)
		return 0;
	(void)sqlite3_busy_timeout(sy_store_db(record->store), SY_STORE_BUSY_MS);
	if (record->first)
		err = write_kept(record);
	if (err)
		(void)sy_problem_set(
			why, err, "%zu events of the call are not on record: %s", record->n, record->trouble.text);
	else if (record->dropped)
		err = sy_problem_set(why, ENOBUFS, "%zu events of the call are not on record", record->dropped);
	destroy(record);
	return err;
}

static int key_is_used(struct sy_store *store, const char *key, bool *ret_used, struct sy_problem *why)
{
	sqlite3_stmt *statement = NULL;
	int err = sy_store_prepare(store, "SELECT 1 FROM call WHERE case_key = ?", &statement, why);
	int rc;

	if (err)
		return err;
	(void)sqlite3_bind_text(statement, 1, key, -1, SQLITE_TRANSIENT);
	rc = sqlite3_step(statement);
	if (rc == SQLITE_ROW || rc == SQLITE_DONE)
		*ret_used = rc == SQLITE_ROW;
	else
		err = sy_store_error(store, rc, "look for a case key", why);
	(void)sqlite3_finalize(statement);
	return err;
}

int sy_record_free_key(struct sy_store *store, char *ret_key, struct sy_problem *why)
{
	bool used = true;
	int err = 0;

	/* 90,000 keys; a base with half of them taken misses 40 times in a row once in 10^12 calls. */
	for (int i = 0; i < 40 && used && !err; i++) {
		uint32_t random = 0;

		if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
			return sy_problem_set(why, EIO, "the system gives no random numbers");
		(void)snprintf(ret_key, SY_CASE_KEY_BYTES, "%05u", (unsigned)(10000 + random % 90000));
		err = key_is_used(store, ret_key, &used, why);
	}
	return err;
}
