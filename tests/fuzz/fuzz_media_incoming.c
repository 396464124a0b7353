/*
 * A call whose packets are made by an enemy: whatever comes in whatever order, a frame is given every tick.
 *
 * The first byte chooses codec, rate and whether tones are listened to. Then, again and again: a byte of how many ticks
 * pass, a byte of payload type and marker, two of sequence number and two of timestamp (added to the last), one of
 * length, and the payload.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"
#include "audio/media/incoming.h"

#define HEADER 7
#define TICKS_MAX 150

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void play(struct sy_incoming *incoming, int ticks)
{
	int16_t frame[SY_FRAME_SAMPLES_MAX];
	char keys[SY_EXCHANGE_KEYS_MAX + 1];

	for (int i = 0; i < ticks; i++) {
		sy_incoming_frame(incoming, frame);
		sy_keys_read(sy_incoming_keys(incoming), keys);
		if (strlen(keys) > SY_EXCHANGE_KEYS_MAX || strspn(keys, "0123456789*#ABCD") != strlen(keys))
			abort();
	}
}

static void call(struct sy_incoming *incoming, const uint8_t *bytes, size_t n)
{
	struct sy_rtp rtp = {0};
	int ticks = 0;

	while (n >= HEADER && ticks < TICKS_MAX) {
		const size_t length = bytes[6] < n - HEADER ? bytes[6] : n - HEADER;
		rtp.payload_type = bytes[1] & 3;
		rtp.marker = bytes[1] >> 7;
		rtp.seq = (uint16_t)(rtp.seq + (bytes[2] << 8 | bytes[3]));
		/* Small steps and wild ones. */
		rtp.ts +=
			bytes[1] & 0x40 ? ((uint32_t)bytes[4] << 24 | bytes[5]) : (uint32_t)(bytes[4] << 8 | bytes[5]);
		rtp.payload = bytes + HEADER;
		rtp.n = length;
		(void)sy_incoming_take(incoming, &rtp, bytes[0] * 1000u);
		if (bytes[1] & 0x20)
			sy_incoming_restart(incoming);
		play(incoming, bytes[0] & 15);
		ticks += bytes[0] & 15;
		bytes += HEADER + length;
		n -= HEADER + length;
	}
	play(incoming, 5);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	const struct sy_media_numbers numbers = {.sound = 0, .events = 1, .comfort = 2};
	struct sy_incoming *incoming = NULL;
	void *state = NULL;

	if (n == 0)
		return 0;
	const struct sy_codec_impl *codec = sy_codec((enum sy_codec_id)(bytes[0] % SY_CODECS));
	const int rate = bytes[0] & 0x80 ? SY_RATE_WIDE : SY_RATE_LINE;
	if (codec->create(rate, &state) == 0 && sy_incoming_create(rate, bytes[0] & 0x40, &incoming) == 0) {
		sy_incoming_settle(incoming, codec, state, &numbers);
		call(incoming, bytes + 1, n - 1);
	}
	sy_incoming_destroy(incoming);
	if (state != NULL)
		codec->destroy(state);
	return 0;
}
