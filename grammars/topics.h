/*
 * topics: which of a grammar's intents words are about, and what is said of these alone.
 *
 * Where any word of many may follow any other, words that sound alike are told apart badly: "bill" and "build" are both
 * there. Once it is known roughly what a turn is about, the words of the few intents that it may be about can be
 * searched again by themselves, and fit each other. The ranking here is made from the grammar alone and needs to have
 * the right intent among the first few only; which one the caller means is told elsewhere (kb/search.h).
 *
 * Owner: the creator; the graphs are borrowed and must outlive it. Immutable after creation, and then safe to read from
 * many threads.
 *
 * Errors: ENOMEM, E2BIG (graph.h), EINVAL where nothing can be said.
 * Source: naive Bayes over expected counts of words, smoothed by the words of all intents (Dirichlet).
 */
#ifndef SY_GRAMMARS_TOPICS_H
#define SY_GRAMMARS_TOPICS_H

#include "base/guesses.h"
#include "grammars/graph.h"

struct sy_topics;

/* An intent that stands in several graphs, or several times in one, is as many topics of that name. */
int sy_topics_create(const struct sy_graph *const *graphs, size_t n, struct sy_topics **ret_topics);
void sy_topics_destroy(struct sy_topics *topics);

size_t sy_topics_n(const struct sy_topics *topics);
const char *sy_topics_name(const struct sy_topics *topics, size_t topic); /* of its intent */
/* Memory that it holds. */
size_t sy_topics_bytes(const struct sy_topics *topics);

/* The `max` topics that the words are most about, best first; *ret_n of them, fewer where there are fewer topics. */
int sy_topics_rank(const struct sy_topics *topics, const struct sy_guesses *guesses, size_t *ret_topics, size_t max,
	size_t *ret_n);

/* What can be said of some topics, without marks. */
int sy_topics_graph(const struct sy_topics *topics, const size_t *at, size_t n, struct sy_graph **ret_graph);

#endif
