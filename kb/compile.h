/*
 * compile: articles -> the grammar that hears them.
 *
 * A public rule, the intent, for each article that has an answer and phrases; around its phrases the words with which
 * people open and close a request. `{slot}` in a phrase refers to a rule of the slot's kind: one of grammars/ for
 * numbers and dates, exactly as many digits as the slot is long, or the choices of a text slot in their spoken form
 * with the written one as the tag's value.
 *
 * Above SY_COMPILE_CARRIED_MAX articles the openings and closings are left out: written out for each article they alone
 * would fill the graph (SY_GRAPH_STATES_MAX).
 *
 * Errors: EINVAL with the article, E2BIG past SY_JSGF_BYTES_MAX, those of look-ups, ENOMEM.
 */
#ifndef SY_KB_COMPILE_H
#define SY_KB_COMPILE_H

#include "base/text.h"
#include "kb/article.h"
#include "kb/store.h"

#define SY_COMPILE_CARRIED_MAX 800

/* The JSGF of all articles. `store`: where look-ups find their choices. Caller resets. */
int sy_compile_articles(
	const struct sy_content *content, struct sy_store *store, struct sy_text *ret_jsgf, struct sy_problem *why);

/* The JSGF of what answers the slot's question: a public rule "slot", its tag the slot's name. Caller resets. */
int sy_compile_slot(
	const struct sy_slot *slot, const struct sy_strings *choices, struct sy_text *ret_jsgf, struct sy_problem *why);

/* What can be said for a text slot: its own choices or those of its look-up, read now. Caller resets. */
int sy_compile_choices(const struct sy_content *content, struct sy_store *store, const struct sy_slot *slot,
	struct sy_strings *ret_choices, struct sy_problem *why);

#endif
