#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <time.h>

#include "tools/load/machine.h"

static void pause_ms(long ms)
{
	(void)nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static void ticks_are_counted_until_they_are_forgotten(void **state)
{
	(void)state;
	struct sy_machine *machine = NULL;

	assert_int_equal(sy_machine_create(&machine), 0);
	while (sy_machine_ticks(machine).n < 3)
		pause_ms(SY_MACHINE_PERIOD_MS);
	const struct sy_machine_ticks ticks = sy_machine_ticks(machine);
	assert_true(ticks.worst_ms > 0);
	assert_true(ticks.past <= ticks.n);
	assert_true(ticks.past == 0 || ticks.worst_ms >= SY_MACHINE_LATE_MS);
	sy_machine_forget(machine);
	while (sy_machine_ticks(machine).n < 1)
		pause_ms(SY_MACHINE_PERIOD_MS);
	sy_machine_destroy(machine);
	sy_machine_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ticks_are_counted_until_they_are_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
