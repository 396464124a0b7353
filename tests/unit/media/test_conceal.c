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
#include "audio/media/comfort.h"
#include "audio/media/conceal.h"
#include "audio/media/splice.h"

/* A vowel: harmonics of a pitch. */
static int16_t vowel(double hz, double s)
{
	double x = 0;

	for (int k = 1; k <= 8; k++)
		x += sin(2 * M_PI * hz * k * s) / k;
	return (int16_t)lrint(3000 * x);
}

static void fill_vowel(int16_t *pcm, size_t n, int rate, double hz, size_t from)
{
	for (size_t i = 0; i < n; i++)
		pcm[i] = vowel(hz, (double)(from + i) / rate);
}

/* The largest step between neighbours, a measure of clicks. */
static int largest_step(const int16_t *pcm, size_t n)
{
	int most = 0;

	for (size_t i = 1; i < n; i++)
		most = abs(pcm[i] - pcm[i - 1]) > most ? abs(pcm[i] - pcm[i - 1]) : most;
	return most;
}

static void a_vowel_goes_on_and_fades(void **state)
{
	(void)state;
	for (int rate = SY_RATE_LINE; rate <= SY_RATE_WIDE; rate *= 2) {
		for (double hz = 75; hz < 380; hz += 43) {
			const size_t frame = sy_frame_samples(rate);
			int16_t pcm[12 * SY_FRAME_SAMPLES_MAX], whole[12 * SY_FRAME_SAMPLES_MAX];
			struct sy_conceal conceal;
			fill_vowel(whole, 12 * frame, rate, hz, 0);
			memcpy(pcm, whole, sizeof(pcm));
			sy_conceal_init(&conceal, rate);
			for (size_t i = 0; i < 12; i++) {
				if (i >= 5 && i < 9)
					sy_conceal_fill(&conceal, pcm + i * frame, frame);
				else
					sy_conceal_hear(&conceal, pcm + i * frame, frame);
			}
			const double before = sy_level_dbfs(whole, 5 * frame);
			assert_true(fabs(sy_level_dbfs(pcm + 5 * frame, frame) - before) < 3);
			assert_true(sy_conceal_likeness(pcm + 5 * frame, whole + 5 * frame, frame) > 0.9);
			assert_true(sy_level_dbfs(pcm + 7 * frame, frame) < before - 6);
			assert_true(sy_level_dbfs(pcm + 8 * frame, frame) < -90);
			assert_true(largest_step(pcm, 12 * frame) < largest_step(whole, 12 * frame) * 3 / 2);
			assert_memory_equal(pcm + 10 * frame, whole + 10 * frame, 2 * frame * sizeof(*pcm));
		}
	}
}

static void nothing_is_made_of_nothing(void **state)
{
	struct sy_conceal conceal;
	int16_t pcm[160];

	(void)state;
	sy_conceal_init(&conceal, SY_RATE_LINE);
	sy_conceal_fill(&conceal, pcm, 160);
	assert_true(sy_level_dbfs(pcm, 160) < -90);
	/* Full scale must not wrap. */
	for (size_t i = 0; i < 160; i++)
		pcm[i] = i / 20 % 2 ? 32767 : -32768;
	sy_conceal_hear(&conceal, pcm, 160);
	sy_conceal_hear(&conceal, pcm, 160);
	sy_conceal_fill(&conceal, pcm, 160);
	assert_true(sy_level_dbfs(pcm, 80) > -3);
}

static void a_shorter_sound_has_no_click(void **state)
{
	(void)state;
	for (int rate = SY_RATE_LINE; rate <= SY_RATE_WIDE; rate *= 2) {
		for (double hz = 75; hz < 380; hz += 21) {
			const size_t n = (size_t)(rate / 1000 * SY_SPLICE_MS);
			int16_t pcm[SY_SPLICE_MS * 16];
			fill_vowel(pcm, n, rate, hz, 0);
			const int step = largest_step(pcm, n);
			assert_int_equal(sy_splice_shorten(pcm, n - 1, rate), 0);
			const size_t out = sy_splice_shorten(pcm, n, rate);
			assert_in_range(out, (size_t)rate / 1000 * 5, (size_t)rate / 1000 * SY_SPLICE_OUT_MS_MAX);
			assert_true(largest_step(pcm, n - out) < step * 3 / 2);
			const int16_t last = vowel(hz, (double)(n - 1) / rate);
			assert_int_equal(pcm[n - out - 1], last);
		}
	}
	int16_t silence[SY_SPLICE_MS * 8] = {0};
	assert_int_equal(sy_splice_shorten(silence, SY_SPLICE_MS * 8, SY_RATE_LINE), SY_SPLICE_OUT_MS_MAX * 8);
}

static double noise_level(struct sy_comfort *comfort, int16_t *pcm, size_t n)
{
	memset(pcm, 0, n * sizeof(*pcm));
	sy_comfort_add(comfort, pcm, n);
	return sy_level_dbfs(pcm, n);
}

static void comfort_noise_is_as_loud_as_told(void **state)
{
	struct sy_comfort comfort;
	int16_t pcm[8000];

	(void)state;
	sy_comfort_init(&comfort, SY_RATE_LINE);
	assert_int_equal(sy_comfort_tell(&comfort, NULL, 0), EBADMSG);
	for (uint8_t level = 20; level <= 70; level += 10) {
		/* Flat, and with a spectrum that falls off; more coefficients than we use, and the wildest. */
		const uint8_t flat[] = {level}, shaped[] = {level, 40, 160, 127, 120},
			      wild[14] = {level, 0, 255, 0, 255};
		assert_int_equal(sy_comfort_tell(&comfort, flat, sizeof(flat)), 0);
		assert_true(fabs(noise_level(&comfort, pcm, 8000) + level) < 0.5);
		assert_int_equal(sy_comfort_tell(&comfort, shaped, sizeof(shaped)), 0);
		const double shaped_db = noise_level(&comfort, pcm, 8000);
		assert_true(fabs(shaped_db + level) < 1.5);
		double steps = 0;
		for (size_t i = 1; i < 8000; i++)
			steps += pow(pcm[i] - pcm[i - 1], 2);
		/* White noise differs from itself by twice its power from sample to sample; a shaped one does not. */
		const double power = pow(10, sy_level_dbfs(pcm, 8000) / 10) * pow(32768, 2) * 8000;
		assert_true(steps < 1.2 * power || steps > 2.8 * power);
		assert_int_equal(sy_comfort_tell(&comfort, wild, sizeof(wild)), 0);
		assert_true(noise_level(&comfort, pcm, 8000) < 0);
	}
}

static void comfort_noise_follows_the_quiet_of_the_line(void **state)
{
	struct sy_comfort comfort;
	struct sy_noise_random random = {5};
	int16_t pcm[8000];

	(void)state;
	sy_comfort_init(&comfort, SY_RATE_LINE);
	for (int frame = 0; frame < 200; frame++) {
		/* A voice most of the time, a line at -58 dBFS between the words; muted now and then. */
		const double level = frame % 100 == 0 ? 0 : frame % 10 == 0 ? 41 : 3000;
		for (size_t i = 0; i < 160; i++)
			pcm[i] = (int16_t)lrint(sy_noise_normal(&random) * level);
		sy_comfort_hear(&comfort, pcm, 160);
	}
	const double level = noise_level(&comfort, pcm, 8000);
	assert_true(level > -60 && level < -55);
	/* Told otherwise, and then another source comes. */
	assert_int_equal(sy_comfort_tell(&comfort, (const uint8_t[]){30}, 1), 0);
	assert_true(fabs(noise_level(&comfort, pcm, 8000) + 30) < 0.5);
	sy_comfort_forget(&comfort);
	assert_true(noise_level(&comfort, pcm, 8000) < -55);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_vowel_goes_on_and_fades),
		cmocka_unit_test(nothing_is_made_of_nothing),
		cmocka_unit_test(a_shorter_sound_has_no_click),
		cmocka_unit_test(comfort_noise_is_as_loud_as_told),
		cmocka_unit_test(comfort_noise_follows_the_quiet_of_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
