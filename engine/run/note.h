/*
 * note: an event of a call, copied, on its way to the call's record.
 *
 * A plain message with one owner at a time.
 */
#ifndef SY_RUN_NOTE_H
#define SY_RUN_NOTE_H

#include <time.h>

#include "engine/converse/event.h"

struct sy_note {
	enum sy_event_kind kind;
	int64_t seq; /* the record's own */
	int64_t t_ms;
	time_t at; /* the wall's time, for the rows that carry one */
	char *state;
	char *case_key; /* or NULL */
	json_t *json;
	struct sy_note *next; /* for whoever holds it */
};

int sy_note_create(const struct sy_event *event, struct sy_note **ret_note);
void sy_note_destroy(struct sy_note *note); /* NULL is allowed */

#endif
