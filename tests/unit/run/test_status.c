/* The service's own pages: when new calls are to be sent elsewhere, the numbers, and the roster. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "engine/run/status.h"

struct service {
	struct sy_metrics *metrics;
	struct sy_roster *roster;
	struct sy_status *status;
	struct sy_web_route routes[SY_STATUS_ROUTES_MAX];
	size_t n;
};

static int begin(void **state)
{
	struct service *service = calloc(1, sizeof *service);

	*state = service;
	assert_int_equal(0, sy_metrics_create(&service->metrics));
	assert_int_equal(0, sy_roster_create(4, true, &service->roster));
	assert_int_equal(0, sy_status_create(service->metrics, service->roster, &service->status));
	service->n = sy_status_routes(service->status, service->routes, SY_STATUS_ROUTES_MAX);
	sy_metrics_set(service->metrics, SY_METRIC_WORKERS, NULL, 2);
	sy_metrics_set(service->metrics, SY_METRIC_WORKERS_WANTED, NULL, 2);
	sy_metrics_set(service->metrics, SY_METRIC_CALLS_LIMIT, NULL, 3);
	sy_metrics_set(service->metrics, SY_METRIC_KB_VERSION, NULL, 12);
	return 0;
}

static int end(void **state)
{
	struct service *service = *state;

	sy_status_destroy(service->status);
	sy_status_destroy(NULL);
	sy_roster_destroy(service->roster);
	sy_metrics_destroy(service->metrics);
	free(service);
	return 0;
}

static struct sy_web_reply get(const struct service *service, const char *path, bool local)
{
	struct sy_web_request request = {.method = "GET", .content_type = "", .body = "", .local = local};
	struct sy_web_reply reply = {0};

	sy_web_serve(service->routes, service->n, path, &request, &reply);
	return reply;
}

/* reason: "" when there is none. */
static void stands(const struct service *service, int code, const char *word, const char *reason)
{
	struct sy_web_reply reply = get(service, "/health", false);
	json_t *health = json_loads(sy_text_str(&reply.body), 0, NULL);
	json_t *reasons = json_object_get(health, "reasons");

	assert_int_equal(code, reply.status);
	assert_string_equal("application/json", reply.type);
	assert_string_equal(word, json_string_value(json_object_get(health, "status")));
	assert_int_equal(*reason ? 1 : 0, json_array_size(reasons));
	if (*reason)
		assert_string_equal(reason, json_string_value(json_array_get(reasons, 0)));
	json_decref(health);
	sy_web_reply_reset(&reply);
}

static void phases_are_told(void **state)
{
	struct service *service = *state;

	stands(service, 503, "starting", "");
	sy_status_phase(service->status, SY_PHASE_SERVING);
	stands(service, 200, "ok", "");
	assert_true(sy_metrics_value(service->metrics, SY_METRIC_DRAINING, NULL) == 0);
	sy_status_phase(service->status, SY_PHASE_DRAINING);
	stands(service, 503, "draining", "");
	assert_true(sy_metrics_value(service->metrics, SY_METRIC_DRAINING, NULL) == 1);
}

static void troubles_come_and_go(void **state)
{
	struct service *service = *state;

	sy_status_phase(service->status, SY_PHASE_SERVING);
	sy_status_trouble(service->status, SY_TROUBLE_RECORDS, true);
	stands(service, 200, "degraded", "call records wait to be written");
	sy_status_trouble(service->status, SY_TROUBLE_RECORDS, false);
	stands(service, 200, "ok", "");
	sy_status_trouble(service->status, SY_TROUBLE_LISTENING, true);
	stands(service, 503, "down", "callers cannot be listened for");
	sy_status_trouble(service->status, SY_TROUBLE_LISTENING, false);
	sy_status_trouble(service->status, SY_TROUBLE_VERSION, true);
	stands(service, 200, "degraded", "a published version was set aside");
}

static void workers_and_room_are_watched(void **state)
{
	const struct sy_labels sip = {"sip", NULL};
	struct service *service = *state;

	sy_status_phase(service->status, SY_PHASE_SERVING);
	sy_metrics_set(service->metrics, SY_METRIC_WORKERS, NULL, 1);
	stands(service, 200, "degraded", "speech workers are missing");
	sy_metrics_set(service->metrics, SY_METRIC_WORKERS, NULL, 0);
	stands(service, 503, "down", "no speech worker is alive");
	sy_metrics_set(service->metrics, SY_METRIC_WORKERS, NULL, 2);
	sy_metrics_set(service->metrics, SY_METRIC_CALLS_IN_PROGRESS, &sip, 2);
	stands(service, 200, "ok", "");
	sy_metrics_set(service->metrics, SY_METRIC_CALLS_IN_PROGRESS, &sip, 3);
	stands(service, 200, "degraded", "as many calls as allowed are up");
}

static void health_has_figures(void **state)
{
	struct service *service = *state;
	struct sy_web_reply reply = get(service, "/health", false);
	json_t *health = json_loads(sy_text_str(&reply.body), 0, NULL);

	assert_string_equal(SAYSO_VERSION, json_string_value(json_object_get(health, "version")));
	assert_int_equal(12, json_integer_value(json_object_get(health, "kb_version")));
	assert_int_equal(0, json_integer_value(json_object_get(health, "calls")));
	assert_int_equal(3, json_integer_value(json_object_get(health, "calls_limit")));
	assert_int_equal(2, json_integer_value(json_object_get(health, "workers")));
	assert_int_equal(2, json_integer_value(json_object_get(health, "workers_wanted")));
	assert_in_range(json_integer_value(json_object_get(health, "seconds")), 0, 60);
	json_decref(health);
	sy_web_reply_reset(&reply);
}

static void numbers_are_served(void **state)
{
	struct sy_web_reply reply = get(*state, "/metrics", false);

	assert_int_equal(200, reply.status);
	assert_string_equal("text/plain; version=0.0.4; charset=utf-8", reply.type);
	assert_non_null(strstr(sy_text_str(&reply.body), "\nsayso_knowledge_base_version 12\n"));
	sy_web_reply_reset(&reply);
}

static void calls_are_shown(void **state)
{
	struct service *service = *state;
	struct sy_roster_entry entry;
	size_t place;

	sy_roster_entry_begin(&entry, "1f3a", "sip");
	assert_int_equal(0, sy_roster_enter(service->roster, &entry, &place));
	(void)strcpy(entry.heard, "a secret");
	sy_roster_publish(service->roster, place, &entry);
	for (int local = 0; local < 2; local++) {
		struct sy_web_reply reply = get(service, "/calls", local);
		json_t *calls = json_loads(sy_text_str(&reply.body), 0, NULL);

		assert_string_equal("1f3a", json_string_value(json_object_get(json_array_get(calls, 0), "id")));
		assert_int_equal(local, strstr(sy_text_str(&reply.body), "a secret") != NULL);
		json_decref(calls);
		sy_web_reply_reset(&reply);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(phases_are_told, begin, end),
		cmocka_unit_test_setup_teardown(troubles_come_and_go, begin, end),
		cmocka_unit_test_setup_teardown(workers_and_room_are_watched, begin, end),
		cmocka_unit_test_setup_teardown(health_has_figures, begin, end),
		cmocka_unit_test_setup_teardown(numbers_are_served, begin, end),
		cmocka_unit_test_setup_teardown(calls_are_shown, begin, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
