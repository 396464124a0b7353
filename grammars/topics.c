#include "grammars/topics.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/odds.h"
#include "base/rank.h"
#include "grammars/intern.h"

/* How often a word stands in a topic. */
struct count {
	uint32_t word;
	uint32_t topic;
	uint32_t n;
};

struct sy_topics {
	double *sizes; /* by topic: arcs with a word */
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
static int find_stretch(const struct sy_graph *graph, int begin, struct stretch *ret_stretch)
{
	struct stretch *stretch = ret_stretch;
	int err;

	*stretch = (struct stretch){.seen = calloc(sy_graph_n_states(graph) + 1, 1)};
	err = stretch->seen ? visit(stretch, sy_graph_arc(graph, (size_t)begin)->to) : ENOMEM;
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
	topics->sizes[topics->n - 1]++;
	return 0;
}

static int add_topic(struct sy_topics *topics, const struct sy_graph *graph, int begin)
{
	struct stretch stretch = {0};
	int err = SY_GROW(&topics->sizes, topics->n + 1, &topics->cap);

	if (err)
		return err;
	topics->sizes[topics->n++] = 0;
	err = find_stretch(graph, begin, &stretch);
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
	free(topics->sizes);
	free(topics->shares);
	free(topics->first);
	free(topics->counts);
	free(topics);
}

size_t sy_topics_bytes(const struct sy_topics *topics)
{
	return sizeof *topics + topics->cap * sizeof *topics->sizes + topics->cap_counts * sizeof *topics->counts +
	       topics->words.n * (sizeof *topics->shares + sizeof *topics->first) + sy_intern_bytes(&topics->words);
}

/* What one word, said so often, tells for each topic. */
static void weigh(const struct sy_topics *topics, size_t word, double times, double *scores)
{
	uint32_t i = topics->first[word];

	for (size_t t = 0; t < topics->n; t++) {
		double n = 0;
		if (i < topics->first[word + 1] && topics->counts[i].topic == t)
			n = topics->counts[i++].n;
		scores[t] += times * log(sy_odds(n, topics->sizes[t], topics->shares[word]));
	}
}

/* How much each topic is what the guesses are about; `ret_scores` is zeroed. */
static void score_topics(const struct sy_topics *topics, const struct sy_guesses *guesses, double *ret_scores)
{
	for (size_t i = 0; i < guesses->n; i++) {
		const long word = sy_intern_find(&topics->words, guesses->at[i].word, strlen(guesses->at[i].word));
		if (word >= 0)
			weigh(topics, (size_t)word, (double)guesses->at[i].times, ret_scores);
	}
}

static uint32_t count_of(const struct sy_topics *topics, size_t word, size_t topic)
{
	for (uint32_t i = topics->first[word]; i < topics->first[word + 1]; i++)
		if (topics->counts[i].topic == topic)
			return topics->counts[i].n;
	return 0;
}

/* Of one of the topics' words. */
static float lean_of(const struct sy_topics *topics, const struct sy_rank *likely, size_t n, size_t word)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += sy_odds(count_of(topics, word, likely[i].id), topics->sizes[likely[i].id], topics->shares[word]);
	return (float)log(sum / (double)n);
}

int sy_topics_lean(const struct sy_topics *topics, const struct sy_guesses *guesses, const struct sy_intern *words,
	float *ret_lean)
{
	struct sy_rank likely[SY_TOPICS_LIKELY];
	double *scores = calloc(topics->n + 1, sizeof *scores);
	size_t n = 0;

	if (!scores)
		return ENOMEM;
	score_topics(topics, guesses, scores);
	for (size_t t = 0; t < topics->n; t++)
		sy_rank_place(likely, &n, SY_TOPICS_LIKELY, t, scores[t]);
	for (size_t i = 0; i < words->n; i++) {
		const long word = n ? sy_intern_find(&topics->words, words->at[i], strlen(words->at[i])) : -1;
		ret_lean[i] = word >= 0 ? lean_of(topics, likely, n, (size_t)word) : n ? SY_TOPICS_OTHER : 0;
	}
	free(scores);
	return 0;
}
