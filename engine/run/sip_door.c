#include "engine/run/sip_door.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* UDP, TCP, TLS. */
#define LISTEN_MAX 3
/* What networks may do: those trusted, the trunks', those allowed. */
#define ACCESS_MAX ((SY_CONFIG_TRUNKS_MAX + 2) * SY_CONFIG_LIST_MAX)
#define URI_BYTES (2 * SY_CONFIG_TEXT_MAX)

/* What sy_sip_create() copies; it lives as long as that call. */
struct plan {
	const struct sy_config *config;
	char addresses[LISTEN_MAX][SY_CONFIG_TEXT_MAX];
	struct sy_sip_listen listen[LISTEN_MAX];
	struct sy_sip_access access[ACCESS_MAX];
	struct sy_sip_user *users;
	struct sy_sip_trunk trunks[SY_CONFIG_TRUNKS_MAX];
	char registrars[SY_CONFIG_TRUNKS_MAX][URI_BYTES];
	char proxies[SY_CONFIG_TRUNKS_MAX][URI_BYTES];
	struct sy_sip_prm prm;
};

static void add_listen(struct plan *plan, enum sy_sip_transport transport, const char *where)
{
	char *address = plan->addresses[plan->prm.listen_n];
	char *colon;

	if (!where[0])
		return;
	(void)snprintf(address, SY_CONFIG_TEXT_MAX, "%s", where[0] == '[' ? where + 1 : where);
	colon = strrchr(address, ':');
	colon[colon[-1] == ']' ? -1 : 0] = '\0';
	plan->listen[plan->prm.listen_n++] = (struct sy_sip_listen){
		.transport = transport, .address = address, .port = (uint16_t)strtoul(colon + 1, NULL, 10)};
}

static void add_access(struct plan *plan, const struct sy_config_list *networks, enum sy_sip_rule rule)
{
	for (size_t i = 0; i < networks->n; i++)
		plan->access[plan->prm.access_n++] = (struct sy_sip_access){.net = networks->at[i], .rule = rule};
}

/* Without users nobody could show a password, so whoever is not trusted is refused at once. */
static void set_access(struct plan *plan)
{
	const struct sy_config *config = plan->config;
	enum sy_sip_rule stranger = config->n_users ? SY_SIP_PASSWORD : SY_SIP_REFUSE;

	add_access(plan, &config->sip.trusted, SY_SIP_OPEN);
	for (size_t i = 0; i < config->n_trunks; i++)
		add_access(plan, &config->trunks[i].sources, SY_SIP_OPEN);
	add_access(plan, &config->sip.allowed, stranger);
	plan->prm.otherwise = config->sip.allowed.n ? SY_SIP_REFUSE : stranger;
}

static int set_users(struct plan *plan)
{
	const struct sy_config *config = plan->config;

	plan->users = calloc(config->n_users + 1, sizeof *plan->users);
	if (!plan->users)
		return ENOMEM;
	for (size_t i = 0; i < config->n_users; i++)
		plan->users[i] = (struct sy_sip_user){config->users[i].name, config->users[i].password};
	plan->prm.user = plan->users;
	plan->prm.user_n = config->n_users;
	return 0;
}

static void set_trunks(struct plan *plan)
{
	static const char *const suffixes[] = {
		[SY_TRANSPORT_UDP] = "", [SY_TRANSPORT_TCP] = ";transport=tcp", [SY_TRANSPORT_TLS] = ";transport=tls"};

	for (size_t i = 0; i < plan->config->n_trunks; i++) {
		const struct sy_config_trunk *trunk = &plan->config->trunks[i];
		size_t n = plan->prm.trunk_n;

		if (!trunk->register_with)
			continue;
		(void)snprintf(plan->registrars[n], URI_BYTES, "sip:%s%s", trunk->server, suffixes[trunk->transport]);
		(void)snprintf(plan->proxies[n], URI_BYTES, "sip:%s%s;lr", trunk->proxy, suffixes[trunk->transport]);
		plan->trunks[n] = (struct sy_sip_trunk){.name = trunk->name,
			.registrar = plan->registrars[n],
			.user = trunk->user,
			.password = trunk->password[0] ? trunk->password : NULL,
			.proxy = trunk->proxy[0] ? plan->proxies[n] : NULL,
			.expiry_s = (unsigned)trunk->expires_s};
		plan->prm.trunk_n++;
	}
}

static const char *or_null(const char *text)
{
	return text[0] ? text : NULL;
}

static void set_sound(struct plan *plan)
{
	const struct sy_config *config = plan->config;
	struct sy_sip_prm *prm = &plan->prm;

	prm->public_address = or_null(config->sip.public_address);
	prm->rtp_port_min = (uint16_t)config->sip.rtp_port_min;
	prm->rtp_port_max = (uint16_t)config->sip.rtp_port_max;
	prm->codec = (const char *const *)config->sip.codecs.at;
	prm->codec_n = config->sip.codecs.n;
	prm->srtp = (enum sy_sip_srtp)config->sip.srtp;
}

static void set_limits(struct plan *plan)
{
	const struct sy_config *config = plan->config;
	struct sy_sip_prm *prm = &plan->prm;

	prm->source_invites_s = (unsigned)config->sip.invites_per_s;
	/* A call is an INVITE, an ACK and a BYE, sometimes said again, and a few others in between. */
	prm->source_messages_s = 10 * prm->source_invites_s < 200 ? 200 : 10 * prm->source_invites_s;
	prm->calls_max = (unsigned)config->calls.max;
	prm->retry_after_s = (unsigned)config->sip.retry_after_s;
	prm->ring_ms = (unsigned)config->sip.ring_ms;
	prm->silence_s = (unsigned)config->sip.rtp_silence_s;
	prm->longest_s = (unsigned)config->calls.longest_s;
}

static void set_transfer(struct plan *plan)
{
	static const enum sy_sip_transfer transfers[] = {[SY_PASS_DESK] = SY_SIP_TRANSFER_BLIND,
		[SY_PASS_BLIND] = SY_SIP_TRANSFER_BLIND,
		[SY_PASS_ATTENDED] = SY_SIP_TRANSFER_ATTENDED,
		[SY_PASS_BRIDGE] = SY_SIP_TRANSFER_BRIDGE};
	const struct sy_config *config = plan->config;

	plan->prm.transfer = transfers[config->handoff.mode];
	plan->prm.transfer_to = config->handoff.mode == SY_PASS_DESK ? NULL : or_null(config->handoff.target);
	plan->prm.agent_ring_s = (unsigned)config->handoff.ring_s;
	plan->prm.case_header = or_null(config->sip.case_header);
}

static int make_plan(struct plan *plan)
{
	const struct sy_config *config = plan->config;

	add_listen(plan, SY_SIP_UDP, config->sip.udp);
	add_listen(plan, SY_SIP_TCP, config->sip.tcp);
	add_listen(plan, SY_SIP_TLS, config->sip.tls);
	plan->prm.listen = plan->listen;
	plan->prm.access = plan->access;
	plan->prm.trunk = plan->trunks;
	plan->prm.certificate = or_null(config->sip.tls_certificate);
	plan->prm.private_key = or_null(config->sip.tls_key);
	plan->prm.authorities = or_null(config->sip.tls_ca);
	plan->prm.realm = config->sip.realm;
	set_access(plan);
	set_trunks(plan);
	set_sound(plan);
	set_limits(plan);
	set_transfer(plan);
	return set_users(plan);
}

static const char *fact_of(const struct sy_sip_event *event, const char *key)
{
	for (size_t i = 0; i < event->n; i++)
		if (!strcmp(event->fact[i].key, key))
			return event->fact[i].value;
	return "";
}

static void on_log(void *arg, const struct sy_sip_event *event)
{
	struct sy_log *log = sy_service_log(arg);
	struct sy_log_field fields[SY_LOG_FIELDS_MAX + 1] = {{0}};
	size_t n = event->n < SY_LOG_FIELDS_MAX ? event->n : SY_LOG_FIELDS_MAX;
	char name[64];

	if (!strcmp(event->name, "auth-failed")) {
		sy_log_auth_failure(log, "sip", fact_of(event, "source"));
		return;
	}
	for (size_t i = 0; i < n; i++)
		fields[i] = (struct sy_log_field)SY_LOG_TEXT(event->fact[i].key, event->fact[i].value);
	(void)snprintf(name, sizeof name, "sip-%s", event->name);
	sy_log(log, event->warning ? SY_LOG_WARNING : SY_LOG_INFO, name, event->id[0] ? event->id : NULL, fields);
}

int sy_sip_door_open(
	const struct sy_config *config, struct sy_service *service, struct sy_sip **ret_sip, struct sy_problem *why)
{
	struct plan *plan;
	struct sy_sip *sip = NULL;
	int err;

	if (!config->sip.udp[0] && !config->sip.tcp[0] && !config->sip.tls[0])
		return 0;
	plan = calloc(1, sizeof *plan);
	if (!plan)
		return ENOMEM;
	plan->config = config;
	plan->prm.arrival = sy_service_arrive;
	plan->prm.room = sy_service_room;
	plan->prm.log = on_log;
	plan->prm.arg = service;
	err = make_plan(plan);
	if (!err)
		err = sy_sip_create(&plan->prm, why, &sip);
	free(plan->users);
	free(plan);
	if (!err)
		err = sy_sip_start(sip, why);
	if (err)
		sy_sip_destroy(sip);
	else
		*ret_sip = sip;
	return err;
}

void sy_sip_door_collect(struct sy_metrics *metrics, void *arg)
{
	struct sy_sip_counters counters;

	sy_sip_counters(arg, &counters);
	const struct {
		enum sy_metric which;
		const char *label;
		uint64_t value;
	} values[] = {{SY_METRIC_SIP_MESSAGES, NULL, counters.messages},
		{SY_METRIC_SIP_INVITES, NULL, counters.invites}, {SY_METRIC_SIP_REFUSALS, "rate", counters.limited},
		{SY_METRIC_SIP_ENDINGS, "unacknowledged", counters.unacknowledged},
		{SY_METRIC_SIP_ENDINGS, "cancelled", counters.cancelled},
		{SY_METRIC_SIP_ENDINGS, "silent", counters.silent},
		{SY_METRIC_SIP_ENDINGS, "too-long", counters.too_long},
		{SY_METRIC_SIP_TRANSFERS, "done", counters.transfers_done},
		{SY_METRIC_SIP_TRANSFERS, "failed", counters.transfers_failed},
		{SY_METRIC_SIP_REGISTERED, NULL, counters.registered},
		{SY_METRIC_SIP_REGISTRATIONS, "done", counters.registrations},
		{SY_METRIC_SIP_REGISTRATIONS, "failed", counters.registrations_failed},
		{SY_METRIC_RTP_PACKETS, "in", counters.rtp_in}, {SY_METRIC_RTP_PACKETS, "out", counters.rtp_out},
		{SY_METRIC_RTP_FAULTS, "lost", counters.rtp_lost}, {SY_METRIC_RTP_FAULTS, "late", counters.rtp_late},
		{SY_METRIC_RTP_FAULTS, "concealed", counters.rtp_concealed},
		{SY_METRIC_RTP_FAULTS, "foreign", counters.rtp_foreign},
		{SY_METRIC_RTP_FAULTS, "refused", counters.rtp_refused}};

	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		sy_metrics_set(metrics, values[i].which,
			values[i].label ? &(struct sy_labels){values[i].label, NULL} : NULL, (double)values[i].value);
	for (int refusal = 0; refusal < SY_SIP_REFUSAL_N; refusal++)
		sy_metrics_set(metrics, SY_METRIC_SIP_REFUSALS,
			&(struct sy_labels){sy_sip_refusal_name((enum sy_sip_refusal)refusal), NULL},
			(double)counters.refused[refusal]);
}
