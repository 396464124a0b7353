#include "engine/run/status.h"

#include <errno.h>
#include <jansson.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

struct sy_status {
	struct sy_metrics *metrics;
	const struct sy_roster *roster;
	_Atomic int phase;
	_Atomic unsigned troubles; /* a bit for each enum sy_trouble */
};

#define TROUBLE(constant, text, refuses) [constant] = {text, refuses},
static const struct {
	const char *text;
	bool refuses;
} troubles[] = {SY_TROUBLE_LIST(TROUBLE)};

int sy_status_create(struct sy_metrics *metrics, const struct sy_roster *roster, struct sy_status **ret_status)
{
	struct sy_status *status = calloc(1, sizeof *status);

	if (!status)
		return ENOMEM;
	status->metrics = metrics;
	status->roster = roster;
	*ret_status = status;
	return 0;
}

void sy_status_destroy(struct sy_status *status)
{
	free(status);
}

void sy_status_phase(struct sy_status *status, enum sy_phase phase)
{
	atomic_store(&status->phase, (int)phase);
	sy_metrics_set(status->metrics, SY_METRIC_DRAINING, NULL, phase == SY_PHASE_DRAINING);
}

void sy_status_trouble(struct sy_status *status, enum sy_trouble which, bool there)
{
	if (there)
		(void)atomic_fetch_or(&status->troubles, 1U << which);
	else
		(void)atomic_fetch_and(&status->troubles, ~(1U << which));
}

/* What /health says; `down` once a trouble keeps new calls from being answered. */
struct health {
	json_t *reasons;
	bool down;
	int err;
};

static void add_reason(struct health *health, const char *text, bool refuses)
{
	if (json_array_append_new(health->reasons, json_string(text)))
		health->err = ENOMEM;
	health->down |= refuses;
}

static void add_reasons(const struct sy_status *status, struct health *health)
{
	double workers = sy_metrics_value(status->metrics, SY_METRIC_WORKERS, NULL);
	double wanted = sy_metrics_value(status->metrics, SY_METRIC_WORKERS_WANTED, NULL);
	double limit = sy_metrics_value(status->metrics, SY_METRIC_CALLS_LIMIT, NULL);
	unsigned bits = atomic_load(&status->troubles);

	if (wanted > 0 && workers <= 0)
		add_reason(health, "no speech worker is alive", true);
	else if (workers < wanted)
		add_reason(health, "speech workers are missing", false);
	if (limit > 0 && sy_metrics_sum(status->metrics, SY_METRIC_CALLS_IN_PROGRESS) >= limit)
		add_reason(health, "as many calls as allowed are up", false);
	for (unsigned i = 0; i < SY_TROUBLE_N; i++)
		if (bits & 1U << i)
			add_reason(health, troubles[i].text, troubles[i].refuses);
}

static const char *word_of(enum sy_phase phase, const struct health *health)
{
	if (phase == SY_PHASE_STARTING)
		return "starting";
	if (phase == SY_PHASE_DRAINING)
		return "draining";
	if (health->down)
		return "down";
	return json_array_size(health->reasons) ? "degraded" : "ok";
}

static json_int_t whole(const struct sy_status *status, enum sy_metric which)
{
	return (json_int_t)sy_metrics_sum(status->metrics, which);
}

static int serve_health(void *arg, const struct sy_web_request *request, struct sy_web_reply *ret_reply)
{
	const struct sy_status *status = arg;
	enum sy_phase phase = (enum sy_phase)atomic_load(&status->phase);
	struct health health = {.reasons = json_array()};
	int code;

	(void)request;
	if (!health.reasons)
		return ENOMEM;
	add_reasons(status, &health);
	if (health.err) {
		json_decref(health.reasons);
		return health.err;
	}
	code = phase == SY_PHASE_SERVING && !health.down ? 200 : 503;
	return sy_web_json(ret_reply, code,
		json_pack("{s:s, s:o, s:s, s:I, s:I, s:I, s:I, s:I, s:I}", "status", word_of(phase, &health), "reasons",
			health.reasons, "version", SAYSO_VERSION, "kb_version", whole(status, SY_METRIC_KB_VERSION),
			"calls", whole(status, SY_METRIC_CALLS_IN_PROGRESS), "calls_limit",
			whole(status, SY_METRIC_CALLS_LIMIT), "workers", whole(status, SY_METRIC_WORKERS),
			"workers_wanted", whole(status, SY_METRIC_WORKERS_WANTED), "seconds",
			(json_int_t)time(NULL) - whole(status, SY_METRIC_PROCESS_START)));
}

static int serve_metrics(void *arg, const struct sy_web_request *request, struct sy_web_reply *ret_reply)
{
	const struct sy_status *status = arg;

	(void)request;
	ret_reply->type = SY_METRICS_CONTENT_TYPE;
	return sy_metrics_write(status->metrics, &ret_reply->body);
}

static int serve_calls(void *arg, const struct sy_web_request *request, struct sy_web_reply *ret_reply)
{
	const struct sy_status *status = arg;

	return sy_web_json(ret_reply, 200, sy_roster_json(status->roster, request->local));
}

size_t sy_status_routes(struct sy_status *status, struct sy_web_route *ret_routes, size_t max)
{
	const struct sy_web_route routes[] = {
		{"GET", "/health", serve_health, status, false},
		{"GET", "/metrics", serve_metrics, status, false},
		{"GET", "/calls", serve_calls, status, false},
	};
	size_t n = 0;

	for (; n < sizeof routes / sizeof *routes && n < max; n++)
		ret_routes[n] = routes[n];
	return n;
}
