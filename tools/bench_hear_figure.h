/*
 * bench_hear_figure: a figure of hearing, with its interval, PocketSphinx's beside it, and the cohorts it is made of.
 *
 * A share is counted, recording by recording; anything else is set. Owner: the program; a fixed number. One thread.
 */
#ifndef SY_TOOLS_BENCH_HEAR_FIGURE_H
#define SY_TOOLS_BENCH_HEAR_FIGURE_H

#include <stdio.h>

#include "tools/bench_hear_stats.h"
#include "tools/bench_table.h"

#define SY_FIGURES_MAX 80
#define SY_FIGURE_COHORTS_MAX 16

struct sy_share {
	size_t k, n;
};

struct sy_figure_cohort {
	char name[40];
	struct sy_share ours, rival;
};

struct sy_figure {
	const char *group; /* "coffee" */
	const char *id;    /* for programs */
	const char *what;  /* for people */
	const char *unit;
	struct sy_share ours, rival; /* of recordings; a share is in per cent */
	bool is_value;               /* no share: these count */
	double value, rival_value;   /* NAN: not measured */
	struct sy_interval range;    /* of value; NAN: none */
	enum sy_bench_target kind;
	double target;
	double each; /* what every cohort has to reach; 0: nothing said of cohorts */
	struct sy_figure_cohort cohorts[SY_FIGURE_COHORTS_MAX];
	size_t n_cohorts;
	char note[160];
	bool skipped; /* the note says why */
};

struct sy_figures {
	struct sy_figure at[SY_FIGURES_MAX];
	size_t n;
};

/* A figure with the fields of `begin`; borrowed until the table goes. Never NULL: past the end the last one is used
 * again. */
struct sy_figure *sy_figures_add(struct sy_figures *figures, const struct sy_figure *begin);
void sy_figures_skip(struct sy_figures *figures, const char *group, const char *what, const char *why);
const struct sy_figure *sy_figures_find(const struct sy_figures *figures, const char *id); /* NULL: not there */

/* One recording of a cohort; "" or NULL: of none. A recording in several cohorts is counted once and put into the
 * others with `sy_figure_cohort_count`. */
void sy_figure_count(struct sy_figure *figure, const char *cohort, bool hit);
void sy_figure_cohort_count(struct sy_figure *figure, const char *cohort, bool hit);
void sy_figure_count_rival(struct sy_figure *figure, const char *cohort, bool hit);
void sy_figure_cohort_count_rival(struct sy_figure *figure, const char *cohort, bool hit);
/* A value that is no share. range may be NULL. */
void sy_figure_set(struct sy_figure *figure, double value, const struct sy_interval *range);

/* Per cent or value. */
double sy_figure_value(const struct sy_figure *figure);
struct sy_interval sy_figure_range(const struct sy_figure *figure);

/* The cohort farthest on the wrong side; NULL without cohorts or a target. */
const struct sy_figure_cohort *sy_figure_worst(const struct sy_figure *figure);

void sy_figures_print(const struct sy_figures *figures);
int sy_figures_print_json(const struct sy_figures *figures); /* one object a line */
/* Names what is missed, the worst cohort first of all; how many figures. */
size_t sy_figures_gate(const struct sy_figures *figures, FILE *out);

#endif
