/*
 * bridge_script: a caller who follows a talk script, on a virtual clock.
 *
 * A turn begins when what it waits for has come: `after_ms` after the end of the prompt that followed the turn before,
 * or `during_ms` after that prompt began (barge-in; if it ends sooner, at its end). After the last turn the caller
 * stays silent until the call ends. All sounds are read and spoken at creation, so bad input is refused before a call
 * begins. A caller's line is never digital silence: noise runs through it, softly between turns.
 */
#ifndef SY_AUDIO_BRIDGE_SCRIPT_H
#define SY_AUDIO_BRIDGE_SCRIPT_H

#include <stdbool.h>

#include "audio/bridge.h"
#include "audio/talk.h"
#include "base/problem.h"

/* The talk is borrowed and outlives the bridge. EFBIG past SY_TALK_SECONDS_MAX of sound; else as audio/caller_voice.h.
 */
int sy_bridge_script_create(const struct sy_talk *talk, struct sy_bridge **ret_bridge, struct sy_problem *why);

/* Index of the turn that was begun last, -1 before the first. */
int sy_bridge_script_turn(const struct sy_bridge *bridge);
/* That turn has been spoken to its end. False before the first. */
bool sy_bridge_script_turn_over(const struct sy_bridge *bridge);

#endif
