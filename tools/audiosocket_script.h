/*
 * audiosocket_script: what a caller of sayso-audiosocket does, one argument of the command line a turn.
 *
 *   FILE        a recording (WAV or FLAC)
 *   key:KEYS    keys, one every 100 ms
 *   wait:S      silence
 *   …@S         at S seconds of the call, instead of after the answer to the turn before
 *
 * Owner: the program. One thread.
 */
#ifndef SY_TOOLS_AUDIOSOCKET_SCRIPT_H
#define SY_TOOLS_AUDIOSOCKET_SCRIPT_H

#include <stdbool.h>

#include "audio/sound.h"
#include "base/problem.h"

#define SY_AUDIOSOCKET_TURNS_MAX 64

struct sy_audiosocket_turn {
	const char *text; /* the argument */
	double at_s;      /* < 0: after the answer to the turn before */
	const char *keys; /* NULL: sound */
	size_t n_keys;
	struct sy_sound sound; /* at the line's rate */
	size_t speech_end;     /* samples: where the speech in it ends */
};

struct sy_audiosocket_script {
	struct sy_audiosocket_turn turns[SY_AUDIOSOCKET_TURNS_MAX];
	size_t n;
};

/* Reads the recordings too. EINVAL, E2BIG, or the errors of sy_wav_read(). */
int sy_audiosocket_script_add(
	struct sy_audiosocket_script *script, const char *argument, int rate, struct sy_problem *why);
void sy_audiosocket_script_reset(struct sy_audiosocket_script *script);

#endif
