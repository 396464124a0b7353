/*
 * clerk: the store thread: writes the records of all calls, and puts callers on the desk.
 *
 * Nobody waits for it: events, hand-offs and ends of calls come as messages with the call's number. A disk that is full
 * or a base that another program holds costs nothing but memory: what cannot be written is kept, at most
 * SY_RECORD_KEPT_MAX events a call and SY_CLERK_OWED_MAX calls that have ended, and tried again every
 * SY_CLERK_RETRY_MS. Past that the oldest records are lost, counted and logged.
 *
 * Owner: the service. Any thread may give it messages.
 */
#ifndef SY_RUN_CLERK_H
#define SY_RUN_CLERK_H

#include "engine/run/job.h"
#include "engine/run/record.h"
#include "engine/run/status.h"

struct sy_log;

/* Messages on their way: 10 s of 800 calls that have an event a second. */
#define SY_CLERK_MESSAGES_MAX 8192
/* Calls whose record could not be finished yet: half a day of a busy line, some 10 kB each. */
#define SY_CLERK_OWED_MAX 5000
#define SY_CLERK_RETRY_MS 2000
/* At the end it tries for so long to write what is owed. */
#define SY_CLERK_LAST_MS 5000

struct sy_clerk_prm {
	const char *db; /* path; borrowed for create */
	/* Takes a PASS job whose result is there; on the clerk's thread. */
	void (*result)(void *arg, struct sy_job *job);
	void *arg;
	struct sy_metrics *metrics; /* these are borrowed; NULL: none */
	struct sy_status *status;
	struct sy_log *log;
};

struct sy_clerk;

int sy_clerk_create(const struct sy_clerk_prm *prm, struct sy_clerk **ret_clerk, struct sy_problem *why);
/* Writes what it can, then ends. NULL is allowed. */
void sy_clerk_destroy(struct sy_clerk *clerk);

struct sy_clerk_call {
	uint64_t call;
	const char *bridge;
	const char *caller; /* "": not known */
	bool goes_on;       /* with the case of an earlier call of the same key */
};

/* A call's record begins, goes on, ends. EAGAIN: too many messages wait; the loss is counted. */
int sy_clerk_begin(struct sy_clerk *clerk, const struct sy_clerk_call *call);
int sy_clerk_event(struct sy_clerk *clerk, uint64_t call, const struct sy_event *event);
int sy_clerk_end(struct sy_clerk *clerk, uint64_t call);

/* A PASS job; taken on success. */
int sy_clerk_give(struct sy_clerk *clerk, struct sy_job *job);

#endif
