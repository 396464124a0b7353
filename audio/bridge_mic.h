/*
 * bridge_mic: the caller speaks into this machine's microphone and hears us from its loudspeaker.
 *
 * The sound card's callback touches two rings and nothing else; exchange() waits for the microphone's
 * next 20 ms, converts rates where the card does not take ours, and brings the keys typed on
 * the terminal (0-9, *, #; Ctrl-D hangs up). When the card gives nothing for SY_BRIDGE_MIC_STALL_MS
 * (it was pulled out), the caller is gone.
 *
 * Use headphones: a microphone beside a loudspeaker hears our own voice, takes it for the caller's and
 * interrupts itself. Without headphones set `speakers`: the line is then half-duplex, the microphone is
 * shut while a prompt sounds, and only keys can interrupt.
 *
 * One thread (the card's own is hidden).
 */
#ifndef SY_AUDIO_BRIDGE_MIC_H
#define SY_AUDIO_BRIDGE_MIC_H

#include <stdbool.h>

#include "audio/bridge.h"
#include "audio/sound_card.h"
#include "base/problem.h"
#include "base/text.h"

#define SY_BRIDGE_MIC_STALL_MS 2000
/* With `speakers`: how long a room and the card's own buffers still sound after the last sample was given to them. */
#define SY_BRIDGE_MIC_ECHO_MS 300
/* No device of the terminal: keys are not read. */
#define SY_BRIDGE_MIC_NO_KEYS (-1)

struct sy_bridge_mic_prm {
	int rate;           /* SY_RATE_LINE or SY_RATE_WIDE */
	const char *input;  /* microphone: number or part of its name; NULL: the system's choice */
	const char *output; /* loudspeaker, likewise */
	bool speakers;      /* no headphones */
	int keys_fd; /* 0: standard input, where it is a terminal; another is read as it is; SY_BRIDGE_MIC_NO_KEYS */
	const struct sy_sound_card_impl *card; /* NULL: PortAudio */
};

/* ENODEV: no sound card, no such device (why says what to do); EIO: it cannot be opened; EINVAL: the rate. */
int sy_bridge_mic_create(const struct sy_bridge_mic_prm *prm, struct sy_bridge **ret_bridge, struct sy_problem *why);

#endif
