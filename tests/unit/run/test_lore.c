/* lore: bounded, the least used goes first, what was set aside stays set aside. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>

#include "engine/run/lore.h"

static void the_least_used_makes_room(void **state)
{
	struct sy_lore *lore = NULL;
	const char *jsgf = NULL;

	(void)state;
	assert_int_equal(0, sy_lore_create(2, &lore));
	assert_int_equal(ENOENT, sy_lore_find(lore, "a", &jsgf));
	assert_int_equal(0, sy_lore_keep(lore, "a", "A"));
	assert_int_equal(0, sy_lore_keep(lore, "b", "B"));
	assert_int_equal(0, sy_lore_find(lore, "a", &jsgf));
	assert_string_equal("A", jsgf);
	assert_int_equal(0, sy_lore_keep(lore, "c", "C"));
	assert_int_equal(0, sy_lore_find(lore, "a", &jsgf));
	assert_int_equal(ENOENT, sy_lore_find(lore, "b", &jsgf));
	assert_int_equal(0, sy_lore_find(lore, "c", &jsgf));
	assert_string_equal("C", jsgf);
	sy_lore_destroy(lore);
	sy_lore_destroy(NULL);
}

static void what_is_set_aside_stays_so(void **state)
{
	struct sy_lore *lore = NULL;
	const char *jsgf = NULL;

	(void)state;
	assert_int_equal(0, sy_lore_create(2, &lore));
	assert_int_equal(0, sy_lore_keep(lore, "a", "A"));
	assert_int_equal(1, sy_lore_died(lore, "a"));
	assert_int_equal(2, sy_lore_died(lore, "a"));
	assert_int_equal(0, sy_lore_died(lore, "nobody"));
	sy_lore_set_aside(lore, "a");
	assert_int_equal(EPERM, sy_lore_find(lore, "a", &jsgf));
	assert_int_equal(EPERM, sy_lore_keep(lore, "a", "A"));
	assert_int_equal(0, sy_lore_keep(lore, "b", "B"));
	assert_int_equal(0, sy_lore_keep(lore, "c", "C"));
	assert_int_equal(EPERM, sy_lore_find(lore, "a", &jsgf));
	sy_lore_set_aside(lore, "c");
	assert_int_equal(ENOBUFS, sy_lore_keep(lore, "d", "D"));
	sy_lore_destroy(lore);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_least_used_makes_room), cmocka_unit_test(what_is_set_aside_stays_so)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
