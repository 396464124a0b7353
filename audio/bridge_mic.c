#include "audio/bridge_mic.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/key_input.h"
#include "audio/resampler.h"
#include "audio/ring.h"

/* The owner may be busy with a decode for a while; a second of sound is kept meanwhile. */
#define RING_MS 1000
/* Silence put before our first sample, so that a late frame does not tear the sound. */
#define CUSHION_FRAMES 2
/* More than this waiting for the loudspeaker is delay the caller hears; silent frames are left out then. */
#define BACKLOG_FRAMES 4
/* The microphone's ring is emptied in pieces of 10 ms. */
#define PIECES_A_SECOND 100
#define CARD_RATE_MAX 192000
#define PIECE_MAX (CARD_RATE_MAX / PIECES_A_SECOND)

struct mic {
	const struct sy_sound_card_impl *impl;
	void *card;
	struct sy_ring *heard;
	struct sy_ring *ours;
	struct sy_resampler *from_card;
	struct sy_resampler *to_card;
	struct sy_key_input *keys;
	int16_t *piece;    /* PIECE_MAX samples at the card's rate */
	int16_t *outgoing; /* one frame of ours at the card's rate */
	/* What came from the card and does not fill a frame yet, at the bridge's rate. */
	int16_t ready[2 * SY_FRAME_SAMPLES_MAX];
	size_t n_ready;
	size_t frame;
	size_t card_frame;
	size_t card_piece;
	int echo_ms;
	bool begun;
	bool speakers;
	bool gone;
};

static void on_tick(void *user, const int16_t *in, int16_t *ret_out, size_t n)
{
	struct mic *mic = user;

	if (in != NULL)
		(void)sy_ring_write(mic->heard, in, n);
	(void)sy_ring_read(mic->ours, ret_out, n);
}

static void put_cushion(struct mic *mic)
{
	memset(mic->outgoing, 0, mic->card_frame * sizeof(*mic->outgoing));
	for (int i = 0; i < CUSHION_FRAMES; i++)
		(void)sy_ring_write(mic->ours, mic->outgoing, mic->card_frame);
}

static void send_ours(struct mic *mic, const struct sy_exchange *exchange)
{
	size_t waiting = sy_ring_filled(mic->ours);

	if (!exchange->speaking && waiting > BACKLOG_FRAMES * mic->card_frame)
		return;
	if (waiting == 0)
		put_cushion(mic);
	size_t n = sy_resampler_feed(mic->to_card, exchange->ours, mic->frame, mic->outgoing);
	(void)sy_ring_write(mic->ours, mic->outgoing, n);
}

/* Waits for 10 ms from the microphone; false when the card has stopped giving any. */
static bool take_piece(struct mic *mic)
{
	int waits = SY_BRIDGE_MIC_STALL_MS / SY_SOUND_CARD_WAIT_MS;

	while (sy_ring_filled(mic->heard) < mic->card_piece) {
		if (waits-- == 0)
			return false;
		mic->impl->wait(mic->card);
	}
	(void)sy_ring_read(mic->heard, mic->piece, mic->card_piece);
	mic->n_ready += sy_resampler_feed(mic->from_card, mic->piece, mic->card_piece, mic->ready + mic->n_ready);
	return true;
}

static void take_frame(struct mic *mic, int16_t *ret_frame)
{
	memcpy(ret_frame, mic->ready, mic->frame * sizeof(*ret_frame));
	mic->n_ready -= mic->frame;
	memmove(mic->ready, mic->ready + mic->frame, mic->n_ready * sizeof(*mic->ready));
}

/* Half-duplex: the microphone is shut while we sound, and until the room is quiet again. */
static void shut_while_sounding(struct mic *mic, struct sy_exchange *exchange)
{
	if (exchange->speaking)
		mic->echo_ms = SY_BRIDGE_MIC_ECHO_MS;
	else if (mic->echo_ms > 0)
		mic->echo_ms -= SY_FRAME_MS;
	if (mic->speakers && mic->echo_ms > 0)
		memset(exchange->caller, 0, sizeof(exchange->caller));
}

static int mic_exchange(void *state, struct sy_exchange *exchange)
{
	struct mic *mic = state;

	if (!mic->begun) { /* what was heard while the owner made ready is not part of the call */
		(void)sy_ring_skip(mic->heard, SIZE_MAX);
		mic->begun = true;
	}
	send_ours(mic, exchange);
	while (mic->n_ready < mic->frame && !mic->gone)
		mic->gone = !take_piece(mic);
	if (!mic->gone) {
		take_frame(mic, exchange->caller);
		shut_while_sounding(mic, exchange);
	}
	if (mic->keys != NULL && sy_key_input_read(mic->keys, exchange->keys, SY_EXCHANGE_KEYS_MAX))
		mic->gone = true;
	exchange->gone = mic->gone;
	return 0;
}

static void mic_destroy(void *state)
{
	struct mic *mic = state;

	if (mic == NULL)
		return;
	if (mic->card != NULL) {
		mic->impl->stop(mic->card);
		mic->impl->close(mic->card);
	}
	sy_key_input_destroy(mic->keys);
	sy_resampler_destroy(mic->to_card);
	sy_resampler_destroy(mic->from_card);
	sy_ring_destroy(mic->ours);
	sy_ring_destroy(mic->heard);
	free(mic->outgoing);
	free(mic->piece);
	free(mic);
}

static const struct sy_bridge_impl mic_impl = {
	.name = "microphone",
	.real_time = true,
	.exchange = mic_exchange,
	.destroy = mic_destroy,
};

/* Before the card is started: from then on its thread uses the rings. */
static int fit_to_card(struct mic *mic, int rate, int card_rate)
{
	mic->frame = sy_frame_samples(rate);
	mic->card_piece = (size_t)(card_rate / PIECES_A_SECOND);
	int err = sy_resampler_create(card_rate, rate, &mic->from_card);
	if (err == 0)
		err = sy_resampler_create(rate, card_rate, &mic->to_card);
	if (err == 0)
		err = sy_ring_create((size_t)card_rate * RING_MS / 1000, &mic->heard);
	if (err == 0)
		err = sy_ring_create((size_t)card_rate * RING_MS / 1000, &mic->ours);
	if (err != 0)
		return err;
	mic->card_frame = mic->card_piece * SY_FRAME_MS * PIECES_A_SECOND / 1000;
	mic->piece = calloc(PIECE_MAX, sizeof(*mic->piece));
	mic->outgoing = calloc(sy_resampler_room(mic->to_card, mic->frame), sizeof(*mic->outgoing));
	return mic->piece != NULL && mic->outgoing != NULL ? 0 : ENOMEM;
}

static int open_card(struct mic *mic, const struct sy_bridge_mic_prm *prm, struct sy_problem *why)
{
	const struct sy_sound_card_prm card = {
		.rate = prm->rate, .input = prm->input, .output = prm->output, .tick = on_tick, .user = mic};
	int card_rate = 0;

	mic->impl = prm->card != NULL ? prm->card : &sy_sound_card_portaudio;
	int err = mic->impl->open(&card, &mic->card, &card_rate, why);
	if (err != 0)
		return err;
	if (card_rate < SY_RATE_LINE || card_rate > CARD_RATE_MAX)
		return sy_problem_set(why, EIO,
			"the sound card runs at %d Hz; expected %d to %d Hz; choose another device", card_rate,
			SY_RATE_LINE, CARD_RATE_MAX);
	err = fit_to_card(mic, prm->rate, card_rate);
	if (err != 0)
		return err;
	err = mic->impl->start(mic->card);
	if (err != 0)
		return sy_problem_set(
			why, err, "the sound card does not start; check that no other program holds it, and try again");
	return 0;
}

static int open_keys(struct mic *mic, int fd)
{
	if (fd < 0 || (fd == STDIN_FILENO && isatty(fd) != 1))
		return 0;
	return sy_key_input_create(fd, &mic->keys);
}

int sy_bridge_mic_create(const struct sy_bridge_mic_prm *prm, struct sy_bridge **ret_bridge, struct sy_problem *why)
{
	if (prm->rate != SY_RATE_LINE && prm->rate != SY_RATE_WIDE)
		return sy_problem_set(why, EINVAL, "%d Hz is no rate of a call; expected %d or %d", prm->rate,
			SY_RATE_LINE, SY_RATE_WIDE);
	struct sy_bridge *bridge = calloc(1, sizeof(*bridge));
	struct mic *mic = calloc(1, sizeof(*mic));
	int err = bridge != NULL && mic != NULL ? 0 : ENOMEM;
	if (err == 0) {
		mic->speakers = prm->speakers;
		err = open_card(mic, prm, why);
	}
	if (err == 0)
		err = open_keys(mic, prm->keys_fd);
	if (err != 0) {
		mic_destroy(mic);
		free(bridge);
		return err;
	}
	*bridge = (struct sy_bridge){.impl = &mic_impl, .state = mic, .rate = prm->rate};
	*ret_bridge = bridge;
	return 0;
}
