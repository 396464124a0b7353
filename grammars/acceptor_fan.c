#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "grammars/graph.h"

/* A fan smaller than this costs a search less than the epsilon arc that would replace it. */
#define FAN_MIN 24

/* The arcs of a state that has many, sorted by word and target. */
struct fan {
	int state;
	size_t n;
	const struct sy_graph_arc **arcs;
	const struct fan *through; /* holds some of them; NULL: none does */
	double p;                  /* of going there */
};

struct fans {
	struct fan *at;
	size_t n;
	const struct fan **by_state; /* NULL: not a fan */
};

static int compare_arcs(const void *a, const void *b)
{
	const struct sy_graph_arc *one = *(const struct sy_graph_arc *const *)a,
				  *two = *(const struct sy_graph_arc *const *)b;
	int by_word = one->word && two->word ? strcmp(one->word, two->word) : (one->word != NULL) - (two->word != NULL);

	return by_word ? by_word : (one->to > two->to) - (one->to < two->to);
}

static int compare_sizes(const void *a, const void *b)
{
	const struct fan *one = a, *two = b;

	return one->n != two->n ? (one->n < two->n ? 1 : -1) : (one->state > two->state) - (one->state < two->state);
}

static size_t out_degree(const struct sy_graph *graph, int state)
{
	size_t n = 0;

	for (int i = sy_graph_out_first(graph, state); i >= 0; i = sy_graph_out_next(graph, i))
		n++;
	return n;
}

static int collect(const struct sy_graph *graph, struct fans *fans)
{
	size_t n_states = sy_graph_n_states(graph);

	fans->at = calloc(n_states, sizeof *fans->at);
	fans->by_state = calloc(n_states, sizeof *fans->by_state);
	if (!fans->at || !fans->by_state)
		return ENOMEM;
	for (size_t s = 0; s < n_states; s++) {
		struct fan *fan = &fans->at[fans->n];
		size_t n = out_degree(graph, (int)s);
		if (n < FAN_MIN)
			continue;
		*fan = (struct fan){.state = (int)s, .arcs = malloc(n * sizeof(struct sy_graph_arc *))};
		if (!fan->arcs)
			return ENOMEM;
		for (int i = sy_graph_out_first(graph, (int)s); i >= 0; i = sy_graph_out_next(graph, i))
			fan->arcs[fan->n++] = sy_graph_arc(graph, (size_t)i);
		qsort(fan->arcs, fan->n, sizeof *fan->arcs, compare_arcs);
		fans->n++;
	}
	qsort(fans->at, fans->n, sizeof *fans->at, compare_sizes);
	for (size_t i = 0; i < fans->n; i++)
		fans->by_state[fans->at[i].state] = &fans->at[i];
	return 0;
}

/* Does `fan` hold every arc of `inner`? ret_p: how probable they are together, against what they are in `inner`. */
static bool holds(const struct fan *fan, const struct fan *inner, double *ret_p)
{
	double here = 0, there = 0;
	size_t k = 0;

	for (size_t i = 0; i < inner->n; i++) {
		while (k < fan->n && compare_arcs(&fan->arcs[k], &inner->arcs[i]) < 0)
			k++;
		if (k == fan->n || compare_arcs(&fan->arcs[k], &inner->arcs[i]) != 0)
			return false;
		here += (double)fan->arcs[k]->p;
		there += (double)inner->arcs[i]->p;
	}
	*ret_p = there > 0 && here < there ? here / there : 1;
	return true;
}

/* Fans come largest first, and only a smaller one can be inside: no circle of epsilon arcs can arise. */
static void nest(struct fans *fans)
{
	for (size_t i = 0; i < fans->n; i++)
		for (size_t k = i + 1; k < fans->n && !fans->at[i].through; k++)
			if (fans->at[k].n < fans->at[i].n && holds(&fans->at[i], &fans->at[k], &fans->at[i].p))
				fans->at[i].through = &fans->at[k];
}

static bool is_inside(const struct fan *inner, const struct sy_graph_arc *arc)
{
	return bsearch(&arc, inner->arcs, inner->n, sizeof *inner->arcs, compare_arcs) != NULL;
}

static int copy_arcs(const struct sy_graph *graph, const struct fans *fans, struct sy_graph *copy)
{
	int err = 0;

	for (size_t i = 0; !err && i < sy_graph_n_arcs(graph); i++) {
		const struct sy_graph_arc *arc = sy_graph_arc(graph, i);
		const struct fan *fan = fans->by_state[arc->from];
		if (!fan || !fan->through || !is_inside(fan->through, arc))
			err = sy_graph_add_arc(copy, arc);
	}
	for (size_t i = 0; !err && i < fans->n; i++) {
		const struct fan *fan = &fans->at[i];
		if (fan->through)
			err = sy_graph_add_arc(
				copy, &(struct sy_graph_arc){
					      .from = fan->state, .to = fan->through->state, .p = (float)fan->p});
	}
	return err;
}

int sy_graph_share_fans(const struct sy_graph *acceptor, struct sy_graph **ret_graph)
{
	struct fans fans = {0};
	struct sy_graph *copy = NULL;
	int state, err = collect(acceptor, &fans);

	if (!err)
		err = sy_graph_create(sy_graph_name(acceptor), &copy);
	for (size_t s = 0; !err && s < sy_graph_n_states(acceptor); s++)
		err = sy_graph_add_state(copy, &state);
	if (!err) {
		nest(&fans);
		err = copy_arcs(acceptor, &fans, copy);
	}
	if (!err) {
		sy_graph_set_ends(copy, sy_graph_start(acceptor), sy_graph_final(acceptor));
		*ret_graph = copy;
		copy = NULL;
	}
	for (size_t i = 0; i < fans.n; i++)
		free(fans.at[i].arcs);
	free(fans.at);
	free(fans.by_state);
	sy_graph_destroy(copy);
	return err;
}
