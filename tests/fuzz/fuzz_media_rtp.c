/* Bytes on an RTP port: what is read lies inside the packet; what was written is read back. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "audio/media/rtp.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct sy_rtp rtp, again;
	uint8_t header[SY_RTP_HEADER_BYTES];

	(void)sy_rtp_is_rtcp(bytes, n);
	if (sy_rtp_read(bytes, n, &rtp) != 0)
		return 0;
	if (rtp.payload < bytes + SY_RTP_HEADER_BYTES || rtp.payload + rtp.n > bytes + n)
		abort();
	sy_rtp_write(&rtp, header);
	if (sy_rtp_read(header, sizeof(header), &again) != 0 || again.seq != rtp.seq || again.ts != rtp.ts ||
		again.ssrc != rtp.ssrc || again.payload_type != rtp.payload_type || again.marker != rtp.marker)
		abort();
	return 0;
}
