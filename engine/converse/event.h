/*
 * event: one thing that happened in a call. `sayso call --json`, the call records, the desk, the metrics and the
 * tests all read this one stream; `call` hands events to a sink and knows none of them.
 *
 * Pointers are borrowed for the call of the sink. t_ms is the call's own time; events come in the order of t_ms.
 * A `say` is reported when the prompt has ended or was interrupted, with t_ms of its first frame.
 */
#ifndef SY_CONVERSE_EVENT_H
#define SY_CONVERSE_EVENT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "engine/hear/hypothesis.h"
#include "engine/person/card.h"

enum sy_event_kind {
	SY_EVENT_CALL,
	SY_EVENT_SAY,
	SY_EVENT_HEARD,
	SY_EVENT_KEY,
	SY_EVENT_SILENCE,
	SY_EVENT_ANSWER,
	SY_EVENT_HANDOFF,
	SY_EVENT_END,
};

struct sy_event {
	enum sy_event_kind kind;
	int64_t t_ms;
	const char *state; /* the dialogue's state before the event */
	/* by kind; the others are zero */
	const char *case_key;                   /* CALL, HANDOFF, END */
	int64_t kb_version;                     /* CALL */
	const char *text;                       /* SAY, ANSWER */
	int duration_ms;                        /* SAY: heard by the caller; SILENCE: how long */
	bool interrupted;                       /* SAY */
	const struct sy_hypothesis *hypothesis; /* HEARD */
	int64_t turn_begin_ms;                  /* HEARD: where the caller's speech lies on the call's clock */
	int64_t turn_end_ms;                    /* HEARD */
	bool goes_on; /* HEARD: of the turn before and this one as one; the one before counts no more */
	const struct sy_pairs *values; /* HEARD: slots normalised, where they could be */
	char key;                      /* KEY */
	const char *article;           /* ANSWER */
	const char *reason;            /* HANDOFF: "asked" | "unsure" | "silence" | "article" */
	const struct sy_card *card;    /* HANDOFF */
	const char *outcome;           /* END: "handoff" | "answered" | "goodbye" | "hangup" | "abandoned" | "error" */
};

typedef void sy_event_h(const struct sy_event *event, void *arg);

const char *sy_event_name(enum sy_event_kind kind);  /* "call", "say", … */
json_t *sy_event_json(const struct sy_event *event); /* a new reference; NULL if out of memory */

/* HEARD: a string of digits that nothing says is finished. The engine waits whether more come, so how long its answer
 * took is counted apart. */
bool sy_event_open_number(const struct sy_event *event);

#endif
