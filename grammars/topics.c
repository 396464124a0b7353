#include "grammars/topics.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/rank.h"
#include "grammars/intern.h"

/* A topic's own words count like so many words of all topics beside them. */
#define SMOOTHING 5.0

struct topic {
	const struct sy_graph *graph; /* borrowed */
	int begin;                    /* the arc with its mark */
	double n_words;               /* arcs with a word */
};

/* How often a word stands in a topic. */
struct count {
	uint32_t word;
	uint32_t topic;
	uint32_t n;
};

struct sy_topics {
	struct topic *at;
	size_t n, cap;
	struct sy_intern words;
	double *shares;       /* by word: of the words of all topics */
	uint32_t *first;      /* by word, and one more: where its counts begin */
	struct count *counts; /* by word, then topic */
	size_t n_counts, cap_counts;
};

/* The arcs of one topic, those with the mark of its end among them. */
struct stretch {
	int *arcs;
	size_t n, cap;
	int *todo; /* states */
	size_t n_todo, cap_todo;
	unsigned char *seen; /* by state */
};

static void stretch_reset(struct stretch *stretch)
{
	free(stretch->arcs);
	free(stretch->todo);
	free(stretch->seen);
	*stretch = (struct stretch){0};
}

static int visit(struct stretch *stretch, int state)
{
	int err;

	if (stretch->seen[state])
		return 0;
	err = SY_GROW(&stretch->todo, stretch->n_todo + 1, &stretch->cap_todo);
	if (err)
		return err;
	stretch->seen[state] = 1;
	stretch->todo[stretch->n_todo++] = state;
	return 0;
}

/* Caller resets. */
static int find_stretch(const struct topic *topic, struct stretch *ret_stretch)
{
	const struct sy_graph *graph = topic->graph;
	struct stretch *stretch = ret_stretch;
	int err;

	*stretch = (struct stretch){.seen = calloc(sy_graph_n_states(graph) + 1, 1)};
	err = stretch->seen ? visit(stretch, sy_graph_arc(graph, (size_t)topic->begin)->to) : ENOMEM;
	while (!err && stretch->n_todo) {
		const int state = stretch->todo[--stretch->n_todo];
		for (int i = sy_graph_out_first(graph, state); i >= 0 && !err; i = sy_graph_out_next(graph, i)) {
			const struct sy_graph_arc *arc = sy_graph_arc(graph, (size_t)i);
			err = SY_GROW(&stretch->arcs, stretch->n + 1, &stretch->cap);
			if (err)
				break;
			stretch->arcs[stretch->n++] = i;
			if (arc->mark != SY_MARK_INTENT_END)
				err = visit(stretch, arc->to);
		}
	}
	return err;
}

static int count_word(struct sy_topics *topics, const char *word)
{
	size_t number;
	int err = sy_intern_add(&topics->words, word, strlen(word), &number);

	if (!err)
		err = SY_GROW(&topics->counts, topics->n_counts + 1, &topics->cap_counts);
	if (err)
		return err;
	topics->counts[topics->n_counts++] = (struct count){(uint32_t)number, (uint32_t)(topics->n - 1), 1};
	topics->at[topics->n - 1].n_words++;
	return 0;
}

static int add_topic(struct sy_topics *topics, const struct sy_graph *graph, int begin)
{
	struct stretch stretch = {0};
	int err = SY_GROW(&topics->at, topics->n + 1, &topics->cap);

	if (err)
		return err;
	topics->at[topics->n++] = (struct topic){graph, begin, 0};
	err = find_stretch(&topics->at[topics->n - 1], &stretch);
	for (size_t i = 0; i < stretch.n && !err; i++) {
		const struct sy_graph_arc *arc = sy_graph_arc(graph, (size_t)stretch.arcs[i]);
		if (arc->word)
			err = count_word(topics, arc->word);
	}
	stretch_reset(&stretch);
	return err;
}

static int compare_counts(const void *a, const void *b)
{
	const struct count *x = a, *y = b;

	if (x->word != y->word)
		return x->word < y->word ? -1 : 1;
	return x->topic < y->topic ? -1 : x->topic > y->topic;
}

/* One for each word of each topic. */
static void join_counts(struct sy_topics *topics)
{
	size_t n = 0;

	if (topics->n_counts)
		qsort(topics->counts, topics->n_counts, sizeof *topics->counts, compare_counts);
	for (size_t i = 0; i < topics->n_counts; i++)
		if (n && compare_counts(&topics->counts[i], &topics->counts[n - 1]) == 0)
			topics->counts[n - 1].n++;
		else
			topics->counts[n++] = topics->counts[i];
	topics->n_counts = n;
	(void)SY_SHRINK(&topics->counts, n + 1, &topics->cap_counts);
}

static int sum_words(struct sy_topics *topics)
{
	const size_t n_words = topics->words.n;
	double all = 0;

	topics->shares = calloc(n_words + 1, sizeof *topics->shares);
	topics->first = calloc(n_words + 2, sizeof *topics->first);
	if (!topics->shares || !topics->first)
		return ENOMEM;
	for (size_t i = 0; i < topics->n_counts; i++) {
		topics->shares[topics->counts[i].word] += topics->counts[i].n;
		topics->first[topics->counts[i].word + 1] = (uint32_t)i + 1;
		all += topics->counts[i].n;
	}
	for (size_t w = 0; w < n_words; w++)
		topics->shares[w] /= all;
	return 0;
}

int sy_topics_create(const struct sy_graph *const *graphs, size_t n, struct sy_topics **ret_topics)
{
	struct sy_topics *topics = calloc(1, sizeof *topics);
	int err = topics ? 0 : ENOMEM;

	for (size_t k = 0; k < n && !err; k++)
		for (size_t i = 0; i < sy_graph_n_arcs(graphs[k]) && !err; i++)
			if (sy_graph_arc(graphs[k], i)->mark == SY_MARK_INTENT_BEGIN)
				err = add_topic(topics, graphs[k], (int)i);
	if (!err) {
		join_counts(topics);
		err = sum_words(topics);
	}
	if (err)
		sy_topics_destroy(topics);
	else
		*ret_topics = topics;
	return err;
}

void sy_topics_destroy(struct sy_topics *topics)
{
	if (!topics)
		return;
	sy_intern_reset(&topics->words);
	free(topics->at);
	free(topics->shares);
	free(topics->first);
	free(topics->counts);
	free(topics);
}

size_t sy_topics_n(const struct sy_topics *topics)
{
	return topics->n;
}

const char *sy_topics_name(const struct sy_topics *topics, size_t topic)
{
	return sy_graph_arc(topics->at[topic].graph, (size_t)topics->at[topic].begin)->name;
}

size_t sy_topics_bytes(const struct sy_topics *topics)
{
	return sizeof *topics + topics->cap * sizeof *topics->at + topics->cap_counts * sizeof *topics->counts +
	       topics->words.n * (sizeof *topics->shares + sizeof *topics->first) + sy_intern_bytes(&topics->words);
}

/* What one word, said so often, tells for each topic. */
static void weigh(const struct sy_topics *topics, size_t word, double times, double *scores)
{
	const double share = topics->shares[word];
	uint32_t i = topics->first[word];

	for (size_t t = 0; t < topics->n; t++) {
		double n = 0;
		if (i < topics->first[word + 1] && topics->counts[i].topic == t)
			n = topics->counts[i++].n;
		scores[t] += times * log((n / share + SMOOTHING) / (topics->at[t].n_words + SMOOTHING));
	}
}

int sy_topics_rank(
	const struct sy_topics *topics, const struct sy_guesses *guesses, size_t *ret_topics, size_t max, size_t *ret_n)
{
	double *scores = calloc(topics->n + 1, sizeof *scores);
	struct sy_rank *best = calloc(max + 1, sizeof *best);
	int err = scores && best ? 0 : ENOMEM;

	for (size_t i = 0; !err && i < guesses->n; i++) {
		const long word = sy_intern_find(&topics->words, guesses->at[i].word, strlen(guesses->at[i].word));
		if (word >= 0)
			weigh(topics, (size_t)word, (double)guesses->at[i].times, scores);
	}
	*ret_n = 0;
	for (size_t t = 0; !err && t < topics->n; t++)
		sy_rank_place(best, ret_n, max, t, scores[t]);
	for (size_t i = 0; i < *ret_n; i++)
		ret_topics[i] = best[i].id;
	free(best);
	free(scores);
	return err;
}

/* The state of the new graph that stands for one of the topic's. */
static int map_state(struct sy_graph *graph, int *to_state, int state, int *ret_state)
{
	int err = to_state[state] ? 0 : sy_graph_add_state(graph, &to_state[state]);

	*ret_state = to_state[state];
	return err;
}

static int copy_arc(struct sy_graph *graph, const struct sy_graph_arc *from, int *to_state, int final)
{
	struct sy_graph_arc arc = {.p = from->p, .word = from->word, .to = final};
	int err = map_state(graph, to_state, from->from, &arc.from);

	if (!err && from->mark != SY_MARK_INTENT_END)
		err = map_state(graph, to_state, from->to, &arc.to);
	return err ? err : sy_graph_add_arc(graph, &arc);
}

/* `to_state` is zeroed: the new graph's first state is its start, which none of the topic's is. */
static int copy_topic(struct sy_graph *graph, const struct topic *topic, int *to_state, int start, int final, float p)
{
	struct stretch stretch = {0};
	struct sy_graph_arc begin = {.from = start, .p = p};
	int err = find_stretch(topic, &stretch);

	if (!err)
		err = map_state(graph, to_state, sy_graph_arc(topic->graph, (size_t)topic->begin)->to, &begin.to);
	if (!err)
		err = sy_graph_add_arc(graph, &begin);
	for (size_t i = 0; i < stretch.n && !err; i++)
		err = copy_arc(graph, sy_graph_arc(topic->graph, (size_t)stretch.arcs[i]), to_state, final);
	stretch_reset(&stretch);
	return err;
}

int sy_topics_graph(const struct sy_topics *topics, const size_t *at, size_t n, struct sy_graph **ret_graph)
{
	struct sy_graph *graph = NULL;
	int start, final, err = n ? sy_graph_create("topics", &graph) : EINVAL;

	if (!err)
		err = sy_graph_add_state(graph, &start);
	if (!err)
		err = sy_graph_add_state(graph, &final);
	for (size_t i = 0; i < n && !err; i++) {
		const struct topic *topic = &topics->at[at[i]];
		int *to_state = calloc(sy_graph_n_states(topic->graph) + 1, sizeof *to_state);
		err = to_state ? copy_topic(graph, topic, to_state, start, final, 1 / (float)n) : ENOMEM;
		free(to_state);
	}
	if (err) {
		sy_graph_destroy(graph);
		return err;
	}
	sy_graph_set_ends(graph, start, final);
	*ret_graph = graph;
	return 0;
}
