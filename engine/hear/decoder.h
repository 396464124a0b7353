/*
 * decoder: PocketSphinx's search for the best words of a graph over senone scores that are already there.
 *
 * Graphs are known by name. Words get their pronunciations from a lexicon (grammars/pronounce.h).
 * Owner: the creator. One thread. State does not leak from one run to the next: the search starts anew each time.
 *
 * Errors: EINVAL with `why` (a model that does not fit, a word that cannot be pronounced), ENOENT (no such graph),
 * ENOMEM. PocketSphinx ends the process when it runs out of memory; workers are processes for that reason.
 */
#ifndef SY_HEAR_DECODER_H
#define SY_HEAR_DECODER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"
#include "engine/hear/senones.h"
#include "grammars/graph.h"

/* One word of the best path, silences and noises (fillers) included. */
struct sy_heard_word {
	const char *word; /* borrowed from the path; NULL for a filler */
	int begin;        /* first feature frame */
	int end;          /* frame after the last */
	int cost;         /* acoustic cost, in SY_SENONE_UNIT */
	int silence;      /* filler: 1 for silence, 2 for noise; 0 for a word */
	float trust;      /* 0..1: share of all that might have been said that has this word here; 0 where not known */
};

struct sy_path {
	struct sy_heard_word *at;
	size_t n;
	size_t n_words; /* without fillers */
	char *names;    /* storage of the words */
	int cost;       /* of the whole path, grammar weights included */
};

struct sy_decoder;

int sy_decoder_create(const char *model_folder, struct sy_decoder **ret_decoder, struct sy_problem *why);
void sy_decoder_destroy(struct sy_decoder *decoder);

/* An acceptor (no marks). Replaces a graph of that name. Its words must be in the lexicon. */
struct sy_lexicon;
int sy_decoder_load(struct sy_decoder *decoder, const char *name, const struct sy_graph *acceptor,
	const struct sy_lexicon *lexicon, struct sy_problem *why);
void sy_decoder_unload(struct sy_decoder *decoder, const char *name);

/* The best path of a named graph. No path at all is a result with n = 0. */
int sy_decoder_run(struct sy_decoder *decoder, const char *name, struct sy_senones *senones, struct sy_path *ret_path,
	struct sy_problem *why);
void sy_path_reset(struct sy_path *path);
/* Its words, a blank between them; "" when there are none. Caller frees. */
int sy_path_text(const struct sy_path *path, char **ret_text);

#endif
