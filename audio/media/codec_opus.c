#include "audio/media/codec_impl.h"

#include <errno.h>
#include <stdlib.h>

#include <opus.h>

#include "audio/frame.h"

#define CLOCK 48000
/* Speech at up to 8 kHz of band is transparent at this (RFC 7587, 3.1.1: 16 to 20 kbit/s wideband). */
#define BITS_A_SECOND 24000
/* The step to 2 doubles what a packet costs (80 us at 16 kHz here), and a synthetic voice gains nothing one can hear.
 */
#define COMPLEXITY 1
/* Spare copies are put in for this much loss; the caller's own loss is not known before a report comes. */
#define LOSS_PERCENT 5

struct opus {
	OpusEncoder *encoder;
	OpusDecoder *decoder;
	int rate;
};

static void opus_destroy(void *state)
{
	struct opus *opus = state;

	if (opus == NULL)
		return;
	if (opus->encoder != NULL)
		opus_encoder_destroy(opus->encoder);
	if (opus->decoder != NULL)
		opus_decoder_destroy(opus->decoder);
	free(opus);
}

static int set_up(const struct opus *opus)
{
	const int failed = opus_encoder_ctl(opus->encoder, OPUS_SET_BITRATE(BITS_A_SECOND)) |
			   opus_encoder_ctl(opus->encoder, OPUS_SET_COMPLEXITY(COMPLEXITY)) |
			   opus_encoder_ctl(opus->encoder, OPUS_SET_SIGNAL(OPUS_SIGNAL_VOICE)) |
			   opus_encoder_ctl(opus->encoder, OPUS_SET_INBAND_FEC(1)) |
			   opus_encoder_ctl(opus->encoder, OPUS_SET_PACKET_LOSS_PERC(LOSS_PERCENT));

	return failed == OPUS_OK ? 0 : EINVAL;
}

static int create(int rate, void **ret_state)
{
	struct opus *opus = calloc(1, sizeof(*opus));
	int failed = OPUS_OK, failed_too = OPUS_OK;

	if (opus == NULL)
		return ENOMEM;
	opus->rate = rate;
	opus->encoder = opus_encoder_create(rate, 1, OPUS_APPLICATION_VOIP, &failed);
	opus->decoder = opus_decoder_create(rate, 1, &failed_too);
	int err = failed == OPUS_OK && failed_too == OPUS_OK ? 0 : ENOMEM;
	if (err == 0)
		err = set_up(opus);
	if (err != 0) {
		opus_destroy(opus);
		return err;
	}
	*ret_state = opus;
	return 0;
}

static int encode(void *state, const int16_t *pcm, size_t n, uint8_t *ret_bytes, size_t *ret_n)
{
	const struct opus *opus = state;
	const opus_int32 made = opus_encode(opus->encoder, pcm, (int)n, ret_bytes, SY_CODEC_BYTES_MAX);

	if (made < 0)
		return EINVAL;
	*ret_n = (size_t)made;
	return 0;
}

static uint32_t length(const uint8_t *bytes, size_t n)
{
	const int samples = n > 0 ? opus_packet_get_nb_samples(bytes, (opus_int32)n, CLOCK) : 0;

	return samples > 0 ? (uint32_t)samples : 0;
}

static int decode(void *state, const uint8_t *bytes, size_t n, int16_t *ret_pcm, size_t *ret_n)
{
	const struct opus *opus = state;
	const int room = SY_CODEC_PACKET_MS_MAX * (opus->rate / 1000);

	if (n == 0)
		return EBADMSG;
	const int made = opus_decode(opus->decoder, bytes, (opus_int32)n, ret_pcm, room, 0);
	if (made <= 0)
		return EBADMSG;
	*ret_n = (size_t)made;
	return 0;
}

/* Without a next packet Opus goes on from its own state; with one it takes the spare copy in it, if there is one. */
static int conceal(void *state, const uint8_t *next, size_t n_next, int16_t *ret_pcm, size_t samples)
{
	const struct opus *opus = state;
	int made = opus_decode(opus->decoder, next, (opus_int32)n_next, ret_pcm, (int)samples, next != NULL);

	if (made < 0 && next != NULL)
		made = opus_decode(opus->decoder, NULL, 0, ret_pcm, (int)samples, 0);
	return made == (int)samples ? 0 : EBADMSG;
}

const struct sy_codec_impl sy_codec_opus = {
	.id = SY_CODEC_OPUS,
	.name = "opus",
	.clock = CLOCK,
	.channels = 2,
	.payload_type = -1,
	.fmtp = "useinbandfec=1;maxplaybackrate=16000;sprop-maxcapturerate=16000",
	.create = create,
	.destroy = opus_destroy,
	.encode = encode,
	.decode = decode,
	.conceal = conceal,
	.length = length,
};
