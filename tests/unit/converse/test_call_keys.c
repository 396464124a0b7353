#include "call_bench.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/call_parts.h"

static void press(const char *keys)
{
	mock_listen(&mock);
	mock_keys(&mock, keys);
	mock_listen(&mock);
}

static bool last_said(const char *words)
{
	return strstr(mock_string(&mock, "say", "text"), words) != NULL;
}

static void zero_fetches_a_person_also_over_the_greeting(void **state)
{
	int64_t pressed;

	(void)state;
	mock_quiet(&mock, 1000);
	pressed = sy_call_ms(mock.call);
	mock_keys(&mock, "0");
	assert_string_equal(mock_string(&mock, "key", "key"), "0");
	assert_string_equal(mock_string(&mock, "handoff", "reason"), "asked");
	assert_true(json_integer_value(json_object_get(mock_event(&mock, "handoff"), "t_ms")) - pressed <= 1000);
	mock_end(&mock);
	assert_string_equal(mock_string(&mock, "end", "outcome"), "handoff");
}

static void a_key_stops_the_prompt_at_once(void **state)
{
	(void)state;
	mock_quiet(&mock, 1000);
	assert_int_equal(sy_call_key(mock.call, '#'), 0);
	assert_true(json_is_true(json_object_get(mock_event(&mock, "say"), "interrupted")));
	mock_frame(&mock, false);
	mock_frame(&mock, false);
	assert_false(sy_call_speaking(mock.call));
	state_is("open");
}

/* Every article of the content can be chosen, never more than four choices at a time. */
static void every_answer_is_reached_by_keys(void **state)
{
	(void)state;
	press("1");
	state_is("topics");
	assert_true(last_said("Choose a topic. For shops, press 1. For bills, press 2."));
	assert_true(last_said("For orders, press 4. For more, press hash."));
	assert_false(last_said("press 5"));
	press("#");
	assert_true(last_said("For mobile, press 1. For other questions, press 2. For more, press hash."));
	press("2");
	state_is("titles");
	assert_true(last_said("Choose a question. For a lost phone, press 1."));
	assert_false(last_said("hash"));
	press("1");
	assert_string_equal(mock_string(&mock, "answer", "article"), "lost");
	state_is("follow-up");
	press("1");
	state_is("open");
	assert_true(last_said("press 1 for the list of topics"));
	press("1");
	press("##");
	press("1");
	assert_true(last_said("For our opening hours, press 1. For a branch in your town, press 2."));
}

static void a_number_is_typed_to_its_length(void **state)
{
	(void)state;
	press("121");
	state_is("ask");
	assert_true(last_said("What is your account number? You can also type the six digits."));
	press("104233");
	state_is("follow-up");
	assert_true(mock_said(&mock, 0, "The balance of account one zero four, two three three is"));
	press("2");
	mock_end(&mock);
	assert_string_equal(mock_string(&mock, "end", "outcome"), "answered");
}

static void a_number_is_ended_by_hash_or_by_waiting(void **state)
{
	(void)state;
	mock_turn(&mock, &mock_balance);
	press("104#");
	state_is("ask");
	assert_true(last_said("I heard three digits, and it should be six."));
	press("10");
	mock_quiet(&mock, SY_TYPED_END_MS);
	mock_listen(&mock);
	state_is("offer");
}

static void a_zero_alone_fetches_a_person_and_a_leading_zero_is_a_digit(void **state)
{
	int64_t pressed;

	(void)state;
	mock_turn(&mock, &mock_balance);
	press("012345");
	assert_true(mock_said(&mock, 0, "The balance of account zero one two, three four five is"));
	mock_turn(&mock, &(struct mock_heard){.text = "start over",
				 .intent = "start-over",
				 .decision = SY_ACCEPT,
				 .completeness = SY_COMPLETE});
	mock_turn(&mock, &mock_balance);
	state_is("ask");
	pressed = sy_call_ms(mock.call);
	mock_keys(&mock, "0");
	mock_quiet(&mock, SY_TYPED_ZERO_MS);
	assert_string_equal(mock_string(&mock, "handoff", "reason"), "asked");
	assert_true(json_integer_value(json_object_get(mock_event(&mock, "handoff"), "t_ms")) - pressed <= 1000);
}

static void zero_and_hash_fetch_a_person(void **state)
{
	(void)state;
	mock_turn(&mock, &mock_balance);
	mock_keys(&mock, "0#");
	assert_string_equal(mock_string(&mock, "handoff", "reason"), "asked");
}

static void star_repeats_and_begins_a_number_anew(void **state)
{
	(void)state;
	mock_turn(&mock, &mock_balance);
	press("104*");
	assert_true(last_said("What is your account number?"));
	press("104233");
	assert_true(mock_said(&mock, 0, "The balance of account one zero four, two three three is"));
}

static void choices_are_four_at_a_time(void **state)
{
	(void)state;
	press("112");
	state_is("ask");
	assert_true(last_said("In which town? For Harwick, press 1."));
	assert_true(last_said("For Ashby, press 4. For more, press hash."));
	press("#");
	assert_true(last_said("For Brook End, press 1."));
	press("3");
	assert_true(last_said("Sorry, that key does nothing here."));
	press("1");
	assert_true(mock_said(&mock, 0, "Our branch in Brook End is at"));
}

static void a_whole_order_by_keys(void **state)
{
	(void)state;
	press("141");
	state_is("ask");
	press("104233");
	assert_true(last_said("What is the order number? You can also type it, and then press hash."));
	press("77#");
	state_is("check");
	assert_true(last_said("I have seven, seven. Is that right? Press 1 for yes, or 2 for no."));
	press("2");
	state_is("correct");
	press("78#");
	state_is("check");
	press("1");
	assert_true(last_said("On which day? You can also type the day and the month, as four digits."));
	press("0305");
	assert_true(mock_said(&mock, 0, "Order seven, eight will be paid on Sunday the third of May."));
}

static void a_wrong_check_digit_is_said(void **state)
{
	(void)state;
	press("1#11");
	state_is("ask");
	press("1234");
	assert_true(last_said("That number cannot be right."));
	press("1230");
	assert_true(mock_said(&mock, 0, "The card ends in one, two, three, zero."));
}

static void keys_answer_yes_and_no(void **state)
{
	(void)state;
	mock_turn(&mock, &mock_hours_maybe);
	assert_false(last_said("Press 1 for yes"));
	press("2");
	assert_true(last_said("Then was it about a lost phone?"));
	press("1");
	assert_string_equal(mock_string(&mock, "answer", "article"), "lost");
	mock_turn(&mock, &mock_garbage);
	mock_turn(&mock, &mock_garbage);
	state_is("offer");
	press("7");
	assert_string_equal(mock_string(&mock, "handoff", "reason"), "unsure");
}

static void hash_skips_an_answer(void **state)
{
	(void)state;
	mock_listen(&mock);
	mock_speak(&mock, 600, &mock_hours);
	mock_quiet(&mock, 600);
	state_is("answering");
	mock_keys(&mock, "#");
	state_is("follow-up");
}

static void what_is_no_key_is_refused(void **state)
{
	(void)state;
	mock_frame(&mock, false);
	assert_int_equal(sy_call_key(mock.call, 'x'), EINVAL);
	assert_int_equal(sy_call_key(mock.call, '\0'), EINVAL);
	assert_int_equal(sy_call_key(mock.call, 'A'), 0);
	assert_int_equal(mock_count(&mock, "key"), 1);
}

/* The bound of what can be typed, and one past it. */
static void too_many_digits_are_no_number(void **state)
{
	int i;

	(void)state;
	press("141104233");
	assert_true(last_said("What is the order number?"));
	for (i = 0; i < SY_TYPED_MAX; i++)
		mock_keys(&mock, "5");
	state_is("ask");
	assert_int_equal(mock_count(&mock, "handoff"), 0);
	mock_keys(&mock, "5");
	mock_listen(&mock);
	assert_true(last_said("I could not make that out."));
	state_is("ask");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CALL_TEST(zero_fetches_a_person_also_over_the_greeting),
		CALL_TEST(a_key_stops_the_prompt_at_once),
		CALL_TEST(every_answer_is_reached_by_keys),
		CALL_TEST(a_number_is_typed_to_its_length),
		CALL_TEST(a_number_is_ended_by_hash_or_by_waiting),
		CALL_TEST(a_zero_alone_fetches_a_person_and_a_leading_zero_is_a_digit),
		CALL_TEST(zero_and_hash_fetch_a_person),
		CALL_TEST(star_repeats_and_begins_a_number_anew),
		CALL_TEST(choices_are_four_at_a_time),
		CALL_TEST(a_whole_order_by_keys),
		CALL_TEST(a_wrong_check_digit_is_said),
		CALL_TEST(keys_answer_yes_and_no),
		CALL_TEST(hash_skips_an_answer),
		CALL_TEST(what_is_no_key_is_refused),
		CALL_TEST(too_many_digits_are_no_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
