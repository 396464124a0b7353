#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "grammars/english.h"

static int load(const char *text, struct sy_english **ret_english, struct sy_problem *why)
{
	char path[] = "/tmp/sayso-english-XXXXXX";
	const int fd = mkstemp(path);
	int err;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
	err = sy_english_load(path, ret_english, why);
	(void)unlink(path);
	return err;
}

static void words_and_pairs_are_read(void **state)
{
	struct sy_english *english = NULL;
	struct sy_problem why = {""};

	(void)state;
	assert_int_equal(load("# made by hand\n- the 0.5\n- i'm 0.25\n\n. i'm 0.125 # begins\ni'm the 1\nthe . 0.5",
				 &english, &why),
		0);
	assert_int_equal(sy_english_n_words(english), 2);
	assert_string_equal(sy_english_word(english, 1), "i'm");
	assert_true(sy_english_share(english, 1) == 0.25);
	assert_int_equal(sy_english_n_pairs(english), 3);
	assert_int_equal(sy_english_pair(english, 0)->before, SY_ENGLISH_EDGE);
	assert_int_equal(sy_english_pair(english, 0)->after, 1);
	assert_int_equal(sy_english_pair(english, 1)->after, 0);
	assert_int_equal(sy_english_pair(english, 2)->after, SY_ENGLISH_EDGE);
	assert_true(sy_english_pair(english, 1)->p == 1);
	sy_english_destroy(english);
}

static void a_bad_line_is_named(void **state)
{
	static const char *const bad[] = {"- the 0.5\n- the 0.5", "- the 0.5\nthe cat 0.5", "- the 0.5\nthe the",
		"- the 0.5\n. the 0", "- the 0.5\n. the 1.5", "- the 0.5\n. the x", "- the 0.5\n. the 0.5 0.5"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct sy_english *english = NULL;
		struct sy_problem why = {""};
		assert_int_equal(load(bad[i], &english, &why), EINVAL);
		assert_non_null(strstr(why.text, ":2: expected a word"));
		assert_null(english);
	}
}

static void a_file_that_is_not_there_is_named(void **state)
{
	struct sy_english *english = NULL;
	struct sy_problem why = {""};

	(void)state;
	assert_int_equal(sy_english_load("/nowhere/english.pairs", &english, &why), ENOENT);
	assert_non_null(strstr(why.text, "/nowhere/english.pairs"));
}

static void the_project_has_its_own(void **state)
{
	struct sy_english *english = NULL;
	struct sy_problem why = {""};
	double sum = 0;

	(void)state;
	assert_int_equal(sy_english_load(NULL, &english, &why), 0);
	assert_true(sy_english_n_words(english) >= 1000);
	for (size_t i = 1; i < sy_english_n_words(english); i++)
		assert_true(sy_english_share(english, i) <= sy_english_share(english, i - 1));
	for (size_t i = 0; i < sy_english_n_words(english); i++)
		sum += sy_english_share(english, i);
	assert_true(sum > 0.5 && sum <= 1);
	sy_english_destroy(english);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_and_pairs_are_read),
		cmocka_unit_test(a_bad_line_is_named),
		cmocka_unit_test(a_file_that_is_not_there_is_named),
		cmocka_unit_test(the_project_has_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
