/*
 * errand: something that another thread wants done on the SIP thread.
 *
 * An errand is part of what it is about, so posting one needs no memory; the box has room for all that can exist at
 * once. Whoever posts an errand leaves it alone until it has run.
 */
#ifndef SY_SIP_ERRAND_H
#define SY_SIP_ERRAND_H

#include <stddef.h>

struct sy_errand {
	void (*run)(void *arg);
	void *arg;
};

struct sy_errands;

/* Room for `max` errands at once. */
int sy_errands_create(size_t max, struct sy_errands **ret_errands);
void sy_errands_destroy(struct sy_errands *errands);

/* Any thread; never waits. EAGAIN: more than `max`, which is a fault of the owner's. */
int sy_errands_post(struct sy_errands *errands, struct sy_errand *errand);
/* Becomes readable when there is something to run. */
int sy_errands_fd(const struct sy_errands *errands);
/* On the thread that errands are for. */
void sy_errands_run(struct sy_errands *errands);

#endif
