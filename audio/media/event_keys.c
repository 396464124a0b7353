#include "audio/media/event_keys.h"

#include <errno.h>

#include "audio/media/bytes.h"

#define PAYLOAD_BYTES 4
#define END 0x80
/* A sender that counts its segments by packets may leave a gap of one. */
#define SEGMENT_GAP_MS 20
/* Nothing is so late; a timestamp further back is a new one. */
#define OLD_MS 5000

/* Events 0 to 15 (RFC 4733, 3.2). */
static const char symbols[] = "0123456789*#ABCD";
#define SYMBOLS (sizeof(symbols) - 1)

void sy_event_keys_init(struct sy_event_keys *keys, int clock)
{
	*keys = (struct sy_event_keys){.clock = clock};
}

static uint32_t units(const struct sy_event_keys *keys, int ms)
{
	return (uint32_t)(keys->clock / 1000 * ms);
}

/* A packet of a key before the present one, or of the present one come again. */
static bool is_old(const struct sy_event_keys *keys, const struct sy_rtp *rtp)
{
	const int32_t behind = (int32_t)(keys->ts - rtp->ts);

	return behind > 0 && (uint32_t)behind < units(keys, OLD_MS);
}

static bool goes_on(const struct sy_event_keys *keys, const struct sy_rtp *rtp)
{
	const bool newer = (int16_t)(rtp->seq - keys->seq) > 0;

	if (rtp->payload[0] != keys->event)
		return false;
	if (rtp->ts == keys->ts) /* a recording played again has its timestamps again */
		return !(rtp->marker && keys->ended && newer && !(rtp->payload[1] & END));
	return !rtp->marker && !keys->ended && rtp->ts - keys->ts <= keys->end - keys->ts + units(keys, SEGMENT_GAP_MS);
}

int sy_event_keys_take(struct sy_event_keys *keys, const struct sy_rtp *rtp, char *ret_key)
{
	if (rtp->n < PAYLOAD_BYTES)
		return EBADMSG;
	const uint8_t event = rtp->payload[0];
	const bool old = keys->begun && is_old(keys, rtp), same = keys->begun && !old && goes_on(keys, rtp);
	const uint32_t end = rtp->ts + sy_bytes_u16(rtp->payload + 2);

	*ret_key = 0;
	if (old)
		return 0;
	if (!same || (int32_t)(end - keys->end) > 0)
		keys->end = end;
	keys->ended = (same && keys->ended) || (rtp->payload[1] & END) != 0;
	keys->begun = true;
	keys->event = event;
	keys->ts = rtp->ts;
	if (!same || (int16_t)(rtp->seq - keys->seq) > 0)
		keys->seq = rtp->seq;
	if (!same && event < SYMBOLS)
		*ret_key = symbols[event];
	return 0;
}
