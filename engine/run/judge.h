/*
 * judge: holds what happened in a call against what its talk script expects.
 *
 * Events are kept as they come (at most SY_JUDGE_EVENTS_MAX); after the call sy_judge_verdict() says which expectation
 * failed, of which turn (the script's line), and what came instead. What a turn of the caller led to is what happened
 * from its first sound to that of the next turn.
 *
 * Owner: the command. The talk is borrowed. One thread.
 */
#ifndef SY_RUN_JUDGE_H
#define SY_RUN_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/talk.h"
#include "engine/converse/event.h"

/* Ten minutes with an event a second; a call that makes more is not judged by a script. */
#define SY_JUDGE_EVENTS_MAX 4000

/* When a turn of the script was played, on the call's clock; it was not where the call ended before. */
struct sy_judge_span {
	bool played;
	int64_t begin_ms;
	int64_t end_ms;
};

struct sy_judge;

int sy_judge_create(const struct sy_talk *talk, struct sy_judge **ret_judge);
void sy_judge_destroy(struct sy_judge *judge); /* NULL is allowed */

/* A sy_event_h; `judge` is a struct sy_judge. */
void sy_judge_event(const struct sy_event *event, void *judge);

/* One span for each turn of the talk. `failed` gets one line for each expectation that was not met; returns their
 * number. */
size_t sy_judge_verdict(struct sy_judge *judge, const struct sy_judge_span *spans,
	void (*failed)(void *arg, const char *line), void *arg);

#endif
