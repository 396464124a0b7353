#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "written.h"

#include "base/weights.h"

static const char *const names[] = {"one", "two"};

static void numbers_come_in_the_order_of_their_names(void **state)
{
	double values[2] = {0};
	struct sy_problem why = {""};

	(void)state;
	write_text("# a remark\n\n  two -2.5e-1 # more\r\none 1");
	assert_int_equal(sy_weights_read(written, names, 2, values, &why), 0);
	assert_true(values[0] == 1 && values[1] == -0.25);
	write_text("");
	assert_int_equal(sy_weights_read(written, names, 0, values, &why), 0);
}

static void refused(const char *text, const char *part)
{
	double values[2] = {7, 7};
	struct sy_problem why = {""};

	write_text(text);
	assert_int_equal(sy_weights_read(written, names, 2, values, &why), EINVAL);
	if (!strstr(why.text, part) || !strstr(why.text, written))
		fail_msg("\"%s\" does not say \"%s\"", why.text, part);
	assert_true(values[0] == 7 && values[1] == 7);
}

static void bad_lines_are_named(void **state)
{
	(void)state;
	refused("one 1\n", "\"two\" is missing");
	refused("one 1\ntwo 2\none 1\n", ":3:");
	refused("one 1\nthree 2\n", ":2:");
	refused("one\n", ":1:");
	refused("one much\n", ":1:");
	refused("one 1 2\n", ":1:");
	refused("one nan\n", ":1:");
	refused("one inf\n", ":1:");
	refused("a_name_that_is_longer_than_any_that_a_file_of_weights_may_hold 1\n", ":1:");
}

static void limits_and_missing_files(void **state)
{
	const char *many[SY_WEIGHTS_MAX + 1] = {0};
	double values[SY_WEIGHTS_MAX + 1];
	struct sy_problem why = {""};

	(void)state;
	assert_int_equal(sy_weights_read(written, many, SY_WEIGHTS_MAX + 1, values, &why), EINVAL);
	assert_non_null(strstr(why.text, "more than"));
	assert_int_equal(sy_weights_read("/nowhere/w", names, 2, values, &why), ENOENT);
	assert_non_null(strstr(why.text, "/nowhere/w"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_come_in_the_order_of_their_names),
		cmocka_unit_test(bad_lines_are_named),
		cmocka_unit_test(limits_and_missing_files),
	};

	return cmocka_run_group_tests(tests, make_file, remove_file);
}
