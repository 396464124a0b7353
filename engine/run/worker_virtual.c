#include <errno.h>
#include <stdlib.h>

#include "engine/run/worker.h"

/* Done, and waiting for their time, soonest first. */
struct clock {
	struct sy_job_tools tools;
	struct sy_job *waiting;
	size_t n;
};

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
	case SY_JOB_LOOK_UP:
		break;
	}
	return 0;
}

/* One worker does one job after the other: a result is never there before that of a job given earlier. */
static void hold_back(struct clock *clock, struct sy_job *job, int64_t now_ms)
{
	struct sy_job **last = &clock->waiting;
	int64_t begin_ms = now_ms;

	while (*last) {
		begin_ms = (*last)->due_ms > begin_ms ? (*last)->due_ms : begin_ms;
		last = &(*last)->next;
	}
	job->due_ms = begin_ms + wait_ms(job);
	/* An event must not tell how fast this machine is. */
	job->hypothesis.decode_ms = job->kind == SY_JOB_HEAR ? (int)wait_ms(job) : 0;
	*last = job;
	clock->n++;
}

static int give(void *state, struct sy_job *job, int64_t now_ms)
{
	struct clock *clock = state;

	if (clock->n == SY_WORKER_JOBS_MAX)
		return EAGAIN;
	sy_job_do(job, &clock->tools);
	hold_back(clock, job, now_ms);
	return 0;
}

static struct sy_job *finished(void *state, int64_t now_ms)
{
	struct clock *clock = state;
	struct sy_job *job = clock->waiting;

	if (!job || job->due_ms > now_ms)
		return NULL;
	clock->waiting = job->next;
	clock->n--;
	job->next = NULL;
	return job;
}

static void destroy(void *state)
{
	struct clock *clock = state;

	while (clock->waiting) {
		struct sy_job *job = clock->waiting;

		clock->waiting = job->next;
		sy_job_destroy(job);
	}
	free(clock);
}

static const struct sy_worker_impl impl = {.name = "virtual", .give = give, .finished = finished, .destroy = destroy};

int sy_worker_virtual_create(const struct sy_job_tools *tools, struct sy_worker **ret_worker)
{
	struct sy_worker *worker = calloc(1, sizeof *worker);
	struct clock *clock = calloc(1, sizeof *clock);

	if (!worker || !clock) {
		free(worker);
		free(clock);
		return ENOMEM;
	}
	clock->tools = *tools;
	*worker = (struct sy_worker){.impl = &impl, .state = clock};
	*ret_worker = worker;
	return 0;
}
