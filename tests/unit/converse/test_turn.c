#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/turn.h"
#include "tests/mock/mock_call_seams.h"

static struct sy_turn *turn;
static int64_t now_ms;

static int start(void **state)
{
	(void)state;
	now_ms = 0;
	return sy_turn_create(SY_RATE_LINE, &turn);
}

static int stop(void **state)
{
	(void)state;
	sy_turn_destroy(turn);
	return 0;
}

static enum sy_turn_news frame(bool loud)
{
	int16_t pcm[SY_FRAME_SAMPLES_MAX] = {0};
	enum sy_turn_news news;
	size_t i;

	for (i = 0; i < sy_frame_samples(SY_RATE_LINE); i++)
		pcm[i] = loud ? 8000 : 0;
	now_ms += SY_FRAME_MS;
	assert_int_equal(sy_turn_frame(turn, pcm, now_ms, false, &news), 0);
	return news;
}

/* Frames until something happens; QUIET when nothing does. */
static enum sy_turn_news until_news(bool loud, int ms)
{
	enum sy_turn_news news = SY_TURN_QUIET;

	for (; ms > 0 && news == SY_TURN_QUIET; ms -= SY_FRAME_MS)
		news = frame(loud);
	return news;
}

static void hear(uint32_t job, int patience_ms)
{
	char text[] = "yes";
	const struct sy_hypothesis hypothesis = {.text = text, .decision = SY_ACCEPT, .completeness = SY_COMPLETE};

	assert_true(sy_turn_awaits(turn, job));
	sy_turn_heard(turn, 0, &hypothesis, patience_ms);
}

static void a_turn_is_over_after_its_patience(void **state)
{
	int64_t end;

	(void)state;
	assert_int_equal(until_news(false, 1000), SY_TURN_QUIET);
	assert_int_equal(until_news(true, 500), SY_TURN_BEGAN);
	assert_true(sy_turn_under_way(turn));
	assert_int_equal(until_news(true, 500), SY_TURN_QUIET);
	end = now_ms;
	assert_int_equal(until_news(false, 500), SY_TURN_DECODE);
	sy_turn_asked(turn, 5);
	assert_false(sy_turn_awaits(turn, 4));
	assert_false(sy_turn_awaits(turn, 0));
	hear(5, SY_TURN_WHOLE_MS);
	assert_false(sy_turn_awaits(turn, 5));
	assert_int_equal(until_news(false, 500), SY_TURN_OVER);
	assert_int_equal(now_ms - end, SY_TURN_WHOLE_MS);
	assert_int_equal(sy_turn_end_ms(turn), end);
	assert_true(llabs(sy_turn_begin_ms(turn) - 1000) <= SY_FRAME_MS);
	assert_string_equal(sy_turn_hypothesis(turn)->text, "yes");
	sy_turn_restart(turn);
	assert_false(sy_turn_under_way(turn));
	assert_null(sy_turn_hypothesis(turn));
}

static void going_on_makes_a_result_out_of_date(void **state)
{
	const int16_t *pcm;
	size_t first;
	size_t second;

	(void)state;
	assert_int_equal(until_news(true, 500), SY_TURN_BEGAN);
	assert_int_equal(until_news(false, 500), SY_TURN_DECODE);
	sy_turn_pcm(turn, &pcm, &first);
	sy_turn_asked(turn, 5);
	hear(5, SY_TURN_WHOLE_MS);
	assert_int_equal(until_news(true, 300), SY_TURN_QUIET);
	assert_null(sy_turn_hypothesis(turn));
	assert_int_equal(until_news(false, 500), SY_TURN_DECODE);
	sy_turn_pcm(turn, &pcm, &second);
	assert_true(second > first); /* the whole turn again */
	sy_turn_asked(turn, 6);
	assert_false(sy_turn_awaits(turn, 5));
	hear(6, SY_TURN_NUMBER_MS);
	assert_int_equal(until_news(false, SY_TURN_NUMBER_MS - 200), SY_TURN_QUIET);
	assert_int_equal(until_news(false, 200), SY_TURN_OVER);
}

static void a_long_turn_is_decoded_at_longer_pauses(void **state)
{
	int64_t end;

	(void)state;
	assert_int_equal(until_news(true, 500), SY_TURN_BEGAN);
	(void)until_news(true, SY_TURN_EARLY_MAX_MS - 60);
	end = now_ms;
	assert_int_equal(until_news(false, 1000), SY_TURN_DECODE);
	assert_int_equal(now_ms - end, SY_ENDPOINT_PAUSE_MS);
	(void)until_news(true, 200);
	end = now_ms;
	assert_int_equal(until_news(false, 1000), SY_TURN_DECODE);
	assert_int_equal(now_ms - end, SY_TURN_LATE_PAUSE_MS);
}

static void a_failed_decode_ends_the_turn(void **state)
{
	(void)state;
	assert_int_equal(until_news(true, 500), SY_TURN_BEGAN);
	assert_int_equal(until_news(false, 500), SY_TURN_DECODE);
	sy_turn_asked(turn, 5);
	sy_turn_heard(turn, EIO, NULL, 0);
	assert_int_equal(until_news(false, 100), SY_TURN_OVER);
	assert_null(sy_turn_hypothesis(turn));
}

static void a_decode_that_never_comes_has_failed(void **state)
{
	int64_t asked;

	(void)state;
	assert_int_equal(until_news(true, 500), SY_TURN_BEGAN);
	assert_int_equal(until_news(false, 500), SY_TURN_DECODE);
	asked = now_ms;
	sy_turn_asked(turn, 5);
	assert_int_equal(until_news(false, SY_TURN_RESULT_MAX_MS), SY_TURN_QUIET);
	assert_int_equal(until_news(false, 100), SY_TURN_OVER);
	assert_int_equal(now_ms - asked, SY_TURN_RESULT_MAX_MS + SY_FRAME_MS);
	assert_null(sy_turn_hypothesis(turn));
}

static void a_turn_that_is_too_long_is_over_with_its_result(void **state)
{
	(void)state;
	assert_int_equal(until_news(true, 500), SY_TURN_BEGAN);
	assert_int_equal(until_news(true, SY_ENDPOINT_TURN_MAX_MS + 100), SY_TURN_DECODE);
	assert_true(sy_turn_too_long(turn));
	sy_turn_asked(turn, 9);
	assert_int_equal(until_news(true, 200), SY_TURN_QUIET);
	hear(9, SY_TURN_NUMBER_MS);
	assert_int_equal(until_news(true, 20), SY_TURN_OVER);
	assert_int_equal(sy_turn_end_ms(turn), now_ms);
	sy_turn_restart(turn);
	assert_false(sy_turn_too_long(turn));
}

static void patience_depends_on_what_was_heard(void **state)
{
	struct sy_hypothesis heard = {.decision = SY_ACCEPT, .completeness = SY_COMPLETE};

	(void)state;
	assert_int_equal(sy_turn_patience(&heard, false), SY_TURN_WHOLE_MS);
	heard.decision = SY_CONFIRM;
	assert_int_equal(sy_turn_patience(&heard, false), SY_TURN_DOUBT_MS);
	/* A "please" that may follow is nothing to wait for; digits are. */
	heard.completeness = SY_EXTENSIBLE;
	assert_int_equal(sy_turn_patience(&heard, false), SY_TURN_DOUBT_MS);
	heard.decision = SY_ACCEPT;
	assert_int_equal(sy_turn_patience(&heard, false), SY_TURN_WHOLE_MS);
	assert_int_equal(sy_turn_patience(&heard, true), 2500); /* promised */
	heard.completeness = SY_INCOMPLETE;
	heard.decision = SY_REJECT;
	assert_int_equal(sy_turn_patience(&heard, true), 2500);
	assert_int_equal(sy_turn_patience(&heard, false), SY_TURN_BEGUN_MS);
	heard.intent = (char[]){"pay"};
	assert_int_equal(sy_turn_patience(&heard, true), 2500);
	assert_int_equal(sy_turn_patience(&heard, false), SY_TURN_DOUBT_MS);
	heard.intent = NULL;
	heard.completeness = SY_OUTSIDE;
	assert_int_equal(sy_turn_patience(&heard, false), SY_TURN_DOUBT_MS);
	heard.completeness = SY_INCOMPLETE;
	heard.sounded = SY_SOUNDED_NOISE;
	assert_int_equal(sy_turn_patience(&heard, false), SY_TURN_WHOLE_MS);
}

/* A turn of 400 ms that is over. */
static void say_something(uint32_t job)
{
	assert_int_equal(until_news(true, 400), SY_TURN_BEGAN);
	(void)until_news(true, 300);
	assert_int_equal(until_news(false, 500), SY_TURN_DECODE);
	sy_turn_asked(turn, job);
	hear(job, SY_TURN_DOUBT_MS);
	assert_int_equal(until_news(false, 500), SY_TURN_OVER);
}

static size_t samples(void)
{
	const int16_t *pcm;
	size_t n;

	sy_turn_pcm(turn, &pcm, &n);
	assert_int_equal(pcm[n - 1], 0); /* the pause that asked for the decode is the last of it */
	return n;
}

static void a_turn_that_is_kept_is_gone_on_with(void **state)
{
	const int a_ms = SY_RATE_LINE / 1000;
	int64_t begin, added;

	(void)state;
	(void)until_news(false, 1000);
	say_something(5);
	begin = sy_turn_begin_ms(turn);
	sy_turn_keep(turn);
	assert_false(sy_turn_under_way(turn));
	assert_false(sy_turn_goes_on(turn));
	assert_int_equal(until_news(false, 300), SY_TURN_QUIET);
	added = now_ms;
	assert_int_equal(until_news(true, 400), SY_TURN_BEGAN);
	assert_true(sy_turn_goes_on(turn));
	assert_int_equal(sy_turn_begin_ms(turn), begin);
	(void)until_news(true, 300);
	assert_int_equal(until_news(false, 500), SY_TURN_DECODE);
	assert_true(samples() >= (size_t)((now_ms - begin) * a_ms)); /* both, and the pause between them */
	sy_turn_asked(turn, 6);
	hear(6, SY_TURN_DOUBT_MS);

	/* It leaves a doubt: what was added is heard as well, and nothing is over before that. */
	sy_turn_hear_added(turn);
	assert_true(sy_turn_is_added(turn));
	assert_int_equal(sy_turn_begin_ms(turn), added);
	assert_true(samples() <= (size_t)((now_ms - added + SY_ENDPOINT_PREROLL_MS + 2 * SY_FRAME_MS) * a_ms));
	assert_false(sy_turn_awaits(turn, 6));
	assert_int_equal(until_news(false, 1000), SY_TURN_QUIET);
	sy_turn_asked(turn, 7);
	hear(7, SY_TURN_WHOLE_MS);
	assert_int_equal(until_news(false, 40), SY_TURN_OVER);
	sy_turn_take_whole(turn);
	assert_false(sy_turn_is_added(turn));
	assert_int_equal(sy_turn_begin_ms(turn), begin);
	sy_turn_restart(turn);
	assert_int_equal(until_news(true, 400), SY_TURN_BEGAN);
	assert_false(sy_turn_goes_on(turn));
}

static void what_was_added_and_cannot_be_heard_leaves_the_whole(void **state)
{
	(void)state;
	for (int late = 0; late < 2; late++) {
		say_something(5);
		sy_turn_keep(turn);
		assert_int_equal(until_news(true, 400), SY_TURN_BEGAN);
		assert_int_equal(until_news(false, 500), SY_TURN_DECODE);
		sy_turn_asked(turn, 6);
		hear(6, SY_TURN_DOUBT_MS);
		sy_turn_hear_added(turn);
		sy_turn_asked(turn, 7);
		if (late)
			(void)until_news(false, SY_TURN_RESULT_MAX_MS);
		else
			sy_turn_heard(turn, EIO, NULL, 0);
		assert_int_equal(until_news(false, 500), SY_TURN_OVER);
		assert_false(sy_turn_is_added(turn));
		assert_string_equal(sy_turn_hypothesis(turn)->text, "yes");
		sy_turn_restart(turn);
	}
}

static void who_goes_on_again_is_heard_from_the_beginning(void **state)
{
	(void)state;
	say_something(5);
	sy_turn_keep(turn);
	assert_int_equal(until_news(true, 400), SY_TURN_BEGAN);
	assert_int_equal(until_news(false, 500), SY_TURN_DECODE);
	const size_t whole = samples();
	sy_turn_asked(turn, 6);
	hear(6, SY_TURN_DOUBT_MS);
	sy_turn_hear_added(turn);
	sy_turn_asked(turn, 7);
	(void)until_news(true, 200);
	assert_false(sy_turn_awaits(turn, 7));
	assert_false(sy_turn_is_added(turn));
	assert_int_equal(until_news(false, 500), SY_TURN_DECODE);
	assert_true(samples() > whole);
}

static void a_turn_is_kept_for_its_time_only(void **state)
{
	(void)state;
	for (int late = 0; late < 2; late++) {
		say_something(5);
		sy_turn_keep(turn);
		/* The third loud frame is the one that shows it. */
		(void)until_news(false, SY_TURN_GO_ON_MS - (late ? 2 : 3) * SY_FRAME_MS);
		assert_int_equal(until_news(true, 400), SY_TURN_BEGAN);
		assert_int_equal(sy_turn_goes_on(turn), !late);
		sy_turn_restart(turn);
	}
}

#define TURN_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TURN_TEST(a_turn_is_over_after_its_patience),
		TURN_TEST(going_on_makes_a_result_out_of_date),
		TURN_TEST(a_long_turn_is_decoded_at_longer_pauses),
		TURN_TEST(a_failed_decode_ends_the_turn),
		TURN_TEST(a_decode_that_never_comes_has_failed),
		TURN_TEST(a_turn_that_is_too_long_is_over_with_its_result),
		cmocka_unit_test(patience_depends_on_what_was_heard),
		TURN_TEST(a_turn_that_is_kept_is_gone_on_with),
		TURN_TEST(what_was_added_and_cannot_be_heard_leaves_the_whole),
		TURN_TEST(who_goes_on_again_is_heard_from_the_beginning),
		TURN_TEST(a_turn_is_kept_for_its_time_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
