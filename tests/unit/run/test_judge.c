/* Each expectation of a talk script: met, and not met with the words that say what came instead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/run/judge.h"

/* Two turns: at 2.0 to 3.0 s and at 6.0 to 7.0 s. */
static const struct sy_judge_span spans[] = {{true, 2000, 3000}, {true, 6000, 7000}};

struct fixture {
	struct sy_talk_turn turns[2];
	struct sy_talk talk;
	struct sy_judge *judge;
	struct sy_text lines;
	struct sy_judge_span spans[2];
};

static void happen(struct fixture *f, struct sy_event event)
{
	sy_judge_event(&event, f->judge);
}

static void heard(struct fixture *f, int64_t begin_ms, const char *text, const char *intent)
{
	char words[64];
	char name[64];
	struct sy_hypothesis hypothesis = {.text = words, .intent = intent ? name : NULL, .confidence = 0.9};
	struct sy_pairs values = {0};

	(void)strcpy(words, text);
	if (intent)
		(void)strcpy(name, intent);
	hypothesis.decision = intent ? SY_ACCEPT : SY_REJECT;
	assert_int_equal(0, sy_pairs_set(&hypothesis.slots, "account", "four oh seven one"));
	assert_int_equal(0, sy_pairs_set(&values, "account", "4071"));
	happen(f, (struct sy_event){.kind = SY_EVENT_HEARD,
			  .t_ms = begin_ms + 1300,
			  .state = begin_ms > 5000 ? "asking" : "open",
			  .hypothesis = &hypothesis,
			  .values = &values,
			  .turn_begin_ms = begin_ms,
			  .turn_end_ms = begin_ms + 1000});
	sy_pairs_reset(&hypothesis.slots);
	sy_pairs_reset(&values);
}

static int set_up(void **state)
{
	static char four[] = "4071";
	static char account[] = "account";
	static struct sy_pair slot = {account, four};
	struct fixture *f = calloc(1, sizeof *f);
	struct sy_card card = {.reason = NULL};

	assert_non_null(f);
	*state = f;
	f->turns[0].line_number = 5;
	f->turns[1].line_number = 9;
	memcpy(f->spans, spans, sizeof spans);
	f->talk = (struct sy_talk){.path = "a.yaml", .turns = f->turns, .n_turns = 2};
	assert_int_equal(0, sy_judge_create(&f->talk, &f->judge));
	happen(f, (struct sy_event){.kind = SY_EVENT_CALL, .case_key = "12345"});
	happen(f, (struct sy_event){
			  .kind = SY_EVENT_SAY, .t_ms = 0, .text = "Hello.", .duration_ms = 2100, .interrupted = true});
	heard(f, 2050, "what do i owe", "balance");
	happen(f,
		(struct sy_event){.kind = SY_EVENT_ANSWER, .t_ms = 3400, .article = "balance", .text = "Ten pounds."});
	happen(f, (struct sy_event){.kind = SY_EVENT_SAY, .t_ms = 3500, .text = "Ten pounds.", .duration_ms = 1500});
	heard(f, 6050, "operator", "agent");
	card.slots = (struct sy_pairs){&slot, 1};
	happen(f, (struct sy_event){.kind = SY_EVENT_HANDOFF, .t_ms = 7500, .reason = "asked", .card = &card});
	happen(f, (struct sy_event){.kind = SY_EVENT_SAY, .t_ms = 7600, .text = "One moment.", .duration_ms = 900});
	happen(f, (struct sy_event){.kind = SY_EVENT_END, .t_ms = 9000, .state = "passed", .outcome = "handoff"});
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	sy_judge_destroy(f->judge);
	sy_text_reset(&f->lines);
	free(f);
	return 0;
}

static void add_line(void *arg, const char *line)
{
	struct fixture *f = arg;

	assert_int_equal(0, sy_text_addf(&f->lines, "%s\n", line));
}

/* The verdict is these lines; "" is all met. */
static void verdict(struct fixture *f, const char *lines)
{
	size_t n = 0;

	for (const char *c = lines; *c; c++)
		n += *c == '\n';
	assert_int_equal(n, sy_judge_verdict(f->judge, f->spans, add_line, f));
	assert_string_equal(lines, sy_text_str(&f->lines));
	sy_text_reset(&f->lines);
}

static const bool yes = true;
static const bool no = false;

static void expectations_that_are_met(void **state)
{
	static const char *said[] = {"ten POUNDS"};
	static const char *not_said[] = {"goodbye", "hello"};
	static const char *answers[] = {"balance"};
	static const int within = 500;
	static const int max = 9000;
	struct fixture *f = *state;
	struct sy_talk_expect *first = &f->turns[0].expect;

	verdict(f, "");
	first->intent = "balance";
	first->decision = "accept";
	first->text = "I owe";
	assert_int_equal(0, sy_pairs_set(&first->slots, "account", "4071"));
	first->answer = "balance";
	first->say = (struct sy_talk_words){said, 1};
	first->not_say = (struct sy_talk_words){not_said, 2};
	first->state = "asking";
	first->handoff = "none";
	first->interrupted = &yes;
	first->silence = &no;
	first->within_ms = &within;
	f->turns[1].expect =
		(struct sy_talk_expect){.handoff = "asked", .interrupted = &no, .state = "passed", .intent = "agent"};
	f->talk.expect =
		(struct sy_talk_end){.outcome = "handoff", .handoff = "asked", .answers = {answers, 1}, .max_ms = &max};
	assert_int_equal(0, sy_pairs_set(&f->talk.expect.filled, "account", "4071"));
	verdict(f, "");
	sy_pairs_reset(&first->slots);
	sy_pairs_reset(&f->talk.expect.filled);
}

static void what_came_instead_is_said(void **state)
{
	static const char *said[] = {"twenty"};
	static const char *not_said[] = {"pounds"};
	static const int within = 499;
	struct fixture *f = *state;
	struct sy_talk_expect *first = &f->turns[0].expect;

	first->intent = "hours";
	first->answer = "hours";
	first->handoff = "unsure";
	verdict(f, "a.yaml:5: turn 1: expected to hear intent hours, but \"what do i owe\" was heard (accept, balance, "
		   "account=four oh seven one)\n"
		   "a.yaml:5: turn 1: expected the answer hours, but the answer was balance\n"
		   "a.yaml:5: turn 1: expected a hand-off for the reason unsure, but there was no handoff\n");
	*first = (struct sy_talk_expect){.say = {said, 1}, .not_say = {not_said, 1}};
	verdict(f, "a.yaml:5: turn 1: expected \"twenty\" to be said, but \"Ten pounds.\"\n"
		   "a.yaml:5: turn 1: expected \"pounds\" not to be said, but \"Ten pounds.\"\n");
	*first = (struct sy_talk_expect){.interrupted = &no, .silence = &yes, .within_ms = &within, .state = "open"};
	verdict(f, "a.yaml:5: turn 1: expected no prompt to be interrupted, but one was\n"
		   "a.yaml:5: turn 1: expected the silence to be noticed, but it was not\n"
		   "a.yaml:5: turn 1: expected the reply to begin within 499 ms, but it came after 500 ms\n"
		   "a.yaml:5: turn 1: expected the state open, but it was asking\n");
}

static void the_whole_call_is_judged(void **state)
{
	static const char *answers[] = {"balance", "hours"};
	static const int max = 8999;
	struct fixture *f = *state;

	f->talk.expect =
		(struct sy_talk_end){.outcome = "goodbye", .handoff = "none", .answers = {answers, 2}, .max_ms = &max};
	assert_int_equal(0, sy_pairs_set(&f->talk.expect.filled, "town", "Ashford"));
	verdict(f, "a.yaml: the whole call: expected the outcome goodbye, but it was handoff\n"
		   "a.yaml: the whole call: expected the reason of the hand-off none, but it was asked\n"
		   "a.yaml: the whole call: expected the answers balance, hours, but it was balance\n"
		   "a.yaml: the whole call: expected on the card town Ashford, but it was not there\n"
		   "a.yaml: the whole call: expected an end within 8999 ms, but it came after 9000 ms\n");
	sy_pairs_reset(&f->talk.expect.filled);
}

static void a_turn_that_was_never_reached_fails(void **state)
{
	struct fixture *f = *state;

	f->spans[1].played = false;
	verdict(f, "");
	f->turns[1].expect.answer = "hours";
	verdict(f, "a.yaml:9: turn 2: expected the call to come to this turn, but it had ended\n");
}

static void too_many_events_are_told(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < SY_JUDGE_EVENTS_MAX - 9; i++)
		happen(f, (struct sy_event){.kind = SY_EVENT_KEY, .t_ms = 8000, .key = '1'});
	verdict(f, "");
	happen(f, (struct sy_event){.kind = SY_EVENT_KEY, .t_ms = 8000, .key = '1'});
	verdict(f, "a.yaml: the whole call: expected at most 4000 events, but there were more\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(expectations_that_are_met, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_came_instead_is_said, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_whole_call_is_judged, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_turn_that_was_never_reached_fails, set_up, tear_down),
		cmocka_unit_test_setup_teardown(too_many_events_are_told, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
