#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/understand.h"
#include "tests/mock/mock_call.h"
#include "tests/mock/mock_call_seams.h"

static struct mock search;

static struct sy_understand_prm prm_in(enum sy_state in)
{
	mock_now = &search;
	return (struct sy_understand_prm){
		.state = in, .content = &mock_content, .search = (const struct sy_search *)&search};
}

static struct sy_hypothesis heard_as(char *text, char *intent, enum sy_decision decision, double confidence)
{
	return (struct sy_hypothesis){.text = text,
		.intent = intent,
		.decision = decision,
		.confidence = confidence,
		.completeness = SY_COMPLETE};
}

static enum sy_on means(enum sy_state in, const struct sy_hypothesis *heard)
{
	struct sy_understand_prm prm = prm_in(in);
	struct sy_meaning meaning;

	sy_understand(&prm, heard, &meaning);
	return meaning.on;
}

static void universals_are_known_however_they_are_written(void **state)
{
	static const struct {
		const char *intent;
		enum sy_on on;
	} words[] = {{"agent", SY_ON_AGENT}, {"go-back", SY_ON_GO_BACK}, {"goBack", SY_ON_GO_BACK},
		{"go back", SY_ON_GO_BACK}, {"start_over", SY_ON_START_OVER}, {"Goodbye", SY_ON_GOODBYE},
		{"yes", SY_ON_YES}, {"no", SY_ON_NO}, {"help", SY_ON_HELP}, {"slower", SY_ON_SLOWER},
		{"louder", SY_ON_LOUDER}, {"repeat", SY_ON_REPEAT}, {"nor", SY_ON_NOT_UNDERSTOOD},
		{"n", SY_ON_NOT_UNDERSTOOD}};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char *intent = strdup(words[i].intent);
		struct sy_hypothesis heard = heard_as(intent, intent, SY_ACCEPT, 0.9);

		assert_int_equal(means(SY_STATE_OPEN, &heard), words[i].on);
		free(intent);
	}
}

static void doubt_is_judged_by_what_it_would_cost(void **state)
{
	char agent[] = "agent";
	char goodbye[] = "goodbye";
	char yes[] = "yes";
	struct sy_hypothesis heard = heard_as(agent, agent, SY_CONFIRM, SY_HEARD_REQUEST);

	(void)state;
	assert_int_equal(means(SY_STATE_OPEN, &heard), SY_ON_AGENT);
	heard.confidence = SY_HEARD_REQUEST - 0.01;
	assert_int_equal(means(SY_STATE_OPEN, &heard), SY_ON_AGENT_MAYBE);
	heard.decision = SY_REJECT;
	heard.confidence = 0.01;
	assert_int_equal(means(SY_STATE_OPEN, &heard), SY_ON_AGENT_MAYBE);
	heard = heard_as(goodbye, goodbye, SY_CONFIRM, SY_HEARD_GOODBYE);
	assert_int_equal(means(SY_STATE_FOLLOW_UP, &heard), SY_ON_GOODBYE);
	heard.confidence = SY_HEARD_GOODBYE - 0.01;
	assert_int_equal(means(SY_STATE_FOLLOW_UP, &heard), SY_ON_NOT_UNDERSTOOD);
	heard = heard_as(yes, yes, SY_REJECT, SY_HEARD_HOPELESS);
	assert_int_equal(means(SY_STATE_OFFER, &heard), SY_ON_YES);
	assert_int_equal(means(SY_STATE_FOLLOW_UP, &heard), SY_ON_NOT_UNDERSTOOD);
	heard.confidence = SY_HEARD_HOPELESS - 0.01;
	assert_int_equal(means(SY_STATE_OFFER, &heard), SY_ON_NOT_UNDERSTOOD);
}

/* Something lay over half of the number: the other half is the caller's answer all the same. */
static void half_a_number_that_is_sure_is_judged(void **state)
{
	char text[] = "one oh four two three three";
	struct sy_hypothesis heard = heard_as(text, NULL, SY_REJECT, 0.1);
	struct sy_understand_prm prm = prm_in(SY_STATE_ASK);
	struct sy_meaning meaning;
	size_t i;

	(void)state;
	prm.slot = &sy_content_article(&mock_content, "balance")->slots[0];
	assert_int_equal(sy_pairs_set(&heard.slots, "account", text), 0);
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_NOT_UNDERSTOOD);
	for (i = 0; i < 6; i++)
		heard.words[heard.n_words++].confidence = i < 3 ? 0.9f : 0.1f;
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_VALUE_DOUBTFUL);
	assert_string_equal(meaning.words, text);
	heard.words[0].confidence = 0.5f;
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_NOT_UNDERSTOOD);
	sy_pairs_reset(&heard.slots);
}

static void the_answer_to_a_part_is_a_value(void **state)
{
	char text[] = "two three three";
	struct sy_slot part = {.name = (char[]){"part"}, .kind = SY_VALUE_DIGITS};
	struct sy_hypothesis heard = heard_as(text, NULL, SY_ACCEPT, 0.9);
	struct sy_understand_prm prm = prm_in(SY_STATE_ASK);
	struct sy_meaning meaning;

	(void)state;
	prm.slot = &sy_content_article(&mock_content, "balance")->slots[0];
	assert_int_equal(sy_pairs_set(&heard.slots, "part", text), 0);
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_NOT_UNDERSTOOD); /* nobody asked for one */
	prm.part = &part;
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_VALUE_SURE);
	assert_true(sy_heard_number(&prm, &heard)); /* of no known length */
	part.length = 3;
	assert_false(sy_heard_number(&prm, &heard));
	sy_pairs_reset(&heard.slots);
}

static void questions_are_sure_or_asked_back(void **state)
{
	char text[] = "when are you open";
	char hours[] = "hours";
	char gone[] = "gone";
	struct sy_hypothesis heard = heard_as(text, hours, SY_ACCEPT, 0.9);
	struct sy_understand_prm prm = prm_in(SY_STATE_CONFIRM);
	struct sy_meaning meaning;

	(void)state;
	assert_int_equal(means(SY_STATE_OPEN, &heard), SY_ON_ARTICLE_SURE);
	heard.decision = SY_CONFIRM;
	heard.second = hours;
	assert_int_equal(means(SY_STATE_OPEN, &heard), SY_ON_ARTICLE_MAYBE);
	prm.suggested = sy_content_article(&mock_content, "hours");
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_ARTICLE_SURE);
	assert_null(meaning.second); /* no second best that is the first */
	heard = heard_as(text, gone, SY_ACCEPT, 0.9);
	assert_int_equal(means(SY_STATE_OPEN, &heard), SY_ON_NOT_UNDERSTOOD);
}

static void the_search_is_asked_only_where_a_question_may_be(void **state)
{
	char text[] = "my handset has gone missing";
	struct sy_hypothesis heard = heard_as(text, NULL, SY_REJECT, SY_HEARD_HOPELESS);
	char empty[] = "";

	(void)state;
	assert_int_equal(means(SY_STATE_OPEN, &heard), SY_ON_NOT_UNDERSTOOD);
	search.search_finds = "lost";
	search.search_is = 0.5;
	assert_int_equal(means(SY_STATE_OPEN, &heard), SY_ON_ARTICLE_MAYBE);
	assert_int_equal(means(SY_STATE_FOLLOW_UP, &heard), SY_ON_ARTICLE_MAYBE);
	assert_int_equal(means(SY_STATE_ASK, &heard), SY_ON_NOT_UNDERSTOOD);
	assert_int_equal(means(SY_STATE_HAND_OVER, &heard), SY_ON_NOT_UNDERSTOOD);
	heard.confidence = SY_HEARD_HOPELESS - 0.01;
	assert_int_equal(means(SY_STATE_OPEN, &heard), SY_ON_NOT_UNDERSTOOD);
	heard = heard_as(empty, NULL, SY_REJECT, 0.9);
	assert_int_equal(means(SY_STATE_OPEN, &heard), SY_ON_NOT_UNDERSTOOD);
	search.search_finds = "gone";
	heard = heard_as(text, NULL, SY_REJECT, 0.9);
	assert_int_equal(means(SY_STATE_OPEN, &heard), SY_ON_NOT_UNDERSTOOD);
	search.search_finds = NULL;
}

static void what_was_searched_is_answered_by_what_mistakes_cost(void **state)
{
	char text[] = "my handset has gone missing";
	struct sy_hypothesis heard = heard_as(text, NULL, SY_REJECT, 0.9);
	struct sy_understand_prm prm = prm_in(SY_STATE_OPEN);
	struct sy_meaning meaning;

	(void)state;
	prm.thresholds = (struct sy_thresholds){.accept = 0.7, .confirm = 0.4};
	search.search_finds = "lost";
	search.search_is = 0.7;
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_ARTICLE_SURE);
	assert_true(meaning.searched);
	assert_string_equal(meaning.article->id, "lost");
	search.search_is = 0.69;
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_ARTICLE_MAYBE);
	search.search_is = 0.4;
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_ARTICLE_MAYBE);
	search.search_is = 0.39;
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_NOT_UNDERSTOOD);
	assert_null(meaning.article);
	/* A sound that is cut off, and a sentence that was turned down, are asked back however the search likes them.
	 */
	search.search_is = 1;
	heard.sounded = SY_SOUNDED_CLIPPED;
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_ARTICLE_MAYBE);
	heard = heard_as(text, text, SY_REJECT, 0.25);
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_ARTICLE_MAYBE);
	/* Told nothing about costs, the usual ones count. */
	prm.thresholds = (struct sy_thresholds){0};
	heard = heard_as(text, NULL, SY_REJECT, 0.9);
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_ARTICLE_SURE);
	search.search_finds = NULL;
}

static void two_that_are_likely_are_both_named(void **state)
{
	char text[] = "my handset has gone missing", word[] = "missing";
	struct sy_guess guess = {word, 0.5F};
	struct sy_hypothesis heard = heard_as(text, NULL, SY_REJECT, 0.9);
	struct sy_understand_prm prm = prm_in(SY_STATE_OPEN);
	struct sy_meaning meaning;

	(void)state;
	prm.thresholds = (struct sy_thresholds){.accept = 0.7, .confirm = 0.4, .either = 0.5, .second = 0.2};
	heard.guesses = (struct sy_guesses){&guess, 1};
	search.search_finds = "hours";
	search.search_is = 0.3;
	search.search_second_is = 0.2;
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_ARTICLE_EITHER);
	assert_string_equal(meaning.article->id, "hours");
	assert_string_equal(meaning.second->id, "lost");
	search.search_is = 0.29;
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_NOT_UNDERSTOOD);
	search.search_is = 0.5;
	search.search_second_is = 0.19;
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_ARTICLE_MAYBE);
	/* What may be answered is; and what a sentence was forced into is not worth two names. */
	search.search_is = 0.7;
	search.search_second_is = 0.3;
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_ARTICLE_SURE);
	search.search_is = 0.6;
	heard.guesses = (struct sy_guesses){0};
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_ARTICLE_MAYBE);
	search.search_finds = NULL;
	search.search_second_is = 0;
}

static void means_of_two(const char *said, double confidence, enum sy_on expected)
{
	char text[64];
	struct sy_hypothesis heard = heard_as(text, NULL, SY_REJECT, confidence);
	struct sy_understand_prm prm = prm_in(SY_STATE_EITHER);
	struct sy_meaning meaning;

	(void)snprintf(text, sizeof text, "%s", said);
	prm.suggested = sy_content_article(&mock_content, "hours");
	prm.other = sy_content_article(&mock_content, "lost");
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, expected);
}

static void one_of_two_is_said_in_many_ways(void **state)
{
	char lost[] = "lost", balance[] = "balance", text[] = "x";
	struct sy_understand_prm prm = prm_in(SY_STATE_EITHER);
	struct sy_hypothesis heard = heard_as(text, lost, SY_CONFIRM, 0.5);
	struct sy_meaning meaning;

	(void)state;
	means_of_two("the first one", 0.5, SY_ON_FIRST);
	means_of_two("first", SY_HEARD_HOPELESS, SY_ON_FIRST);
	means_of_two("the second one", 0.5, SY_ON_SECOND);
	means_of_two("the latter", 0.5, SY_ON_SECOND);
	means_of_two("the second one", SY_HEARD_HOPELESS - 0.01, SY_ON_NOT_UNDERSTOOD);
	means_of_two("the bill", 0.5, SY_ON_NOT_UNDERSTOOD);
	/* Either of them by its own words, however doubtful; another one in doubt is asked back. */
	prm.suggested = sy_content_article(&mock_content, "hours");
	prm.other = sy_content_article(&mock_content, "lost");
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_ARTICLE_SURE);
	heard = heard_as(text, balance, SY_CONFIRM, 0.5);
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_ARTICLE_MAYBE);
	/* Nobody was asked which. */
	prm.state = SY_STATE_CONFIRM;
	heard = heard_as(text, lost, SY_CONFIRM, 0.5);
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_ARTICLE_MAYBE);
	heard = heard_as((char[]){"first"}, NULL, SY_REJECT, 0.9);
	sy_understand(&prm, &heard, &meaning);
	assert_int_equal(meaning.on, SY_ON_NOT_UNDERSTOOD);
}

static void nobody_is_silence_noise_or_no_word(void **state)
{
	char text[] = "yes";
	struct sy_hypothesis heard = heard_as(text, NULL, SY_REJECT, 0.1);

	(void)state;
	assert_false(sy_heard_nobody(&heard, SY_HEARD_COUGH_MS - 1));
	heard.sounded = SY_SOUNDED_CLIPPED;
	assert_false(sy_heard_nobody(&heard, SY_HEARD_COUGH_MS - 1));
	heard.sounded = SY_SOUNDED_NOISE;
	assert_true(sy_heard_nobody(&heard, SY_HEARD_COUGH_MS - 1));
	heard.decision = SY_ACCEPT;
	assert_false(sy_heard_nobody(&heard, SY_HEARD_COUGH_MS - 1));
	heard = heard_as(NULL, NULL, SY_REJECT, 0);
	assert_true(sy_heard_nobody(&heard, SY_HEARD_COUGH_MS - 1));
	assert_false(sy_heard_nobody(&heard, SY_HEARD_COUGH_MS));
}

static void only_numbers_that_may_go_on_wait(void **state)
{
	char text[] = "pay order four five";
	char pay[] = "pay";
	struct sy_hypothesis heard = heard_as(text, pay, SY_ACCEPT, 0.9);
	struct sy_understand_prm prm = prm_in(SY_STATE_OPEN);

	(void)state;
	heard.completeness = SY_EXTENSIBLE;
	assert_false(sy_heard_number(&prm, &heard));
	assert_int_equal(sy_pairs_set(&heard.slots, "order", "four five"), 0);
	assert_true(sy_heard_number(&prm, &heard)); /* free in length, and at the end */
	assert_int_equal(sy_pairs_set(&heard.slots, "order", "four"), 0);
	assert_false(sy_heard_number(&prm, &heard));
	sy_pairs_reset(&heard.slots);
	assert_int_equal(sy_pairs_set(&heard.slots, "account", "four five"), 0);
	assert_false(sy_heard_number(&prm, &heard)); /* of a known length, and whole */
	heard.completeness = SY_INCOMPLETE;
	assert_true(sy_heard_number(&prm, &heard));
	sy_pairs_reset(&heard.slots);
	assert_false(sy_heard_number(&prm, &heard));
	prm.slot = sy_article_slot(sy_content_article(&mock_content, "balance"), "account");
	assert_true(sy_heard_number(&prm, &heard));
	/* "Yes" is the answer where the value was read back, and only there: elsewhere a digit may sound like it. */
	heard.intent = (char[]){"yes"};
	assert_true(sy_heard_number(&prm, &heard));
	prm.state = SY_STATE_CHECK;
	assert_false(sy_heard_number(&prm, &heard));
	heard.decision = SY_REJECT;
	assert_true(sy_heard_number(&prm, &heard));
	heard.decision = SY_CONFIRM;
	heard.intent = (char[]){"no"}; /* "one five four" may follow */
	assert_true(sy_heard_number(&prm, &heard));
	prm.slot = sy_article_slot(sy_content_article(&mock_content, "branch"), "town");
	assert_false(sy_heard_number(&prm, &heard));
}

/* A question that breaks off inside its number, though nobody asked for one. */
static void a_number_in_a_question_may_go_on(void **state)
{
	struct sy_hypothesis heard = heard_as((char[]){"balance for account one zero"}, NULL, SY_REJECT, 0.9);
	const struct sy_understand_prm prm = prm_in(SY_STATE_OPEN);

	(void)state;
	heard.completeness = SY_INCOMPLETE;
	assert_true(sy_heard_number(&prm, &heard));
	heard.completeness = SY_OUTSIDE;
	assert_false(sy_heard_number(&prm, &heard));
	heard.completeness = SY_INCOMPLETE;
	heard.text = (char[]){"balance for account"};
	assert_false(sy_heard_number(&prm, &heard));
	heard.text = (char[]){""};
	assert_false(sy_heard_number(&prm, &heard));
}

static void what_leads_to_a_question_back_is_not_sure(void **state)
{
	static const enum sy_on doubts[] = {SY_ON_NOT_UNDERSTOOD, SY_ON_ARTICLE_MAYBE, SY_ON_ARTICLE_EITHER,
		SY_ON_AGENT_MAYBE, SY_ON_VALUE_DOUBTFUL};
	static const enum sy_on sure[] = {SY_ON_ARTICLE_SURE, SY_ON_AGENT, SY_ON_YES, SY_ON_SECOND, SY_ON_VALUE_SURE};

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		assert_false(sy_meaning_sure(&(struct sy_meaning){.on = doubts[i]}));
		assert_true(sy_meaning_sure(&(struct sy_meaning){.on = sure[i]}));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(universals_are_known_however_they_are_written),
		cmocka_unit_test(doubt_is_judged_by_what_it_would_cost),
		cmocka_unit_test(half_a_number_that_is_sure_is_judged),
		cmocka_unit_test(the_answer_to_a_part_is_a_value),
		cmocka_unit_test(questions_are_sure_or_asked_back),
		cmocka_unit_test(the_search_is_asked_only_where_a_question_may_be),
		cmocka_unit_test(what_was_searched_is_answered_by_what_mistakes_cost),
		cmocka_unit_test(two_that_are_likely_are_both_named),
		cmocka_unit_test(one_of_two_is_said_in_many_ways),
		cmocka_unit_test(nobody_is_silence_noise_or_no_word),
		cmocka_unit_test(only_numbers_that_may_go_on_wait),
		cmocka_unit_test(a_number_in_a_question_may_go_on),
		cmocka_unit_test(what_leads_to_a_question_back_is_not_sure),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
