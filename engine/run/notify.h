/*
 * notify: tells the service manager (systemd) how the service stands: sd_notify(3), without libsystemd.
 *
 * Where no manager listens ($NOTIFY_SOCKET is not set) every function does nothing. A message is one datagram that is
 * never waited for. The variables are read, and taken out of the environment, at creation, so that speech workers do
 * not inherit them: before any other thread runs.
 *
 * Owner: the service. One thread.
 */
#ifndef SY_RUN_NOTIFY_H
#define SY_RUN_NOTIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/problem.h"

struct sy_notify;

/* EINVAL: $NOTIFY_SOCKET is neither a path nor an abstract name, or too long. */
int sy_notify_create(struct sy_notify **ret_notify, struct sy_problem *why);
void sy_notify_destroy(struct sy_notify *notify); /* NULL is allowed */

/* Does a manager listen? */
bool sy_notify_heard(const struct sy_notify *notify);

/* status: a line for `systemctl status`, or NULL. 0, or the errno of the datagram. */
int sy_notify_ready(struct sy_notify *notify, const char *status);
int sy_notify_reloading(struct sy_notify *notify); /* sy_notify_ready() ends it */
int sy_notify_stopping(struct sy_notify *notify, const char *status);
int sy_notify_status(struct sy_notify *notify, const char *status);
/* Ask for `seconds` more before the manager loses patience with a start or a draining stop. */
int sy_notify_extend(struct sy_notify *notify, unsigned seconds);

/* How often sy_notify_alive() wants to be called, in ms: half the watchdog's time; 0: no watchdog. */
int64_t sy_notify_watchdog_ms(const struct sy_notify *notify);
/*
 * Keeps the watchdog quiet. `beats` is a number that grows as the service's most important thread works (the media
 * thread's ticks): where it has not grown since the last call, nothing is sent, and a thread that hangs ends in a
 * restart. Calls that come sooner than half of sy_notify_watchdog_ms() after the last message send nothing.
 */
int sy_notify_alive(struct sy_notify *notify, uint64_t beats, int64_t now_ms);

#endif
