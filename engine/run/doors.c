#include "engine/run/doors.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/audiosocket_server.h"
#include "engine/run/http.h"
#include "engine/run/sip_door.h"
#include "engine/run/watch.h"

struct sy_doors {
	const struct sy_config *config;
	struct sy_service *service;
	struct sy_sip *sip; /* these may be NULL: not wanted */
	struct sy_audiosocket_server *audiosocket;
	struct sy_http *http;
	struct sy_http *local;
	char *local_address;
	struct sy_web_route routes[SY_STATUS_ROUTES_MAX];
	size_t n_routes;
};

/* "HOST:PORT" or "[HOST]:PORT", as the configuration has checked. Cuts `text`. */
static const char *split(char *text, uint16_t *ret_port)
{
	char *colon = strrchr(text, ':');

	*ret_port = (uint16_t)strtoul(colon + 1, NULL, 10);
	*colon = '\0';
	if (text[0] != '[')
		return text;
	colon[-1] = '\0';
	return text + 1;
}

/* --- AudioSocket --- */

static void on_audiosocket(void *arg, const struct sy_audiosocket_event *event)
{
	struct sy_doors *doors = arg;
	const struct sy_log_field fields[] = {SY_LOG_TEXT("source", event->source), SY_LOG_TEXT("text", event->text)};
	char name[64];

	(void)snprintf(name, sizeof name, "audiosocket-%s", event->name);
	sy_log_n(sy_service_log(doors->service), event->warning ? SY_LOG_WARNING : SY_LOG_INFO, name, event->id, fields,
		event->text[0] ? 2 : 1);
}

static int on_arrival(void *arg, struct sy_arrival *arrival)
{
	struct sy_doors *doors = arg;

	return sy_service_arrive(doors->service, arrival);
}

static int open_audiosocket(struct sy_doors *doors, struct sy_problem *why)
{
	const struct sy_config *config = doors->config;
	char address[SY_CONFIG_TEXT_MAX];
	struct sy_audiosocket_server_prm prm = {.networks = (const char *const *)config->audiosocket.allowed.at,
		.n_networks = config->audiosocket.allowed.n,
		.connections_max = (unsigned)config->calls.max,
		.cut = config->audiosocket.hang_up,
		.arrival = on_arrival,
		.log = on_audiosocket,
		.arg = doors};

	if (!config->audiosocket.listen[0])
		return 0;
	(void)snprintf(address, sizeof address, "%s", config->audiosocket.listen);
	prm.address = split(address, &prm.port);
	return sy_audiosocket_server_create(&prm, &doors->audiosocket, why);
}

static void collect_audiosocket(struct sy_metrics *metrics, void *arg)
{
	struct sy_doors *doors = arg;
	struct sy_audiosocket_counters counters;

	if (!doors->audiosocket)
		return;
	sy_audiosocket_server_counters(doors->audiosocket, &counters);
	sy_metrics_set(metrics, SY_METRIC_AUDIOSOCKET_REFUSALS, &(struct sy_labels){"source", NULL},
		(double)counters.refused_source);
	sy_metrics_set(metrics, SY_METRIC_AUDIOSOCKET_REFUSALS, &(struct sy_labels){"full", NULL},
		(double)(counters.refused_full + counters.refused_busy));
	sy_metrics_set(
		metrics, SY_METRIC_AUDIOSOCKET_REFUSALS, &(struct sy_labels){"message", NULL}, (double)counters.bad);
	sy_metrics_set(
		metrics, SY_METRIC_AUDIOSOCKET_REFUSALS, &(struct sy_labels){"timeout", NULL}, (double)counters.slow);
}

/* --- the web pages --- */

static int open_http(struct sy_doors *doors, struct sy_problem *why)
{
	char address[SY_CONFIG_TEXT_MAX];
	struct sy_http_prm prm = {
		.routes = doors->routes, .n_routes = doors->n_routes, .metrics = sy_service_metrics(doors->service)};

	if (!doors->config->http.listen[0])
		return 0;
	(void)snprintf(address, sizeof address, "%s", doors->config->http.listen);
	prm.address = split(address, &prm.port);
	return sy_http_start(&prm, &doors->http, why);
}

/* For `sayso line`. Where there is no place for it, or another service has it, only that command is missing. */
static int open_local(struct sy_doors *doors)
{
	struct sy_http_prm prm = {
		.routes = doors->routes, .n_routes = doors->n_routes, .metrics = sy_service_metrics(doors->service)};
	struct sy_problem why = {0};
	int err = sy_watch_place(doors->config->http.socket, &doors->local_address);

	if (err)
		return err == ENOENT ? 0 : err;
	prm.address = doors->local_address;
	err = sy_http_start(&prm, &doors->local, &why);
	if (err && doors->config->http.socket[0])
		sy_log(sy_service_log(doors->service), SY_LOG_WARNING, "no-local-socket", NULL,
			SY_LOG_FIELDS(SY_LOG_TEXT("why", why.text)));
	return err == ENOMEM ? err : 0;
}

static int open_all(struct sy_doors *doors, struct sy_problem *why)
{
	struct sy_metrics *metrics = sy_service_metrics(doors->service);
	int err;

	doors->n_routes = sy_status_routes(sy_service_status(doors->service), doors->routes, SY_STATUS_ROUTES_MAX);
	err = sy_sip_door_open(doors->config, doors->service, &doors->sip, why);
	if (!err)
		err = open_audiosocket(doors, why);
	if (!err)
		err = sy_metrics_collector(metrics, collect_audiosocket, doors);
	if (!err && doors->sip)
		err = sy_metrics_collector(metrics, sy_sip_door_collect, doors->sip);
	if (!err)
		err = open_http(doors, why);
	return err ? err : open_local(doors);
}

int sy_doors_open(
	const struct sy_config *config, struct sy_service *service, struct sy_doors **ret_doors, struct sy_problem *why)
{
	struct sy_doors *doors = calloc(1, sizeof *doors);
	int err;

	if (!doors)
		return ENOMEM;
	doors->config = config;
	doors->service = service;
	err = open_all(doors, why);
	if (err)
		sy_doors_close(doors);
	else
		*ret_doors = doors;
	return err;
}

int sy_doors_list(const struct sy_doors *doors, struct sy_text *ret_text)
{
	const struct sy_config *config = doors->config;
	const struct {
		const char *what;
		const char *where;
	} lines[] = {{"SIP over UDP on", config->sip.udp}, {"SIP over TCP on", config->sip.tcp},
		{"SIP over TLS on", config->sip.tls}, {"AudioSocket on", config->audiosocket.listen},
		{"web pages on http://", config->http.listen}};
	struct sy_text text = {0};
	int err = 0;

	for (size_t i = 0; i < sizeof lines / sizeof *lines && !err; i++)
		if (lines[i].where[0])
			err = sy_text_addf(&text, "%s%s%s\n", lines[i].what, strchr(lines[i].what, '/') ? "" : " ",
				lines[i].where);
	if (err)
		sy_text_reset(&text);
	else
		*ret_text = text;
	return err;
}

void sy_doors_look(struct sy_doors *doors)
{
	struct sy_sip_counters counters;
	size_t wanted = 0;

	if (!doors->sip)
		return;
	for (size_t i = 0; i < doors->config->n_trunks; i++)
		wanted += doors->config->trunks[i].register_with;
	sy_sip_counters(doors->sip, &counters);
	sy_status_trouble(sy_service_status(doors->service), SY_TROUBLE_REGISTRATION, counters.registered < wanted);
}

void sy_doors_shut(struct sy_doors *doors)
{
	if (doors->sip)
		sy_sip_drain(doors->sip);
	if (doors->audiosocket)
		sy_audiosocket_server_stop(doors->audiosocket);
}

void sy_doors_close(struct sy_doors *doors)
{
	if (!doors)
		return;
	sy_http_stop(doors->http);
	sy_http_stop(doors->local);
	if (doors->sip)
		sy_sip_stop(doors->sip);
	sy_sip_destroy(doors->sip);
	sy_audiosocket_server_destroy(doors->audiosocket);
	free(doors->local_address);
	free(doors);
}
