/* A caller and an engine whose delays are known: what is measured is what was put in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/g711.h"
#include "tools/load/caller.h"

#define TURN_EVERY_MS 10000
/* A turn: 200 ms of silence, 1 s of speech, 300 ms of silence. */
#define ONSET_MS 200
#define END_MS 1200
#define TURN_MS 1500

static struct sy_load_turns turns;
static struct sy_load_figures figures;
static struct sy_load_caller caller;

/* The engine: says `prompt_ms` of voice, `wait_ms` after the caller's last voice; stops `stop_ms` after it hears any.
 */
static struct {
	double wait_ms, prompt_ms, stop_ms;
	double late_ms; /* its packets */
	bool mute;
	/* its own */
	double say_from_ms, say_until_ms, heard_ms;
	bool heard;
	uint16_t sequence;
} engine;

static uint8_t silent[SY_LOAD_PACKET], loud[SY_LOAD_PACKET];

static void add_turn(enum sy_load_kind kind)
{
	struct sy_load_turn *turn = &turns.at[turns.n++];

	*turn = (struct sy_load_turn){.kind = kind, .n = TURN_MS * 8, .onset_ms = ONSET_MS, .end_ms = END_MS};
	turn->mulaw = malloc(turn->n);
	assert_non_null(turn->mulaw);
	memset(turn->mulaw, sy_g711_to_mulaw(0), turn->n);
	for (size_t i = ONSET_MS * 8; i < END_MS * 8; i++)
		turn->mulaw[i] = sy_g711_to_mulaw(i % 2 ? 8000 : -8000);
	turns.of_kind[kind]++;
}

static int setup(void **state)
{
	(void)state;
	memset(&figures, 0, sizeof(figures));
	memset(&engine, 0, sizeof(engine));
	memset(silent, sy_g711_to_mulaw(0), sizeof(silent));
	for (size_t i = 0; i < sizeof(loud); i++)
		loud[i] = sy_g711_to_mulaw(i % 2 ? 3000 : -3000);
	engine.prompt_ms = 2000;
	engine.stop_ms = 120;
	caller = (struct sy_load_caller){.turns = &turns, .figures = &figures, .turn_every_ms = TURN_EVERY_MS};
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	sy_load_turns_reset(&turns);
	return 0;
}

static void engine_hears(const uint8_t *mulaw, double now_ms)
{
	const bool voice = sy_g711_from_mulaw(mulaw[1]) > 1000;

	if (voice && now_ms < engine.say_until_ms && engine.say_until_ms > now_ms + engine.stop_ms)
		engine.say_until_ms = now_ms + engine.stop_ms;
	if (voice) {
		engine.heard = true;
		engine.heard_ms = now_ms;
	} else if (engine.heard && now_ms - engine.heard_ms >= engine.wait_ms) {
		engine.heard = false;
		engine.say_from_ms = engine.heard_ms + engine.wait_ms;
		engine.say_until_ms = engine.say_from_ms + engine.prompt_ms;
	}
}

static void call_for(double seconds)
{
	uint8_t mulaw[SY_LOAD_PACKET];
	const double begin_ms = 5000;

	sy_load_caller_begin(&caller, 0, begin_ms);
	engine.say_from_ms = begin_ms + 200;
	engine.say_until_ms = begin_ms + 1200;
	for (double now = begin_ms; now < begin_ms + seconds * 1000; now += 20) {
		sy_load_caller_speak(&caller, now, mulaw);
		engine_hears(mulaw, now);
		const bool says = !engine.mute && now >= engine.say_from_ms && now < engine.say_until_ms;
		const struct sy_load_packet packet = {.at_ms = now + (engine.sequence % 50 == 49 ? engine.late_ms : 0),
			.sequence = engine.sequence,
			.timestamp = 160u * engine.sequence,
			.mulaw = says ? loud : silent,
			.n = SY_LOAD_PACKET};
		engine.sequence++;
		sy_load_caller_hear(&caller, &packet);
	}
}

static void the_wait_is_from_the_last_speech_to_the_first_voice(void **state)
{
	(void)state;
	add_turn(SY_LOAD_QUESTION);
	engine.wait_ms = 400;
	call_for(120);
	assert_in_range(figures.turns, 10, 14);
	assert_true(figures.answer.n >= 8);
	assert_int_equal(figures.answered, figures.answer.n);
	assert_float_equal(sy_histogram_quantile(&figures.answer, 0.05), 400, 20);
	assert_float_equal(figures.answer.worst_ms, 400, 20);
	assert_float_equal(sy_histogram_quantile(&figures.first_word, 1), 200, 0.1);
	assert_int_equal(figures.unanswered + figures.early + figures.gaps, 0);
}

static void numbers_are_counted_apart(void **state)
{
	(void)state;
	add_turn(SY_LOAD_NUMBER);
	engine.wait_ms = 2500;
	call_for(120);
	assert_int_equal(figures.answer.n, 0);
	assert_true(figures.number.n >= 6);
	assert_float_equal(sy_histogram_quantile(&figures.number, 0.5), 2500, 20);
}

static void a_line_is_never_silent(void **state)
{
	uint8_t mulaw[SY_LOAD_PACKET];
	int differ = 0;

	(void)state;
	add_turn(SY_LOAD_QUESTION);
	sy_load_caller_begin(&caller, 0, 0);
	sy_load_caller_speak(&caller, 20, mulaw);
	for (size_t i = 1; i < SY_LOAD_PACKET; i++) {
		differ += mulaw[i] != mulaw[i - 1];
		assert_in_range(sy_g711_from_mulaw(mulaw[i]) + 100, 60, 140);
	}
	assert_true(differ > 50);
}

/* Every second turn is the number that the first one leads to. */
static void who_is_asked_back_replies(void **state)
{
	(void)state;
	add_turn(SY_LOAD_QUESTION);
	add_turn(SY_LOAD_NUMBER);
	turns.at[0].then = 1;
	turns.at[1].is_reply = true;
	turns.of_kind[SY_LOAD_NUMBER]--;
	engine.wait_ms = 400;
	call_for(120);
	assert_true(figures.number.n >= 4);
	assert_true(figures.answer.n >= 4);
	assert_true(figures.answer.n + 2 >= figures.number.n && figures.number.n + 2 >= figures.answer.n);
}

static void interruptions_are_from_speech_to_the_prompts_last_voice(void **state)
{
	(void)state;
	add_turn(SY_LOAD_QUESTION);
	engine.wait_ms = 300;
	engine.prompt_ms = 6000;
	call_for(300);
	assert_true(figures.interrupt.n >= 5);
	assert_float_equal(sy_histogram_quantile(&figures.interrupt, 0.5), 120, 20);
	assert_float_equal(figures.interrupt.worst_ms, 120, 20);
	assert_float_equal(figures.answer.worst_ms, 300, 20);
	assert_true(figures.answer.n >= 4 * figures.interrupt.n - 4);
}

static void a_prompt_that_does_not_stop_shows(void **state)
{
	(void)state;
	add_turn(SY_LOAD_QUESTION);
	engine.wait_ms = 300;
	engine.prompt_ms = 6000;
	engine.stop_ms = 60000;
	call_for(300);
	assert_true(figures.interrupt.n >= 2);
	assert_true(figures.interrupt.worst_ms > 2000);
}

static void no_answer_is_no_wait(void **state)
{
	(void)state;
	add_turn(SY_LOAD_QUESTION);
	engine.wait_ms = SY_LOAD_PATIENCE_MS + 60000;
	call_for(100);
	assert_int_equal(figures.answer.n, 0);
	assert_true(figures.unanswered >= 5);
}

static void who_is_not_greeted_says_nothing(void **state)
{
	(void)state;
	add_turn(SY_LOAD_QUESTION);
	engine.mute = true;
	call_for(60);
	assert_int_equal(figures.turns, 0);
	assert_int_equal(figures.first_word.n, 0);
}

/* The engine takes the pause inside a turn for its end. */
static void an_answer_before_the_end_is_no_fast_answer(void **state)
{
	(void)state;
	add_turn(SY_LOAD_QUESTION);
	memset(turns.at[0].mulaw + 500 * 8, sy_g711_to_mulaw(0), 500 * 8);
	engine.wait_ms = 200;
	engine.prompt_ms = 1500;
	engine.stop_ms = 60000;
	call_for(120);
	assert_true(figures.early >= 5);
	assert_int_equal(figures.answer.n, 0);
}

static void packets_are_timed_against_the_earliest(void **state)
{
	(void)state;
	add_turn(SY_LOAD_QUESTION);
	engine.late_ms = 7;
	call_for(10);
	assert_int_equal(figures.late.n, 500);
	assert_float_equal(sy_histogram_quantile(&figures.late, 0.98), 0, 0.05);
	assert_float_equal(figures.late.worst_ms, 7, 1e-6);
}

static void packets_that_never_came_are_counted(void **state)
{
	(void)state;
	static const uint16_t sequences[] = {65534, 65535, 1, 4, 4, 5};

	add_turn(SY_LOAD_QUESTION);
	sy_load_caller_begin(&caller, 0, 1000);
	for (size_t i = 0; i < 6; i++)
		sy_load_caller_hear(&caller, &(struct sy_load_packet){.at_ms = 1000,
						     .sequence = sequences[i],
						     .timestamp = sequences[i] * 160u,
						     .mulaw = silent,
						     .n = SY_LOAD_PACKET});
	assert_int_equal(figures.gaps, 1 + 2);
	assert_false(sy_load_caller_lost(&caller, 1000 + SY_LOAD_LOST_MS));
	assert_true(sy_load_caller_lost(&caller, 1000 + SY_LOAD_LOST_MS + 1));
}

static void callers_say_different_things(void **state)
{
	(void)state;
	add_turn(SY_LOAD_ORDER);
	add_turn(SY_LOAD_QUESTION);
	add_turn(SY_LOAD_QUESTION);
	assert_ptr_equal(sy_load_turns_pick(&turns, SY_LOAD_QUESTION, 0), &turns.at[1]);
	assert_ptr_equal(sy_load_turns_pick(&turns, SY_LOAD_QUESTION, 1), &turns.at[2]);
	assert_ptr_equal(sy_load_turns_pick(&turns, SY_LOAD_QUESTION, 2), &turns.at[1]);
	assert_ptr_equal(sy_load_turns_pick(&turns, SY_LOAD_ORDER, 7), &turns.at[0]);
	assert_null(sy_load_turns_pick(&turns, SY_LOAD_READ, 0));
}

static void the_histogram_knows_its_edges(void **state)
{
	(void)state;
	static struct sy_histogram waits, more;

	assert_float_equal(sy_histogram_quantile(&waits, 0.5), 0, 0);
	sy_histogram_add(&waits, -3);
	assert_float_equal(sy_histogram_quantile(&waits, 1), 0, 0);
	for (int i = 1; i <= 99; i++)
		sy_histogram_add(&waits, i);
	assert_float_equal(sy_histogram_quantile(&waits, 0.95), 94, 1e-9);
	assert_float_equal(sy_histogram_quantile(&waits, 1), 99, 1e-9);
	sy_histogram_add(&more, SY_HISTOGRAM_MS_MAX + 5000.0);
	sy_histogram_join(&waits, &more);
	assert_int_equal(waits.n, 101);
	assert_float_equal(sy_histogram_quantile(&waits, 1), SY_HISTOGRAM_MS_MAX, 1e-9);
	assert_float_equal(waits.worst_ms, SY_HISTOGRAM_MS_MAX + 5000.0, 1e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_wait_is_from_the_last_speech_to_the_first_voice, setup, teardown),
		cmocka_unit_test_setup_teardown(numbers_are_counted_apart, setup, teardown),
		cmocka_unit_test_setup_teardown(a_line_is_never_silent, setup, teardown),
		cmocka_unit_test_setup_teardown(who_is_asked_back_replies, setup, teardown),
		cmocka_unit_test_setup_teardown(
			interruptions_are_from_speech_to_the_prompts_last_voice, setup, teardown),
		cmocka_unit_test_setup_teardown(a_prompt_that_does_not_stop_shows, setup, teardown),
		cmocka_unit_test_setup_teardown(no_answer_is_no_wait, setup, teardown),
		cmocka_unit_test_setup_teardown(who_is_not_greeted_says_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(an_answer_before_the_end_is_no_fast_answer, setup, teardown),
		cmocka_unit_test_setup_teardown(packets_are_timed_against_the_earliest, setup, teardown),
		cmocka_unit_test_setup_teardown(packets_that_never_came_are_counted, setup, teardown),
		cmocka_unit_test_setup_teardown(callers_say_different_things, setup, teardown),
		cmocka_unit_test(the_histogram_knows_its_edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
