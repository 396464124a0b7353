/*
 * bench_hear_plot: figures as SVG. Files are written whole; what cannot be written is said on standard error.
 */
#ifndef SY_TOOLS_BENCH_HEAR_PLOT_H
#define SY_TOOLS_BENCH_HEAR_PLOT_H

#include "tools/bench_hear_figure.h"

struct sy_plot_bar {
	char name[40];
	struct sy_share ours, rival; /* rival.n 0: no bar */
};

/* Shares in per cent with their intervals, PocketSphinx's beside ours. */
void sy_plot_bars(const char *folder, const char *name, const char *title, const struct sy_plot_bar *bars, size_t n);
/* The same of a figure's cohorts, and of all together. */
void sy_plot_cohorts(const char *folder, const char *name, const char *title, const struct sy_figure *figure);
/* How often it was right against how sure it was said to be. */
void sy_plot_reliability(
	const char *folder, const char *name, const char *title, const struct sy_claim *claims, size_t n);

#endif
