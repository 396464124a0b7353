/*
 * event_keys: keys that come as telephone-event packets (RFC 4733). A plain value; one thread.
 *
 * A key is told at its first packet, whichever of them that is. Packets of one key share a timestamp (RFC 4733,
 * 2.5.1.1), and a key longer than 65535 units goes on in a new segment right where the last one ended (2.5.1.3), so a
 * new timestamp beyond that end, or a marker, is a new key, whether or not the END packets of the one before came.
 */
#ifndef SY_AUDIO_MEDIA_EVENT_KEYS_H
#define SY_AUDIO_MEDIA_EVENT_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "audio/media/rtp.h"

struct sy_event_keys {
	int clock; /* timestamp units a second */
	bool begun, ended;
	uint8_t event;
	uint16_t seq; /* the newest packet's */
	uint32_t ts;  /* the key's, or its present segment's */
	uint32_t end; /* timestamp up to which it is known to last */
};

void sy_event_keys_init(struct sy_event_keys *keys, int clock);

/* ret_key: a new key "0".."9", "*", "#", "A".."D", or 0. EBADMSG for a payload that is no event. */
int sy_event_keys_take(struct sy_event_keys *keys, const struct sy_rtp *rtp, char *ret_key);

#endif
