/*
 * endpoint: finds the caller's turns in a stream of 20 ms frames.
 *
 * It follows the noise floor of the line, keeps SY_ENDPOINT_PREROLL_MS of sound from
 * before the first speech frame, and reports what happens; when a turn is over is the
 * owner's decision (it depends on what was heard), so the endpointer only says how long
 * the present silence lasts. One thread. Fed with the call's rate.
 */
#ifndef SY_AUDIO_ENDPOINT_H
#define SY_AUDIO_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The soft start of a word ("four", "hello") lies up to 0.3 s before its energy shows. */
#define SY_ENDPOINT_PREROLL_MS 300
/* A silence this short may be the end: a decode starts on it. Design, "start early". */
#define SY_ENDPOINT_PAUSE_MS 160
/* A turn longer than this is cut and reported: no answer needs it and memory is bounded. */
#define SY_ENDPOINT_TURN_MAX_MS 30000

enum sy_endpoint_event {
	SY_ENDPOINT_NOTHING,
	SY_ENDPOINT_ONSET,    /* speech began (enough of it to stop a prompt) */
	SY_ENDPOINT_PAUSE,    /* SY_ENDPOINT_PAUSE_MS of silence after speech: a possible end */
	SY_ENDPOINT_RESUME,   /* speech again after a PAUSE: a decode begun on it is out of date */
	SY_ENDPOINT_TOO_LONG, /* SY_ENDPOINT_TURN_MAX_MS reached: the owner takes what is there */
};

struct sy_endpoint;

int sy_endpoint_create(int rate, struct sy_endpoint **ret_endpoint);
void sy_endpoint_destroy(struct sy_endpoint *endpoint);

/* One frame of sy_frame_samples(rate) samples. While `prompting`, onset needs more and louder speech (echo, coughs). */
int sy_endpoint_feed(
	struct sy_endpoint *endpoint, const int16_t *frame, bool prompting, enum sy_endpoint_event *ret_event);

bool sy_endpoint_in_speech(const struct sy_endpoint *endpoint);
int sy_endpoint_silence_ms(const struct sy_endpoint *endpoint); /* since the last speech frame of this turn */
int sy_endpoint_speech_ms(const struct sy_endpoint *endpoint);  /* speech frames in this turn */
double sy_endpoint_noise_dbfs(const struct sy_endpoint *endpoint);

/* The turn so far, pre-roll included; borrowed until the next feed, restart or destroy. */
void sy_endpoint_turn(const struct sy_endpoint *endpoint, const int16_t **ret_pcm, size_t *ret_n);
/* Of a turn that goes on with the one before (sy_endpoint_restart_kept()): the first sample of what was added, its own
 * pre-roll included. 0: the turn stands by itself. */
size_t sy_endpoint_added(const struct sy_endpoint *endpoint);

/* Forgets the turn and waits for the next one; the noise floor is kept. */
void sy_endpoint_restart(struct sy_endpoint *endpoint);
/* The same, but speech that is found within `ms` from now on goes on with this turn: the next one then begins with all
 * of its sound and the pause behind it. */
void sy_endpoint_restart_kept(struct sy_endpoint *endpoint, int ms);
/* From now on the next turn stands by itself. */
void sy_endpoint_let_go(struct sy_endpoint *endpoint);

#endif
