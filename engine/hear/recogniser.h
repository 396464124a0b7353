/*
 * recogniser: samples + grammar -> hypothesis.
 *
 * A back-end is a const table of functions; it holds named grammars and decodes one whole turn at a time. A job is
 * stateless: the same samples, grammars and voice give the same hypothesis, whatever was heard before.
 * One thread per recogniser.
 */
#ifndef SY_HEAR_RECOGNISER_H
#define SY_HEAR_RECOGNISER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/costs.h"
#include "base/problem.h"
#include "engine/hear/hypothesis.h"
#include "grammars/graph.h"

/* What is carried from one turn of a caller to the next: the mean, by cepstrum or band, of voice and line. */
#define SY_VOICE_DIMS 32
struct sy_voice {
	float mean[SY_VOICE_DIMS];
	double frames; /* 0: nothing known yet */
};

/* Grammars of one job: the universals, the articles, a slot's, and room for a caller's list. */
#define SY_HEAR_GRAMMARS_MAX 16

struct sy_hear_job {
	const int16_t *pcm; /* borrowed for the call */
	size_t n;
	int rate;
	const char *grammars[SY_HEAR_GRAMMARS_MAX]; /* names given to load; any of them may be spoken */
	size_t n_grammars;
	bool universals; /* "agent", "repeat", … beside them */
	struct sy_voice voice;
	struct sy_thresholds thresholds; /* zeroed: those of SY_COSTS_USUAL */
};

struct sy_recogniser_impl {
	const char *name;
	/* Makes `graph` known by `grammar`, replacing one of that name. Borrowed for the call. */
	int (*load)(void *state, const char *grammar, const struct sy_graph *graph, struct sy_problem *why);
	void (*unload)(void *state, const char *grammar);
	/* Words as an editor says they are spoken, word -> phones. NULL: the back-end has no use for them. */
	int (*pronounce)(void *state, const struct sy_pairs *words, struct sy_problem *why);
	/* ret_voice may be NULL; else it is the job's voice updated by this turn. */
	int (*hear)(void *state, const struct sy_hear_job *job, struct sy_hypothesis *ret_hypothesis,
		struct sy_voice *ret_voice, struct sy_problem *why);
	void (*destroy)(void *state);
};

struct sy_recogniser {
	const struct sy_recogniser_impl *impl;
	void *state; /* owned */
};

int sy_recogniser_load(
	struct sy_recogniser *recogniser, const char *grammar, const struct sy_graph *graph, struct sy_problem *why);
/* For the grammars that are loaded from now on. Replaces those of an earlier call; copied. EINVAL names the word. */
int sy_recogniser_pronounce(struct sy_recogniser *recogniser, const struct sy_pairs *words, struct sy_problem *why);
void sy_recogniser_unload(struct sy_recogniser *recogniser, const char *grammar);
int sy_recogniser_hear(struct sy_recogniser *recogniser, const struct sy_hear_job *job,
	struct sy_hypothesis *ret_hypothesis, struct sy_voice *ret_voice, struct sy_problem *why);
void sy_recogniser_destroy(struct sy_recogniser *recogniser); /* NULL is allowed; frees the struct too */

/* Our own scores and searches, and PocketSphinx's search beside them on a line of the whole band (ear.h). */
int sy_recogniser_sphinx_create(struct sy_recogniser **ret_recogniser, struct sy_problem *why);

#endif
