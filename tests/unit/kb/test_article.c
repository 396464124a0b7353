/* article: lists grow, drafts go, everything is freed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kb/article.h"
#include "kb/phrase.h"

static void test_lists(void **state)
{
	struct sy_strings strings = {0};

	(void)state;
	assert_int_equal(sy_strings_add(&strings, "a"), 0);
	assert_int_equal(sy_strings_add(&strings, ""), 0);
	assert_int_equal(strings.n, 2);
	assert_string_equal(strings.at[1], "");
	sy_strings_reset(&strings);
	assert_int_equal(strings.n, 0);
	assert_null(strings.at);
	sy_strings_reset(&strings);
}

static void test_finding(void **state)
{
	struct sy_content content = {0};
	struct sy_article *article = sy_content_add_article(&content);
	struct sy_slot *slot = sy_article_add_slot(article);
	struct sy_lookup *lookup = sy_content_add_lookup(&content);

	(void)state;
	article->id = strdup("bill-date");
	slot->name = strdup("account");
	lookup->name = strdup("one");
	assert_ptr_equal(sy_content_article(&content, "bill-date"), article);
	assert_null(sy_content_article(&content, "bill"));
	assert_ptr_equal(sy_article_slot(article, "account"), slot);
	assert_null(sy_article_slot(article, "Account"));
	assert_ptr_equal(sy_content_lookup(&content, "one"), lookup);
	assert_null(sy_content_lookup(&content, ""));
	assert_int_equal(sy_article_default_title(article), 0);
	assert_string_equal(article->title, "bill date");
	sy_content_reset(&content);
	sy_content_reset(&content);
}

static void test_phrases_are_counted(void **state)
{
	struct sy_content content = {0};

	(void)state;
	assert_int_equal(sy_content_n_phrases(&content), 0);
	for (size_t i = 0; i < 5; i++) {
		struct sy_article *article = sy_content_add_article(&content);

		assert_int_equal(sy_strings_add(&article->phrases, "phrase"), 0);
	}
	assert_int_equal(sy_strings_add(&content.articles[1].phrases, "another"), 0);
	assert_int_equal(sy_content_n_phrases(&content), 6);
	sy_content_reset(&content);
}

static void test_words_have_a_bound(void **state)
{
	struct sy_content content = {0};
	char word[16];

	(void)state;
	for (int i = 0; i < SY_WORDS_MAX; i++) {
		(void)snprintf(word, sizeof(word), "w%d", i);
		assert_int_equal(sy_content_add_word(&content, word, "W"), 0);
	}
	assert_int_equal(sy_content_add_word(&content, "more", "W"), E2BIG);
	assert_int_equal(content.words.n, SY_WORDS_MAX);
	assert_string_equal(sy_pairs_get(&content.words, "w4999"), "W");
	sy_content_reset(&content);
}

static void test_phrase_pieces(void **state)
{
	const char *at = "what's due on {account}, {day}?";
	struct sy_phrase_piece piece;

	(void)state;
	assert_int_equal(sy_phrase_next(&at, &piece, NULL), 0);
	assert_false(piece.slot);
	assert_string_equal(piece.text, "what's due on ");
	assert_int_equal(sy_phrase_next(&at, &piece, NULL), 0);
	assert_true(piece.slot);
	assert_string_equal(piece.text, "account");
	assert_int_equal(sy_phrase_next(&at, &piece, NULL), 0);
	assert_string_equal(piece.text, "day");
	assert_int_equal(sy_phrase_next(&at, &piece, NULL), ENOENT);
}

static void test_phrase_braces(void **state)
{
	static const char *const bad[] = {"a {b", "a } b", "{}", "{A b}", "{a{b}}"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct sy_phrase_piece piece;
		const char *at = bad[i];
		int err = 0;

		while (!err)
			err = sy_phrase_next(&at, &piece, NULL);
		assert_int_equal(err, EINVAL);
	}
}

static void test_names(void **state)
{
	char name[SY_NAME_MAX + 2];

	(void)state;
	memset(name, 'a', sizeof(name));
	name[SY_NAME_MAX] = 0;
	assert_true(sy_name_is_good(name, true));
	name[SY_NAME_MAX] = 'a';
	name[SY_NAME_MAX + 1] = 0;
	assert_false(sy_name_is_good(name, true));
	assert_true(sy_name_is_good("4g-cover_age", true));
	assert_false(sy_name_is_good("4g", false));
	assert_false(sy_name_is_good("a-b", false));
	assert_false(sy_name_is_good("", true));
	assert_false(sy_name_is_good("-a", true));
	assert_false(sy_name_is_good("Ab", true));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_finding),
		cmocka_unit_test(test_phrases_are_counted),
		cmocka_unit_test(test_words_have_a_bound),
		cmocka_unit_test(test_phrase_pieces),
		cmocka_unit_test(test_phrase_braces),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
