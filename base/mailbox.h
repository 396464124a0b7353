/*
 * mailbox: the one way between threads.
 *
 * A bounded queue of messages (pointers), first in, first out. Who puts a message gives it away; who takes it owns it;
 * so no message is ever seen by two threads. Any number of threads on either side. A media thread uses put and take,
 * which never wait; a worker uses wait.
 *
 * Errors: EAGAIN (full), EPIPE (closed), ENOMEM. On failure the message still belongs to the caller.
 */
#ifndef SY_BASE_MAILBOX_H
#define SY_BASE_MAILBOX_H

#include <stddef.h>

struct sy_mailbox;

/* Room for `max` messages, so that a stuck reader cannot make a writer fill memory. */
int sy_mailbox_create(size_t max, struct sy_mailbox **ret_mailbox);
/* Empty it first: messages still inside are not freed. NULL is allowed. */
void sy_mailbox_destroy(struct sy_mailbox *mailbox);

int sy_mailbox_put(struct sy_mailbox *mailbox, void *message);
/* The oldest message, NULL when there is none. */
void *sy_mailbox_take(struct sy_mailbox *mailbox);
/* Waits for a message; NULL once the mailbox is closed and empty. */
void *sy_mailbox_wait(struct sy_mailbox *mailbox);

/* The same, but for no longer than `ms`: NULL also when none came. */
void *sy_mailbox_wait_for(struct sy_mailbox *mailbox, int ms);

/* Nothing more can be put; readers get what is inside, then NULL. */
void sy_mailbox_close(struct sy_mailbox *mailbox);

#endif
