/*
 * keys: what a caller types, in whichever way it comes: telephone events, tones in the sound, SIP INFO.
 *
 * Some gateways send a key twice, in two ways. So where telephone events were agreed upon, a key heard in the sound is
 * held back for SY_KEYS_HOLD_MS to see whether its event follows, and the sound is listened to no more once the caller
 * has used events; and a key that comes again in another way within SY_KEYS_AGAIN_MS is the same key. One thread.
 */
#ifndef SY_AUDIO_MEDIA_KEYS_H
#define SY_AUDIO_MEDIA_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "audio/bridge.h"
#include "audio/media/rtp.h"

#define SY_KEYS_HOLD_MS 200
#define SY_KEYS_AGAIN_MS 500
/* As SY_MEDIA_KEYS_MAX says. */
#define SY_KEYS_MAX 32

struct sy_keys;

/* inband: listen to the sound, too. Events are not expected until sy_keys_settle(). */
int sy_keys_create(int rate, bool inband, struct sy_keys **ret_keys);
void sy_keys_destroy(struct sy_keys *keys);

/* What was agreed upon, at the start and at each re-INVITE; `clock` of the events' timestamps. A new source, too. */
void sy_keys_settle(struct sy_keys *keys, bool events, int clock);

/* A telephone-event packet; EBADMSG for one that is none. ENOSPC when SY_KEYS_MAX keys wait: it is dropped. */
int sy_keys_take_event(struct sy_keys *keys, const struct sy_rtp *rtp);
/* A frame of the caller's sound, once every 20 ms: also the clock. */
void sy_keys_hear(struct sy_keys *keys, const int16_t *frame);
/* From SIP INFO. EINVAL for what is no key, ENOSPC. */
int sy_keys_put(struct sy_keys *keys, char key);

/* The keys for one exchange, the oldest first: "" mostly. */
void sy_keys_read(struct sy_keys *keys, char ret_keys[SY_EXCHANGE_KEYS_MAX + 1]);

uint64_t sy_keys_count(const struct sy_keys *keys);   /* taken so far */
uint64_t sy_keys_dropped(const struct sy_keys *keys); /* for lack of room */

#endif
