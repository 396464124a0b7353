/* Strings kept once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "grammars/intern.h"

static void strings_are_numbered_and_kept_once(void **state)
{
	(void)state;
	struct sy_intern set = {0};
	char word[16];
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < 1000; i++) {
			size_t number = 0;
			int n = snprintf(word, sizeof word, "w%zu", i);
			assert_int_equal(sy_intern_add(&set, word, (size_t)n, &number), 0);
			assert_int_equal(number, i);
			assert_string_equal(set.at[i], word);
		}
	}
	assert_int_equal(set.n, 1000);
	sy_intern_reset(&set);
	assert_int_equal(sy_intern_find(&set, "w1", 2), -1);
}

static void only_the_whole_string_is_found(void **state)
{
	(void)state;
	struct sy_intern set = {0};
	size_t number = 9;
	assert_int_equal(sy_intern_find(&set, "tea", 3), -1);
	assert_int_equal(sy_intern_add(&set, "tea!", 3, &number), 0);
	assert_int_equal(number, 0);
	assert_int_equal(sy_intern_find(&set, "tea", 3), 0);
	assert_int_equal(sy_intern_find(&set, "te", 2), -1);
	assert_int_equal(sy_intern_find(&set, "tea!", 4), -1);
	assert_int_equal(sy_intern_find(&set, "", 0), -1);
	/* Every ending that a hash may bring to the same place. */
	for (int i = 0; i < 256; i++) {
		const char bytes[] = {'t', 'e', 'a', '\0', (char)i, 'x'};
		assert_int_equal(sy_intern_find(&set, bytes, sizeof bytes), -1);
	}
	sy_intern_reset(&set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strings_are_numbered_and_kept_once),
		cmocka_unit_test(only_the_whole_string_is_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
