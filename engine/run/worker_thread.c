#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/mailbox.h"
#include "engine/run/worker.h"

struct hand {
	struct sy_job_tools tools;
	bool started;
	pthread_t thread;
	struct sy_mailbox *asked;
	struct sy_mailbox *done;
	atomic_bool leaving;
};

static void *work(void *arg)
{
	struct hand *hand = arg;
	struct sy_job *job;

	while ((job = sy_mailbox_wait(hand->asked))) {
		if (!atomic_load(&hand->leaving))
			sy_job_do(job, &hand->tools);
		/* As large as `asked` and the job in hand together, so full only when nobody collects any more. */
		if (sy_mailbox_put(hand->done, job))
			sy_job_destroy(job);
	}
	return NULL;
}

static int give(void *state, struct sy_job *job, int64_t now_ms)
{
	struct hand *hand = state;

	(void)now_ms;
	return sy_mailbox_put(hand->asked, job);
}

static struct sy_job *finished(void *state, int64_t now_ms)
{
	struct hand *hand = state;

	(void)now_ms;
	return sy_mailbox_take(hand->done);
}

static void empty(struct sy_mailbox *mailbox)
{
	struct sy_job *job;

	while (mailbox && (job = sy_mailbox_take(mailbox)))
		sy_job_destroy(job);
	sy_mailbox_destroy(mailbox);
}

static void destroy(void *state)
{
	struct hand *hand = state;

	if (hand->started) {
		atomic_store(&hand->leaving, true);
		sy_mailbox_close(hand->asked);
		(void)pthread_join(hand->thread, NULL);
	}
	empty(hand->asked);
	empty(hand->done);
	free(hand);
}

static const struct sy_worker_impl impl = {.name = "thread", .give = give, .finished = finished, .destroy = destroy};

int sy_worker_thread_create(const struct sy_job_tools *tools, struct sy_worker **ret_worker)
{
	struct sy_worker *worker = calloc(1, sizeof *worker);
	struct hand *hand = calloc(1, sizeof *hand);
	int err = worker && hand ? 0 : ENOMEM;

	if (err) {
		free(worker);
		free(hand);
		return err;
	}
	hand->tools = *tools;
	*worker = (struct sy_worker){.impl = &impl, .state = hand};
	err = sy_mailbox_create(SY_WORKER_JOBS_MAX, &hand->asked);
	if (!err)
		err = sy_mailbox_create(SY_WORKER_JOBS_MAX + 1, &hand->done);
	if (!err)
		err = pthread_create(&hand->thread, NULL, work, hand);
	hand->started = !err;
	if (err)
		sy_worker_destroy(worker);
	else
		*ret_worker = worker;
	return err;
}
