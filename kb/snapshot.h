/*
 * snapshot: one published version as a call sees it. Immutable; a live call keeps the one it began with.
 * Owner: the loader; safe to read from many threads.
 */
#ifndef SY_KB_SNAPSHOT_H
#define SY_KB_SNAPSHOT_H

#include <stdint.h>

#include "kb/article.h"
#include "kb/store.h"

struct sy_snapshot;

/* version 0: the newest. ENOENT: nothing has been published yet. */
int sy_snapshot_load(
	struct sy_store *store, int64_t version, struct sy_snapshot **ret_snapshot, struct sy_problem *why);
void sy_snapshot_destroy(struct sy_snapshot *snapshot);

int64_t sy_snapshot_version(const struct sy_snapshot *snapshot);
const struct sy_content *sy_snapshot_content(const struct sy_snapshot *snapshot); /* drafts left out */

/* The same with the drafts: what people ask about, whether there is an answer yet or not. What ranks articles is
 * trained on these, so that a draft's question is not taken for another's; an id that is not in sy_snapshot_content()
 * is a draft and has nothing to say. */
const struct sy_content *sy_snapshot_all(const struct sy_snapshot *snapshot);

/* An editor's pronunciations, word -> phones, for sy_lexicon_correct(). Borrowed. */
const struct sy_pairs *sy_snapshot_words(const struct sy_snapshot *snapshot);

/* The search model that publish trained from sy_snapshot_all(), for sy_search_load(). NULL where none is kept (older
 * versions): train again. Borrowed. */
const void *sy_snapshot_model(const struct sy_snapshot *snapshot, size_t *ret_n);
/* Once a search was loaded from it, and before others share the snapshot: it is as large as the search. */
void sy_snapshot_drop_model(struct sy_snapshot *snapshot);

/* JSGF of all articles' phrases; a public rule (the intent) for each article, slots as tags. "" while no article has
 * both an answer and phrases. Borrowed. */
const char *sy_snapshot_grammar(const struct sy_snapshot *snapshot);

/* JSGF of what answers a slot's question: one public rule "slot" whose tag is the slot's name. Caller frees.
 * Choices that come from a look-up are read from `store` now. */
int sy_snapshot_slot_grammar(const struct sy_snapshot *snapshot, struct sy_store *store,
	const struct sy_article *article, const struct sy_slot *slot, char **ret_jsgf, struct sy_problem *why);

/* Choices of a text slot, its own or its look-up's. Caller resets. */
int sy_snapshot_choices(const struct sy_snapshot *snapshot, struct sy_store *store, const struct sy_slot *slot,
	struct sy_strings *ret_choices, struct sy_problem *why);

#endif
