#include "engine/run/worker.h"

#include <stdlib.h>

int sy_worker_give(struct sy_worker *worker, struct sy_job *job, int64_t now_ms)
{
	int err = worker->impl->give(worker->state, job, now_ms);

	if (err)
		sy_job_destroy(job);
	return err;
}

struct sy_job *sy_worker_finished(struct sy_worker *worker, int64_t now_ms)
{
	return worker->impl->finished(worker->state, now_ms);
}

void sy_worker_destroy(struct sy_worker *worker)
{
	if (!worker)
		return;
	worker->impl->destroy(worker->state);
	free(worker);
}
