#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/asking.h"
#include "tests/mock/mock_call.h"
#include "tests/mock/mock_call_seams.h"

static struct sy_asking *asking;
static int grammar_err;
static int n_grammars;

static int slot_grammar(void *arg, const struct sy_article *article, const struct sy_slot *slot, char *ret_grammar,
	struct sy_strings *ret_choices, struct sy_problem *why)
{
	size_t i;

	(void)arg;
	(void)article;
	if (grammar_err)
		return sy_problem_set(why, grammar_err, "no grammar");
	n_grammars++;
	strcpy(ret_grammar, slot->name);
	for (i = 0; i < slot->choices.n; i++)
		assert_int_equal(sy_strings_add(ret_choices, slot->choices.at[i]), 0);
	return 0;
}

static int start(void **state)
{
	const struct sy_asking_prm prm = {
		.now = {.tm_year = 126, .tm_mon = 2, .tm_mday = 11, .tm_wday = 3}, .slot_grammar = slot_grammar};

	(void)state;
	grammar_err = n_grammars = 0;
	return sy_asking_create(&prm, &asking);
}

static int stop(void **state)
{
	(void)state;
	sy_asking_destroy(asking);
	return 0;
}

static void begin(const char *article)
{
	assert_int_equal(sy_asking_begin(asking, sy_content_article(&mock_content, article)), 0);
}

static void next_is(enum sy_on on, const char *slot)
{
	assert_int_equal(sy_asking_next(asking, NULL), on);
	if (slot)
		assert_string_equal(sy_asking_slot(asking)->name, slot);
	else
		assert_null(sy_asking_slot(asking));
}

static void details_are_asked_in_order(void **state)
{
	(void)state;
	begin("pay");
	next_is(SY_ON_NEED_VALUE, "account");
	assert_string_equal(sy_asking_grammar(asking), "account");
	assert_int_equal(sy_asking_hear(asking, "one oh four two three three", true, NULL), SY_ON_VALUE_SURE);
	next_is(SY_ON_NEED_VALUE, "account"); /* nothing counts before it is stored */
	assert_int_equal(sy_asking_store(asking), 0);
	assert_string_equal(sy_asking_value(asking), "104233");
	next_is(SY_ON_NEED_VALUE, "order");
	assert_int_equal(sy_asking_hear(asking, "double seven", true, NULL), SY_ON_VALUE_SURE);
	assert_int_equal(sy_asking_store(asking), 0);
	next_is(SY_ON_NEED_CHECK, "order"); /* the article wants it confirmed */
	sy_asking_checked(asking);
	next_is(SY_ON_NEED_VALUE, "when");
	assert_int_equal(sy_asking_hear(asking, "the third of may", true, NULL), SY_ON_VALUE_SURE);
	assert_int_equal(sy_asking_store(asking), 0);
	next_is(SY_ON_ANSWERED, NULL);
	assert_string_equal(sy_pairs_get(sy_asking_values(asking), "when"), "2026-05-03");
}

static void what_cannot_be_is_told(void **state)
{
	(void)state;
	begin("balance");
	next_is(SY_ON_NEED_VALUE, "account");
	assert_int_equal(sy_asking_hear(asking, "one two three four five", true, NULL), SY_ON_VALUE_LENGTH);
	assert_int_equal(sy_asking_count(asking), 5);
	assert_int_equal(sy_asking_hear(asking, "one two three four five six seven", true, NULL), SY_ON_VALUE_LENGTH);
	assert_int_equal(sy_asking_hear(asking, "tomorrow", true, NULL), SY_ON_VALUE_BAD);
	assert_int_equal(sy_asking_type(asking, NULL), SY_ON_VALUE_BAD);
	assert_int_equal(sy_asking_store(asking), 0);
	assert_null(sy_asking_value(asking));
	begin("card");
	next_is(SY_ON_NEED_VALUE, "cardno");
	assert_int_equal(sy_asking_type(asking, "1234"), SY_ON_VALUE_CHECK_DIGIT);
	assert_int_equal(sy_asking_type(asking, "1230"), SY_ON_VALUE_SURE);
}

static void doubt_is_read_back(void **state)
{
	(void)state;
	begin("balance");
	next_is(SY_ON_NEED_VALUE, "account");
	assert_int_equal(sy_asking_hear(asking, "one oh four two three three", false, NULL), SY_ON_VALUE_DOUBTFUL);
	assert_int_equal(sy_asking_store(asking), 0);
	assert_null(sy_pairs_get(sy_asking_filled(asking), "account"));
	next_is(SY_ON_NEED_CHECK, "account");
	assert_int_equal(sy_asking_denied(asking), 0);
	assert_null(sy_asking_value(asking));
	next_is(SY_ON_NEED_VALUE, "account");
	/* The value that was wrong is not believed at once. */
	assert_int_equal(sy_asking_hear(asking, "one oh four two three three", true, NULL), SY_ON_VALUE_DOUBTFUL);
	assert_int_equal(sy_asking_hear(asking, "one oh four two three four", true, NULL), SY_ON_VALUE_SURE);
	assert_int_equal(sy_asking_store(asking), 0);
	next_is(SY_ON_ANSWERED, NULL);
	assert_string_equal(sy_pairs_get(sy_asking_filled(asking), "account"), "104234");
}

static void a_sentence_brings_its_details(void **state)
{
	struct sy_pairs spoken = {0};

	(void)state;
	assert_int_equal(sy_pairs_set(&spoken, "town", "elm cross"), 0);
	assert_int_equal(sy_pairs_set(&spoken, "colour", "green"), 0);
	begin("branch");
	assert_int_equal(sy_asking_take(asking, &spoken, false), 0);
	next_is(SY_ON_ANSWERED, NULL);
	assert_string_equal(sy_pairs_get(sy_asking_values(asking), "town"), "Elm Cross");
	begin("hours"); /* takes over neither the town nor asks for what is optional */
	next_is(SY_ON_ANSWERED, NULL);
	assert_null(sy_pairs_get(sy_asking_values(asking), "town"));
	assert_int_equal(sy_pairs_set(&spoken, "town", "atlantis"), 0);
	sy_asking_forget(asking);
	begin("branch");
	assert_int_equal(sy_asking_take(asking, &spoken, false), 0);
	next_is(SY_ON_NEED_VALUE, "town");
	sy_pairs_reset(&spoken);
}

static void what_was_filled_is_taken_over_until_start_over(void **state)
{
	(void)state;
	begin("balance");
	next_is(SY_ON_NEED_VALUE, "account");
	assert_int_equal(sy_asking_type(asking, "104233"), SY_ON_VALUE_SURE);
	assert_int_equal(sy_asking_store(asking), 0);
	begin("pay");
	next_is(SY_ON_NEED_VALUE, "order");
	assert_string_equal(sy_pairs_get(sy_asking_values(asking), "account"), "104233");
	sy_asking_forget(asking);
	assert_null(sy_asking_article(asking));
	begin("pay");
	next_is(SY_ON_NEED_VALUE, "account");
}

static void going_back_asks_for_the_one_before(void **state)
{
	(void)state;
	begin("pay");
	next_is(SY_ON_NEED_VALUE, "account");
	assert_false(sy_asking_drop(asking));
	assert_int_equal(sy_asking_type(asking, "104233"), SY_ON_VALUE_SURE);
	assert_int_equal(sy_asking_store(asking), 0);
	next_is(SY_ON_NEED_VALUE, "order");
	assert_true(sy_asking_drop(asking));
	assert_string_equal(sy_asking_slot(asking)->name, "account");
	assert_null(sy_asking_value(asking));
}

static void a_grammar_is_made_once_and_its_failure_is_told(void **state)
{
	(void)state;
	begin("branch");
	grammar_err = EIO;
	next_is(SY_ON_LOOK_UP_FAILED, NULL);
	grammar_err = 0;
	next_is(SY_ON_NEED_VALUE, "town");
	next_is(SY_ON_NEED_VALUE, "town");
	assert_int_equal(n_grammars, 1);
	assert_int_equal(sy_asking_choices(asking)->n, 5);
}

static void without_a_question_nothing_is_taken(void **state)
{
	(void)state;
	assert_null(sy_asking_slot(asking));
	assert_null(sy_asking_value(asking));
	assert_string_equal(sy_asking_grammar(asking), "");
	assert_int_equal(sy_asking_hear(asking, "one", true, NULL), SY_ON_VALUE_BAD);
	assert_int_equal(sy_asking_store(asking), 0);
	assert_int_equal(sy_asking_denied(asking), 0);
	sy_asking_checked(asking);
	assert_false(sy_asking_drop(asking));
}

#define ASKING_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ASKING_TEST(details_are_asked_in_order),
		ASKING_TEST(what_cannot_be_is_told),
		ASKING_TEST(doubt_is_read_back),
		ASKING_TEST(a_sentence_brings_its_details),
		ASKING_TEST(what_was_filled_is_taken_over_until_start_over),
		ASKING_TEST(going_back_asks_for_the_one_before),
		ASKING_TEST(a_grammar_is_made_once_and_its_failure_is_told),
		ASKING_TEST(without_a_question_nothing_is_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
