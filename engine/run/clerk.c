#include "engine/run/clerk.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mailbox.h"
#include "engine/run/log.h"

enum message_kind { MESSAGE_BEGIN, MESSAGE_NOTE, MESSAGE_END, MESSAGE_JOB };

struct message {
	enum message_kind kind;
	uint64_t call;
	char *bridge; /* BEGIN */
	char *caller;
	bool goes_on;
	struct sy_note *note;
	struct sy_job *job;
};

/* One call's record; those of calls that have ended wait at the end of the list until they are written. */
struct entry {
	uint64_t call;
	bool ended;
	struct sy_record *record;
	struct entry *next;
};

struct sy_clerk {
	struct sy_clerk_prm prm;
	struct sy_store *records;
	struct sy_store *desk;
	struct sy_handoff *handoff;
	struct sy_mailbox *messages;
	pthread_t thread;
	bool started;
	atomic_bool leaving;
	/* the thread's own */
	struct entry *entries; /* oldest first */
	size_t owed;
	bool trouble;
};

static void free_message(struct message *message)
{
	free(message->bridge);
	free(message->caller);
	sy_note_destroy(message->note);
	sy_job_destroy(message->job);
	free(message);
}

static int put(struct sy_clerk *clerk, struct message *message)
{
	static const struct sy_labels labels = {"event", NULL};
	int err = sy_mailbox_put(clerk->messages, message);

	if (err)
		sy_metrics_add(clerk->prm.metrics, SY_METRIC_DROPS, &labels, 1);
	return err;
}

static struct message *blank(enum message_kind kind, uint64_t call)
{
	struct message *message = calloc(1, sizeof *message);

	if (message) {
		message->kind = kind;
		message->call = call;
	}
	return message;
}

int sy_clerk_begin(struct sy_clerk *clerk, const struct sy_clerk_call *call)
{
	struct message *message = blank(MESSAGE_BEGIN, call->call);
	int err;

	if (!message)
		return ENOMEM;
	message->bridge = strdup(call->bridge);
	message->caller = strdup(call->caller);
	message->goes_on = call->goes_on;
	err = message->bridge && message->caller ? put(clerk, message) : ENOMEM;
	if (err)
		free_message(message);
	return err;
}

int sy_clerk_event(struct sy_clerk *clerk, uint64_t call, const struct sy_event *event)
{
	struct message *message = blank(MESSAGE_NOTE, call);
	int err = message ? sy_note_create(event, &message->note) : ENOMEM;

	if (!err)
		err = put(clerk, message);
	if (err && message)
		free_message(message);
	return err;
}

int sy_clerk_end(struct sy_clerk *clerk, uint64_t call)
{
	struct message *message = blank(MESSAGE_END, call);
	int err = message ? put(clerk, message) : ENOMEM;

	if (err)
		free(message);
	return err;
}

int sy_clerk_give(struct sy_clerk *clerk, struct sy_job *job)
{
	struct message *message = blank(MESSAGE_JOB, job->call);
	int err = ENOMEM;

	if (!message)
		return err;
	message->job = job;
	err = sy_mailbox_put(clerk->messages, message);
	if (err)
		free(message);
	return err;
}

/* --- on the clerk's thread --- */

static struct entry **find(struct sy_clerk *clerk, uint64_t call)
{
	struct entry **at = &clerk->entries;

	while (*at && ((*at)->call != call || (*at)->ended))
		at = &(*at)->next;
	return at;
}

static int create_record(struct sy_clerk *clerk, const struct message *message, struct sy_record **ret_record)
{
	struct sy_record *record = NULL;
	int err = sy_record_create(clerk->records, message->bridge, &record);

	if (!err && message->caller[0])
		err = sy_record_caller(record, message->caller);
	if (!err && message->goes_on)
		sy_record_goes_on(record);
	if (err)
		(void)sy_record_finish(record, NULL);
	else
		*ret_record = record;
	return err;
}

static void begin(struct sy_clerk *clerk, const struct message *message)
{
	struct entry *entry = calloc(1, sizeof *entry);
	struct entry **end = &clerk->entries;

	if (!entry || create_record(clerk, message, &entry->record)) {
		free(entry);
		sy_metrics_add(clerk->prm.metrics, SY_METRIC_RECORDS_LOST, NULL, 1);
		return;
	}
	entry->call = message->call;
	while (*end)
		end = &(*end)->next;
	*end = entry;
}

static void note(struct sy_clerk *clerk, struct message *message)
{
	struct entry *entry = *find(clerk, message->call);

	if (!entry)
		return;
	sy_record_note(entry->record, message->note);
	message->note = NULL;
}

/* The record goes, whole or not. */
static void let_go(struct sy_clerk *clerk, struct entry **at)
{
	struct entry *entry = *at;
	struct sy_problem why = {0};

	*at = entry->next;
	if (entry->ended)
		clerk->owed--;
	if (sy_record_finish(entry->record, &why)) {
		sy_metrics_add(clerk->prm.metrics, SY_METRIC_RECORDS_LOST, NULL, 1);
		sy_log(clerk->prm.log, SY_LOG_ERROR, "record-lost", NULL, SY_LOG_FIELDS(SY_LOG_TEXT("why", why.text)));
	}
	free(entry);
}

/* Makes room: the oldest that is owed is given up. */
static void give_up_oldest(struct sy_clerk *clerk)
{
	struct entry **at = &clerk->entries;

	while (*at && !(*at)->ended)
		at = &(*at)->next;
	if (*at)
		let_go(clerk, at);
}

static void end(struct sy_clerk *clerk, uint64_t call)
{
	struct entry **at = find(clerk, call);

	if (!*at)
		return;
	(*at)->ended = true;
	clerk->owed++;
	if (!sy_record_retry((*at)->record))
		let_go(clerk, at);
	else if (clerk->owed > SY_CLERK_OWED_MAX)
		give_up_oldest(clerk);
}

static void pass(struct sy_clerk *clerk, struct message *message)
{
	const struct sy_job_tools tools = {.handoff = clerk->handoff};
	struct sy_job *job = message->job;

	message->job = NULL;
	sy_job_do(job, &tools);
	if (job->err)
		sy_log(clerk->prm.log, SY_LOG_ERROR, "desk-failed", NULL,
			SY_LOG_FIELDS(SY_LOG_TEXT("why", job->why.text)));
	clerk->prm.result(clerk->prm.arg, job);
}

static void report(struct sy_clerk *clerk, size_t cards, const char *why)
{
	size_t waiting = cards;

	for (const struct entry *entry = clerk->entries; entry; entry = entry->next)
		waiting += sy_record_kept(entry->record);
	sy_metrics_set(clerk->prm.metrics, SY_METRIC_RECORDS_WAITING, NULL, (double)waiting);
	if (clerk->prm.status)
		sy_status_trouble(clerk->prm.status, SY_TROUBLE_RECORDS, waiting > 0);
	if (waiting && !clerk->trouble)
		sy_log(clerk->prm.log, SY_LOG_ERROR, "records-wait", NULL,
			SY_LOG_FIELDS(SY_LOG_WHOLE("events", waiting), SY_LOG_TEXT("why", why)));
	else if (!waiting && clerk->trouble)
		sy_log(clerk->prm.log, SY_LOG_INFO, "records-written", NULL, NULL);
	clerk->trouble = waiting > 0;
}

/* One attempt for all that is kept: where the first fails the next would too. */
static void retry(struct sy_clerk *clerk)
{
	struct entry **at = &clerk->entries;
	struct sy_problem why = {""};
	const bool cards = sy_handoff_settle(clerk->handoff, &why) != 0;

	while (*at) {
		struct entry *entry = *at;

		if (sy_record_kept(entry->record) && sy_record_retry(entry->record)) {
			(void)sy_problem_set(&why, 0, "%s", sy_record_trouble(entry->record));
			break;
		}
		if (entry->ended)
			let_go(clerk, at);
		else
			at = &entry->next;
	}
	report(clerk, cards, why.text);
}

static void obey(struct sy_clerk *clerk, struct message *message)
{
	switch (message->kind) {
	case MESSAGE_BEGIN:
		begin(clerk, message);
		break;
	case MESSAGE_NOTE:
		note(clerk, message);
		break;
	case MESSAGE_END:
		end(clerk, message->call);
		break;
	case MESSAGE_JOB:
		pass(clerk, message);
		break;
	}
	free_message(message);
}

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void *work(void *arg)
{
	struct sy_clerk *clerk = arg;
	int64_t retry_ms = now_ms() + SY_CLERK_RETRY_MS;
	struct message *message;

	for (;;) {
		int64_t now = now_ms();

		message = sy_mailbox_wait_for(clerk->messages, retry_ms > now ? (int)(retry_ms - now) : 0);
		if (message)
			obey(clerk, message);
		else if (atomic_load(&clerk->leaving))
			return NULL;
		if (now_ms() < retry_ms)
			continue;
		retry(clerk);
		retry_ms = now_ms() + SY_CLERK_RETRY_MS;
	}
}

static int open_parts(struct sy_clerk *clerk, struct sy_problem *why)
{
	int err = sy_store_open(clerk->prm.db, SY_STORE_WRITE, &clerk->records, why);

	if (!err)
		err = sy_store_open(clerk->prm.db, SY_STORE_WRITE, &clerk->desk, why);
	if (!err)
		err = sy_handoff_desk_create(clerk->desk, &clerk->handoff, why);
	if (!err)
		err = sy_mailbox_create(SY_CLERK_MESSAGES_MAX, &clerk->messages);
	if (!err)
		err = pthread_create(&clerk->thread, NULL, work, clerk);
	clerk->started = !err;
	return err;
}

int sy_clerk_create(const struct sy_clerk_prm *prm, struct sy_clerk **ret_clerk, struct sy_problem *why)
{
	struct sy_clerk *clerk = calloc(1, sizeof *clerk);
	int err;

	if (!clerk)
		return ENOMEM;
	clerk->prm = *prm;
	err = open_parts(clerk, why);
	clerk->prm.db = NULL;
	if (err)
		sy_clerk_destroy(clerk);
	else
		*ret_clerk = clerk;
	return err;
}

/* Another program may hold the base for a moment. */
static void last_attempts(struct sy_clerk *clerk)
{
	const struct timespec pause = {.tv_nsec = 100000000};
	struct sy_problem why = {""};

	for (int ms = 0; clerk->trouble && ms < SY_CLERK_LAST_MS; ms += 100) {
		retry(clerk);
		if (clerk->trouble)
			(void)nanosleep(&pause, NULL);
	}
	while (clerk->entries)
		let_go(clerk, &clerk->entries);
	if (clerk->handoff && sy_handoff_settle(clerk->handoff, &why))
		sy_log(clerk->prm.log, SY_LOG_ERROR, "desk-waits", NULL, SY_LOG_FIELDS(SY_LOG_TEXT("why", why.text)));
}

void sy_clerk_destroy(struct sy_clerk *clerk)
{
	struct message *message;

	if (!clerk)
		return;
	atomic_store(&clerk->leaving, true);
	if (clerk->started) {
		sy_mailbox_close(clerk->messages);
		(void)pthread_join(clerk->thread, NULL);
	}
	while (clerk->messages && (message = sy_mailbox_take(clerk->messages)))
		free_message(message);
	if (clerk->handoff)
		retry(clerk);
	last_attempts(clerk);
	sy_mailbox_destroy(clerk->messages);
	sy_handoff_destroy(clerk->handoff);
	sy_store_close(clerk->desk);
	sy_store_close(clerk->records);
	free(clerk);
}
