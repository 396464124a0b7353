#include "engine/run/timeline.h"

#include <errno.h>
#include <stdlib.h>

#include "audio/bridge_script.h"

struct sy_timeline {
	struct sy_bridge *script; /* owned */
	struct sy_bridge_impl impl;
	struct sy_judge_span *spans;
	size_t n;
	int64_t now_ms;
};

static int exchange(void *state, struct sy_exchange *exchange)
{
	struct sy_timeline *timeline = state;
	int err = sy_bridge_exchange(timeline->script, exchange);
	int turn = sy_bridge_script_turn(timeline->script);

	if (err)
		return err;
	if (turn >= 0 && (size_t)turn < timeline->n) {
		struct sy_judge_span *span = &timeline->spans[turn];

		if (!span->played)
			*span = (struct sy_judge_span){true, timeline->now_ms, INT64_MAX};
		if (span->end_ms == INT64_MAX && sy_bridge_script_turn_over(timeline->script))
			span->end_ms = timeline->now_ms;
	}
	timeline->now_ms += SY_FRAME_MS;
	return 0;
}

static void destroy(void *state)
{
	struct sy_timeline *timeline = state;

	if (!timeline)
		return;
	sy_bridge_destroy(timeline->script);
	free(timeline->spans);
	free(timeline);
}

int sy_timeline_create(const struct sy_talk *talk, struct sy_bridge **bridge, struct sy_timeline **ret_timeline)
{
	struct sy_timeline *timeline = calloc(1, sizeof *timeline);
	struct sy_bridge *outer = calloc(1, sizeof *outer);

	if (timeline)
		timeline->spans = calloc(talk->n_turns + 1, sizeof *timeline->spans);
	if (!outer || !timeline || !timeline->spans) {
		free(outer);
		destroy(timeline);
		return ENOMEM;
	}
	timeline->script = *bridge;
	timeline->n = talk->n_turns;
	timeline->impl = (struct sy_bridge_impl){.name = (*bridge)->impl->name,
		.real_time = (*bridge)->impl->real_time,
		.exchange = exchange,
		.destroy = destroy};
	*outer = (struct sy_bridge){.impl = &timeline->impl, .state = timeline, .rate = (*bridge)->rate};
	*bridge = outer;
	*ret_timeline = timeline;
	return 0;
}

const struct sy_judge_span *sy_timeline_spans(const struct sy_timeline *timeline)
{
	return timeline->spans;
}
