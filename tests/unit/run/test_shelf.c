#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

#include "engine/run/shelf.h"

#define N 1000

static struct sy_sound sound_of(int16_t value)
{
	struct sy_sound sound = {.rate = 8000, .n = N, .pcm = malloc(N * sizeof(int16_t))};

	assert_non_null(sound.pcm);
	for (size_t i = 0; i < N; i++)
		sound.pcm[i] = value;
	return sound;
}

static void put(struct sy_shelf *shelf, const struct sy_say_job *what, int16_t value)
{
	struct sy_sound sound = sound_of(value);

	sy_shelf_keep(shelf, what, &sound);
	sy_sound_reset(&sound);
}

/* What is there under it; 0: nothing. */
static int get(struct sy_shelf *shelf, const struct sy_say_job *what)
{
	struct sy_sound sound = {0};
	int value = 0;

	if (sy_shelf_find(shelf, what, &sound)) {
		assert_int_equal(sound.n, N);
		assert_int_equal(sound.rate, 8000);
		value = sound.pcm[N - 1];
	}
	sy_sound_reset(&sound);
	return value;
}

static void a_sound_is_found_by_all_that_makes_it(void **state)
{
	static const struct sy_say_job others[] = {
		{.text = "Hello", .pace = 1, .rate = 8000},
		{.text = "Hello. ", .pace = 1, .rate = 8000}, /* a gap follows it */
		{.text = "Hello.", .pace = 0.85, .rate = 8000},
		{.text = "Hello.", .pace = 1, .gain_db = 3, .rate = 8000},
		{.text = "Hello.", .pace = 1, .rate = 16000},
		{.text = "Hello.", .voice = "rms", .pace = 1, .rate = 8000},
	};
	const struct sy_say_job hello = {.text = "Hello.", .pace = 1, .rate = 8000};
	const struct sy_say_job same = {.text = "Hello.", .voice = SY_VOICE_DEFAULT, .pace = 1, .rate = 8000};
	struct sy_shelf *shelf = NULL;

	(void)state;
	assert_int_equal(sy_shelf_create(1 << 20, &shelf), 0);
	assert_int_equal(get(shelf, &hello), 0);
	put(shelf, &hello, 7);
	put(shelf, &hello, 8); /* it is there already */
	assert_int_equal(get(shelf, &hello), 7);
	assert_int_equal(get(shelf, &same), 7);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(get(shelf, &others[i]), 0);
	sy_shelf_destroy(shelf);
}

static void what_was_not_wanted_for_longest_goes_first(void **state)
{
	static const char *const texts[] = {"one", "two", "three", "four"};
	struct sy_say_job what[4];
	struct sy_shelf *shelf = NULL;
	struct sy_sound held = {0}, again = {0};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		what[i] = (struct sy_say_job){.text = texts[i], .rate = 8000};
	assert_int_equal(sy_shelf_create(3 * (N * sizeof(int16_t) + 200), &shelf), 0);
	for (int i = 0; i < 3; i++)
		put(shelf, &what[i], (int16_t)(i + 1));
	assert_true(sy_shelf_find(shelf, &what[1], &held));
	assert_int_equal(get(shelf, &what[0]), 1);
	put(shelf, &what[3], 4); /* nothing goes for what is said once */
	assert_int_equal(get(shelf, &what[3]), 0);
	assert_int_equal(get(shelf, &what[2]), 3);
	assert_int_equal(get(shelf, &what[0]), 1);
	assert_true(sy_shelf_find(shelf, &what[1], &again));
	assert_int_equal(get(shelf, &what[0]), 1);
	put(shelf, &what[3], 4); /* "three" goes */
	assert_int_equal(get(shelf, &what[2]), 0);
	assert_int_equal(get(shelf, &what[0]), 1);
	assert_int_equal(get(shelf, &what[3]), 4);
	assert_true(sy_shelf_bytes(shelf) <= 3 * (N * sizeof(int16_t) + 200));
	put(shelf, &what[2], 3);
	put(shelf, &what[2], 3); /* "two" goes, but for the call that says it */
	assert_int_equal(get(shelf, &what[1]), 0);
	assert_int_equal(held.pcm[0], 2);
	sy_shelf_destroy(shelf);
	assert_int_equal(held.pcm[N - 1], 2);
	sy_sound_reset(&held);
	sy_sound_reset(&again);
}

static void what_is_larger_than_the_shelf_is_not_kept(void **state)
{
	const struct sy_say_job what = {.text = "long", .rate = 8000};
	struct sy_shelf *shelf = NULL;
	struct sy_sound none = {.rate = 8000};

	(void)state;
	assert_int_equal(sy_shelf_create(N, &shelf), 0);
	put(shelf, &what, 1);
	assert_int_equal(get(shelf, &what), 0);
	sy_shelf_keep(shelf, &what, &none);
	assert_int_equal(sy_shelf_bytes(shelf), 0);
	sy_shelf_destroy(shelf);
	assert_false(sy_shelf_find(NULL, &what, &none));
	sy_shelf_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_is_found_by_all_that_makes_it),
		cmocka_unit_test(what_was_not_wanted_for_longest_goes_first),
		cmocka_unit_test(what_is_larger_than_the_shelf_is_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
