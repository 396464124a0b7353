/*
 * timeline: when each turn of a talk script was played, on the call's clock.
 *
 * Stands before the script's bridge and passes its frames on. Owner: the command. One thread.
 */
#ifndef SY_RUN_TIMELINE_H
#define SY_RUN_TIMELINE_H

#include "audio/bridge.h"
#include "audio/talk.h"
#include "engine/run/judge.h"

struct sy_timeline;

/* Puts itself before *bridge (one of audio/bridge_script) and owns it from then on: *bridge becomes the timeline's own,
 * to be destroyed as any other. On failure *bridge is as it was. */
int sy_timeline_create(const struct sy_talk *talk, struct sy_bridge **bridge, struct sy_timeline **ret_timeline);

/* One span for each turn of the talk; borrowed, as long as the bridge lives. */
const struct sy_judge_span *sy_timeline_spans(const struct sy_timeline *timeline);

#endif
