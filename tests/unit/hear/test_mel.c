#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/hear/mel.h"

#define WINDOW (SY_MEL_HZ / 40)
#define SHIFT (SY_MEL_HZ / SY_MEL_RATE)
#define SECOND SY_MEL_HZ

static void tone(double hz, double amplitude, int16_t *pcm, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pcm[i] = (int16_t)(amplitude * sin(2 * M_PI * hz * (double)i / SY_MEL_HZ));
}

static void a_frame_each_10_ms(void **state)
{
	static int16_t pcm[SECOND];
	const size_t lengths[] = {0, WINDOW - 1, WINDOW, WINDOW + SHIFT - 1, WINDOW + SHIFT, SECOND};
	const size_t frames[] = {0, 0, 1, 1, 2, 98};

	(void)state;
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		struct sy_mel mel = {0};
		assert_int_equal(sy_mel_of(pcm, lengths[i], NULL, &mel, NULL), 0);
		assert_int_equal(mel.n, frames[i]);
		sy_mel_reset(&mel);
	}
}

static int loudest(const float *bands)
{
	int best = 0;

	for (int band = 1; band < SY_MEL_BANDS; band++)
		best = bands[band] > bands[best] ? band : best;
	return best;
}

/* Half a second of one tone, then of another: the louder band moves up. Both halves of a two-frame transform count. */
static void bands_follow_the_pitch(void **state)
{
	static int16_t pcm[SECOND];
	struct sy_mel mel = {0};

	(void)state;
	tone(500, 8000, pcm, SECOND / 2);
	tone(2500, 8000, pcm + SECOND / 2, SECOND / 2);
	assert_int_equal(sy_mel_of(pcm, SECOND, NULL, &mel, NULL), 0);
	for (size_t t = 5; t < 40; t++)
		assert_true(loudest(mel.at[t]) < 14);
	for (size_t t = 55; t < 95; t++)
		assert_true(loudest(mel.at[t]) > 18);
	sy_mel_reset(&mel);
}

static void the_level_of_the_line_goes_out(void **state)
{
	static int16_t soft[SECOND], loud[SECOND];
	struct sy_mel a = {0}, b = {0};

	(void)state;
	tone(700, 3000, soft, SECOND / 2);
	tone(1700, 3000, soft + SECOND / 2, SECOND / 2);
	tone(700, 12000, loud, SECOND / 2);
	tone(1700, 12000, loud + SECOND / 2, SECOND / 2);
	assert_int_equal(sy_mel_of(soft, SECOND, NULL, &a, NULL), 0);
	assert_int_equal(sy_mel_of(loud, SECOND, NULL, &b, NULL), 0);
	assert_true(fabsf(a.at[20][8] - b.at[20][8]) < 0.05f);
	sy_mel_reset(&a);
	sy_mel_reset(&b);
}

static void a_voice_is_carried_on(void **state)
{
	static int16_t first[SECOND], second[SECOND];
	struct sy_mel mel = {0};
	struct sy_voice voice = {0}, joined = {0};

	(void)state;
	tone(600, 4000, first, SECOND);
	tone(600, 9000, second, SECOND);
	assert_int_equal(sy_mel_of(first, SECOND, NULL, &mel, &voice), 0);
	sy_mel_reset(&mel);
	assert_true(voice.frames > 0);
	assert_int_equal(sy_mel_of(second, SECOND, &voice, &mel, &joined), 0);
	assert_true(joined.frames > voice.frames);
	/* twice as loud as before, but only half of what is known says so */
	const int band = loudest(voice.mean);
	assert_true(joined.mean[band] > voice.mean[band] + 0.3f);
	assert_true(joined.mean[band] < voice.mean[band] + 1.3f);
	sy_mel_reset(&mel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_frame_each_10_ms),
		cmocka_unit_test(bands_follow_the_pitch),
		cmocka_unit_test(the_level_of_the_line_goes_out),
		cmocka_unit_test(a_voice_is_carried_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
