#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tools/bench_hear_stats.h"

static void assert_near(double value, double wanted, double by)
{
	if (!(fabs(value - wanted) <= by))
		fail_msg("%g is not %g within %g", value, wanted, by);
}

/* Newcombe 1998, table I: 81 of 263 is 0.2553 to 0.3662; 0 of 20 is 0 to 0.1611. */
static void test_wilson(void **state)
{
	struct sy_interval interval = sy_stats_wilson(81, 263);

	(void)state;
	assert_near(interval.low, 0.2553, 1e-4);
	assert_near(interval.high, 0.3662, 1e-4);
	interval = sy_stats_wilson(0, 20);
	assert_near(interval.low, 0, 0);
	assert_near(interval.high, 0.1611, 1e-4);
	interval = sy_stats_wilson(20, 20);
	assert_near(interval.low, 1 - 0.1611, 1e-4);
	assert_near(interval.high, 1, 0);
	interval = sy_stats_wilson(0, 0);
	assert_near(interval.low, 0, 0);
	assert_near(interval.high, 1, 0);
}

static void test_auc(void **state)
{
	struct sy_claim ordered[] = {{0.9, true}, {0.1, false}, {0.8, true}, {0.2, false}},
			mixed[] = {{0.9, true}, {0.8, false}, {0.7, true}, {0.1, false}},
			tied[] = {{0.5, true}, {0.5, false}}, right[] = {{0.5, true}, {0.6, true}};

	(void)state;
	assert_near(sy_stats_auc(ordered, 4), 1, 0);
	assert_near(sy_stats_auc(mixed, 4), 0.75, 1e-12);
	assert_near(sy_stats_auc(tied, 2), 0.5, 0);
	assert_true(isnan(sy_stats_auc(right, 2)));
	assert_true(isnan(sy_stats_auc(NULL, 0)));
}

static void test_auc_interval_narrows(void **state)
{
	struct sy_claim claims[400];
	struct sy_interval few, many;

	(void)state;
	for (size_t i = 0; i < 400; i++)
		claims[i] = (struct sy_claim){0, i % 2};
	few = sy_stats_auc_interval(0.8, claims, 40);
	many = sy_stats_auc_interval(0.8, claims, 400);
	assert_true(few.low < many.low && many.low < 0.8 && many.high > 0.8 && few.high > many.high);
	assert_true(few.high <= 1);
}

static void test_calibration(void **state)
{
	const struct sy_claim sure[] = {{1, true}, {1, true}, {0, false}}, boast[] = {{0.95, true}, {0.95, false}},
			      two_bins[] = {{0.25, false}, {0.25, false}, {0.75, true}, {0.75, true}};
	struct sy_stats_bin bins[SY_STATS_BINS];

	(void)state;
	assert_near(sy_stats_calibration_error(sure, 3), 0, 0);
	assert_near(sy_stats_calibration_error(boast, 2), 0.45, 1e-12);
	assert_near(sy_stats_calibration_error(two_bins, 4), 0.25, 1e-12);
	assert_true(isnan(sy_stats_calibration_error(NULL, 0)));
	sy_stats_bins(sure, 3, bins);
	assert_int_equal(bins[SY_STATS_BINS - 1].n, 2);
	assert_int_equal(bins[SY_STATS_BINS - 1].right, 2);
	assert_int_equal(bins[0].n, 1);
	assert_near(bins[SY_STATS_BINS - 1].p, 1, 0);
}

static void test_threshold(void **state)
{
	double values[100], one = 0.7;

	(void)state;
	for (int i = 0; i < 100; i++)
		values[i] = (99 - i) / 100.0;
	assert_near(sy_stats_threshold(values, 100, 0.02), 0.02, 1e-12);
	assert_near(sy_stats_threshold(values, 100, 0), 0, 0);
	assert_near(sy_stats_threshold(&one, 1, 0.02), 0.7, 0);
	assert_true(isinf(sy_stats_threshold(NULL, 0, 0.02)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_wilson), cmocka_unit_test(test_auc),
		cmocka_unit_test(test_auc_interval_narrows), cmocka_unit_test(test_calibration),
		cmocka_unit_test(test_threshold)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
