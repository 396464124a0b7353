#include "audio/media/incoming.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"
#include "audio/media/comfort.h"
#include "audio/media/conceal.h"
#include "audio/media/jitter.h"
#include "audio/media/splice.h"

#define CONCEALED_FRAMES_MAX (SY_CONCEAL_MS / SY_FRAME_MS)
/* A packet's sound behind what is left of the one before and what is shortened. */
#define WAITING_MAX ((SY_CODEC_PACKET_MS_MAX + 3 * SY_FRAME_MS) * (SY_RATE_WIDE / 1000))
/* Sound below this may be shortened at any time: nobody hears it. */
#define QUIET_DBFS (-50.0)
/* A voice is hurried by a tenth at most. */
#define HURRY_FRAMES 10

struct sy_incoming {
	int rate;
	size_t frame;
	const struct sy_codec_impl *codec; /* NULL: nothing was settled yet */
	void *codec_state;                 /* borrowed */
	struct sy_media_numbers numbers;
	struct sy_jitter *jitter;
	struct sy_keys *keys;
	struct sy_conceal conceal;
	struct sy_comfort comfort;
	int16_t pcm[WAITING_MAX]; /* decoded, not played yet */
	size_t n;
	bool heard;      /* some sound has come */
	bool silent;     /* the sender has said that it pauses */
	int missing;     /* frames filled in since the last packet */
	int since_hurry; /* frames since some was left out */
	struct sy_media_counters counters;
};

int sy_incoming_create(int rate, bool inband_keys, struct sy_incoming **ret_incoming)
{
	struct sy_incoming *incoming = calloc(1, sizeof(*incoming));

	if (incoming == NULL)
		return ENOMEM;
	incoming->rate = rate;
	incoming->frame = sy_frame_samples(rate);
	sy_conceal_init(&incoming->conceal, rate);
	sy_comfort_init(&incoming->comfort, rate);
	int err = sy_keys_create(rate, inband_keys, &incoming->keys);
	if (err == 0)
		err = sy_jitter_create(SY_RATE_LINE, &incoming->jitter);
	if (err != 0) {
		sy_incoming_destroy(incoming);
		return err;
	}
	*ret_incoming = incoming;
	return 0;
}

void sy_incoming_destroy(struct sy_incoming *incoming)
{
	if (incoming == NULL)
		return;
	sy_jitter_destroy(incoming->jitter);
	sy_keys_destroy(incoming->keys);
	free(incoming);
}

void sy_incoming_settle(struct sy_incoming *incoming, const struct sy_codec_impl *codec, void *codec_state,
	const struct sy_media_numbers *numbers)
{
	incoming->codec = codec;
	incoming->codec_state = codec_state;
	incoming->numbers = *numbers;
	sy_incoming_restart(incoming);
}

void sy_incoming_restart(struct sy_incoming *incoming)
{
	sy_jitter_restart(incoming->jitter, incoming->codec->clock);
	sy_keys_settle(incoming->keys, incoming->numbers.events >= 0, incoming->codec->clock);
	sy_comfort_forget(&incoming->comfort);
	incoming->silent = false;
}

static uint32_t units_of(const struct sy_incoming *incoming, size_t samples)
{
	return (uint32_t)(samples * (size_t)incoming->codec->clock / (size_t)incoming->rate);
}

static size_t samples_of(const struct sy_incoming *incoming, uint32_t units)
{
	return (size_t)units * (size_t)incoming->rate / (size_t)incoming->codec->clock;
}

static int put(struct sy_incoming *incoming, const struct sy_jitter_packet *packet)
{
	enum sy_jitter_fate fate;
	const int err = sy_jitter_put(incoming->jitter, packet, &fate);

	if (err != 0)
		return err;
	incoming->counters.late += fate == SY_JITTER_LATE;
	incoming->counters.twice += fate == SY_JITTER_TWICE;
	return 0;
}

int sy_incoming_take(struct sy_incoming *incoming, const struct sy_rtp *rtp, uint32_t age_us)
{
	struct sy_jitter_packet packet = {.rtp = rtp, .age_us = age_us, .played = units_of(incoming, incoming->n)};

	if (rtp->payload_type == incoming->numbers.events) {
		incoming->silent = true; /* while a key is held most senders leave the sound out */
		const int err = sy_keys_take_event(incoming->keys, rtp);
		return err != ENOSPC ? err : 0;
	}
	if (rtp->payload_type == incoming->numbers.comfort && rtp->n > 0) {
		packet.comfort = true;
		return put(incoming, &packet);
	}
	if (rtp->payload_type != incoming->numbers.sound)
		return EBADMSG;
	packet.units = incoming->codec->length(rtp->payload, rtp->n);
	if (packet.units == 0)
		return EBADMSG;
	return put(incoming, &packet);
}

/* A frame or less without a packet. */
static void fill_one(struct sy_incoming *incoming, size_t samples)
{
	const struct sy_codec_impl *codec = incoming->codec;
	int16_t *pcm = incoming->pcm + incoming->n;

	memset(pcm, 0, samples * sizeof(*pcm));
	incoming->n += samples;
	if (!incoming->heard)
		return;
	if (!incoming->silent && incoming->missing < CONCEALED_FRAMES_MAX) {
		if (codec->conceal == NULL || codec->conceal(incoming->codec_state, NULL, 0, pcm, samples) != 0)
			sy_conceal_fill(&incoming->conceal, pcm, samples);
		incoming->counters.concealed++;
	} else {
		incoming->counters.comfort++;
	}
	incoming->missing++;
	if (codec->conceal == NULL || incoming->silent || incoming->missing > CONCEALED_FRAMES_MAX)
		sy_comfort_add(&incoming->comfort, pcm, samples);
}

static void fill(struct sy_incoming *incoming, size_t samples)
{
	while (samples > 0) {
		const size_t n = samples < incoming->frame ? samples : incoming->frame;
		fill_one(incoming, n);
		samples -= n;
	}
}

static void hear(struct sy_incoming *incoming, int16_t *pcm, size_t n)
{
	if (incoming->codec->conceal == NULL)
		sy_conceal_hear(&incoming->conceal, pcm, n);
	sy_comfort_hear(&incoming->comfort, pcm, n);
	incoming->n += n;
	incoming->heard = true;
	incoming->silent = false;
	incoming->missing = 0;
}

static void play(struct sy_incoming *incoming, const struct sy_jitter_piece *piece)
{
	int16_t *pcm = incoming->pcm + incoming->n;
	size_t n = 0;

	if (incoming->codec->decode(incoming->codec_state, piece->payload, piece->n, pcm, &n) != 0) {
		fill(incoming, samples_of(incoming, piece->units));
		return;
	}
	hear(incoming, pcm, n);
}

/* What is missing before a packet that is here. A spare copy in it serves for the one right before it. */
static void bridge_gap(struct sy_incoming *incoming, const struct sy_jitter_piece *piece)
{
	const struct sy_codec_impl *codec = incoming->codec;
	const size_t samples = samples_of(incoming, piece->units);
	int16_t *pcm = incoming->pcm + incoming->n;

	if (piece->kind == SY_JITTER_LOST && codec->conceal != NULL && piece->payload != NULL && samples > 0 &&
		codec->conceal(incoming->codec_state, piece->payload, piece->n, pcm, samples) == 0) {
		incoming->n += samples;
		incoming->counters.concealed += (samples + incoming->frame - 1) / incoming->frame;
		return;
	}
	incoming->silent = incoming->silent || piece->kind == SY_JITTER_SILENCE;
	fill(incoming, samples);
}

static void advance(struct sy_incoming *incoming)
{
	struct sy_jitter_piece piece;

	sy_jitter_take(incoming->jitter, &piece);
	switch (piece.kind) {
	case SY_JITTER_PACKET:
		play(incoming, &piece);
		break;
	case SY_JITTER_COMFORT:
		incoming->silent = sy_comfort_tell(&incoming->comfort, piece.payload, piece.n) == 0;
		break;
	case SY_JITTER_LOST:
	case SY_JITTER_SILENCE:
		bridge_gap(incoming, &piece);
		break;
	case SY_JITTER_EMPTY:
	case SY_JITTER_WAIT:
		fill(incoming, incoming->frame);
		break;
	}
}

/* Leaves some out where the line has brought more than is worth waiting for. */
static void hurry(struct sy_incoming *incoming)
{
	const size_t need = (size_t)(incoming->rate / 1000) * SY_SPLICE_MS;

	incoming->since_hurry++;
	if (incoming->n < incoming->frame || sy_jitter_excess_ms(incoming->jitter) == 0)
		return;
	if (sy_level_dbfs(incoming->pcm, incoming->frame) > QUIET_DBFS && incoming->since_hurry < HURRY_FRAMES)
		return;
	while (incoming->n < need && incoming->missing == 0)
		advance(incoming);
	const size_t out = sy_splice_shorten(incoming->pcm, incoming->n, incoming->rate);
	if (out == 0)
		return;
	incoming->n -= out;
	incoming->since_hurry = 0;
	sy_jitter_shifted(incoming->jitter, -(double)out * 1000 / incoming->rate);
}

void sy_incoming_frame(struct sy_incoming *incoming, int16_t *ret_frame)
{
	while (incoming->n < incoming->frame)
		advance(incoming);
	hurry(incoming);
	while (incoming->n < incoming->frame)
		advance(incoming);
	memcpy(ret_frame, incoming->pcm, incoming->frame * sizeof(*ret_frame));
	incoming->n -= incoming->frame;
	memmove(incoming->pcm, incoming->pcm + incoming->frame, incoming->n * sizeof(*incoming->pcm));
	sy_keys_hear(incoming->keys, ret_frame);
}

struct sy_keys *sy_incoming_keys(struct sy_incoming *incoming)
{
	return incoming->keys;
}

void sy_incoming_count(const struct sy_incoming *incoming, struct sy_media_counters *counters)
{
	counters->late = incoming->counters.late;
	counters->twice = incoming->counters.twice;
	counters->concealed = incoming->counters.concealed;
	counters->comfort = incoming->counters.comfort;
	counters->keys = sy_keys_count(incoming->keys);
	counters->keys_dropped = sy_keys_dropped(incoming->keys);
	counters->delay_ms = sy_jitter_delay_ms(incoming->jitter);
}
