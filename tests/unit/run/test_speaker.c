/* A sound through a card's double: all of it, at the card's rate, and an end when the card stops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "engine/run/speaker.h"

static struct {
	struct sy_sound_card_prm prm;
	int rate;
	int open_err;
	bool pulled_out;
	int16_t played[4000];
	size_t n;
	int started;
	int closed;
} double_;

static int open_double(const struct sy_sound_card_prm *prm, void **ret_card, int *ret_rate, struct sy_problem *why)
{
	if (double_.open_err)
		return sy_problem_set(why, double_.open_err, "no card");
	double_.prm = *prm;
	*ret_card = &double_;
	*ret_rate = double_.rate;
	return 0;
}

static int start_double(void *card)
{
	(void)card;
	double_.started++;
	return 0;
}

static void wait_double(void *card)
{
	(void)card;
	if (double_.pulled_out)
		return;
	double_.prm.tick(double_.prm.user, NULL, double_.played + double_.n, 64);
	double_.n += 64;
}

static void stop_double(void *card)
{
	(void)card;
}

static void close_double(void *card)
{
	(void)card;
	double_.closed++;
}

static const struct sy_sound_card_impl impl = {.name = "double",
	.open = open_double,
	.start = start_double,
	.wait = wait_double,
	.stop = stop_double,
	.close = close_double};

static int16_t pcm[1000];

static int set_up(void **state)
{
	(void)state;
	memset(&double_, 0, sizeof double_);
	double_.rate = 8000;
	for (size_t i = 0; i < 1000; i++)
		pcm[i] = (int16_t)(i + 1);
	return 0;
}

static void plays_all_of_it(void **state)
{
	struct sy_sound sound = {.rate = 8000, .n = 1000, .pcm = pcm};

	(void)state;
	assert_int_equal(0, sy_speaker_play_on(&impl, &sound, NULL));
	assert_memory_equal(pcm, double_.played, sizeof pcm);
	for (size_t i = 1000; i < double_.n; i++)
		assert_int_equal(0, double_.played[i]);
	assert_int_equal(1, double_.started);
	assert_int_equal(1, double_.closed);
}

static void takes_the_cards_rate(void **state)
{
	struct sy_sound sound = {.rate = 8000, .n = 1000, .pcm = pcm};

	(void)state;
	double_.rate = 16000;
	assert_int_equal(0, sy_speaker_play_on(&impl, &sound, NULL));
	assert_in_range(double_.n, 2000 - 64, 2000 + 128);
}

static void nothing_is_nothing(void **state)
{
	struct sy_sound sound = {.rate = 8000};

	(void)state;
	assert_int_equal(0, sy_speaker_play_on(&impl, &sound, NULL));
	assert_int_equal(0, double_.started);
}

static void a_card_that_is_absent_or_stops(void **state)
{
	struct sy_sound sound = {.rate = 8000, .n = 1000, .pcm = pcm};
	struct sy_problem why = {0};

	(void)state;
	double_.open_err = ENODEV;
	assert_int_equal(ENODEV, sy_speaker_play_on(&impl, &sound, &why));
	assert_string_equal("no card", why.text);
	double_.open_err = 0;
	double_.pulled_out = true;
	assert_int_equal(EIO, sy_speaker_play_on(&impl, &sound, &why));
	assert_int_equal(1, double_.closed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(plays_all_of_it, set_up),
		cmocka_unit_test_setup(takes_the_cards_rate, set_up),
		cmocka_unit_test_setup(nothing_is_nothing, set_up),
		cmocka_unit_test_setup(a_card_that_is_absent_or_stops, set_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
