#include "grammars/ngram.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Taken from each pair's count for the pairs that were not seen. */
#define DISCOUNT 0.6
#define SENTENCE_BYTES 512 /* of one sentence; what is longer is cut */
/* Share of ways that end a sentence after any word. */
#define END_SHARE 0.02

/* Words by number, in the order of `names`; two more numbers stand for the beginning and the end. */
struct count {
	uint32_t before;
	uint32_t after;
};

struct counts {
	const char **names; /* sorted; borrowed */
	size_t n_names;
	struct count *pairs;
	size_t n, cap;
};

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int compare_pairs(const void *a, const void *b)
{
	const struct count *x = a, *y = b;

	if (x->before != y->before)
		return x->before < y->before ? -1 : 1;
	return x->after < y->after ? -1 : x->after > y->after;
}

static uint32_t number_of(const struct counts *counts, const char *word)
{
	const char **at = bsearch(&word, counts->names, counts->n_names, sizeof *counts->names, compare_names);

	return at ? (uint32_t)(at - counts->names) : UINT32_MAX;
}

static int add_pair(struct counts *counts, uint32_t before, uint32_t after)
{
	if (counts->n == counts->cap) {
		size_t cap = counts->cap ? counts->cap * 2 : 4096;
		struct count *grown = realloc(counts->pairs, cap * sizeof *grown);
		if (!grown)
			return ENOMEM;
		counts->pairs = grown;
		counts->cap = cap;
	}
	counts->pairs[counts->n++] = (struct count){before, after};
	return 0;
}

/* All words that go out of a state (an epsilon is the end) after one that led there. */
static int count_state(struct counts *counts, const struct sy_graph *acceptor, int state, uint32_t before)
{
	const uint32_t end = (uint32_t)counts->n_names + 1;
	int err = 0;

	if (state == sy_graph_final(acceptor))
		err = add_pair(counts, before, end);
	for (int i = sy_graph_out_first(acceptor, state); i >= 0 && !err; i = sy_graph_out_next(acceptor, i)) {
		const struct sy_graph_arc *arc = sy_graph_arc(acceptor, (size_t)i);
		err = add_pair(counts, before, arc->word ? number_of(counts, arc->word) : end);
	}
	return err;
}

static int count_graph(struct counts *counts, const struct sy_graph *acceptor)
{
	int err = count_state(counts, acceptor, sy_graph_start(acceptor), (uint32_t)counts->n_names);

	for (size_t i = 0; i < sy_graph_n_arcs(acceptor) && !err; i++) {
		const struct sy_graph_arc *arc = sy_graph_arc(acceptor, i);
		if (arc->word)
			err = count_state(counts, acceptor, arc->to, number_of(counts, arc->word));
	}
	return err;
}

/* A sentence begins like one of the phrases and goes on to any of them. */
static int count_sentence(struct counts *counts, const char *sentence)
{
	char copy[SENTENCE_BYTES], *rest = NULL;
	uint32_t before = (uint32_t)counts->n_names;
	int err = 0;

	snprintf(copy, sizeof copy, "%s", sentence);
	for (char *word = strtok_r(copy, " ", &rest); word && !err; word = strtok_r(NULL, " ", &rest)) {
		const uint32_t number = number_of(counts, word);
		err = add_pair(counts, before, number);
		before = number;
	}
	return err;
}

static int add_name(const char ***names, size_t *n, const char *name)
{
	const char **grown = realloc(*names, (*n + 1) * sizeof *grown);

	if (!grown)
		return ENOMEM;
	*names = grown;
	grown[(*n)++] = name;
	return 0;
}

/* The words of the graph and of the sentences, which are cut up in `text`. */
static int collect_names(struct counts *counts, const struct sy_graph *acceptor, char *text)
{
	char *rest = NULL;
	size_t unique = 0;
	int err = 0;

	for (size_t i = 0; i < sy_graph_n_words(acceptor) && !err; i++)
		err = add_name(&counts->names, &counts->n_names, sy_graph_word(acceptor, i));
	for (char *word = strtok_r(text, " ", &rest); word && !err; word = strtok_r(NULL, " ", &rest))
		err = add_name(&counts->names, &counts->n_names, word);
	if (err)
		return err;
	qsort(counts->names, counts->n_names, sizeof *counts->names, compare_names);
	for (size_t i = 0; i < counts->n_names; i++)
		if (unique == 0 || strcmp(counts->names[i], counts->names[unique - 1]) != 0)
			counts->names[unique++] = counts->names[i];
	counts->n_names = unique;
	return 0;
}

/* States: 0 the beginning, 1 + w after word w, then the one that forgets, then the end. */
struct builder {
	const struct counts *counts;
	struct sy_graph *graph;
	double *lefts; /* by word: how many different words it follows */
	double all_lefts;
	int forget, end;
};

static int arc(struct builder *builder, int from, int to, const char *word, double p)
{
	return sy_graph_add_arc(builder->graph,
		&(struct sy_graph_arc){.from = from, .to = to, .word = word, .p = (float)(p > 1 ? 1 : p)});
}

static int state_of(const struct builder *builder, uint32_t number)
{
	return number == builder->counts->n_names ? 0 : (int)number + 1;
}

/* One word's pairs: [begin, end) of the sorted ones. */
static int add_word(struct builder *builder, size_t begin, size_t end)
{
	const struct count *pairs = builder->counts->pairs;
	const size_t n_names = builder->counts->n_names;
	const int from = state_of(builder, pairs[begin].before);
	double all = (double)(end - begin), kinds = 0;
	int err = 0;

	for (size_t i = begin; i < end && !err;) {
		size_t same = i;
		while (same < end && pairs[same].after == pairs[i].after)
			same++;
		const double p = ((double)(same - i) - DISCOUNT) / all;
		const uint32_t after = pairs[i].after;
		if (after == n_names + 1)
			err = arc(builder, from, builder->end, NULL, p);
		else
			err = arc(builder, from, (int)after + 1, builder->counts->names[after], p);
		kinds++;
		i = same;
	}
	return err ? err : arc(builder, from, builder->forget, NULL, DISCOUNT * kinds / all);
}

static int add_pairs(struct builder *builder)
{
	const struct counts *counts = builder->counts;
	int err = 0;

	for (size_t i = 0; i < counts->n && !err;) {
		size_t end = i;
		while (end < counts->n && counts->pairs[end].before == counts->pairs[i].before)
			end++;
		err = add_word(builder, i, end);
		i = end;
	}
	return err;
}

/* Any word after any other; words that nothing was counted after (the last of a sentence) lead here, too. */
static int add_single_words(struct builder *builder)
{
	const struct counts *counts = builder->counts;
	int err = arc(builder, builder->forget, builder->end, NULL, END_SHARE);

	for (size_t i = 0; i < counts->n_names && !err; i++) {
		err = arc(builder, builder->forget, (int)i + 1, counts->names[i],
			(1 - END_SHARE) * (builder->lefts[i] + 0.5) /
				(builder->all_lefts + 0.5 * (double)counts->n_names));
		bool followed = false;
		size_t low = 0, high = counts->n;
		while (low < high) {
			const size_t middle = (low + high) / 2;
			if (counts->pairs[middle].before < i)
				low = middle + 1;
			else
				high = middle;
		}
		followed = low < counts->n && counts->pairs[low].before == i;
		if (!err && !followed)
			err = arc(builder, (int)i + 1, builder->forget, NULL, 1);
	}
	return err;
}

static void count_lefts(struct builder *builder)
{
	const struct counts *counts = builder->counts;

	for (size_t i = 0; i < counts->n; i++) {
		const bool again = i > 0 && compare_pairs(&counts->pairs[i], &counts->pairs[i - 1]) == 0;
		if (again || counts->pairs[i].after >= counts->n_names)
			continue;
		builder->lefts[counts->pairs[i].after]++;
		builder->all_lefts++;
	}
}

static int build(const struct counts *counts, struct sy_graph **ret_graph)
{
	struct builder builder = {.counts = counts};
	int err = sy_graph_create("ngram", &builder.graph), state;

	builder.lefts = calloc(counts->n_names + 1, sizeof *builder.lefts);
	if (!err && !builder.lefts)
		err = ENOMEM;
	for (size_t i = 0; i < counts->n_names + 3 && !err; i++)
		err = sy_graph_add_state(builder.graph, &state);
	builder.forget = (int)counts->n_names + 1;
	builder.end = (int)counts->n_names + 2;
	if (!err)
		count_lefts(&builder);
	if (!err && !(err = add_pairs(&builder)) && !(err = add_single_words(&builder))) {
		sy_graph_set_ends(builder.graph, 0, builder.end);
		*ret_graph = builder.graph;
		builder.graph = NULL;
	}
	free(builder.lefts);
	sy_graph_destroy(builder.graph);
	return err;
}

static int join_sentences(const char *const *sentences, size_t n, char **ret_text)
{
	struct sy_text text = {0};
	int err = sy_text_addf(&text, " ");

	for (size_t i = 0; i < n && !err; i++)
		err = sy_text_addf(&text, "%s ", sentences[i]);
	if (err)
		sy_text_reset(&text);
	else
		*ret_text = sy_text_take(&text);
	return err;
}

int sy_graph_ngram(
	const struct sy_graph *acceptor, const char *const *sentences, size_t n_sentences, struct sy_graph **ret_ngram)
{
	struct counts counts = {0};
	char *text = NULL;
	int err = sy_graph_n_words(acceptor) > 0 ? join_sentences(sentences, n_sentences, &text) : EINVAL;

	if (!err && !(err = collect_names(&counts, acceptor, text)))
		err = count_graph(&counts, acceptor);
	for (size_t i = 0; i < n_sentences && !err; i++)
		err = count_sentence(&counts, sentences[i]);
	if (!err) {
		qsort(counts.pairs, counts.n, sizeof *counts.pairs, compare_pairs);
		err = build(&counts, ret_ngram);
	}
	free(counts.names);
	free(counts.pairs);
	free(text);
	return err;
}
