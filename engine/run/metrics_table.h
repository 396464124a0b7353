/*
 * metrics_table: what each metric is. Const; no state.
 */
#ifndef SY_RUN_METRICS_TABLE_H
#define SY_RUN_METRICS_TABLE_H

#include <stddef.h>

#include "engine/run/metrics.h"

enum sy_metric_type { SY_METRIC_COUNTER, SY_METRIC_GAUGE, SY_METRIC_HISTOGRAM };

#define SY_METRIC_LABELS_MAX 2
/* Without the last one, "+Inf". */
#define SY_METRIC_BUCKETS_MAX 16

struct sy_metric_label {
	const char *name;
	const char *const *values; /* ends in NULL; a value that is not here counts as the last one */
};

struct sy_metric_row {
	const char *name; /* "sayso_…"; counters end in "_total" */
	enum sy_metric_type type;
	const char *unit; /* "seconds", "bytes"; NULL: a number of things */
	const char *help; /* one sentence; neither it nor a label's value has a character that would need an escape */
	struct sy_metric_label label[SY_METRIC_LABELS_MAX];
	const double *bucket; /* upper bounds, rising; ends in 0 */
};

/* SY_METRIC_N rows, by enum sy_metric. */
extern const struct sy_metric_row sy_metric_table[];

const char *sy_metric_type_name(enum sy_metric_type type);

#endif
