/*
 * outgoing: from our frames to packets: puts 20 ms frames together to the agreed packet time, encodes them, numbers
 * the packets. A plain value; one thread.
 */
#ifndef SY_AUDIO_MEDIA_OUTGOING_H
#define SY_AUDIO_MEDIA_OUTGOING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/frame.h"
#include "audio/media/codec.h"
#include "audio/media/media.h"
#include "audio/media/rtp.h"

/* Header, the longest payload, and what SRTP and SRTCP put behind it (14 bytes). */
#define SY_OUTGOING_PACKET_BYTES (SY_RTP_HEADER_BYTES + SY_CODEC_BYTES_MAX + 16)

struct sy_outgoing {
	int rate;
	const struct sy_codec_impl *codec;
	void *codec_state; /* borrowed */
	int payload_type;
	int ptime_ms;
	uint32_t ssrc;
	uint16_t seq;
	uint32_t ts; /* of the first sample of the next packet */
	bool marker; /* the next packet is the first after a pause */
	int16_t pcm[SY_MEDIA_PTIME_MS_MAX / SY_FRAME_MS * SY_FRAME_SAMPLES_MAX];
	size_t n;
	uint64_t packets, bytes; /* of payload; in this SSRC */
};

/* Random SSRC, first number and timestamp (RFC 3550, 5.1). EIO where the system has no random numbers. */
int sy_outgoing_init(struct sy_outgoing *outgoing, int rate);

/* What was agreed upon; the codec's state is borrowed. Another RTP clock makes another SSRC (RFC 7160). */
int sy_outgoing_settle(struct sy_outgoing *outgoing, const struct sy_codec_impl *codec, void *codec_state,
	const struct sy_media_flow *flow);

/* One frame. ret_n: 0 while a packet is not full yet. ret_packet has room for SY_OUTGOING_PACKET_BYTES. */
void sy_outgoing_take(struct sy_outgoing *outgoing, const int16_t *frame, uint8_t *ret_packet, size_t *ret_n);

/* A frame's time passes without sound of ours: on hold. */
void sy_outgoing_pause(struct sy_outgoing *outgoing);

#endif
