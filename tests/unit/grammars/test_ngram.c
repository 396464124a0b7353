#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "grammars/jsgf.h"
#include "grammars/ngram.h"

#define PHRASES                                                                                                        \
	"#JSGF V1.0; grammar test; public <bill> = when is my bill due; public <shop> = when is the shop open; "       \
	"public <pay> = pay my bill;"

static struct sy_graph *acceptor_of(const char *text)
{
	struct sy_graph *graph = NULL, *acceptor = NULL;
	struct sy_problem why = {""};

	if (sy_jsgf_graph_text("test", text, strlen(text), &graph, &why) != 0)
		fail_msg("%s", why.text);
	assert_int_equal(sy_graph_acceptor(graph, &acceptor), 0);
	sy_graph_destroy(graph);
	return acceptor;
}

static struct sy_graph *ngram_with(const char *const *sentences, size_t n, const struct sy_english *english)
{
	struct sy_graph *acceptor = acceptor_of(PHRASES), *ngram = NULL;

	assert_int_equal(sy_graph_ngram(acceptor, &(struct sy_ngram_prm){sentences, n, english, 1000}, &ngram), 0);
	sy_graph_destroy(acceptor);
	return ngram;
}

static struct sy_graph *ngram_of(const char *const *sentences, size_t n)
{
	return ngram_with(sentences, n, NULL);
}

static struct sy_english *english(void)
{
	struct sy_english *own = NULL;
	struct sy_problem why = {""};

	if (sy_english_load(NULL, &own, &why) != 0)
		fail_msg("%s", why.text);
	return own;
}

/* The probability of some words; 0: they cannot be said. */
static double p_of(const struct sy_graph *graph, const char *words)
{
	struct sy_reading reading = {0};
	char copy[200], *rest = NULL;
	const char *at[20];
	size_t n = 0;
	double p;

	(void)snprintf(copy, sizeof copy, "%s", words);
	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		at[n++] = word;
	assert_int_equal(sy_graph_read(graph, at, n, &reading), 0);
	p = reading.completeness == SY_COMPLETE || reading.completeness == SY_EXTENSIBLE ? reading.p : 0;
	sy_reading_reset(&reading);
	return p;
}

static void phrases_are_likelier_than_their_mixtures(void **state)
{
	struct sy_graph *ngram = ngram_of(NULL, 0);

	(void)state;
	assert_true(p_of(ngram, "when is my bill due") > 0);
	assert_true(p_of(ngram, "when is my shop open") > 0);
	assert_true(p_of(ngram, "bill bill shop when") > 0);
	assert_true(p_of(ngram, "when is my bill due") > p_of(ngram, "when is my shop open"));
	assert_true(p_of(ngram, "when is my shop open") > p_of(ngram, "open my when shop is"));
	sy_graph_destroy(ngram);
}

static void words_that_nobody_gave_are_not_in_it(void **state)
{
	static const char *const carriers[] = {"um", "i was wondering"};
	struct sy_graph *without = ngram_of(NULL, 0), *with = ngram_of(carriers, 2);

	(void)state;
	assert_true(p_of(without, "um when is my bill due") == 0);
	assert_true(p_of(with, "um when is my bill due") > 0);
	assert_true(
		p_of(with, "i was wondering when is my bill due") > p_of(with, "wondering i was when is my bill due"));
	sy_graph_destroy(without);
	sy_graph_destroy(with);
}

static void common_words_of_english_may_be_said(void **state)
{
	struct sy_english *own = english();
	struct sy_graph *without = ngram_of(NULL, 0), *with = ngram_with(NULL, 0, own);

	(void)state;
	assert_true(p_of(without, "when is their bill due") == 0);
	assert_true(p_of(with, "when is their bill due") > 0);
	assert_true(p_of(with, "i would think so") > p_of(with, "so would think i"));
	assert_true(p_of(with, "when is my bill due") > p_of(with, "when is their bill due"));
	sy_graph_destroy(without);
	sy_graph_destroy(with);
	sy_english_destroy(own);
}

/* What leaves a state adds up to no more than one, so that no word is likelier than it is. */
static void add_up(struct sy_graph *ngram)
{
	for (size_t s = 0; s < sy_graph_n_states(ngram); s++) {
		double sum = 0;
		for (int i = sy_graph_out_first(ngram, (int)s); i >= 0; i = sy_graph_out_next(ngram, i))
			sum += (double)sy_graph_arc(ngram, (size_t)i)->p;
		assert_true(sum < 1.0001);
		assert_true(sum > 0.9999 || (int)s == sy_graph_final(ngram));
	}
	sy_graph_destroy(ngram);
}

static void shares_add_up(void **state)
{
	static const char *const carriers[] = {"please"};
	struct sy_english *own = english();

	(void)state;
	add_up(ngram_of(carriers, 1));
	add_up(ngram_with(carriers, 1, own));
	sy_english_destroy(own);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(phrases_are_likelier_than_their_mixtures),
		cmocka_unit_test(words_that_nobody_gave_are_not_in_it),
		cmocka_unit_test(common_words_of_english_may_be_said),
		cmocka_unit_test(shares_add_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
