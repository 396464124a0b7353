#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "audio/sip/info_key.h"

static int read(const char *subtype, const char *text, char *key)
{
	const struct sy_info_body body = {subtype, strlen(subtype), text, strlen(text)};

	return sy_info_key_read(&body, key);
}

static void test_relay_bodies(void **state)
{
	static const struct {
		const char *text;
		char key;
	} bodies[] = {
		{"Signal=5\r\nDuration=160\r\n", '5'},
		{"Signal= 5\nDuration=160", '5'},
		{"signal=*", '*'},
		{"Duration=100\r\nSignal=#\r\n", '#'},
		{"Signal=10", '*'},
		{"Signal=11\r\n", '#'},
		{"Signal=d\r\n", 'D'},
		{" Signal =A", 'A'},
		{"\r\nSignal=0", '0'},
	};
	char key;

	(void)state;
	for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
		assert_int_equal(read("dtmf-relay", bodies[i].text, &key), 0);
		assert_int_equal(key, bodies[i].key);
	}
}

static void test_bare_bodies(void **state)
{
	char key;

	(void)state;
	assert_int_equal(read("dtmf", "7", &key), 0);
	assert_int_equal(key, '7');
	assert_int_equal(read("DTMF", " #\r\n", &key), 0);
	assert_int_equal(key, '#');
}

static void test_bodies_without_a_key(void **state)
{
	static const char *const relay[] = {
		"", "Signal", "Signal=", "Signal=x", "Signal=16\r\n", "Signal=55", "5", "Duration=5", "Signal=!"};
	char key = 'k';

	(void)state;
	for (size_t i = 0; i < sizeof relay / sizeof *relay; i++)
		assert_int_equal(read("dtmf-relay", relay[i], &key), EBADMSG);
	assert_int_equal(read("dtmf", "", &key), EBADMSG);
	assert_int_equal(read("sdp", "5", &key), ENOTSUP);
	assert_int_equal(key, 'k');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_relay_bodies),
		cmocka_unit_test(test_bare_bodies),
		cmocka_unit_test(test_bodies_without_a_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
