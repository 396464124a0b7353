#include "engine/run/worker.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "base/mailbox.h"

struct sy_worker {
	struct sy_job_tools tools;
	/* virtual clock: done, and waiting for their time, soonest first */
	struct sy_job *waiting;
	size_t n_waiting;
	/* a thread of its own */
	bool threaded;
	bool started;
	pthread_t thread;
	struct sy_mailbox *asked;
	struct sy_mailbox *done;
	atomic_bool leaving;
};

static void *work(void *arg)
{
	struct sy_worker *worker = arg;
	struct sy_job *job;

	while ((job = sy_mailbox_wait(worker->asked))) {
		if (!atomic_load(&worker->leaving))
			sy_job_do(job, &worker->tools);
		/* As large as `asked` and the job in hand together, so full only when nobody collects any more. */
		if (sy_mailbox_put(worker->done, job))
			sy_job_destroy(job);
	}
	return NULL;
}

int sy_worker_create(const struct sy_job_tools *tools, bool threaded, struct sy_worker **ret_worker)
{
	struct sy_worker *worker = calloc(1, sizeof *worker);
	int err = 0;

	if (!worker)
		return ENOMEM;
	worker->tools = *tools;
	worker->threaded = threaded;
	if (threaded) {
		err = sy_mailbox_create(SY_WORKER_JOBS_MAX, &worker->asked);
		if (!err)
			err = sy_mailbox_create(SY_WORKER_JOBS_MAX + 1, &worker->done);
		if (!err)
			err = pthread_create(&worker->thread, NULL, work, worker);
		worker->started = !err;
	}
	if (err)
		sy_worker_destroy(worker);
	else
		*ret_worker = worker;
	return err;
}

static void empty(struct sy_mailbox *mailbox)
{
	struct sy_job *job;

	while (mailbox && (job = sy_mailbox_take(mailbox)))
		sy_job_destroy(job);
}

void sy_worker_destroy(struct sy_worker *worker)
{
	if (!worker)
		return;
	if (worker->started) {
		atomic_store(&worker->leaving, true);
		sy_mailbox_close(worker->asked);
		(void)pthread_join(worker->thread, NULL);
	}
	empty(worker->asked);
	empty(worker->done);
	sy_mailbox_destroy(worker->asked);
	sy_mailbox_destroy(worker->done);
	while (worker->waiting) {
		struct sy_job *job = worker->waiting;

		worker->waiting = job->next;
		sy_job_destroy(job);
	}
	free(worker);
}

static int64_t wait_ms(const struct sy_job *job)
{
	switch (job->kind) {
	case SY_JOB_HEAR:
		return SY_WORKER_HEAR_FIXED_MS +
		       (int64_t)(SY_WORKER_HEAR_SHARE * 1000.0 * (double)job->hear.n / job->hear.rate);
	case SY_JOB_SAY:
		return SY_WORKER_SAY_FIXED_MS + (int64_t)(SY_WORKER_SAY_SHARE * sy_sound_ms(&job->sound));
	case SY_JOB_PASS:
		return SY_WORKER_PASS_MS;
	case SY_JOB_LEARN:
		break;
	}
	return 0;
}

/* One worker does one job after the other: a result is never there before that of a job given earlier. */
static void hold_back(struct sy_worker *worker, struct sy_job *job, int64_t now_ms)
{
	struct sy_job **last = &worker->waiting;
	int64_t begin_ms = now_ms;

	while (*last) {
		begin_ms = (*last)->due_ms > begin_ms ? (*last)->due_ms : begin_ms;
		last = &(*last)->next;
	}
	job->due_ms = begin_ms + wait_ms(job);
	/* An event must not tell how fast this machine is. */
	job->hypothesis.decode_ms = job->kind == SY_JOB_HEAR ? (int)wait_ms(job) : 0;
	*last = job;
	worker->n_waiting++;
}

int sy_worker_give(struct sy_worker *worker, struct sy_job *job, int64_t now_ms)
{
	int err = 0;

	if (worker->threaded) {
		err = sy_mailbox_put(worker->asked, job);
	} else if (worker->n_waiting == SY_WORKER_JOBS_MAX) {
		err = EAGAIN;
	} else {
		sy_job_do(job, &worker->tools);
		hold_back(worker, job, now_ms);
	}
	if (err)
		sy_job_destroy(job);
	return err;
}

struct sy_job *sy_worker_finished(struct sy_worker *worker, int64_t now_ms)
{
	struct sy_job *job;

	if (worker->threaded)
		return sy_mailbox_take(worker->done);
	job = worker->waiting;
	if (!job || job->due_ms > now_ms)
		return NULL;
	worker->waiting = job->next;
	worker->n_waiting--;
	job->next = NULL;
	return job;
}
