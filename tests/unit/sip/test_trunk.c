#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audio/sip/trunk.h"

static void test_waits_double_up_to_half_an_hour(void **state)
{
	static const unsigned seconds[] = {5, 10, 20, 40, 80, 160, 320, 640, 1280, 1800, 1800};

	(void)state;
	for (unsigned i = 0; i < sizeof seconds / sizeof *seconds; i++)
		assert_int_equal(sy_trunk_wait_ms(i + 1, 0), seconds[i] * 1000);
	assert_int_equal(sy_trunk_wait_ms(1000000, 0), SY_TRUNK_WAIT_MAX_S * 1000);
}

static void test_chance_shortens_by_half_at_most(void **state)
{
	(void)state;
	assert_int_equal(sy_trunk_wait_ms(1, 1000), SY_TRUNK_WAIT_S * 500);
	assert_int_equal(sy_trunk_wait_ms(1, 500), SY_TRUNK_WAIT_S * 750);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waits_double_up_to_half_an_hour),
		cmocka_unit_test(test_chance_shortens_by_half_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
