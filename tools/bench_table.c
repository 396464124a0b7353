#include "tools/bench_table.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Below this two decimals would say nothing. */
#define SMALL 0.01

void sy_bench_add(struct sy_bench_table *table, const struct sy_bench_row *row)
{
	if (table->n < SY_BENCH_ROWS_MAX)
		table->rows[table->n++] = *row;
}

void sy_bench_skip(struct sy_bench_table *table, const char *id, const char *what, const char *why)
{
	struct sy_bench_row row = {.id = id, .what = what, .skipped = true};

	(void)snprintf(row.note, sizeof row.note, "%s", why);
	sy_bench_add(table, &row);
}

static bool met(const struct sy_bench_row *row)
{
	return row->skipped || row->kind == SY_BENCH_NO_TARGET ||
	       (row->kind == SY_BENCH_AT_MOST ? row->value <= row->target : row->value >= row->target);
}

size_t sy_bench_missed(const struct sy_bench_table *table)
{
	size_t n = 0;

	for (size_t i = 0; i < table->n; i++)
		n += !met(&table->rows[i]);
	return n;
}

static void print_row(const struct sy_bench_row *row)
{
	char value[32], target[32] = "", count[32] = "";
	int decimals = row->value < 10 ? 2 : row->value < 100 ? 1 : 0;

	if (row->skipped) {
		(void)printf("%-52s  skipped: %s\n", row->what, row->note);
		return;
	}
	if (row->value > 0 && row->value < SMALL)
		(void)snprintf(value, sizeof value, "%.2g %s", row->value, row->unit);
	else
		(void)snprintf(value, sizeof value, "%.*f %s", decimals, row->value, row->unit);
	if (row->kind != SY_BENCH_NO_TARGET)
		(void)snprintf(
			target, sizeof target, "%s %.3g", row->kind == SY_BENCH_AT_MOST ? "<=" : ">=", row->target);
	if (row->n)
		(void)snprintf(count, sizeof count, "n=%zu", row->n);
	(void)printf("%-52s  %12s  %-8s %-6s %-7s %s\n", row->what, value, target,
		row->kind == SY_BENCH_NO_TARGET ? ""
		: met(row)                      ? "good"
						: "MISSED",
		count, row->note);
}

void sy_bench_print(const struct sy_bench_table *table)
{
	for (size_t i = 0; i < table->n; i++)
		print_row(&table->rows[i]);
}

static int print_json_row(const struct sy_bench_row *row)
{
	json_t *json = json_pack("{s:s, s:s}", "id", row->id, "what", row->what);
	int failed = !json;

	if (row->group)
		failed = failed || json_object_set_new(json, "group", json_string(row->group));
	if (row->skipped) {
		failed = failed || json_object_set_new(json, "skipped", json_string(row->note));
	} else {
		failed = failed || json_object_set_new(json, "value", json_real(row->value)) ||
			 json_object_set_new(json, "unit", json_string(row->unit)) ||
			 json_object_set_new(json, "note", json_string(row->note)) ||
			 json_object_set_new(json, "n", json_integer((json_int_t)row->n));
		if (!failed && row->kind != SY_BENCH_NO_TARGET)
			failed = json_object_set_new(json, row->kind == SY_BENCH_AT_MOST ? "at_most" : "at_least",
					 json_real(row->target)) ||
				 json_object_set_new(json, "met", json_boolean(met(row)));
	}
	if (!failed)
		failed = json_dumpf(json, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6)) != 0 || putchar('\n') == EOF;
	json_decref(json);
	return failed ? ENOMEM : 0;
}

int sy_bench_print_json(const struct sy_bench_table *table)
{
	int err = 0;

	for (size_t i = 0; i < table->n && !err; i++)
		err = print_json_row(&table->rows[i]);
	return err;
}

void sy_bench_value(struct sy_bench_values *values, double value)
{
	if (values->n < SY_BENCH_VALUES_MAX)
		values->at[values->n++] = value;
}

double sy_bench_mean(const struct sy_bench_values *values)
{
	double sum = 0;

	for (size_t i = 0; i < values->n; i++)
		sum += values->at[i];
	return values->n ? sum / (double)values->n : 0;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double sy_bench_quantile(struct sy_bench_values *values, double share)
{
	double at = share * (double)(values->n ? values->n - 1 : 0);
	size_t below = (size_t)at;

	if (values->n == 0)
		return 0;
	qsort(values->at, values->n, sizeof *values->at, by_size);
	if (below + 1 >= values->n)
		return values->at[values->n - 1];
	return values->at[below] + (at - (double)below) * (values->at[below + 1] - values->at[below]);
}
