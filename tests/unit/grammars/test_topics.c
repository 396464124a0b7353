#include "tests/unit/grammars/sentences.h"

#include <errno.h>

#include "grammars/topics.h"

#define PHRASES                                                                                                        \
	"public <bill> = when is my [next] bill due | how much is my bill; public <shop> = when is the shop open; "    \
	"public <pay> = can i pay my bill;"

static struct sy_topics *topics_of(const struct sy_graph *graph)
{
	struct sy_topics *topics = NULL;

	assert_int_equal(sy_topics_create(&graph, 1, &topics), 0);
	return topics;
}

static struct sy_guesses guesses_of(const char *const *words, const float *times, size_t n)
{
	struct sy_guesses guesses = {0};

	for (size_t i = 0; i < n; i++)
		assert_int_equal(sy_guesses_add(&guesses, words[i], times[i]), 0);
	return guesses;
}

static const char *first_for(const struct sy_topics *topics, const char *const *words, const float *times, size_t n)
{
	struct sy_guesses guesses = guesses_of(words, times, n);
	size_t at[3], found = 0;

	assert_int_equal(sy_topics_rank(topics, &guesses, at, 3, &found), 0);
	assert_int_equal(found, 3);
	sy_guesses_reset(&guesses);
	return sy_topics_name(topics, at[0]);
}

static void words_tell_what_they_are_about(void **state)
{
	struct sy_graph *graph = graph_of(PHRASES);
	struct sy_topics *topics = topics_of(graph);

	(void)state;
	assert_int_equal(sy_topics_n(topics), 3);
	assert_true(sy_topics_bytes(topics) > 0);
	assert_string_equal(first_for(topics, (const char *[]){"pay", "bill"}, (float[]){1, 1}, 2), "pay");
	assert_string_equal(first_for(topics, (const char *[]){"due", "bill"}, (float[]){1, 1}, 2), "bill");
	assert_string_equal(first_for(topics, (const char *[]){"open", "nobody"}, (float[]){1, 1}, 2), "shop");
	/* What is likelier weighs more. */
	assert_string_equal(first_for(topics, (const char *[]){"pay", "shop"}, (float[]){0.9F, 0.1F}, 2), "pay");
	assert_string_equal(first_for(topics, (const char *[]){"pay", "shop"}, (float[]){0.1F, 0.9F}, 2), "shop");
	sy_topics_destroy(topics);
	sy_graph_destroy(graph);
}

static void the_best_come_first_and_no_more_than_asked_for(void **state)
{
	struct sy_graph *graph = graph_of(PHRASES);
	struct sy_topics *topics = topics_of(graph);
	struct sy_guesses guesses = guesses_of((const char *[]){"bill", "pay"}, (float[]){1, 0.5F}, 2);
	size_t at[4] = {9, 9, 9, 9}, n = 9;

	(void)state;
	assert_int_equal(sy_topics_rank(topics, &guesses, at, 2, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(sy_topics_name(topics, at[0]), "pay");
	assert_string_equal(sy_topics_name(topics, at[1]), "bill");
	assert_int_equal(at[2], 9);
	assert_int_equal(sy_topics_rank(topics, &guesses, at, 0, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(sy_topics_rank(topics, &guesses, at, 4, &n), 0);
	assert_int_equal(n, 3);
	sy_guesses_reset(&guesses);
	sy_topics_destroy(topics);
	sy_graph_destroy(graph);
}

static void only_the_topics_chosen_can_be_said(void **state)
{
	struct sy_graph *graph = graph_of(PHRASES), *narrow = NULL, *trimmed = NULL;
	struct sy_topics *topics = topics_of(graph);
	size_t at[] = {0, 2};

	(void)state;
	assert_int_equal(sy_topics_graph(topics, at, 0, &narrow), EINVAL);
	assert_int_equal(sy_topics_graph(topics, at, 2, &narrow), 0);
	assert_int_equal(completeness_of(narrow, "when is my bill due"), SY_COMPLETE);
	assert_int_equal(completeness_of(narrow, "when is my next bill due"), SY_COMPLETE);
	assert_int_equal(completeness_of(narrow, "how much is my bill"), SY_COMPLETE);
	assert_int_equal(completeness_of(narrow, "can i pay my bill"), SY_COMPLETE);
	assert_int_equal(completeness_of(narrow, "when is the shop open"), SY_OUTSIDE);
	assert_null(sy_graph_find_word(narrow, "shop"));
	/* Nothing in it leads nowhere. */
	assert_int_equal(sy_graph_trim(narrow, &trimmed), 0);
	assert_int_equal(sy_graph_n_states(trimmed), sy_graph_n_states(narrow));
	sy_graph_destroy(trimmed);
	sy_graph_destroy(narrow);
	sy_topics_destroy(topics);
	sy_graph_destroy(graph);
}

static void graphs_of_several_grammars_are_topics_together(void **state)
{
	struct sy_graph *graphs[] = {graph_of(PHRASES), graph_of("public <lost> = i lost my phone;")}, *narrow = NULL;
	struct sy_topics *topics = NULL;
	size_t at[] = {3, 1};

	(void)state;
	assert_int_equal(sy_topics_create((const struct sy_graph *const *)graphs, 2, &topics), 0);
	assert_int_equal(sy_topics_n(topics), 4);
	assert_string_equal(sy_topics_name(topics, 3), "lost");
	assert_int_equal(sy_topics_graph(topics, at, 2, &narrow), 0);
	assert_int_equal(completeness_of(narrow, "i lost my phone"), SY_COMPLETE);
	assert_int_equal(completeness_of(narrow, "when is the shop open"), SY_COMPLETE);
	assert_int_equal(completeness_of(narrow, "can i pay my bill"), SY_OUTSIDE);
	sy_graph_destroy(narrow);
	sy_topics_destroy(topics);
	sy_graph_destroy(graphs[0]);
	sy_graph_destroy(graphs[1]);
}

static void nothing_is_about_nothing(void **state)
{
	struct sy_graph *graph = NULL;
	struct sy_topics *topics = NULL;
	struct sy_guesses guesses = {0};
	size_t at[1], n = 9;
	int end;

	(void)state;
	assert_int_equal(sy_graph_create("unmarked", &graph), 0);
	assert_int_equal(sy_graph_add_state(graph, &end), 0);
	sy_graph_set_ends(graph, end, end);
	topics = topics_of(graph);
	assert_int_equal(sy_topics_n(topics), 0);
	assert_int_equal(sy_topics_rank(topics, &guesses, at, 1, &n), 0);
	assert_int_equal(n, 0);
	sy_topics_destroy(topics);
	sy_topics_destroy(NULL);
	sy_graph_destroy(graph);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_tell_what_they_are_about),
		cmocka_unit_test(the_best_come_first_and_no_more_than_asked_for),
		cmocka_unit_test(only_the_topics_chosen_can_be_said),
		cmocka_unit_test(graphs_of_several_grammars_are_topics_together),
		cmocka_unit_test(nothing_is_about_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
