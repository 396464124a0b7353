#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kb/search_heard.h"

#define STOCK SAYSO_TESTS_DIR "/../kb/heard.weights"

static const struct {
	const char *id, *title, *answer;
	const char *phrases[4];
} base[] = {
	{"hours", "opening hours", "We open at nine.",
		{"when are you open", "what are your opening hours", "are you open on monday", "opening times"}},
	{"order", "an order", "It is on its way.",
		{"where is my parcel", "track my order", "has my parcel been sent", "when will my order come"}},
	{"lost", "a lost phone", "We block it.",
		{"i lost my phone", "my handset is gone", "my phone was stolen", "i cannot find my phone"}},
};
static struct sy_content content;

static void make_content(void)
{
	for (size_t i = 0; i < sizeof base / sizeof *base; i++) {
		struct sy_article *article = sy_content_add_article(&content);
		assert_non_null(article);
		article->id = strdup(base[i].id);
		article->title = strdup(base[i].title);
		article->answer = strdup(base[i].answer);
		for (size_t k = 0; k < 4; k++)
			assert_int_equal(sy_strings_add(&article->phrases, base[i].phrases[k]), 0);
	}
}

static int make_search(void **state)
{
	struct sy_search *search = NULL;
	struct sy_problem why = {""};
	void *bytes = NULL;
	size_t n = 0;
	int err;

	make_content();
	err = sy_search_train(&content, &bytes, &n, &why);

	if (!err)
		err = sy_search_load(&content, bytes, n, &search, &why);
	free(bytes);
	*state = search;
	return err;
}

static int drop_search(void **state)
{
	sy_search_destroy(*state);
	sy_content_reset(&content);
	return 0;
}

static double sure(const struct sy_search *search, const struct sy_heard_words *heard, const char *expected)
{
	struct sy_ranked ranked[2];
	size_t n = 0;

	assert_int_equal(sy_search_heard(search, heard, ranked, 2, &n, NULL), 0);
	assert_int_equal(n, 2);
	assert_string_equal(ranked[0].article, expected);
	assert_true(ranked[0].confidence > 0 && ranked[0].confidence < 1);
	return ranked[0].confidence;
}

/* Each of the three searches can make it surer or less so. */
static void all_that_was_heard_counts(void **state)
{
	struct sy_heard_words heard = {.text = "so where is my parcel please", .confidence = 0.8};
	const double alone = sure(*state, &heard, "order");
	double before = 0;

	heard.sentence = "order";
	assert_true(sure(*state, &heard, "order") > alone);
	heard.sentence = "hours";
	assert_true(sure(*state, &heard, "order") == alone);
	heard.sentence = NULL;
	for (heard.confidence = 0; heard.confidence <= 1; heard.confidence += 0.125) {
		assert_true(sure(*state, &heard, "order") >= before);
		before = sure(*state, &heard, "order");
	}
	heard = (struct sy_heard_words){.text = "so where is the weather", .confidence = 0.8};
	assert_true(sure(*state, &heard, "order") < alone);
}

static void evidence_is_what_it_says(void **state)
{
	const struct sy_heard_words heard = {" where is  my parcel ", NULL, 0.5, "order"};
	struct sy_heard_evidence evidence;
	struct sy_ranked ranked[3], plain[3];
	enum sy_found found;
	size_t n = 0, n_plain = 0;

	assert_int_equal(sy_search_heard(*state, &heard, ranked, 3, &n, &evidence), 0);
	assert_int_equal(sy_search_rank(*state, heard.text, plain, 3, &n_plain, &found), 0);
	assert_int_equal(n, n_plain);
	for (size_t i = 0; i < n; i++) {
		assert_string_equal(ranked[i].article, plain[i].article);
		if (i > 1)
			assert_true(ranked[i].confidence == plain[i].confidence);
	}
	assert_true(ranked[1].confidence > 0 && ranked[1].confidence <= SY_HEARD_SECOND_SHARE);
	assert_true(ranked[0].confidence + ranked[1].confidence <= 1);
	assert_true(evidence.at[SY_HEARD_ONE] == 1 && evidence.at[SY_HEARD_SENTENCE] == 1);
	assert_true(evidence.at[SY_HEARD_WORDS] == 0);
	assert_true(evidence.at[SY_HEARD_LENGTH] > 1.386 && evidence.at[SY_HEARD_LENGTH] < 1.387); /* four words */
	assert_true(evidence.at[SY_HEARD_AHEAD] >= 0);
}

/* The sentence that fits best speaks for the second as it does for the first. */
static void the_second_is_weighed_as_well(void **state)
{
	struct sy_heard_words heard = {.text = "where is my phone", .confidence = 0.8};
	struct sy_ranked alone[2], spoken_for[2];
	size_t n = 0;

	assert_int_equal(sy_search_heard(*state, &heard, alone, 2, &n, NULL), 0);
	assert_int_equal(n, 2);
	heard.sentence = alone[1].article;
	assert_int_equal(sy_search_heard(*state, &heard, spoken_for, 2, &n, NULL), 0);
	assert_string_equal(spoken_for[1].article, alone[1].article);
	assert_true(spoken_for[1].confidence > alone[1].confidence);
	assert_true(spoken_for[0].confidence == alone[0].confidence);
}

static void guess(struct sy_guesses *guesses, const char *word, float times)
{
	assert_int_equal(sy_guesses_add(guesses, word, times), 0);
}

/* The word that tells was heard as another, but may have been said. */
static void what_else_may_have_been_said_counts(void **state)
{
	struct sy_heard_words heard = {.text = "when is my zzxq", .confidence = 0.8};
	struct sy_guesses guesses = {0}, fewer = {0};
	struct sy_ranked ranked[2];
	double often;
	size_t n = 0;

	assert_int_equal(sy_search_heard(*state, &heard, ranked, 2, &n, NULL), 0);
	assert_string_not_equal(ranked[0].article, "lost");
	heard.guesses = &fewer;
	assert_int_equal(sy_search_heard(*state, &heard, ranked, 2, &n, NULL), 0);
	assert_string_not_equal(ranked[0].article, "lost");
	heard.guesses = &guesses;
	guess(&guesses, "my", 1);
	guess(&guesses, "phone", 0.9f);
	guess(&guesses, "stolen", 0.6f);
	often = sure(*state, &heard, "lost");
	heard.guesses = &fewer;
	guess(&fewer, "my", 1);
	guess(&fewer, "phone", 0.5f);
	guess(&fewer, "stolen", 0.2f);
	assert_true(sure(*state, &heard, "lost") < often);
	/* Where not one of the best words is known. */
	heard.text = "zzxq";
	sure(*state, &heard, "lost");
	sy_guesses_reset(&guesses);
	sy_guesses_reset(&fewer);
}

static void nothing_known_is_nothing_found(void **state)
{
	const struct sy_heard_words heard = {"zzxq", NULL, 0.9, NULL};
	struct sy_ranked ranked[2];
	struct sy_heard_evidence evidence = {.at = {7}};
	size_t n = 9;

	assert_int_equal(sy_search_heard(*state, &heard, ranked, 2, &n, &evidence), 0);
	assert_int_equal(n, 0);
	assert_true(evidence.at[0] == 7);
	assert_int_equal(sy_search_heard(*state, &heard, ranked, SY_HEARD_RANKED_MIN - 1, &n, NULL), EINVAL);
}

static void weights_are_named(void **state)
{
	struct sy_heard_weights weights;
	struct sy_problem why = {""};

	(void)state;
	assert_int_equal(sy_heard_weights_load(STOCK, &weights, &why), 0);
	assert_true(weights.at[SY_HEARD_RANKED] > 0 && weights.at[SY_HEARD_SENTENCE] > 0);
	assert_int_equal(sy_heard_weights_load("/nowhere/heard", &weights, &why), ENOENT);
	for (int a = 0; a < SY_HEARD_COUNT; a++)
		for (int b = 0; b < a; b++)
			assert_string_not_equal(sy_heard_name((enum sy_heard_id)a), sy_heard_name((enum sy_heard_id)b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_that_was_heard_counts),
		cmocka_unit_test(evidence_is_what_it_says),
		cmocka_unit_test(the_second_is_weighed_as_well),
		cmocka_unit_test(what_else_may_have_been_said_counts),
		cmocka_unit_test(nothing_known_is_nothing_found),
		cmocka_unit_test(weights_are_named),
	};

	return cmocka_run_group_tests(tests, make_search, drop_search);
}
