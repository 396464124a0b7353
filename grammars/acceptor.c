/*
 * The acceptor of a graph: subset construction over words, then merging of states with the same future.
 *
 * A subset is the set of a graph's states that a run of words can have reached, kept to those that matter (with an
 * arc over a word, or final), each with its share of the probability. Epsilon arcs are followed by the best way.
 */
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "grammars/acceptor_merge.h"
#include "grammars/graph.h"

/*
 * A grammar such as (a|b)* a (a|b) … has exponentially many subsets. Past this many a graph is built without sharing
 * prefixes instead: each state its own subset, which is never more than the graph had.
 */
#define SUBSETS_PER_STATE 4
#define SUBSETS_ALWAYS 1000

struct member {
	int state;
	double share; /* of the subset's probability, 0..1 */
};

struct subset {
	size_t first; /* among the members, sorted by state */
	size_t n;
};

/* One way on from the subset at hand. */
struct move {
	const char *word; /* the graph's own */
	int to;
	double p;
};

struct build {
	const struct sy_graph *graph;
	bool share_prefixes;
	struct member *members;
	size_t n_members;
	size_t cap_members;
	struct subset *subsets;
	size_t n_subsets;
	size_t cap_subsets;
	uint32_t *slots; /* subsets by hash: number + 1; 0: free */
	size_t n_slots;
	struct move *moves; /* room for all arcs */
	/* Of the closure at hand. */
	double *best; /* by state; 0: not reached */
	int *reached;
	size_t n_reached;
	int *queue; /* a ring */
	bool *queued;
};

static void build_finish(struct build *build)
{
	free(build->members);
	free(build->subsets);
	free(build->slots);
	free(build->moves);
	free(build->best);
	free(build->reached);
	free(build->queue);
	free(build->queued);
}

static int build_init(struct build *build, const struct sy_graph *graph, bool share_prefixes)
{
	size_t n = sy_graph_n_states(graph);
	*build = (struct build){.graph = graph, .share_prefixes = share_prefixes, .n_slots = 1024};
	build->slots = calloc(build->n_slots, sizeof *build->slots);
	build->moves = malloc(sy_graph_n_arcs(graph) * sizeof *build->moves + 1);
	build->best = calloc(n + 1, sizeof *build->best);
	build->reached = malloc(n * sizeof *build->reached + 1);
	build->queue = malloc(n * sizeof *build->queue + 1);
	build->queued = calloc(n + 1, sizeof *build->queued);
	if (build->slots && build->moves && build->best && build->reached && build->queue && build->queued)
		return 0;
	build_finish(build);
	return ENOMEM;
}

/* However unlikely, a way that exists must not be lost to a double's smallest value. */
static double at_least(double p)
{
	return p < DBL_MIN ? DBL_MIN : p;
}

/* The closure at hand takes in a state, if this way to it is better than the one known. */
static void reach(struct build *build, int state, double p, size_t *queue_end)
{
	if (build->best[state] >= p)
		return;
	if (build->best[state] == 0)
		build->reached[build->n_reached++] = state;
	build->best[state] = p;
	if (build->queued[state])
		return;
	build->queued[state] = true;
	build->queue[(*queue_end)++ % sy_graph_n_states(build->graph)] = state;
}

static void close_over(struct build *build, const struct move *moves, size_t n)
{
	const struct sy_graph *graph = build->graph;
	size_t begin = 0, end = 0;
	build->n_reached = 0;
	for (size_t i = 0; i < n; i++)
		reach(build, moves[i].to, moves[i].p, &end);
	while (begin < end) {
		int state = build->queue[begin++ % sy_graph_n_states(graph)];
		build->queued[state] = false;
		for (int i = sy_graph_out_first(graph, state); i >= 0; i = sy_graph_out_next(graph, i)) {
			const struct sy_graph_arc *arc = sy_graph_arc(graph, (size_t)i);
			if (!arc->word)
				reach(build, arc->to, at_least(build->best[state] * (double)arc->p), &end);
		}
	}
}

static bool matters(const struct build *build, int state)
{
	if (state == sy_graph_final(build->graph))
		return true;
	for (int i = sy_graph_out_first(build->graph, state); i >= 0; i = sy_graph_out_next(build->graph, i))
		if (sy_graph_arc(build->graph, (size_t)i)->word)
			return true;
	return false;
}

static int compare_members(const void *a, const void *b)
{
	const struct member *one = a, *two = b;
	return (one->state > two->state) - (one->state < two->state);
}

/* Appends the closure's members that matter as a subset not yet entered, shares adding up to 1. */
static int gather(struct build *build, struct subset *ret_subset)
{
	int err = SY_GROW(&build->members, build->n_members + build->n_reached, &build->cap_members);
	if (err)
		return err;
	struct subset subset = {.first = build->n_members};
	double sum = 0;
	for (size_t i = 0; i < build->n_reached; i++) {
		int state = build->reached[i];
		double p = build->best[state];
		build->best[state] = 0;
		if (!matters(build, state))
			continue;
		build->members[subset.first + subset.n++] = (struct member){state, p};
		sum += p;
	}
	for (size_t i = 0; i < subset.n; i++)
		build->members[subset.first + i].share = at_least(build->members[subset.first + i].share / sum);
	qsort(build->members + subset.first, subset.n, sizeof *build->members, compare_members);
	*ret_subset = subset;
	return 0;
}

static uint64_t hash_subset(const struct build *build, const struct subset *subset)
{
	uint64_t hash = 14695981039346656037u; /* FNV-1a over state numbers */
	for (size_t i = 0; i < subset->n; i++)
		hash = (hash ^ (uint64_t)build->members[subset->first + i].state) * 1099511628211u;
	return hash ^ hash >> 29;
}

static bool are_same(const struct build *build, const struct subset *a, const struct subset *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (build->members[a->first + i].state != build->members[b->first + i].state)
			return false;
	return true;
}

static size_t subset_slot(const struct build *build, const struct subset *subset)
{
	size_t slot = hash_subset(build, subset) & (build->n_slots - 1);
	while (build->slots[slot] && !are_same(build, &build->subsets[build->slots[slot] - 1], subset))
		slot = (slot + 1) & (build->n_slots - 1);
	return slot;
}

static int make_subset_room(struct build *build)
{
	int err = SY_GROW(&build->subsets, build->n_subsets + 1, &build->cap_subsets);
	if (err || build->n_subsets * 2 < build->n_slots)
		return err;
	uint32_t *slots = calloc(build->n_slots * 2, sizeof *slots);
	if (!slots)
		return ENOMEM;
	free(build->slots);
	build->slots = slots;
	build->n_slots *= 2;
	for (size_t i = 0; i < build->n_subsets; i++)
		build->slots[subset_slot(build, &build->subsets[i])] = (uint32_t)i + 1;
	return 0;
}

/* The number of the subset that `n` moves lead to, new or known. */
static int enter(struct build *build, const struct move *moves, size_t n, size_t *ret_number)
{
	struct subset subset;
	close_over(build, moves, n);
	int err = make_subset_room(build);
	if (!err)
		err = gather(build, &subset);
	if (err)
		return err;
	size_t slot = subset_slot(build, &subset);
	if (build->slots[slot]) {
		*ret_number = build->slots[slot] - 1;
		return 0;
	}
	size_t most = sy_graph_n_states(build->graph) * SUBSETS_PER_STATE + SUBSETS_ALWAYS;
	if (build->n_subsets == (most < SY_GRAPH_STATES_MAX ? most : SY_GRAPH_STATES_MAX))
		return E2BIG;
	build->n_members += subset.n;
	build->subsets[build->n_subsets] = subset;
	*ret_number = build->n_subsets++;
	build->slots[slot] = (uint32_t)build->n_subsets;
	return 0;
}

/* By word first: any order does, as long as equal words come together; then by state, for the same result each time. */
static int compare_moves(const void *a, const void *b)
{
	const struct move *one = a, *two = b;
	int by_word = one->word == two->word ? 0 : strcmp(one->word, two->word);
	return by_word ? by_word : (one->to > two->to) - (one->to < two->to);
}

static size_t list_moves(struct build *build, const struct subset *subset, double *ret_final)
{
	const struct sy_graph *graph = build->graph;
	size_t n = 0;
	for (size_t m = 0; m < subset->n; m++) {
		const struct member *member = &build->members[subset->first + m];
		if (member->state == sy_graph_final(graph))
			*ret_final = member->share;
		int i = sy_graph_out_first(graph, member->state);
		for (; i >= 0; i = sy_graph_out_next(graph, i)) {
			const struct sy_graph_arc *arc = sy_graph_arc(graph, (size_t)i);
			if (arc->word)
				build->moves[n++] =
					(struct move){arc->word, arc->to, at_least(member->share * (double)arc->p)};
		}
	}
	qsort(build->moves, n, sizeof *build->moves, compare_moves);
	return n;
}

/* How many of the moves go together: those over one word, or just those to one state. */
static size_t group_moves(const struct build *build, const struct move *moves, size_t n, double *ret_sum)
{
	size_t size = 0;
	*ret_sum = 0;
	while (size < n && moves[size].word == moves[0].word) {
		if (!build->share_prefixes && moves[size].to != moves[0].to)
			break;
		*ret_sum += moves[size++].p;
	}
	return size;
}

static int expand(struct build *build, size_t number, struct sy_merge *merge)
{
	struct subset subset = build->subsets[number];
	double final = 0;
	size_t n = list_moves(build, &subset, &final);
	int err = sy_merge_add_state(merge, final);
	for (size_t i = 0, size; !err && i < n; i += size) {
		struct sy_merge_arc arc = {.word = build->moves[i].word};
		size = group_moves(build, build->moves + i, n - i, &arc.p);
		for (size_t k = 0; k < size; k++)
			build->moves[i + k].p = at_least(build->moves[i + k].p / arc.p);
		err = enter(build, build->moves + i, size, &arc.to);
		if (!err)
			err = sy_merge_add_arc(merge, &arc);
	}
	return err;
}

static int determinise(const struct sy_graph *graph, bool share_prefixes, struct sy_merge *merge)
{
	struct build build;
	int err = build_init(&build, graph, share_prefixes);
	if (err)
		return err;
	size_t number;
	struct move first = {.to = sy_graph_start(graph), .p = 1};
	err = enter(&build, &first, 1, &number);
	for (size_t i = 0; !err && i < build.n_subsets; i++)
		err = expand(&build, i, merge);
	build_finish(&build);
	return err;
}

int sy_graph_acceptor(const struct sy_graph *graph, struct sy_graph **ret_acceptor)
{
	struct sy_graph *trimmed;
	int err = sy_graph_trim(graph, &trimmed);
	if (err)
		return err;
	struct sy_merge *merge = NULL;
	err = sy_merge_create(&merge);
	if (!err)
		err = determinise(trimmed, true, merge);
	if (err == E2BIG) {
		sy_merge_destroy(merge);
		merge = NULL;
		err = sy_merge_create(&merge);
		if (!err)
			err = determinise(trimmed, false, merge);
	}
	if (!err)
		err = sy_merge_graph(merge, sy_graph_name(trimmed), ret_acceptor);
	sy_merge_destroy(merge);
	sy_graph_destroy(trimmed);
	return err;
}
