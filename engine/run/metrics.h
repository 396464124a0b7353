/*
 * metrics: what an operator sees of the service, as numbers in Prometheus' text format.
 *
 * One const table (metrics_table.c) says of each family its name, type, help, labels and buckets; docs/service.md shows
 * the same table. Label values are closed sets: a value that the table does not know is counted under the set's last
 * one ("other" mostly), so nothing that a caller or peer sends can make the numbers grow.
 *
 * Owner: the service. Thread rule: every function may be called from any thread; updates are atomic additions and
 * stores, never a lock, so the media thread may count. sy_metrics_write() calls the collectors in the thread that asks.
 *
 * Source of the format: Prometheus, "Exposition formats", text format 0.0.4.
 */
#ifndef SY_RUN_METRICS_H
#define SY_RUN_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "engine/converse/event.h"

/* X(constant). The table has one row for each, in this order; names, labels and help stand there. */
#define SY_METRIC_LIST(X)                                                                                              \
	X(SY_METRIC_BUILD_INFO)           /* gauge {version} */                                                        \
	X(SY_METRIC_KB_VERSION)           /* gauge */                                                                  \
	X(SY_METRIC_DRAINING)             /* gauge, 0 or 1 */                                                          \
	X(SY_METRIC_CALLS)                /* counter {kind, outcome} */                                                \
	X(SY_METRIC_CALLS_IN_PROGRESS)    /* gauge {kind} */                                                           \
	X(SY_METRIC_CALLS_LIMIT)          /* gauge */                                                                  \
	X(SY_METRIC_CALL_SECONDS)         /* histogram {kind} */                                                       \
	X(SY_METRIC_TURNS)                /* counter {sounded} */                                                      \
	X(SY_METRIC_DECISIONS)            /* counter {decision} */                                                     \
	X(SY_METRIC_KEYS)                 /* counter */                                                                \
	X(SY_METRIC_SILENCES)             /* counter */                                                                \
	X(SY_METRIC_ANSWERS)              /* counter */                                                                \
	X(SY_METRIC_PROMPTS)              /* counter {heard} whole | interrupted */                                    \
	X(SY_METRIC_HANDOFFS)             /* counter {reason} */                                                       \
	X(SY_METRIC_FIRST_WORD_SECONDS)   /* histogram: from answering to the first sound of ours */                   \
	X(SY_METRIC_ANSWER_SECONDS)       /* histogram {turn} sentence | number */                                     \
	X(SY_METRIC_BARGE_IN_SECONDS)     /* histogram */                                                              \
	X(SY_METRIC_DECODE_SECONDS)       /* histogram */                                                              \
	X(SY_METRIC_SYNTHESIS_SECONDS)    /* histogram */                                                              \
	X(SY_METRIC_WORKERS)              /* gauge: alive */                                                           \
	X(SY_METRIC_WORKERS_WANTED)       /* gauge */                                                                  \
	X(SY_METRIC_WORKER_RESTARTS)      /* counter */                                                                \
	X(SY_METRIC_WORKER_JOBS)          /* counter {job, result} */                                                  \
	X(SY_METRIC_WORKER_QUEUE)         /* gauge: jobs that wait for a worker */                                     \
	X(SY_METRIC_WORKER_WAIT_SECONDS)  /* histogram: how long a job waited */                                       \
	X(SY_METRIC_VERSIONS_SET_ASIDE)   /* counter */                                                                \
	X(SY_METRIC_RELOADS)              /* counter {result} done | failed */                                         \
	X(SY_METRIC_DROPS)                /* counter {what} */                                                         \
	X(SY_METRIC_RTP_PACKETS)          /* counter {direction} in | out */                                           \
	X(SY_METRIC_RTP_FAULTS)           /* counter {fault} lost | late | concealed | foreign | refused       */      \
	X(SY_METRIC_SIP_MESSAGES)         /* counter */                                                                \
	X(SY_METRIC_SIP_INVITES)          /* counter */                                                                \
	X(SY_METRIC_SIP_REFUSALS)         /* counter {cause} */                                                        \
	X(SY_METRIC_SIP_ENDINGS)          /* counter {cause} unacknowledged | cancelled | silent | too-long */         \
	X(SY_METRIC_SIP_TRANSFERS)        /* counter {result} done | failed */                                         \
	X(SY_METRIC_SIP_REGISTERED)       /* gauge: trunks registered now */                                           \
	X(SY_METRIC_SIP_REGISTRATIONS)    /* counter {result} done | failed */                                         \
	X(SY_METRIC_AUTH_FAILURES)        /* counter {by} sip | http */                                                \
	X(SY_METRIC_AUDIOSOCKET_REFUSALS) /* counter {cause} */                                                        \
	X(SY_METRIC_TICK_LATE_SECONDS)    /* histogram; its count is that of the ticks */                              \
	X(SY_METRIC_TICK_OWN_SECONDS)     /* histogram: what of it was our own work */                                 \
	X(SY_METRIC_TICK_LATE_WORST)      /* gauge, seconds: sy_metrics_highest() */                                   \
	X(SY_METRIC_TICK_WORK_SECONDS)    /* histogram: how long a tick's work took */                                 \
	X(SY_METRIC_RECORDS_WAITING)      /* gauge */                                                                  \
	X(SY_METRIC_RECORDS_LOST)         /* counter */                                                                \
	X(SY_METRIC_HTTP_REQUESTS)        /* counter {class} 2xx | 3xx | 4xx | 5xx */                                  \
	X(SY_METRIC_LOG_LINES)            /* counter {level} */                                                        \
	/* read from the system when asked for */                                                                      \
	X(SY_METRIC_PROCESS_RESIDENT)        /* gauge, bytes */                                                        \
	X(SY_METRIC_WORKERS_RESIDENT)        /* gauge, bytes */                                                        \
	X(SY_METRIC_PROCESS_DESCRIPTORS)     /* gauge */                                                               \
	X(SY_METRIC_PROCESS_DESCRIPTORS_MAX) /* gauge */                                                               \
	X(SY_METRIC_PROCESS_THREADS)         /* gauge */                                                               \
	X(SY_METRIC_PROCESS_CPU)             /* counter, seconds */                                                    \
	X(SY_METRIC_PROCESS_START)           /* gauge, seconds since 1970 */

#define SY_METRIC_CONSTANT(constant) constant,
enum sy_metric { SY_METRIC_LIST(SY_METRIC_CONSTANT) SY_METRIC_N };
#undef SY_METRIC_CONSTANT

/* Values of a family's labels, in the table's order; NULL where there is none. */
struct sy_labels {
	const char *first;
	const char *second;
};

struct sy_metrics;

int sy_metrics_create(struct sy_metrics **ret_metrics);
void sy_metrics_destroy(struct sy_metrics *metrics); /* NULL is allowed */

/* Everywhere below `labels` may be NULL for a family without labels, and `metrics` may be NULL: nothing is counted. */

/* Counters; and gauges, where `n` may be negative. */
void sy_metrics_add(struct sy_metrics *metrics, enum sy_metric which, const struct sy_labels *labels, int64_t n);
/* Gauges, and counters that are kept elsewhere (those of SIP, of media): a counter never goes back. */
void sy_metrics_set(struct sy_metrics *metrics, enum sy_metric which, const struct sy_labels *labels, double value);
/* A gauge that keeps the greatest value it was given. */
void sy_metrics_highest(struct sy_metrics *metrics, enum sy_metric which, const struct sy_labels *labels, double value);
/* Histograms. Negative values count as 0. */
void sy_metrics_observe(
	struct sy_metrics *metrics, enum sy_metric which, const struct sy_labels *labels, double seconds);

/* What was counted so far: the value of a counter or gauge, the number of a histogram's observations. */
double sy_metrics_value(const struct sy_metrics *metrics, enum sy_metric which, const struct sy_labels *labels);
/* The same over all labels. */
double sy_metrics_sum(const struct sy_metrics *metrics, enum sy_metric which);

/* Called before each writing, in the thread that writes: to bring over counters that are kept elsewhere. At most
 * SY_METRICS_COLLECTORS_MAX, added before any other thread runs. ENOSPC past it. */
#define SY_METRICS_COLLECTORS_MAX 8
typedef void sy_metrics_collect_h(struct sy_metrics *metrics, void *arg);
int sy_metrics_collector(struct sy_metrics *metrics, sy_metrics_collect_h *collect, void *arg);

/* Adds all of it to `ret_text`. ENOMEM, E2BIG. */
int sy_metrics_write(struct sy_metrics *metrics, struct sy_text *ret_text);
#define SY_METRICS_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

/* One row of docs/service.md's table for each family: "| name | type | labels | help |". */
int sy_metrics_document(struct sy_text *ret_text);

/* One call's stream of events, counted: a plain value beside the call; belongs to the call's thread. */
struct sy_metrics_call {
	struct sy_metrics *metrics; /* borrowed */
	const char *kind;           /* of the arrival: "sip", "audiosocket"; a constant */
	/* its own */
	int64_t turn_end_ms; /* of a turn that was not answered yet */
	bool waiting;
	bool number; /* digits that might have gone on: their wait is counted apart */
	int64_t stopped_ms;
	bool stopped; /* a prompt was interrupted, and what by is not known yet */
	bool spoken;  /* our first sound was counted */
};

/* A sy_event_h; `call` is a struct sy_metrics_call. Counts calls, turns, decisions, keys, silences, answers, prompts,
 * hand-offs, calls in progress, and the seconds to the first word, of answers, of barge-in and of decoding. */
void sy_metrics_event(const struct sy_event *event, void *call);

#endif
