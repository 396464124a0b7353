/*
 * arrival: a new call, as a bridge that takes calls (SIP, AudioSocket) announces it.
 *
 * The bridge behind it belongs to whoever accepts the arrival. Announced on the announcer's own thread, which must
 * not be held up: the taker puts it in a mailbox and returns.
 */
#ifndef SY_AUDIO_ARRIVAL_H
#define SY_AUDIO_ARRIVAL_H

#include "audio/bridge.h"

/* Names a call in logs and in `sayso line`: an AudioSocket UUID is 36 characters; a SIP Call-ID is given by its hash.
 */
#define SY_ARRIVAL_ID_BYTES 40
/* A number or the user part of a SIP address; longer ones are cut. */
#define SY_ARRIVAL_PARTY_BYTES 64
/* A case key is 5 digits. */
#define SY_ARRIVAL_CASE_BYTES 8

struct sy_arrival {
	struct sy_bridge *bridge;
	const char *kind; /* "sip", "audiosocket"; a constant */
	char id[SY_ARRIVAL_ID_BYTES];
	char from[SY_ARRIVAL_PARTY_BYTES];    /* "" when unknown; never in logs */
	char to[SY_ARRIVAL_PARTY_BYTES];      /* what was dialled; "" when unknown */
	char case_key[SY_ARRIVAL_CASE_BYTES]; /* a call that comes back with its case; "" mostly */
};

/* 0: taken, and the bridge with it. EBUSY: no room for another call (the announcer refuses it in its own terms);
 * ESHUTDOWN: no new calls. On failure the bridge still belongs to the announcer. */
typedef int sy_arrival_h(void *arg, struct sy_arrival *arrival);

#endif
