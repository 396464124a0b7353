/*
 * grammar_set: the grammars a recogniser knows by name, and the unions of them that turns have asked for.
 *
 * A turn names several grammars; their union is compiled once, loaded into the decoder as two graphs (the sentences,
 * and a loose loop of the same words), and kept while it is in use: where there are more than SY_UNIONS_MAX, or they
 * take more than SY_UNIONS_BYTES and than SY_UNIONS_LARGEST of the largest, the least recently used one goes first.
 *
 * Owner: the creator; model and decoder are borrowed and must outlive it. One thread.
 * Without a decoder (NULL) there are networks only.
 */
#ifndef SY_HEAR_GRAMMAR_SET_H
#define SY_HEAR_GRAMMAR_SET_H

#include "engine/hear/decoder.h"
#include "engine/hear/network.h"

/* Articles, articles + universals, and one for each slot question that is under way in a worker. */
#define SY_UNIONS_MAX 24
/* Of memory, without what a decoder has of them: the demonstration's articles with pairs of their words take 7 MB, a
 * question for a detail 1, and with the articles, after a failure, as much as both. */
#define SY_UNIONS_BYTES (16u << 20)
/* Room for so many of the largest is there in any case: what callers of a large base say by turns (articles, a detail,
 * after a failure both) is not compiled anew each time, which takes seconds there. */
#define SY_UNIONS_LARGEST 3
/* The loose loop of a large vocabulary says little and costs much (0.01 × real time at 55 words, 0.08 at 240). */
#define SY_LOOSE_WORDS_MAX 100

/* PocketSphinx visits every state of a graph in every frame: past this many it takes longer than all else together. */
#define SY_DECODER_STATES_MAX 500

struct sy_grammar_set;

int sy_grammar_set_create(const struct sy_acoustic_model *model, struct sy_decoder *decoder,
	struct sy_grammar_set **ret_set, struct sy_problem *why);
void sy_grammar_set_destroy(struct sy_grammar_set *set);

/* An editor's pronunciations, for the grammars added from now on (sy_lexicon_correct). */
int sy_grammar_set_pronounce(struct sy_grammar_set *set, const struct sy_pairs *words, struct sy_problem *why);
/* Copies what it needs of `graph`; replaces a grammar of that name and drops the unions it was part of. */
int sy_grammar_set_add(
	struct sy_grammar_set *set, const char *name, const struct sy_graph *graph, struct sy_problem *why);
/* Copies the grammars that the set does not have. */
int sy_grammar_set_take(struct sy_grammar_set *set, const struct sy_grammar_set *from, struct sy_problem *why);
void sy_grammar_set_remove(struct sy_grammar_set *set, const char *name);

/* Fewer words than these, the universals among them, are a question's own answers, where what does not fit is asked
 * again. */
#define SY_NGRAM_WORDS_MIN 180
/* Of 719 natural sentences 95.1 in a hundred have the right article first; with 700 and 330 94.7, with 650 and 300
 * 94.4, in two thirds of the time. */
#define SY_NGRAM_BEAM 800
#define SY_NGRAM_WORD_BEAM 360
/* Of English, so many of the commonest words may be said beside a base's own. */
#define SY_NGRAM_COMMON 1000
/* Any word may follow any other, so that probabilities tell less than a grammar's (6.5): of 610 natural sentences 84.6
 * in a hundred find their article, with 5.5 83.3, with 4 84.4. */
#define SY_NGRAM_WEIGHT 4.5
/* The scale (engine/hear/network.h) at which guesses find most articles of the same sentences: 88.2 in a hundred of
 * those heard as words in any order; with 0.006 87.3, with 0.016 87.6, and by the best words alone 86.2. */
#define SY_NGRAM_TRUST_SCALE 0.010
#define SY_CARRIERS_MAX 400 /* sentences; grammars/carriers.phrases has a hundred */

/* How callers begin and what they say between (grammars/ngram.h), for the grammars joined from now on. Copied. */
int sy_grammar_set_carry(struct sy_grammar_set *set, const char *const *sentences, size_t n, struct sy_problem *why);

/* Whether words are such beginnings and nothing else, the last one perhaps broken off: "hello um i wanted". */
bool sy_grammar_set_only_begins(const struct sy_grammar_set *set, const char *words);

struct sy_joined;

struct sy_active {
	const struct sy_graph *graph;     /* the union, with marks */
	const struct sy_network *network; /* its sentences */
	bool open; /* an open question: many words, and no decoder; sy_grammar_set_ngram() has pairs of them */
	struct sy_joined *joined; /* the set's own */
	const char *strict;       /* the same, as the decoder knows them; NULL when there are too many states */
	const char *loose;        /* its words in any order; NULL when there are too many */
};

/* The loose loop is made of the words of the first `n_loose`. Borrowed until the next call. ENOENT names a grammar that
 * was not added. */
int sy_grammar_set_activate(struct sy_grammar_set *set, const char *const *names, size_t n, size_t n_loose,
	struct sy_active *ret_active, struct sy_problem *why);

/* What they take now. */
size_t sy_grammar_set_bytes(const struct sy_grammar_set *set);
/* Another bound than SY_UNIONS_BYTES, for tests. */
void sy_grammar_set_bound(struct sy_grammar_set *set, size_t bytes);

/* Pairs of the words of the first `n_loose` of `names`, as they were activated; made when first asked for, because most
 * calls never need them. Borrowed until the next activation. */
int sy_grammar_set_ngram(struct sy_grammar_set *set, const struct sy_active *active, const char *const *names,
	size_t n_loose, const struct sy_network **ret_ngram, struct sy_problem *why);

#endif
