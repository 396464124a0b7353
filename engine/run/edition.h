/*
 * edition: one published version with all that calls need of it, opened once and shared.
 *
 * Immutable but for the choices in its slot book, so many threads may read it. Who uses it holds a reference; the last
 * one frees it.
 *
 * Errors: those of its parts; ENOENT when nothing has been published in the base.
 */
#ifndef SY_RUN_EDITION_H
#define SY_RUN_EDITION_H

#include <stdatomic.h>

#include "engine/run/slot_book.h"
#include "kb/search.h"
#include "prompts/prompt.h"

struct sy_edition {
	struct sy_snapshot *snapshot;
	struct sy_search *search;
	struct sy_prompts *prompts;
	struct sy_slot_book *book; /* NULL: whoever asks reads the choices himself */
	char grammar[32];          /* under which recognisers know the articles' grammar */
	uint32_t crew;             /* whose speech workers know it, for whoever opened them; 0: none */
	atomic_uint holders;
};

/* version 0: the newest. The store is borrowed for the call. */
int sy_edition_open(struct sy_store *store, int64_t version, struct sy_edition **ret_edition, struct sy_problem *why);
/* Opens its book, for threads that must not wait for a disk; before it is shared. */
int sy_edition_read_ahead(struct sy_edition *edition, struct sy_store *store);
struct sy_edition *sy_edition_hold(struct sy_edition *edition);
void sy_edition_let_go(struct sy_edition *edition); /* NULL is allowed */

int64_t sy_edition_version(const struct sy_edition *edition);

#endif
