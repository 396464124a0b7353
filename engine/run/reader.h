/*
 * reader: the thread that reads the base for calls: look-ups, and what a new call needs before its first frame.
 *
 * Reading may wait for a disk, and the media thread must not. A look-up comes as a job and goes back as one. A call
 * that arrives is given its case key here, and what is known of its case when it comes back with one.
 *
 * Owner: the service. Any thread may give it work; results are handed over on the reader's thread.
 */
#ifndef SY_RUN_READER_H
#define SY_RUN_READER_H

#include "audio/arrival.h"
#include "engine/run/job.h"
#include "engine/run/record.h"

struct sy_log;

/* Look-ups and arrivals that wait: a second of 800 calls that all ask at once. */
#define SY_READER_WAITING_MAX 2048

/* A call that has arrived, ready to begin. Plain value; sy_guest_destroy() frees it, and its bridge if it is there. */
struct sy_guest {
	struct sy_arrival arrival;
	char case_key[SY_CASE_KEY_BYTES];
	bool goes_on;           /* with an earlier case */
	struct sy_card earlier; /* what is known of it */
	struct tm now;
};

void sy_guest_destroy(struct sy_guest *guest); /* NULL is allowed */

struct sy_reader_prm {
	const char *db;                                   /* path; borrowed for create */
	void (*result)(void *arg, struct sy_job *job);    /* takes a LOOK_UP whose result is there */
	void (*guest)(void *arg, struct sy_guest *guest); /* takes a call that may begin */
	void *arg;
	struct sy_log *log; /* borrowed; NULL: none */
};

struct sy_reader;

int sy_reader_create(const struct sy_reader_prm *prm, struct sy_reader **ret_reader, struct sy_problem *why);
/* What waits is dropped. NULL is allowed. */
void sy_reader_destroy(struct sy_reader *reader);

/* A LOOK_UP job; taken on success. EAGAIN: too many wait. */
int sy_reader_give(struct sy_reader *reader, struct sy_job *job);
/* The arrival is copied, its bridge taken, on success. */
int sy_reader_arrive(struct sy_reader *reader, const struct sy_arrival *arrival);

#endif
