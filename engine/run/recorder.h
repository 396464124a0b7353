/*
 * recorder: keeps what a caller spoke in a live call as recordings, with a talk script that plays the call again.
 *
 * It stands before another bridge and passes its frames on; the last SY_RECORDER_MEMORY_S of the caller's sound are
 * remembered, and each turn that was heard is cut out of them and written at once as DIR/turn-NN.wav. At the end
 * DIR/talk.yaml says when each was spoken, which keys were pressed, and what came of it.
 *
 * Owner: the command. One thread.
 */
#ifndef SY_RUN_RECORDER_H
#define SY_RUN_RECORDER_H

#include "audio/bridge.h"
#include "base/problem.h"
#include "engine/converse/event.h"

/* The longest turn (SY_ENDPOINT_TURN_MAX_MS), and the time until it is reported. */
#define SY_RECORDER_MEMORY_S 60
/* Sound kept before and after a turn: a replay's end-pointer needs some quiet around it. */
#define SY_RECORDER_MARGIN_MS 200

struct sy_recorder;

/* Makes the folder if need be, and puts itself before *bridge, which it owns from then on: *bridge becomes the
 * recorder's own. EEXIST: the folder holds a talk.yaml already. On failure *bridge is as it was. */
int sy_recorder_create(
	const char *folder, struct sy_bridge **bridge, struct sy_recorder **ret_recorder, struct sy_problem *why);

/* A sy_event_h; `recorder` is a struct sy_recorder. */
void sy_recorder_event(const struct sy_event *event, void *recorder);

/* Writes the script and frees the recorder, on failure too; the bridge must still be there. */
int sy_recorder_finish(struct sy_recorder *recorder, struct sy_problem *why);

#endif
