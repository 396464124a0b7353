/*
 * reception: how well a stream arrives: sequence numbers counted on beyond 65535, losses, jitter
 * (RFC 3550, 6.4.1 and appendices A.1, A.3, A.8). A plain value; one thread.
 */
#ifndef SY_AUDIO_MEDIA_RECEPTION_H
#define SY_AUDIO_MEDIA_RECEPTION_H

#include <stdbool.h>
#include <stdint.h>

#include "audio/media/rtcp.h"
#include "audio/media/rtp.h"

struct sy_reception {
	bool begun;
	uint32_t ssrc;
	int clock; /* timestamp units a second */
	uint16_t first_seq, max_seq;
	uint32_t cycles;    /* times 65536 */
	uint16_t jumped_to; /* a second packet here means that the sender has started anew */
	bool jumped;
	uint64_t received;    /* since the stream began */
	uint64_t lost_before; /* in streams before this one */
	uint64_t expected_reported, received_reported;
	uint32_t transit;
	double jitter; /* timestamp units */
};

/* One stream per value: a new SSRC or clock begins anew, what was lost before is kept. */
void sy_reception_begin(struct sy_reception *reception, uint32_t ssrc, int clock);

/* false: a single packet far from the others; whatever it is, it is not part of the stream yet. */
bool sy_reception_take(struct sy_reception *reception, const struct sy_rtp *rtp, uint64_t arrival_us);

/* Packets that never came, over all streams. Late ones and copies come off, never below 0. */
uint64_t sy_reception_lost(const struct sy_reception *reception);
int sy_reception_jitter_ms(const struct sy_reception *reception);

/* Of our next report; its loss fraction covers the time since the last one. last_sr and delay are the caller's. */
void sy_reception_report(struct sy_reception *reception, struct sy_rtcp_report *ret_report);

#endif
