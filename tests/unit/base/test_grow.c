#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"

static void keeps_what_is_there(void **state)
{
	const char **words = NULL;
	size_t cap = 0;

	(void)state;
	for (size_t n = 0; n < 1000; n++) {
		const size_t before = cap;
		assert_int_equal(SY_GROW(&words, n + 1, &cap), 0);
		assert_int_equal(cap, n < before ? before : before ? 2 * before : SY_GROW_FIRST);
		words[n] = n % 2 ? "odd" : "even";
	}
	for (size_t n = 0; n < 1000; n++)
		assert_string_equal(words[n], n % 2 ? "odd" : "even");
	free(words);
}

static void makes_room_for_many_at_once(void **state)
{
	uint32_t *numbers = NULL;
	size_t cap = 0;

	(void)state;
	assert_int_equal(SY_GROW(&numbers, 0, &cap), 0);
	assert_null(numbers);
	assert_int_equal(SY_GROW(&numbers, SY_GROW_FIRST, &cap), 0);
	assert_int_equal(cap, SY_GROW_FIRST);
	assert_int_equal(SY_GROW(&numbers, 4 * SY_GROW_FIRST + 1, &cap), 0);
	assert_int_equal(cap, 8 * SY_GROW_FIRST);
	numbers[cap - 1] = 7;
	assert_int_equal(SY_GROW(&numbers, 8 * SY_GROW_FIRST, &cap), 0);
	assert_int_equal(cap, 8 * SY_GROW_FIRST);
	assert_int_equal(numbers[cap - 1], 7);
	free(numbers);
}

/* Of elements of 16 bytes 2^60 have 2^64 bytes: none, if that were not checked. */
static void what_no_size_holds_is_refused(void **state)
{
	static const size_t needs[] = {SIZE_MAX / 32 + 1, SIZE_MAX / 16 + 1, SIZE_MAX / 2 + 2, SIZE_MAX};
	struct two {
		uint64_t a, b;
	} *twos = NULL;
	size_t cap = 0;

	(void)state;
	assert_int_equal(SY_GROW(&twos, 1, &cap), 0);
	twos[0].b = 3;
	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++) {
		assert_int_equal(SY_GROW(&twos, needs[i], &cap), ENOMEM);
		assert_int_equal(cap, SY_GROW_FIRST);
		assert_int_equal(twos[0].b, 3);
	}
	free(twos);
}

static void gives_back_what_is_not_needed(void **state)
{
	int *numbers = NULL;
	size_t cap = 0;

	(void)state;
	assert_int_equal(SY_GROW(&numbers, 2, &cap), 0);
	numbers[0] = 7;
	numbers[1] = 8;
	assert_int_equal(SY_SHRINK(&numbers, cap, &cap), 0);
	assert_int_equal(cap, SY_GROW_FIRST);
	assert_int_equal(SY_SHRINK(&numbers, 2, &cap), 0);
	assert_int_equal(cap, 2);
	assert_true(numbers[0] == 7 && numbers[1] == 8);
	assert_int_equal(SY_GROW(&numbers, 3, &cap), 0);
	assert_int_equal(cap, 4);
	assert_int_equal(numbers[1], 8);
	free(numbers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_what_is_there),
		cmocka_unit_test(makes_room_for_many_at_once),
		cmocka_unit_test(what_no_size_holds_is_refused),
		cmocka_unit_test(gives_back_what_is_not_needed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
