/*
 * ngram: what callers may say around and between an article's phrases, as a graph of word pairs.
 *
 * A graph of phrases accepts the phrases and nothing else, but callers hesitate, restart and use words of one phrase in
 * the frame of another. Here any word may follow any other, at a price: pairs that stand in the phrases (or in the
 * sentences given beside them) are cheap, all others go by way of a state that forgets the word before. The words that
 * come out are for the search (kb/search.h) to rank.
 *
 * With English beside the phrases the words that are in none of them are there, too, and what is common between words
 * is cheaper. On the tuning half of the natural sentences, in four voices over six lines, 20.0 words of a hundred were
 * heard wrongly instead of 22.2.
 *
 * Pure function. Errors: ENOMEM, E2BIG (graph.h), EINVAL where the acceptor says nothing.
 * Source: bigrams with absolute discounting, interpolated with those of English and with the number of words each word
 * follows (Kneser and Ney 1995).
 */
#ifndef SY_GRAMMARS_NGRAM_H
#define SY_GRAMMARS_NGRAM_H

#include "grammars/english.h"
#include "grammars/graph.h"

struct sy_ngram_prm {
	const char *const
		*sentences; /* how callers begin, and what they say between; lower case, blanks between words */
	size_t n_sentences;
	const struct sy_english *english; /* or NULL */
	size_t n_common;                  /* of English, so many of the commonest words may be said, too */
};

/* `acceptor`: words only (sy_graph_acceptor). */
int sy_graph_ngram(const struct sy_graph *acceptor, const struct sy_ngram_prm *prm, struct sy_graph **ret_ngram);

#endif
