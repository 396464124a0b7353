#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "grammars/check_digit.h"

static struct sy_check_digit scheme(const char *text)
{
	struct sy_check_digit check = {0};
	struct sy_problem why = {""};

	if (sy_check_digit_from(text, &check, &why))
		fail_msg("%s", why.text);
	return check;
}

static void schemes_hold_for_real_numbers(void **state)
{
	static const struct {
		const char *scheme;
		const char *digits;
		bool holds;
	} numbers[] = {
		{"luhn", "79927398713", true},
		{"true", "4532015112830366", true},
		{"Luhn", "4532015112830367", false},
		/* EAN-13, ISBN-10 (its check digit is no X), an NHS number of its data dictionary */
		{"mod 10, weights 3 1", "4006381333931", true},
		{"mod 10, weights 3 1", "4006381333932", false},
		{"mod 11, weights 10 9 8 7 6 5 4 3 2 1", "0306406152", true},
		{"mod 11, weights 10 9 8 7 6 5 4 3 2 1", "9434765919", true},
		{"mod 11, weights 10 9 8 7 6 5 4 3 2 1", "9434765191", false},
		{"MOD 11 weights 2 1", "", false},
		{"luhn", "12a4", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const struct sy_check_digit check = scheme(numbers[i].scheme);

		if (sy_check_digit_holds(&check, numbers[i].digits) != numbers[i].holds)
			fail_msg("%s: %s", numbers[i].scheme, numbers[i].digits);
	}
}

static void what_is_no_scheme_is_told(void **state)
{
	static const char *const bad[] = {"", "lune", "luhn 10", "mod", "mod 11", "mod 1, weights 1",
		"mod 98, weights 1", "mod 11, weights", "mod 11, weights 1 x", "mod 11, weights 100", "false",
		"mod 11, weights 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct sy_check_digit check = {.modulus = 7};
		struct sy_problem why = {""};

		assert_int_equal(sy_check_digit_from(bad[i], &check, &why), EINVAL);
		assert_int_equal(check.modulus, 7);
		assert_non_null(strstr(why.text, "write luhn"));
	}
}

static void the_likeliest_repair_is_found(void **state)
{
	const struct sy_check_digit luhn = scheme("luhn");
	const double doubtful[] = {.99, .99, .3, .99, .99, .99, .99, .99, .99, .99, .99};
	char repaired[16] = "";
	double share;

	(void)state;
	/* 79927398713 with its third digit heard as 5 */
	share = sy_check_digit_repair(&luhn, "79527398713", doubtful, repaired);
	assert_string_equal(repaired, "79927398713");
	assert_true(share > 0.9);
}

static void equal_doubt_leaves_it_open(void **state)
{
	const struct sy_check_digit luhn = scheme("luhn");
	const double alike[] = {.8, .8, .8, .8, .8, .8, .8, .8};
	char repaired[16] = "untouched";
	double share = sy_check_digit_repair(&luhn, "00000001", alike, repaired);

	(void)state;
	assert_true(sy_check_digit_holds(&luhn, repaired));
	assert_true(share < 0.5);
}

static void what_cannot_be_repaired_is_left(void **state)
{
	const struct sy_check_digit none = scheme("mod 10, weights 2");
	const double sure[SY_CHECK_WEIGHTS_MAX + 1] = {0};
	char repaired[64] = "untouched";
	char longest[SY_CHECK_WEIGHTS_MAX + 2];

	(void)state;
	assert_true(sy_check_digit_repair(&none, "12x", sure, repaired) == 0);
	assert_string_equal(repaired, "untouched");
	memset(longest, '1', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_true(sy_check_digit_repair(&none, longest, sure, repaired) == 0);
	assert_string_equal(repaired, "untouched");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(schemes_hold_for_real_numbers),
		cmocka_unit_test(what_is_no_scheme_is_told),
		cmocka_unit_test(the_likeliest_repair_is_found),
		cmocka_unit_test(equal_doubt_leaves_it_open),
		cmocka_unit_test(what_cannot_be_repaired_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
