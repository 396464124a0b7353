/*
 * seam: where the signalling of a call and its sound meet, between two threads.
 *
 * The SIP thread opens a seam with the call's media and gives it away with the bridge (sy_seam_bridge). From then on
 * the media is the taker's; the SIP thread only puts messages into the seam's mailbox, which the taker reads with each
 * frame, and reads and writes the two flags. When the taker lets go it posts an errand, and the seam is the SIP
 * thread's again.
 */
#ifndef SY_SIP_SEAM_H
#define SY_SIP_SEAM_H

#include <stdatomic.h>
#include <stdbool.h>

#include "audio/arrival.h"
#include "audio/bridge.h"
#include "audio/media/media.h"
#include "audio/sip/errand.h"
#include "audio/sip/tally.h"
#include "base/mailbox.h"

/* A SIP address with a header or two. */
#define SY_SEAM_TARGET_BYTES 256

struct sy_seam {
	/* the taker's thread, once taken */
	struct sy_media *media;
	bool silent; /* the media has given the caller up */
	struct sy_tally_told told;
	/* the SIP thread's */
	bool taken;
	/* both */
	struct sy_mailbox *changes;
	_Atomic bool gone;
	_Atomic bool bridged; /* the media stays with the call when the taker lets go */
	_Atomic int passing;  /* enum sy_passing */
	/* the taker writes them, then posts; the SIP thread reads them, then sets passing */
	char target[SY_SEAM_TARGET_BYTES];
	char case_key[SY_ARRIVAL_CASE_BYTES];
	struct sy_errand pass;
	struct sy_errand let_go;
	struct sy_errands *errands; /* borrowed */
	_Atomic uint64_t *silences; /* counts calls that the media gave up; borrowed */
	struct sy_tally *tally;     /* borrowed */
};

struct sy_seam_prm {
	struct sy_errands *errands;
	_Atomic uint64_t *silences;
	struct sy_tally *tally;
	void (*pass)(void *arg);   /* on the SIP thread */
	void (*let_go)(void *arg); /* on the SIP thread: the seam is its own again */
	void *arg;
};

int sy_seam_init(struct sy_seam *seam, const struct sy_seam_prm *prm);
/* Frees what is inside, the media included. */
void sy_seam_reset(struct sy_seam *seam);

/* A bridge over the seam, to give away. ENOMEM. */
int sy_seam_bridge(struct sy_seam *seam, int rate, struct sy_bridge **ret_bridge);

/* SIP thread: what offer and answer have changed, and a key of an INFO. At once while the media is still the SIP
 * thread's, else with the next frame. EAGAIN: too many are waiting. */
int sy_seam_change(struct sy_seam *seam, const struct sy_media_flow *flow);
int sy_seam_key(struct sy_seam *seam, char key);

/* The taker's thread: one frame. */
int sy_seam_exchange(struct sy_seam *seam, struct sy_exchange *exchange);

#endif
