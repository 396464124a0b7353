#include "base/mailbox.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

struct sy_mailbox {
	pthread_mutex_t lock;
	pthread_cond_t filled;
	void **ring;
	size_t max;
	size_t first;
	size_t n;
	bool closed;
};

int sy_mailbox_create(size_t max, struct sy_mailbox **ret_mailbox)
{
	struct sy_mailbox *mailbox = calloc(1, sizeof *mailbox);

	if (!mailbox)
		return ENOMEM;
	mailbox->ring = calloc(max, sizeof *mailbox->ring);
	if (!mailbox->ring) {
		free(mailbox);
		return ENOMEM;
	}
	mailbox->max = max;
	/* Neither can fail on Linux with default attributes. */
	(void)pthread_mutex_init(&mailbox->lock, NULL);
	(void)pthread_cond_init(&mailbox->filled, NULL);
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

void sy_mailbox_close(struct sy_mailbox *mailbox)
{
	(void)pthread_mutex_lock(&mailbox->lock);
	mailbox->closed = true;
	(void)pthread_cond_broadcast(&mailbox->filled);
	(void)pthread_mutex_unlock(&mailbox->lock);
}
