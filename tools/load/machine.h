/*
 * machine: how late the machine itself is: an empty ticker of the kind that carries the service's sound, one on each
 * core.
 *
 * On a shared or virtual machine all of them, the service's included, now and then stand still for many milliseconds;
 * what these show is no fault of the service. They come before everything else, so that nothing but the machine can
 * hold them up; each works for some microseconds every 5 ms.
 */
#ifndef SY_TOOLS_LOAD_MACHINE_H
#define SY_TOOLS_LOAD_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#define SY_MACHINE_CORES_MAX 64
#define SY_MACHINE_PERIOD_MS 5
/* Above media.priority (20, under SCHED_FIFO). */
#define SY_MACHINE_PRIORITY 21
#define SY_MACHINE_LATE_MS 10

struct sy_machine;

struct sy_machine_ticks {
	uint64_t n;
	uint64_t past; /* SY_MACHINE_LATE_MS late or more */
	double worst_ms;
	bool preferred; /* the system granted the priority; without it they show busy neighbours, too */
};

int sy_machine_create(struct sy_machine **ret_machine);
void sy_machine_destroy(struct sy_machine *machine); /* NULL is allowed */

/* Of all cores together, since the start or the last sy_machine_forget(). */
struct sy_machine_ticks sy_machine_ticks(const struct sy_machine *machine);
void sy_machine_forget(struct sy_machine *machine);

#endif
