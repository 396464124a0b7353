/*
 * relay: callers who speak with an agent through us.
 *
 * Once an agent's phone has answered and the engine has let go of the caller, nobody ticks their sound any more; the
 * relay does, on a thread of its own with one timer: each frame of the one is given to the other. Started with the
 * first pair.
 */
#ifndef SY_SIP_RELAY_H
#define SY_SIP_RELAY_H

#include "audio/sip/errand.h"
#include "audio/sip/seam.h"

struct sy_relay;

struct sy_relay_pair {
	struct sy_seam *one;
	struct sy_seam *other;
	int rate;                /* of both */
	struct sy_errand silent; /* posted once when either side has fallen silent for good; set by the owner */
	/* the relay's */
	bool said;
	int16_t last[SY_FRAME_SAMPLES_MAX];
	struct sy_relay_pair *next;
};

int sy_relay_create(struct sy_errands *errands, struct sy_relay **ret_relay);
/* Pairs that are still inside are forgotten. */
void sy_relay_destroy(struct sy_relay *relay);

/* From here until sy_relay_remove() has returned the media of both belong to the relay. */
int sy_relay_add(struct sy_relay *relay, struct sy_relay_pair *pair);
/* A pair that is not inside is allowed. */
void sy_relay_remove(struct sy_relay *relay, struct sy_relay_pair *pair);

#endif
