#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/own_words.h"
#include "engine/converse/part.h"

/* A Wednesday. */
static const struct sy_slot_value_prm prm = {.now = {.tm_year = 126, .tm_mon = 2, .tm_mday = 11, .tm_wday = 3}};
static const struct sy_slot day = {.kind = SY_VALUE_DAY}, date = {.kind = SY_VALUE_DATE},
			    town = {.kind = SY_VALUE_TEXT};

static void assert_found(
	const struct sy_slot *slot, const struct sy_strings *choices, const char *words, const char *expected)
{
	char *value = NULL;
	const int err = sy_own_words_value(slot, &prm, choices, words, &value);

	if (err != (expected ? 0 : ENOENT) || (expected && strcmp(value, expected) != 0))
		fail_msg("\"%s\": %s, not %s", words, value ? value : "nothing", expected ? expected : "nothing");
	free(value);
}

static void a_day_is_found_wherever_it_stands(void **state)
{
	(void)state;
	assert_found(&day, NULL, "are you like open on sunday", "sunday");
	assert_found(&day, NULL, "saturday would that be any good", "saturday");
	assert_found(&day, NULL, "sunday yes sunday what time", "sunday");
	assert_found(&date, NULL, "is it possible to get a man out on friday", "2026-03-13");
	assert_found(&date, NULL, "i'd need him the third of may if that works", "2026-05-03");
	/* "The third" lies in it, and is no other day. */
	assert_found(&date, NULL, "is there one the thirty first of december in the morning", "2026-12-31");
}

static void what_names_no_day_is_none(void **state)
{
	(void)state;
	assert_found(&day, NULL, "", NULL);
	assert_found(&day, NULL, "what happens now", NULL);
	assert_found(&date, NULL, "could i have my bills by email from now on", NULL);
	assert_found(&date, NULL, "it is the third time that i call", NULL);
	assert_found(&day, NULL, "are you open on -", NULL);
}

static void of_two_days_none_is_taken(void **state)
{
	(void)state;
	assert_found(&day, NULL, "not saturday but monday", NULL);
	assert_found(&date, NULL, "either the third of may or the fourth of may", NULL);
}

static void names_are_those_of_the_list(void **state)
{
	struct sy_strings towns = {0};
	const struct sy_strings none = {0};

	(void)state;
	assert_int_equal(sy_strings_add(&towns, "York"), 0);
	assert_int_equal(sy_strings_add(&towns, "New York"), 0);
	assert_int_equal(sy_strings_add(&towns, "Elm Cross"), 0);
	assert_found(&town, &towns, "is there one of yours near elm cross or so", "Elm Cross");
	assert_found(&town, &towns, "i live in york", "York");
	assert_found(&town, &towns, "i live in new york", "New York");
	assert_found(&town, &towns, "i live in new york by elm cross", NULL);
	assert_found(&town, &towns, "yorkshire pudding and a new yorker", NULL);
	assert_found(&town, &none, "i live in york", NULL);
	sy_strings_reset(&towns);
}

static void long_lists_are_not_looked_through(void **state)
{
	struct sy_strings towns = {0};

	(void)state;
	for (size_t i = 0; i < SY_OWN_WORDS_CHOICES_MAX - 1; i++)
		assert_int_equal(sy_strings_add(&towns, "York"), 0);
	assert_int_equal(sy_strings_add(&towns, "Elm Cross"), 0);
	assert_found(&town, &towns, "is there one near elm cross", "Elm Cross");
	assert_int_equal(sy_strings_add(&towns, "Ashby"), 0);
	assert_found(&town, &towns, "is there one near elm cross", NULL);
	sy_strings_reset(&towns);
}

static void numbers_are_not_looked_for(void **state)
{
	(void)state;
	for (int kind = 0; kind < SY_VALUE_N; kind++) {
		const struct sy_slot slot = {.kind = (enum sy_value_kind)kind};
		assert_int_equal(sy_own_words_findable(&slot),
			kind == SY_VALUE_DAY || kind == SY_VALUE_DATE || kind == SY_VALUE_TEXT);
	}
}

/* What the hypothesis' words are where each is so sure; NULL: none. */
static void assert_sure(const char *text, const float *confidence, size_t n, const char *expected)
{
	struct sy_hypothesis heard = {.text = (char *)(uintptr_t)text, .n_words = n};
	char *words;

	for (size_t i = 0; i < n; i++)
		heard.words[i].confidence = confidence[i];
	words = sy_own_words_sure(&heard);
	if (expected)
		assert_string_equal(words, expected);
	else
		assert_null(words);
	free(words);
}

static void words_in_doubt_are_lost(void **state)
{
	const float at = SY_PART_SURE, below = at - 0.01F;

	(void)state;
	assert_sure("open on sunday", (float[]){below, at, at}, 3, "- on sunday");
	assert_sure("open on sunday", (float[]){at, at, below}, 3, "open on -");
	assert_sure("open on sunday", (float[]){below, below, below}, 3, NULL);
	/* Not scored, or not these. */
	assert_sure("open on sunday", NULL, 0, NULL);
	assert_sure("open on sunday", (float[]){at, at}, 2, NULL);
	assert_sure(NULL, NULL, 0, NULL);
}

/* More words than a value may have are no value; no sentence is too long to be looked through. */
static void long_sentences(void **state)
{
	char words[8 * (SY_HYPOTHESIS_WORDS_MAX + 8)] = "";

	(void)state;
	for (size_t i = 0; i < SY_HYPOTHESIS_WORDS_MAX - 1; i++)
		strcat(words, "well ");
	strcat(words, "sunday");
	assert_found(&day, NULL, words, "sunday");
	strcat(words, " well and monday");
	assert_found(&day, NULL, words, "sunday"); /* past what can be scored */
	assert_found(&date, NULL, "wednesday the twenty third of december twenty twenty six", "2026-12-23");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_day_is_found_wherever_it_stands),
		cmocka_unit_test(what_names_no_day_is_none),
		cmocka_unit_test(of_two_days_none_is_taken),
		cmocka_unit_test(names_are_those_of_the_list),
		cmocka_unit_test(long_lists_are_not_looked_through),
		cmocka_unit_test(numbers_are_not_looked_for),
		cmocka_unit_test(words_in_doubt_are_lost),
		cmocka_unit_test(long_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
