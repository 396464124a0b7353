/*
 * metrics_process: memory, descriptors, threads and processor time of this process, from the system (Linux: proc(5)).
 *
 * What cannot be read keeps its last value. Any thread.
 */
#ifndef SY_RUN_METRICS_PROCESS_H
#define SY_RUN_METRICS_PROCESS_H

#include "engine/run/metrics.h"

/* A sy_metrics_collect_h; `arg` is not used. */
void sy_metrics_process(struct sy_metrics *metrics, void *arg);

#endif
