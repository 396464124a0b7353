/* Graphs built by hand, their acceptors, unions, readings and random sentences. */
#include "tests/unit/grammars/sentences.h"

#include <errno.h>

static int state_of(struct sy_graph *graph)
{
	int state = -1;
	assert_int_equal(sy_graph_add_state(graph, &state), 0);
	return state;
}

static struct sy_graph *empty_graph(void)
{
	struct sy_graph *graph = NULL;
	assert_int_equal(sy_graph_create("test", &graph), 0);
	return graph;
}

static struct sy_graph *acceptor_of(const struct sy_graph *graph)
{
	struct sy_graph *acceptor = NULL;
	assert_int_equal(sy_graph_acceptor(graph, &acceptor), 0);
	return acceptor;
}

static void words_are_sorted_and_kept_once(void **state)
{
	(void)state;
	struct sy_graph *graph = graph_of("public <a> = tea | coffee | tea with milk | apple;");
	assert_int_equal(sy_graph_n_words(graph), 5);
	const char *const sorted[] = {"apple", "coffee", "milk", "tea", "with"};
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(sy_graph_word(graph, i), sorted[i]);
	assert_ptr_equal(sy_graph_find_word(graph, "milk"), sy_graph_word(graph, 2));
	assert_null(sy_graph_find_word(graph, "mil"));
	sy_graph_destroy(graph);
	sy_graph_destroy(NULL);
}

/* A finished graph holds no room for more, and goes on taking arcs all the same. */
static void finished_graphs_take_what_they_need(void **state)
{
	(void)state;
	struct sy_graph *graph = empty_graph();
	const int a = state_of(graph), b = state_of(graph);
	const struct sy_graph_arc arc = {.from = a, .to = b, .p = 1, .word = "tea"};
	for (int i = 0; i < 129; i++)
		assert_int_equal(sy_graph_add_arc(graph, &arc), 0);
	const size_t building = sy_graph_bytes(graph);
	sy_graph_set_ends(graph, a, b);
	assert_true(sy_graph_bytes(graph) < building - 100 * sizeof(struct sy_graph_arc));
	for (int i = 0; i < 10; i++)
		assert_int_equal(sy_graph_add_arc(graph, &arc), 0);
	assert_int_equal(state_of(graph), 2);
	assert_int_equal(state_of(graph), 3);
	assert_int_equal(sy_graph_n_arcs(graph), 139);
	sy_graph_destroy(graph);
}

static void arcs_are_checked(void **state)
{
	(void)state;
	struct sy_graph *graph = empty_graph();
	int a = state_of(graph), b = state_of(graph);
	const struct sy_graph_arc bad[] = {
		{.from = a, .to = 2, .p = 1},
		{.from = -1, .to = b, .p = 1},
		{.from = a, .to = b, .p = 0},
		{.from = a, .to = b, .p = 1.01f},
		{.from = a, .to = b, .p = 1, .word = "x", .mark = SY_MARK_SLOT_BEGIN, .name = "s"},
		{.from = a, .to = b, .p = 1, .mark = SY_MARK_SLOT_BEGIN},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(sy_graph_add_arc(graph, &bad[i]), EINVAL);
	assert_int_equal(sy_graph_n_arcs(graph), 0);
	struct sy_graph *acceptor = NULL;
	struct sy_reading reading = {0};
	assert_int_equal(sy_graph_acceptor(graph, &acceptor), EINVAL); /* no ends */
	assert_int_equal(sy_graph_read(graph, NULL, 0, &reading), EINVAL);
	sy_graph_set_ends(graph, a, b);
	assert_int_equal(sy_graph_acceptor(graph, &acceptor), EINVAL); /* no way */
	assert_null(acceptor);
	sy_graph_destroy(graph);
}

static void states_and_arcs_are_bounded(void **state)
{
	(void)state;
	struct sy_graph *graph = empty_graph();
	int last = -1;
	for (int i = 0; i < SY_GRAPH_STATES_MAX; i++)
		assert_int_equal(sy_graph_add_state(graph, &last), 0);
	assert_int_equal(last, SY_GRAPH_STATES_MAX - 1);
	assert_int_equal(sy_graph_add_state(graph, &last), E2BIG);
	assert_int_equal(last, SY_GRAPH_STATES_MAX - 1);
	const struct sy_graph_arc arc = {.from = 0, .to = 1, .p = 1};
	for (int i = 0; i < SY_GRAPH_ARCS_MAX; i++)
		assert_int_equal(sy_graph_add_arc(graph, &arc), 0);
	assert_int_equal(sy_graph_add_arc(graph, &arc), E2BIG);
	sy_graph_destroy(graph);
}

static void completeness_is_told(void **state)
{
	(void)state;
	struct sy_graph *graph = graph_of("public <a> = one two three | one two three four [five] | six;");
	assert_int_equal(completeness_of(graph, ""), SY_INCOMPLETE);
	assert_int_equal(completeness_of(graph, "one two"), SY_INCOMPLETE);
	assert_int_equal(completeness_of(graph, "one two three"), SY_EXTENSIBLE);
	assert_int_equal(completeness_of(graph, "one two three four"), SY_EXTENSIBLE);
	assert_int_equal(completeness_of(graph, "one two three four five"), SY_COMPLETE);
	assert_int_equal(completeness_of(graph, "six"), SY_COMPLETE);
	assert_int_equal(completeness_of(graph, "six one"), SY_OUTSIDE);
	assert_int_equal(completeness_of(graph, "two"), SY_OUTSIDE);
	assert_int_equal(completeness_of(graph, "unheard of"), SY_OUTSIDE);
	sy_graph_destroy(graph);
}

static void silence_can_be_a_sentence(void **state)
{
	(void)state;
	struct sy_graph *graph = graph_of("public <a> = [one];");
	struct sy_graph *acceptor = acceptor_of(graph);
	assert_int_equal(completeness_of(graph, ""), SY_EXTENSIBLE);
	assert_int_equal(completeness_of(acceptor, ""), SY_EXTENSIBLE);
	assert_int_equal(completeness_of(acceptor, "one"), SY_COMPLETE);
	sy_graph_destroy(graph);
	sy_graph_destroy(acceptor);
	graph = graph_of("public <a> = <NULL>;");
	acceptor = acceptor_of(graph);
	assert_int_equal(completeness_of(acceptor, ""), SY_COMPLETE);
	assert_int_equal(completeness_of(acceptor, "one"), SY_OUTSIDE);
	sy_graph_destroy(graph);
	sy_graph_destroy(acceptor);
}

static void slots_nest_and_the_last_wins(void **state)
{
	(void)state;
	struct sy_graph *graph =
		graph_of("public <order> = ((two {count} teas) {item} and)* (one {count=1} cake) {item};"
			 "public <none> = nothing [at all] {extent} [really] {sure=yes};");
	struct sy_reading reading = reading_of(graph, "two teas and one cake");
	assert_string_equal(reading.intent, "order");
	assert_slot(&reading, "count", "1");
	assert_slot(&reading, "item", "one cake");
	assert_int_equal(reading.slots.n, 2);
	sy_reading_reset(&reading);
	reading = reading_of(graph, "two teas and");
	assert_null(reading.intent);
	assert_int_equal(reading.slots.n, 0);
	assert_true(reading.p > 0);
	sy_reading_reset(&reading);
	reading = reading_of(graph, "nothing");
	assert_string_equal(reading.intent, "none");
	assert_slot(&reading, "extent", NULL); /* without words no slot … */
	assert_slot(&reading, "sure", "yes");  /* … but for one with its own value */
	sy_reading_reset(&reading);
	sy_graph_destroy(graph);
}

static void the_more_probable_meaning_wins(void **state)
{
	(void)state;
	struct sy_graph *graph = graph_of("public <a> = /1/ x {w=rare} y | /9/ x {w=usual} y | x {w=other} z;");
	struct sy_reading reading = reading_of(graph, "x y");
	assert_slot(&reading, "w", "usual");
	assert_true(reading.p > 0.8 && reading.p < 0.83); /* 9 of 1 + 9 + 1 */
	sy_reading_reset(&reading);
	reading = reading_of(graph, "x z");
	assert_slot(&reading, "w", "other");
	sy_reading_reset(&reading);
	sy_graph_destroy(graph);
}

static bool has_inner_epsilon(const struct sy_graph *acceptor)
{
	for (size_t i = 0; i < sy_graph_n_arcs(acceptor); i++) {
		const struct sy_graph_arc *arc = sy_graph_arc(acceptor, i);
		if (!arc->word && arc->to != sy_graph_final(acceptor))
			return true;
	}
	return false;
}

static bool is_deterministic(const struct sy_graph *graph)
{
	for (int state = 0; state < (int)sy_graph_n_states(graph); state++)
		for (int i = sy_graph_out_first(graph, state); i >= 0; i = sy_graph_out_next(graph, i))
			for (int k = sy_graph_out_next(graph, i); k >= 0; k = sy_graph_out_next(graph, k))
				if (sy_graph_arc(graph, (size_t)i)->word == sy_graph_arc(graph, (size_t)k)->word)
					return false;
	return true;
}

static void prefixes_and_tails_are_shared(void **state)
{
	(void)state;
	struct sy_graph *graph = graph_of("public <a> = i want tea please | i want coffee please | i need tea please;");
	struct sy_graph *acceptor = acceptor_of(graph);
	/* start, i, want, need, the drink, the end */
	assert_int_equal(sy_graph_n_states(acceptor), 6);
	assert_int_equal(sy_graph_n_arcs(acceptor), 7);
	assert_false(has_inner_epsilon(acceptor));
	assert_true(is_deterministic(acceptor));
	struct sy_reading reading = reading_of(acceptor, "i want tea please");
	assert_int_equal(reading.completeness, SY_COMPLETE);
	assert_null(reading.intent); /* no marks left */
	assert_true(reading.p > 0.333 && reading.p < 0.334);
	sy_reading_reset(&reading);
	sy_graph_destroy(graph);
	sy_graph_destroy(acceptor);
}

/* Grammars of every shape: what a graph accepts its acceptor accepts, and the other way round. */
static const char *const shapes[] = {
	"public <a> = x | y | x y;",
	"public <a> = (x | y)+ z;",
	"public <a> = [x] [y] [z];",
	"public <a> = ((x* y)* z)*;",
	"public <a> = x (y | <VOID>) | <VOID> z;",
	"public <a> = <b> z; <b> = x | x <b> | y <c>; <c> = z <b> | y;",
	"public <a> = (x | <NULL>)+ {s} y;",
	"public <a> = x+ {s} (y {t=1})* [z];",
	/* Exponentially many subsets: falls back to states as they are. */
	"public <a> = (x|y)* x (x|y) (x|y) (x|y) (x|y) (x|y) (x|y) (x|y) (x|y) (x|y) (x|y) (x|y) (x|y) (x|y) (x|y) z;",
};

static void compare(const struct sy_graph *one, const struct sy_graph *two, unsigned seed)
{
	for (int i = 0; i < 300; i++) {
		char *sentence = NULL;
		assert_int_equal(sy_graph_sentence(one, &seed, &sentence), 0);
		if (strlen(sentence) < SENTENCE_WORDS) {
			enum sy_completeness expected = completeness_of(one, sentence);
			assert_true(expected == SY_EXTENSIBLE || expected == SY_COMPLETE);
			assert_int_equal(completeness_of(two, sentence), expected);
			/* Also where the sentence is cut short. */
			char *space = strrchr(sentence, ' ');
			if (space)
				*space = '\0';
			assert_int_equal(completeness_of(two, sentence), completeness_of(one, sentence));
		}
		free(sentence);
	}
}

static void acceptors_accept_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		struct sy_graph *graph = graph_of(shapes[i]), *acceptor = acceptor_of(graph);
		compare(graph, acceptor, 11 + (unsigned)i);
		compare(acceptor, graph, 97 + (unsigned)i);
		assert_false(has_inner_epsilon(acceptor));
		sy_graph_destroy(graph);
		sy_graph_destroy(acceptor);
	}
}

static void every_sentence_of_a_small_grammar_is_drawn(void **state)
{
	(void)state;
	struct sy_graph *graph = graph_of("public <a> = x | y | x y;");
	unsigned seed = 5, seen = 0;
	for (int i = 0; i < 100; i++) {
		char *sentence = NULL;
		assert_int_equal(sy_graph_sentence(graph, &seed, &sentence), 0);
		seen |= strcmp(sentence, "x") == 0 ? 1u : strcmp(sentence, "y") == 0 ? 2u : 4u;
		free(sentence);
	}
	assert_int_equal(seen, 7);
	sy_graph_destroy(graph);
}

static void a_loop_that_never_lets_go_is_given_up(void **state)
{
	(void)state;
	struct sy_graph *graph = empty_graph();
	int a = state_of(graph), b = state_of(graph);
	assert_int_equal(sy_graph_add_arc(graph, &(struct sy_graph_arc){.from = a, .to = a, .p = 1}), 0);
	assert_int_equal(
		sy_graph_add_arc(graph, &(struct sy_graph_arc){.from = a, .to = b, .p = 1e-30f, .word = "x"}), 0);
	sy_graph_set_ends(graph, a, b);
	unsigned seed = 1;
	char *sentence = NULL;
	assert_int_equal(sy_graph_sentence(graph, &seed, &sentence), E2BIG);
	assert_null(sentence);
	/* Reading and making an acceptor do not run round it. */
	assert_int_equal(completeness_of(graph, "x"), SY_COMPLETE);
	struct sy_graph *acceptor = acceptor_of(graph);
	assert_int_equal(sy_graph_n_states(acceptor), 2);
	sy_graph_destroy(acceptor);
	sy_graph_destroy(graph);
}

static void the_smallest_chances_are_not_lost(void **state)
{
	(void)state;
	struct sy_graph *graph = empty_graph();
	int from = state_of(graph), first = from;
	for (int i = 0; i < 20; i++) {
		int to = state_of(graph);
		struct sy_graph_arc arc = {.from = from, .to = to, .p = 1e-37f, .word = i == 19 ? "x" : NULL};
		assert_int_equal(sy_graph_add_arc(graph, &arc), 0);
		from = to;
	}
	sy_graph_set_ends(graph, first, from);
	struct sy_graph *acceptor = acceptor_of(graph);
	assert_int_equal(completeness_of(acceptor, "x"), SY_COMPLETE);
	assert_int_equal(completeness_of(acceptor, ""), SY_INCOMPLETE);
	assert_int_equal(completeness_of(graph, "x"), SY_COMPLETE);
	sy_graph_destroy(acceptor);
	sy_graph_destroy(graph);
}

static void a_union_hears_all_and_keeps_the_intents(void **state)
{
	(void)state;
	struct sy_graph *one = graph_of("public <agent> = a person | operator;");
	struct sy_graph *two = graph_of("public <order> = tea {drink} | a tea {drink};");
	const struct sy_graph *const both[] = {one, two};
	struct sy_graph *all = NULL;
	assert_int_equal(sy_graph_union("all", both, 2, &all), 0);
	sy_graph_destroy(one);
	sy_graph_destroy(two);
	assert_string_equal(sy_graph_name(all), "all");
	struct sy_reading reading = reading_of(all, "a person");
	assert_string_equal(reading.intent, "agent");
	sy_reading_reset(&reading);
	reading = reading_of(all, "tea");
	assert_string_equal(reading.intent, "order");
	assert_slot(&reading, "drink", "tea");
	sy_reading_reset(&reading);
	assert_int_equal(completeness_of(all, "a"), SY_INCOMPLETE);
	assert_int_equal(completeness_of(all, "tea operator"), SY_OUTSIDE);
	sy_graph_destroy(all);
}

static void dead_ends_are_trimmed(void **state)
{
	(void)state;
	struct sy_graph *graph = empty_graph(), *trimmed = NULL;
	int a = state_of(graph), b = state_of(graph), dead = state_of(graph), unreached = state_of(graph);
	const struct sy_graph_arc arcs[] = {
		{.from = a, .to = b, .p = .5f, .word = "x"},
		{.from = a, .to = dead, .p = .5f, .word = "y"},
		{.from = unreached, .to = b, .p = 1, .word = "z"},
	};
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(sy_graph_add_arc(graph, &arcs[i]), 0);
	sy_graph_set_ends(graph, a, b);
	assert_int_equal(sy_graph_trim(graph, &trimmed), 0);
	assert_int_equal(sy_graph_n_states(trimmed), 2);
	assert_int_equal(sy_graph_n_arcs(trimmed), 1);
	assert_int_equal(sy_graph_n_words(trimmed), 1);
	sy_graph_destroy(graph);
	sy_graph_destroy(trimmed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_sorted_and_kept_once),
		cmocka_unit_test(finished_graphs_take_what_they_need),
		cmocka_unit_test(arcs_are_checked),
		cmocka_unit_test(states_and_arcs_are_bounded),
		cmocka_unit_test(completeness_is_told),
		cmocka_unit_test(silence_can_be_a_sentence),
		cmocka_unit_test(slots_nest_and_the_last_wins),
		cmocka_unit_test(the_more_probable_meaning_wins),
		cmocka_unit_test(prefixes_and_tails_are_shared),
		cmocka_unit_test(acceptors_accept_the_same),
		cmocka_unit_test(every_sentence_of_a_small_grammar_is_drawn),
		cmocka_unit_test(a_loop_that_never_lets_go_is_given_up),
		cmocka_unit_test(the_smallest_chances_are_not_lost),
		cmocka_unit_test(a_union_hears_all_and_keeps_the_intents),
		cmocka_unit_test(dead_ends_are_trimmed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
