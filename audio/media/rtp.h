/*
 * rtp: the header of one packet of a real-time stream (RFC 3550, 5.1). No state.
 */
#ifndef SY_AUDIO_MEDIA_RTP_H
#define SY_AUDIO_MEDIA_RTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SY_RTP_HEADER_BYTES 12
#define SY_RTP_PAYLOAD_TYPE_MAX 127

struct sy_rtp {
	uint8_t payload_type;
	bool marker;
	uint16_t seq;
	uint32_t ts;
	uint32_t ssrc;
	const uint8_t *payload; /* borrowed: inside the packet */
	size_t n;               /* without padding; may be 0 */
};

/* Contributing sources and extensions are stepped over, padding is taken off. EBADMSG for anything that is no RTP. */
int sy_rtp_read(const uint8_t *bytes, size_t n, struct sy_rtp *ret_rtp);

/* The plain header of SY_RTP_HEADER_BYTES; `payload` and `n` are not looked at. */
void sy_rtp_write(const struct sy_rtp *rtp, uint8_t *ret_bytes);

/* Is this packet on a shared port RTCP (RFC 5761, 4)? Looks at no more than the first two bytes. */
bool sy_rtp_is_rtcp(const uint8_t *bytes, size_t n);

#endif
