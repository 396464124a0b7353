/*
 * caller_program: a speech program run as a voice, text in, WAV out, with its cache. See audio/caller_voice.h.
 */
#ifndef SY_AUDIO_CALLER_PROGRAM_H
#define SY_AUDIO_CALLER_PROGRAM_H

#include "audio/sound.h"
#include "base/problem.h"

#define SY_CALLER_PROGRAM_NAME_MAX 40

struct sy_caller_program {
	const struct sy_caller_kind *kind;
	char voice[SY_CALLER_PROGRAM_NAME_MAX]; /* letters, digits, - _ and + */
	int words_per_minute;                   /* espeak only */
	int pitch;                              /* 0..99, espeak only */
};

/* EINVAL for anything that is not a voice. */
int sy_caller_program_from(const char *voice, struct sy_caller_program *ret_program, struct sy_problem *why);

/* At 16 kHz, from the cache where it is known. */
int sy_caller_program_run(
	const struct sy_caller_program *program, const char *text, struct sy_sound *ret_sound, struct sy_problem *why);

#endif
