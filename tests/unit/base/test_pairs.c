#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>

#include "base/pairs.h"

static void keeps_order_and_replaces_in_place(void **state)
{
	(void)state;
	struct sy_pairs pairs = {0};

	assert_null(sy_pairs_get(&pairs, "town"));
	assert_int_equal(sy_pairs_set(&pairs, "town", "leeds"), 0);
	assert_int_equal(sy_pairs_set(&pairs, "day", "monday"), 0);
	assert_int_equal(sy_pairs_set(&pairs, "town", "york"), 0);
	assert_int_equal(pairs.n, 2);
	assert_string_equal(pairs.at[0].name, "town");
	assert_string_equal(sy_pairs_get(&pairs, "town"), "york");
	/* the value may be the one that is replaced */
	assert_int_equal(sy_pairs_set(&pairs, "town", sy_pairs_get(&pairs, "town")), 0);
	assert_string_equal(sy_pairs_get(&pairs, "town"), "york");
	sy_pairs_reset(&pairs);
	assert_int_equal(pairs.n, 0);
}

static void removes_first_middle_last_and_none(void **state)
{
	(void)state;
	struct sy_pairs pairs = {0};

	for (char name[2] = "a"; name[0] <= 'd'; name[0]++)
		assert_int_equal(sy_pairs_set(&pairs, name, name), 0);
	sy_pairs_remove(&pairs, "b");
	sy_pairs_remove(&pairs, "z");
	sy_pairs_remove(&pairs, "d");
	sy_pairs_remove(&pairs, "a");
	assert_int_equal(pairs.n, 1);
	assert_string_equal(pairs.at[0].name, "c");
	sy_pairs_remove(&pairs, "c");
	assert_int_equal(pairs.n, 0);
	sy_pairs_reset(&pairs);
}

static void copies_deep_and_frees_what_was_there(void **state)
{
	(void)state;
	struct sy_pairs pairs = {0}, copy = {0};

	assert_int_equal(sy_pairs_set(&copy, "old", "1"), 0);
	assert_int_equal(sy_pairs_set(&pairs, "a", "1"), 0);
	assert_int_equal(sy_pairs_copy(&pairs, &copy), 0);
	assert_int_equal(sy_pairs_set(&pairs, "a", "2"), 0);
	assert_null(sy_pairs_get(&copy, "old"));
	assert_string_equal(sy_pairs_get(&copy, "a"), "1");
	assert_int_equal(sy_pairs_copy(&copy, &copy), 0);
	assert_string_equal(sy_pairs_get(&copy, "a"), "1");
	sy_pairs_reset(&pairs);
	assert_int_equal(sy_pairs_copy(&pairs, &copy), 0);
	assert_int_equal(copy.n, 0);
	sy_pairs_reset(&copy);
}

static void refuses_more_than_the_limit(void **state)
{
	(void)state;
	struct sy_pairs pairs = {0};
	char name[16];

	for (int i = 0; i < SY_PAIRS_MAX; i++) {
		(void)snprintf(name, sizeof(name), "n%d", i);
		assert_int_equal(sy_pairs_set(&pairs, name, "v"), 0);
	}
	assert_int_equal(sy_pairs_set(&pairs, "one more", "v"), E2BIG);
	assert_int_equal(pairs.n, SY_PAIRS_MAX);
	assert_int_equal(sy_pairs_set(&pairs, "n0", "w"), 0);
	sy_pairs_remove(&pairs, "n5");
	assert_int_equal(sy_pairs_set(&pairs, "one more", "v"), 0);
	sy_pairs_reset(&pairs);
}

static void equal_are_the_same_names_and_values_in_order(void **state)
{
	(void)state;
	struct sy_pairs a = {0}, b = {0};

	assert_true(sy_pairs_equal(&a, &b));
	assert_int_equal(sy_pairs_set(&a, "day", "monday"), 0);
	assert_false(sy_pairs_equal(&a, &b));
	assert_int_equal(sy_pairs_set(&b, "day", "sunday"), 0);
	assert_false(sy_pairs_equal(&a, &b));
	assert_int_equal(sy_pairs_set(&b, "day", "monday"), 0);
	assert_true(sy_pairs_equal(&a, &b));
	assert_int_equal(sy_pairs_set(&a, "town", "york"), 0);
	assert_false(sy_pairs_equal(&a, &b));
	assert_int_equal(sy_pairs_set(&b, "city", "york"), 0);
	assert_false(sy_pairs_equal(&a, &b));
	sy_pairs_reset(&a);
	sy_pairs_reset(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_order_and_replaces_in_place),
		cmocka_unit_test(removes_first_middle_last_and_none),
		cmocka_unit_test(copies_deep_and_frees_what_was_there),
		cmocka_unit_test(equal_are_the_same_names_and_values_in_order),
		cmocka_unit_test(refuses_more_than_the_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
