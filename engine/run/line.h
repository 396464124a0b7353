/*
 * line: drives one call over one bridge, in this thread.
 *
 * Asks the bridge for a frame, ticks the call, hands the frame back, and does the call's jobs in-process. On a virtual
 * clock the wait for a decode is simulated (SY_LINE_DECODE_…), the same each time; in real time jobs run on a
 * thread of their own, so that frames never wait.
 */
#ifndef SY_RUN_LINE_H
#define SY_RUN_LINE_H

#include "audio/bridge.h"
#include "audio/wav.h"
#include "engine/converse/call.h"

/* Virtual wait for a decode: a fixed part and a share of the turn's length; above what was measured (tools/bench). */
#define SY_LINE_DECODE_FIXED_MS 40
#define SY_LINE_DECODE_SHARE 0.05

struct sy_line_prm {
	struct sy_store *store;             /* borrowed */
	struct sy_bridge *bridge;           /* borrowed */
	struct sy_recogniser *recogniser;   /* borrowed */
	struct sy_synthesiser *synthesiser; /* borrowed */
	struct sy_handoff *handoff;         /* borrowed */
	const struct sy_snapshot *snapshot; /* borrowed */
	const struct sy_search *search;     /* borrowed */
	const struct sy_prompts *prompts;   /* borrowed */
	const char *case_key;
	struct tm now;
	const char *reply; /* path of the stereo WAV (caller left, engine right), or NULL */
	sy_event_h *event;
	void *arg;
	int max_s; /* longest call; 0: an hour */
};

/* Runs the call to its end. */
int sy_line_run(const struct sy_line_prm *prm, struct sy_problem *why);

#endif
