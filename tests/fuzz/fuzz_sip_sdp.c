/* Bodies that a peer sends as its offer or answer: read, answered, accepted; what we write must read again. */
#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "audio/sip/negotiation.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void prepare(struct sy_negotiation *own, enum sy_sip_srtp srtp)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	*own = (struct sy_negotiation){
		.codec = {SY_CODEC_OPUS, SY_CODEC_G722, SY_CODEC_PCMA, SY_CODEC_PCMU},
		.codecs = 4,
		.port = 10000,
		.srtp = srtp,
	};
	memcpy(&own->address, &in, sizeof in);
	sy_negotiation_init(own);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sy_negotiation own;
	struct sy_media_flow flow;
	struct sy_text text = {0};
	struct sy_sdp sdp;
	struct sy_sdp again;

	if (!size || sy_sdp_parse((const char *)data + 1, size - 1, &sdp))
		return 0;
	prepare(&own, (enum sy_sip_srtp)(data[0] % 3));
	(void)sy_negotiation_accept(&own, &sdp, &flow);
	if (!sy_negotiation_answer(&own, &sdp, &text, &flow) &&
		(sy_sdp_parse(text.s, text.len, &again) || again.n != sdp.n))
		abort();
	sy_text_reset(&text);
	return 0;
}
