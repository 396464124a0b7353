#include "grammars/acceptor_merge.h"

#include <errno.h>
#include <float.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

/* Probabilities closer than this (2^(1/64): 1.1 %) count as equal; a search cannot tell them apart. */
#define STEPS_PER_OCTAVE 64

/*
 * Refining costs one pass over the arcs for each word of the longest chain. A phrase list needs about 30 passes; a
 * graph that needs more work than this stays as it is, which is correct and only larger.
 */
#define WORK_MAX 50000000u

struct arc {
	struct sy_merge_arc on;
	long level; /* of its probability */
};

struct state {
	size_t first; /* arc */
	size_t n;
	double final;
	long level;
};

struct sy_merge {
	struct state *states;
	size_t n_states;
	size_t cap_states;
	struct arc *arcs;
	size_t n_arcs;
	size_t cap_arcs;
	uint32_t *class; /* by state */
	uint32_t *next;  /* the classes in the making */
	uint32_t *slots; /* classes by hash: a state of it + 1; 0: free */
	size_t n_slots;
	size_t n_classes;
};

int sy_merge_create(struct sy_merge **ret_merge)
{
	struct sy_merge *merge = calloc(1, sizeof *merge);
	if (!merge)
		return ENOMEM;
	*ret_merge = merge;
	return 0;
}

void sy_merge_destroy(struct sy_merge *merge)
{
	if (!merge)
		return;
	free(merge->states);
	free(merge->arcs);
	free(merge->class);
	free(merge->next);
	free(merge->slots);
	free(merge);
}

static long level(double p)
{
	return p > 0 ? lround(log2(p) * STEPS_PER_OCTAVE) : LONG_MIN;
}

int sy_merge_add_state(struct sy_merge *merge, double final)
{
	int err = SY_GROW(&merge->states, merge->n_states + 1, &merge->cap_states);
	if (err)
		return err;
	merge->states[merge->n_states++] =
		(struct state){.first = merge->n_arcs, .final = final, .level = level(final)};
	return 0;
}

int sy_merge_add_arc(struct sy_merge *merge, const struct sy_merge_arc *arc)
{
	if (merge->n_arcs == SY_GRAPH_ARCS_MAX)
		return E2BIG;
	int err = SY_GROW(&merge->arcs, merge->n_arcs + 1, &merge->cap_arcs);
	if (err)
		return err;
	merge->arcs[merge->n_arcs++] = (struct arc){*arc, level(arc->p)};
	merge->states[merge->n_states - 1].n++;
	return 0;
}

static uint64_t mix(uint64_t hash, uint64_t value)
{
	hash = (hash ^ value) * 1099511628211u;
	return hash ^ hash >> 29;
}

static uint64_t hash_state(const struct sy_merge *merge, size_t i)
{
	const struct state *state = &merge->states[i];
	uint64_t hash = mix(14695981039346656037u, merge->class[i]);
	hash = mix(hash, (uint64_t)state->level);
	for (size_t k = 0; k < state->n; k++) {
		const struct arc *arc = &merge->arcs[state->first + k];
		hash = mix(hash, (uint64_t)(uintptr_t)arc->on.word);
		hash = mix(hash, merge->class[arc->on.to]);
		hash = mix(hash, (uint64_t)arc->level);
	}
	return hash;
}

static bool are_alike(const struct sy_merge *merge, size_t a, size_t b)
{
	const struct state *one = &merge->states[a], *two = &merge->states[b];
	if (merge->class[a] != merge->class[b] || one->n != two->n || one->level != two->level)
		return false;
	for (size_t k = 0; k < one->n; k++) {
		const struct arc *x = &merge->arcs[one->first + k], *y = &merge->arcs[two->first + k];
		if (x->on.word != y->on.word || x->level != y->level)
			return false;
		if (merge->class[x->on.to] != merge->class[y->on.to])
			return false;
	}
	return true;
}

/* One pass: splits classes whose states differ under the present classes. */
static void refine(struct sy_merge *merge)
{
	memset(merge->slots, 0, merge->n_slots * sizeof *merge->slots);
	uint32_t n_classes = 0;
	for (size_t i = 0; i < merge->n_states; i++) {
		size_t slot = hash_state(merge, i) & (merge->n_slots - 1);
		while (merge->slots[slot] && !are_alike(merge, merge->slots[slot] - 1, i))
			slot = (slot + 1) & (merge->n_slots - 1);
		if (!merge->slots[slot]) {
			merge->slots[slot] = (uint32_t)i + 1;
			merge->next[i] = n_classes++;
		} else {
			merge->next[i] = merge->next[merge->slots[slot] - 1];
		}
	}
	uint32_t *swap = merge->class;
	merge->class = merge->next;
	merge->next = swap;
	merge->n_classes = n_classes;
}

static void classify(struct sy_merge *merge)
{
	size_t before = 1, work = 0;
	for (;;) {
		refine(merge);
		if (merge->n_classes == before)
			return;
		before = merge->n_classes;
		work += merge->n_states + merge->n_arcs;
		if (work > WORK_MAX)
			break;
	}
	for (size_t i = 0; i < merge->n_states; i++)
		merge->class[i] = (uint32_t)i;
	merge->n_classes = merge->n_states;
}

static int make_tables(struct sy_merge *merge)
{
	merge->n_slots = 1024;
	while (merge->n_slots < merge->n_states * 2)
		merge->n_slots *= 2;
	merge->class = calloc(merge->n_states + 1, sizeof *merge->class);
	merge->next = calloc(merge->n_states + 1, sizeof *merge->next);
	merge->slots = malloc(merge->n_slots * sizeof *merge->slots);
	return merge->class && merge->next && merge->slots ? 0 : ENOMEM;
}

static float in_range(double p)
{
	return p >= 1 ? 1.0f : p < (double)FLT_MIN ? FLT_MIN : (float)p;
}

static bool is_end(const struct state *state)
{
	return state->n == 0;
}

/* The arcs of one state, which stands for its class, into the graph. */
static int emit_state(const struct sy_merge *merge, const struct state *state, const int *graph_state,
	struct sy_graph *graph, const struct sy_graph_arc *ending)
{
	int err = 0;
	for (size_t k = 0; !err && k < state->n; k++) {
		const struct sy_merge_arc *arc = &merge->arcs[state->first + k].on;
		struct sy_graph_arc out = {.from = ending->from,
			.to = graph_state[merge->class[arc->to]],
			.p = in_range(arc->p),
			.word = arc->word};
		err = sy_graph_add_arc(graph, &out);
	}
	if (!err && state->final > 0)
		err = sy_graph_add_arc(graph, ending);
	return err;
}

/* States that end and go no further are the final state; the others follow in the order of their classes. */
static int emit(const struct sy_merge *merge, struct sy_graph *graph, int *graph_state)
{
	int final, err = sy_graph_add_state(graph, &final);
	uint32_t seen = 0;
	for (size_t i = 0; !err && i < merge->n_states; i++) {
		if (merge->class[i] != seen)
			continue;
		if (is_end(&merge->states[i]) && i > 0)
			graph_state[seen++] = final;
		else
			err = sy_graph_add_state(graph, &graph_state[seen++]);
	}
	seen = 0;
	for (size_t i = 0; !err && i < merge->n_states; i++) {
		const struct state *state = &merge->states[i];
		if (merge->class[i] != seen)
			continue;
		struct sy_graph_arc ending = {.from = graph_state[seen++], .to = final, .p = in_range(state->final)};
		if (ending.from != final)
			err = emit_state(merge, state, graph_state, graph, &ending);
	}
	if (!err)
		sy_graph_set_ends(graph, graph_state[merge->class[0]], final);
	return err;
}

int sy_merge_graph(struct sy_merge *merge, const char *name, struct sy_graph **ret_graph)
{
	int err = make_tables(merge);
	if (err)
		return err;
	classify(merge);
	int *graph_state = malloc(merge->n_classes * sizeof *graph_state + 1);
	struct sy_graph *graph = NULL;
	err = graph_state ? sy_graph_create(name, &graph) : ENOMEM;
	if (!err)
		err = emit(merge, graph, graph_state);
	free(graph_state);
	if (err) {
		sy_graph_destroy(graph);
		return err;
	}
	*ret_graph = graph;
	return 0;
}
