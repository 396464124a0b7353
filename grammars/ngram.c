#include "grammars/ngram.h"

#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/text.h"

/* Taken from each pair's count for the pairs that were not seen. */
#define DISCOUNT 0.6
#define SENTENCE_BYTES 512 /* of one sentence; what is longer is cut */
/* Share of ways that end a sentence after any word. */
#define END_SHARE 0.02
/* Of what no pair of the phrases foretells, English tells so much: of pairs, and of single words. Measured. */
#define ENGLISH_PAIRS 0.5
#define ENGLISH_WORDS 0.3
/* Any word may follow any other. */
#define FORGET_LEAST 1e-6

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

/* A pair of English, by the numbers of counts. */
struct known {
	uint32_t before;
	uint32_t after;
	double p;
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

static int compare_known(const void *a, const void *b)
{
	const struct known *x = a, *y = b;

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
	int err = SY_GROW(&counts->pairs, counts->n + 1, &counts->cap);

	if (!err)
		counts->pairs[counts->n++] = (struct count){before, after};
	return err;
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

/* The words of the graph, of the sentences, which are cut up in `text`, and the common ones. */
static int collect_names(
	struct counts *counts, const struct sy_graph *acceptor, const struct sy_ngram_prm *prm, char *text)
{
	const size_t n_english = prm->english ? sy_english_n_words(prm->english) : 0;
	char *rest = NULL;
	size_t unique = 0;
	int err = 0;

	for (size_t i = 0; i < sy_graph_n_words(acceptor) && !err; i++)
		err = add_name(&counts->names, &counts->n_names, sy_graph_word(acceptor, i));
	for (char *word = strtok_r(text, " ", &rest); word && !err; word = strtok_r(NULL, " ", &rest))
		err = add_name(&counts->names, &counts->n_names, word);
	for (size_t i = 0; i < n_english && i < prm->n_common && !err; i++)
		err = add_name(&counts->names, &counts->n_names, sy_english_word(prm->english, i));
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
	double *shares; /* by word: of English, of the words that are here; all 0 without it */
	struct known *known;
	size_t n_known;
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

/* From the state after one word on, by way of another one or, after it, to the end. */
static int go_on(struct builder *builder, int from, uint32_t after, double p)
{
	if (after > builder->counts->n_names)
		return arc(builder, from, builder->end, NULL, p);
	return arc(builder, from, (int)after + 1, builder->counts->names[after], p);
}

/* Of a word, or of the end, after one that tells nothing. */
static double share_of(const struct builder *builder, uint32_t number)
{
	const double n_names = (double)builder->counts->n_names;
	const double english = builder->known ? ENGLISH_WORDS : 0;

	if (number >= builder->counts->n_names)
		return END_SHARE;
	return (1 - END_SHARE) *
	       ((1 - english) * (builder->lefts[number] + 0.5) / (builder->all_lefts + 0.5 * n_names) +
		       english * builder->shares[number]);
}

/* One word's pairs: [at, end) of the sorted ones, and of English. */
struct follow {
	uint32_t word;
	size_t at, end;
	size_t known_at, known_end;
	double rest;    /* what is left for words that the pairs do not foretell */
	double english; /* the share of that which pairs of English tell */
	double told;    /* the sum of all that the pairs tell */
};

static double rest_of(const struct builder *builder, const struct follow *follow, uint32_t after, double known)
{
	return follow->rest * (follow->english * known + (1 - follow->english) * share_of(builder, after));
}

/* Those of the phrases and of English at once, in the order of the words. */
static int add_word(struct builder *builder, struct follow *follow)
{
	const struct count *pairs = builder->counts->pairs;
	const int from = state_of(builder, follow->word);
	const double all = (double)(follow->end - follow->at);
	int err = 0;

	while (!err && (follow->at < follow->end || follow->known_at < follow->known_end)) {
		const uint32_t ours = follow->at < follow->end ? pairs[follow->at].after : UINT32_MAX;
		const uint32_t theirs =
			follow->known_at < follow->known_end ? builder->known[follow->known_at].after : UINT32_MAX;
		const uint32_t after = ours < theirs ? ours : theirs;
		const double known = theirs == after ? builder->known[follow->known_at++].p : 0;
		double p = rest_of(builder, follow, after, known);
		size_t n = 0;
		for (; follow->at < follow->end && pairs[follow->at].after == after; follow->at++)
			n++;
		p += n ? ((double)n - DISCOUNT) / all : 0;
		follow->told += p;
		err = go_on(builder, from, after, p);
	}
	return err ? err : arc(builder, from, builder->forget, NULL, fmax(1 - follow->told, FORGET_LEAST));
}

/* How many kinds of words the pairs [at, end) have. */
static size_t count_kinds(const struct counts *counts, size_t at, size_t end)
{
	size_t kinds = 0;

	for (size_t i = at; i < end; i++)
		kinds += i == at || counts->pairs[i].after != counts->pairs[i - 1].after;
	return kinds;
}

static int add_words(struct builder *builder)
{
	const struct counts *counts = builder->counts;
	struct follow follow = {0};
	int err = 0;

	for (uint32_t w = 0; w <= counts->n_names && !err; w++) {
		const size_t at = follow.end, known_at = follow.known_end;
		follow = (struct follow){.word = w, .at = at, .end = at, .known_at = known_at, .known_end = known_at};
		while (follow.end < counts->n && counts->pairs[follow.end].before == w)
			follow.end++;
		while (follow.known_end < builder->n_known && builder->known[follow.known_end].before == w)
			follow.known_end++;
		follow.rest = follow.end > at ? DISCOUNT * (double)count_kinds(counts, at, follow.end) /
							(double)(follow.end - at)
					      : 1;
		follow.english = follow.known_end > known_at ? ENGLISH_PAIRS : 0;
		err = add_word(builder, &follow);
	}
	for (uint32_t w = 0; w < counts->n_names && !err; w++)
		err = go_on(builder, builder->forget, w, share_of(builder, w));
	return err ? err : arc(builder, builder->forget, builder->end, NULL, END_SHARE);
}

/* The numbers here of the words of English; UINT32_MAX: it is not among them. Caller frees. */
static uint32_t *translate(const struct counts *counts, const struct sy_english *english)
{
	const size_t n = sy_english_n_words(english);
	uint32_t *numbers = calloc(n + 1, sizeof *numbers);

	for (size_t i = 0; numbers && i < n; i++)
		numbers[i] = number_of(counts, sy_english_word(english, i));
	return numbers;
}

static int take_english(struct builder *builder, const struct sy_english *english)
{
	const struct counts *counts = builder->counts;
	const size_t n_pairs = sy_english_n_pairs(english);
	uint32_t *numbers = translate(counts, english);
	double all = 0;

	builder->known = calloc(n_pairs + 1, sizeof *builder->known);
	if (!numbers || !builder->known) {
		free(numbers);
		return ENOMEM;
	}
	for (size_t i = 0; i < sy_english_n_words(english); i++)
		all += numbers[i] == UINT32_MAX ? 0 : sy_english_share(english, i);
	for (size_t i = 0; i < sy_english_n_words(english); i++)
		if (numbers[i] != UINT32_MAX)
			builder->shares[numbers[i]] = sy_english_share(english, i) / all;
	for (size_t i = 0; i < n_pairs; i++) {
		const struct sy_english_pair *pair = sy_english_pair(english, i);
		struct known *known = &builder->known[builder->n_known];
		known->before = pair->before == SY_ENGLISH_EDGE ? (uint32_t)counts->n_names : numbers[pair->before];
		known->after = pair->after == SY_ENGLISH_EDGE ? (uint32_t)counts->n_names + 1 : numbers[pair->after];
		known->p = (double)pair->p;
		builder->n_known += known->before != UINT32_MAX && known->after != UINT32_MAX;
	}
	qsort(builder->known, builder->n_known, sizeof *builder->known, compare_known);
	free(numbers);
	return 0;
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

static int build(const struct counts *counts, const struct sy_english *english, struct sy_graph **ret_graph)
{
	struct builder builder = {.counts = counts};
	int err = sy_graph_create("ngram", &builder.graph), state;

	builder.lefts = calloc(counts->n_names + 1, sizeof *builder.lefts);
	builder.shares = calloc(counts->n_names + 1, sizeof *builder.shares);
	if (!err && (!builder.lefts || !builder.shares))
		err = ENOMEM;
	for (size_t i = 0; i < counts->n_names + 3 && !err; i++)
		err = sy_graph_add_state(builder.graph, &state);
	builder.forget = (int)counts->n_names + 1;
	builder.end = (int)counts->n_names + 2;
	if (!err)
		count_lefts(&builder);
	if (!err && english)
		err = take_english(&builder, english);
	if (!err && !(err = add_words(&builder))) {
		sy_graph_set_ends(builder.graph, 0, builder.end);
		*ret_graph = builder.graph;
		builder.graph = NULL;
	}
	free(builder.known);
	free(builder.shares);
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

int sy_graph_ngram(const struct sy_graph *acceptor, const struct sy_ngram_prm *prm, struct sy_graph **ret_ngram)
{
	struct counts counts = {0};
	char *text = NULL;
	int err = sy_graph_n_words(acceptor) > 0 ? join_sentences(prm->sentences, prm->n_sentences, &text) : EINVAL;

	if (!err && !(err = collect_names(&counts, acceptor, prm, text)))
		err = count_graph(&counts, acceptor);
	for (size_t i = 0; i < prm->n_sentences && !err; i++)
		err = count_sentence(&counts, prm->sentences[i]);
	if (!err) {
		qsort(counts.pairs, counts.n, sizeof *counts.pairs, compare_pairs);
		err = build(&counts, prm->english, ret_ngram);
	}
	free(counts.names);
	free(counts.pairs);
	free(text);
	return err;
}
