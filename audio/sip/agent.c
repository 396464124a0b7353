#include "audio/sip/agent.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/sip/trunk.h"

struct sy_agent {
	struct sy_leg leg;
	struct sy_agent_prm prm;
	const struct sy_trunk *trunk;
	bool over;
};

static void on_nothing(void *arg)
{
	(void)arg;
}

/* Nobody passes an agent on, and nobody but the relay takes its seam. */
static void on_let_go(void *arg)
{
	(void)arg;
}

static int on_password(char **user, char **password, const char *realm, void *arg)
{
	struct sy_agent *agent = arg;

	return sy_trunk_password(agent->trunk, realm, user, password);
}

static int on_offer(struct mbuf **body, const struct sip_msg *msg, void *arg)
{
	struct sy_agent *agent = arg;

	return sy_leg_renew(&agent->leg, msg, body);
}

static int on_answer(const struct sip_msg *msg, void *arg)
{
	struct sy_agent *agent = arg;

	return sy_leg_accept(&agent->leg, msg);
}

static void on_established(const struct sip_msg *msg, void *arg)
{
	struct sy_agent *agent = arg;

	agent->prm.answered(agent->prm.arg, msg);
}

static void on_info(struct sip *stack, const struct sip_msg *msg, void *arg)
{
	struct sy_agent *agent = arg;

	(void)stack;
	sy_leg_info(&agent->leg, msg);
}

static void on_close(int err, const struct sip_msg *msg, void *arg)
{
	struct sy_agent *agent = arg;
	char why[64];

	if (agent->over)
		return;
	agent->over = true;
	if (!err && msg)
		(void)re_snprintf(why, sizeof why, "%u %r", msg->scode, &msg->reason);
	else
		str_ncpy(why, err == ECONNRESET ? "the agent hung up" : strerror(err), sizeof why);
	agent->prm.ended(agent->prm.arg, why);
}

static enum sip_transp transport_of(const struct uri *uri)
{
	struct pl value;

	if (!pl_strcasecmp(&uri->scheme, "sips"))
		return SIP_TRANSP_TLS;
	if (msg_param_decode(&uri->params, "transport", &value))
		return SIP_TRANSP_UDP;
	if (!pl_strcasecmp(&value, "tls"))
		return SIP_TRANSP_TLS;
	return pl_strcasecmp(&value, "tcp") ? SIP_TRANSP_UDP : SIP_TRANSP_TCP;
}

/* Where we are as the target sees us; a name is not looked up for it. */
static int place(struct sy_agent *agent, const struct uri *uri, struct sy_leg_prm *leg)
{
	struct sa target;
	struct sa local;
	int err;

	leg->local = agent->prm.local;
	if (!sa_set(&target, &uri->host, uri->port)) {
		err = sy_service_local(&target, &leg->local);
		if (err)
			return err;
	}
	err = sip_transp_laddr(agent->prm.service->stack, &local, leg->transport, &leg->local);
	if (!err)
		sa_set_port(&leg->local, sa_port(&local));
	return err;
}

static int open_leg(struct sy_agent *agent)
{
	struct sy_sip *sip = agent->prm.service;
	struct sy_leg_prm leg = {
		.service = sip,
		.agent = true,
		.rate = agent->prm.rate,
		.seam =
			{
				.errands = sip->errands,
				.silences = &sip->counts[SY_COUNT_SILENT],
				.tally = &sip->tally,
				.pass = on_nothing,
				.let_go = on_let_go,
				.arg = agent,
			},
	};
	struct pl text;
	struct uri uri;
	int err;

	pl_set_str(&text, agent->prm.target);
	if (uri_decode(&uri, &text) || (pl_strcasecmp(&uri.scheme, "sip") && pl_strcasecmp(&uri.scheme, "sips")))
		return EINVAL;
	leg.transport = transport_of(&uri);
	leg.secret = !pl_strcasecmp(&uri.scheme, "sips");
	err = place(agent, &uri, &leg);
	return err ? err : sy_leg_open(&agent->leg, &leg);
}

static int invite(struct sy_agent *agent)
{
	struct sy_leg *leg = &agent->leg;
	const char *route = sy_trunk_proxy(agent->trunk);
	const char *from = agent->trunk ? sy_trunk_address(agent->trunk) : leg->contact;
	bool uui = agent->prm.uui[0] != '\0';
	struct mbuf *body = NULL;
	int err = sy_leg_offer(leg, &body);

	if (!err)
		err = sipsess_connect(&leg->sess, leg->service->sessions, agent->prm.target, NULL, from, leg->contact,
			&route, route ? 1 : 0, "application/sdp", body, on_password, agent, false, on_offer, on_answer,
			NULL, on_established, on_info, NULL, on_close, agent, "%s%s%s", uui ? "User-to-User: " : "",
			agent->prm.uui, uui ? "\r\n" : "");
	mem_deref(body);
	return err;
}

int sy_agent_call(const struct sy_agent_prm *prm, struct sy_agent **ret_agent)
{
	struct sy_agent *agent = calloc(1, sizeof *agent);
	int err;

	if (!agent)
		return ENOMEM;
	agent->prm = *prm;
	agent->leg.ports = (struct sy_ports){.rtp_fd = -1, .rtcp_fd = -1};
	agent->trunk = sy_trunks_at(prm->service->trunks, prm->target);
	err = open_leg(agent);
	if (!err)
		err = invite(agent);
	/* Borrowed for the call only. */
	agent->prm.target = agent->prm.uui = NULL;
	if (err)
		sy_agent_destroy(agent);
	else
		*ret_agent = agent;
	return err;
}

void sy_agent_destroy(struct sy_agent *agent)
{
	if (!agent)
		return;
	agent->over = true;
	sy_leg_close(&agent->leg);
	free(agent);
}

struct sy_seam *sy_agent_seam(struct sy_agent *agent)
{
	return &agent->leg.seam;
}
