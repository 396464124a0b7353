#include "call_bench.h"

#include <errno.h>
#include <string.h>

#include "engine/converse/call_parts.h"

/* Callers who go on after their turn was taken. */

#define A_THOUGHT_MS 700 /* longer than any patience but a number's, and soon enough */

static const struct mock_heard half = {
	.text = "when will the", .decision = SY_REJECT, .completeness = SY_OUTSIDE, .confidence = 0.3};
static const struct mock_heard open_more = {
	.text = "when are you open", .intent = "hours", .decision = SY_ACCEPT, .completeness = SY_EXTENSIBLE};
static const struct mock_heard open_sunday = {.text = "when are you open on sunday",
	.intent = "hours",
	.slot = "day",
	.words = "sunday",
	.decision = SY_ACCEPT,
	.completeness = SY_COMPLETE};
static const struct mock_heard balance_of = {.text = "balance of one oh four two three three",
	.intent = "balance",
	.slot = "account",
	.words = "one oh four two three three",
	.decision = SY_ACCEPT,
	.completeness = SY_COMPLETE};

static bool goes_on(void)
{
	return json_is_true(json_object_get(mock_event(&mock, "heard"), "goes_on"));
}

/* One turn, and after a thought the next. The whole is heard as `whole`, what was added as `added`. */
static void say_and_go_on(
	const struct mock_heard *first, int thought_ms, const struct mock_heard *whole, const struct mock_heard *added)
{
	mock_listen(&mock);
	mock_speak(&mock, 600, first);
	mock_quiet(&mock, thought_ms);
	mock.then = added;
	mock_speak(&mock, 600, whole);
	mock_quiet(&mock, 1000);
}

static void who_thinks_is_heard_as_one_and_has_not_failed(void **state)
{
	size_t first;

	(void)state;
	mock_listen(&mock);
	mock_speak(&mock, 600, &half);
	mock_quiet(&mock, A_THOUGHT_MS);
	assert_int_equal(mock_count(&mock, "heard"), 1);
	assert_true(sy_call_saying(mock.call)); /* "Sorry" has begun */
	first = mock.n_heard_samples;
	mock_speak(&mock, 600, &mock_hours);
	assert_false(sy_call_speaking(mock.call));
	mock_quiet(&mock, 1000);
	assert_true(mock.most_samples > first + (A_THOUGHT_MS + 500) * 8);
	assert_true(goes_on());
	assert_string_equal(mock_string(&mock, "answer", "article"), "hours");
	assert_string_equal(mock.grammars, "articles");
	mock_turn(&mock, &mock_garbage);
	mock_turn(&mock, &mock_garbage);
	state_is("offer"); /* these were the first two */
}

/* Not understood, and the same again: one failure, not two. */
static void two_pieces_that_make_nothing_are_one_failure(void **state)
{
	const struct mock_heard both = {
		.text = "when will the blue", .decision = SY_REJECT, .completeness = SY_OUTSIDE, .confidence = 0.3};

	(void)state;
	say_and_go_on(&half, A_THOUGHT_MS, &both, &mock_garbage);
	assert_true(goes_on());
	assert_string_equal(mock_string(&mock, "heard", "text"), "when will the blue");
	state_is("open");
	mock_turn(&mock, &mock_garbage);
	state_is("offer");
}

/* Half a sentence is easily taken for a word that works everywhere: nothing comes of that either. */
static void what_was_taken_for_a_yes_is_gone_on_with(void **state)
{
	struct mock_heard yes = mock_yes;

	(void)state;
	yes.decision = SY_CONFIRM;
	yes.confidence = 0.5;
	say_and_go_on(&yes, A_THOUGHT_MS, &mock_hours, NULL);
	assert_true(goes_on());
	assert_string_equal(mock_string(&mock, "answer", "article"), "hours");
}

static void a_sentence_of_its_own_is_heard_by_itself(void **state)
{
	(void)state;
	say_and_go_on(&half, A_THOUGHT_MS, &mock_garbage, &mock_hours);
	assert_false(goes_on());
	assert_string_equal(mock_string(&mock, "heard", "intent"), "hours");
	assert_string_equal(mock_string(&mock, "answer", "article"), "hours");
}

static void a_person_is_reached_by_what_was_added(void **state)
{
	(void)state;
	say_and_go_on(&open_more, 500, &mock_garbage, &mock_agent);
	assert_string_equal(mock_string(&mock, "handoff", "reason"), "asked");
}

static void more_of_a_sure_sentence_is_answered_as_one(void **state)
{
	(void)state;
	say_and_go_on(&open_more, 500, &open_sunday, NULL);
	assert_true(goes_on());
	assert_string_equal(
		json_string_value(json_object_get(json_object_get(mock_event(&mock, "heard"), "values"), "day")),
		"sunday");
	assert_int_equal(mock_count(&mock, "answer"), 2);
	state_is("answering");
}

/* What was sure stays: a cough behind it, or words that only spoil it, let the answer go on. */
static void what_spoils_a_sure_sentence_is_let_be(void **state)
{
	const struct mock_heard *const added[] = {&mock_noise, &mock_garbage};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		mock_listen(&mock);
		const size_t answers = mock_count(&mock, "answer");
		mock_speak(&mock, 600, &open_more);
		mock_quiet(&mock, 500);
		assert_true(sy_call_speaking(mock.call));
		mock.then = added[i];
		mock_speak(&mock, 300, &mock_garbage);
		assert_false(sy_call_speaking(mock.call));
		mock_quiet(&mock, 1000);
		assert_true(sy_call_speaking(mock.call));
		state_is("answering");
		assert_int_equal(mock_count(&mock, "answer"), answers + 1);
		mock_listen(&mock);
		state_is("follow-up");
	}
}

/* The sentence before swallowed what was added: it is heard by itself, too. */
static void a_person_is_not_lost_in_a_sure_sentence(void **state)
{
	(void)state;
	say_and_go_on(&open_more, 500, &open_more, &mock_agent);
	assert_string_equal(mock_string(&mock, "handoff", "reason"), "asked");
}

static void nor_in_one_that_means_more(void **state)
{
	(void)state;
	say_and_go_on(&open_more, 500, &open_sunday, &mock_agent);
	assert_string_equal(mock_string(&mock, "handoff", "reason"), "asked");
}

/* A sure sentence of both, though what was added means something by itself. */
static void a_sure_whole_outweighs_its_end(void **state)
{
	const struct mock_heard lost = {
		.text = "lost card", .intent = "lost", .decision = SY_ACCEPT, .completeness = SY_COMPLETE};

	(void)state;
	say_and_go_on(&open_more, 500, &open_sunday, &lost);
	assert_true(goes_on());
	assert_string_equal(mock_string(&mock, "answer", "article"), "hours");
	assert_int_equal(mock_count(&mock, "answer"), 2);
}

/* A "please" that comes late asks nothing new. */
static void what_means_the_same_lets_the_answer_go_on(void **state)
{
	const struct mock_heard please = {.text = "when are you open please",
		.intent = "hours",
		.decision = SY_ACCEPT,
		.completeness = SY_COMPLETE};

	(void)state;
	say_and_go_on(&open_more, 500, &please, NULL);
	assert_true(goes_on());
	assert_int_equal(mock_count(&mock, "answer"), 1);
	mock_listen(&mock);
	state_is("follow-up");
	assert_int_equal(mock_count(&mock, "answer"), 1);
}

/* The same words again: a breath, heard as nothing. The question back goes on where it was, and "yes" answers it. */
static void what_adds_nothing_lets_the_prompt_go_on(void **state)
{
	(void)state;
	say_and_go_on(&mock_hours_maybe, A_THOUGHT_MS, &mock_hours_maybe, &mock_noise);
	state_is("confirm");
	assert_true(sy_call_saying(mock.call));
	mock_turn(&mock, &mock_yes);
	assert_string_equal(mock_string(&mock, "answer", "article"), "hours");
}

static void a_whole_sentence_is_not_gone_on_with(void **state)
{
	const struct mock_heard lost = {
		.text = "i lost my card", .intent = "lost", .decision = SY_ACCEPT, .completeness = SY_COMPLETE};

	(void)state;
	say_and_go_on(&mock_hours, 500, &lost, NULL);
	assert_false(goes_on());
	assert_string_equal(mock_string(&mock, "heard", "intent"), "lost");
	assert_int_equal(mock.n_hears, 2);
}

/* "Did you ask about …?" was heard to its end: "no" is the answer to it. */
static void who_has_heard_us_out_answers(void **state)
{
	(void)state;
	mock_listen(&mock);
	mock_speak(&mock, 600, &mock_hours_maybe);
	mock_listen(&mock);
	assert_true(sy_call_ms(mock.call) - mock.speech_end_ms < SY_TURN_DOUBT_MS + SY_TURN_GO_ON_MS);
	mock_speak(&mock, 600, &mock_no);
	mock_quiet(&mock, 1000);
	assert_false(goes_on());
	assert_true(mock_said(&mock, 0, "Then was it about a lost phone?"));
}

static void who_waits_longer_says_something_new(void **state)
{
	(void)state;
	say_and_go_on(&half, SY_TURN_DOUBT_MS + SY_TURN_GO_ON_MS + 40, &mock_hours, NULL);
	assert_false(goes_on());
	assert_int_equal(mock_count(&mock, "heard"), 2);
	mock_turn(&mock, &mock_garbage);
	mock_turn(&mock, &mock_garbage);
	state_is("offer");
}

/* A key means what it means where the turn before led to: yes, it was about the hours. */
static void a_key_in_the_middle_counts_where_the_call_stands(void **state)
{
	(void)state;
	mock_listen(&mock);
	mock_speak(&mock, 600, &mock_hours_maybe);
	mock_quiet(&mock, A_THOUGHT_MS);
	state_is("confirm");
	mock_speak(&mock, 300, &mock_garbage);
	mock_quiet(&mock, 200); /* decoded where the first stood */
	mock_keys(&mock, "1");
	mock_quiet(&mock, 500);
	assert_string_equal(mock_string(&mock, "answer", "article"), "hours");
}

static void hanging_up_in_the_middle_ends_where_the_call_stood(void **state)
{
	(void)state;
	mock_turn(&mock, &mock_hours);
	state_is("follow-up");
	mock_speak(&mock, 600, &half);
	mock_quiet(&mock, A_THOUGHT_MS);
	mock_speak(&mock, 300, &half);
	mock_quiet(&mock, 200);
	sy_call_gone(mock.call);
	assert_string_equal(mock_string(&mock, "end", "outcome"), "answered");
}

/* A person who was asked for has been asked for. */
static void a_person_is_not_taken_back(void **state)
{
	(void)state;
	mock.pass_ms = 5000;
	mock_turn(&mock, &mock_garbage);
	mock_turn(&mock, &mock_garbage);
	mock_listen(&mock);
	mock_speak(&mock, 600, &half);
	mock_quiet(&mock, A_THOUGHT_MS);
	state_is("hand-over");
	mock_speak(&mock, 600, &mock_hours);
	mock_quiet(&mock, 1000);
	assert_false(goes_on());
	state_is("hand-over");
	assert_int_equal(mock.n_cards, 1);
}

/* In the middle of a detail: what was said before the number makes no failure of it. */
static void a_detail_is_heard_after_a_thought(void **state)
{
	const struct mock_heard number = {.text = "one oh four two three three",
		.intent = "slot",
		.slot = "account",
		.words = "one oh four two three three",
		.decision = SY_ACCEPT,
		.completeness = SY_COMPLETE};

	(void)state;
	mock_turn(&mock, &mock_balance);
	state_is("ask");
	mock_speak(&mock, 600, &half);
	mock_quiet(&mock, A_THOUGHT_MS);
	mock_speak(&mock, 600, &number);
	assert_string_equal(mock.grammars, "slot-account");
	mock_quiet(&mock, 1000);
	assert_string_equal(mock_string(&mock, "answer", "article"), "balance");
}

/* The row comes while the caller says what turns out to be nothing: then the answer is given. */
static void a_look_up_is_not_lost_meanwhile(void **state)
{
	struct mock_heard sure = balance_of;

	(void)state;
	sure.completeness = SY_EXTENSIBLE;
	sure.text = "my balance please";
	sure.words = "one oh four two three three";
	mock_listen(&mock);
	mock.lookup_err = EAGAIN;
	mock_speak(&mock, 600, &sure);
	mock_quiet(&mock, 400);
	state_is("pursuing");
	mock.then = &mock_noise;
	mock_speak(&mock, 300, &mock_garbage);
	mock_quiet(&mock, 200);
	mock.lookup_err = 0;
	sy_call_looked_up(mock.call);
	mock_quiet(&mock, 1000);
	assert_string_equal(mock_string(&mock, "answer", "article"), "balance");
	assert_false(mock_said(&mock, 0, "I cannot look that up"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CALL_TEST(who_thinks_is_heard_as_one_and_has_not_failed),
		CALL_TEST(two_pieces_that_make_nothing_are_one_failure),
		CALL_TEST(what_was_taken_for_a_yes_is_gone_on_with),
		CALL_TEST(a_sentence_of_its_own_is_heard_by_itself),
		CALL_TEST(a_person_is_reached_by_what_was_added),
		CALL_TEST(more_of_a_sure_sentence_is_answered_as_one),
		CALL_TEST(what_spoils_a_sure_sentence_is_let_be),
		CALL_TEST(a_person_is_not_lost_in_a_sure_sentence),
		CALL_TEST(nor_in_one_that_means_more),
		CALL_TEST(a_sure_whole_outweighs_its_end),
		CALL_TEST(what_means_the_same_lets_the_answer_go_on),
		CALL_TEST(what_adds_nothing_lets_the_prompt_go_on),
		CALL_TEST(a_whole_sentence_is_not_gone_on_with),
		CALL_TEST(who_has_heard_us_out_answers),
		CALL_TEST(who_waits_longer_says_something_new),
		CALL_TEST(a_key_in_the_middle_counts_where_the_call_stands),
		CALL_TEST(hanging_up_in_the_middle_ends_where_the_call_stood),
		CALL_TEST(a_person_is_not_taken_back),
		CALL_TEST(a_detail_is_heard_after_a_thought),
		CALL_TEST(a_look_up_is_not_lost_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
