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
#include "audio/g711.h"
#include "audio/media/tone_keys.h"
#include "audio/noise.h"

/* The promises of ITU-T Q.24 and Bellcore TR-TSY-000181, each at its edge and on its harder side. */
static const char symbols[] = "123A456B789C*0#D";
static const double low_hz[] = {697, 770, 852, 941}, high_hz[] = {1209, 1336, 1477, 1633};

struct press {
	char key;
	int rate;
	double ms;
	double low_off, high_off; /* of 1 */
	double low_dbfs, high_dbfs;
	double noise_dbfs; /* white; 0: none */
	double from_ms;    /* into the sound: keys begin anywhere in a frame */
	double gap_ms;     /* silence in its middle */
};

static struct press usual(char key)
{
	return (struct press){
		.key = key, .rate = SY_RATE_LINE, .ms = 60, .low_dbfs = -13, .high_dbfs = -13, .from_ms = 47};
}

static int16_t through_line(double x)
{
	return sy_g711_from_mulaw(sy_g711_to_mulaw((int16_t)lrint(fmax(-32768, fmin(32767, x * 32768)))));
}

static double tone(double hz, double dbfs, double s)
{
	return pow(10, dbfs / 20) * sqrt(2) * sin(2 * M_PI * hz * s + hz);
}

static double press_at(const struct press *press, double s)
{
	const long at = strchr(symbols, press->key) - symbols;
	const double into_ms = s * 1000 - press->from_ms;

	if (into_ms < 0 || into_ms >= press->ms || fabs(into_ms - press->ms / 2) < press->gap_ms / 2)
		return 0;
	return tone(low_hz[at / 4] * (1 + press->low_off), press->low_dbfs, s) +
	       tone(high_hz[at % 4] * (1 + press->high_off), press->high_dbfs, s);
}

/* Half a second with the key in it; the keys that are heard. */
static void hear(const struct press *press, char ret_keys[8])
{
	struct sy_noise_random random = {(uint64_t)(press->from_ms * 1000) + (uint64_t)press->key};
	const size_t frame = sy_frame_samples(press->rate);
	struct sy_tone_keys *keys;
	size_t n = 0, sample = 0;

	assert_int_equal(sy_tone_keys_create(press->rate, &keys), 0);
	for (int i = 0; i < (int)(500 + press->ms) / SY_FRAME_MS; i++) {
		int16_t pcm[SY_FRAME_SAMPLES_MAX];
		for (size_t at = 0; at < frame; at++, sample++) {
			double x = press_at(press, (double)sample / press->rate);
			if (press->noise_dbfs < 0)
				x += sy_noise_normal(&random) * pow(10, press->noise_dbfs / 20);
			pcm[at] = through_line(x);
		}
		const char key = sy_tone_keys_hear(keys, pcm);
		if (key != 0 && n < 7)
			ret_keys[n++] = key;
	}
	ret_keys[n] = '\0';
	sy_tone_keys_destroy(keys);
}

/* How many of the presses are heard once and right (or heard at all: `any`), over every key and beginning. */
static int heard(const struct press *like, bool any, int *ret_of)
{
	int count = 0, of = 0;

	for (const char *key = symbols; *key != '\0'; key++) {
		for (int shift = 0; shift < 10; shift++, of++) {
			struct press press = *like;
			const char once[] = {*key, '\0'};
			char keys[8];
			press.key = *key;
			press.from_ms += shift * 2.1;
			hear(&press, keys);
			count += any ? keys[0] != '\0' : strcmp(keys, once) == 0;
		}
	}
	*ret_of = of;
	return count;
}

static void all_are_heard(const struct press *press)
{
	int of;
	const int count = heard(press, false, &of);

	if (count != of)
		print_message("%d of %d: %.1f ms, %+.1f %% %+.1f %%, %.0f and %.0f dBFS, noise %.0f\n", count, of,
			press->ms, press->low_off * 100, press->high_off * 100, press->low_dbfs, press->high_dbfs,
			press->noise_dbfs);
	assert_int_equal(count, of);
}

static void none_is_heard(const struct press *press)
{
	int of;
	const int count = heard(press, true, &of);

	if (count != 0)
		print_message("%d of %d: %.1f ms, %+.1f %% %+.1f %%, %.0f and %.0f dBFS\n", count, of, press->ms,
			press->low_off * 100, press->high_off * 100, press->low_dbfs, press->high_dbfs);
	assert_int_equal(count, 0);
}

static void keys_of_40_ms_are_heard_and_of_23_ms_are_not(void **state)
{
	(void)state;
	for (int rate = SY_RATE_LINE; rate <= SY_RATE_WIDE; rate *= 2) {
		struct press press = usual('1');
		press.rate = rate;
		press.ms = 40;
		all_are_heard(&press);
		press.ms = 22.9;
		none_is_heard(&press);
	}
}

static void tones_up_to_1_5_percent_off_are_heard(void **state)
{
	(void)state;
	for (int low = -1; low <= 1; low++) {
		for (int high = -1; high <= 1; high++) {
			struct press press = usual('1');
			press.ms = 40;
			press.low_off = low * 0.015;
			press.high_off = high * 0.015;
			all_are_heard(&press);
		}
	}
}

static void tones_from_3_5_percent_off_are_not(void **state)
{
	static const double off[] = {0.035, 0.045, 0.05};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		for (int kind = 0; kind < 4; kind++) {
			struct press press = usual('1');
			press.ms = 100;
			press.low_off = kind == 0 ? off[i] : kind == 1 ? -off[i] : 0;
			press.high_off = kind == 2 ? off[i] : kind == 3 ? -off[i] : 0;
			none_is_heard(&press);
		}
	}
}

static void the_low_tone_may_be_8_db_louder_or_4_db_weaker(void **state)
{
	(void)state;
	for (int off = -1; off <= 1; off++) {
		struct press press = usual('1');
		press.ms = 40;
		press.low_off = press.high_off = off * 0.015;
		press.low_dbfs = -10;
		press.high_dbfs = -18;
		all_are_heard(&press);
		press.low_dbfs = -14;
		press.high_dbfs = -10;
		all_are_heard(&press);
	}
	struct press press = usual('1');
	press.low_dbfs = -10;
	press.high_dbfs = -22;
	none_is_heard(&press);
	press.low_dbfs = -20;
	press.high_dbfs = -10;
	none_is_heard(&press);
}

static void soft_and_noisy_keys_are_heard(void **state)
{
	(void)state;
	struct press press = usual('1');
	press.ms = 40;
	press.noise_dbfs = -25; /* 15 dB below both tones: Q.24 */
	all_are_heard(&press);
	press.low_dbfs = press.high_dbfs = -35;
	press.noise_dbfs = 0;
	all_are_heard(&press);
	press.low_dbfs = press.high_dbfs = -9.1; /* full scale */
	all_are_heard(&press);
	press.low_dbfs = press.high_dbfs = -42;
	none_is_heard(&press);
}

static void a_long_key_is_one_and_a_short_break_does_not_make_two(void **state)
{
	char keys[8];

	(void)state;
	struct press press = usual('7');
	press.ms = 3000;
	hear(&press, keys);
	assert_string_equal(keys, "7");
	press.gap_ms = 10;
	hear(&press, keys);
	assert_string_equal(keys, "7");
	press.ms = 140;
	press.gap_ms = 40;
	hear(&press, keys);
	assert_string_equal(keys, "77");
}

static void a_key_held_since_before_the_call_is_not_ours(void **state)
{
	char keys[8];

	(void)state;
	struct press press = usual('4');
	press.from_ms = -30;
	press.ms = 150;
	hear(&press, keys);
	assert_string_equal(keys, "");
}

static void noise_and_single_tones_are_no_keys(void **state)
{
	struct sy_noise_random random = {3};
	struct sy_tone_keys *keys;

	(void)state;
	assert_int_equal(sy_tone_keys_create(SY_RATE_LINE, &keys), 0);
	for (int kind = 0; kind < 5; kind++) {
		for (int i = 0; i < 3000; i++) {
			int16_t pcm[160];
			for (int at = 0; at < 160; at++) {
				const double s = (i * 160 + at) / 8000.0;
				double x = 0;
				if (kind == 0)
					x = sy_noise_normal(&random) * 0.1;
				else if (kind == 1) /* dial tone */
					x = tone(350, -13, s) + tone(440, -13, s);
				else if (kind == 2)
					x = tone(941, -13, s);
				else if (kind == 3) /* busy */
					x = tone(480, -13, s) + tone(620, -13, s);
				pcm[at] = through_line(x);
			}
			assert_int_equal(sy_tone_keys_hear(keys, pcm), 0);
		}
	}
	sy_tone_keys_destroy(keys);
}

static void other_rates_are_refused(void **state)
{
	struct sy_tone_keys *keys = NULL;

	(void)state;
	assert_int_equal(sy_tone_keys_create(11025, &keys), EINVAL);
	assert_null(keys);
	sy_tone_keys_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_of_40_ms_are_heard_and_of_23_ms_are_not),
		cmocka_unit_test(tones_up_to_1_5_percent_off_are_heard),
		cmocka_unit_test(tones_from_3_5_percent_off_are_not),
		cmocka_unit_test(the_low_tone_may_be_8_db_louder_or_4_db_weaker),
		cmocka_unit_test(soft_and_noisy_keys_are_heard),
		cmocka_unit_test(a_long_key_is_one_and_a_short_break_does_not_make_two),
		cmocka_unit_test(a_key_held_since_before_the_call_is_not_ours),
		cmocka_unit_test(noise_and_single_tones_are_no_keys),
		cmocka_unit_test(other_rates_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
