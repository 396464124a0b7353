#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"
#include "audio/sound.h"

static struct sy_sound sine(int rate, double hz, double amplitude, size_t n)
{
	struct sy_sound sound = {.rate = rate, .n = n, .pcm = malloc(n * sizeof(int16_t))};

	assert_non_null(sound.pcm);
	for (size_t i = 0; i < n; i++)
		sound.pcm[i] = (int16_t)lrint(amplitude * sin(2 * M_PI * hz * (double)i / rate));
	return sound;
}

static void near(double value, double expected, double tolerance)
{
	if (fabs(value - expected) > tolerance)
		fail_msg("%f is not within %f of %f", value, tolerance, expected);
}

static void levels_are_against_full_scale(void **state)
{
	(void)state;
	const int16_t zeros[160] = {0}, full[2] = {INT16_MIN, INT16_MIN}, one[1] = {1};
	struct sy_sound sound = sine(8000, 400, 16384, 8000);

	near(sy_level_dbfs(zeros, 160), -96, 1e-9);
	near(sy_level_dbfs(zeros, 0), -96, 1e-9);
	near(sy_level_dbfs(full, 2), 0, 1e-9);
	near(sy_level_dbfs(one, 1), -90.309, 0.001);
	near(sy_level_dbfs(sound.pcm, sound.n), -9.03, 0.01);
	sy_sound_reset(&sound);
}

static void frames_are_20_ms(void **state)
{
	(void)state;
	assert_int_equal(sy_frame_samples(SY_RATE_LINE), 160);
	assert_int_equal(sy_frame_samples(SY_RATE_WIDE), SY_FRAME_SAMPLES_MAX);
}

static void append_copy_and_length(void **state)
{
	(void)state;
	struct sy_sound sound = {.rate = 8000}, copy = {0};
	int16_t step[80];

	memset(step, 1, sizeof(step));
	assert_int_equal(sy_sound_ms(&copy), 0);
	assert_int_equal(sy_sound_append(&sound, NULL, 0), 0);
	for (int i = 0; i < 10; i++)
		assert_int_equal(sy_sound_append(&sound, step, 80), 0);
	assert_int_equal(sy_sound_ms(&sound), 100);
	assert_int_equal(sy_sound_copy(&sound, &copy), 0);
	assert_ptr_not_equal(copy.pcm, sound.pcm);
	assert_int_equal(copy.rate, 8000);
	assert_memory_equal(copy.pcm, sound.pcm, sound.n * sizeof(int16_t));
	sy_sound_reset(&sound);
	sy_sound_reset(&sound);
	assert_int_equal(copy.n, 800);
	sy_sound_reset(&copy);
	copy.rate = 16000;
	assert_int_equal(sy_sound_copy(&copy, &sound), 0);
	assert_int_equal(sound.rate, 16000);
	assert_int_equal(sound.n, 0);
}

static void growth_is_bounded(void **state)
{
	(void)state;
	int16_t sample = 5;
	struct sy_sound sound = {.rate = 8000, .n = SY_SOUND_SAMPLES_MAX, .pcm = &sample};

	assert_int_equal(sy_sound_append(&sound, &sample, 1), E2BIG);
	assert_int_equal(sy_sound_append(&sound, &sample, SIZE_MAX), E2BIG);
	assert_int_equal(sound.n, SY_SOUND_SAMPLES_MAX);
	assert_ptr_equal(sound.pcm, &sample);
}

/* A tone keeps its pitch and level; what the new rate cannot carry is gone. */
static void resampling_keeps_the_band(void **state)
{
	(void)state;
	const int rates[][2] = {
		{8000, 16000}, {16000, 8000}, {44100, 16000}, {44100, 8000}, {11025, 8000}, {48000, 16000}};

	for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
		size_t n = (size_t)rates[i][0];
		struct sy_sound sound = sine(rates[i][0], 1000, 10000, n), out = {0};
		assert_int_equal(sy_sound_resample(&sound, rates[i][1], &out), 0);
		assert_int_equal(out.rate, rates[i][1]);
		near((double)out.n, rates[i][1], 1);
		near(sy_level_dbfs(out.pcm + out.n / 4, out.n / 2), -13.32, 0.05);
		size_t crossings = 0;
		for (size_t k = out.n / 4 + 1; k < out.n * 3 / 4; k++)
			crossings += (out.pcm[k - 1] < 0) != (out.pcm[k] < 0);
		near((double)crossings, 1000, 2);
		sy_sound_reset(&out);
		sy_sound_reset(&sound);
	}
	struct sy_sound high = sine(16000, 5000, 10000, 16000), low = {0};
	assert_int_equal(sy_sound_resample(&high, 8000, &low), 0);
	assert_true(sy_level_dbfs(low.pcm + 1000, 6000) < -80);
	sy_sound_reset(&low);
	sy_sound_reset(&high);
}

static void resampling_gives_the_same_each_time(void **state)
{
	(void)state;
	struct sy_sound sound = sine(44100, 700, 3000, 20000), a = {0}, b = {0};

	assert_int_equal(sy_sound_resample(&sound, 8000, &a), 0);
	assert_int_equal(sy_sound_resample(&sound, 8000, &b), 0);
	assert_int_equal(a.n, b.n);
	assert_memory_equal(a.pcm, b.pcm, a.n * sizeof(int16_t));
	sy_sound_reset(&a);
	sy_sound_reset(&b);
	sy_sound_reset(&sound);
}

static void full_scale_does_not_wrap(void **state)
{
	(void)state;
	struct sy_sound sound = {.rate = 8000, .n = 8000, .pcm = malloc(16000)}, out = {0};

	assert_non_null(sound.pcm);
	for (size_t i = 0; i < sound.n; i++)
		sound.pcm[i] = i / 20 % 2 ? INT16_MAX : INT16_MIN;
	assert_int_equal(sy_sound_resample(&sound, 16000, &out), 0);
	for (size_t i = 0; i < out.n; i++) { /* the middle of each flat half keeps its sign */
		size_t at = i / 2 % 20;
		if (at > 4 && at < 15)
			assert_int_equal(out.pcm[i] > 0, i / 2 / 20 % 2);
	}
	sy_sound_reset(&out);
	sy_sound_reset(&sound);
}

static void rates_and_lengths_at_the_edge(void **state)
{
	(void)state;
	int16_t sample = 100;
	struct sy_sound sound = {.rate = 8000, .n = 1, .pcm = &sample}, out = {0};

	assert_int_equal(sy_sound_resample(&sound, 3999, &out), EINVAL);
	assert_int_equal(sy_sound_resample(&sound, 192001, &out), EINVAL);
	assert_null(out.pcm);
	assert_int_equal(sy_sound_resample(&sound, 4000, &out), 0);
	sy_sound_reset(&out);
	assert_int_equal(sy_sound_resample(&sound, 192000, &out), 0);
	assert_true(out.n <= 24);
	sy_sound_reset(&out);
	assert_int_equal(sy_sound_resample(&sound, 8000, &out), 0);
	assert_int_equal(out.n, 1);
	assert_int_equal(out.pcm[0], 100);
	sy_sound_reset(&out);
	sound.n = 0;
	assert_int_equal(sy_sound_resample(&sound, 16000, &out), 0);
	assert_int_equal(out.n, 0);
	assert_int_equal(out.rate, 16000);
	sound.rate = 0;
	assert_int_equal(sy_sound_resample(&sound, 16000, &out), EINVAL);
}

static void parts_share_what_the_last_of_them_frees(void **state)
{
	(void)state;
	const int16_t samples[] = {1, 2, 3, 4};
	struct sy_sound whole = {.rate = 8000}, part = {0}, end = {0};

	assert_int_equal(sy_sound_append(&whole, samples, 4), 0);
	assert_int_equal(sy_sound_part(&whole, 1, &part), 0);
	assert_int_equal(sy_sound_part(&part, 3, &end), 0);
	assert_ptr_equal(part.pcm, whole.pcm + 1);
	assert_int_equal(part.n, 3);
	assert_int_equal(part.rate, 8000);
	assert_int_equal(end.n, 0);
	sy_sound_reset(&whole);
	assert_null(whole.block);
	assert_int_equal(part.pcm[2], 4);
	/* One that grows takes leave of the others. */
	assert_int_equal(sy_sound_part(&part, 0, &whole), 0);
	assert_int_equal(sy_sound_append(&whole, samples, 1), 0);
	assert_null(whole.block);
	assert_int_equal(whole.n, 4);
	assert_int_equal(whole.pcm[0], 2);
	assert_int_equal(whole.pcm[3], 1);
	assert_int_equal(part.n, 3);
	assert_int_equal(sy_sound_append(&end, samples, 2), 0);
	assert_int_equal(end.pcm[1], 2);
	sy_sound_reset(&part);
	sy_sound_reset(&end);
	sy_sound_reset(&whole);
	/* Nothing can be shared, too. */
	assert_int_equal(sy_sound_part(&whole, 0, &part), 0);
	assert_int_equal(part.n, 0);
	sy_sound_reset(&part);
	sy_sound_reset(&whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels_are_against_full_scale),
		cmocka_unit_test(frames_are_20_ms),
		cmocka_unit_test(append_copy_and_length),
		cmocka_unit_test(growth_is_bounded),
		cmocka_unit_test(parts_share_what_the_last_of_them_frees),
		cmocka_unit_test(resampling_keeps_the_band),
		cmocka_unit_test(resampling_gives_the_same_each_time),
		cmocka_unit_test(full_scale_does_not_wrap),
		cmocka_unit_test(rates_and_lengths_at_the_edge),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
