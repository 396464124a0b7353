#include "audio/media/codec_impl.h"

#include <errno.h>
#include <stdlib.h>

#include "audio/frame.h"

/* Before the header: it leaves these to its users. */
#include <spandsp/telephony.h>

#include <spandsp/g722.h>

/* Mode 1 of G.722, the only one with a payload type (RFC 3551, 4.5.2). */
#define BITS_A_SECOND 64000
/* A byte holds two samples at 16 kHz and counts as one unit of the 8 kHz RTP clock. */
#define BYTES_A_MS 8

struct g722 {
	g722_encode_state_t *encoder;
	g722_decode_state_t *decoder;
};

static void g722_destroy(void *state)
{
	struct g722 *g722 = state;

	if (g722 == NULL)
		return;
	if (g722->encoder != NULL)
		(void)g722_encode_free(g722->encoder);
	if (g722->decoder != NULL)
		(void)g722_decode_free(g722->decoder);
	free(g722);
}

static int g722_create(int rate, void **ret_state)
{
	const int options = rate == SY_RATE_LINE ? G722_SAMPLE_RATE_8000 : 0;
	struct g722 *g722 = calloc(1, sizeof(*g722));

	if (g722 == NULL)
		return ENOMEM;
	g722->encoder = g722_encode_init(NULL, BITS_A_SECOND, options);
	g722->decoder = g722_decode_init(NULL, BITS_A_SECOND, options);
	if (g722->encoder == NULL || g722->decoder == NULL) {
		g722_destroy(g722);
		return ENOMEM;
	}
	*ret_state = g722;
	return 0;
}

static int encode(void *state, const int16_t *pcm, size_t n, uint8_t *ret_bytes, size_t *ret_n)
{
	const struct g722 *g722 = state;

	*ret_n = (size_t)g722_encode(g722->encoder, ret_bytes, pcm, (int)n);
	return 0;
}

static int decode(void *state, const uint8_t *bytes, size_t n, int16_t *ret_pcm, size_t *ret_n)
{
	const struct g722 *g722 = state;

	if (n == 0 || n > SY_CODEC_PACKET_MS_MAX * BYTES_A_MS)
		return EBADMSG;
	*ret_n = (size_t)g722_decode(g722->decoder, ret_pcm, bytes, (int)n);
	return 0;
}

static uint32_t length(const uint8_t *bytes, size_t n)
{
	(void)bytes;
	return n <= SY_CODEC_PACKET_MS_MAX * BYTES_A_MS ? (uint32_t)n : 0;
}

const struct sy_codec_impl sy_codec_g722 = {
	.id = SY_CODEC_G722,
	.name = "G722",
	.clock = 8000,
	.channels = 1,
	.payload_type = 9,
	.create = g722_create,
	.destroy = g722_destroy,
	.encode = encode,
	.decode = decode,
	.length = length,
};
