#include "sentences.h"

#define FAN 24 /* as many arcs as make a fan worth sharing */

static struct sy_graph *acceptor_of(const char *rules)
{
	struct sy_graph *graph = graph_of(rules), *acceptor = NULL;

	assert_int_equal(sy_graph_acceptor(graph, &acceptor), 0);
	sy_graph_destroy(graph);
	return acceptor;
}

static struct sy_graph *shared_of(const struct sy_graph *acceptor)
{
	struct sy_graph *shared = NULL;

	assert_int_equal(sy_graph_share_fans(acceptor, &shared), 0);
	return shared;
}

/* "(a | b | …)" with n words: babe, bebe, …; ever others from `from` on. */
static void many_words(char *ret_text, int from, int n)
{
	static const char consonants[] = "bdfgklmnprstvz", vowels[] = "aeiou";
	char *at = ret_text;

	for (int i = from; i < from + n; i++)
		at += sprintf(at, "%s%c%c%c%co", i == from ? "(" : " | ", consonants[i % 14], vowels[i / 14 % 5],
			consonants[i / 70 % 14], vowels[i / 980 % 5]);
	(void)strcpy(at, ")");
}

/* Arcs without a word, those into the final state left out. */
static size_t n_leaps(const struct sy_graph *graph)
{
	size_t n = 0;

	for (size_t i = 0; i < sy_graph_n_arcs(graph); i++) {
		const struct sy_graph_arc *arc = sy_graph_arc(graph, i);
		n += !arc->word && arc->to != sy_graph_final(graph);
	}
	return n;
}

/* No way along arcs without a word is longer than there are states. */
static void walk(const struct sy_graph *graph, int state, size_t steps)
{
	assert_true(steps <= sy_graph_n_states(graph));
	for (int i = sy_graph_out_first(graph, state); i >= 0; i = sy_graph_out_next(graph, i))
		if (!sy_graph_arc(graph, (size_t)i)->word)
			walk(graph, sy_graph_arc(graph, (size_t)i)->to, steps + 1);
}

static void assert_no_circle(const struct sy_graph *graph)
{
	for (size_t s = 0; s < sy_graph_n_states(graph); s++)
		walk(graph, (int)s, 0);
}

static void assert_probabilities(const struct sy_graph *graph)
{
	for (size_t i = 0; i < sy_graph_n_arcs(graph); i++) {
		float p = sy_graph_arc(graph, i)->p;
		assert_true(p > 0 && p <= 1);
	}
}

/* What one says the other accepts, as completely and about as probably. */
static void says_what_accepts(const struct sy_graph *one, const struct sy_graph *other)
{
	unsigned seed = 7;

	for (int i = 0; i < 400; i++) {
		char *sentence = NULL;
		assert_int_equal(sy_graph_sentence(one, &seed, &sentence), 0);
		struct sy_reading mine = reading_of(one, sentence), others = reading_of(other, sentence);
		if (others.completeness != mine.completeness)
			fail_msg("\"%s\": %d and %d", sentence, mine.completeness, others.completeness);
		assert_true(mine.completeness == SY_COMPLETE || mine.completeness == SY_EXTENSIBLE);
		assert_true(mine.p > 0 && others.p > 0);
		sy_reading_reset(&mine);
		sy_reading_reset(&others);
		free(sentence);
	}
}

static void assert_equivalent(const struct sy_graph *acceptor, const struct sy_graph *shared)
{
	assert_int_equal(sy_graph_n_states(shared), sy_graph_n_states(acceptor));
	assert_int_equal(sy_graph_start(shared), sy_graph_start(acceptor));
	assert_int_equal(sy_graph_final(shared), sy_graph_final(acceptor));
	assert_string_equal(sy_graph_name(shared), sy_graph_name(acceptor));
	assert_int_equal(sy_graph_n_words(shared), sy_graph_n_words(acceptor));
	assert_probabilities(shared);
	assert_no_circle(shared);
	says_what_accepts(acceptor, shared);
	says_what_accepts(shared, acceptor);
}

/* After "hello" any word; at the start any word, or "hello". */
static struct sy_graph *greeted(int n)
{
	char words[4096], rules[4200];

	many_words(words, 0, n);
	(void)snprintf(rules, sizeof rules, "public <any> = [hello] %s;", words);
	return acceptor_of(rules);
}

static void one_arc_stands_for_a_fan(void **state)
{
	struct sy_graph *acceptor = greeted(FAN), *shared = shared_of(acceptor);

	(void)state;
	assert_int_equal(n_leaps(acceptor), 0);
	assert_int_equal(n_leaps(shared), 1);
	assert_int_equal(sy_graph_n_arcs(acceptor), 2 * FAN + 1);
	assert_int_equal(sy_graph_n_arcs(shared), FAN + 2);
	assert_equivalent(acceptor, shared);
	assert_int_equal(completeness_of(shared, "hello hello"), SY_OUTSIDE);
	assert_int_equal(completeness_of(shared, "hello"), SY_INCOMPLETE);
	assert_int_equal(completeness_of(shared, "babao"), SY_COMPLETE);
	sy_graph_destroy(shared);
	sy_graph_destroy(acceptor);
}

static void small_graphs_stay_as_they_are(void **state)
{
	static const char *const rules[] = {"public <any> = yes;", "public <any> = [please] (yes | no) [thanks];",
		"public <any> = (one | two | three)+;"};
	struct sy_graph *acceptor = greeted(FAN - 1), *shared = shared_of(acceptor);

	(void)state;
	assert_int_equal(sy_graph_n_arcs(shared), sy_graph_n_arcs(acceptor));
	assert_int_equal(n_leaps(shared), 0);
	assert_equivalent(acceptor, shared);
	sy_graph_destroy(shared);
	sy_graph_destroy(acceptor);
	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		acceptor = acceptor_of(rules[i]);
		shared = shared_of(acceptor);
		assert_int_equal(sy_graph_n_arcs(shared), sy_graph_n_arcs(acceptor));
		assert_equivalent(acceptor, shared);
		sy_graph_destroy(shared);
		sy_graph_destroy(acceptor);
	}
}

/* Three fans, each holding the next; two of them arrive at the smallest by way of the one between. */
static void fans_in_fans_make_no_circle(void **state)
{
	char some[4096], more[4096], most[4096], rules[16384];

	(void)state;
	many_words(some, 0, 30);
	many_words(more, 30, 10);
	many_words(most, 40, 10);
	(void)snprintf(rules, sizeof rules,
		"<some> = %s; <more> = <some> | %s; <most> = <more> | %s; public <any> = hello <some> | um <more> | "
		"<most>;",
		some, more, most);
	/* The header of a grammar and its rules must fit into graph_of(). */
	assert_true(strlen(rules) < 4000);
	struct sy_graph *acceptor = acceptor_of(rules), *shared = shared_of(acceptor);
	assert_int_equal(n_leaps(shared), 2);
	assert_int_equal(sy_graph_n_arcs(acceptor), 30 + 40 + 50 + 2);
	assert_int_equal(sy_graph_n_arcs(shared), 30 + 10 + 10 + 2 + 2);
	assert_equivalent(acceptor, shared);
	assert_int_equal(completeness_of(shared, "um um"), SY_OUTSIDE);
	sy_graph_destroy(shared);
	sy_graph_destroy(acceptor);
}

/* The same words to other ends are other arcs. */
static void fans_to_other_states_are_not_shared(void **state)
{
	char words[4096], rules[16384];

	(void)state;
	many_words(words, 0, 30);
	(void)snprintf(rules, sizeof rules, "<w> = %s; public <any> = hello <w> | <w> please;", words);
	struct sy_graph *acceptor = acceptor_of(rules), *shared = shared_of(acceptor);
	assert_int_equal(sy_graph_n_arcs(shared), sy_graph_n_arcs(acceptor));
	assert_int_equal(n_leaps(shared), 0);
	assert_equivalent(acceptor, shared);
	sy_graph_destroy(shared);
	sy_graph_destroy(acceptor);
}

/* A loop over the fan, which may end after every word: its arc to the final state is one of the fan's. */
static void loops_over_a_fan(void **state)
{
	char words[4096], rules[16384];

	(void)state;
	many_words(words, 0, 30);
	(void)snprintf(rules, sizeof rules, "<w> = %s; public <any> = <w>+ | hello <w>+ | um [please] <w>*;", words);
	struct sy_graph *acceptor = acceptor_of(rules), *shared = shared_of(acceptor);
	assert_true(sy_graph_n_arcs(shared) < sy_graph_n_arcs(acceptor));
	assert_equivalent(acceptor, shared);
	assert_int_equal(completeness_of(shared, "um"), SY_EXTENSIBLE);
	assert_int_equal(completeness_of(shared, "hello"), SY_INCOMPLETE);
	sy_graph_destroy(shared);
	sy_graph_destroy(acceptor);
}

/* What leaves a state altogether, and of that by one word. */
static double leaves(const struct sy_graph *graph, int state, const char *word)
{
	double p = 0;

	for (int i = sy_graph_out_first(graph, state); i >= 0; i = sy_graph_out_next(graph, i)) {
		const struct sy_graph_arc *arc = sy_graph_arc(graph, (size_t)i);
		p += !word || (arc->word && strcmp(arc->word, word) == 0) ? (double)arc->p : 0;
	}
	return p;
}

/* The new arc is as probable as all that it stands for; the others keep their share. */
static void a_fan_keeps_its_probability(void **state)
{
	char words[4096], rules[16384];

	(void)state;
	many_words(words, 0, FAN);
	(void)snprintf(rules, sizeof rules, "public <any> = /0.25/ hello %s | /0.75/ %s;", words, words);
	struct sy_graph *acceptor = acceptor_of(rules), *shared = shared_of(acceptor);
	assert_int_equal(n_leaps(shared), 1);
	assert_float_equal(leaves(shared, sy_graph_start(shared), "hello"), 0.25, 0.001);
	assert_float_equal(leaves(shared, sy_graph_start(shared), NULL), 1, 0.001);
	for (size_t s = 0; s < sy_graph_n_states(shared); s++)
		assert_float_equal(leaves(shared, (int)s, NULL), leaves(acceptor, (int)s, NULL), 0.001);
	sy_graph_destroy(shared);
	sy_graph_destroy(acceptor);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_arc_stands_for_a_fan),
		cmocka_unit_test(small_graphs_stay_as_they_are),
		cmocka_unit_test(fans_in_fans_make_no_circle),
		cmocka_unit_test(fans_to_other_states_are_not_shared),
		cmocka_unit_test(loops_over_a_fan),
		cmocka_unit_test(a_fan_keeps_its_probability),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
