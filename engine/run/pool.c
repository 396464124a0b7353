#include "engine/run/pool.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/mailbox.h"

enum order_kind { ORDER_JOB, ORDER_FORGET, ORDER_OPEN, ORDER_CLOSE, ORDER_LEAVE };

/* Who opens an edition waits for this; it lies on that thread's stack. */
struct opening {
	const struct sy_lesson *lesson;
	uint32_t edition;
	bool done;
	int err;
	struct sy_problem why;
};

struct order {
	enum order_kind kind;
	struct sy_job *job;
	uint64_t call;
	uint32_t edition;
	struct opening *opening;
};

/* An edition on the pool's thread. */
struct edition {
	struct sy_crew *crew;    /* NULL: free */
	struct opening *opening; /* who waits for it */
};

struct sy_pool {
	struct sy_pool_prm prm;
	struct sy_mailbox *orders;
	int wake_fd;
	pthread_t thread;
	bool started;
	uint32_t next_edition;
	struct edition editions[SY_POOL_EDITIONS_MAX]; /* the thread's own */
	bool leaving;
	pthread_mutex_t lock; /* of what follows, and of openings */
	pthread_cond_t opened;
	struct sy_pool_counts counts;
};

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Takes the order on success. */
static int put_order(struct sy_pool *pool, const struct order *order)
{
	struct order *copy = malloc(sizeof *copy);
	uint64_t one = 1;
	int err = copy ? 0 : ENOMEM;

	if (err)
		return err;
	*copy = *order;
	err = sy_mailbox_put(pool->orders, copy);
	if (err)
		free(copy);
	else if (write(pool->wake_fd, &one, sizeof one) != (ssize_t)sizeof one && errno != EAGAIN)
		return 0; /* the thread looks every few seconds in any case */
	return err;
}

static struct edition *find(struct sy_pool *pool, uint32_t number)
{
	for (size_t i = 0; i < SY_POOL_EDITIONS_MAX; i++)
		if (pool->editions[i].crew && sy_crew_edition(pool->editions[i].crew) == number)
			return &pool->editions[i];
	return NULL;
}

static void answer_opening(struct sy_pool *pool, struct opening *opening, int err, const struct sy_problem *why)
{
	(void)pthread_mutex_lock(&pool->lock);
	opening->done = true;
	opening->err = err;
	if (why)
		opening->why = *why;
	(void)pthread_cond_broadcast(&pool->opened);
	(void)pthread_mutex_unlock(&pool->lock);
}

static void open_edition(struct sy_pool *pool, struct opening *opening)
{
	struct sy_crew_prm prm = {.argv = pool->prm.argv,
		.n = pool->prm.n,
		.job_ms = pool->prm.job_ms,
		.edition = opening->edition,
		.lesson = opening->lesson,
		.result = pool->prm.result,
		.blamed = pool->prm.blamed,
		.arg = pool->prm.arg,
		.metrics = pool->prm.metrics,
		.log = pool->prm.log};
	struct edition *place = NULL;
	struct sy_problem why = {0};
	int err = ENOSPC;

	for (size_t i = 0; i < SY_POOL_EDITIONS_MAX && !place; i++)
		if (!pool->editions[i].crew)
			place = &pool->editions[i];
	if (place)
		err = sy_crew_create(&prm, now_ms(), &place->crew, &why);
	else
		(void)sy_problem_set(&why, err, "calls still have %d older editions; try again when they have ended",
			SY_POOL_EDITIONS_MAX);
	if (err)
		answer_opening(pool, opening, err, &why);
	else
		place->opening = opening;
}

static void close_edition(struct sy_pool *pool, struct edition *edition)
{
	if (edition->opening) {
		struct sy_problem why = {0};

		(void)sy_problem_set(&why, ECANCELED, "the service is ending");
		answer_opening(pool, edition->opening, ECANCELED, &why);
	}
	sy_crew_destroy(edition->crew);
	*edition = (struct edition){0};
}

static void give(struct sy_pool *pool, struct sy_job *job)
{
	struct edition *edition = find(pool, job->edition);

	if (edition) {
		sy_crew_give(edition->crew, job, now_ms());
		return;
	}
	job->err = sy_problem_set(&job->why, ECANCELED, "the job's edition has been let go");
	pool->prm.result(pool->prm.arg, job);
}

static void obey(struct sy_pool *pool, struct order *order)
{
	struct edition *edition;

	switch (order->kind) {
	case ORDER_JOB:
		give(pool, order->job);
		break;
	case ORDER_FORGET:
		for (size_t i = 0; i < SY_POOL_EDITIONS_MAX; i++)
			if (pool->editions[i].crew)
				sy_crew_forget(pool->editions[i].crew, order->call);
		break;
	case ORDER_OPEN:
		open_edition(pool, order->opening);
		break;
	case ORDER_CLOSE:
		edition = find(pool, order->edition);
		if (edition)
			close_edition(pool, edition);
		break;
	case ORDER_LEAVE:
		pool->leaving = true;
		break;
	}
	free(order);
}

/* Tells who waits for an edition how it went; one that was refused is let go. */
static void check_opening(struct sy_pool *pool, struct edition *edition)
{
	struct sy_problem why = {0};
	enum sy_crew_state state = sy_crew_state(edition->crew, &why);
	struct opening *opening = edition->opening;

	if (!opening || state == SY_CREW_STARTING)
		return;
	edition->opening = NULL;
	if (state == SY_CREW_REFUSED)
		close_edition(pool, edition);
	answer_opening(pool, opening, state == SY_CREW_REFUSED ? EIO : 0, &why);
}

static void publish_counts(struct sy_pool *pool)
{
	struct sy_pool_counts counts = {0};
	uint32_t newest = 0;

	for (size_t i = 0; i < SY_POOL_EDITIONS_MAX; i++) {
		const struct sy_crew *crew = pool->editions[i].crew;

		if (!crew)
			continue;
		counts.waiting += sy_crew_waiting(crew);
		if (sy_crew_edition(crew) < newest || pool->editions[i].opening)
			continue;
		newest = sy_crew_edition(crew);
		counts.alive = sy_crew_alive(crew);
		counts.wanted = pool->prm.n;
	}
	(void)pthread_mutex_lock(&pool->lock);
	pool->counts = counts;
	(void)pthread_mutex_unlock(&pool->lock);
	sy_metrics_set(pool->prm.metrics, SY_METRIC_WORKERS, NULL, (double)counts.alive);
	sy_metrics_set(pool->prm.metrics, SY_METRIC_WORKERS_WANTED, NULL, (double)counts.wanted);
	sy_metrics_set(pool->prm.metrics, SY_METRIC_WORKER_QUEUE, NULL, (double)counts.waiting);
}

static void wait_for_work(struct sy_pool *pool)
{
	struct pollfd fds[1 + SY_POOL_EDITIONS_MAX * SY_CREW_MAX];
	int64_t now = now_ms();
	int64_t due = now + SY_CREW_PAUSE_MAX_MS;
	uint64_t times;
	nfds_t n = 0;

	fds[n++] = (struct pollfd){.fd = pool->wake_fd, .events = POLLIN};
	for (size_t i = 0; i < SY_POOL_EDITIONS_MAX; i++) {
		const struct sy_crew *crew = pool->editions[i].crew;

		if (!crew)
			continue;
		n += sy_crew_polls(crew, fds + n);
		if (sy_crew_due_ms(crew, now) < due)
			due = sy_crew_due_ms(crew, now);
	}
	(void)poll(fds, n, due > now ? (int)(due - now) : 0);
	if (fds[0].revents & POLLIN && read(pool->wake_fd, &times, sizeof times) < 0)
		return; /* nothing to read: nobody rang */
}

static void *work(void *arg)
{
	struct sy_pool *pool = arg;
	struct order *order;

	while (!pool->leaving) {
		wait_for_work(pool);
		while ((order = sy_mailbox_take(pool->orders)))
			obey(pool, order);
		for (size_t i = 0; i < SY_POOL_EDITIONS_MAX; i++) {
			if (!pool->editions[i].crew)
				continue;
			sy_crew_run(pool->editions[i].crew, now_ms());
			check_opening(pool, &pool->editions[i]);
		}
		publish_counts(pool);
	}
	for (size_t i = 0; i < SY_POOL_EDITIONS_MAX; i++)
		if (pool->editions[i].crew)
			close_edition(pool, &pool->editions[i]);
	return NULL;
}

int sy_pool_create(const struct sy_pool_prm *prm, struct sy_pool **ret_pool)
{
	struct sy_pool *pool;
	int err;

	if (!prm->n || prm->n > SY_CREW_MAX)
		return EINVAL;
	pool = calloc(1, sizeof *pool);
	if (!pool)
		return ENOMEM;
	pool->prm = *prm;
	/* Neither can fail on Linux with default attributes. */
	(void)pthread_mutex_init(&pool->lock, NULL);
	(void)pthread_cond_init(&pool->opened, NULL);
	pool->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	err = pool->wake_fd < 0 ? errno : sy_mailbox_create(SY_POOL_ORDERS_MAX, &pool->orders);
	if (!err)
		err = pthread_create(&pool->thread, NULL, work, pool);
	pool->started = !err;
	if (err)
		sy_pool_destroy(pool);
	else
		*ret_pool = pool;
	return err;
}

static void free_orders(struct sy_pool *pool)
{
	struct order *order;

	while (pool->orders && (order = sy_mailbox_take(pool->orders))) {
		sy_job_destroy(order->job);
		free(order);
	}
	sy_mailbox_destroy(pool->orders);
}

void sy_pool_destroy(struct sy_pool *pool)
{
	struct order leave = {.kind = ORDER_LEAVE};

	if (!pool)
		return;
	if (pool->started) {
		while (put_order(pool, &leave))
			(void)usleep(1000); /* it is emptying a full mailbox */
		(void)pthread_join(pool->thread, NULL);
	}
	free_orders(pool);
	if (pool->wake_fd >= 0)
		(void)close(pool->wake_fd);
	(void)pthread_cond_destroy(&pool->opened);
	(void)pthread_mutex_destroy(&pool->lock);
	free(pool);
}

int sy_pool_open(struct sy_pool *pool, const struct sy_lesson *lesson, uint32_t *ret_edition, struct sy_problem *why)
{
	struct opening opening = {.lesson = lesson, .edition = ++pool->next_edition};
	int err = put_order(pool, &(struct order){.kind = ORDER_OPEN, .opening = &opening});

	if (err)
		return err;
	(void)pthread_mutex_lock(&pool->lock);
	while (!opening.done)
		(void)pthread_cond_wait(&pool->opened, &pool->lock);
	(void)pthread_mutex_unlock(&pool->lock);
	if (!opening.err)
		*ret_edition = opening.edition;
	else if (why)
		*why = opening.why;
	return opening.err;
}

void sy_pool_close(struct sy_pool *pool, uint32_t edition)
{
	while (put_order(pool, &(struct order){.kind = ORDER_CLOSE, .edition = edition}) == EAGAIN)
		(void)usleep(1000); /* it is emptying a full mailbox */
}

int sy_pool_give(struct sy_pool *pool, struct sy_job *job)
{
	return put_order(pool, &(struct order){.kind = ORDER_JOB, .job = job});
}

/* Best effort: what is not dropped is done for nobody. */
void sy_pool_forget(struct sy_pool *pool, uint64_t call)
{
	(void)put_order(pool, &(struct order){.kind = ORDER_FORGET, .call = call});
}

struct sy_pool_counts sy_pool_counts(struct sy_pool *pool)
{
	struct sy_pool_counts counts;

	(void)pthread_mutex_lock(&pool->lock);
	counts = pool->counts;
	(void)pthread_mutex_unlock(&pool->lock);
	return counts;
}
