/* Grammar text -> graph -> acceptor; sentences drawn from either must be read by both. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "grammars/jsgf.h"

enum { WORDS_MAX = 256 };

static enum sy_completeness read_words(const struct sy_graph *graph, char *sentence)
{
	const char *words[WORDS_MAX];
	size_t n = 0;
	char *copy = strdup(sentence), *rest = copy, *word;
	while (copy && n < WORDS_MAX && (word = strsep(&rest, " ")) != NULL)
		if (*word)
			words[n++] = word;
	struct sy_reading reading = {0};
	enum sy_completeness completeness = SY_OUTSIDE;
	if (sy_graph_read(graph, words, n, &reading) == 0) {
		completeness = reading.completeness;
		sy_reading_reset(&reading);
	}
	free(copy);
	return completeness;
}

static void compare(const struct sy_graph *from, const struct sy_graph *with)
{
	unsigned seed = 1;
	for (int i = 0; i < 4; i++) {
		char *sentence = NULL;
		if (sy_graph_sentence(from, &seed, &sentence) != 0)
			continue;
		if (strlen(sentence) < WORDS_MAX) {
			enum sy_completeness one = read_words(from, sentence), two = read_words(with, sentence);
			if (one != two || (one != SY_COMPLETE && one != SY_EXTENSIBLE))
				abort();
		}
		free(sentence);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct sy_problem why = {0};
	struct sy_graph *graph = NULL, *acceptor = NULL;
	const char *name = SAYSO_SOURCE_DIR "/grammars/fuzzed.gram";
	int err = sy_jsgf_graph_text(name, (const char *)data, n, &graph, &why);
	if (err) {
		/* Every refusal of a text says why. */
		if (graph || !why.text[0])
			abort();
		return 0;
	}
	if (sy_graph_n_states(graph) < 5000 && sy_graph_acceptor(graph, &acceptor) == 0) {
		compare(graph, acceptor);
		compare(acceptor, graph);
	}
	sy_graph_destroy(acceptor);
	sy_graph_destroy(graph);
	return 0;
}
