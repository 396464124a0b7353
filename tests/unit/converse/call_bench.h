/*
 * What tests of the call share: one mock call for each test, begun and ended around it. Include it once, in the test
 * program: it brings the stand-ins of mock_call_seams.h.
 */
#ifndef SY_TESTS_CALL_BENCH_H
#define SY_TESTS_CALL_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/mock/mock_call.h"
#include "tests/mock/mock_call_seams.h"

static struct mock mock;

static inline int start(void **state)
{
	(void)state;
	mock_start(&mock);
	return 0;
}

static inline int stop(void **state)
{
	(void)state;
	mock_stop(&mock);
	return 0;
}

static inline void state_is(const char *name)
{
	assert_string_equal(sy_call_state(mock.call), name);
}

#define CALL_TEST(f) cmocka_unit_test_setup_teardown(f, start, stop)

#endif
