#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/typed.h"

/* Wednesday the eleventh of March 2026. */
static const struct sy_typed_prm day_first = {.now = {.tm_year = 126, .tm_mon = 2, .tm_mday = 11}};
static const struct sy_typed_prm month_first = {
	.now = {.tm_year = 126, .tm_mon = 2, .tm_mday = 11}, .month_first = true};

static void is(enum sy_value_kind kind, const char *keys, const char *expected)
{
	const struct sy_slot slot = {.kind = kind};
	char *value = NULL;
	int err = sy_typed_value(&slot, keys, &day_first, &value);

	if (expected) {
		assert_int_equal(err, 0);
		assert_string_equal(value, expected);
	} else {
		assert_int_equal(err, EINVAL);
		assert_null(value);
	}
	free(value);
}

static void keys_make_values(void **state)
{
	(void)state;
	is(SY_VALUE_DIGITS, "0042", "0042");
	is(SY_VALUE_NUMBER, "0042", "42");
	is(SY_VALUE_NUMBER, "0", "0");
	is(SY_VALUE_MONEY, "20", "20.00");
	is(SY_VALUE_DAY, "1", "monday");
	is(SY_VALUE_DAY, "7", "sunday");
	is(SY_VALUE_DAY, "8", NULL);
	is(SY_VALUE_DAY, "0", NULL);
	is(SY_VALUE_YES_NO, "1", "yes");
	is(SY_VALUE_YES_NO, "2", "no");
	is(SY_VALUE_YES_NO, "3", NULL);
	is(SY_VALUE_TIME, "0000", "00:00");
	is(SY_VALUE_TIME, "2359", "23:59");
	is(SY_VALUE_TIME, "2400", NULL);
	is(SY_VALUE_TIME, "1260", NULL);
	is(SY_VALUE_TIME, "930", NULL);
	is(SY_VALUE_DIGITS, "", NULL);
	is(SY_VALUE_DIGITS, "12*", NULL);
	is(SY_VALUE_TEXT, "1", NULL);
}

static void a_date_is_this_years_or_the_next(void **state)
{
	(void)state;
	is(SY_VALUE_DATE, "1103", "2026-03-11");
	is(SY_VALUE_DATE, "1003", "2027-03-10");
	is(SY_VALUE_DATE, "3112", "2026-12-31");
	is(SY_VALUE_DATE, "0101", "2027-01-01");
	is(SY_VALUE_DATE, "3104", NULL);
	is(SY_VALUE_DATE, "2902", NULL);
	is(SY_VALUE_DATE, "0013", NULL);
	is(SY_VALUE_DATE, "0000", NULL);
	is(SY_VALUE_DATE, "110", NULL);
}

static void the_month_may_come_first(void **state)
{
	const struct sy_slot slot = {.kind = SY_VALUE_DATE};
	char *value = NULL;

	(void)state;
	assert_int_equal(sy_typed_value(&slot, "0503", &month_first, &value), 0);
	assert_string_equal(value, "2026-05-03");
	free(value);
	value = NULL;
	assert_int_equal(sy_typed_value(&slot, "1305", &month_first, &value), EINVAL);
	assert_null(value);
}

static void parts_are_typed(void **state)
{
	(void)state;
	is(SY_VALUE_MONTH_DAY, "03", "3");
	is(SY_VALUE_MONTH_DAY, "32", NULL);
	is(SY_VALUE_MONTH, "12", "12");
	is(SY_VALUE_MONTH, "00", NULL);
	is(SY_VALUE_YEAR, "1964", "1964");
	is(SY_VALUE_YEAR, "2100", NULL);
	is(SY_VALUE_HALF_DAY, "1", "am");
	is(SY_VALUE_HALF_DAY, "2", "pm");
	is(SY_VALUE_WHICH, "2", "2");
	is(SY_VALUE_WHICH, "3", NULL);
	is(SY_VALUE_PHONE, "02079460013", "02079460013");
	is(SY_VALUE_SPELLED, "1", NULL);
}

static void the_twenty_ninth_of_february_needs_its_year(void **state)
{
	const struct sy_typed_prm late = {.now = {.tm_year = 127, .tm_mon = 2, .tm_mday = 1}};
	const struct sy_slot slot = {.kind = SY_VALUE_DATE};
	char *value = NULL;

	(void)state;
	assert_int_equal(sy_typed_value(&slot, "2902", &late, &value), 0);
	assert_string_equal(value, "2028-02-29");
	free(value);
}

static void a_value_has_a_bound(void **state)
{
	struct sy_typed typed = {.n = 0};
	int i;

	(void)state;
	for (i = 0; i < SY_TYPED_MAX; i++)
		assert_int_equal(sy_typed_add(&typed, '7', i), 0);
	assert_int_equal(sy_typed_add(&typed, '7', i), E2BIG);
	assert_int_equal(strlen(typed.keys), SY_TYPED_MAX);
	assert_int_equal(typed.last_ms, SY_TYPED_MAX - 1);
}

static void each_kind_has_a_hint_and_a_length(void **state)
{
	struct sy_slot slot = {.kind = SY_VALUE_DIGITS};
	int kind;

	(void)state;
	assert_int_equal(sy_typed_hint(&slot), SY_PROMPT_TYPE_DIGITS);
	assert_int_equal(sy_typed_length(&slot), 0);
	slot.length = 6;
	assert_int_equal(sy_typed_hint(&slot), SY_PROMPT_TYPE_LENGTH);
	assert_int_equal(sy_typed_length(&slot), 6);
	for (kind = SY_VALUE_TEXT; kind < SY_VALUE_N; kind++) {
		slot.kind = (enum sy_value_kind)kind;
		assert_int_equal(
			sy_typed_hint(&slot) == SY_PROMPT_NONE, kind == SY_VALUE_TEXT || kind == SY_VALUE_SPELLED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_make_values),
		cmocka_unit_test(a_date_is_this_years_or_the_next),
		cmocka_unit_test(the_month_may_come_first),
		cmocka_unit_test(parts_are_typed),
		cmocka_unit_test(the_twenty_ninth_of_february_needs_its_year),
		cmocka_unit_test(a_value_has_a_bound),
		cmocka_unit_test(each_kind_has_a_hint_and_a_length),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
