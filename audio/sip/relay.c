#include "audio/sip/relay.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <unistd.h>

struct sy_relay {
	struct sy_errands *errands;
	pthread_mutex_t lock; /* held while frames are exchanged: about 0.1 ms a pair */
	struct sy_relay_pair *first;
	pthread_t thread;
	bool running;
	bool stopping;
	int timer;
};

int sy_relay_create(struct sy_errands *errands, struct sy_relay **ret_relay)
{
	struct sy_relay *relay = calloc(1, sizeof *relay);

	if (!relay)
		return ENOMEM;
	relay->errands = errands;
	relay->timer = -1;
	(void)pthread_mutex_init(&relay->lock, NULL);
	*ret_relay = relay;
	return 0;
}

void sy_relay_destroy(struct sy_relay *relay)
{
	if (!relay)
		return;
	(void)pthread_mutex_lock(&relay->lock);
	relay->stopping = true;
	(void)pthread_mutex_unlock(&relay->lock);
	if (relay->running)
		(void)pthread_join(relay->thread, NULL);
	if (relay->timer >= 0)
		(void)close(relay->timer);
	(void)pthread_mutex_destroy(&relay->lock);
	free(relay);
}

/* A frame of the one to the other at once, and back with the next tick. */
static void pump(struct sy_relay *relay, struct sy_relay_pair *pair)
{
	size_t bytes = sy_frame_samples(pair->rate) * sizeof(int16_t);
	struct sy_exchange one = {.ours = pair->last};
	struct sy_exchange other = {.ours = one.caller};

	(void)sy_seam_exchange(pair->one, &one);
	(void)sy_seam_exchange(pair->other, &other);
	memcpy(pair->last, other.caller, bytes);
	if ((!one.gone && !other.gone) || pair->said)
		return;
	pair->said = true;
	(void)sy_errands_post(relay->errands, &pair->silent);
}

static bool tick(struct sy_relay *relay)
{
	bool goes_on;

	(void)pthread_mutex_lock(&relay->lock);
	for (struct sy_relay_pair *pair = relay->first; pair; pair = pair->next)
		pump(relay, pair);
	goes_on = !relay->stopping;
	(void)pthread_mutex_unlock(&relay->lock);
	return goes_on;
}

static void *run(void *arg)
{
	struct sy_relay *relay = arg;
	uint64_t times;

	do {
		if (read(relay->timer, &times, sizeof times) != (ssize_t)sizeof times && errno != EINTR)
			break;
	} while (tick(relay));
	return NULL;
}

static int start(struct sy_relay *relay)
{
	const struct itimerspec every = {
		.it_interval = {.tv_nsec = SY_FRAME_MS * 1000000L},
		.it_value = {.tv_nsec = SY_FRAME_MS * 1000000L},
	};
	int err;

	if (relay->running)
		return 0;
	if (relay->timer < 0)
		relay->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	if (relay->timer < 0 || timerfd_settime(relay->timer, 0, &every, NULL))
		return errno;
	err = pthread_create(&relay->thread, NULL, run, relay);
	relay->running = !err;
	return err;
}

int sy_relay_add(struct sy_relay *relay, struct sy_relay_pair *pair)
{
	int err = start(relay);

	if (err)
		return err;
	(void)pthread_mutex_lock(&relay->lock);
	pair->next = relay->first;
	relay->first = pair;
	(void)pthread_mutex_unlock(&relay->lock);
	return 0;
}

void sy_relay_remove(struct sy_relay *relay, struct sy_relay_pair *pair)
{
	(void)pthread_mutex_lock(&relay->lock);
	for (struct sy_relay_pair **at = &relay->first; *at; at = &(*at)->next) {
		if (*at != pair)
			continue;
		*at = pair->next;
		break;
	}
	(void)pthread_mutex_unlock(&relay->lock);
}
