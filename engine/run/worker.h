/*
 * worker: does jobs, either on a virtual clock or on a thread of its own.
 *
 * On the virtual clock a job is done at once, in the giver's thread, and its result is held back for the time that the
 * work would have taken; that time depends on the job alone (not on this machine, nor on a cache), so a call gives the
 * same events each time. With a thread, jobs and results travel through two mailboxes and the giver never waits.
 * Jobs are done in the order in which they were given.
 *
 * Owner: the line. Give, finished and destroy belong to one thread; the tools belong to the worker until it is
 * destroyed.
 */
#ifndef SY_RUN_WORKER_H
#define SY_RUN_WORKER_H

#include <stdbool.h>

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

struct sy_worker;

int sy_worker_create(const struct sy_job_tools *tools, bool threaded, struct sy_worker **ret_worker);
/* Waits for the job that is being done; the others are dropped. NULL is allowed. */
void sy_worker_destroy(struct sy_worker *worker);

/* Takes the job, on failure too. EAGAIN past SY_WORKER_JOBS_MAX. */
int sy_worker_give(struct sy_worker *worker, struct sy_job *job, int64_t now_ms);

/* The next job whose result is there at `now_ms`, NULL when there is none; the caller destroys it. */
struct sy_job *sy_worker_finished(struct sy_worker *worker, int64_t now_ms);

#endif
