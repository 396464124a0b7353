/*
 * graph: a weighted finite-state graph over words, with the tags that give intent and slots.
 *
 * One graph serves twice: its acceptor (words only) drives the recogniser's search, and
 * afterwards sy_graph_read() finds intent and slots for the words that were heard.
 *
 * States are 0 .. n_states-1. An arc has a word or none (epsilon), a probability in (0..1], and
 * an optional mark: begin/end of an intent (a public rule) or of a slot, or a slot given a value.
 * Owner: whoever created it. Immutable once built, and then safe to read from many threads.
 *
 * Source: JSpeech Grammar Format, W3C Note 5 June 2000; marks are ours (docs/design.md, "Grammar tags").
 */
#ifndef SY_GRAMMARS_GRAPH_H
#define SY_GRAMMARS_GRAPH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/pairs.h"
#include "base/problem.h"

/* Past these a hand-written grammar is a mistake and PocketSphinx takes tens of seconds to load it. */
#define SY_GRAPH_STATES_MAX 200000
#define SY_GRAPH_ARCS_MAX 800000

enum sy_graph_mark {
	SY_MARK_NONE,
	SY_MARK_INTENT_BEGIN, /* name: the public rule */
	SY_MARK_INTENT_END,
	SY_MARK_SLOT_BEGIN, /* name: the slot */
	SY_MARK_SLOT_END,   /* name: the slot; value: NULL (the words under it) or the value given by {slot=value} */
};

struct sy_graph_arc {
	int from;
	int to;
	float p;                 /* 0..1 */
	const char *word;        /* lower case; NULL: epsilon */
	enum sy_graph_mark mark; /* marks are on epsilon arcs only */
	const char *name;
	const char *value;
};

struct sy_graph;

/* Building. Strings are copied. */
int sy_graph_create(const char *name, struct sy_graph **ret_graph);
void sy_graph_destroy(struct sy_graph *graph);
int sy_graph_add_state(struct sy_graph *graph, int *ret_state); /* E2BIG past SY_GRAPH_STATES_MAX */
int sy_graph_add_arc(struct sy_graph *graph, const struct sy_graph_arc *arc);
void sy_graph_set_ends(struct sy_graph *graph, int start, int final); /* last, when all arcs are in */

/* Looking. */
const char *sy_graph_name(const struct sy_graph *graph);
size_t sy_graph_n_states(const struct sy_graph *graph);
size_t sy_graph_n_arcs(const struct sy_graph *graph);
const struct sy_graph_arc *sy_graph_arc(const struct sy_graph *graph, size_t i);
/* The arcs out of a state, in the order they were added: -1 ends the run. */
int sy_graph_out_first(const struct sy_graph *graph, int state);
int sy_graph_out_next(const struct sy_graph *graph, int arc);
/* Memory that it holds. */
size_t sy_graph_bytes(const struct sy_graph *graph);
int sy_graph_start(const struct sy_graph *graph);
int sy_graph_final(const struct sy_graph *graph);
/* The distinct words, sorted by strcmp. Borrowed from the graph. */
size_t sy_graph_n_words(const struct sy_graph *graph);
const char *sy_graph_word(const struct sy_graph *graph, size_t i);
/* The graph's own copy of a word, which its arcs share and may be compared by pointer; NULL if it has no such word. */
const char *sy_graph_find_word(const struct sy_graph *graph, const char *word);

/*
 * The same graph without states that lie on no way from start to final. EINVAL where none does: nothing can be said.
 * What jsgf, sy_graph_acceptor() and sy_graph_union() (of such graphs) return is trimmed already.
 */
int sy_graph_trim(const struct sy_graph *graph, struct sy_graph **ret_trimmed);

/*
 * The same sentences as words only: no marks, no epsilon arcs but those into the final state,
 * prefixes shared and equal tails merged, so that a search has few states. Probabilities of ways that fall together
 * are added; where several ways lead to one set of states, the first one's shares stand for all.
 * EINVAL where nothing can be said.
 */
int sy_graph_acceptor(const struct sy_graph *graph, struct sy_graph **ret_acceptor);

/* One graph that accepts what any of them accepts (marks kept). */
int sy_graph_union(const char *name, const struct sy_graph *const *graphs, size_t n, struct sy_graph **ret_graph);

/* How far a run of words gets in the graph. */
enum sy_completeness {
	SY_OUTSIDE,    /* no sentence begins like this */
	SY_INCOMPLETE, /* sentences begin like this, none ends here (three of ten digits) */
	SY_EXTENSIBLE, /* a sentence, and longer ones begin like this ("four five" of a free digit string) */
	SY_COMPLETE,   /* a sentence, and nothing can follow */
};

/* What a run of words means. Zeroed is empty; sy_reading_reset() frees it. */
struct sy_reading {
	enum sy_completeness completeness;
	char *intent; /* NULL unless the words are a sentence, and for a graph without intents */
	struct sy_pairs
		slots; /* of a sentence; a slot named twice keeps its last value, one without words is left out */
	double p;      /* of the best path, 0..1 */
};

/* The most probable path of the words, in a trimmed graph. Not a sentence is a result, not an error. */
int sy_graph_read(const struct sy_graph *graph, const char *const *words, size_t n, struct sy_reading *ret_reading);
void sy_reading_reset(struct sy_reading *reading);

/*
 * A random sentence of a trimmed graph (for tests and for making training text); `seed` is advanced. Caller frees.
 * E2BIG where the graph's loops do not let go within SY_GRAPH_STEPS_MAX arcs.
 */
#define SY_GRAPH_STEPS_MAX 10000
int sy_graph_sentence(const struct sy_graph *graph, unsigned *seed, char **ret_sentence);

#endif
