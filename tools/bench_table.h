/*
 * bench_table: measured figures, each with its target, and the few statistics they need.
 *
 * Owner: the program; a fixed number of rows. One thread.
 */
#ifndef SY_TOOLS_BENCH_TABLE_H
#define SY_TOOLS_BENCH_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#define SY_BENCH_ROWS_MAX 64

enum sy_bench_target { SY_BENCH_NO_TARGET, SY_BENCH_AT_MOST, SY_BENCH_AT_LEAST };

struct sy_bench_row {
	const char *group; /* for programs, where a row comes more than once: "200 calls"; NULL mostly */
	const char *id;    /* for programs: "turn_clean_mean" */
	const char *what;  /* for people */
	const char *unit;
	double value;
	enum sy_bench_target kind;
	double target;
	size_t n;       /* measurements behind it; 0: not said */
	char note[160]; /* how it was measured, or why it was skipped */
	bool skipped;
};

struct sy_bench_table {
	struct sy_bench_row rows[SY_BENCH_ROWS_MAX];
	size_t n;
};

void sy_bench_add(struct sy_bench_table *table, const struct sy_bench_row *row);
void sy_bench_skip(struct sy_bench_table *table, const char *id, const char *what, const char *why);

/* Targets missed. */
size_t sy_bench_missed(const struct sy_bench_table *table);
void sy_bench_print(const struct sy_bench_table *table);
int sy_bench_print_json(const struct sy_bench_table *table); /* one object a line */

/* Measurements. Adding past the end is left out. */
#define SY_BENCH_VALUES_MAX 4000
struct sy_bench_values {
	double at[SY_BENCH_VALUES_MAX];
	size_t n;
};

void sy_bench_value(struct sy_bench_values *values, double value);
double sy_bench_mean(const struct sy_bench_values *values);
/* share 0..1; 0.5 is the median. Sorts. */
double sy_bench_quantile(struct sy_bench_values *values, double share);

#endif
