/*
 * report: what a level of load showed, as rows beside their targets.
 *
 * Plain functions; the table is tools/bench's.
 */
#ifndef SY_TOOLS_LOAD_REPORT_H
#define SY_TOOLS_LOAD_REPORT_H

#include "tools/bench_table.h"
#include "tools/load/caller.h"
#include "tools/load/crowd.h"
#include "tools/load/machine.h"
#include "tools/load/service.h"

/* The level at which the figures are promised; further ones show where the knee is. */
#define SY_LOAD_PROMISED_CALLS 200

struct sy_load_price {
	double core_hour;    /* in $ */
	double call_minutes; /* of a call whose cost is compared */
};

struct sy_load_level {
	size_t calls;
	double seconds;
	unsigned turn_every_ms;
	struct sy_load_price price;
	const struct sy_load_figures *figures;
	struct sy_crowd_counts counts;
	size_t few;                     /* calls up when `idle` was looked at */
	struct sy_service_sample idle;  /* warm, with a few calls */
	struct sy_service_sample begin; /* of the measured time */
	struct sy_service_sample end;
	struct sy_service_ticks ticks_begin;
	struct sy_service_ticks ticks_end; /* no bounds: not told */
	struct sy_service_ticks own_begin; /* what its own work made of them */
	struct sy_service_ticks own_end;
	struct sy_machine_ticks machine; /* beside it in the measured time; n 0: not looked at */
	double planned;                  /* calls that the service ended as it should: passed on, or goodbye was said */
	double own_cpu_s;                /* of this program in the measured time */
	bool orderly;                    /* the service ended by itself when told to */
};

void sy_load_report(const struct sy_load_level *level, struct sy_bench_table *table);
/* Of calls to a service that found no sentence spoken before. */
void sy_load_report_first(const struct sy_load_figures *figures, struct sy_bench_table *table);

#endif
