/* What the grammar tests share: graphs from text, readings from a line of words. */
#ifndef SY_TESTS_GRAMMARS_SENTENCES_H
#define SY_TESTS_GRAMMARS_SENTENCES_H

/* cmocka's own order of includes */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grammars/jsgf.h"

#define SENTENCE_WORDS 512

static inline struct sy_graph *graph_of(const char *rules)
{
	char text[4096];
	struct sy_problem why = {0};
	struct sy_graph *graph = NULL;
	int n = snprintf(text, sizeof text, "#JSGF V1.0;\ngrammar test;\n%s", rules);
	assert_in_range(n, 1, sizeof text - 1);
	int err = sy_jsgf_graph_text("test.gram", text, (size_t)n, &graph, &why);
	if (err)
		fail_msg("%s", why.text);
	return graph;
}

static inline struct sy_reading reading_of(const struct sy_graph *graph, const char *sentence)
{
	char *copy = strdup(sentence), *rest = copy, *word;
	const char *words[SENTENCE_WORDS];
	size_t n = 0;
	assert_non_null(copy);
	while ((word = strsep(&rest, " ")) != NULL) {
		assert_true(n < SENTENCE_WORDS);
		if (*word)
			words[n++] = word;
	}
	struct sy_reading reading = {0};
	assert_int_equal(sy_graph_read(graph, words, n, &reading), 0);
	free(copy);
	return reading;
}

static inline enum sy_completeness completeness_of(const struct sy_graph *graph, const char *sentence)
{
	struct sy_reading reading = reading_of(graph, sentence);
	enum sy_completeness completeness = reading.completeness;
	sy_reading_reset(&reading);
	return completeness;
}

static inline void assert_slot(const struct sy_reading *reading, const char *name, const char *value)
{
	const char *found = sy_pairs_get(&reading->slots, name);
	if (!value) {
		assert_null(found);
		return;
	}
	assert_non_null(found);
	assert_string_equal(found, value);
}

#endif
