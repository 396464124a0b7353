/*
 * speaker: plays one sound through this machine's loudspeaker and returns when it has ended.
 */
#ifndef SY_RUN_SPEAKER_H
#define SY_RUN_SPEAKER_H

#include "audio/sound.h"
#include "audio/sound_card.h"

/* ENODEV: there is no sound card. EIO: it stopped. */
int sy_speaker_play(const struct sy_sound *sound, struct sy_problem *why);

/* The same on another card (a double). */
int sy_speaker_play_on(const struct sy_sound_card_impl *impl, const struct sy_sound *sound, struct sy_problem *why);

#endif
