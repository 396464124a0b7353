/*
 * ticker: the media thread: carries the sound of all calls, 20 ms at a time.
 *
 * One timer for all (a timer for each call was 14 ms late at 200 calls, docs/telephony.md): it goes off
 * SY_TICKER_PHASES times in 20 ms, and each time a part of the calls has its turn, so that none waits behind all
 * others. New calls and the results of jobs come through mailboxes. Nothing here blocks, decodes, or writes SQL; under
 * SCHED_FIFO, where the system allows it, busy neighbours do not delay it.
 *
 * Owner: the service. Create and destroy belong to one thread, all else to any.
 */
#ifndef SY_RUN_TICKER_H
#define SY_RUN_TICKER_H

#include "engine/run/call_worker.h"
#include "engine/run/edition.h"
#include "engine/run/roster.h"
#include "engine/run/status.h"

#define SY_TICKER_PHASES 4
#define SY_TICKER_MAX 4096 /* calls: as many as their numbers have room for */
/* Results on their way: those of a second of 800 calls that all speak at once. */
#define SY_TICKER_RESULTS_MAX 8192
/* A thread that was held up for longer does not make up for it, or it would never catch up: callers hear a gap. */
#define SY_TICKER_BEHIND_MS 200
/* A tick so late is a trouble: half a packet of sound. */
#define SY_TICKER_LATE_MS 10

struct sy_ticker_prm {
	size_t max;    /* calls at once: 1 .. SY_TICKER_MAX */
	int priority;  /* under SCHED_FIFO; 0: as every other thread */
	int longest_s; /* of a call */
	struct sy_costs costs;
	/* Where a bridge of this kind passes a caller on to; NULL: the desk alone. */
	const char *(*pass_to)(void *arg, const char *kind);
	/* A call has ended, or could not begin; on the media thread. */
	void (*ended)(void *arg);
	void *arg;
	struct sy_pool *pool; /* these are borrowed, and outlive the ticker */
	struct sy_clerk *clerk;
	struct sy_reader *reader;
	struct sy_shelf *shelf;     /* the ticker's own; NULL */
	struct sy_metrics *metrics; /* these may be NULL */
	struct sy_log *log;
	struct sy_roster *roster;
	struct sy_status *status;
};

struct sy_ticker;

int sy_ticker_create(const struct sy_ticker_prm *prm, struct sy_ticker **ret_ticker, struct sy_problem *why);
/* Puts down the calls that are left and ends the thread; results may still come. */
void sy_ticker_stop(struct sy_ticker *ticker);
/* Drops the calls and results that came too late; after the stop. */
void sy_ticker_clear(struct sy_ticker *ticker);
/* Stops first. NULL is allowed. */
void sy_ticker_destroy(struct sy_ticker *ticker);

/* A call begins: the guest, and a hold on its edition, are taken on success. EAGAIN: too many at once. */
int sy_ticker_receive(struct sy_ticker *ticker, struct sy_guest *guest, struct sy_edition *edition);
/* The result of a job (taken) of the call that it names; what was said is kept for other calls, too. */
void sy_ticker_result(struct sy_ticker *ticker, struct sy_job *job);
/* Every call is put down at its next frame. */
void sy_ticker_put_down(struct sy_ticker *ticker);

size_t sy_ticker_calls(const struct sy_ticker *ticker);   /* now */
uint64_t sy_ticker_beats(const struct sy_ticker *ticker); /* grows as it works */

#endif
