/*
 * session: all that calls need, opened once: store, published version, prompts, search, recogniser, synthesiser, desk.
 *
 * Owner: the command. One thread; the recogniser, synthesiser and desk go to the worker of a call while it runs.
 *
 * Errors: those of its parts; ENOENT when nothing has been published in the base.
 */
#ifndef SY_RUN_SESSION_H
#define SY_RUN_SESSION_H

#include "engine/run/line.h"
#include "engine/run/record.h"

struct sy_session;

/* db: path of a knowledge base; NULL: this user's demonstration base. */
int sy_session_open(const char *db, struct sy_session **ret_session, struct sy_problem *why);
void sy_session_close(struct sy_session *session); /* NULL is allowed */

/* One call over one bridge. */
struct sy_session_call {
	struct sy_bridge *bridge; /* borrowed */
	const char *case_key;     /* NULL: a fresh one that no call in the base has */
	struct tm now;
	const char *reply; /* path of the stereo WAV, or NULL */
	int max_s;
	sy_event_h *event; /* beside the record; may be NULL */
	void *arg;
	const volatile sig_atomic_t *stop;
	/* out: a record that could not be kept does not fail a call; "" when all is well */
	struct sy_problem record_why;
	struct sy_problem desk_why; /* the same for a caller who should be on the desk */
	int64_t record_id;
};

int sy_session_run(struct sy_session *session, struct sy_session_call *call, struct sy_problem *why);

/* The synthesiser with this user's cache, without anything else. */
int sy_session_voice(struct sy_synthesiser **ret_synthesiser, struct sy_problem *why);

/* The same 5 digits for files of the same names, wherever they lie; SY_CASE_KEY_BYTES. */
void sy_session_key_of(const char *const *paths, size_t n, char *ret_key);

#endif
