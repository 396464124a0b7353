#include "audio/media/outgoing.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

static uint32_t units(const struct sy_outgoing *outgoing, int ms)
{
	return (uint32_t)(outgoing->codec->clock / 1000 * ms);
}

static int draw(struct sy_outgoing *outgoing)
{
	uint32_t chance[3];

	if (getrandom(chance, sizeof(chance), 0) != sizeof(chance))
		return EIO;
	outgoing->ssrc = chance[0];
	outgoing->ts = chance[1];
	/* In the lower half: an SRTP peer that misses the first packets counts the turns right all the same. */
	outgoing->seq = (uint16_t)(chance[2] & 0x7fff);
	outgoing->packets = outgoing->bytes = 0;
	outgoing->marker = true;
	return 0;
}

int sy_outgoing_init(struct sy_outgoing *outgoing, int rate)
{
	*outgoing = (struct sy_outgoing){.rate = rate};
	return draw(outgoing);
}

int sy_outgoing_settle(struct sy_outgoing *outgoing, const struct sy_codec_impl *codec, void *codec_state,
	const struct sy_media_flow *flow)
{
	if (outgoing->codec != NULL && outgoing->codec->clock != codec->clock) {
		const int err = draw(outgoing);
		if (err != 0)
			return err;
	}
	if (outgoing->codec != codec || outgoing->ptime_ms != flow->ptime_ms)
		outgoing->n = 0;
	outgoing->codec = codec;
	outgoing->codec_state = codec_state;
	outgoing->payload_type = flow->out.sound;
	outgoing->ptime_ms = flow->ptime_ms;
	return 0;
}

static void finish(struct sy_outgoing *outgoing, uint8_t *ret_packet, size_t *ret_n)
{
	const struct sy_rtp rtp = {
		.payload_type = (uint8_t)outgoing->payload_type,
		.marker = outgoing->marker,
		.seq = outgoing->seq,
		.ts = outgoing->ts,
		.ssrc = outgoing->ssrc,
	};
	size_t n = 0;
	const int err = outgoing->codec->encode(
		outgoing->codec_state, outgoing->pcm, outgoing->n, ret_packet + SY_RTP_HEADER_BYTES, &n);

	outgoing->n = 0;
	outgoing->ts += units(outgoing, outgoing->ptime_ms);
	if (err != 0 || n == 0)
		return;
	sy_rtp_write(&rtp, ret_packet);
	outgoing->seq++;
	outgoing->marker = false;
	outgoing->packets++;
	outgoing->bytes += n;
	*ret_n = SY_RTP_HEADER_BYTES + n;
}

void sy_outgoing_take(struct sy_outgoing *outgoing, const int16_t *frame, uint8_t *ret_packet, size_t *ret_n)
{
	const size_t n = sy_frame_samples(outgoing->rate);

	*ret_n = 0;
	memcpy(outgoing->pcm + outgoing->n, frame, n * sizeof(*frame));
	outgoing->n += n;
	if (outgoing->n >= n * (size_t)(outgoing->ptime_ms / SY_FRAME_MS))
		finish(outgoing, ret_packet, ret_n);
}

void sy_outgoing_pause(struct sy_outgoing *outgoing)
{
	const size_t frames = outgoing->n / sy_frame_samples(outgoing->rate);

	outgoing->n = 0;
	outgoing->marker = true;
	outgoing->ts += units(outgoing, (int)(frames + 1) * SY_FRAME_MS);
}
