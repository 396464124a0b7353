/*
 * synthesiser: text -> samples.
 *
 * A back-end is a const table of functions. Text may hold the marks of docs/speech-marks.md; a text without words
 * gives a sound without samples. One thread per synthesiser.
 *
 * Errors: EINVAL (unknown voice, a mark that is wrong, a rate, pace or loudness out of range), E2BIG, ENOMEM, EIO (the
 * voice failed); `why` says which in one line.
 */
#ifndef SY_SPEAK_SYNTHESISER_H
#define SY_SPEAK_SYNTHESISER_H

#include "audio/sound.h"
#include "base/problem.h"

#define SY_SAY_TEXT_MAX 4000 /* bytes: four minutes of speech; longer is refused (E2BIG) */
#define SY_PACE_MIN 0.5
#define SY_PACE_MAX 2.0
#define SY_VOICE_DEFAULT "slt"

struct sy_say_job {
	const char *text;  /* borrowed for the call */
	const char *voice; /* "slt", "rms", "awb", "kal16"; NULL: SY_VOICE_DEFAULT */
	double pace;       /* 1 = normal, 0.5 = half as fast; 0: 1 */
	double gain_db;    /* loudness, -20..+12 dB against normal; peaks are limited, not clipped */
	int rate;          /* SY_RATE_LINE or SY_RATE_WIDE */
};

struct sy_synthesiser_impl {
	const char *name;
	int (*say)(void *state, const struct sy_say_job *job, struct sy_sound *ret_sound, struct sy_problem *why);
	void (*destroy)(void *state);
};

struct sy_synthesiser {
	const struct sy_synthesiser_impl *impl;
	void *state; /* owned */
};

int sy_synthesiser_say(struct sy_synthesiser *synthesiser, const struct sy_say_job *job, struct sy_sound *ret_sound,
	struct sy_problem *why);
void sy_synthesiser_destroy(struct sy_synthesiser *synthesiser); /* NULL is allowed; frees the struct too */

int sy_synthesiser_flite_create(struct sy_synthesiser **ret_synthesiser, struct sy_problem *why);

/* A synthesiser in front of another (taken): each sentence, voice, pace, gain and rate is synthesised once, whatever
 * text it stands in; a text is its sentences with sy_say_gap() after each. `folder` keeps sounds between runs (NULL:
 * memory only); both are bounded. */
int sy_speech_cache_create(struct sy_synthesiser *behind, const char *folder, struct sy_synthesiser **ret_synthesiser,
	struct sy_problem *why);

#endif
