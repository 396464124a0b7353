/*
 * line: drives one call over one bridge, in this thread.
 *
 * Asks the bridge for a frame, ticks the call, hands the frame back, and has the call's jobs done by a worker: on a
 * virtual clock at once, with a simulated wait that is the same each time (engine/run/worker.h); in real time on a
 * thread of its own, so that frames never wait.
 *
 * Errors: those of its parts; ETIMEDOUT when the call did not end within max_s (the caller is put down then);
 * ENOSPC, EIO … when the reply could not be written (the call is carried to its end all the same).
 */
#ifndef SY_RUN_LINE_H
#define SY_RUN_LINE_H

#include <signal.h>

#include "audio/bridge.h"
#include "audio/wav.h"
#include "engine/converse/call.h"

/* Nobody talks to a machine for an hour; what does is a line left open. */
#define SY_LINE_MAX_S 3600
/* Grammars of slots kept with the recogniser during a call; the oldest makes room for the next. */
#define SY_LINE_SLOTS_MAX 32

struct sy_line_prm {
	struct sy_store *store;             /* borrowed: look-ups and choices; this thread's own connection */
	struct sy_bridge *bridge;           /* borrowed */
	struct sy_recogniser *recogniser;   /* borrowed */
	struct sy_synthesiser *synthesiser; /* borrowed */
	struct sy_handoff *handoff;         /* borrowed; its store must be a connection of its own */
	const struct sy_snapshot *snapshot; /* borrowed */
	const struct sy_search *search;     /* borrowed */
	const struct sy_prompts *prompts;   /* borrowed */
	const char *articles_grammar;       /* name under which the recogniser knows the snapshot's grammar */
	const char *case_key;
	struct tm now;
	const char *reply; /* path of the stereo WAV (caller left, engine right), or NULL */
	sy_event_h *event;
	void *arg;
	int max_s;                         /* longest call; 0: SY_LINE_MAX_S */
	const volatile sig_atomic_t *stop; /* set by a signal: the caller hangs up; NULL: never */
};

/* Runs the call to its end. */
int sy_line_run(const struct sy_line_prm *prm, struct sy_problem *why);

#endif
