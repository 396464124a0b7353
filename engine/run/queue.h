/*
 * queue: jobs that wait for a speech worker.
 *
 * Sentences that a caller is about to hear go first, then turns, the oldest first. Where there is more than workers can
 * do, the newest turn goes first: the oldest first would have every caller wait as long as calls wait at all, and then
 * be told for nothing (B. Maurer, "Fail at Scale", ACM Queue 13(8), 2015: adaptive LIFO).
 *
 * Plain value, zeroed at first. Owner: the crew; one thread. Whoever takes a job owns it.
 */
#ifndef SY_RUN_QUEUE_H
#define SY_RUN_QUEUE_H

#include "engine/run/job.h"

/* By then there is more than can be done, and not only much at once (turns that come together wait up to a second at
 * 200 calls): from here on the newest go first, before half of them have waited as long as a call waits. */
#define SY_QUEUE_BEHIND_MS 2500
/* A turn whose call has given it up (SY_TURN_RESULT_MAX_MS). */
#define SY_QUEUE_STALE_MS 5000

struct sy_queue {
	struct sy_job *first;
	struct sy_job *last;
	size_t n;
};

/* A job's `due_ms` says since when it waits. */
void sy_queue_put(struct sy_queue *queue, struct sy_job *job);
/* Before all others: it has had its turn already. */
void sy_queue_put_back(struct sy_queue *queue, struct sy_job *job);

/* The next to be done, or a stale one, which is not to be done any more; NULL: none waits. */
struct sy_job *sy_queue_take(struct sy_queue *queue, int64_t now_ms);
bool sy_queue_is_stale(const struct sy_job *job, int64_t now_ms);
/* One of a call's, whatever it is, or only a turn of its; NULL: it has none. */
struct sy_job *sy_queue_take_of(struct sy_queue *queue, uint64_t call, bool turns);

#endif
