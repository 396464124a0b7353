/*
 * sound_card: a microphone and a loudspeaker that run in step.
 *
 * A back-end is a const table: PortAudio, and in the tests a double without a card.
 * tick() comes on the card's own thread and may touch rings only; everything else is
 * called by the owner's thread.
 */
#ifndef SY_AUDIO_SOUND_CARD_H
#define SY_AUDIO_SOUND_CARD_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "base/text.h"

/* How long wait() takes at most: short against the frame of 20 ms. */
#define SY_SOUND_CARD_WAIT_MS 2

struct sy_sound_card_prm {
	int rate;           /* wanted; a card that refuses it runs at its own */
	const char *input;  /* a device's number or part of its name; NULL: the system's choice */
	const char *output; /* likewise */
	/* n mono samples came from the microphone (NULL: none did); n are wanted for the loudspeaker. */
	void (*tick)(void *user, const int16_t *in, int16_t *ret_out, size_t n);
	void *user;
};

struct sy_sound_card_impl {
	const char *name;
	/* ENODEV with one line: there is none, or none by that name. */
	int (*open)(const struct sy_sound_card_prm *prm, void **ret_card, int *ret_rate, struct sy_problem *why);
	int (*start)(void *card);
	void (*wait)(void *card); /* lets some time pass, SY_SOUND_CARD_WAIT_MS at most */
	void (*stop)(void *card); /* no tick comes after it has returned */
	void (*close)(void *card);
	/* One device a line: its number, what it can do, its name. ENODEV where there is none. */
	int (*list)(struct sy_text *ret_list, struct sy_problem *why);
};

extern const struct sy_sound_card_impl sy_sound_card_portaudio;

#endif
