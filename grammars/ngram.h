/*
 * ngram: what callers may say around and between an article's phrases, as a graph of word pairs.
 *
 * A graph of phrases accepts the phrases and nothing else, but callers hesitate, restart and use words of one phrase in
 * the frame of another. Here any word may follow any other, at a price: pairs that stand in the phrases (or in the
 * sentences given beside them) are cheap, all others go by way of a state that forgets the word before. The words that
 * come out are for the search (kb/search.h) to rank.
 *
 * Pure function. Errors: ENOMEM, E2BIG (graph.h), EINVAL where the acceptor says nothing.
 * Source: bigrams with absolute discounting, backing off to the number of words each word follows (Kneser and Ney
 * 1995).
 */
#ifndef SY_GRAMMARS_NGRAM_H
#define SY_GRAMMARS_NGRAM_H

#include "grammars/graph.h"

/* `acceptor`: words only (sy_graph_acceptor). `sentences`: how callers begin, and what they say between; lower case,
 * blanks between words; may be empty. */
int sy_graph_ngram(
	const struct sy_graph *acceptor, const char *const *sentences, size_t n_sentences, struct sy_graph **ret_ngram);

#endif
