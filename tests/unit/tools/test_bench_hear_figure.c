#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/bench_hear_figure.h"

static const struct sy_figure share = {
	.group = "group", .id = "share", .what = "a share", .kind = SY_BENCH_AT_LEAST, .target = 90, .each = 80};

static void count(struct sy_figure *figure, const char *cohort, size_t k, size_t n)
{
	for (size_t i = 0; i < n; i++)
		sy_figure_count(figure, cohort, i < k);
}

/* What the gate says; the caller frees. */
static char *gate(const struct sy_figures *figures, size_t *ret_missed)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	assert_non_null(out);
	*ret_missed = sy_figures_gate(figures, out);
	assert_int_equal(fclose(out), 0);
	return text;
}

static struct sy_figures *table(void)
{
	struct sy_figures *figures = calloc(1, sizeof *figures);

	assert_non_null(figures);
	return figures;
}

static void test_share_and_cohorts(void **state)
{
	struct sy_figures *figures = table();
	struct sy_figure *figure = sy_figures_add(figures, &share);

	(void)state;
	count(figure, "near", 9, 10);
	count(figure, "far", 8, 10);
	sy_figure_cohort_count(figure, "old", false);
	assert_int_equal(figure->ours.n, 20);
	assert_true(sy_figure_value(figure) > 84.9 && sy_figure_value(figure) < 85.1);
	assert_string_equal(sy_figure_worst(figure)->name, "old");
	assert_ptr_equal(sy_figures_find(figures, "share"), figure);
	assert_null(sy_figures_find(figures, "another"));
	free(figures);
}

static void test_gate_names_the_worst(void **state)
{
	struct sy_figures *figures = table();
	struct sy_figure *figure = sy_figures_add(figures, &share);
	size_t missed;
	char *text;

	(void)state;
	count(figure, "near", 100, 100);
	count(figure, "far", 8, 10); /* at the edge */
	text = gate(figures, &missed);
	assert_int_equal(missed, 0);
	assert_string_equal(text, "");
	free(text);
	sy_figure_cohort_count(figure, "far", false);
	text = gate(figures, &missed);
	assert_int_equal(missed, 1);
	assert_non_null(strstr(text, "far is the worst with 72.73 %, to reach >= 80"));
	free(text);
	free(figures);
}

static void test_gate_at_most(void **state)
{
	struct sy_figures *figures = table();
	struct sy_figure *figure = sy_figures_add(figures, &(struct sy_figure){.group = "group",
								   .id = "ms",
								   .what = "a time",
								   .unit = "ms",
								   .kind = SY_BENCH_AT_MOST,
								   .target = 70});
	size_t missed;
	char *text;

	(void)state;
	sy_figure_set(figure, 70, NULL);
	text = gate(figures, &missed);
	assert_int_equal(missed, 0);
	free(text);
	sy_figure_set(figure, 71, NULL);
	text = gate(figures, &missed);
	assert_int_equal(missed, 1);
	assert_non_null(strstr(text, "a time: 71 ms, to reach <= 70"));
	free(text);
	free(figures);
}

/* Without a target nothing is missed, and what was skipped is not either. */
static void test_gate_leaves_alone(void **state)
{
	struct sy_figures *figures = table();
	struct sy_figure *figure =
		sy_figures_add(figures, &(struct sy_figure){.group = "group", .id = "plain", .what = "plain"});
	size_t missed;
	char *text;

	(void)state;
	count(figure, "a", 0, 10);
	sy_figures_skip(figures, "group", "all of it", "no recordings");
	text = gate(figures, &missed);
	assert_int_equal(missed, 0);
	free(text);
	assert_true(figures->at[1].skipped);
	assert_string_equal(figures->at[1].note, "no recordings");
	free(figures);
}

static void test_bounds(void **state)
{
	struct sy_figures *figures = table();
	struct sy_figure *figure = sy_figures_add(figures, &share);
	char name[24];

	(void)state;
	for (int i = 0; i < SY_FIGURE_COHORTS_MAX + 1; i++) {
		(void)snprintf(name, sizeof name, "cohort %d", i);
		sy_figure_count(figure, name, true);
	}
	assert_int_equal(figure->n_cohorts, SY_FIGURE_COHORTS_MAX);
	assert_int_equal(figure->ours.n, SY_FIGURE_COHORTS_MAX + 1);
	for (int i = 0; i < SY_FIGURES_MAX + 1; i++)
		assert_non_null(sy_figures_add(figures, &share));
	assert_int_equal(figures->n, SY_FIGURES_MAX);
	free(figures);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_share_and_cohorts),
		cmocka_unit_test(test_gate_names_the_worst), cmocka_unit_test(test_gate_at_most),
		cmocka_unit_test(test_gate_leaves_alone), cmocka_unit_test(test_bounds)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
