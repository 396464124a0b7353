/*
 * pool: the speech workers: processes that recognise and speak for all calls.
 *
 * Each edition of the content has a crew of its own (engine/run/crew.h), so new content is tried by new workers while
 * calls that began before keep theirs. A thread of the pool's own carries jobs and results; whoever gives a job never
 * waits.
 *
 * Owner: the service. Open, close and destroy belong to one thread; give, forget and the counts to any. Results are
 * handed over on the pool's thread, which must not be held up.
 */
#ifndef SY_RUN_POOL_H
#define SY_RUN_POOL_H

#include "engine/run/crew.h"

/* Orders on their way to the pool's thread; a burst of 800 calls that all speak at once is a tenth of it. */
#define SY_POOL_ORDERS_MAX 8192
/* Editions at once: the present one, the next, and those that long calls still have. */
#define SY_POOL_EDITIONS_MAX 8

struct sy_pool_prm {
	const char *const *argv; /* of a worker, ended by NULL; borrowed until destroy */
	size_t n;                /* workers of one edition: 1 .. SY_CREW_MAX */
	int64_t job_ms;
	/* Takes a job whose result is there. */
	void (*result)(void *arg, struct sy_job *job);
	/* The edition's own grammar killed two workers; calls that have it keep it. May be NULL. */
	void (*blamed)(void *arg, uint32_t edition);
	void *arg;
	struct sy_metrics *metrics; /* borrowed; NULL: none */
	struct sy_log *log;         /* borrowed; NULL: none */
};

struct sy_pool;

int sy_pool_create(const struct sy_pool_prm *prm, struct sy_pool **ret_pool);
/* Ends all workers; jobs under way are answered with ECANCELED first. NULL is allowed. */
void sy_pool_destroy(struct sy_pool *pool);

/* Starts a crew with this lesson and waits until all its workers know it. EIO, EINVAL …: it was refused, `why` says
 * why; nothing has changed then. ENOSPC past SY_POOL_EDITIONS_MAX. */
int sy_pool_open(struct sy_pool *pool, const struct sy_lesson *lesson, uint32_t *ret_edition, struct sy_problem *why);
/* Lets the crew go; whoever still gives it jobs gets ECANCELED. */
void sy_pool_close(struct sy_pool *pool, uint32_t edition);

/* HEAR, SAY or LEARN, for job->edition, of job->call (not 0). Takes the job on success. EAGAIN: too many orders wait.
 */
int sy_pool_give(struct sy_pool *pool, struct sy_job *job);
/* A call has ended: what waits for it is dropped. */
void sy_pool_forget(struct sy_pool *pool, uint64_t call);

struct sy_pool_counts {
	size_t alive;   /* workers that are ready, of the newest edition */
	size_t wanted;  /* those that there should be */
	size_t waiting; /* jobs of all editions */
};
struct sy_pool_counts sy_pool_counts(struct sy_pool *pool);

#endif
