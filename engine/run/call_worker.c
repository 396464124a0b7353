#include "engine/run/call_worker.h"

#include <errno.h>
#include <stdlib.h>

struct hands {
	struct sy_call_worker_prm prm;
	struct sy_job *first; /* results that the line has not fetched */
	struct sy_job *last;
};

static void put(struct hands *hands, struct sy_job *job)
{
	job->next = NULL;
	if (hands->last)
		hands->last->next = job;
	else
		hands->first = job;
	hands->last = job;
}

static int say(struct hands *hands, struct sy_job *job)
{
	if (!sy_shelf_find(hands->prm.shelf, &job->say, &job->sound))
		return sy_pool_give(hands->prm.pool, job);
	put(hands, job);
	return 0;
}

static int give(void *state, struct sy_job *job, int64_t now_ms)
{
	struct hands *hands = state;
	int err = EINVAL;

	(void)now_ms;
	job->call = hands->prm.call;
	job->edition = hands->prm.edition;
	switch (job->kind) {
	case SY_JOB_SAY:
		err = say(hands, job);
		break;
	case SY_JOB_HEAR:
	case SY_JOB_LEARN:
		err = sy_pool_give(hands->prm.pool, job);
		break;
	case SY_JOB_PASS:
		err = sy_clerk_give(hands->prm.clerk, job);
		break;
	case SY_JOB_LOOK_UP:
		err = sy_reader_give(hands->prm.reader, job);
		break;
	}
	return err;
}

static struct sy_job *finished(void *state, int64_t now_ms)
{
	struct hands *hands = state;
	struct sy_job *job = hands->first;

	(void)now_ms;
	if (!job)
		return NULL;
	hands->first = job->next;
	if (!hands->first)
		hands->last = NULL;
	job->next = NULL;
	return job;
}

static void destroy(void *state)
{
	struct hands *hands = state;
	struct sy_job *job;

	sy_pool_forget(hands->prm.pool, hands->prm.call);
	while ((job = finished(hands, 0)))
		sy_job_destroy(job);
	free(hands);
}

static const struct sy_worker_impl impl = {.name = "service", .give = give, .finished = finished, .destroy = destroy};

int sy_call_worker_create(const struct sy_call_worker_prm *prm, struct sy_worker **ret_worker)
{
	struct sy_worker *worker = calloc(1, sizeof *worker);
	struct hands *hands = calloc(1, sizeof *hands);

	if (!worker || !hands) {
		free(worker);
		free(hands);
		return ENOMEM;
	}
	hands->prm = *prm;
	*worker = (struct sy_worker){.impl = &impl, .state = hands};
	*ret_worker = worker;
	return 0;
}

void sy_call_worker_deliver(struct sy_worker *worker, struct sy_job *job)
{
	put(worker->state, job);
}
