#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/part.h"
#include "engine/converse/slot_value.h"

static const struct sy_slot_value_prm prm = {.now = {.tm_year = 126, .tm_mon = 2, .tm_mday = 11, .tm_wday = 3}};

/* Words as they were scored; their text too. */
static struct sy_hypothesis scored(char *text, const float *confidence, size_t n)
{
	struct sy_hypothesis heard = {.text = text, .n_words = n};

	for (size_t i = 0; i < n; i++)
		heard.words[i].confidence = confidence[i];
	return heard;
}

static void words_are_read_as_the_slot_is_meant(void **state)
{
	const struct sy_slot_value_prm american = {.now = prm.now, .month_first = true};
	const struct sy_slot date = {.kind = SY_VALUE_DATE};
	struct sy_value value = {0};

	(void)state;
	assert_int_equal(sy_slot_value_read(&date, &prm, "3/5/2026", &value), 0);
	assert_string_equal(value.text, "2026-05-03");
	sy_value_reset(&value);
	assert_int_equal(sy_slot_value_read(&date, &american, "3/5/2026", &value), 0);
	assert_string_equal(value.text, "2026-03-05");
	sy_value_reset(&value);
	assert_int_equal(sy_slot_value_read(&date, &prm, "four five", &value), EINVAL);
}

static void a_choice_is_as_it_is_written(void **state)
{
	struct sy_strings none = {0}, choices = {0};
	const struct sy_slot text = {.kind = SY_VALUE_TEXT}, spelled = {.kind = SY_VALUE_SPELLED};
	struct sy_value value = {.text = strdup("bedford")};

	(void)state;
	assert_int_equal(sy_strings_add(&choices, "St. Neots"), 0);
	assert_int_equal(sy_strings_add(&choices, "BEDFORD"), 0);
	assert_int_equal(sy_slot_value_choose(&text, &choices, "bedford", &value), 0);
	assert_string_equal(value.text, "BEDFORD");
	assert_int_equal(sy_slot_value_choose(&text, &none, "anything at all", &value), 0);
	assert_string_equal(value.text, "anything at all");
	assert_int_equal(sy_slot_value_choose(&text, &choices, "anything at all", &value), EINVAL);
	assert_null(value.text);
	value.text = strdup("BEDFORD");
	assert_int_equal(sy_slot_value_choose(&spelled, &choices, "", &value), 0);
	assert_string_equal(value.text, "BEDFORD");
	sy_value_reset(&value);
	sy_strings_reset(&choices);
}

static void what_is_wrong_is_told_apart(void **state)
{
	char luhn[] = "luhn";
	const struct sy_slot phone = {.kind = SY_VALUE_PHONE}, date = {.kind = SY_VALUE_DATE},
			     digits = {.kind = SY_VALUE_DIGITS, .length = 4, .check_digit = luhn};

	(void)state;
	assert_int_equal(sy_slot_value_judge(&phone, "12"), SY_ON_VALUE_BAD);
	assert_int_equal(sy_slot_value_judge(&phone, "+12"), SY_ON_VALUE_BAD);
	assert_int_equal(sy_slot_value_judge(&phone, "112"), SY_ON_VALUE_SURE);
	assert_int_equal(sy_slot_value_judge(&phone, "+123456789012345"), SY_ON_VALUE_SURE);
	assert_int_equal(sy_slot_value_judge(&phone, "1234567890123456"), SY_ON_VALUE_BAD);
	assert_int_equal(sy_slot_value_judge(&digits, "123"), SY_ON_VALUE_LENGTH);
	assert_int_equal(sy_slot_value_judge(&digits, "12345"), SY_ON_VALUE_LENGTH);
	assert_int_equal(sy_slot_value_judge(&digits, "1234"), SY_ON_VALUE_CHECK_DIGIT);
	assert_int_equal(sy_slot_value_judge(&digits, "1230"), SY_ON_VALUE_SURE);
	assert_int_equal(sy_slot_value_judge(&date, "2026-05-03"), SY_ON_VALUE_SURE);
}

static void scores_are_those_of_the_last_such_words(void **state)
{
	char text[] = "four five no four five six";
	const float confidence[] = {0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f};
	struct sy_hypothesis heard = scored(text, confidence, 6);

	(void)state;
	assert_ptr_equal(sy_slot_value_scores(&heard, "four five"), &heard.words[3]);
	assert_ptr_equal(sy_slot_value_scores(&heard, "five no"), &heard.words[1]);
	assert_null(sy_slot_value_scores(&heard, "our five")); /* no word begins there */
	assert_null(sy_slot_value_scores(&heard, "seven"));
	assert_null(sy_slot_value_scores(NULL, "four"));
	heard.n_words = 5; /* not one for each */
	assert_null(sy_slot_value_scores(&heard, "four five"));
}

static void a_part_is_as_sure_as_its_least_sure_word(void **state)
{
	const struct sy_slot digits = {.kind = SY_VALUE_DIGITS};
	const struct sy_word_score scores[] = {{.confidence = 0.9f}, {.confidence = 0.4f}, {.confidence = 0.95f}};
	double confidence[SY_VALUE_PARTS_MAX];
	struct sy_value value = {0};

	(void)state;
	assert_int_equal(sy_slot_value_read(&digits, &prm, "double four five", &value), 0);
	assert_int_equal(value.n_parts, 2);
	sy_slot_value_confidence(&value, scores, confidence);
	assert_float_equal(confidence[0], 0.4, 1e-6);
	assert_float_equal(confidence[1], 0.95, 1e-6);
	assert_true(sy_slot_value_kept_sure(&value, confidence)); /* the part in doubt is not kept */
	confidence[0] = 0.85;
	assert_false(sy_slot_value_kept_sure(&value, confidence));
	sy_slot_value_confidence(&value, NULL, confidence);
	assert_float_equal(confidence[0], SY_PART_SURE, 0);
	sy_value_reset(&value);
}

static void the_digit_in_doubt_is_put_right(void **state)
{
	char luhn[] = "luhn";
	const struct sy_slot digits = {.kind = SY_VALUE_DIGITS, .length = 4, .check_digit = luhn};
	const double doubt[] = {0.99, 0.99, 0.99, 0.3}, alike[] = {0.8, 0.8, 0.8, 0.8};
	struct sy_value value = {0};
	char *repaired;

	(void)state;
	assert_int_equal(sy_slot_value_read(&digits, &prm, "one two three five", &value), 0);
	repaired = sy_slot_value_repair(&digits, &value, doubt);
	assert_non_null(repaired);
	assert_string_equal(repaired, "1230");
	free(repaired);
	assert_null(sy_slot_value_repair(&digits, &value, alike)); /* any of them may be wrong */
	sy_value_reset(&value);
}

static void a_day_alone_keeps_the_month(void **state)
{
	const struct sy_slot date = {.kind = SY_VALUE_DATE};
	struct sy_value value = {0};

	(void)state;
	assert_int_equal(sy_slot_value_read(&date, &prm, "the fourteenth", &value), 0);
	sy_slot_value_keep_month("2026-05-13", &prm.now, &value);
	assert_string_equal(value.text, "2026-05-14");
	sy_value_reset(&value);
	assert_int_equal(sy_slot_value_read(&date, &prm, "the fourteenth of june", &value), 0);
	sy_slot_value_keep_month("2026-05-13", &prm.now, &value);
	assert_string_equal(value.text, "2026-06-14");
	sy_value_reset(&value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_read_as_the_slot_is_meant),
		cmocka_unit_test(a_choice_is_as_it_is_written),
		cmocka_unit_test(what_is_wrong_is_told_apart),
		cmocka_unit_test(scores_are_those_of_the_last_such_words),
		cmocka_unit_test(a_part_is_as_sure_as_its_least_sure_word),
		cmocka_unit_test(the_digit_in_doubt_is_put_right),
		cmocka_unit_test(a_day_alone_keeps_the_month),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
