/*
 * seat: one call in progress on the media thread, with all that listens to it.
 *
 * Owner: the ticker; its thread.
 */
#ifndef SY_RUN_SEAT_H
#define SY_RUN_SEAT_H

#include "engine/run/line.h"
#include "engine/run/log.h"
#include "engine/run/ticker.h"

struct sy_seat;

struct sy_seat_prm {
	const struct sy_ticker_prm *ticker; /* borrowed, as are its parts */
	uint64_t call;
	struct sy_guest *guest;     /* taken, on failure too */
	struct sy_edition *edition; /* a hold on it is taken, on failure too */
};

int sy_seat_create(const struct sy_seat_prm *prm, struct sy_seat **ret_seat, struct sy_problem *why);
/* Ends the call if need be. NULL is allowed. */
void sy_seat_destroy(struct sy_seat *seat);

/* One frame; false once the call is over. */
bool sy_seat_step(struct sy_seat *seat);
void sy_seat_put_down(struct sy_seat *seat);
/* A result of its call (taken). */
void sy_seat_deliver(struct sy_seat *seat, struct sy_job *job);

uint64_t sy_seat_call(const struct sy_seat *seat);

#endif
