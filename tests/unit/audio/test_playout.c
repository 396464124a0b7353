#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>

#include "audio/frame.h"
#include "audio/playout.h"

#define FRAME 160

static struct sy_sound constant(int rate, size_t n, int16_t value)
{
	struct sy_sound sound = {.rate = rate, .n = n, .pcm = malloc((n ? n : 1) * sizeof(int16_t))};

	assert_non_null(sound.pcm);
	for (size_t i = 0; i < n; i++)
		sound.pcm[i] = value;
	return sound;
}

static int setup(void **state)
{
	struct sy_playout *playout;

	if (sy_playout_create(SY_RATE_LINE, &playout) != 0)
		return -1;
	*state = playout;
	return 0;
}

static int teardown(void **state)
{
	sy_playout_destroy(*state);
	return 0;
}

static void add(struct sy_playout *playout, size_t n, int16_t value)
{
	struct sy_sound sound = constant(SY_RATE_LINE, n, value);

	assert_int_equal(sy_playout_add(playout, &sound), 0);
	assert_null(sound.pcm);
}

static void sounds_follow_each_other_without_a_gap(void **state)
{
	struct sy_playout *playout = *state;
	int16_t frame[FRAME];

	add(playout, 100, 1);
	add(playout, 0, 9);
	add(playout, 100, 2);
	assert_int_equal(sy_playout_remaining_ms(playout), 25);
	assert_true(sy_playout_frame(playout, frame));
	assert_int_equal(frame[99], 1);
	assert_int_equal(frame[100], 2);
	assert_true(sy_playout_busy(playout));
	assert_int_equal(sy_playout_played_ms(playout), 20);
	assert_true(sy_playout_frame(playout, frame));
	assert_int_equal(frame[39], 2);
	assert_int_equal(frame[40], 0);
	assert_false(sy_playout_busy(playout));
	assert_int_equal(sy_playout_played_ms(playout), 25);
	assert_int_equal(sy_playout_remaining_ms(playout), 0);
}

static void nothing_queued_is_silence(void **state)
{
	int16_t frame[FRAME];

	for (size_t i = 0; i < FRAME; i++)
		frame[i] = 77;
	assert_false(sy_playout_frame(*state, frame));
	for (size_t i = 0; i < FRAME; i++)
		assert_int_equal(frame[i], 0);
}

static void a_sound_that_ends_with_a_frame_leaves_nothing_behind(void **state)
{
	int16_t frame[FRAME];

	add(*state, FRAME, 5);
	assert_true(sy_playout_frame(*state, frame));
	assert_false(sy_playout_busy(*state));
	assert_false(sy_playout_frame(*state, frame));
}

static void stop_fades_within_5_ms_and_drops_the_rest(void **state)
{
	struct sy_playout *playout = *state;
	int16_t frame[FRAME];

	add(playout, 10 * FRAME, 10000);
	add(playout, 10 * FRAME, 10000);
	assert_true(sy_playout_frame(playout, frame));
	sy_playout_stop(playout);
	assert_true(sy_playout_frame(playout, frame));
	assert_int_equal(frame[0], 10000);
	for (size_t i = 1; i < FRAME; i++) {
		assert_true(frame[i] <= frame[i - 1]);
		assert_true(frame[i - 1] - frame[i] <= 10000 / 40 + 1);
	}
	assert_int_equal(frame[40], 0);
	assert_false(sy_playout_busy(playout));
	assert_int_equal(sy_playout_remaining_ms(playout), 0);
	assert_false(sy_playout_frame(playout, frame));
}

static void a_sound_added_after_stop_plays_in_full(void **state)
{
	struct sy_playout *playout = *state;
	int16_t frame[FRAME];

	add(playout, 10 * FRAME, 10000);
	assert_true(sy_playout_frame(playout, frame));
	sy_playout_stop(playout);
	add(playout, FRAME, 3);
	assert_true(sy_playout_frame(playout, frame));
	assert_int_equal(frame[0], 3);
	assert_int_equal(frame[FRAME - 1], 3);
	assert_int_equal(sy_playout_played_ms(playout), 20);
}

static void stop_with_nothing_queued_spares_the_next_sound(void **state)
{
	int16_t frame[FRAME];

	sy_playout_stop(*state);
	add(*state, FRAME, 7);
	assert_true(sy_playout_frame(*state, frame));
	assert_int_equal(frame[FRAME - 1], 7);
}

static void another_rate_is_refused_and_stays_with_the_caller(void **state)
{
	struct sy_sound sound = constant(SY_RATE_WIDE, 320, 1);

	assert_int_equal(sy_playout_add(*state, &sound), EINVAL);
	assert_non_null(sound.pcm);
	sy_sound_reset(&sound);
	struct sy_playout *none = NULL;
	assert_int_equal(sy_playout_create(44100, &none), EINVAL);
	assert_null(none);
	sy_playout_destroy(NULL);
}

static void ten_minutes_fit_and_no_sample_more(void **state)
{
	const size_t half = (size_t)300 * SY_RATE_LINE;
	struct sy_sound one = constant(SY_RATE_LINE, 1, 1);

	add(*state, half, 0);
	add(*state, half, 0);
	assert_int_equal(sy_playout_remaining_ms(*state), 600000);
	assert_int_equal(sy_playout_add(*state, &one), E2BIG);
	assert_non_null(one.pcm);
	sy_sound_reset(&one);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(sounds_follow_each_other_without_a_gap, setup, teardown),
		cmocka_unit_test_setup_teardown(nothing_queued_is_silence, setup, teardown),
		cmocka_unit_test_setup_teardown(a_sound_that_ends_with_a_frame_leaves_nothing_behind, setup, teardown),
		cmocka_unit_test_setup_teardown(stop_fades_within_5_ms_and_drops_the_rest, setup, teardown),
		cmocka_unit_test_setup_teardown(a_sound_added_after_stop_plays_in_full, setup, teardown),
		cmocka_unit_test_setup_teardown(stop_with_nothing_queued_spares_the_next_sound, setup, teardown),
		cmocka_unit_test_setup_teardown(another_rate_is_refused_and_stays_with_the_caller, setup, teardown),
		cmocka_unit_test_setup_teardown(ten_minutes_fit_and_no_sample_more, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
