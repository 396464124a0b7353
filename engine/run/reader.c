#include "engine/run/reader.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/mailbox.h"
#include "engine/run/log.h"
#include "engine/run/record_list.h"

struct message {
	struct sy_job *job;
	struct sy_guest *guest;
};

struct sy_reader {
	struct sy_reader_prm prm;
	struct sy_store *store;
	struct sy_mailbox *messages;
	pthread_t thread;
	bool started;
	atomic_bool leaving;
};

void sy_guest_destroy(struct sy_guest *guest)
{
	if (!guest)
		return;
	sy_bridge_destroy(guest->arrival.bridge);
	sy_card_reset(&guest->earlier);
	free(guest);
}

static void free_message(struct message *message)
{
	sy_job_destroy(message->job);
	sy_guest_destroy(message->guest);
	free(message);
}

/* What is known of the case that the call names. A key that nobody has had is no case. */
static bool find_case(struct sy_reader *reader, struct sy_guest *guest)
{
	struct sy_problem why = {0};
	int err;

	if (strlen(guest->arrival.case_key) != SY_CASE_KEY_BYTES - 1)
		return false;
	err = sy_record_case(reader->store, guest->arrival.case_key, &guest->earlier, &why);
	if (err && err != ENOENT)
		sy_log(reader->prm.log, SY_LOG_WARNING, "case-not-read", guest->arrival.id,
			SY_LOG_FIELDS(SY_LOG_TEXT("why", why.text)));
	if (err)
		return false;
	memcpy(guest->case_key, guest->arrival.case_key, SY_CASE_KEY_BYTES);
	return true;
}

/* A base that cannot be read does not keep a caller away: a key by chance is free but once in thousands of calls. */
static void make_key(struct sy_reader *reader, struct sy_guest *guest)
{
	struct sy_problem why = {0};
	uint32_t random = 0;

	if (!sy_record_free_key(reader->store, guest->case_key, &why))
		return;
	sy_log(reader->prm.log, SY_LOG_WARNING, "case-key-unchecked", guest->arrival.id,
		SY_LOG_FIELDS(SY_LOG_TEXT("why", why.text)));
	(void)getrandom(&random, sizeof random, 0);
	(void)snprintf(guest->case_key, sizeof guest->case_key, "%05u", (unsigned)(10000 + random % 90000));
}

static void receive(struct sy_reader *reader, struct sy_guest *guest)
{
	time_t now = time(NULL);

	(void)localtime_r(&now, &guest->now);
	guest->goes_on = find_case(reader, guest);
	if (!guest->goes_on)
		make_key(reader, guest);
	reader->prm.guest(reader->prm.arg, guest);
}

static void look_up(struct sy_reader *reader, struct sy_job *job)
{
	const struct sy_job_tools tools = {.store = reader->store};

	sy_job_do(job, &tools);
	if (job->err)
		sy_log(reader->prm.log, SY_LOG_WARNING, "look-up-failed", NULL,
			SY_LOG_FIELDS(SY_LOG_TEXT("look-up", job->lookup.name), SY_LOG_TEXT("why", job->why.text)));
	reader->prm.result(reader->prm.arg, job);
}

static void *work(void *arg)
{
	struct sy_reader *reader = arg;
	struct message *message;

	while ((message = sy_mailbox_wait(reader->messages))) {
		if (!atomic_load(&reader->leaving) && message->job) {
			look_up(reader, message->job);
			message->job = NULL;
		} else if (!atomic_load(&reader->leaving)) {
			receive(reader, message->guest);
			message->guest = NULL;
		}
		free_message(message);
	}
	return NULL;
}

int sy_reader_create(const struct sy_reader_prm *prm, struct sy_reader **ret_reader, struct sy_problem *why)
{
	struct sy_reader *reader = calloc(1, sizeof *reader);
	int err;

	if (!reader)
		return ENOMEM;
	reader->prm = *prm;
	err = sy_store_open(prm->db, SY_STORE_WRITE, &reader->store, why);
	if (!err)
		err = sy_mailbox_create(SY_READER_WAITING_MAX, &reader->messages);
	if (!err)
		err = pthread_create(&reader->thread, NULL, work, reader);
	reader->started = !err;
	reader->prm.db = NULL;
	if (err)
		sy_reader_destroy(reader);
	else
		*ret_reader = reader;
	return err;
}

void sy_reader_destroy(struct sy_reader *reader)
{
	struct message *message;

	if (!reader)
		return;
	atomic_store(&reader->leaving, true);
	if (reader->started) {
		sy_mailbox_close(reader->messages);
		(void)pthread_join(reader->thread, NULL);
	}
	while (reader->messages && (message = sy_mailbox_take(reader->messages)))
		free_message(message);
	sy_mailbox_destroy(reader->messages);
	sy_store_close(reader->store);
	free(reader);
}

int sy_reader_give(struct sy_reader *reader, struct sy_job *job)
{
	struct message *message = calloc(1, sizeof *message);
	int err = ENOMEM;

	if (message) {
		message->job = job;
		err = sy_mailbox_put(reader->messages, message);
	}
	if (err)
		free(message);
	return err;
}

int sy_reader_arrive(struct sy_reader *reader, const struct sy_arrival *arrival)
{
	struct message *message = calloc(1, sizeof *message);
	int err = ENOMEM;

	if (message)
		message->guest = calloc(1, sizeof *message->guest);
	if (message && message->guest) {
		message->guest->arrival = *arrival;
		err = sy_mailbox_put(reader->messages, message);
	}
	if (err && message) {
		free(message->guest);
		free(message);
	}
	return err;
}
