#include "sql_bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kb/hours.h"

static int fill_base(void **state)
{
	(void)state;
	if (make_base())
		return -1;
	sql("CREATE TABLE hours (place TEXT, day TEXT, opens TEXT, closes TEXT);"
	    "INSERT INTO hours VALUES ('shop', 'monday', '09:00', '17:30'), ('shop', 'tuesday', '09:00', '12:00'),"
	    "('shop', 'tuesday', '13:00', '17:30'), ('shop', 'Wednesday', '9:00', '17:30'),"
	    "('shop', 'saturday', '10:00', '24:00'),"
	    "('bar', 'friday', '18:00', '02:00'), ('bar', 'saturday', '18:00', '03:00'), ('bad', 'monday', '9', "
	    "'12:00');"
	    "CREATE TABLE hours_exception (place TEXT, date TEXT, opens TEXT, closes TEXT, note TEXT);"
	    "INSERT INTO hours_exception VALUES ('shop', '2026-12-25', '', '', 'It is Christmas Day.'),"
	    "('shop', '2026-12-23', '10:00', '11:00', 'Short day.');");
	return 0;
}

/* 2026-11-16 is a Monday. */
static struct tm at(int day, int hour, int minute)
{
	return (struct tm){.tm_year = 126, .tm_mon = 10, .tm_mday = day, .tm_hour = hour, .tm_min = minute};
}

/* "state opens-closes when note" */
static void expect(const char *place, struct tm now, const char *day, const char *expected)
{
	const struct sy_hours_question question = {.now = &now, .place = place, .day = day};
	struct sy_pairs pairs = {0};
	struct sy_problem why = {""};
	char got[512];

	if (sy_hours_describe(store, &question, &pairs, &why))
		fail_msg("%s", why.text);
	if (!pairs.n)
		(void)snprintf(got, sizeof(got), "nothing");
	else
		(void)snprintf(got, sizeof(got), "%s %s-%s %s %s", sy_pairs_get(&pairs, "state"),
			sy_pairs_get(&pairs, "opens"), sy_pairs_get(&pairs, "closes"), sy_pairs_get(&pairs, "when"),
			sy_pairs_get(&pairs, "note"));
	assert_string_equal(got, expected);
	sy_pairs_reset(&pairs);
}

static void test_a_plain_day(void **state)
{
	(void)state;
	expect("shop", at(16, 8, 59), NULL, "later 09:00-17:30 today ");
	expect("shop", at(16, 9, 0), "", "open 09:00-17:30 today ");
	expect("SHOP", at(16, 17, 29), NULL, "open 09:00-17:30 today ");
	expect("shop", at(16, 17, 30), NULL, "over 09:00-12:00 tomorrow ");
	expect("shop", at(18, 23, 0), NULL, "over 10:00-00:00 saturday ");
	expect("shop", at(19, 12, 0), NULL, "closed 10:00-00:00 saturday ");
	expect("shop", at(21, 23, 59), NULL, "open 10:00-00:00 today ");
}

static void test_a_day_with_a_break(void **state)
{
	const struct tm now = at(17, 12, 30);
	const struct sy_hours_question question = {.now = &now, .place = "shop", .day = "wednesday"};
	struct sy_hours_question tuesday = question;
	struct sy_pairs pairs = {0};

	(void)state;
	expect("shop", at(17, 11, 59), NULL, "open 09:00-12:00 today ");
	expect("shop", now, NULL, "later 13:00-17:30 today ");
	assert_int_equal(sy_hours_describe(store, &question, &pairs, NULL), 0);
	assert_string_equal(sy_pairs_get(&pairs, "again_opens"), "");
	tuesday.day = "2026-11-24";
	assert_int_equal(sy_hours_describe(store, &tuesday, &pairs, NULL), 0);
	assert_string_equal(sy_pairs_get(&pairs, "again_opens"), "13:00");
	assert_string_equal(sy_pairs_get(&pairs, "again_closes"), "17:30");
	assert_string_equal(sy_pairs_get(&pairs, "date"), "2026-11-24");
	assert_string_equal(sy_pairs_get(&pairs, "day"), "tuesday");
	sy_pairs_reset(&pairs);
}

static void test_another_day(void **state)
{
	(void)state;
	expect("shop", at(16, 12, 0), "Monday", "open 09:00-17:30 today ");
	expect("shop", at(16, 12, 0), "today", "open 09:00-17:30 today ");
	expect("shop", at(16, 12, 0), "tomorrow", "day 09:00-12:00 tomorrow ");
	expect("shop", at(16, 12, 0), "wednesday", "day 09:00-17:30 wednesday ");
	expect("shop", at(16, 12, 0), "sunday", "day-closed 09:00-17:30 monday ");
	expect("shop", at(18, 12, 0), "sunday", "day-closed 09:00-17:30 monday ");
	expect("shop", at(16, 12, 0), "2026-11-30", "day 09:00-17:30 monday ");
}

static void test_exceptions(void **state)
{
	struct tm christmas = at(25, 12, 0);

	(void)state;
	christmas.tm_mon = 11;
	expect("shop", christmas, NULL, "closed 10:00-00:00 tomorrow It is Christmas Day.");
	expect("shop", christmas, "friday", "closed 10:00-00:00 tomorrow It is Christmas Day.");
	christmas.tm_mday = 23;
	expect("shop", christmas, NULL, "over 10:00-00:00 saturday Short day.");
	christmas.tm_mday = 22;
	expect("shop", christmas, "tomorrow", "day 10:00-11:00 tomorrow Short day.");
}

static void test_past_midnight(void **state)
{
	(void)state;
	expect("bar", at(20, 23, 0), NULL, "open 18:00-02:00 today ");
	expect("bar", at(21, 1, 59), NULL, "open 18:00-02:00 now ");
	expect("bar", at(21, 2, 0), NULL, "later 18:00-03:00 today ");
	expect("bar", at(22, 3, 0), NULL, "closed 18:00-02:00 friday ");
	expect("shop", at(22, 0, 0), NULL, "closed 09:00-17:30 tomorrow ");
}

static void test_nothing_known(void **state)
{
	(void)state;
	expect("moon", at(16, 12, 0), NULL, "nothing");
	expect(NULL, at(16, 8, 0), "wednesday", "day 09:00-17:30 wednesday ");
}

static void test_bad_values(void **state)
{
	const struct tm now = at(16, 12, 0);
	const struct sy_hours_question someday = {.now = &now, .place = "shop", .day = "someday"};
	const struct sy_hours_question bad = {.now = &now, .place = "bad"};
	struct sy_pairs pairs = {0};
	struct sy_problem why = {""};

	(void)state;
	assert_int_equal(sy_hours_describe(store, &someday, &pairs, &why), EINVAL);
	assert_non_null(strstr(why.text, "'someday' is no day"));
	assert_int_equal(sy_hours_describe(store, &bad, &pairs, &why), EINVAL);
	assert_non_null(strstr(why.text, "'9' to '12:00' are not times"));
	assert_int_equal(pairs.n, 0);
}

static void test_limits(void **state)
{
	struct tm now = at(16, 12, 0);
	const struct sy_hours_question question = {.now = &now, .place = "many"};
	struct sy_pairs pairs = {0};
	struct sy_problem why = {""};

	(void)state;
	sql("INSERT INTO hours VALUES ('many', 'monday', '01:00', '02:00'), ('many', 'monday', '03:00', '04:00'),"
	    "('many', 'monday', '05:00', '06:00'), ('many', 'monday', '13:00', '14:00')");
	expect("many", now, NULL, "later 13:00-14:00 today ");
	sql("INSERT INTO hours VALUES ('many', 'monday', '15:00', '16:00')");
	assert_int_equal(sy_hours_describe(store, &question, &pairs, &why), E2BIG);
	sql("INSERT INTO hours_exception VALUES ('far', '2026-12-07', '08:00', '09:00', '')");
	now = at(16, 12, 0);
	expect("far", now, NULL, "closed 08:00-09:00 date ");
	now = at(15, 12, 0);
	expect("far", now, NULL, "nothing");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_plain_day),
		cmocka_unit_test(test_a_day_with_a_break),
		cmocka_unit_test(test_another_day),
		cmocka_unit_test(test_exceptions),
		cmocka_unit_test(test_past_midnight),
		cmocka_unit_test(test_nothing_known),
		cmocka_unit_test(test_bad_values),
		cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, fill_base, drop_base);
}
