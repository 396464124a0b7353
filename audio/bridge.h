/*
 * bridge: a caller's two-way sound and keys.
 *
 * A back-end is a const table of functions; the line (engine/run/line) asks it once for
 * each 20 ms frame and never asks which back-end it is. Thread rule: one bridge
 * belongs to one thread; a back-end with a sound card or socket behind it hides its own.
 */
#ifndef SY_AUDIO_BRIDGE_H
#define SY_AUDIO_BRIDGE_H

#include <stdbool.h>
#include <stdint.h>

#include "audio/frame.h"

/* Keys that can arrive in one 20 ms frame: a real key is 40 ms or longer, so one, and one late from a packet. */
#define SY_EXCHANGE_KEYS_MAX 2

/* A hand-off that the bridge itself carries out: a SIP transfer, the way back into a dial plan. */
enum sy_passing { SY_PASSING_NONE, SY_PASSING_TRYING, SY_PASSING_DONE, SY_PASSING_FAILED };

struct sy_bridge_pass {
	const char *target;   /* where the person is, in the bridge's own terms; "": as the bridge was set up */
	const char *case_key; /* travels with the caller */
};

/* What one exchange carries. The first part goes to the caller, the second comes back. */
struct sy_exchange {
	/* in: ours */
	const int16_t *ours; /* one frame at the bridge's rate, borrowed for the call */
	bool speaking;       /* this frame carries a prompt */
	bool listening;      /* the prompt has ended and the engine waits for the caller */
	/* out: the caller's */
	int16_t caller[SY_FRAME_SAMPLES_MAX];
	char keys[SY_EXCHANGE_KEYS_MAX + 1]; /* "0".."9", "*", "#", "A".."D"; "" mostly */
	bool gone;                           /* the caller has hung up; nothing more comes */
	enum sy_passing passing;             /* how far a hand-off begun with sy_bridge_pass() has come */
};

struct sy_bridge_impl {
	const char *name;
	bool real_time; /* exchange() waits for the next 20 ms; false: a virtual clock, as fast as it goes */
	int (*exchange)(void *bridge, struct sy_exchange *exchange);
	/* Begins the hand-off and returns; exchanges go on and tell how it ends. NULL: this bridge cannot pass anyone
	 * on. */
	int (*pass)(void *bridge, const struct sy_bridge_pass *to);
	void (*destroy)(void *bridge);
};

struct sy_bridge {
	const struct sy_bridge_impl *impl;
	void *state; /* owned */
	int rate;    /* SY_RATE_LINE or SY_RATE_WIDE */
};

int sy_bridge_exchange(struct sy_bridge *bridge, struct sy_exchange *exchange);
/* ENOTSUP where the bridge cannot; the caller is then passed on by other means. */
int sy_bridge_pass(struct sy_bridge *bridge, const struct sy_bridge_pass *to);
void sy_bridge_destroy(struct sy_bridge *bridge); /* NULL is allowed; frees the struct too */

#endif
