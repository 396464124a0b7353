#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "audio/sip/uui.h"

static int read(const char *value, char key[SY_ARRIVAL_CASE_BYTES])
{
	return sy_uui_read(value, strlen(value), key);
}

static void test_what_is_written_is_read(void **state)
{
	static const char *const keys[] = {"5", "58325", "abC1234"};
	char value[SY_UUI_BYTES];
	char key[SY_ARRIVAL_CASE_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		assert_int_equal(sy_uui_write(keys[i], value), 0);
		assert_int_equal(read(value, key), 0);
		assert_string_equal(key, keys[i]);
	}
	assert_int_equal(sy_uui_write("58325", value), 0);
	assert_string_equal(value, "3538333235;encoding=hex");
}

static void test_what_is_no_key_is_not_written(void **state)
{
	char value[SY_UUI_BYTES] = "untouched";

	(void)state;
	assert_int_equal(sy_uui_write("", value), ERANGE);
	assert_int_equal(sy_uui_write("12345678", value), ERANGE);
	assert_int_equal(sy_uui_write("5;8", value), ERANGE);
	assert_int_equal(sy_uui_write("5\r\n8", value), ERANGE);
	assert_string_equal(value, "untouched");
}

static void test_forms_that_pbxs_send(void **state)
{
	static const char *const same[] = {"58325", " 58325", "\"58325\"", "58325 ;purpose=isdn-uui",
		"3538333235;encoding=hex", "3538333235;purpose=x;Encoding=HEX"};
	char key[SY_ARRIVAL_CASE_BYTES];

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		assert_int_equal(read(same[i], key), 0);
		assert_string_equal(key, "58325");
	}
}

static void test_what_cannot_be_ours(void **state)
{
	static const char *const foreign[] = {
		"",
		";encoding=hex",
		"353833323;encoding=hex",
		"35383332zz;encoding=hex",
		"hello world",
		"12345678",
		"3132333435363738;encoding=hex",
		"\"\"",
		"\"58325",
		"000a;encoding=hex",
		"   ",
	};
	char key[SY_ARRIVAL_CASE_BYTES] = "same";

	(void)state;
	for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
		assert_int_equal(read(foreign[i], key), EINVAL);
	assert_string_equal(key, "same");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_written_is_read),
		cmocka_unit_test(test_what_is_no_key_is_not_written),
		cmocka_unit_test(test_forms_that_pbxs_send),
		cmocka_unit_test(test_what_cannot_be_ours),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
