#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static void grows_and_stays_terminated(void **state)
{
	(void)state;
	struct sy_text text = {0};

	assert_string_equal(sy_text_str(&text), "");
	for (int i = 0; i < 1000; i++)
		assert_int_equal(sy_text_addf(&text, "%03d,", i), 0);
	assert_int_equal(text.len, 4000);
	assert_int_equal(strlen(sy_text_str(&text)), 4000);
	assert_memory_equal(sy_text_str(&text) + 3996, "999,", 5);
	sy_text_reset(&text);
	assert_null(text.s);
	sy_text_reset(&text);
}

static void add_n_takes_part_of_a_string(void **state)
{
	(void)state;
	struct sy_text text = {0};

	assert_int_equal(sy_text_add_n(&text, "hello world", 5), 0);
	assert_int_equal(sy_text_add_n(&text, "", 0), 0);
	assert_int_equal(sy_text_add(&text, "!"), 0);
	assert_string_equal(sy_text_str(&text), "hello!");
	sy_text_reset(&text);
}

static void take_hands_over_and_empties(void **state)
{
	(void)state;
	struct sy_text text = {0};
	char *s = sy_text_take(&text);

	assert_string_equal(s, "");
	free(s);
	assert_int_equal(sy_text_add(&text, "mine"), 0);
	s = sy_text_take(&text);
	assert_string_equal(s, "mine");
	free(s);
	assert_int_equal(text.len, 0);
	assert_string_equal(sy_text_str(&text), "");
}

static void stops_at_the_limit_unchanged(void **state)
{
	(void)state;
	struct sy_text text = {0};
	char *block = malloc(SY_TEXT_MAX);

	assert_non_null(block);
	memset(block, 'x', SY_TEXT_MAX);
	assert_int_equal(sy_text_add_n(&text, block, SY_TEXT_MAX - 1), 0);
	assert_int_equal(sy_text_add(&text, "ab"), E2BIG);
	assert_int_equal(sy_text_addf(&text, "%s", "ab"), E2BIG);
	assert_int_equal(text.len, SY_TEXT_MAX - 1);
	assert_int_equal(sy_text_add(&text, "a"), 0);
	assert_int_equal(sy_text_add(&text, "a"), E2BIG);
	assert_int_equal(sy_text_add_n(&text, block, SIZE_MAX), E2BIG);
	assert_int_equal(strlen(sy_text_str(&text)), SY_TEXT_MAX);
	sy_text_reset(&text);
	free(block);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_and_stays_terminated),
		cmocka_unit_test(add_n_takes_part_of_a_string),
		cmocka_unit_test(take_hands_over_and_empties),
		cmocka_unit_test(stops_at_the_limit_unchanged),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
