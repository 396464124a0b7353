#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rank.h"

static void the_best_stand_in_order(void **state)
{
	static const double scores[] = {2, 5, 1, 5, -3, 4};
	struct sy_rank best[3];
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		sy_rank_place(best, &n, 3, i, scores[i]);
		assert_int_equal(n, i < 3 ? i + 1 : 3);
	}
	assert_int_equal(best[0].id, 1); /* it came before the other five */
	assert_int_equal(best[1].id, 3);
	assert_int_equal(best[2].id, 5);
	assert_true(best[2].score == 4);
}

static void there_may_be_room_for_none(void **state)
{
	struct sy_rank best[1] = {{7, 7}};
	size_t n = 0;

	(void)state;
	sy_rank_place(best, &n, 0, 1, 9);
	assert_int_equal(n, 0);
	assert_int_equal(best[0].id, 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_best_stand_in_order),
		cmocka_unit_test(there_may_be_room_for_none),
	};

	return cmocka_run_group_tests_name("rank", tests, NULL, NULL);
}
