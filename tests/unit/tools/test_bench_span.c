#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"
#include "tools/bench_span.h"

#define MS (SY_RATE_LINE / 1000)
#define LENGTH_MS 3000

static int16_t pcm[LENGTH_MS * MS];
static unsigned seed;

static void noise(double dbfs)
{
	seed = 1;
	for (size_t i = 0; i < sizeof(pcm) / sizeof(pcm[0]); i++) {
		seed = seed * 1664525u + 1013904223u;
		pcm[i] = (int16_t)lrint(((double)(seed >> 8) / (1 << 23) - 1) * 32767 * sqrt(3) * pow(10, dbfs / 20));
	}
}

static void sound(size_t from_ms, size_t to_ms, double dbfs)
{
	for (size_t i = from_ms * MS; i < to_ms * MS; i++)
		pcm[i] += (int16_t)lrint(sin((double)i / 4) * 32767 * sqrt(2) * pow(10, dbfs / 20));
}

static void assert_span(size_t begin_ms, size_t end_ms)
{
	const struct sy_sound all = {.rate = SY_RATE_LINE, .n = sizeof(pcm) / sizeof(pcm[0]), .pcm = pcm};
	size_t begin = 99, end = 99;

	sy_bench_span(&all, &begin, &end);
	assert_int_equal(begin, begin_ms * MS);
	assert_int_equal(end, end_ms * MS);
}

static void speech_in_silence_is_found_with_its_soft_edges(void **state)
{
	(void)state;
	noise(-120);
	sound(500, 600, -45);
	sound(600, 1500, -20);
	sound(1500, 1600, -48);
	sound(1600, 1700, -52); /* 32 dB below the loudest */
	assert_span(500, 1600);
}

static void noise_is_no_speech(void **state)
{
	(void)state;
	noise(-45); /* 25 dB below the loudest */
	sound(1000, 2000, -20);
	assert_span(1000, 2000);
}

static void speech_in_a_loud_room_is_found(void **state)
{
	(void)state;
	noise(-37);
	sound(1000, 2000, -15);
	assert_span(1000, 2000);
}

static void a_knock_before_it_is_none_and_a_closed_consonant_is_in_it(void **state)
{
	(void)state;
	noise(-120);
	sound(200, 240, -42);
	sound(1000, 1200, -20);
	sound(1280, 1500, -42);
	sound(1620, 1700, -45); /* 120 ms later */
	assert_span(1000, 1500);
}

/* As loud as speech, but over in two frames: nobody began to speak there. */
static void a_click_is_no_speech(void **state)
{
	(void)state;
	noise(-120);
	sound(200, 240, -25);
	sound(600, 640, -22);
	sound(1000, 1500, -20);
	sound(1580, 1620, -40); /* the "t" of a word that ends in it */
	sound(2000, 2020, -20);
	assert_span(1000, 1620);
	noise(-120);
	sound(1000, 1060, -20);
	assert_span(1000, 1060);
	noise(-120);
	sound(1000, 1040, -20);
	assert_span(0, 0);
}

static void pauses_are_inside(void **state)
{
	(void)state;
	noise(-120);
	sound(400, 600, -20);
	sound(2000, 2200, -25);
	assert_span(400, 2200);
}

static void nothing_has_no_span(void **state)
{
	const struct sy_sound none = {.rate = SY_RATE_LINE};
	size_t begin = 99, end = 99;

	(void)state;
	sy_bench_span(&none, &begin, &end);
	assert_int_equal(begin, 0);
	assert_int_equal(end, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(speech_in_silence_is_found_with_its_soft_edges),
		cmocka_unit_test(noise_is_no_speech),
		cmocka_unit_test(speech_in_a_loud_room_is_found),
		cmocka_unit_test(a_knock_before_it_is_none_and_a_closed_consonant_is_in_it),
		cmocka_unit_test(a_click_is_no_speech),
		cmocka_unit_test(pauses_are_inside),
		cmocka_unit_test(nothing_has_no_span),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
