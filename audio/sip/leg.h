/*
 * leg: one side of a conversation: a SIP session, its sound, and what was agreed upon. Private to audio/sip.
 *
 * A caller has one leg; an agent that a caller is bridged to has another. On the SIP thread, but for what its seam
 * gives away.
 */
#ifndef SY_SIP_LEG_H
#define SY_SIP_LEG_H

#include "audio/sip/negotiation.h"
#include "audio/sip/seam.h"
#include "audio/sip/service.h"

struct sy_leg {
	struct sy_sip *service;
	struct sipsess *sess;
	struct sy_negotiation own;
	struct sy_ports ports; /* until the media has taken them */
	struct sy_media_flow flow;
	struct sy_seam seam;
	int rate;   /* of the frames; 0 until known */
	bool agent; /* no caller: nobody listens to its keys */
	char contact[SY_SERVICE_URI_BYTES];
};

struct sy_leg_prm {
	struct sy_sip *service;
	struct sa local; /* as the peer sees us, with the SIP port */
	enum sip_transp transport;
	bool secret; /* the peer came by sips: */
	bool agent;
	int rate; /* 0: as the codec wants */
	struct sy_seam_prm seam;
};

/* Opens ports; `leg` was zeroed. */
int sy_leg_open(struct sy_leg *leg, const struct sy_leg_prm *prm);
/* Says BYE or CANCEL where there is a session, frees all that is inside. */
void sy_leg_close(struct sy_leg *leg);

/* Bodies for libre. ENOTSUP: nothing in common (488). */
int sy_leg_answer(struct sy_leg *leg, const struct sip_msg *msg, struct mbuf **ret_body);
int sy_leg_offer(struct sy_leg *leg, struct mbuf **ret_body);
int sy_leg_accept(struct sy_leg *leg, const struct sip_msg *msg);
/* For a re-INVITE: answers its offer, or offers where it has none. */
int sy_leg_renew(struct sy_leg *leg, const struct sip_msg *msg, struct mbuf **ret_body);

/* A key in an INFO; replies. */
void sy_leg_info(struct sy_leg *leg, const struct sip_msg *msg);

#endif
