/*
 * worker: does the jobs of one call.
 *
 * A back-end is a const table of functions; the line gives jobs and fetches results and never asks which one it is:
 *
 * - virtual (here): a job is done at once, in the giver's thread, and its result is held back for the time that the
 * work would have taken; that time depends on the job alone (not on this machine, nor on a cache), so a call gives the
 * same events each time;
 * - thread (here): jobs and results travel through two mailboxes to a thread of its own, and the giver never waits;
 * - service (engine/run/call_worker.h): speech goes to the pool of processes, records and look-ups to threads of their
 * own.
 *
 * Owner: whoever made it. Give, finished and destroy belong to one thread.
 */
#ifndef SY_RUN_WORKER_H
#define SY_RUN_WORKER_H

#include "engine/run/job.h"

/* Virtual wait for a decode: a fixed part and a share of the turn's length; above what was measured (tools/bench). */
#define SY_WORKER_HEAR_FIXED_MS 40
#define SY_WORKER_HEAR_SHARE 0.05
/* For synthesis: a share of the sound's length; voice slt takes 0.015 of it. */
#define SY_WORKER_SAY_FIXED_MS 20
#define SY_WORKER_SAY_SHARE 0.02
/* For a record at the desk. */
#define SY_WORKER_PASS_MS 20

/* One call has a decode, a few sentences and a hand-off under way; more is a call that has gone mad. */
#define SY_WORKER_JOBS_MAX 64

struct sy_worker_impl {
	const char *name;
	/* Takes the job on success. */
	int (*give)(void *state, struct sy_job *job, int64_t now_ms);
	struct sy_job *(*finished)(void *state, int64_t now_ms);
	void (*destroy)(void *state);
};

struct sy_worker {
	const struct sy_worker_impl *impl;
	void *state; /* owned */
};

/* The tools are borrowed; they belong to the worker until it is destroyed. */
int sy_worker_virtual_create(const struct sy_job_tools *tools, struct sy_worker **ret_worker);
int sy_worker_thread_create(const struct sy_job_tools *tools, struct sy_worker **ret_worker);

/* A thread's worker waits for the job that is being done; the others are dropped. NULL is allowed. */
void sy_worker_destroy(struct sy_worker *worker);

/* Takes the job, on failure too. EAGAIN past SY_WORKER_JOBS_MAX. */
int sy_worker_give(struct sy_worker *worker, struct sy_job *job, int64_t now_ms);

/* The next job whose result is there at `now_ms`, NULL when there is none; the caller destroys it. Results of one kind
 * come in the order in which their jobs were given. */
struct sy_job *sy_worker_finished(struct sy_worker *worker, int64_t now_ms);

#endif
