#include "tests/unit/grammars/sentences.h"

#include <errno.h>
#include <math.h>

#include "grammars/topics.h"

/* More intents than words are leaned towards. Of those that nothing speaks for the first count. */
#define PHRASES                                                                                                        \
	"public <bill> = when is my [next] bill due | how much is my bill; public <shop> = when is the shop open; "    \
	"public <pay> = can i pay my bill; public <lost> = i lost my phone; "                                          \
	"public <roam> = can i call from france; public <port> = keep the number that i have; "                        \
	"public <sim> = where do my new sims go; public <slow> = why does it all take so long;"
#define WORDS_MAX 8

static struct sy_topics *topics_of(const struct sy_graph *graph)
{
	struct sy_topics *topics = NULL;

	assert_int_equal(sy_topics_create(&graph, 1, &topics), 0);
	assert_true(sy_topics_bytes(topics) > 0);
	return topics;
}

/* Words by number, blanks between them. */
static struct sy_intern words_of(const char *text)
{
	struct sy_intern words = {0};
	char copy[256], *rest = NULL;
	size_t number;

	(void)snprintf(copy, sizeof copy, "%s", text);
	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
		assert_int_equal(sy_intern_add(&words, word, strlen(word), &number), 0);
		assert_true(number < WORDS_MAX);
	}
	return words;
}

/* How far each of `words` is leaned when `first` was guessed to have been said once, and `second` so often. */
static void lean(const struct sy_topics *topics, const char *first, const char *second, float times, const char *words,
	float *ret)
{
	struct sy_intern numbered = words_of(words);
	struct sy_guesses guesses = {0};

	assert_int_equal(sy_guesses_add(&guesses, first, 1), 0);
	assert_int_equal(sy_guesses_add(&guesses, second, times), 0);
	assert_int_equal(sy_topics_lean(topics, &guesses, &numbered, ret), 0);
	sy_guesses_reset(&guesses);
	sy_intern_reset(&numbered);
}

static void words_lean_towards_what_was_guessed(void **state)
{
	struct sy_graph *graph = graph_of(PHRASES);
	struct sy_topics *topics = topics_of(graph);
	float of[WORDS_MAX];

	(void)state;
	lean(topics, "bill", "pay", 1, "due pay slow sims hello long", of);
	assert_true(of[0] > of[3] && of[1] > of[3]);
	assert_true(of[0] > of[5] && of[1] > of[5]);
	lean(topics, "take", "long", 1, "due pay slow sims hello long", of);
	assert_true(of[5] > of[3]);
	/* What no phrase has is the same whatever the turn is about. */
	assert_float_equal(of[4], SY_TOPICS_OTHER, 0);
	sy_topics_destroy(topics);
	sy_graph_destroy(graph);
}

static void what_is_likelier_counts_for_more(void **state)
{
	struct sy_graph *graph = graph_of(PHRASES);
	struct sy_topics *topics = topics_of(graph);
	float seldom[WORDS_MAX], often[WORDS_MAX];

	(void)state;
	lean(topics, "take", "sims", 0, "new", seldom);
	lean(topics, "take", "sims", 1, "new", often);
	assert_true(often[0] > seldom[0]);
	sy_topics_destroy(topics);
	sy_graph_destroy(graph);
}

static void graphs_of_several_grammars_are_topics_together(void **state)
{
	struct sy_graph *graphs[] = {graph_of(PHRASES), graph_of("public <move> = we move house;")};
	struct sy_topics *topics = NULL;
	float of[WORDS_MAX];

	(void)state;
	assert_int_equal(sy_topics_create((const struct sy_graph *const *)graphs, 2, &topics), 0);
	/* The graphs are not needed any more. */
	sy_graph_destroy(graphs[0]);
	sy_graph_destroy(graphs[1]);
	lean(topics, "move", "house", 1, "we france", of);
	assert_true(of[0] > of[1]);
	sy_topics_destroy(topics);
}

static void nothing_is_about_nothing(void **state)
{
	struct sy_graph *graph = NULL;
	struct sy_topics *topics = NULL;
	float of[WORDS_MAX] = {9, 9};
	int end;

	(void)state;
	assert_int_equal(sy_graph_create("unmarked", &graph), 0);
	assert_int_equal(sy_graph_add_state(graph, &end), 0);
	sy_graph_set_ends(graph, end, end);
	topics = topics_of(graph);
	lean(topics, "bill", "pay", 1, "bill pay", of);
	assert_float_equal(of[0], 0, 0);
	assert_float_equal(of[1], 0, 0);
	sy_topics_destroy(topics);
	sy_topics_destroy(NULL);
	sy_graph_destroy(graph);
}

/* Without a guess all topics are as likely: those that count are some, and no lean is out of all measure. */
static void without_guesses_nothing_leans_far(void **state)
{
	struct sy_graph *graph = graph_of(PHRASES);
	struct sy_topics *topics = topics_of(graph);
	struct sy_intern words = words_of("due pay open lost");
	const struct sy_guesses none = {0};
	float of[WORDS_MAX];

	(void)state;
	assert_int_equal(sy_topics_lean(topics, &none, &words, of), 0);
	for (size_t i = 0; i < words.n; i++)
		assert_true(fabsf(of[i]) < 3);
	sy_intern_reset(&words);
	sy_topics_destroy(topics);
	sy_graph_destroy(graph);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_lean_towards_what_was_guessed),
		cmocka_unit_test(what_is_likelier_counts_for_more),
		cmocka_unit_test(graphs_of_several_grammars_are_topics_together),
		cmocka_unit_test(nothing_is_about_nothing),
		cmocka_unit_test(without_guesses_nothing_leans_far),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
