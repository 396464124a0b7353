/*
 * codec: what sound looks like inside RTP packets.
 *
 * A back-end is a const table of functions; nobody asks which one it is. The facts an SDP body needs (name, clock,
 * channels, static number) stand in the same table. A codec's state belongs to one call and one thread at a time.
 *
 * PCMU and PCMA: ITU-T G.711 (audio/g711). G.722: libspandsp; its RTP clock says 8000 though it carries 16 kHz
 * (RFC 3551, 4.5.2). Opus: libopus, RTP clock always 48000 (RFC 7587, 4.1), mono, decoded at the call's rate.
 */
#ifndef SY_AUDIO_MEDIA_CODEC_H
#define SY_AUDIO_MEDIA_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sy_codec_id { SY_CODEC_PCMU, SY_CODEC_PCMA, SY_CODEC_G722, SY_CODEC_OPUS, SY_CODECS };

/* Longest packet of sound that is made or taken; Opus may hold 120 ms (RFC 7587, 4.2). */
#define SY_CODEC_PACKET_MS_MAX 120
/* A UDP payload that fits every Ethernet, less RTP header and SRTP tag. */
#define SY_CODEC_BYTES_MAX 1400

struct sy_codec_impl {
	enum sy_codec_id id;
	const char *name; /* in rtpmap; compared without regard to case */
	int clock;        /* RTP timestamp units a second */
	int channels;     /* as rtpmap says, 2 for Opus whatever it carries */
	int payload_type; /* static number of RFC 3551, or -1 */
	const char *fmtp; /* what to say of ourselves in fmtp, or NULL */

	/* `rate` is the call's, SY_RATE_LINE or SY_RATE_WIDE. */
	int (*create)(int rate, void **ret_state);
	void (*destroy)(void *state);
	/* n samples at the call's rate, 20 to 60 ms; at most SY_CODEC_BYTES_MAX bytes. */
	int (*encode)(void *state, const int16_t *pcm, size_t n, uint8_t *ret_bytes, size_t *ret_n);
	/* Room for SY_CODEC_PACKET_MS_MAX at the call's rate. EBADMSG for bytes that are no sound of this codec. */
	int (*decode)(void *state, const uint8_t *bytes, size_t n, int16_t *ret_pcm, size_t *ret_n);
	/*
	 * `samples` for a packet that did not come. `next`: the packet after it where that is here already (it may
	 * carry a spare copy), or NULL. NULL function: the codec has no way of its own.
	 */
	int (*conceal)(void *state, const uint8_t *next, size_t n_next, int16_t *ret_pcm, size_t samples);
	/* How long a packet's sound is, in clock units; 0 for a malformed one. */
	uint32_t (*length)(const uint8_t *bytes, size_t n);
};

/* Never NULL for a valid id. */
const struct sy_codec_impl *sy_codec(enum sy_codec_id id);
/* By rtpmap's words, "opus", 48000; NULL for one we do not have. */
const struct sy_codec_impl *sy_codec_find(const char *name, int clock);
/* By static number, for an SDP without rtpmap; NULL for one we do not have. */
const struct sy_codec_impl *sy_codec_find_static(int payload_type);

#endif
