#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "prompts/spoken.h"

static void says(enum sy_say_as as, const char *value, const char *said)
{
	struct sy_problem why = {""};
	char *words = NULL;

	assert_int_equal(sy_spoken_value(as, value, &words, &why), 0);
	assert_string_equal(words, said);
	free(words);
}

static void fails(enum sy_say_as as, const char *value, const char *part)
{
	struct sy_problem why = {""};
	char *words = NULL;

	assert_int_equal(sy_spoken_value(as, value, &words, &why), EINVAL);
	assert_null(words);
	assert_non_null(strstr(why.text, part));
}

static void knows_its_kinds(void **state)
{
	enum sy_say_as as = SY_SAY_SPELL;

	(void)state;
	assert_int_equal(sy_say_as_from("money", &as), 0);
	assert_int_equal(as, SY_SAY_MONEY);
	assert_int_equal(sy_say_as_from("date-year", &as), 0);
	assert_int_equal(as, SY_SAY_DATE_YEAR);
	assert_int_equal(sy_say_as_from("moneys", &as), EINVAL);
	assert_int_equal(as, SY_SAY_DATE_YEAR);
}

static void says_numbers(void **state)
{
	(void)state;
	says(SY_SAY_NUMBER, "1,250", "one thousand two hundred and fifty");
	says(SY_SAY_NUMBER, " -3.25 ", "minus three point two five");
	says(SY_SAY_NUMBER, "999000000000000", "nine hundred and ninety nine trillion");
	says(SY_SAY_NUMBER, "1000000000000000",
		"one zero zero zero zero zero zero zero zero zero zero zero zero zero zero zero");
	says(SY_SAY_ORDINAL, "3", "third");
	says(SY_SAY_ORDINAL, "22nd", "twenty second");
	fails(SY_SAY_NUMBER, "12x", "like \"1250\"");
	fails(SY_SAY_NUMBER, "", "number");
	fails(SY_SAY_ORDINAL, "3.5", "ordinal");
}

static void says_money(void **state)
{
	(void)state;
	says(SY_SAY_MONEY, "20.50", "twenty pounds and fifty pence");
	says(SY_SAY_MONEY, "£0", "zero pounds");
	says(SY_SAY_MONEY, "0.5", "fifty pence");
	says(SY_SAY_MONEY, "1.01", "one pound and one penny");
	says(SY_SAY_MONEY, "-5", "minus five pounds");
	says(SY_SAY_MONEY, "$20.50", "twenty dollars and fifty cents");
	says(SY_SAY_MONEY, "3 EUR", "three euros");
	fails(SY_SAY_MONEY, "20.505", "money");
	fails(SY_SAY_MONEY, "£", "money");
	fails(SY_SAY_MONEY, "3 CHF", "money");
}

static void says_dates(void **state)
{
	(void)state;
	says(SY_SAY_DATE, "2026-05-03", "Sunday the third of May");
	says(SY_SAY_DATE, "2024-02-29T10:00:00", "Thursday the twenty ninth of February");
	says(SY_SAY_DATE, "3/5/2026", "Sunday the third of May");
	says(SY_SAY_DATE_YEAR, "2000-01-01", "Saturday the first of January two thousand");
	says(SY_SAY_DATE_YEAR, "2026-12-31", "Thursday the thirty first of December twenty twenty six");
	fails(SY_SAY_DATE, "2023-02-29", "date");
	fails(SY_SAY_DATE, "2100-02-29", "date");
	fails(SY_SAY_DATE, "2026-13-01", "date");
	fails(SY_SAY_DATE, "tomorrow", "2026-05-03");
}

static void says_times(void **state)
{
	(void)state;
	says(SY_SAY_TIME, "16:30", "half past four in the afternoon");
	says(SY_SAY_TIME, "09:00", "nine o'clock in the morning");
	says(SY_SAY_TIME, "12:00", "midday");
	says(SY_SAY_TIME, "00:00", "midnight");
	says(SY_SAY_TIME, "24:00", "midnight");
	says(SY_SAY_TIME, "16:45:00", "a quarter to five in the afternoon");
	says(SY_SAY_TIME, "11:31", "twenty nine minutes to twelve in the morning");
	says(SY_SAY_TIME, "4pm", "four o'clock in the afternoon");
	says(SY_SAY_TIME, "12 am", "midnight");
	says(SY_SAY_TIME, "23:59", "one minute to twelve at night");
	says(SY_SAY_TIME, "18:05", "five past six in the evening");
	fails(SY_SAY_TIME, "24:01", "time");
	fails(SY_SAY_TIME, "12:60", "time");
	fails(SY_SAY_TIME, "13pm", "time");
	fails(SY_SAY_TIME, "9", "time");
}

static void says_figures_one_by_one(void **state)
{
	(void)state;
	says(SY_SAY_DIGITS, "4071", "four, zero, seven, one");
	says(SY_SAY_DIGITS, "12345", "one two three, four five");
	says(SY_SAY_DIGITS, "1234567", "one two three, four five, six seven");
	says(SY_SAY_DIGITS, "12-34-56", "one two three, four five six");
	fails(SY_SAY_DIGITS, "12a", "digits");
	fails(SY_SAY_DIGITS, "-", "digits");
	says(SY_SAY_PHONE, "0800 123 456", "oh eight hundred, one two three, four five six");
	says(SY_SAY_PHONE, "07700900123", "oh seven seven oh oh, nine oh oh, one two three");
	says(SY_SAY_PHONE, "(020) 7946 0000", "oh two oh, seven nine four six, oh oh oh oh");
	says(SY_SAY_PHONE, "+442079460000", "plus four four, two oh seven, nine four six, oh oh oh oh");
	says(SY_SAY_PHONE, "150", "one five oh");
	says(SY_SAY_PHONE, "01134960000 ext 45", "oh one one three four, nine six oh, oh oh oh, extension four five");
	fails(SY_SAY_PHONE, "01134960000 ext ", "phone");
	fails(SY_SAY_PHONE, "01134960000 ext 4b", "phone");
	fails(SY_SAY_PHONE, "12a", "phone");
	fails(SY_SAY_PHONE, "+", "phone");
}

static void spells(void **state)
{
	(void)state;
	says(SY_SAY_SPELL, "AB4", "A, B, four");
	says(SY_SAY_SPELL, "sz-1@b", "S, zed, dash, one, at, B");
	fails(SY_SAY_SPELL, "§", "spell");
}

static void says_days(void **state)
{
	(void)state;
	says(SY_SAY_DAYS, "monday", "Monday");
	says(SY_SAY_DAYS, "Mon-Fri", "Monday to Friday");
	says(SY_SAY_DAYS, "sat,sun", "Saturday and Sunday");
	says(SY_SAY_DAYS, "mon, wed, fri", "Monday, Wednesday and Friday");
	fails(SY_SAY_DAYS, "mond", "days");
	fails(SY_SAY_DAYS, "mon-", "days");
}

static void bounds_values(void **state)
{
	char value[SY_SPOKEN_VALUE_MAX + 2];
	char *words = NULL;

	(void)state;
	memset(value, '1', sizeof(value));
	value[SY_SPOKEN_VALUE_MAX] = '\0';
	assert_int_equal(sy_spoken_value(SY_SAY_DIGITS, value, &words, NULL), 0);
	free(words);
	words = NULL;
	value[SY_SPOKEN_VALUE_MAX] = '1';
	value[SY_SPOKEN_VALUE_MAX + 1] = '\0';
	assert_int_equal(sy_spoken_value(SY_SAY_DIGITS, value, &words, NULL), E2BIG);
	assert_null(words);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_its_kinds),
		cmocka_unit_test(says_numbers),
		cmocka_unit_test(says_money),
		cmocka_unit_test(says_dates),
		cmocka_unit_test(says_times),
		cmocka_unit_test(says_figures_one_by_one),
		cmocka_unit_test(spells),
		cmocka_unit_test(says_days),
		cmocka_unit_test(bounds_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
