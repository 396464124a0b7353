/*
 * bench_hear_stats: shares with their intervals, and how well a confidence orders and says what is right. No state.
 */
#ifndef SY_TOOLS_BENCH_HEAR_STATS_H
#define SY_TOOLS_BENCH_HEAR_STATS_H

#include <stdbool.h>
#include <stddef.h>

#define SY_STATS_BINS 10

struct sy_interval {
	double low, high;
};

/* 95 % of a share, 0..1 (Wilson 1927); 0 to 1 where n is 0. */
struct sy_interval sy_stats_wilson(size_t k, size_t n);

/* A result: what was claimed, 0..1 or any number, and whether it was right. */
struct sy_claim {
	double p;
	bool right;
};

/* The chance that a right claim has the higher p of a right and a wrong one; ties count half. NAN where there are not
 * both. Sorts. */
double sy_stats_auc(struct sy_claim *claims, size_t n);
/* 95 % of it (Hanley and McNeil 1982). */
struct sy_interval sy_stats_auc_interval(double auc, const struct sy_claim *claims, size_t n);

struct sy_stats_bin {
	size_t n, right;
	double p; /* mean of the claims */
};

/* SY_STATS_BINS equally wide bins of p from 0 to 1. */
void sy_stats_bins(const struct sy_claim *claims, size_t n, struct sy_stats_bin *ret_bins);
/* Mean distance of share right and mean claim over the bins, weighted by their claims (Naeini et al. 2015). */
double sy_stats_calibration_error(const struct sy_claim *claims, size_t n);

/* The highest threshold below which at most `share` of the values lie. -INFINITY for none. Sorts. */
double sy_stats_threshold(double *values, size_t n, double share);

#endif
