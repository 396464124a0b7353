/*
 * sdp: what a peer says of its media (RFC 8866), as far as we can use it.
 *
 * A plain value, without pointers into the text. Everything in the text is bounded; what is beyond a bound is refused
 * rather than cut, since an answer has to repeat it. No state, any thread.
 */
#ifndef SY_SIP_SDP_H
#define SY_SIP_SDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "audio/media/media.h"

/* A browser's bundle has three; the largest offers seen from phones are 4 kB. */
#define SY_SDP_MEDIA_MAX 8
#define SY_SDP_FORMATS_MAX 32
#define SY_SDP_BYTES_MAX 16384
#define SY_SDP_WORD_BYTES 32
/* A crypto tag is at most 9 digits (RFC 4568, 9.1). */
#define SY_SDP_TAG_BYTES 10

enum sy_sdp_kind { SY_SDP_OTHER, SY_SDP_SOUND, SY_SDP_EVENTS, SY_SDP_COMFORT };

struct sy_sdp_format {
	int number; /* 0 .. 127 */
	enum sy_sdp_kind kind;
	enum sy_codec_id codec; /* of SY_SDP_SOUND */
	int clock;
};

struct sy_sdp_media {
	char name[SY_SDP_WORD_BYTES];    /* "audio", "video", … */
	char proto[SY_SDP_WORD_BYTES];   /* "RTP/AVP", … */
	char format[SY_SDP_WORD_BYTES];  /* the first one, as written */
	uint16_t port;                   /* 0: refused, or switched off */
	struct sockaddr_storage address; /* AF_UNSPEC: none that we can send to; no port */
	struct sockaddr_storage rtcp;    /* a=rtcp; AF_UNSPEC: not given. The port is set */
	bool rtcp_mux;
	enum sy_media_direction direction; /* as the peer says it: SENDONLY, it only sends */
	struct sy_sdp_format format_at[SY_SDP_FORMATS_MAX];
	size_t formats;
	int ptime_ms;               /* 0: not said */
	int maxptime_ms;            /* 0: not said */
	char tag[SY_SDP_TAG_BYTES]; /* of the first crypto line that we can use; "": there is none */
	uint8_t key[SY_MEDIA_SRTP_KEY_BYTES];
};

struct sy_sdp {
	struct sy_sdp_media media[SY_SDP_MEDIA_MAX];
	size_t n;
};

/* EBADMSG: no SDP, or beyond a bound above. `ret_sdp` is untouched then. */
int sy_sdp_parse(const char *text, size_t len, struct sy_sdp *ret_sdp);

#endif
