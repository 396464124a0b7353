/*
 * handoff: passes the caller to a person. A back-end is a const table of functions; the local desk (a record in the
 * store that a person picks up) ships first, with a mock in tests/mock.
 * One thread per hand-off object.
 */
#ifndef SY_PERSON_HANDOFF_H
#define SY_PERSON_HANDOFF_H

#include "base/problem.h"
#include "engine/person/card.h"
#include "kb/store.h"

enum sy_handed { SY_HANDED_OVER, SY_HANDED_WAITING, SY_HANDED_FAILED };

struct sy_handoff_impl {
	const char *name;
	int (*pass)(void *state, const struct sy_card *card, enum sy_handed *ret_handed, struct sy_problem *why);
	int (*settle)(void *state, struct sy_problem *why); /* NULL: nothing ever waits */
	void (*destroy)(void *state);
};

struct sy_handoff {
	const struct sy_handoff_impl *impl;
	void *state; /* owned */
};

int sy_handoff_pass(
	struct sy_handoff *handoff, const struct sy_card *card, enum sy_handed *ret_handed, struct sy_problem *why);
/* Writes what had to wait when it was passed, without waiting for another writer. 0: nothing waits any more. */
int sy_handoff_settle(struct sy_handoff *handoff, struct sy_problem *why);
void sy_handoff_destroy(struct sy_handoff *handoff); /* NULL is allowed; frees the struct too */

/*
 * The desk: each hand-off is a row with the full card. The store is borrowed and must outlive it.
 *
 * Where another program holds the base, the first card waits SY_STORE_BUSY_MS for it; then cards wait in a file beside
 * the base (DB-desk, at most SY_SPOOL_LINES_MAX), and count as passed: the call goes on, and the next pass or
 * sy_handoff_settle() writes them, of this process or of one that comes after it.
 */
int sy_handoff_desk_create(struct sy_store *store, struct sy_handoff **ret_handoff, struct sy_problem *why);

#endif
