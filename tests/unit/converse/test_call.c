#include "call_bench.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/call_parts.h"

static const struct mock_heard account_sure = {.text = "one oh four two three three",
	.intent = "slot",
	.slot = "account",
	.words = "one oh four two three three",
	.decision = SY_ACCEPT,
	.completeness = SY_COMPLETE};

static void the_greeting_is_short_and_tells_of_a_machine_and_a_person(void **state)
{
	(void)state;
	mock_frame(&mock, false);
	state_is("greeting");
	assert_string_equal(mock_string(&mock, "call", "case_key"), MOCK_CASE_KEY);

	mock_listen(&mock);
	state_is("open");
	assert_true(mock_said(&mock, 0, "Larkfield's automatic assistant"));
	assert_false(
		mock_said(&mock, 0, "four zero seven, one two")); /* six seconds that the caller would have to wait */
	assert_true(mock_said(&mock, 0, "Say agent"));
	assert_int_equal(json_integer_value(json_object_get(mock_event(&mock, "say"), "t_ms")), MOCK_SAY_MS);
}

static void a_question_is_answered_and_more_is_offered(void **state)
{
	(void)state;
	mock_turn(&mock, &mock_hours);
	state_is("follow-up");
	assert_string_equal(mock_string(&mock, "answer", "article"), "hours");
	assert_string_equal(mock_string(&mock, "answer", "text"), "We are open from nine to five.");
	assert_true(mock_said(&mock, 0, "We are open from nine to five."));
	assert_true(mock_said(&mock, 0, "such as the balance of your account, or a branch in your town?"));
	mock_turn(&mock, &mock_no);
	assert_string_equal(mock_string(&mock, "end", "outcome"), "answered");
	assert_true(mock_said(&mock, 0, "Goodbye"));
}

static void an_optional_detail_is_used_when_it_was_said(void **state)
{
	const struct mock_heard sunday = {.text = "are you open on sunday",
		.intent = "hours",
		.slot = "day",
		.words = "sunday",
		.decision = SY_ACCEPT,
		.completeness = SY_COMPLETE};

	(void)state;
	mock_turn(&mock, &sunday);
	assert_true(mock_said(&mock, 0, "On Sunday we close at one."));
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(mock_event(&mock, "heard"), "values"), "day")),
		"sunday");
}

/* From the caller's last sound to the first of the answer: 0.3 s for a sentence, be it that more might follow, and 0.5
 * s in doubt. */
static void the_answer_comes_early(void **state)
{
	int64_t wait;
	struct mock_heard more = mock_hours;

	(void)state;
	mock_listen(&mock);
	mock_speak(&mock, 600, &mock_hours);
	mock_quiet(&mock, 800);
	wait = mock.voiced_at_ms - mock.speech_end_ms;
	assert_true(mock.voiced_at_ms > 0);
	assert_true(wait >= SY_TURN_WHOLE_MS && wait <= 300 + MOCK_SAY_MS + SY_FRAME_MS);
	assert_int_equal(mock.n_hears, 1);
	mock_listen(&mock);
	more.completeness = SY_EXTENSIBLE;
	mock_speak(&mock, 600, &more);
	mock_quiet(&mock, 800);
	wait = mock.voiced_at_ms - mock.speech_end_ms;
	assert_true(wait >= SY_TURN_WHOLE_MS && wait <= 300 + MOCK_SAY_MS + SY_FRAME_MS);
	mock_listen(&mock);
	mock_speak(&mock, 600, &mock_hours_maybe);
	mock_quiet(&mock, 800);
	wait = mock.voiced_at_ms - mock.speech_end_ms;
	assert_true(wait >= SY_TURN_DOUBT_MS && wait <= SY_TURN_DOUBT_MS + 2 * SY_FRAME_MS + MOCK_SAY_MS);
}

static void the_turn_lies_where_the_caller_spoke(void **state)
{
	int64_t begin;
	const json_t *heard;

	(void)state;
	mock_listen(&mock);
	mock_quiet(&mock, 1000);
	begin = sy_call_ms(mock.call);
	mock_speak(&mock, 600, &mock_hours);
	mock_listen(&mock);
	heard = mock_event(&mock, "heard");
	assert_true(llabs(json_integer_value(json_object_get(heard, "turn_begin_ms")) - begin) <= 40);
	assert_int_equal(json_integer_value(json_object_get(heard, "turn_end_ms")), begin + 600);
}

static void speech_over_a_prompt_stops_it_at_once(void **state)
{
	int64_t begin;

	(void)state;
	mock_quiet(&mock, 1000);
	assert_true(sy_call_speaking(mock.call));
	begin = sy_call_ms(mock.call);
	mock_speak(&mock, 600, &mock_agent);
	assert_true(mock.prompt_end_ms - begin <= 200);
	assert_true(json_is_true(json_object_get(mock_event(&mock, "say"), "interrupted")));
	mock_quiet(&mock, 500);
	assert_string_equal(mock_string(&mock, "handoff", "reason"), "asked");
	mock_end(&mock);
	assert_string_equal(mock_string(&mock, "end", "outcome"), "handoff");
}

static void a_cough_lets_the_prompt_go_on(void **state)
{
	size_t before;

	(void)state;
	mock_quiet(&mock, 2000);
	mock_speak(&mock, 200, &mock_noise);
	before = mock_n(&mock);
	assert_true(json_is_true(json_object_get(mock_event(&mock, "say"), "interrupted")));
	mock_listen(&mock);
	state_is("open");
	assert_string_equal(mock_string(&mock, "heard", "sounded"), "noise");
	assert_true(mock_said(&mock, before, "What would you like to know?"));
	assert_false(mock_said(&mock, before, "Sorry"));
	assert_false(json_is_true(json_object_get(mock_event(&mock, "say"), "interrupted")));
}

static void what_was_decoded_too_early_is_thrown_away(void **state)
{
	const struct mock_heard half = {
		.text = "when are", .decision = SY_REJECT, .completeness = SY_INCOMPLETE, .confidence = 0.5};

	(void)state;
	mock_listen(&mock);
	mock_speak(&mock, 400, &half);
	mock_quiet(&mock, 180); /* the decode has begun, its result is not there */
	assert_int_equal(mock.n_hears, 1);
	mock_speak(&mock, 400, &mock_hours);
	mock_listen(&mock);
	assert_int_equal(mock.n_hears, 2);
	assert_int_equal(mock_count(&mock, "heard"), 1);
	assert_string_equal(mock_string(&mock, "heard", "intent"), "hours");
}

static void a_pause_inside_a_number_is_not_cut(void **state)
{
	const struct mock_heard three = {.text = "one oh four",
		.slot = NULL,
		.decision = SY_REJECT,
		.completeness = SY_INCOMPLETE,
		.confidence = 0.6};

	(void)state;
	mock_turn(&mock, &mock_balance);
	state_is("ask");
	assert_string_equal(mock.grammars, "articles");
	mock_speak(&mock, 500, &three);
	mock_quiet(&mock, 2400);
	assert_int_equal(mock_count(&mock, "heard"), 1);
	assert_string_equal(mock.grammars, "slot-account");
	mock_speak(&mock, 500, &account_sure);
	mock_listen(&mock);
	assert_true(mock_said(&mock, 0, "The balance of account one zero four, two three three is"));
	assert_string_equal(mock_string(&mock, "answer", "article"), "balance");
}

static void a_number_that_stays_too_short_is_asked_for_again(void **state)
{
	const struct mock_heard three = {
		.text = "one oh four", .decision = SY_REJECT, .completeness = SY_INCOMPLETE, .confidence = 0.6};
	int64_t end;

	(void)state;
	mock_turn(&mock, &mock_balance);
	mock_speak(&mock, 500, &three);
	end = mock.speech_end_ms;
	while (mock_count(&mock, "heard") == 1)
		mock_frame(&mock, false);
	assert_true(sy_call_ms(mock.call) - end >= 2500);
	mock_listen(&mock);
	assert_true(mock_said(&mock, 0, "I heard three digits, and it should be six. What is your account number?"));
	assert_true(mock_said(&mock, 0, "You can also type the six digits."));
	state_is("ask");
}

static void free_digits_wait_for_more(void **state)
{
	const struct mock_heard pay = {
		.text = "pay an order", .intent = "pay", .decision = SY_ACCEPT, .completeness = SY_COMPLETE};
	const struct mock_heard order = {.text = "four five",
		.intent = "slot",
		.slot = "order",
		.words = "four five",
		.decision = SY_ACCEPT,
		.completeness = SY_EXTENSIBLE};

	(void)state;
	mock_turn(&mock, &pay);
	mock_turn(&mock, &account_sure);
	assert_true(mock_said(&mock, 0, "What is the order number?"));
	mock_speak(&mock, 500, &order);
	mock_quiet(&mock, 2400);
	assert_int_equal(mock_count(&mock, "heard"), 2);
	mock_listen(&mock);
	state_is("check");
	assert_true(mock_said(&mock, 0, "I have four, five. Is that right?"));
}

static void a_value_is_read_back_and_corrected_in_one_go(void **state)
{
	struct mock_heard doubtful = account_sure;
	const struct mock_heard corrected = {.text = "no one oh four two three four",
		.intent = "slot",
		.slot = "account",
		.words = "one oh four two three four",
		.decision = SY_ACCEPT,
		.completeness = SY_COMPLETE};

	(void)state;
	doubtful.decision = SY_CONFIRM;
	mock_turn(&mock, &mock_balance);
	mock_turn(&mock, &doubtful);
	state_is("check");
	assert_true(mock_said(&mock, 0, "I have one zero four, two three three. Is that right?"));
	mock_turn(&mock, &corrected);
	assert_string_equal(mock.grammars, "slot-account");
	state_is("follow-up");
	assert_true(mock_said(&mock, 0, "The balance of account one zero four, two three four is"));
}

static void a_denied_value_is_asked_for_and_read_back_if_it_comes_again(void **state)
{
	struct mock_heard doubtful = account_sure;

	(void)state;
	doubtful.decision = SY_CONFIRM;
	mock_turn(&mock, &mock_balance);
	mock_turn(&mock, &doubtful);
	mock_turn(&mock, &mock_no);
	state_is("correct");
	assert_true(mock_said(&mock, 0, "Please give me the right one."));
	mock_turn(&mock, &account_sure);
	state_is("check");
	mock_turn(&mock, &mock_yes);
	state_is("follow-up");
}

static void a_filled_detail_is_not_asked_again(void **state)
{
	const struct mock_heard pay = {
		.text = "pay an order", .intent = "pay", .decision = SY_ACCEPT, .completeness = SY_COMPLETE};

	(void)state;
	mock_turn(&mock, &mock_balance);
	mock_turn(&mock, &account_sure);
	state_is("follow-up");
	mock_turn(&mock, &pay);
	state_is("ask");
	assert_true(mock_said(&mock, mock_n(&mock) - 1, "order number"));
	mock_turn(&mock, &mock_agent);
	mock_end(&mock);
	assert_non_null(strstr(mock.card, "\"account\": \"104233\""));
	assert_non_null(strstr(mock.card, "\"tried\": [\"balance\"]"));
	assert_non_null(strstr(mock.card, "accept: one oh four two three three"));
	assert_non_null(strstr(mock.card, "automatic assistant"));
	assert_non_null(strstr(mock.card, "\"case_key\": \"" MOCK_CASE_KEY "\""));
}

static void a_guess_is_confirmed_and_the_second_best_is_offered(void **state)
{
	(void)state;
	mock_turn(&mock, &mock_hours_maybe);
	state_is("confirm");
	assert_true(mock_said(&mock, 0, "Did you ask about our opening hours?"));
	mock_turn(&mock, &mock_no);
	state_is("confirm");
	assert_true(mock_said(&mock, 0, "Then was it about a lost phone?"));
	mock_turn(&mock, &mock_yes);
	assert_string_equal(mock_string(&mock, "answer", "article"), "lost");
}

static void the_same_guess_twice_is_sure(void **state)
{
	(void)state;
	mock_turn(&mock, &mock_hours_maybe);
	mock_turn(&mock, &mock_hours_maybe);
	assert_string_equal(mock_string(&mock, "answer", "article"), "hours");
}

static void wrong_guesses_lead_to_a_person(void **state)
{
	struct mock_heard maybe = mock_hours_maybe;

	(void)state;
	maybe.second = NULL;
	mock_turn(&mock, &maybe);
	mock_turn(&mock, &mock_no);
	state_is("open");
	mock_turn(&mock, &maybe);
	mock_turn(&mock, &mock_no);
	state_is("offer");
	mock_turn(&mock, &mock_yes);
	mock_end(&mock);
	assert_string_equal(mock_string(&mock, "handoff", "reason"), "unsure");
}

static void what_the_search_knows_is_asked_back(void **state)
{
	const struct mock_heard odd = {.text = "my phone is lost i think",
		.decision = SY_REJECT,
		.completeness = SY_OUTSIDE,
		.confidence = 0.5};

	(void)state;
	mock.search_finds = "lost";
	mock.search_is = 0.5;
	mock_turn(&mock, &odd);
	state_is("confirm");
	assert_true(mock_said(&mock, 0, "Did you ask about a lost phone?"));
	mock_turn(&mock, &mock_garbage);
	state_is("confirm");
	assert_true(mock_said(&mock, 0, "Sorry, I did not get that."));
}

/* Asked which of "our opening hours" and "a lost phone". */
static void ask_which(void)
{
	const struct mock_heard odd = {.text = "something about phone times",
		.decision = SY_REJECT,
		.completeness = SY_OUTSIDE,
		.confidence = 0.5,
		.guess = "times"};

	mock.search_finds = "hours";
	mock.search_is = 0.4;
	mock.search_second_is = 0.3;
	mock_turn(&mock, &odd);
	mock.search_finds = NULL;
	state_is("either");
	assert_true(mock_said(&mock, 0, "Did you ask about our opening hours? Or about a lost phone?"));
}

static void the_caller_says_which_of_two(void **state)
{
	const struct mock_heard second = {
		.text = "the second one", .decision = SY_REJECT, .completeness = SY_OUTSIDE, .confidence = 0.8};

	(void)state;
	ask_which();
	mock_turn(&mock, &second);
	assert_string_equal(mock_string(&mock, "answer", "article"), "lost");
}

static void which_of_two_is_chosen_by_keys(void **state)
{
	(void)state;
	ask_which();
	mock_keys(&mock, "1");
	mock_listen(&mock);
	assert_string_equal(mock_string(&mock, "answer", "article"), "hours");
	ask_which();
	assert_true(mock_said(&mock, 0, "Press 1 for the first, or 2 for the second."));
	mock_keys(&mock, "2");
	mock_listen(&mock);
	assert_string_equal(mock_string(&mock, "answer", "article"), "lost");
}

static void yes_does_not_say_which_of_two(void **state)
{
	(void)state;
	ask_which();
	mock_turn(&mock, &mock_yes);
	state_is("confirm");
	assert_true(mock_said(&mock, 0, "Did you ask about our opening hours?"));
	mock_turn(&mock, &mock_no);
	assert_true(mock_said(&mock, 0, "Then was it about a lost phone?"));
	mock_turn(&mock, &mock_yes);
	assert_string_equal(mock_string(&mock, "answer", "article"), "lost");
}

static void neither_of_two_leads_on_to_a_person(void **state)
{
	(void)state;
	ask_which();
	mock_turn(&mock, &mock_no);
	state_is("open");
	assert_true(mock_said(&mock, 0, "I got that wrong."));
	ask_which();
	mock_turn(&mock, &mock_no);
	state_is("offer");
	mock_turn(&mock, &mock_yes);
	mock_end(&mock);
	assert_string_equal(mock_string(&mock, "handoff", "reason"), "unsure");
	assert_non_null(strstr(mock.card, "\"tried\": [\"hours\", \"lost\"]"));
}

/* The base says that wrong answers are very bad; the service, which knows the money, that they are bearable. */
static void how_sure_follows_from_what_mistakes_cost(void **state)
{
	struct sy_costs costs = {.question = 0.1, .person_minute = 1};
	struct sy_thresholds expected;

	(void)state;
	assert_int_equal(sy_cost_of_wrong("very bad", &costs, &costs.wrong_answer, NULL), 0);
	expected = sy_costs_thresholds(&costs);
	mock_turn(&mock, &mock_garbage);
	assert_true(mock.thresholds.accept == expected.accept && mock.thresholds.confirm == expected.confirm);
	assert_true(mock.thresholds.accept > 0.95);
}

static void two_failures_offer_a_person_and_three_put_through(void **state)
{
	double pace;

	(void)state;
	mock_turn(&mock, &mock_garbage);
	state_is("open");
	pace = mock.last_pace;
	assert_true(pace < 1.0);
	mock_turn(&mock, &mock_garbage);
	state_is("offer");
	assert_true(mock.last_pace < pace);
	mock_turn(&mock, &mock_garbage);
	assert_string_equal(mock_string(&mock, "handoff", "reason"), "unsure");
	mock_end(&mock);
	assert_string_equal(mock_string(&mock, "end", "outcome"), "handoff");
}

static void silence_three_times_puts_through_and_the_waits_grow(void **state)
{
	(void)state;
	mock_listen(&mock);
	mock_end(&mock);
	assert_int_equal(mock_count(&mock, "silence"), 3);
	assert_int_equal(json_integer_value(json_object_get(mock_event(&mock, "silence"), "ms")),
		SY_CALL_SILENCE_MS + 2 * SY_CALL_SILENCE_MORE_MS);
	assert_string_equal(mock_string(&mock, "handoff", "reason"), "silence");
	assert_string_equal(mock_string(&mock, "end", "outcome"), "handoff");
}

static void noise_alone_is_not_a_command(void **state)
{
	(void)state;
	mock_listen(&mock);
	mock_speak(&mock, 300, &mock_noise);
	mock_quiet(&mock, 5500);
	assert_true(mock_said(&mock, 0, "noise on the line") || sy_call_speaking(mock.call));
	assert_int_equal(mock_count(&mock, "silence"), 1);
	mock_listen(&mock);
	assert_true(mock_said(&mock, 0, "noise on the line"));
	state_is("open");
}

static void a_turned_down_request_for_a_person_is_asked_back(void **state)
{
	struct mock_heard maybe = mock_agent;

	(void)state;
	maybe.decision = SY_REJECT;
	maybe.confidence = 0.05;
	mock_turn(&mock, &maybe);
	state_is("offer");
	maybe.intent = "yes";
	maybe.confidence = SY_HEARD_HOPELESS;
	mock_turn(&mock, &maybe);
	assert_string_equal(mock_string(&mock, "handoff", "reason"), "unsure");
	assert_string_equal(mock_string(&mock, "handoff", "state"), "offer");
	mock_end(&mock);
	assert_string_equal(mock_string(&mock, "end", "state"), "passed");
}

static void a_declined_offer_goes_back_to_the_open_question(void **state)
{
	(void)state;
	mock_turn(&mock, &mock_garbage);
	mock_turn(&mock, &mock_garbage);
	mock_turn(&mock, &mock_no);
	state_is("open");
	mock_turn(&mock, &mock_garbage);
	state_is("open"); /* the row of failures began anew */
}

static void hanging_up_after_an_answer_is_answered(void **state)
{
	(void)state;
	mock_turn(&mock, &mock_hours);
	sy_call_gone(mock.call);
	assert_string_equal(mock_string(&mock, "end", "outcome"), "answered");
}

static void silence_after_an_answer_ends_politely(void **state)
{
	(void)state;
	mock_turn(&mock, &mock_hours);
	state_is("follow-up");
	mock_quiet(&mock, SY_CALL_SILENCE_MS + 40);
	mock_listen(&mock);
	state_is("still-there");
	mock_end(&mock);
	assert_true(mock_said(&mock, 0, "Are you still there?"));
	assert_int_equal(mock_count(&mock, "handoff"), 0);
	assert_string_equal(mock_string(&mock, "end", "outcome"), "answered");
}

static void what_works_everywhere_works(void **state)
{
	struct mock_heard word = {.text = "x", .decision = SY_ACCEPT, .completeness = SY_COMPLETE};
	size_t before;
	int i;

	(void)state;
	mock_turn(&mock, &mock_balance);
	word.intent = "repeat";
	before = mock_n(&mock);
	mock_turn(&mock, &word);
	assert_true(mock_said(&mock, before, "What is your account number?"));
	word.intent = "slower";
	mock_turn(&mock, &word);
	assert_true(mock.last_pace < 0.9);
	word.intent = "louder";
	mock_turn(&mock, &word);
	assert_true(mock.last_gain_db > 2.9);
	for (i = 0; i < 6; i++)
		mock_turn(&mock, &word);
	assert_true(mock.last_gain_db <= SY_GAIN_LOUDEST_DB);
	assert_true(mock_said(&mock, before, "cannot speak any louder"));
	word.intent = "slower";
	for (i = 0; i < 6; i++)
		mock_turn(&mock, &word);
	assert_true(mock.last_pace >= SY_PACE_SLOWEST);
	assert_true(mock_said(&mock, before, "cannot speak any slower"));
	word.intent = "help";
	before = mock_n(&mock);
	mock_turn(&mock, &word);
	assert_true(mock_said(&mock, before, "go back"));
	state_is("ask");
	word.intent = "go-back";
	mock_turn(&mock, &word);
	state_is("open");
	mock_turn(&mock, &mock_balance);
	word.intent = "start over";
	mock_turn(&mock, &word);
	state_is("open");
	mock_turn(&mock, &mock_goodbye);
	assert_string_equal(mock_string(&mock, "end", "outcome"), "goodbye");
}

static void go_back_asks_for_the_detail_before(void **state)
{
	const struct mock_heard pay = {
		.text = "pay an order", .intent = "pay", .decision = SY_ACCEPT, .completeness = SY_COMPLETE};
	const struct mock_heard back = {
		.text = "go back", .intent = "go-back", .decision = SY_ACCEPT, .completeness = SY_COMPLETE};

	(void)state;
	mock_turn(&mock, &pay);
	mock_turn(&mock, &account_sure);
	assert_true(mock_said(&mock, mock_n(&mock) - 1, "order number"));
	mock_turn(&mock, &back);
	state_is("ask");
	assert_true(mock_said(&mock, mock_n(&mock) - 1, "What is your account number?"));
}

static void after_the_answer_repeat_gives_the_answer(void **state)
{
	const struct mock_heard repeat = {
		.text = "repeat", .intent = "repeat", .decision = SY_ACCEPT, .completeness = SY_COMPLETE};
	size_t before;

	(void)state;
	mock_turn(&mock, &mock_hours);
	before = mock_n(&mock);
	mock_turn(&mock, &repeat);
	assert_true(mock_said(&mock, before, "We are open from nine to five."));
	assert_int_equal(mock_count(&mock, "answer"), 1);
	state_is("follow-up");
}

/* What was heard well is kept, and the rest asked for (promise P4); neither counts as a failure. */
static void only_the_doubtful_part_is_asked_again(void **state)
{
	const struct mock_heard noisy = {.text = "one oh four nine nine nine",
		.intent = "slot",
		.slot = "account",
		.words = "one oh four nine nine nine",
		.decision = SY_REJECT,
		.confidence = 0.1,
		.completeness = SY_COMPLETE,
		.scores = {.98f, .99f, .99f, .3f, .2f, .3f}};
	const struct mock_heard rest = {.text = "two three three",
		.intent = "slot",
		.slot = "part",
		.words = "two three three",
		.decision = SY_ACCEPT,
		.completeness = SY_COMPLETE};
	size_t from;

	(void)state;
	mock_turn(&mock, &mock_balance);
	state_is("ask");
	from = mock_n(&mock);
	mock_turn(&mock, &noisy);
	state_is("ask");
	assert_true(mock_said(&mock, from, "What are the last three digits?"));
	assert_false(mock_said(&mock, from, "Sorry"));
	assert_false(mock_said(&mock, from, "What is your account number?"));
	from = mock_n(&mock);
	mock_turn(&mock, &rest);
	assert_string_equal(mock.grammars, "slot-account slot-part");
	assert_true(mock_said(&mock, from, "The balance of account one zero four, two three three"));
	state_is("follow-up");
}

/* The question about the part is asked again after a silence, with what was kept still kept. */
static void a_part_is_kept_over_a_silence_and_may_be_typed(void **state)
{
	const struct mock_heard noisy = {.text = "one oh four nine nine nine",
		.intent = "slot",
		.slot = "account",
		.words = "one oh four nine nine nine",
		.decision = SY_CONFIRM,
		.completeness = SY_COMPLETE,
		.scores = {.98f, .3f, .99f, .99f, .99f, .99f}};
	size_t from;

	(void)state;
	mock_turn(&mock, &mock_balance);
	mock_turn(&mock, &noisy);
	from = mock_n(&mock);
	mock_quiet(&mock, 8000);
	mock_listen(&mock);
	assert_true(mock_said(&mock, from, "Which digit is it?"));
	assert_true(mock_said(&mock, from, "press its key"));
	mock_keys(&mock, "5");
	mock_listen(&mock);
	assert_true(mock_said(&mock, from, "The balance of account one five four, nine nine nine"));
}

static void a_doubtful_goodbye_does_not_end_the_call(void **state)
{
	struct mock_heard doubtful = mock_goodbye;

	(void)state;
	doubtful.decision = SY_CONFIRM;
	doubtful.confidence = SY_HEARD_GOODBYE - 0.01;
	mock_turn(&mock, &doubtful);
	assert_false(sy_call_ended(mock.call));
	state_is("open");
}

static void an_overdue_answer_is_flagged_and_a_person_follows(void **state)
{
	const struct mock_heard cancel = {
		.text = "i want to leave", .intent = "cancel", .decision = SY_ACCEPT, .completeness = SY_COMPLETE};

	(void)state;
	mock_turn(&mock, &cancel);
	mock_end(&mock);
	assert_true(mock_said(&mock, 0, "This was due to be checked on"));
	assert_string_equal(mock_string(&mock, "answer", "text"), "You can leave with thirty days of notice.");
	assert_string_equal(mock_string(&mock, "handoff", "reason"), "article");
	assert_true(mock_said(&mock, 0, "A person will take care of this."));
	assert_true(mock_said(&mock, 0, "Your case number is four zero seven, one two."));
	assert_string_equal(mock_string(&mock, "end", "outcome"), "handoff");
}

static void nothing_found_is_said_with_the_offer_of_a_person(void **state)
{
	const struct mock_heard branch = {.text = "branch in harwick",
		.intent = "branch",
		.slot = "town",
		.words = "harwick",
		.decision = SY_ACCEPT,
		.completeness = SY_COMPLETE};

	(void)state;
	mock.rows = 0;
	mock_turn(&mock, &branch);
	state_is("offer");
	assert_true(mock_said(&mock, 0, "I found nothing about that. Would you like to speak to a person?"));
	mock_turn(&mock, &mock_no);
	mock_turn(&mock, &mock_balance);
	mock_turn(&mock, &account_sure);
	assert_true(mock_said(&mock, 0, "There is no account one zero four, two three three."));
	state_is("offer");
}

static void a_failed_look_up_is_said(void **state)
{
	(void)state;
	mock.lookup_err = EIO;
	mock_turn(&mock, &mock_balance);
	mock_turn(&mock, &account_sure);
	assert_true(mock_said(&mock, 0, "I cannot look that up at the moment."));
	state_is("offer");
}

/* EAGAIN: the call waits in silence, and asks again when it is told that the row is there. */
static void a_look_up_may_take_its_time(void **state)
{
	(void)state;
	mock_turn(&mock, &mock_balance);
	mock_listen(&mock);
	mock.lookup_err = EAGAIN;
	mock_speak(&mock, 500, &account_sure);
	mock_quiet(&mock, 2000);
	state_is("pursuing");
	assert_false(sy_call_listening(mock.call));
	sy_call_looked_up(mock.call); /* nothing yet: it goes on waiting */
	state_is("pursuing");
	mock.lookup_err = 0;
	mock.rows = 1;
	sy_call_looked_up(mock.call);
	state_is("answering");
	sy_call_looked_up(mock.call); /* of no look-up: nobody waits */
	state_is("answering");
}

static void a_look_up_that_never_comes_fails(void **state)
{
	(void)state;
	mock_turn(&mock, &mock_balance);
	mock_listen(&mock);
	mock.lookup_err = EAGAIN;
	mock_speak(&mock, 500, &account_sure);
	mock_quiet(&mock, 6000);
	assert_true(mock_said(&mock, 0, "I cannot look that up at the moment."));
	state_is("offer");
	sy_call_looked_up(mock.call);
	state_is("offer");
}

static void a_person_is_reached_while_a_look_up_runs(void **state)
{
	(void)state;
	mock_turn(&mock, &mock_balance);
	mock_listen(&mock);
	mock.lookup_err = EAGAIN;
	mock_speak(&mock, 500, &account_sure);
	mock_quiet(&mock, 2000);
	state_is("pursuing");
	mock_keys(&mock, "0");
	assert_int_equal(mock.n_cards, 1);
	mock.lookup_err = 0;
	sy_call_looked_up(mock.call);
	assert_string_not_equal(sy_call_state(mock.call), "answering");
}

static void choices_are_given_back_as_written(void **state)
{
	const struct mock_heard branch = {
		.text = "where is a branch", .intent = "branch", .decision = SY_ACCEPT, .completeness = SY_COMPLETE};
	const struct mock_heard elm = {.text = "elm cross",
		.intent = "slot",
		.slot = "town",
		.words = "elm cross",
		.decision = SY_ACCEPT,
		.completeness = SY_COMPLETE};

	(void)state;
	mock_turn(&mock, &branch);
	mock_turn(&mock, &elm);
	assert_true(mock_said(&mock, 0, "Our branch in Elm Cross is at 4 High Street."));
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(mock_event(&mock, "heard"), "values"), "town")),
		"Elm Cross");
}

static void a_person_who_is_not_reached_is_said_and_the_call_goes_on(void **state)
{
	(void)state;
	mock.handed = SY_HANDED_FAILED;
	mock_turn(&mock, &mock_agent);
	state_is("open");
	assert_true(mock_said(&mock, 0, "I could not reach a person just now."));
	mock.pass_call_err = EIO;
	mock_turn(&mock, &mock_agent);
	state_is("open");
	mock.pass_call_err = 0;
	mock.pass_err = EIO;
	mock_turn(&mock, &mock_agent);
	state_is("open");
	mock.pass_err = 0;
	mock.handed = SY_HANDED_OVER;
	mock_turn(&mock, &mock_agent);
	mock_end(&mock);
	assert_true(mock_said(&mock, 0, "You are through to a person now."));
	assert_int_equal(mock_count(&mock, "handoff"), 4);
}

static void a_long_wait_for_a_person_is_told(void **state)
{
	(void)state;
	mock.pass_ms = 30000;
	mock_listen(&mock);
	mock_speak(&mock, 600, &mock_agent);
	mock_quiet(&mock, 20000);
	state_is("hand-over");
	assert_true(mock_said(&mock, 0, "I am still trying to reach a person"));
	assert_int_equal(mock_count(&mock, "silence"), 0);
	mock_end(&mock);
	assert_string_equal(mock_string(&mock, "end", "outcome"), "handoff");
}

static void a_failed_decode_counts_as_a_failure(void **state)
{
	const struct mock_heard broken = {.err = EIO};

	(void)state;
	mock_turn(&mock, &broken);
	state_is("open");
	assert_true(mock_said(&mock, 0, "something went wrong at my end"));
	mock_turn(&mock, &broken);
	state_is("offer");
	mock_turn(&mock, &broken);
	mock_end(&mock);
	assert_string_equal(mock_string(&mock, "handoff", "reason"), "unsure");
}

static void a_decode_that_never_comes_is_a_failure(void **state)
{
	(void)state;
	mock_listen(&mock);
	mock.late = true;
	mock_speak(&mock, 600, &mock_hours);
	mock_quiet(&mock, 6000);
	assert_true(sy_call_speaking(mock.call) || mock_said(&mock, 0, "something went wrong"));
	state_is("open");
}

static void without_a_voice_a_person_is_fetched(void **state)
{
	(void)state;
	mock.say_err = EIO;
	mock_end(&mock);
	assert_int_equal(mock_count(&mock, "say"), 0);
	assert_string_equal(mock_string(&mock, "handoff", "reason"), "unsure");
	assert_string_equal(mock_string(&mock, "end", "outcome"), "handoff");
}

static void a_turn_that_is_too_long_is_taken_as_it_is(void **state)
{
	(void)state;
	mock_listen(&mock);
	mock_speak(&mock, 30100, &mock_hours);
	mock_listen(&mock);
	assert_string_equal(mock_string(&mock, "answer", "article"), "hours");
	mock_speak(&mock, 30100, &mock_garbage);
	mock_listen(&mock);
	assert_true(mock_said(&mock, 0, "that was too much for me at once"));
	state_is("follow-up");
}

static void late_results_are_dropped(void **state)
{
	struct sy_hypothesis hypothesis = {.decision = SY_ACCEPT};
	struct sy_sound sound = {.rate = SY_RATE_LINE, .n = 80};

	(void)state;
	mock_listen(&mock);
	sound.pcm = calloc(sound.n, sizeof(*sound.pcm));
	sy_call_said(mock.call, 9999, 0, &sound);
	sy_call_said(mock.call, 9999, EIO, NULL);
	sy_call_heard(mock.call, 9999, 0, &hypothesis, NULL);
	sy_call_heard(mock.call, 0, 0, &hypothesis, NULL);
	sy_call_passed(mock.call, 9999, 0, SY_HANDED_OVER);
	sy_call_passed(mock.call, 0, 0, SY_HANDED_OVER);
	mock_quiet(&mock, 100);
	state_is("open");
	assert_int_equal(mock_count(&mock, "heard"), 0);
}

/* Hanging up after every so many frames of a whole conversation ends it at once, with one end. */
static void hanging_up_at_any_moment_ends_the_call(void **state)
{
	int frames;

	(void)state;
	for (frames = 0; frames < 1100; frames += 7) {
		struct mock other;
		int i;

		mock_start(&other);
		for (i = 0; i < frames && !sy_call_ended(other.call); i++) {
			other.hears = i < 700 ? mock_balance : i < 900 ? account_sure : mock_agent;
			mock_frame(&other, i % 200 > 150 && i % 200 < 190);
		}
		sy_call_gone(other.call);
		sy_call_gone(other.call);
		assert_true(sy_call_ended(other.call));
		assert_int_equal(mock_count(&other, "end"), 1);
		mock_quiet(&other, 200);
		assert_false(sy_call_speaking(other.call));
		assert_int_equal(sy_call_key(other.call, '0'), 0);
		assert_string_equal(mock_string(&other, "end", "event"), "end");
		mock_stop(&other);
	}
	mock_now = &mock;
}

static void goodbye_can_still_become_a_person(void **state)
{
	(void)state;
	mock_listen(&mock);
	mock_speak(&mock, 600, &mock_goodbye);
	mock_quiet(&mock, 800);
	state_is("goodbye");
	mock_speak(&mock, 600, &mock_agent);
	mock_end(&mock);
	assert_string_equal(mock_string(&mock, "end", "outcome"), "handoff");
}

static void something_said_over_goodbye_keeps_the_call(void **state)
{
	(void)state;
	mock_listen(&mock);
	mock_speak(&mock, 600, &mock_goodbye);
	mock_quiet(&mock, 800);
	mock_speak(&mock, 600, &mock_garbage);
	mock_listen(&mock);
	state_is("follow-up");
}

static char *whole_call(void)
{
	struct mock other;
	char *text;

	mock_start(&other);
	mock_quiet(&other, 700);
	mock_speak(&other, 300, &mock_noise);
	mock_turn(&other, &mock_hours_maybe);
	mock_turn(&other, &mock_no);
	mock_turn(&other, &mock_balance);
	mock_turn(&other, &account_sure);
	mock_turn(&other, &mock_garbage);
	mock_end(&other);
	text = mock_events_text(&other);
	mock_stop(&other);
	mock_now = &mock;
	return text;
}

static void the_same_call_gives_the_same_events(void **state)
{
	char *first = whole_call();
	char *second = whole_call();

	(void)state;
	assert_non_null(first);
	assert_string_equal(first, second);
	free(first);
	free(second);
}

static void events_come_in_order(void **state)
{
	int64_t last = -1;
	size_t i;

	(void)state;
	mock_quiet(&mock, 700);
	mock_turn(&mock, &mock_balance);
	mock_turn(&mock, &account_sure);
	mock_keys(&mock, "*");
	mock_turn(&mock, &mock_agent);
	mock_end(&mock);
	for (i = 0; i < mock_n(&mock); i++) {
		int64_t t_ms = json_integer_value(json_object_get(json_array_get(mock.events, i), "t_ms"));

		assert_true(t_ms >= last);
		last = t_ms;
	}
}

static void a_rate_that_no_line_has_is_refused(void **state)
{
	struct sy_call_prm prm = {.rate = 44100};
	struct sy_problem why = {""};
	struct sy_call *call = NULL;

	(void)state;
	assert_int_equal(sy_call_create(&prm, &call, &why), EINVAL);
	assert_null(call);
	assert_non_null(strstr(why.text, "44100"));
	sy_call_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CALL_TEST(the_greeting_is_short_and_tells_of_a_machine_and_a_person),
		CALL_TEST(a_question_is_answered_and_more_is_offered),
		CALL_TEST(an_optional_detail_is_used_when_it_was_said),
		CALL_TEST(the_answer_comes_early),
		CALL_TEST(the_turn_lies_where_the_caller_spoke),
		CALL_TEST(speech_over_a_prompt_stops_it_at_once),
		CALL_TEST(a_cough_lets_the_prompt_go_on),
		CALL_TEST(what_was_decoded_too_early_is_thrown_away),
		CALL_TEST(a_pause_inside_a_number_is_not_cut),
		CALL_TEST(a_number_that_stays_too_short_is_asked_for_again),
		CALL_TEST(free_digits_wait_for_more),
		CALL_TEST(a_value_is_read_back_and_corrected_in_one_go),
		CALL_TEST(a_denied_value_is_asked_for_and_read_back_if_it_comes_again),
		CALL_TEST(a_filled_detail_is_not_asked_again),
		CALL_TEST(a_guess_is_confirmed_and_the_second_best_is_offered),
		CALL_TEST(the_same_guess_twice_is_sure),
		CALL_TEST(the_caller_says_which_of_two),
		CALL_TEST(which_of_two_is_chosen_by_keys),
		CALL_TEST(yes_does_not_say_which_of_two),
		CALL_TEST(neither_of_two_leads_on_to_a_person),
		CALL_TEST(wrong_guesses_lead_to_a_person),
		CALL_TEST(what_the_search_knows_is_asked_back),
		CALL_TEST(how_sure_follows_from_what_mistakes_cost),
		CALL_TEST(two_failures_offer_a_person_and_three_put_through),
		CALL_TEST(silence_three_times_puts_through_and_the_waits_grow),
		CALL_TEST(noise_alone_is_not_a_command),
		CALL_TEST(a_turned_down_request_for_a_person_is_asked_back),
		CALL_TEST(a_declined_offer_goes_back_to_the_open_question),
		CALL_TEST(hanging_up_after_an_answer_is_answered),
		CALL_TEST(silence_after_an_answer_ends_politely),
		CALL_TEST(what_works_everywhere_works),
		CALL_TEST(go_back_asks_for_the_detail_before),
		CALL_TEST(after_the_answer_repeat_gives_the_answer),
		CALL_TEST(only_the_doubtful_part_is_asked_again),
		CALL_TEST(a_part_is_kept_over_a_silence_and_may_be_typed),
		CALL_TEST(a_doubtful_goodbye_does_not_end_the_call),
		CALL_TEST(an_overdue_answer_is_flagged_and_a_person_follows),
		CALL_TEST(nothing_found_is_said_with_the_offer_of_a_person),
		CALL_TEST(a_failed_look_up_is_said),
		CALL_TEST(a_look_up_may_take_its_time),
		CALL_TEST(a_look_up_that_never_comes_fails),
		CALL_TEST(a_person_is_reached_while_a_look_up_runs),
		CALL_TEST(choices_are_given_back_as_written),
		CALL_TEST(a_person_who_is_not_reached_is_said_and_the_call_goes_on),
		CALL_TEST(a_long_wait_for_a_person_is_told),
		CALL_TEST(a_failed_decode_counts_as_a_failure),
		CALL_TEST(a_decode_that_never_comes_is_a_failure),
		CALL_TEST(without_a_voice_a_person_is_fetched),
		CALL_TEST(a_turn_that_is_too_long_is_taken_as_it_is),
		CALL_TEST(late_results_are_dropped),
		CALL_TEST(hanging_up_at_any_moment_ends_the_call),
		CALL_TEST(goodbye_can_still_become_a_person),
		CALL_TEST(something_said_over_goodbye_keeps_the_call),
		CALL_TEST(the_same_call_gives_the_same_events),
		CALL_TEST(events_come_in_order),
		CALL_TEST(a_rate_that_no_line_has_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
