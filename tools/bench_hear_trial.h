/*
 * bench_hear_trial: recordings heard over a grammar, by several recognisers at once.
 *
 * Each thread has a recogniser of its own and takes the next recording that nobody has taken; what comes out does not
 * depend on who takes which. Errors: those of the recordings and the recogniser; the first one counts.
 */
#ifndef SY_TOOLS_BENCH_HEAR_TRIAL_H
#define SY_TOOLS_BENCH_HEAR_TRIAL_H

#include "engine/converse/understand.h"
#include "engine/hear/hypothesis.h"
#include "grammars/graph.h"
#include "tools/bench_hear_items.h"

/* What one recording was heard as. */
struct sy_outcome {
	bool right; /* intent and all slots of the label; a slot too many is forgiven, as in the published benchmark */
	bool sentence; /* it has an intent */
	bool person;   /* and that is a request for a person */
	double confidence;
	enum sy_decision decision;
	double audio_s;
	double cpu_ms; /* -1: not known by recording */
	/* With articles, what the call does: */
	enum sy_on on;
	bool right_article;
	bool right_second; /* the article that is asked about when the first was not it */
};

struct sy_trial {
	const char *what; /* on a terminal */
	const struct sy_items *items;
	const struct sy_graph *graph;
	const struct sy_pairs *words; /* pronunciations, or NULL */
	bool universals;
	size_t workers;
	/* Where the graph is all articles': what the words mean at the open question. NULL: no articles. */
	const struct sy_content *content;
	const struct sy_search *search;
};

/* ret_outcomes: one for each item. */
int sy_trial_run(const struct sy_trial *trial, struct sy_outcome *ret_outcomes, struct sy_problem *why);

/*
 * Whether this is what the label says: `intent` with `slots`, or the words of `transcript` where it has no intent.
 */
bool sy_trial_right(const struct sy_item *item, const char *text, const char *intent, const struct sy_pairs *slots);

#endif
