/*
 * search: ranks articles for words that a caller said or an editor typed.
 *
 * A linear model over words and letter groups, trained at publish from the phrases and kept with the version, with a
 * floor for "nothing fits". Immutable after load; safe to read from many threads.
 */
#ifndef SY_KB_SEARCH_H
#define SY_KB_SEARCH_H

#include <stddef.h>

#include "base/guesses.h"
#include "kb/snapshot.h"

enum sy_found { SY_FOUND_NOTHING, SY_FOUND_MAYBE, SY_FOUND_SURE };

struct sy_ranked {
	const char *article; /* id, borrowed from the snapshot or content */
	double confidence;   /* 0..1 */
};

struct sy_search;

/* From the model kept with the version; where there is none, or another Sayso made it, it is trained, which takes
 * seconds for many phrases. Drafts are ranked too (see sy_snapshot_all()). */
int sy_search_create(const struct sy_snapshot *snapshot, struct sy_search **ret_search, struct sy_problem *why);
void sy_search_destroy(struct sy_search *search);

/* The model as bytes for sy_search_load(), the same for the same content. Caller frees. About 8 s of one core and
 * 7 MB for 15,000 phrases of 150 articles. No phrases at all is not an error: such a model finds nothing. */
int sy_search_train(const struct sy_content *content, void **ret_bytes, size_t *ret_n, struct sy_problem *why);

/* `content` is that of the training and outlives the search; `bytes` are borrowed for the call. EBADMSG: not a model of
 * this content, damaged, or made by another Sayso (train again then). */
int sy_search_load(const struct sy_content *content, const void *bytes, size_t n, struct sy_search **ret_search,
	struct sy_problem *why);

/* The best `max` articles, best first, and whether the first one fits. */
int sy_search_rank(const struct sy_search *search, const char *text, struct sy_ranked *ret_ranked, size_t max,
	size_t *ret_n, enum sy_found *ret_found);
/* The same for words that were heard, and what else may have been said beside them: of natural sentences, spoken, two
 * in a hundred more find their article than by the words alone. `guesses` may be NULL. */
int sy_search_rank_guesses(const struct sy_search *search, const char *text, const struct sy_guesses *guesses,
	struct sy_ranked *ret_ranked, size_t max, size_t *ret_n);

#endif
