#include "audio/media/keys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"
#include "audio/media/event_keys.h"
#include "audio/media/tone_keys.h"

enum way { BY_EVENT, BY_SOUND, BY_INFO };

struct sy_keys {
	struct sy_event_keys events;
	struct sy_tone_keys *tones; /* NULL: the sound is not listened to */
	bool agreed;                /* on events */
	bool used;                  /* the caller has sent one */
	char held;                  /* heard in the sound, its event may follow */
	int held_ms;
	char last; /* the last key taken */
	enum way last_way;
	int last_ms; /* ago */
	char waiting[SY_KEYS_MAX];
	size_t n;
	uint64_t count, dropped;
};

int sy_keys_create(int rate, bool inband, struct sy_keys **ret_keys)
{
	struct sy_keys *keys = calloc(1, sizeof(*keys));

	if (keys == NULL)
		return ENOMEM;
	const int err = inband ? sy_tone_keys_create(rate, &keys->tones) : 0;
	if (err != 0) {
		sy_keys_destroy(keys);
		return err;
	}
	*ret_keys = keys;
	return 0;
}

void sy_keys_destroy(struct sy_keys *keys)
{
	if (keys == NULL)
		return;
	sy_tone_keys_destroy(keys->tones);
	free(keys);
}

void sy_keys_settle(struct sy_keys *keys, bool events, int clock)
{
	sy_event_keys_init(&keys->events, clock);
	keys->agreed = events;
	keys->used = keys->used && events;
}

static int take(struct sy_keys *keys, char key, enum way way)
{
	if (key == keys->last && way != keys->last_way && keys->last_ms < SY_KEYS_AGAIN_MS)
		return 0;
	if (keys->n == SY_KEYS_MAX) {
		keys->dropped++;
		return ENOSPC;
	}
	keys->last = key;
	keys->last_way = way;
	keys->last_ms = 0;
	keys->waiting[keys->n++] = key;
	keys->count++;
	return 0;
}

int sy_keys_take_event(struct sy_keys *keys, const struct sy_rtp *rtp)
{
	char key = 0;
	const int err = sy_event_keys_take(&keys->events, rtp, &key);

	if (err != 0)
		return err;
	keys->used = true;
	keys->held = 0;
	return key != 0 ? take(keys, key, BY_EVENT) : 0;
}

static void hold(struct sy_keys *keys, char key)
{
	if (key != 0) {
		if (keys->held != 0)
			(void)take(keys, keys->held, BY_SOUND);
		keys->held = key;
		keys->held_ms = 0;
		return;
	}
	keys->held_ms += SY_FRAME_MS;
	if (keys->held == 0 || keys->held_ms < SY_KEYS_HOLD_MS)
		return;
	(void)take(keys, keys->held, BY_SOUND); /* dropped ones are counted */
	keys->held = 0;
}

void sy_keys_hear(struct sy_keys *keys, const int16_t *frame)
{
	if (keys->last_ms < SY_KEYS_AGAIN_MS)
		keys->last_ms += SY_FRAME_MS;
	if (keys->tones == NULL || keys->used)
		return;
	const char key = sy_tone_keys_hear(keys->tones, frame);
	if (keys->agreed)
		hold(keys, key);
	else if (key != 0)
		(void)take(keys, key, BY_SOUND);
}

int sy_keys_put(struct sy_keys *keys, char key)
{
	if (key == '\0' || strchr("0123456789*#ABCD", key) == NULL)
		return EINVAL;
	return take(keys, key, BY_INFO);
}

void sy_keys_read(struct sy_keys *keys, char ret_keys[SY_EXCHANGE_KEYS_MAX + 1])
{
	const size_t n = keys->n < SY_EXCHANGE_KEYS_MAX ? keys->n : SY_EXCHANGE_KEYS_MAX;

	memcpy(ret_keys, keys->waiting, n);
	ret_keys[n] = '\0';
	keys->n -= n;
	memmove(keys->waiting, keys->waiting + n, keys->n);
}

uint64_t sy_keys_count(const struct sy_keys *keys)
{
	return keys->count;
}

uint64_t sy_keys_dropped(const struct sy_keys *keys)
{
	return keys->dropped;
}
