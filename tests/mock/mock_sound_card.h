/*
 * mock_sound_card: a sound card without a card. The microphone gives the samples a test put there, then
 * silence; what the loudspeaker gets is kept. Without a thread each wait() is one tick of 10 ms, so a test gives
 * the same samples each time; with `threaded` a thread ticks as fast as it can, as a card's own would.
 *
 * One card at a time: its state is this one struct, to be zeroed by each test.
 */
#ifndef SY_MOCK_SOUND_CARD_H
#define SY_MOCK_SOUND_CARD_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "audio/sound_card.h"

struct mock_sound_card {
	/* set by the test */
	int rate; /* the only rate it runs at; 0: any */
	int open_err;
	int start_err;
	bool threaded;
	const int16_t *in;
	size_t n_in;
	int16_t *out; /* room for n_out_max samples */
	size_t n_out_max;
	atomic_bool pulled_out; /* no tick comes any more */
	/* what happened */
	struct sy_sound_card_prm prm;
	size_t at;
	size_t n_out;
	int ticks;
	int opened, started, stopped, closed;
	/* its own */
	pthread_t thread;
	atomic_bool running;
};

extern struct mock_sound_card mock_card;
extern const struct sy_sound_card_impl mock_sound_card;

#endif
