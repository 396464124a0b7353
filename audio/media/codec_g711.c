#include "audio/media/codec_impl.h"

#include <errno.h>
#include <stdlib.h>

#include "audio/frame.h"
#include "audio/g711.h"
#include "audio/resampler.h"

/* A call at SY_RATE_WIDE over a telephone-band codec (a re-INVITE may settle that) goes through resamplers. */
struct g711 {
	void (*pack)(const int16_t *pcm, size_t n, uint8_t *ret_codes);
	void (*unpack)(const uint8_t *codes, size_t n, int16_t *ret_pcm);
	struct sy_resampler *down; /* NULL at SY_RATE_LINE */
	struct sy_resampler *up;
};

/* A filter may give a sample less than asked for at first; packets are whole all the same. */
#define ROOM (SY_CODEC_PACKET_MS_MAX * (SY_RATE_WIDE / 1000) + 2)

static void g711_destroy(void *state)
{
	struct g711 *g711 = state;

	if (g711 == NULL)
		return;
	sy_resampler_destroy(g711->down);
	sy_resampler_destroy(g711->up);
	free(g711);
}

static int create(int rate, const struct g711 *functions, void **ret_state)
{
	struct g711 *g711 = malloc(sizeof(*g711));
	int err = 0;

	if (g711 == NULL)
		return ENOMEM;
	*g711 = *functions;
	if (rate != SY_RATE_LINE)
		err = sy_resampler_create(rate, SY_RATE_LINE, &g711->down);
	if (err == 0 && rate != SY_RATE_LINE)
		err = sy_resampler_create(SY_RATE_LINE, rate, &g711->up);
	if (err != 0) {
		g711_destroy(g711);
		return err;
	}
	*ret_state = g711;
	return 0;
}

static int pcmu_create(int rate, void **ret_state)
{
	return create(rate, &(struct g711){.pack = sy_g711_pack_mulaw, .unpack = sy_g711_unpack_mulaw}, ret_state);
}

static int pcma_create(int rate, void **ret_state)
{
	return create(rate, &(struct g711){.pack = sy_g711_pack_alaw, .unpack = sy_g711_unpack_alaw}, ret_state);
}

static int g711_encode(void *state, const int16_t *pcm, size_t n, uint8_t *ret_bytes, size_t *ret_n)
{
	const struct g711 *g711 = state;
	int16_t narrow[ROOM];

	if (g711->down != NULL) {
		n = sy_resampler_feed(g711->down, pcm, n, narrow);
		pcm = narrow;
	}
	g711->pack(pcm, n, ret_bytes);
	*ret_n = n;
	return 0;
}

static int g711_decode(void *state, const uint8_t *bytes, size_t n, int16_t *ret_pcm, size_t *ret_n)
{
	const struct g711 *g711 = state;
	int16_t narrow[SY_CODEC_PACKET_MS_MAX * (SY_RATE_LINE / 1000)];
	int16_t *pcm = g711->up != NULL ? narrow : ret_pcm;

	if (n == 0 || n > sizeof(narrow) / sizeof(*narrow))
		return EBADMSG;
	g711->unpack(bytes, n, pcm);
	*ret_n = n;
	if (g711->up != NULL)
		*ret_n = sy_resampler_feed(g711->up, narrow, n, ret_pcm);
	return 0;
}

static uint32_t g711_length(const uint8_t *bytes, size_t n)
{
	(void)bytes;
	return n <= SY_CODEC_PACKET_MS_MAX * (SY_RATE_LINE / 1000) ? (uint32_t)n : 0;
}

const struct sy_codec_impl sy_codec_pcmu = {
	.id = SY_CODEC_PCMU,
	.name = "PCMU",
	.clock = 8000,
	.channels = 1,
	.payload_type = 0,
	.create = pcmu_create,
	.destroy = g711_destroy,
	.encode = g711_encode,
	.decode = g711_decode,
	.length = g711_length,
};

const struct sy_codec_impl sy_codec_pcma = {
	.id = SY_CODEC_PCMA,
	.name = "PCMA",
	.clock = 8000,
	.channels = 1,
	.payload_type = 8,
	.create = pcma_create,
	.destroy = g711_destroy,
	.encode = g711_encode,
	.decode = g711_decode,
	.length = g711_length,
};
