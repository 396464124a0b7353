/*
 * mock_recogniser: hears what a test tells it to.
 *
 * Each turn takes the next of `turns`; after the last, nothing is heard. Grammar names that are loaded and asked for
 * are kept for the test to look at.
 */
#ifndef SY_MOCK_RECOGNISER_H
#define SY_MOCK_RECOGNISER_H

#include "engine/hear/recogniser.h"

#define SY_MOCK_NAMES_MAX 16

struct sy_mock_turn {
	const char *text;
	const char *intent; /* NULL: rejected */
	double confidence;
	int err; /* the job fails */
};

struct sy_mock_ears {
	const struct sy_mock_turn *turns;
	size_t n;
	size_t next;
	size_t n_heard;
	size_t last_n; /* samples of the last turn */
	char loaded[SY_MOCK_NAMES_MAX][64];
	size_t n_loaded;
	int load_err; /* what the next load gives */
};

/* `ears` is borrowed and outlives the recogniser. */
struct sy_recogniser *sy_mock_recogniser_create(struct sy_mock_ears *ears);

#endif
