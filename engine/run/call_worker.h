/*
 * call_worker: a call's worker in the service: speech goes to the pool, hand-offs to the clerk, look-ups to the reader.
 *
 * Results come back through the media thread's mailbox with the call's number; whoever takes them from there delivers
 * them here. A back-end of worker.h; one thread, that of the line.
 */
#ifndef SY_RUN_CALL_WORKER_H
#define SY_RUN_CALL_WORKER_H

#include "engine/run/clerk.h"
#include "engine/run/pool.h"
#include "engine/run/reader.h"
#include "engine/run/shelf.h"
#include "engine/run/worker.h"

struct sy_call_worker_prm {
	uint64_t call;    /* not 0 */
	uint32_t edition; /* of the pool */
	struct sy_pool *pool;
	struct sy_clerk *clerk;
	struct sy_reader *reader;
	struct sy_shelf *shelf; /* a sentence that is there is said at once; NULL: none */
};

int sy_call_worker_create(const struct sy_call_worker_prm *prm, struct sy_worker **ret_worker);

/* A result (taken) of this call. Only for a worker made here. */
void sy_call_worker_deliver(struct sy_worker *worker, struct sy_job *job);

#endif
