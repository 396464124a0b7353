/*
 * crowd: many callers at once against one service: their sockets, their signalling, their clock.
 *
 * One thread. Packets go out on a 5 ms timer, a quarter of the callers each time; packets that come are timed by the
 * kernel, so this program's own lateness is not measured as the service's.
 */
#ifndef SY_TOOLS_LOAD_CROWD_H
#define SY_TOOLS_LOAD_CROWD_H

#include "base/problem.h"
#include "tools/load/caller.h"

#define SY_CROWD_CALLS_MAX 4000

struct sy_crowd_prm {
	uint16_t service_port; /* of SIP over UDP on 127.0.0.1 */
	size_t calls;
	unsigned calls_s; /* calls begun a second */
	unsigned turn_every_ms;
	const struct sy_load_turns *turns; /* borrowed */
};

/* What happened to calls, since the last sy_crowd_forget(). */
struct sy_crowd_counts {
	uint64_t begun;
	uint64_t up;         /* answered */
	uint64_t refused;    /* 4xx to 6xx */
	uint64_t unanswered; /* no answer to an INVITE */
	uint64_t lost;       /* no packets any more */
	uint64_t hung_up;    /* BYE from the service, without having passed the caller on */
	uint64_t passed;     /* REFER */
	uint64_t up_now;
	double up_share;      /* mean of calls up over calls wanted */
	double worst_tick_ms; /* this program's own lateness */
};

struct sy_crowd;

int sy_crowd_create(const struct sy_crowd_prm *prm, struct sy_crowd **ret_crowd, struct sy_problem *why);
void sy_crowd_destroy(struct sy_crowd *crowd); /* NULL is allowed */

/* How many calls there should be, up to the number made for. Fewer: nobody is hung up. */
void sy_crowd_want(struct sy_crowd *crowd, size_t calls);
/* Runs for so long. */
int sy_crowd_run(struct sy_crowd *crowd, double seconds);
/* Hangs everyone up and waits for the answers, 2 s at most. */
void sy_crowd_hang_up(struct sy_crowd *crowd);

const struct sy_load_figures *sy_crowd_figures(const struct sy_crowd *crowd);
struct sy_crowd_counts sy_crowd_counts(const struct sy_crowd *crowd);
/* Begins figures and counts anew; first words, which are spoken while the crowd gathers, are kept. */
void sy_crowd_forget(struct sy_crowd *crowd);

#endif
