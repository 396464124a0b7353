/*
 * call: a caller, from the INVITE until both the session and the taker of the call are done with it. Private to
 * audio/sip; on the SIP thread.
 */
#ifndef SY_SIP_CALL_H
#define SY_SIP_CALL_H

#include "audio/sip/leg.h"

struct sy_transfer;
struct sy_trunk;

struct sy_call {
	struct le le; /* in the service's calls */
	struct sy_leg leg;
	struct sy_arrival arrival; /* what is known of it */
	struct tmr ring;
	struct mbuf *body; /* of the 200, while it rings */
	uint64_t begun_ms;
	bool let_go;                  /* the taker has destroyed its bridge, or there never was one */
	bool over;                    /* the session has ended */
	const struct sy_trunk *trunk; /* it came through this one; NULL: none of ours */
	struct sy_transfer *transfer; /* a hand-off under way; NULL: none */
};

/* An INVITE that the door has let in. Replies. */
void sy_call_begin(struct sy_sip *sip, const struct sip_msg *msg);
/* Ends it from our side: BYE. The taker's bridge reports the caller gone. */
void sy_call_hang_up(struct sy_call *call, const char *why);
/* Once in a while: limits of time. */
void sy_call_tick(struct sy_call *call, uint64_t now_ms);
/* Frees a call that nobody uses any more; call it last. */
void sy_call_release(struct sy_call *call);

/* Credentials for what the peer of this call may ask; for libre. */
int sy_call_password(char **user, char **password, const char *realm, void *arg);

#endif
