/*
 * incoming: from packets to the caller's frames: jitter buffer, codec, concealment, comfort noise, keys.
 *
 * Packets are given as they come; a frame is taken every 20 ms, whatever came. No sockets, no clock. One thread.
 */
#ifndef SY_AUDIO_MEDIA_INCOMING_H
#define SY_AUDIO_MEDIA_INCOMING_H

#include <stdint.h>

#include "audio/media/codec.h"
#include "audio/media/keys.h"
#include "audio/media/media.h"
#include "audio/media/rtp.h"

struct sy_incoming;

/* rate: SY_RATE_LINE or SY_RATE_WIDE. Takes nothing before sy_incoming_settle(). */
int sy_incoming_create(int rate, bool inband_keys, struct sy_incoming **ret_incoming);
void sy_incoming_destroy(struct sy_incoming *incoming);

/* The codec and the numbers that were agreed upon; the codec's state is borrowed until the next settling. */
void sy_incoming_settle(struct sy_incoming *incoming, const struct sy_codec_impl *codec, void *codec_state,
	const struct sy_media_numbers *numbers);
/* Packets of another source follow (a new SSRC, a moved caller). */
void sy_incoming_restart(struct sy_incoming *incoming);

/* EBADMSG: an unknown payload type or a payload that is none. */
int sy_incoming_take(struct sy_incoming *incoming, const struct sy_rtp *rtp, uint32_t age_us);

/* One frame of the call's rate. */
void sy_incoming_frame(struct sy_incoming *incoming, int16_t *ret_frame);

struct sy_keys *sy_incoming_keys(struct sy_incoming *incoming); /* borrowed */
/* Fills in late, twice, concealed, comfort, keys, keys_dropped and delay_ms. */
void sy_incoming_count(const struct sy_incoming *incoming, struct sy_media_counters *counters);

#endif
