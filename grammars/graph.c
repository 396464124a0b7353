#include "grammars/graph.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "grammars/intern.h"

struct out {
	int first; /* arc, or -1 */
	int last;
};

struct sy_graph {
	char *name;
	struct out *out; /* by state */
	size_t n_states;
	size_t cap_states;
	struct sy_graph_arc *arcs;
	int *next; /* by arc: the next one out of the same state, or -1 */
	size_t n_arcs;
	size_t cap_arcs;
	int start;
	int final;
	struct sy_intern words;
	const char **sorted; /* as many as the words have room for */
	size_t cap_sorted;
	struct sy_intern names; /* of marks, and their values */
};

int sy_graph_create(const char *name, struct sy_graph **ret_graph)
{
	struct sy_graph *graph = calloc(1, sizeof *graph);
	if (!graph)
		return ENOMEM;
	graph->start = graph->final = -1;
	graph->name = strdup(name);
	if (!graph->name) {
		free(graph);
		return ENOMEM;
	}
	*ret_graph = graph;
	return 0;
}

void sy_graph_destroy(struct sy_graph *graph)
{
	if (!graph)
		return;
	sy_intern_reset(&graph->words);
	sy_intern_reset(&graph->names);
	free(graph->sorted);
	free(graph->out);
	free(graph->arcs);
	free(graph->next);
	free(graph->name);
	free(graph);
}

int sy_graph_add_state(struct sy_graph *graph, int *ret_state)
{
	if (graph->n_states == SY_GRAPH_STATES_MAX)
		return E2BIG;
	int err = SY_GROW(&graph->out, graph->n_states + 1, &graph->cap_states);
	if (err)
		return err;
	graph->out[graph->n_states] = (struct out){.first = -1, .last = -1};
	*ret_state = (int)graph->n_states++;
	return 0;
}

static int make_arc_room(struct sy_graph *graph)
{
	size_t cap = graph->cap_arcs;
	int err = SY_GROW(&graph->arcs, graph->n_arcs + 1, &cap);
	if (!err)
		err = SY_GROW(&graph->next, graph->n_arcs + 1, &graph->cap_arcs);
	return err;
}

static int intern_word(struct sy_graph *graph, const char **word)
{
	if (!*word)
		return 0;
	size_t known = graph->words.n, number;
	int err = SY_GROW(&graph->sorted, known + 1, &graph->cap_sorted);
	if (!err)
		err = sy_intern_add(&graph->words, *word, strlen(*word), &number);
	if (err)
		return err;
	*word = graph->words.at[number];
	if (graph->words.n > known)
		graph->sorted[known] = *word;
	return 0;
}

static int intern_name(struct sy_graph *graph, const char **name)
{
	if (!*name)
		return 0;
	size_t number;
	int err = sy_intern_add(&graph->names, *name, strlen(*name), &number);
	if (!err)
		*name = graph->names.at[number];
	return err;
}

static bool is_arc_valid(const struct sy_graph *graph, const struct sy_graph_arc *arc)
{
	int n = (int)graph->n_states;
	if (arc->from < 0 || arc->from >= n || arc->to < 0 || arc->to >= n)
		return false;
	if (!(arc->p > 0 && arc->p <= 1))
		return false;
	if (arc->mark == SY_MARK_NONE)
		return true;
	return !arc->word && arc->name;
}

int sy_graph_add_arc(struct sy_graph *graph, const struct sy_graph_arc *arc)
{
	if (!is_arc_valid(graph, arc))
		return EINVAL;
	if (graph->n_arcs == SY_GRAPH_ARCS_MAX)
		return E2BIG;
	struct sy_graph_arc own = *arc;
	int err = make_arc_room(graph);
	if (!err)
		err = intern_word(graph, &own.word);
	if (!err)
		err = intern_name(graph, &own.name);
	if (!err)
		err = intern_name(graph, &own.value);
	if (err)
		return err;
	int i = (int)graph->n_arcs++;
	struct out *out = &graph->out[own.from];
	graph->arcs[i] = own;
	graph->next[i] = -1;
	if (out->first < 0)
		out->first = i;
	else
		graph->next[out->last] = i;
	out->last = i;
	return 0;
}

static int compare_words(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Room that was taken in advance. What cannot be made smaller stays as large as it was. */
static void give_back_room(struct sy_graph *graph)
{
	size_t cap_next = graph->cap_arcs;

	(void)SY_SHRINK(&graph->out, graph->n_states + 1, &graph->cap_states);
	/* They have one capacity. */
	if (!SY_SHRINK(&graph->arcs, graph->n_arcs + 1, &graph->cap_arcs))
		(void)SY_SHRINK(&graph->next, graph->n_arcs + 1, &cap_next);
}

void sy_graph_set_ends(struct sy_graph *graph, int start, int final)
{
	graph->start = start;
	graph->final = final;
	give_back_room(graph);
	if (graph->words.n)
		qsort(graph->sorted, graph->words.n, sizeof *graph->sorted, compare_words);
}

const char *sy_graph_name(const struct sy_graph *graph)
{
	return graph->name;
}

size_t sy_graph_n_states(const struct sy_graph *graph)
{
	return graph->n_states;
}

size_t sy_graph_n_arcs(const struct sy_graph *graph)
{
	return graph->n_arcs;
}

const struct sy_graph_arc *sy_graph_arc(const struct sy_graph *graph, size_t i)
{
	return &graph->arcs[i];
}

int sy_graph_out_first(const struct sy_graph *graph, int state)
{
	return graph->out[state].first;
}

int sy_graph_out_next(const struct sy_graph *graph, int arc)
{
	return graph->next[arc];
}

size_t sy_graph_bytes(const struct sy_graph *graph)
{
	return sizeof *graph + graph->cap_states * sizeof *graph->out +
	       graph->cap_arcs * (sizeof *graph->arcs + sizeof *graph->next) +
	       graph->cap_sorted * sizeof *graph->sorted + sy_intern_bytes(&graph->words) +
	       sy_intern_bytes(&graph->names);
}

int sy_graph_start(const struct sy_graph *graph)
{
	return graph->start;
}

int sy_graph_final(const struct sy_graph *graph)
{
	return graph->final;
}

size_t sy_graph_n_words(const struct sy_graph *graph)
{
	return graph->words.n;
}

const char *sy_graph_word(const struct sy_graph *graph, size_t i)
{
	return graph->sorted[i];
}

const char *sy_graph_find_word(const struct sy_graph *graph, const char *word)
{
	long number = sy_intern_find(&graph->words, word, strlen(word));
	return number < 0 ? NULL : graph->words.at[number];
}

/* Copies the arcs of `from` whose ends both have a number in `to_state` (-1: left out). */
static int copy_arcs(struct sy_graph *graph, const struct sy_graph *from, const int *to_state)
{
	for (size_t i = 0; i < from->n_arcs; i++) {
		struct sy_graph_arc arc = from->arcs[i];
		arc.from = to_state[arc.from];
		arc.to = to_state[arc.to];
		if (arc.from < 0 || arc.to < 0)
			continue;
		int err = sy_graph_add_arc(graph, &arc);
		if (err)
			return err;
	}
	return 0;
}

/* What a walk over a graph, forwards or backwards, needs to remember. */
struct walk {
	const struct sy_graph *graph;
	int *first_in; /* by state: an arc into it, or -1 */
	int *next_in;  /* by arc */
	int *todo;
	size_t n_todo;
	unsigned char *seen; /* by state: bit 1 from the start, bit 2 to the final state */
};

static void walk_finish(struct walk *walk)
{
	free(walk->first_in);
	free(walk->next_in);
	free(walk->todo);
	free(walk->seen);
}

static int walk_init(struct walk *walk, const struct sy_graph *graph)
{
	size_t n = graph->n_states;
	*walk = (struct walk){.graph = graph};
	walk->first_in = malloc(n * sizeof *walk->first_in + 1);
	walk->next_in = malloc(graph->n_arcs * sizeof *walk->next_in + 1);
	walk->todo = malloc(n * sizeof *walk->todo + 1);
	walk->seen = calloc(n + 1, 1);
	if (!walk->first_in || !walk->next_in || !walk->todo || !walk->seen) {
		walk_finish(walk);
		return ENOMEM;
	}
	for (size_t i = 0; i < n; i++)
		walk->first_in[i] = -1;
	for (size_t i = 0; i < graph->n_arcs; i++) {
		int to = graph->arcs[i].to;
		walk->next_in[i] = walk->first_in[to];
		walk->first_in[to] = (int)i;
	}
	return 0;
}

static void walk_visit(struct walk *walk, int state, unsigned char bit)
{
	if (walk->seen[state] & bit)
		return;
	walk->seen[state] |= bit;
	walk->todo[walk->n_todo++] = state;
}

static void walk_forwards(struct walk *walk, unsigned char bit)
{
	const struct sy_graph *graph = walk->graph;
	walk_visit(walk, graph->start, bit);
	while (walk->n_todo) {
		int state = walk->todo[--walk->n_todo];
		for (int i = graph->out[state].first; i >= 0; i = graph->next[i])
			walk_visit(walk, graph->arcs[i].to, bit);
	}
}

static void walk_backwards(struct walk *walk, unsigned char bit)
{
	walk_visit(walk, walk->graph->final, bit);
	while (walk->n_todo) {
		int state = walk->todo[--walk->n_todo];
		for (int i = walk->first_in[state]; i >= 0; i = walk->next_in[i])
			walk_visit(walk, walk->graph->arcs[i].from, bit);
	}
}

static int copy_live(const struct walk *walk, struct sy_graph *ret_graph)
{
	const struct sy_graph *graph = walk->graph;
	int *to_state = malloc(graph->n_states * sizeof *to_state + 1);
	int err = to_state ? 0 : ENOMEM;
	for (size_t i = 0; !err && i < graph->n_states; i++) {
		to_state[i] = -1;
		if (walk->seen[i] == 3)
			err = sy_graph_add_state(ret_graph, &to_state[i]);
	}
	if (!err)
		err = copy_arcs(ret_graph, graph, to_state);
	if (!err)
		sy_graph_set_ends(ret_graph, to_state[graph->start], to_state[graph->final]);
	free(to_state);
	return err;
}

int sy_graph_trim(const struct sy_graph *graph, struct sy_graph **ret_trimmed)
{
	if (graph->start < 0 || graph->final < 0)
		return EINVAL;
	struct walk walk;
	int err = walk_init(&walk, graph);
	if (err)
		return err;
	struct sy_graph *trimmed = NULL;
	walk_forwards(&walk, 1);
	walk_backwards(&walk, 2);
	if (walk.seen[graph->start] != 3) {
		err = EINVAL;
		goto out;
	}
	err = sy_graph_create(graph->name, &trimmed);
	if (!err)
		err = copy_live(&walk, trimmed);
	if (!err) {
		*ret_trimmed = trimmed;
		trimmed = NULL;
	}
out:
	sy_graph_destroy(trimmed);
	walk_finish(&walk);
	return err;
}

/* Adds one graph between the ends of the union, with probability p. */
static int join(struct sy_graph *all, const struct sy_graph *one, float p)
{
	if (one->start < 0 || one->final < 0)
		return EINVAL;
	int *to_state = malloc(one->n_states * sizeof *to_state + 1);
	int err = to_state ? 0 : ENOMEM;
	for (size_t i = 0; !err && i < one->n_states; i++)
		err = sy_graph_add_state(all, &to_state[i]);
	if (!err)
		err = copy_arcs(all, one, to_state);
	if (!err)
		err = sy_graph_add_arc(
			all, &(struct sy_graph_arc){.from = all->start, .to = to_state[one->start], .p = p});
	if (!err)
		err = sy_graph_add_arc(
			all, &(struct sy_graph_arc){.from = to_state[one->final], .to = all->final, .p = 1});
	free(to_state);
	return err;
}

int sy_graph_union(const char *name, const struct sy_graph *const *graphs, size_t n, struct sy_graph **ret_graph)
{
	struct sy_graph *all;
	int err = sy_graph_create(name, &all);
	if (err)
		return err;
	err = sy_graph_add_state(all, &all->start);
	if (!err)
		err = sy_graph_add_state(all, &all->final);
	for (size_t i = 0; !err && i < n; i++)
		err = join(all, graphs[i], 1.0f / (float)n);
	if (err) {
		sy_graph_destroy(all);
		return err;
	}
	sy_graph_set_ends(all, all->start, all->final);
	*ret_graph = all;
	return 0;
}
