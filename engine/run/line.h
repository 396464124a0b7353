/*
 * line: drives one call over one bridge, a frame at a time.
 *
 * Each step asks the bridge for a frame, ticks the call, and has the call's jobs done by a worker
 * (engine/run/worker.h). It has no clock and no thread: whoever steps it decides when. A bridge whose exchange() waits
 * for the next 20 ms makes sy_line_run() run in real time; the service steps hundreds of lines from one timer.
 *
 * Owner: whoever started it; one thread.
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
#include "engine/run/slot_book.h"
#include "engine/run/worker.h"

/* Nobody talks to a machine for an hour; what does is a line left open. */
#define SY_LINE_MAX_S 3600
/* Grammars of slots known to have been learnt during a call; the oldest makes room for the next. */
#define SY_LINE_SLOTS_MAX 32
/* What was said of the hand-off is heard to its end before the bridge passes the caller on, but not for longer. */
#define SY_LINE_PASS_AFTER_MS 8000
/* A bridge that has not said by then how its hand-off ended has failed: an agent's phone rings for 5 minutes at most.
 */
#define SY_LINE_PASS_MAX_MS 330000

/* One frame both ways; borrowed for the call. */
typedef void sy_line_frame_h(void *arg, const int16_t *caller, const int16_t *ours);

struct sy_line_prm {
	struct sy_bridge *bridge; /* borrowed */
	struct sy_worker *worker; /* borrowed; of this line alone */
	/* Look-ups and choices: at once, from this thread's own connection; or as jobs, with choices from the book.
	 * One of them is set; borrowed. */
	struct sy_store *store;
	struct sy_slot_book *book;
	const struct sy_snapshot *snapshot; /* borrowed */
	const struct sy_search *search;     /* borrowed */
	const struct sy_prompts *prompts;   /* borrowed */
	const char *articles_grammar;       /* name under which the recogniser knows the snapshot's grammar */
	const char *case_key;
	const struct sy_card *earlier; /* a call that goes on with this case; borrowed for the start, NULL: none */
	struct tm now;
	const char *pass_to; /* who wants a person is passed on by the bridge, there; NULL: the desk alone. Borrowed */
	const char *reply;   /* path of the stereo WAV (caller left, engine right), or NULL */
	sy_event_h *event;
	sy_line_frame_h *frame; /* may be NULL */
	void *arg;
	int max_s;                         /* longest call; 0: SY_LINE_MAX_S */
	struct sy_costs costs;             /* of mistakes; zeroed: SY_COSTS_USUAL */
	const volatile sig_atomic_t *stop; /* sy_line_run(): set by a signal, the caller hangs up; NULL: never */
};

struct sy_line;

/* The call begins with the first step. `prm` is copied. */
int sy_line_start(const struct sy_line_prm *prm, struct sy_line **ret_line, struct sy_problem *why);

/* One frame of 20 ms both ways, and what jobs have brought. */
int sy_line_step(struct sy_line *line, struct sy_problem *why);
bool sy_line_over(const struct sy_line *line); /* the call has ended; or a step failed */
/* The caller is put down: the call reports its end. */
void sy_line_put_down(struct sy_line *line);

const struct sy_call *sy_line_call(const struct sy_line *line);

/* Ends the call if need be, and frees the line. The worker may still be at a job, but no longer for this call. NULL is
 * allowed. */
int sy_line_end(struct sy_line *line, struct sy_problem *why);

/* All of it, to the call's end. */
int sy_line_run(const struct sy_line_prm *prm, struct sy_problem *why);

#endif
