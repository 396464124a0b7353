/*
 * roster: the calls in progress, as anyone outside the media thread may see them.
 *
 * The media thread publishes a copy of each call's entry; readers take copies. Publishing never waits for a reader (a
 * sequence lock for each place: the reader tries again). Callers' numbers never enter; what callers said enters only
 * where the roster was made for it.
 *
 * Owner: the service. Thread rule: enter, publish and leave belong to one thread (the media thread); copying and
 * sy_roster_json() to any.
 */
#ifndef SY_RUN_ROSTER_H
#define SY_RUN_ROSTER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/arrival.h"
#include "engine/converse/event.h"

/* Above the highest limit on calls that can be configured. */
#define SY_ROSTER_MAX 10000
/* Dialogue states and articles have short names; longer ones are cut. */
#define SY_ROSTER_NAME_BYTES 48
/* What was heard last; a terminal's line has no room for more. */
#define SY_ROSTER_HEARD_BYTES 160
/* Level meters need ten a second at most; `sayso line` asks for five. */
#define SY_ROSTER_PUBLISH_MS 100

/* A plain value; the media thread keeps one beside each call and publishes it. */
struct sy_roster_entry {
	char id[SY_ARRIVAL_ID_BYTES];
	char kind[16];
	char state[SY_ROSTER_NAME_BYTES];
	char intent[SY_ROSTER_NAME_BYTES]; /* the last turn's; "" when none */
	char heard[SY_ROSTER_HEARD_BYTES]; /* what the caller said last; "" where it is not shown */
	int64_t call_ms;                   /* the call's clock */
	int64_t kb_version;
	uint32_t turns;
	bool decided;
	enum sy_decision decision; /* of the last turn, once there was one */
	float confidence;
	bool speaking;     /* a prompt is being spoken */
	float caller_dbfs; /* the loudest frame since the last publication; -96 .. 0 */
	float ours_dbfs;
	uint64_t order; /* the roster's own: calls began in this order */
};

/* From an arrival or any other bridge. */
void sy_roster_entry_begin(struct sy_roster_entry *entry, const char *id, const char *kind);
/* A sy_event_h; `entry` is a struct sy_roster_entry. */
void sy_roster_entry_event(const struct sy_event *event, void *entry);
/* One frame both ways, and how the call stands after it. */
struct sy_roster_tick {
	const char *state; /* sy_call_state() */
	int64_t call_ms;
	bool speaking;
	const int16_t *caller; /* borrowed */
	const int16_t *ours;
	size_t samples;
};
void sy_roster_entry_tick(struct sy_roster_entry *entry, const struct sy_roster_tick *tick);

struct sy_roster;

/* Places for `max` calls (1 .. SY_ROSTER_MAX). show_heard: what callers said may be shown to those who ask on this
 * machine. */
int sy_roster_create(size_t max, bool show_heard, struct sy_roster **ret_roster);
void sy_roster_destroy(struct sy_roster *roster); /* NULL is allowed */

/* A place for a call that begins. ENOSPC: all are taken. */
int sy_roster_enter(struct sy_roster *roster, struct sy_roster_entry *entry, size_t *ret_place);
/* Shows the entry as it is now, and begins its levels anew. */
void sy_roster_publish(struct sy_roster *roster, size_t place, struct sy_roster_entry *entry);
void sy_roster_leave(struct sy_roster *roster, size_t place);

/* Copies entries in the order in which their calls began, at most `max`; returns their number. */
size_t sy_roster_copy(const struct sy_roster *roster, struct sy_roster_entry *ret_entries, size_t max);

/* [{id, kind, state, seconds, kb_version, turns, decision, confidence, intent, speaking, caller_dbfs, ours_dbfs}], and
 * `heard` where the roster has it and `local` is true. A new reference; NULL if out of memory. */
json_t *sy_roster_json(const struct sy_roster *roster, bool local);

#endif
