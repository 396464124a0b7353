#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/answer.h"

static char id[] = "bill";
static char lookup[] = "bills";
static char name_account[] = "account";
static char name_day[] = "day";
static struct sy_slot slots[] = {
	{.name = name_account, .kind = SY_VALUE_DIGITS}, {.name = name_day, .kind = SY_VALUE_DAY, .optional = true}};
static const struct tm now = {.tm_year = 126, .tm_mon = 2, .tm_mday = 11};

static size_t rows;
static int lookup_err;
static char asked[64];

static int look_up(void *arg, const char *name, const struct sy_pairs *params, const struct tm *at,
	struct sy_pairs *ret_row, size_t *ret_n, struct sy_problem *why)
{
	const char *account = sy_pairs_get(params, "account");

	(void)arg;
	assert_string_equal(name, "bills");
	assert_int_equal(at->tm_mday, 11);
	assert_null(sy_pairs_get(params, "case_key"));
	strcpy(asked, account ? account : "");
	if (lookup_err)
		return sy_problem_set(why, lookup_err, "it failed");
	*ret_n = rows;
	if (!rows)
		return 0;
	assert_int_equal(sy_pairs_set(ret_row, "due", "2026-05-03"), 0);
	assert_int_equal(sy_pairs_set(ret_row, "amount", "20.50"), 0);
	return sy_pairs_set(ret_row, "note", "");
}

static enum sy_answer_kind make(char *answer, char *none, const char *day, char **ret_text)
{
	struct sy_article article = {
		.id = id, .slots = slots, .n_slots = 2, .lookup = lookup, .answer = answer, .none = none};
	struct sy_pairs values = {0};
	struct sy_pairs common = {0};
	struct sy_answer_prm prm = {
		.article = &article, .slots = &values, .common = &common, .now = &now, .look_up = look_up};
	enum sy_answer_kind kind = SY_ANSWER_FAILED;

	*ret_text = NULL;
	assert_int_equal(sy_pairs_set(&common, "case_key", "40712"), 0);
	assert_int_equal(sy_pairs_set(&values, "account", "1234"), 0);
	if (day)
		assert_int_equal(sy_pairs_set(&values, "day", day), 0);
	assert_int_equal(sy_answer_make(&prm, &kind, ret_text, NULL), 0);
	sy_pairs_reset(&values);
	sy_pairs_reset(&common);
	return kind;
}

static int reset(void **state)
{
	(void)state;
	rows = 1;
	lookup_err = 0;
	return 0;
}

static void a_row_fills_the_template(void **state)
{
	char answer[] = "Your bill is due {due|date}.  It is {amount|money}, {note} case {case_key}.";
	char *text;

	(void)state;
	assert_int_equal(make(answer, NULL, NULL, &text), SY_ANSWER_GIVEN);
	assert_string_equal(
		text, "Your bill is due Sunday the third of May. It is twenty pounds and fifty pence, case 40712.");
	assert_string_equal(asked, "1234");
	free(text);
}

static void a_sentence_without_its_optional_detail_is_left_out(void **state)
{
	char answer[] = "It is {amount|money}. On {day|days} it is free. Goodbye then.";
	char *text;

	(void)state;
	assert_int_equal(make(answer, NULL, NULL, &text), SY_ANSWER_GIVEN);
	assert_string_equal(text, "It is twenty pounds and fifty pence. Goodbye then.");
	free(text);
	assert_int_equal(make(answer, NULL, "sunday", &text), SY_ANSWER_GIVEN);
	assert_string_equal(text, "It is twenty pounds and fifty pence. On Sunday it is free. Goodbye then.");
	free(text);
}

static void nothing_found_gives_the_articles_words_or_none(void **state)
{
	char answer[] = "It is {amount|money}.";
	char none[] = "There is no account {account|digits}.";
	char *text;

	(void)state;
	rows = 0;
	assert_int_equal(make(answer, none, NULL, &text), SY_ANSWER_NONE);
	assert_string_equal(text, "There is no account one, two, three, four.");
	free(text);
	assert_int_equal(make(answer, NULL, NULL, &text), SY_ANSWER_NONE);
	assert_null(text);
}

static void a_failed_look_up_or_template_is_a_result(void **state)
{
	char answer[] = "It is {amount|money}.";
	char wants[] = "It is {nothing|money}.";
	char *text;

	(void)state;
	lookup_err = EIO;
	assert_int_equal(make(answer, NULL, NULL, &text), SY_ANSWER_FAILED);
	assert_null(text);
	lookup_err = 0;
	assert_int_equal(make(wants, NULL, NULL, &text), SY_ANSWER_FAILED);
	assert_null(text);
}

static void an_answer_is_overdue_from_the_day_after(void **state)
{
	char day_before[] = "2026-03-10";
	char today[] = "2026-03-11";
	struct sy_article article = {.id = id};

	(void)state;
	assert_false(sy_answer_overdue(&article, &now));
	article.review = today;
	assert_false(sy_answer_overdue(&article, &now));
	article.review = day_before;
	assert_true(sy_answer_overdue(&article, &now));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_row_fills_the_template, reset),
		cmocka_unit_test_setup(a_sentence_without_its_optional_detail_is_left_out, reset),
		cmocka_unit_test_setup(nothing_found_gives_the_articles_words_or_none, reset),
		cmocka_unit_test_setup(a_failed_look_up_or_template_is_a_result, reset),
		cmocka_unit_test(an_answer_is_overdue_from_the_day_after),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
