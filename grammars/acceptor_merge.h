/*
 * merge: states and arcs of an acceptor in the making, of which those with the same future become one.
 *
 * State 0 is the start. Partition refinement (Moore 1956): states begin as one class, and are told apart by their
 * share of endings and by where their arcs lead, until nothing more changes. Owner: the creator; one thread.
 */
#ifndef SY_GRAMMARS_ACCEPTOR_MERGE_H
#define SY_GRAMMARS_ACCEPTOR_MERGE_H

#include <stddef.h>

#include "grammars/graph.h"

struct sy_merge;

struct sy_merge_arc {
	const char *word; /* borrowed until sy_merge_graph(); equal words share a pointer */
	size_t to;        /* may be added later */
	double p;         /* 0..1 */
};

int sy_merge_create(struct sy_merge **ret_merge);
void sy_merge_destroy(struct sy_merge *merge);
/* final: the share of sentences that end here, 0..1. */
int sy_merge_add_state(struct sy_merge *merge, double final);
/* Out of the state added last; arcs come sorted by word. */
int sy_merge_add_arc(struct sy_merge *merge, const struct sy_merge_arc *arc);
int sy_merge_graph(struct sy_merge *merge, const char *name, struct sy_graph **ret_graph);

#endif
