#include "audio/media/rtp.h"

#include <errno.h>

#include "audio/media/bytes.h"

#define VERSION 2
#define WORD 4

/* Where the payload begins behind sources and extension; 0 when the packet is shorter than it says. */
static size_t payload_at(const uint8_t *bytes, size_t n)
{
	size_t at = SY_RTP_HEADER_BYTES + (size_t)(bytes[0] & 0x0f) * WORD;

	if (bytes[0] & 0x10) {
		if (at + WORD > n)
			return 0;
		at += WORD + (size_t)sy_bytes_u16(bytes + at + 2) * WORD;
	}
	return at <= n ? at : 0;
}

int sy_rtp_read(const uint8_t *bytes, size_t n, struct sy_rtp *ret_rtp)
{
	if (n < SY_RTP_HEADER_BYTES || bytes[0] >> 6 != VERSION)
		return EBADMSG;
	const size_t at = payload_at(bytes, n);
	if (at == 0)
		return EBADMSG;
	size_t padding = 0;
	if (bytes[0] & 0x20) {
		padding = bytes[n - 1];
		if (padding == 0 || padding > n - at)
			return EBADMSG;
	}
	*ret_rtp = (struct sy_rtp){
		.payload_type = bytes[1] & 0x7f,
		.marker = bytes[1] >> 7,
		.seq = sy_bytes_u16(bytes + 2),
		.ts = sy_bytes_u32(bytes + 4),
		.ssrc = sy_bytes_u32(bytes + 8),
		.payload = bytes + at,
		.n = n - at - padding,
	};
	return 0;
}

void sy_rtp_write(const struct sy_rtp *rtp, uint8_t *ret_bytes)
{
	ret_bytes[0] = VERSION << 6;
	ret_bytes[1] = (uint8_t)(rtp->marker << 7 | rtp->payload_type);
	sy_bytes_put_u16(ret_bytes + 2, rtp->seq);
	sy_bytes_put_u32(ret_bytes + 4, rtp->ts);
	sy_bytes_put_u32(ret_bytes + 8, rtp->ssrc);
}

bool sy_rtp_is_rtcp(const uint8_t *bytes, size_t n)
{
	return n >= 2 && bytes[1] >= 192 && bytes[1] <= 223;
}
