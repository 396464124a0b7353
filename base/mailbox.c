#include "base/mailbox.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>

struct sy_mailbox {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	void **ring;
	size_t max;
	size_t first;
	size_t n;
	bool closed;
};

static int init_filled(struct sy_mailbox *mailbox)
{
	pthread_condattr_t attributes;
	int err = pthread_condattr_init(&attributes);

	if (err)
		return err;
	err = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	if (!err)
		err = pthread_cond_init(&mailbox->filled, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	return err;
}

/* The media thread must not wait for one that was put aside on a busy machine while it held the lock. */
static int init_lock(struct sy_mailbox *mailbox)
{
	pthread_mutexattr_t attributes;
	int err = pthread_mutexattr_init(&attributes);

	if (err)
		return err;
	err = pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
	if (!err)
		err = pthread_mutex_init(&mailbox->lock, &attributes);
	(void)pthread_mutexattr_destroy(&attributes);
	return err;
}

static int init_waiting(struct sy_mailbox *mailbox)
{
	int err = init_lock(mailbox);

	if (err)
		return err;
	err = init_filled(mailbox);
	if (err)
		(void)pthread_mutex_destroy(&mailbox->lock);
	return err;
}

int sy_mailbox_create(size_t max, struct sy_mailbox **ret_mailbox)
{
	struct sy_mailbox *mailbox = calloc(1, sizeof *mailbox);

	if (!mailbox)
		return ENOMEM;
	mailbox->ring = calloc(max, sizeof *mailbox->ring);
	if (!mailbox->ring || init_waiting(mailbox)) {
		free(mailbox->ring);
		free(mailbox);
		return ENOMEM;
	}
	mailbox->max = max;
	*ret_mailbox = mailbox;
	return 0;
}

void sy_mailbox_destroy(struct sy_mailbox *mailbox)
{
	if (!mailbox)
		return;
	(void)pthread_cond_destroy(&mailbox->filled);
	(void)pthread_mutex_destroy(&mailbox->lock);
	free(mailbox->ring);
	free(mailbox);
}

int sy_mailbox_put(struct sy_mailbox *mailbox, void *message)
{
	int err = 0;

	(void)pthread_mutex_lock(&mailbox->lock);
	if (mailbox->closed) {
		err = EPIPE;
	} else if (mailbox->n == mailbox->max) {
		err = EAGAIN;
	} else {
		mailbox->ring[(mailbox->first + mailbox->n++) % mailbox->max] = message;
		(void)pthread_cond_signal(&mailbox->filled);
	}
	(void)pthread_mutex_unlock(&mailbox->lock);
	return err;
}

/* With the lock held. */
static void *oldest(struct sy_mailbox *mailbox)
{
	void *message;

	if (!mailbox->n)
		return NULL;
	message = mailbox->ring[mailbox->first];
	mailbox->first = (mailbox->first + 1) % mailbox->max;
	mailbox->n--;
	return message;
}

void *sy_mailbox_take(struct sy_mailbox *mailbox)
{
	void *message;

	(void)pthread_mutex_lock(&mailbox->lock);
	message = oldest(mailbox);
	(void)pthread_mutex_unlock(&mailbox->lock);
	return message;
}

void *sy_mailbox_wait(struct sy_mailbox *mailbox)
{
	void *message;

	(void)pthread_mutex_lock(&mailbox->lock);
	while (!mailbox->n && !mailbox->closed)
		(void)pthread_cond_wait(&mailbox->filled, &mailbox->lock);
	message = oldest(mailbox);
	(void)pthread_mutex_unlock(&mailbox->lock);
	return message;
}

void *sy_mailbox_wait_for(struct sy_mailbox *mailbox, int ms)
{
	struct timespec until;
	void *message;
	int err = 0;

	(void)clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec += ms / 1000;
	until.tv_nsec += ms % 1000 * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_sec++;
		until.tv_nsec -= 1000000000L;
	}
	(void)pthread_mutex_lock(&mailbox->lock);
	while (!mailbox->n && !mailbox->closed && !err)
		err = pthread_cond_timedwait(&mailbox->filled, &mailbox->lock, &until);
	message = oldest(mailbox);
	(void)pthread_mutex_unlock(&mailbox->lock);
	return message;
}

void sy_mailbox_close(struct sy_mailbox *mailbox)
{
	(void)pthread_mutex_lock(&mailbox->lock);
	mailbox->closed = true;
	(void)pthread_cond_broadcast(&mailbox->filled);
	(void)pthread_mutex_unlock(&mailbox->lock);
}
