/*
 * agent: the leg to a person's phone, which we call. Private to audio/sip; on the SIP thread.
 *
 * The case key travels in User-to-User. Either handler may destroy the agent.
 */
#ifndef SY_SIP_AGENT_H
#define SY_SIP_AGENT_H

#include "audio/sip/leg.h"

struct sy_agent;

struct sy_agent_prm {
	struct sy_sip *service;
	const char *target; /* "sip:…" */
	const char *uui;    /* value of User-to-User; "": none */
	struct sa local;    /* where we are, if the target does not tell; port not looked at */
	int rate;           /* of its frames: the caller's */
	void (*answered)(void *arg, const struct sip_msg *msg);
	void (*ended)(void *arg, const char *why); /* refused, unanswered, or hung up */
	void *arg;
};

/* EINVAL: no SIP address; EPROTONOSUPPORT: we do not listen on its transport. */
int sy_agent_call(const struct sy_agent_prm *prm, struct sy_agent **ret_agent);
/* Says CANCEL or BYE; NULL is allowed. */
void sy_agent_destroy(struct sy_agent *agent);

struct sy_seam *sy_agent_seam(struct sy_agent *agent);

#endif
