/*
 * negotiation: our side of offer and answer (RFC 3264) for one call's sound.
 *
 * An answer takes the first usable audio line of an offer and refuses every other with port 0. Of the codecs in common
 * ours come first in our order, and one is answered, so that a peer sends what we have chosen. Keys of telephone-event
 * and comfort noise are taken beside it. A plain value; for one thread.
 */
#ifndef SY_SIP_NEGOTIATION_H
#define SY_SIP_NEGOTIATION_H

#include <stdint.h>
#include <sys/socket.h>

#include "audio/media/media.h"
#include "audio/sip/sdp.h"
#include "audio/sip/sip.h"
#include "base/text.h"

struct sy_negotiation {
	enum sy_codec_id codec[SY_CODECS]; /* preferred first */
	size_t codecs;
	enum sy_sip_srtp srtp;
	bool offer_secure; /* what an offer of ours says where srtp leaves it open: the signalling is secret */
	struct sockaddr_storage address; /* where the peer reaches our RTP; the port is not looked at */
	uint16_t port;
	uint64_t session; /* o=: stays in a call */
	uint64_t version; /* o=: grows with each body */
	uint8_t key[SY_MEDIA_SRTP_KEY_BYTES];
};

/* Draws session and key. */
void sy_negotiation_init(struct sy_negotiation *own);

/* All three leave outputs untouched on failure.
 * ENOTSUP: no codec, address family or security in common (488); ENOMEM. */
int sy_negotiation_answer(struct sy_negotiation *own, const struct sy_sdp *offer, struct sy_text *ret_answer,
	struct sy_media_flow *ret_flow);
int sy_negotiation_offer(struct sy_negotiation *own, struct sy_text *ret_offer);
/* What became of our own offer. */
int sy_negotiation_accept(
	const struct sy_negotiation *own, const struct sy_sdp *answer, struct sy_media_flow *ret_flow);

#endif
