/* The RTP of all calls together: each call's growth is added once, and nothing is taken back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "audio/sip/tally.h"

static void calls_add_up(void **state)
{
	struct sy_tally tally = {0};
	struct sy_tally_told one = {0}, other = {0};
	struct sy_media_counters counters = {
		.packets_in = 10, .packets_out = 12, .late = 1, .concealed = 2, .refused = 3};

	(void)state;
	sy_tally_tell(&tally, &one, &counters);
	sy_tally_tell(&tally, &one, &counters); /* nothing new */
	assert_int_equal(10, sy_tally_of(&tally, SY_TALLY_IN));
	counters.packets_in = 15;
	counters.foreign = 4;
	sy_tally_tell(&tally, &one, &counters);
	sy_tally_tell(&tally, &other, &counters);
	assert_int_equal(30, sy_tally_of(&tally, SY_TALLY_IN));
	assert_int_equal(24, sy_tally_of(&tally, SY_TALLY_OUT));
	assert_int_equal(0, sy_tally_of(&tally, SY_TALLY_LOST));
	assert_int_equal(2, sy_tally_of(&tally, SY_TALLY_LATE));
	assert_int_equal(4, sy_tally_of(&tally, SY_TALLY_CONCEALED));
	assert_int_equal(8, sy_tally_of(&tally, SY_TALLY_FOREIGN));
	assert_int_equal(6, sy_tally_of(&tally, SY_TALLY_REFUSED));
}

/* A packet that was lost and then came: the sum stays until the call has lost more than it ever told. */
static void what_was_lost_may_come_back(void **state)
{
	static const struct {
		uint64_t lost, sum;
	} steps[] = {{5, 5}, {3, 5}, {5, 5}, {6, 6}};
	struct sy_tally tally = {0};
	struct sy_tally_told told = {0};

	(void)state;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		const struct sy_media_counters counters = {.lost = steps[i].lost};

		sy_tally_tell(&tally, &told, &counters);
		assert_int_equal(steps[i].sum, sy_tally_of(&tally, SY_TALLY_LOST));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_add_up),
		cmocka_unit_test(what_was_lost_may_come_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
