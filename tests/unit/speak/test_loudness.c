#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/speak/loudness.h"

#define RATE 16000

static struct sy_sound tone(size_t silence, size_t n, double peak, size_t after)
{
	struct sy_sound sound = {.rate = RATE, .n = silence + n + after};

	sound.pcm = calloc(sound.n, sizeof(*sound.pcm));
	assert_non_null(sound.pcm);
	for (size_t i = 0; i < n; i++)
		sound.pcm[silence + i] = (int16_t)(peak * sin(2 * M_PI * 440 * (double)i / RATE));
	return sound;
}

static void measures_speech_and_not_pauses(void **state)
{
	struct sy_sound half = tone(8000, 8000, 8000, 8000), empty = {.rate = RATE};
	double level = 20 * log10(8000 / sqrt(2) / 32768);

	(void)state;
	assert_true(fabs(sy_loudness_active(&half) - level) < 0.1);
	assert_true(sy_loudness_active(&empty) == -96);
	memset(half.pcm, 0, half.n * sizeof(*half.pcm));
	assert_true(sy_loudness_active(&half) == -96);
	sy_sound_reset(&half);
}

static void trims_silence(void **state)
{
	struct sy_sound sound = tone(8000, 8000, 8000, 8000);

	(void)state;
	sy_loudness_trim(&sound);
	assert_in_range(sound.n, 8000 + 320 + 960 - 80, 8000 + 320 + 960 + 80);
	sy_sound_reset(&sound);
	sound = tone(0, 1600, 8000, 0); /* nothing to cut */
	sy_loudness_trim(&sound);
	assert_int_equal(sound.n, 1600);
	sy_sound_reset(&sound);
	sound = tone(1600, 0, 0, 0);
	sy_loudness_trim(&sound);
	assert_int_equal(sound.n, 0);
	sy_loudness_trim(&sound);
	sy_sound_reset(&sound);
}

static void levels(void **state)
{
	struct sy_sound sound = tone(0, 16000, 500, 0);
	float *wide = malloc(sound.n * sizeof(*wide));

	(void)state;
	assert_non_null(wide);
	sy_loudness_level(&sound, 3, wide);
	assert_int_equal(sy_loudness_limit(wide, sound.n, RATE, sound.pcm), 0);
	assert_true(fabs(sy_loudness_active(&sound) - (SY_LOUDNESS_DBFS + 3)) < 0.2);
	free(wide);
	sy_sound_reset(&sound);
}

/* Worst cases: a lone click, and a tone far past full scale. */
static void limits_without_clipping(void **state)
{
	const int most = (int)lrint(32768 * pow(10, SY_PEAK_DBFS / 20)) + 1;
	float wide[4000];
	int16_t pcm[4000];

	(void)state;
	for (size_t i = 0; i < 4000; i++)
		wide[i] = (float)(2e5 * sin(0.3 * (double)i) * (i > 1000 && i < 3000));
	wide[500] = -1e6f;
	wide[3999] = 9e4f;
	assert_int_equal(sy_loudness_limit(wide, 4000, RATE, pcm), 0);
	for (size_t i = 0; i < 4000; i++)
		assert_in_range(pcm[i] + most, 0, 2 * most);
	assert_true(pcm[500] < -20000);
	wide[0] = 100;
	assert_int_equal(sy_loudness_limit(wide, 1, RATE, pcm), 0);
	assert_int_equal(pcm[0], 100);
	assert_int_equal(sy_loudness_limit(wide, 0, RATE, pcm), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(measures_speech_and_not_pauses),
		cmocka_unit_test(trims_silence),
		cmocka_unit_test(levels),
		cmocka_unit_test(limits_without_clipping),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
