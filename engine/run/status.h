/*
 * status: how the service stands, and the pages that tell it: /health, /metrics, /calls.
 *
 * Threads report their troubles here; each is one bit, set and cleared without a lock. /health is 200 while new calls
 * are answered (status "ok", or "degraded" with the reasons) and 503 while they are not ("starting", "draining",
 * "down"), so that a load balancer or a SIP dispatcher takes the machine out in time.
 *
 * Owner: the service. Every function may be called from any thread once the status is made.
 */
#ifndef SY_RUN_STATUS_H
#define SY_RUN_STATUS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/web.h"
#include "engine/run/metrics.h"
#include "engine/run/roster.h"

enum sy_phase { SY_PHASE_STARTING, SY_PHASE_SERVING, SY_PHASE_DRAINING };

/* What threads report. Missing workers and a full house are read from the metrics instead.
 * X(constant, what /health says, no new call is answered meanwhile) */
#define SY_TROUBLE_LIST(X)                                                                                             \
	X(SY_TROUBLE_VERSION, "a published version was set aside", false)                                              \
	X(SY_TROUBLE_RELOAD, "the last reload failed", false)                                                          \
	X(SY_TROUBLE_RECORDS, "call records wait to be written", false)                                                \
	X(SY_TROUBLE_TICKS, "the media thread is late", false)                                                         \
	X(SY_TROUBLE_REGISTRATION, "a trunk is not registered", false)                                                 \
	X(SY_TROUBLE_LISTENING, "callers cannot be listened for", true)

#define SY_TROUBLE_CONSTANT(constant, text, refuses) constant,
enum sy_trouble { SY_TROUBLE_LIST(SY_TROUBLE_CONSTANT) SY_TROUBLE_N };
#undef SY_TROUBLE_CONSTANT

struct sy_status;

/* Both are borrowed and outlive it; versions, calls and workers are read from the metrics. */
int sy_status_create(struct sy_metrics *metrics, const struct sy_roster *roster, struct sy_status **ret_status);
void sy_status_destroy(struct sy_status *status); /* NULL is allowed */

void sy_status_phase(struct sy_status *status, enum sy_phase phase);
void sy_status_trouble(struct sy_status *status, enum sy_trouble which, bool there);

/* The pages' rows, to be copied into the service's table of routes; `status` must outlive the server. Returns their
 * number, at most `max`. */
#define SY_STATUS_ROUTES_MAX 4
size_t sy_status_routes(struct sy_status *status, struct sy_web_route *ret_routes, size_t max);

#endif
