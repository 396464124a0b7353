/*
 * bench_child: runs a program to its end and says what that took.
 *
 * A child's peak of memory is at least what its parent had when it was started, so measure children before the
 * measuring program grows. One thread.
 */
#ifndef SY_TOOLS_BENCH_CHILD_H
#define SY_TOOLS_BENCH_CHILD_H

#include "base/text.h"

struct sy_bench_child {
	const char *until; /* in: the clock for until_s stops when this has come on standard output; NULL: nothing */
	int status;        /* exit status; 128 + the signal that ended it */
	double wall_s;     /* from before exec to the end */
	double until_s;    /* -1: never came */
	double cpu_s;      /* user and system, children that it waited for included */
	long max_rss_kb;
	struct sy_text out; /* standard output; sy_text_reset() frees it */
};

/* Standard error is thrown away. `argv[0]` is looked for in PATH. ENOENT, ENOMEM, EAGAIN … */
int sy_bench_child_run(const char *const *argv, struct sy_bench_child *child);

#endif
