/*
 * service: `sayso serve` as a child, seen from outside: memory, processor time, descriptors, /metrics.
 *
 * Owner: the program. One thread.
 */
#ifndef SY_TOOLS_LOAD_SERVICE_H
#define SY_TOOLS_LOAD_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/problem.h"
#include "base/text.h"

#define SY_SERVICE_PATH_BYTES 1024
/* A service loads its model and starts its workers in a few seconds. */
#define SY_SERVICE_START_MS 60000
#define SY_SERVICE_STOP_MS 15000

struct sy_service {
	pid_t pid;
	uint16_t sip_port;
	uint16_t http_port;
	char log[SY_SERVICE_PATH_BYTES];
};

struct sy_service_prm {
	const char *sayso; /* the program */
	const char *work;  /* a folder for its configuration, log and data */
	size_t calls_max;
	unsigned workers; /* 0: one a core */
};

/* Returns when /health says that it takes calls. */
int sy_service_start(const struct sy_service_prm *prm, struct sy_service *ret_service, struct sy_problem *why);
/* SIGTERM, later SIGKILL. False where it had died before, or did not end by itself. */
bool sy_service_stop(struct sy_service *service);

/* Of the main process and of all its children. Memory is the proportional share (PSS): what processes share is counted
 * once. */
struct sy_service_sample {
	double main_mb;
	double workers_mb;
	double main_cpu_s;
	double workers_cpu_s;
	size_t workers;
	size_t descriptors; /* of the main process */
};
int sy_service_look(const struct sy_service *service, struct sy_service_sample *ret_sample);

/* Body of a page of its web server. EIO where it does not answer with 200. */
int sy_service_get(const struct sy_service *service, const char *path, struct sy_text *ret_body);
/* Sum of a metric in such a body over all its labels, or over those lines that have `label` ("outcome=\"handoff\"");
 * NULL: all. 0 where it is not there. Exact name, without braces. */
double sy_service_metric(const char *metrics, const char *name, const char *label);

/* The ticks of its media thread, as /metrics has them: how late they were, and how late its own work made them. */
#define SY_SERVICE_TICKS_LATE "sayso_tick_late_seconds"
#define SY_SERVICE_TICKS_OWN "sayso_tick_own_late_seconds"
#define SY_SERVICE_BOUNDS_MAX 32
struct sy_service_ticks {
	double bound_ms[SY_SERVICE_BOUNDS_MAX];
	double n[SY_SERVICE_BOUNDS_MAX]; /* late by at most so much */
	size_t bounds;
	double worst_ms; /* since it started; 0: not told */
};
void sy_service_read_ticks(const char *metrics, const char *name, struct sy_service_ticks *ret_ticks);
/* Of the ticks between two such readings: all, those more than `ms` late, and the bound that none passed. */
double sy_service_ticks_all(const struct sy_service_ticks *from, const struct sy_service_ticks *to);
double sy_service_ticks_past(const struct sy_service_ticks *from, const struct sy_service_ticks *to, double ms);
double sy_service_ticks_worst_ms(const struct sy_service_ticks *from, const struct sy_service_ticks *to);

#endif
