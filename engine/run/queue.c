#include "engine/run/queue.h"

static void put_last(struct sy_queue *queue, struct sy_job *job)
{
	job->next = NULL;
	if (queue->last)
		queue->last->next = job;
	else
		queue->first = job;
	queue->last = job;
	queue->n++;
}

void sy_queue_put_back(struct sy_queue *queue, struct sy_job *job)
{
	job->next = queue->first;
	queue->first = job;
	if (!queue->last)
		queue->last = job;
	queue->n++;
}

/* A sentence that a caller is about to hear goes before turns: it is a tenth of the work, and the last of the wait. */
static void put_sentence(struct sy_queue *queue, struct sy_job *job)
{
	struct sy_job **at = &queue->first;

	while (*at && (*at)->kind == SY_JOB_SAY)
		at = &(*at)->next;
	job->next = *at;
	*at = job;
	queue->last = job->next ? queue->last : job;
	queue->n++;
}

void sy_queue_put(struct sy_queue *queue, struct sy_job *job)
{
	if (job->kind == SY_JOB_SAY)
		put_sentence(queue, job);
	else
		put_last(queue, job);
}

/* `before` is the one in front of it. */
static struct sy_job *take(struct sy_queue *queue, struct sy_job **at, struct sy_job *before)
{
	struct sy_job *job = *at;

	*at = job->next;
	if (queue->last == job)
		queue->last = before;
	queue->n--;
	job->next = NULL;
	return job;
}

static struct sy_job *take_last(struct sy_queue *queue)
{
	struct sy_job **at = &queue->first;
	struct sy_job *before = NULL;

	for (; (*at)->next; at = &(*at)->next)
		before = *at;
	return take(queue, at, before);
}

static bool waits_for_more_than(const struct sy_job *job, int64_t ms, int64_t now_ms)
{
	return job->kind == SY_JOB_HEAR && now_ms - job->due_ms > ms;
}

bool sy_queue_is_stale(const struct sy_job *job, int64_t now_ms)
{
	return waits_for_more_than(job, SY_QUEUE_STALE_MS, now_ms);
}

struct sy_job *sy_queue_take(struct sy_queue *queue, int64_t now_ms)
{
	const struct sy_job *first = queue->first;

	if (!first)
		return NULL;
	if (waits_for_more_than(first, SY_QUEUE_BEHIND_MS, now_ms) && !sy_queue_is_stale(first, now_ms))
		return take_last(queue);
	return take(queue, &queue->first, NULL);
}

struct sy_job *sy_queue_take_of(struct sy_queue *queue, uint64_t call, bool turns)
{
	struct sy_job **at = &queue->first;
	struct sy_job *before = NULL;

	for (; *at; at = &(*at)->next) {
		if ((*at)->call == call && (!turns || (*at)->kind == SY_JOB_HEAR))
			return take(queue, at, before);
		before = *at;
	}
	return NULL;
}
