#include "engine/run/metrics.h"

#include <errno.h>
#include <math.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/run/metrics_process.h"
#include "engine/run/metrics_table.h"

/* Seconds are kept as whole microseconds, so that adding them needs no lock and loses nothing. */
#define MICRO 1000000

struct collector {
	sy_metrics_collect_h *collect;
	void *arg;
};

/* A family's cells lie together, series by series: one for a counter or gauge; for a histogram one for each bucket,
 * that of +Inf, and the sum. */
struct sy_metrics {
	size_t first[SY_METRIC_N];
	struct collector collectors[SY_METRICS_COLLECTORS_MAX];
	size_t n_collectors;
	_Atomic int64_t cells[];
};

static size_t n_values(const struct sy_metric_label *label)
{
	size_t n = 0;

	while (label->values && label->values[n])
		n++;
	return n ? n : 1;
}

static size_t n_buckets(const struct sy_metric_row *row)
{
	size_t n = 0;

	while (row->bucket && row->bucket[n] > 0)
		n++;
	return n;
}

static size_t n_cells(const struct sy_metric_row *row)
{
	return row->type == SY_METRIC_HISTOGRAM ? n_buckets(row) + 2 : 1;
}

static size_t n_series(const struct sy_metric_row *row)
{
	return n_values(&row->label[0]) * n_values(&row->label[1]);
}

static double scale(const struct sy_metric_row *row)
{
	return row->unit && !strcmp(row->unit, "seconds") ? MICRO : 1;
}

int sy_metrics_create(struct sy_metrics **ret_metrics)
{
	struct sy_metrics *metrics;
	size_t first[SY_METRIC_N];
	struct timespec now;
	size_t n = 0;

	for (size_t i = 0; i < SY_METRIC_N; i++) {
		first[i] = n;
		n += n_series(&sy_metric_table[i]) * n_cells(&sy_metric_table[i]);
	}
	metrics = calloc(1, sizeof *metrics + n * sizeof *metrics->cells);
	if (!metrics)
		return ENOMEM;
	memcpy(metrics->first, first, sizeof first);
	(void)clock_gettime(CLOCK_REALTIME, &now);
	sy_metrics_set(metrics, SY_METRIC_BUILD_INFO, NULL, 1);
	sy_metrics_set(metrics, SY_METRIC_PROCESS_START, NULL, (double)now.tv_sec);
	*ret_metrics = metrics;
	return sy_metrics_collector(metrics, sy_metrics_process, NULL);
}

void sy_metrics_destroy(struct sy_metrics *metrics)
{
	free(metrics);
}

/* Where a value stands among its label's; the last place is for those that are not there. */
static size_t place_of(const struct sy_metric_label *label, const char *value)
{
	size_t last = n_values(label) - 1;

	for (size_t i = 0; value && i < last; i++)
		if (!strcmp(label->values[i], value))
			return i;
	return last;
}

static _Atomic int64_t *cells_of(const struct sy_metrics *metrics, enum sy_metric which, const struct sy_labels *labels)
{
	const struct sy_metric_row *row = &sy_metric_table[which];
	size_t series = place_of(&row->label[0], labels ? labels->first : NULL) * n_values(&row->label[1]) +
			place_of(&row->label[1], labels ? labels->second : NULL);

	/* The cells are the one part of a const struct that changes: counting is no change to who holds it. */
	return (_Atomic int64_t *)(uintptr_t)&metrics->cells[metrics->first[which] + series * n_cells(row)];
}

void sy_metrics_add(struct sy_metrics *metrics, enum sy_metric which, const struct sy_labels *labels, int64_t n)
{
	if (metrics)
		(void)atomic_fetch_add_explicit(cells_of(metrics, which, labels), n, memory_order_relaxed);
}

static void raise_to(_Atomic int64_t *cell, int64_t value)
{
	int64_t old = atomic_load_explicit(cell, memory_order_relaxed);

	while (old < value &&
		!atomic_compare_exchange_weak_explicit(cell, &old, value, memory_order_relaxed, memory_order_relaxed))
		continue;
}

void sy_metrics_set(struct sy_metrics *metrics, enum sy_metric which, const struct sy_labels *labels, double value)
{
	const struct sy_metric_row *row = &sy_metric_table[which];
	int64_t whole = llround(value * scale(row));

	if (!metrics)
		return;
	if (row->type == SY_METRIC_COUNTER)
		raise_to(cells_of(metrics, which, labels), whole);
	else
		atomic_store_explicit(cells_of(metrics, which, labels), whole, memory_order_relaxed);
}

void sy_metrics_highest(struct sy_metrics *metrics, enum sy_metric which, const struct sy_labels *labels, double value)
{
	if (metrics)
		raise_to(cells_of(metrics, which, labels), llround(value * scale(&sy_metric_table[which])));
}

void sy_metrics_observe(
	struct sy_metrics *metrics, enum sy_metric which, const struct sy_labels *labels, double seconds)
{
	const struct sy_metric_row *row = &sy_metric_table[which];
	size_t n = n_buckets(row);
	_Atomic int64_t *cells;
	size_t i = 0;

	if (!metrics)
		return;
	seconds = seconds > 0 ? seconds : 0;
	cells = cells_of(metrics, which, labels);
	while (i < n && seconds > row->bucket[i])
		i++;
	(void)atomic_fetch_add_explicit(&cells[i], 1, memory_order_relaxed);
	(void)atomic_fetch_add_explicit(&cells[n + 1], llround(seconds * MICRO), memory_order_relaxed);
}

static double load(const _Atomic int64_t *cell)
{
	return (double)atomic_load_explicit(cell, memory_order_relaxed);
}

/* Of one series. */
static double value_of(const struct sy_metric_row *row, const _Atomic int64_t *cells)
{
	double n = 0;

	if (row->type != SY_METRIC_HISTOGRAM)
		return load(cells) / scale(row);
	for (size_t i = 0; i <= n_buckets(row); i++)
		n += load(&cells[i]);
	return n;
}

double sy_metrics_value(const struct sy_metrics *metrics, enum sy_metric which, const struct sy_labels *labels)
{
	return metrics ? value_of(&sy_metric_table[which], cells_of(metrics, which, labels)) : 0;
}

double sy_metrics_sum(const struct sy_metrics *metrics, enum sy_metric which)
{
	const struct sy_metric_row *row = &sy_metric_table[which];
	double sum = 0;

	for (size_t i = 0; metrics && i < n_series(row); i++)
		sum += value_of(row, &metrics->cells[metrics->first[which] + i * n_cells(row)]);
	return sum;
}

int sy_metrics_collector(struct sy_metrics *metrics, sy_metrics_collect_h *collect, void *arg)
{
	if (metrics->n_collectors == SY_METRICS_COLLECTORS_MAX)
		return ENOSPC;
	metrics->collectors[metrics->n_collectors++] = (struct collector){collect, arg};
	return 0;
}

/* What is written of one series: its family, its labels as {a="b",…} needs them, and its cells. */
struct series {
	const struct sy_metric_row *row;
	const char *value[SY_METRIC_LABELS_MAX];
	const _Atomic int64_t *cells;
};

/* name_suffix{labels,le="bound"} value */
static int write_sample(
	struct sy_text *text, const struct series *series, const char *suffix, const char *bound, double value)
{
	const char *mark = "{";
	int err = sy_text_addf(text, "%s%s", series->row->name, suffix);

	for (size_t i = 0; i < SY_METRIC_LABELS_MAX && !err; i++) {
		if (!series->value[i])
			continue;
		err = sy_text_addf(text, "%s%s=\"%s\"", mark, series->row->label[i].name, series->value[i]);
		mark = ",";
	}
	if (!err && bound)
		err = sy_text_addf(text, "%sle=\"%s\"", mark, bound);
	if (!err && (bound || *mark == ','))
		err = sy_text_add(text, "}");
	return err ? err : sy_text_addf(text, " %.15g\n", value);
}

/* Buckets are written as Prometheus counts them: each holds all that is below its bound. */
static int write_histogram(struct sy_text *text, const struct series *series)
{
	const double *bucket = series->row->bucket;
	size_t n = n_buckets(series->row);
	double below = 0;
	char bound[32];
	int err = 0;

	for (size_t i = 0; i < n && !err; i++) {
		(void)snprintf(bound, sizeof bound, "%g", bucket[i]);
		below += load(&series->cells[i]);
		err = write_sample(text, series, "_bucket", bound, below);
	}
	below += load(&series->cells[n]);
	if (!err)
		err = write_sample(text, series, "_bucket", "+Inf", below);
	if (!err)
		err = write_sample(text, series, "_sum", NULL, load(&series->cells[n + 1]) / MICRO);
	return err ? err : write_sample(text, series, "_count", NULL, below);
}

static int write_family(const struct sy_metrics *metrics, enum sy_metric which, struct sy_text *text)
{
	const struct sy_metric_row *row = &sy_metric_table[which];
	size_t second = n_values(&row->label[1]);
	int err = sy_text_addf(
		text, "# HELP %s %s\n# TYPE %s %s\n", row->name, row->help, row->name, sy_metric_type_name(row->type));

	for (size_t i = 0; i < n_series(row) && !err; i++) {
		struct series series = {.row = row, .cells = &metrics->cells[metrics->first[which] + i * n_cells(row)]};

		series.value[0] = row->label[0].values ? row->label[0].values[i / second] : NULL;
		series.value[1] = row->label[1].values ? row->label[1].values[i % second] : NULL;
		if (row->type == SY_METRIC_HISTOGRAM)
			err = write_histogram(text, &series);
		else
			err = write_sample(text, &series, "", NULL, value_of(row, series.cells));
	}
	return err;
}

int sy_metrics_write(struct sy_metrics *metrics, struct sy_text *ret_text)
{
	int err = 0;

	for (size_t i = 0; i < metrics->n_collectors; i++)
		metrics->collectors[i].collect(metrics, metrics->collectors[i].arg);
	for (size_t i = 0; i < SY_METRIC_N && !err; i++)
		err = write_family(metrics, (enum sy_metric)i, ret_text);
	return err;
}

static int document_label(const struct sy_metric_label *label, struct sy_text *text)
{
	int err = sy_text_addf(text, " `%s` (", label->name);

	for (size_t i = 0; label->values[i] && !err; i++)
		err = sy_text_addf(text, "%s%s", label->values[i], label->values[i + 1] ? ", " : ")");
	return err;
}

int sy_metrics_document(struct sy_text *ret_text)
{
	int err = 0;

	for (size_t i = 0; i < SY_METRIC_N && !err; i++) {
		const struct sy_metric_row *row = &sy_metric_table[i];

		err = sy_text_addf(ret_text, "| `%s` | %s |", row->name, sy_metric_type_name(row->type));
		/* The version is this program's own. */
		for (size_t l = 0; l < SY_METRIC_LABELS_MAX && !err; l++)
			if (i == SY_METRIC_BUILD_INFO && !l)
				err = sy_text_addf(ret_text, " `%s`", row->label[l].name);
			else if (row->label[l].values)
				err = document_label(&row->label[l], ret_text);
		if (!err)
			err = sy_text_addf(ret_text, " | %s |\n", row->help);
	}
	return err;
}
