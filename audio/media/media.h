/*
 * media: the sound of one telephone call: RTP, RTCP, SRTP, keys, concealment, echo. Knows nothing of SIP.
 *
 * Thread rule: sy_media_create() may be called on any thread (the SIP thread makes it); from the first exchange on
 * everything else, sy_media_change(), sy_media_key() and sy_media_destroy() too, happens on the media thread, so the
 * SIP thread posts them there. Nothing blocks, nothing is logged.
 *
 * The caller's sound comes from the first source that sends to us after the answer; it may differ from the address in
 * the SDP (a caller behind NAT), and from then on our sound goes there. Packets from elsewhere are counted and dropped
 * until sy_media_change() opens the latch again. With SRTP only packets that pass their check can take the latch.
 *
 * Delay: on a clean line a sample waits at most 40 ms here: up to 20 ms for the tick, and up to 20 ms kept against
 * jitter. The wait grows with the jitter seen, to 200 ms, and shrinks again; what a line that stalled brings all at
 * once is caught up with (audio/media/jitter).
 */
#ifndef SY_AUDIO_MEDIA_MEDIA_H
#define SY_AUDIO_MEDIA_MEDIA_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "audio/bridge.h"
#include "audio/media/codec.h"
#include "audio/media/ports.h"

/* Packet times we make, multiples of a frame. Longer ones that come in are taken up to SY_CODEC_PACKET_MS_MAX. */
#define SY_MEDIA_PTIME_MS_MIN 20
#define SY_MEDIA_PTIME_MS_MAX 60
/* AES_CM_128_HMAC_SHA1_80 of SDES (RFC 4568, 6.1): 16 bytes of key, 14 of salt. */
#define SY_MEDIA_SRTP_KEY_BYTES 30
/* Keys that may wait for the next frames; more than one can come in a single read. */
#define SY_MEDIA_KEYS_MAX 32

/* From our side: SY_MEDIA_SENDONLY sends and takes nothing, as on hold with music. */
enum sy_media_direction { SY_MEDIA_SENDRECV, SY_MEDIA_SENDONLY, SY_MEDIA_RECVONLY, SY_MEDIA_INACTIVE };

/* Payload type numbers, 0 to 127, or -1 where not agreed upon. */
struct sy_media_numbers {
	int sound;
	int events;  /* telephone-event, RFC 4733 */
	int comfort; /* comfort noise, RFC 3389; 13 at 8 kHz */
};

/* What offer and answer settled; a re-INVITE settles it anew. All of it is copied. */
struct sy_media_flow {
	struct sockaddr_storage remote; /* where the peer wants RTP */
	/* Where it wants RTCP: a=rtcp. ss_family AF_UNSPEC: RTP's port + 1. Not looked at with rtcp_mux. */
	struct sockaddr_storage remote_rtcp;
	bool rtcp_mux; /* RTCP on RTP's own ports, RFC 5761 */
	enum sy_codec_id codec;
	struct sy_media_numbers out; /* as the peer's SDP numbers them: what we send */
	struct sy_media_numbers in;  /* as our SDP does: what we take */
	int ptime_ms;                /* of what we send: 20, 40 or 60 */
	enum sy_media_direction direction;
	bool secure; /* SRTP and SRTCP with both keys; plain packets are then dropped */
	uint8_t key_out[SY_MEDIA_SRTP_KEY_BYTES];
	uint8_t key_in[SY_MEDIA_SRTP_KEY_BYTES];
};

struct sy_media_prm {
	struct sy_ports ports; /* taken on success; left to the owner on failure. rtcp_fd may be -1: no RTCP */
	struct sy_media_flow flow;
	int rate;         /* of the exchange: SY_RATE_LINE or SY_RATE_WIDE; never changes in a call */
	int silence_ms;   /* without a packet for so long while some are due: the caller is gone; 0: no limit */
	bool inband_keys; /* also hear keys in the sound */
	bool cancel_echo; /* take our own sound out of the caller's */
};

/* Since create, over all flows. */
struct sy_media_counters {
	uint64_t packets_in, bytes_in; /* of RTP taken; bytes of payload */
	uint64_t packets_out, bytes_out;
	uint64_t lost;      /* that never came, in sequence numbers */
	uint64_t late;      /* came after their time */
	uint64_t twice;     /* came again */
	uint64_t concealed; /* frames made up for what did not come in time */
	uint64_t comfort;   /* frames of comfort noise while the caller's side sent none */
	uint64_t foreign;   /* dropped: from another source than the caller's */
	uint64_t refused;   /* dropped: no RTP, an unknown payload type, a failed SRTP check */
	uint64_t keys;
	uint64_t keys_dropped; /* SY_MEDIA_KEYS_MAX were waiting */
	uint64_t unsent;       /* packets the socket would not take */
	int jitter_ms;         /* interarrival jitter as in RFC 3550, 6.4.1 */
	int delay_ms;          /* how long the sound waits here at present */
	int round_trip_ms;     /* from RTCP; -1 while unknown */
	int silent_ms;         /* since the last packet, RTP or RTCP, from the caller while some are due */
	int far_lost_percent;  /* of ours, as the peer's last report says; -1 while unknown */
	int echo_ms;           /* the delay with which our own sound comes back; -1 while it does not */
	bool bye;              /* the peer's RTCP has said goodbye; SIP decides whether the call is over */
};

struct sy_media;

/* EINVAL for a rate, ptime, number or address out of range; ENOMEM. */
int sy_media_create(const struct sy_media_prm *prm, struct sy_media **ret_media);
/* Says goodbye in RTCP and closes the sockets; NULL is allowed. */
void sy_media_destroy(struct sy_media *media);

/* A re-INVITE: hold, another codec, moved media. Errors as create, and the flow is then as it was. */
int sy_media_change(struct sy_media *media, const struct sy_media_flow *flow);

/*
 * Once every 20 ms: reads all packets that have come, gives one frame and the keys, sends ours. `ours` NULL: silence.
 * Sets caller, keys and gone (only by prm.silence_ms); never touches passing. 0 always, but for a broken socket.
 */
int sy_media_exchange(struct sy_media *media, struct sy_exchange *exchange);

/* A key that came another way (SIP INFO): given out with the next frames. EINVAL for no key, ENOSPC when full. */
int sy_media_key(struct sy_media *media, char key);

void sy_media_read_counters(const struct sy_media *media, struct sy_media_counters *ret_counters);
/* RTP's local port. */
uint16_t sy_media_port(const struct sy_media *media);

#endif
