/*
 * caller_voice: what a turn of a talk script sounds like: a synthetic caller, a recording, or noise, as the line brings
 * it.
 *
 * Voices are programs that read text from a pipe and write a WAV to another, so that a caller in a test does not
 * share the engine's synthesiser: "espeak:VOICE[:WORDS-A-MINUTE[:PITCH]]" (espeak-ng) and "flite:VOICE" (flite). No
 * shell is involved. Spoken texts are kept in the user's cache folder, at most SY_CALLER_VOICE_CACHE_MAX files, as
 * starting a program costs more than reading one. Inside a text "[pause 800ms]" or "[pause 1.5s]" is silence.
 *
 * No state but the cache, where several processes may write at once (whole files only).
 * Errors: EINVAL for a voice or a pause written wrong, ENOENT for a program that is not installed, EIO if it fails;
 * `why` says what to do.
 */
#ifndef SY_AUDIO_CALLER_VOICE_H
#define SY_AUDIO_CALLER_VOICE_H

#include "audio/sound.h"
#include "audio/talk.h"
#include "base/problem.h"

#define SY_CALLER_VOICE_CACHE_MAX 2000
#define SY_CALLER_VOICE_PAUSE_MAX_MS 60000
/* Of a line with noise whose snr_db is not said. */
#define SY_CALLER_VOICE_SNR_DB 20

/* Is this a voice and a text that can be spoken? Starts nothing. */
int sy_caller_voice_check(const char *voice, const char *text, struct sy_problem *why);

/* The text at 16 kHz, without any line. */
int sy_caller_voice_say(const char *voice, const char *text, struct sy_sound *ret_sound, struct sy_problem *why);

/* A turn of `talk` (SAY, WAV or NOISE; EINVAL otherwise) at the talk's rate, line effects included. */
int sy_caller_voice_turn(const struct sy_talk *talk, size_t turn, struct sy_sound *ret_sound, struct sy_problem *why);

#endif
