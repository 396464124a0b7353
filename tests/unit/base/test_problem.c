#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/problem.h"

static void set_returns_the_error(void **state)
{
	(void)state;
	struct sy_problem why = {0};

	assert_int_equal(sy_problem_set(&why, EINVAL, "%s is %d", "it", 7), EINVAL);
	assert_string_equal(why.text, "it is 7");
	assert_int_equal(sy_problem_set(NULL, ENOENT, "nobody asks"), ENOENT);
	assert_int_equal(sy_problem_at(NULL, EIO, "f", 1, 1, "nobody asks"), EIO);
}

static void position_parts_are_left_out_at_zero(void **state)
{
	(void)state;
	struct sy_problem why = {0};

	(void)sy_problem_at(&why, EINVAL, "a.gram", 3, 9, "x");
	assert_string_equal(why.text, "a.gram:3:9: x");
	(void)sy_problem_at(&why, EINVAL, "a.gram", 3, 0, "x");
	assert_string_equal(why.text, "a.gram:3: x");
	(void)sy_problem_at(&why, EINVAL, "a.gram", 0, 9, "x");
	assert_string_equal(why.text, "a.gram: x");
}

static void a_problem_may_quote_itself(void **state)
{
	(void)state;
	struct sy_problem why = {.text = "inner"};

	(void)sy_problem_at(&why, EINVAL, "outer", 0, 0, "%s", why.text);
	assert_string_equal(why.text, "outer: inner");
}

static void control_characters_do_not_reach_the_terminal(void **state)
{
	(void)state;
	struct sy_problem why = {0};

	(void)sy_problem_at(&why, EINVAL, "a\nb", 0, 0, "%s", "\x1b[31mred\r\n\tgr\xc3\xbcn\x7f");
	assert_string_equal(why.text, "a b:  [31mred   gr\xc3\xbcn ");
}

static void a_long_text_is_cut_at_a_whole_character(void **state)
{
	(void)state;
	char s[SY_PROBLEM_MAX + 20];
	struct sy_problem why = {0};

	memset(s, 'x', sizeof(s));
	s[SY_PROBLEM_MAX - 1] = '\0';
	(void)sy_problem_set(&why, EINVAL, "%s", s);
	assert_int_equal(strlen(why.text), SY_PROBLEM_MAX - 1);
	memcpy(s + SY_PROBLEM_MAX - 3, "\xe2\x82\xac", 4); /* its last byte falls past the end */
	(void)sy_problem_set(&why, EINVAL, "%s", s);
	assert_int_equal(strlen(why.text), SY_PROBLEM_MAX - 3);
	memcpy(s + SY_PROBLEM_MAX - 4, "\xe2\x82\xac", 4); /* just fits */
	(void)sy_problem_set(&why, EINVAL, "%s", s);
	assert_int_equal(strlen(why.text), SY_PROBLEM_MAX - 1);
}

static void a_long_file_name_leaves_a_line(void **state)
{
	(void)state;
	char name[2 * SY_PROBLEM_MAX];
	struct sy_problem why = {0};

	memset(name, 'n', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	assert_int_equal(sy_problem_at(&why, EINVAL, name, 1, 1, "x"), EINVAL);
	assert_int_equal(strlen(why.text), SY_PROBLEM_MAX - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_returns_the_error),
		cmocka_unit_test(position_parts_are_left_out_at_zero),
		cmocka_unit_test(a_problem_may_quote_itself),
		cmocka_unit_test(control_characters_do_not_reach_the_terminal),
		cmocka_unit_test(a_long_text_is_cut_at_a_whole_character),
		cmocka_unit_test(a_long_file_name_leaves_a_line),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
