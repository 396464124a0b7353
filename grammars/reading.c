/* What words mean in a graph: the most probable path (Viterbi over states, one column a word), and its marks. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/text.h"
#include "grammars/graph.h"

/* How a state was reached after some words. */
struct token {
	int state;
	int arc;    /* the last one, or -1 at the start */
	int before; /* the token in front of that arc */
	double p;
};

struct search {
	const struct sy_graph *graph;
	struct token *tokens;
	size_t n;
	size_t cap;
	int *token_of; /* by state: its token in the present column, or -1 */
	int *queue;    /* states whose token changed; a ring, each state in it once */
	size_t head;
	size_t n_queued;
	bool *queued;
	size_t column; /* where the present column begins among the tokens */
};

static void search_finish(struct search *search)
{
	free(search->tokens);
	free(search->token_of);
	free(search->queue);
	free(search->queued);
}

static int search_init(struct search *search, const struct sy_graph *graph)
{
	size_t n = sy_graph_n_states(graph);
	*search = (struct search){.graph = graph};
	search->token_of = malloc(n * sizeof *search->token_of + 1);
	search->queue = malloc(n * sizeof *search->queue + 1);
	search->queued = calloc(n + 1, sizeof *search->queued);
	if (!search->token_of || !search->queue || !search->queued) {
		search_finish(search);
		return ENOMEM;
	}
	for (size_t i = 0; i < n; i++)
		search->token_of[i] = -1;
	return 0;
}

static void enqueue(struct search *search, int state)
{
	if (search->queued[state])
		return;
	size_t size = sy_graph_n_states(search->graph);
	search->queued[state] = true;
	search->queue[(search->head + search->n_queued++) % size] = state;
}

/* Keeps the better way to a state. Only a strictly better one replaces, so loops of probability 1 come to rest. */
static int offer(struct search *search, const struct token *token)
{
	int known = search->token_of[token->state];
	if (known >= 0 && search->tokens[known].p >= token->p)
		return 0;
	if (known < 0) {
		int err = SY_GROW(&search->tokens, search->n + 1, &search->cap);
		if (err)
			return err;
		known = (int)search->n++;
		search->token_of[token->state] = known;
	}
	search->tokens[known] = *token;
	enqueue(search, token->state);
	return 0;
}

/* Follows the arcs without a word from all states of the column. */
static int close_column(struct search *search)
{
	const struct sy_graph *graph = search->graph;
	while (search->n_queued) {
		int state = search->queue[search->head];
		search->head = (search->head + 1) % sy_graph_n_states(graph);
		search->n_queued--;
		search->queued[state] = false;
		int from = search->token_of[state];
		for (int i = sy_graph_out_first(graph, state); i >= 0; i = sy_graph_out_next(graph, i)) {
			const struct sy_graph_arc *arc = sy_graph_arc(graph, (size_t)i);
			if (arc->word)
				continue;
			struct token token = {arc->to, i, from, search->tokens[from].p * (double)arc->p};
			int err = offer(search, &token);
			if (err)
				return err;
		}
	}
	return 0;
}

/* The next column: every state of the last one moves over `word` (the graph's own pointer, or NULL: none has it). */
static int step(struct search *search, const char *word)
{
	const struct sy_graph *graph = search->graph;
	size_t begin = search->column, end = search->n;
	search->column = end;
	for (size_t t = begin; t < end; t++)
		search->token_of[search->tokens[t].state] = -1;
	for (size_t t = begin; word && t < end; t++) {
		int state = search->tokens[t].state;
		for (int i = sy_graph_out_first(graph, state); i >= 0; i = sy_graph_out_next(graph, i)) {
			const struct sy_graph_arc *arc = sy_graph_arc(graph, (size_t)i);
			if (arc->word != word)
				continue;
			struct token token = {arc->to, i, (int)t, search->tokens[t].p * (double)arc->p};
			int err = offer(search, &token);
			if (err)
				return err;
		}
	}
	return close_column(search);
}

static int run(struct search *search, const char *const *words, size_t n)
{
	struct token first = {.state = sy_graph_start(search->graph), .arc = -1, .before = -1, .p = 1};
	int err = offer(search, &first);
	if (!err)
		err = close_column(search);
	for (size_t i = 0; !err && i < n && search->n > search->column; i++)
		err = step(search, sy_graph_find_word(search->graph, words[i]));
	return err;
}

static bool can_go_on(const struct search *search)
{
	const struct sy_graph *graph = search->graph;
	for (size_t t = search->column; t < search->n; t++) {
		int i = sy_graph_out_first(graph, search->tokens[t].state);
		for (; i >= 0; i = sy_graph_out_next(graph, i))
			if (sy_graph_arc(graph, (size_t)i)->word)
				return true;
	}
	return false;
}

static double best_p(const struct search *search)
{
	double best = 0;
	for (size_t t = search->column; t < search->n; t++)
		if (search->tokens[t].p > best)
			best = search->tokens[t].p;
	return best;
}

/* The arcs of the path to a token, first to last. Caller frees. */
static int path_to(const struct search *search, int token, int **ret_arcs, size_t *ret_n)
{
	size_t n = 0;
	for (int t = token; search->tokens[t].arc >= 0; t = search->tokens[t].before)
		n++;
	int *arcs = malloc(n * sizeof *arcs + 1);
	if (!arcs)
		return ENOMEM;
	*ret_n = n;
	*ret_arcs = arcs;
	for (int t = token; search->tokens[t].arc >= 0; t = search->tokens[t].before)
		arcs[--n] = search->tokens[t].arc;
	return 0;
}

struct path {
	const struct sy_graph *graph;
	const int *arcs;
	size_t n;
};

static const struct sy_graph_arc *path_arc(const struct path *path, size_t i)
{
	return sy_graph_arc(path->graph, (size_t)path->arcs[i]);
}

/* Where the slot ended by arc `end` began. */
static size_t slot_begin(const struct path *path, size_t end)
{
	int depth = 0;
	for (size_t i = end + 1; i-- > 0;) {
		enum sy_graph_mark mark = path_arc(path, i)->mark;
		depth += mark == SY_MARK_SLOT_END;
		depth -= mark == SY_MARK_SLOT_BEGIN;
		if (!depth)
			return i;
	}
	return 0;
}

static int set_slot(const struct path *path, size_t end, struct sy_pairs *slots)
{
	const struct sy_graph_arc *mark = path_arc(path, end);
	if (mark->value)
		return sy_pairs_set(slots, mark->name, mark->value);
	struct sy_text words = {0};
	int err = 0;
	for (size_t i = slot_begin(path, end); !err && i < end; i++) {
		const char *word = path_arc(path, i)->word;
		if (word)
			err = sy_text_addf(&words, "%s%s", words.len ? " " : "", word);
	}
	if (!err && words.len)
		err = sy_pairs_set(slots, mark->name, sy_text_str(&words));
	sy_text_reset(&words);
	return err;
}

static int interpret(const struct path *path, struct sy_reading *reading)
{
	for (size_t i = 0; i < path->n; i++) {
		const struct sy_graph_arc *arc = path_arc(path, i);
		int err = 0;
		if (arc->mark == SY_MARK_SLOT_END)
			err = set_slot(path, i, &reading->slots);
		if (arc->mark == SY_MARK_INTENT_BEGIN && !reading->intent) {
			reading->intent = strdup(arc->name);
			err = reading->intent ? 0 : ENOMEM;
		}
		if (err)
			return err;
	}
	return 0;
}

static int conclude(const struct search *search, struct sy_reading *reading)
{
	int end = search->token_of[sy_graph_final(search->graph)];
	bool more = can_go_on(search);
	reading->p = best_p(search);
	if (end < 0) {
		reading->completeness = more ? SY_INCOMPLETE : SY_OUTSIDE;
		return 0;
	}
	reading->completeness = more ? SY_EXTENSIBLE : SY_COMPLETE;
	reading->p = search->tokens[end].p;
	int *arcs;
	size_t n;
	int err = path_to(search, end, &arcs, &n);
	if (err)
		return err;
	err = interpret(&(struct path){search->graph, arcs, n}, reading);
	free(arcs);
	return err;
}

int sy_graph_read(const struct sy_graph *graph, const char *const *words, size_t n, struct sy_reading *ret_reading)
{
	if (sy_graph_start(graph) < 0 || sy_graph_final(graph) < 0)
		return EINVAL;
	struct search search;
	int err = search_init(&search, graph);
	if (err)
		return err;
	struct sy_reading reading = {0};
	err = run(&search, words, n);
	if (!err)
		err = conclude(&search, &reading);
	search_finish(&search);
	if (err) {
		sy_reading_reset(&reading);
		return err;
	}
	*ret_reading = reading;
	return 0;
}

void sy_reading_reset(struct sy_reading *reading)
{
	free(reading->intent);
	sy_pairs_reset(&reading->slots);
	*reading = (struct sy_reading){0};
}

/* xorshift32 (Marsaglia 2003), so that a seed gives the same sentences everywhere. Returns 0..1. */
static double chance(unsigned *seed)
{
	unsigned x = *seed ? *seed : 2463534242u;
	x ^= x << 13;
	x ^= x >> 17;
	x ^= x << 5;
	*seed = x;
	return x / 4294967296.0;
}

static int choose_arc(const struct sy_graph *graph, int state, unsigned *seed)
{
	double sum = 0;
	for (int i = sy_graph_out_first(graph, state); i >= 0; i = sy_graph_out_next(graph, i))
		sum += (double)sy_graph_arc(graph, (size_t)i)->p;
	double left = chance(seed) * sum;
	int chosen = -1;
	for (int i = sy_graph_out_first(graph, state); i >= 0; i = sy_graph_out_next(graph, i)) {
		chosen = i;
		left -= (double)sy_graph_arc(graph, (size_t)i)->p;
		if (left < 0)
			break;
	}
	return chosen;
}

int sy_graph_sentence(const struct sy_graph *graph, unsigned *seed, char **ret_sentence)
{
	struct sy_text sentence = {0};
	int state = sy_graph_start(graph);
	if (state < 0)
		return EINVAL;
	int err = sy_text_add(&sentence, "");
	for (size_t steps = 0; !err && state != sy_graph_final(graph); steps++) {
		int i = choose_arc(graph, state, seed);
		if (i < 0 || steps == SY_GRAPH_STEPS_MAX) {
			err = i < 0 ? EINVAL : E2BIG;
			break;
		}
		const struct sy_graph_arc *arc = sy_graph_arc(graph, (size_t)i);
		if (arc->word)
			err = sy_text_addf(&sentence, "%s%s", sentence.len ? " " : "", arc->word);
		state = arc->to;
	}
	if (!err) {
		char *taken = sy_text_take(&sentence);
		err = taken ? 0 : ENOMEM;
		if (taken)
			*ret_sentence = taken;
	}
	sy_text_reset(&sentence);
	return err;
}
