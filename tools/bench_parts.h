/*
 * bench_parts: the parts of tools/bench, in the order in which they run. Each adds its rows to the table; what cannot
 * be measured here is added as skipped, with the reason.
 */
#ifndef SY_TOOLS_BENCH_PARTS_H
#define SY_TOOLS_BENCH_PARTS_H

#include <jansson.h>

#include "tools/bench_table.h"

struct sy_bench {
	const char *sayso;  /* the program */
	const char *speech; /* folder of recordings; may not be there */
	const char *work;   /* a folder of our own; $XDG_DATA_HOME and $XDG_CACHE_HOME lie in it */
	size_t every;       /* of the recordings, every so many */
	struct sy_bench_table table;
};

/* Starting, memory, and a minute's call: the program from outside. */
void sy_bench_program(struct sy_bench *bench);
/* The same orders heard by PocketSphinx as installed and by sayso. */
void sy_bench_rival(struct sy_bench *bench);
/* CPU of a turn and the wait for an answer: calls in this process. */
void sy_bench_calls(struct sy_bench *bench);
/* Only the CPU of a turn. */
void sy_bench_turns(struct sy_bench *bench);

/* Says on a terminal what is being measured. */
void sy_bench_doing(const char *what);

/* One line of coffee/labels.jsonl a call, those whose file begins with `set`, every so many. */
typedef void sy_bench_order_h(const json_t *label, const char *path, void *arg);
/* ENOENT: there are no recordings. */
int sy_bench_orders(const struct sy_bench *bench, const char *set, sy_bench_order_h *order, void *arg);

#endif
