#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>

#include "base/guesses.h"

static void keeps_words_of_its_own(void **state)
{
	(void)state;
	struct sy_guesses guesses = {0}, copy = {0};
	char word[] = "parcel";

	assert_int_equal(sy_guesses_add(&guesses, word, 0.5f), 0);
	word[0] = 'm';
	assert_int_equal(sy_guesses_add(&guesses, word, 1.5f), 0);
	assert_int_equal(sy_guesses_copy(&guesses, &copy), 0);
	sy_guesses_reset(&guesses);
	assert_int_equal(guesses.n, 0);
	assert_int_equal(copy.n, 2);
	assert_string_equal(copy.at[0].word, "parcel");
	assert_string_equal(copy.at[1].word, "marcel");
	assert_true(copy.at[0].times == 0.5f && copy.at[1].times == 1.5f);
	sy_guesses_reset(&copy);
}

static void a_copy_takes_the_place_of_what_was_there(void **state)
{
	(void)state;
	struct sy_guesses none = {0}, copy = {0};

	assert_int_equal(sy_guesses_add(&copy, "bill", 1), 0);
	assert_int_equal(sy_guesses_copy(&none, &copy), 0);
	assert_int_equal(copy.n, 0);
	assert_null(copy.at);
}

static void no_more_than_the_most(void **state)
{
	(void)state;
	struct sy_guesses guesses = {0};
	char word[16];

	for (int i = 0; i < SY_GUESSES_MAX; i++) {
		(void)snprintf(word, sizeof word, "w%d", i);
		assert_int_equal(sy_guesses_add(&guesses, word, 1), 0);
	}
	assert_int_equal(sy_guesses_add(&guesses, "more", 1), E2BIG);
	assert_int_equal(guesses.n, SY_GUESSES_MAX);
	sy_guesses_reset(&guesses);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_words_of_its_own),
		cmocka_unit_test(a_copy_takes_the_place_of_what_was_there),
		cmocka_unit_test(no_more_than_the_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
