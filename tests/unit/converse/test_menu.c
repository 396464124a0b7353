#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "engine/converse/menu.h"
#include "tests/mock/mock_call.h"
#include "tests/mock/mock_call_seams.h"

static void topics_come_in_their_order_and_others_last(void **state)
{
	static const char *const topics[] = {"shops", "bills", "contracts", "orders", "mobile", ""};
	struct sy_menu menu = {0};
	size_t i;

	(void)state;
	assert_int_equal(sy_menu_topics(&mock_content, "the rest", &menu), 0);
	assert_int_equal(menu.ids.n, 6);
	for (i = 0; i < 6; i++)
		assert_string_equal(menu.ids.at[i], topics[i]);
	assert_string_equal(menu.labels.at[5], "the rest");
	sy_menu_reset(&menu);
}

static void pages_have_four_and_go_round(void **state)
{
	struct sy_menu menu = {0};

	(void)state;
	assert_int_equal(sy_menu_n(&menu), 0);
	assert_null(sy_menu_chosen(&menu, '1'));
	sy_menu_turn(&menu);
	assert_int_equal(sy_menu_topics(&mock_content, "other", &menu), 0);
	assert_int_equal(sy_menu_n(&menu), 4);
	assert_true(sy_menu_has_more(&menu));
	assert_string_equal(sy_menu_chosen(&menu, '4'), "orders");
	assert_null(sy_menu_chosen(&menu, '5'));
	assert_null(sy_menu_chosen(&menu, '0'));
	assert_null(sy_menu_chosen(&menu, '#'));
	sy_menu_turn(&menu);
	assert_int_equal(sy_menu_n(&menu), 2);
	assert_string_equal(sy_menu_chosen(&menu, '1'), "mobile");
	assert_null(sy_menu_chosen(&menu, '3'));
	sy_menu_turn(&menu);
	assert_string_equal(sy_menu_chosen(&menu, '1'), "shops");
	sy_menu_reset(&menu);
}

static void four_choices_are_one_page(void **state)
{
	struct sy_strings choices = {0};
	struct sy_menu menu = {0};
	int i;

	(void)state;
	for (i = 0; i < SY_MENU_PAGE; i++)
		assert_int_equal(sy_strings_add(&choices, "one"), 0);
	assert_int_equal(sy_menu_choices(&choices, &menu), 0);
	assert_false(sy_menu_has_more(&menu));
	assert_int_equal(sy_strings_add(&choices, "five"), 0);
	assert_int_equal(sy_menu_choices(&choices, &menu), 0);
	assert_true(sy_menu_has_more(&menu));
	sy_menu_turn(&menu);
	assert_string_equal(sy_menu_chosen(&menu, '1'), "five");
	sy_strings_reset(&choices);
	sy_menu_reset(&menu);
}

static void the_questions_of_a_topic_are_its_titles(void **state)
{
	struct sy_menu menu = {0};

	(void)state;
	assert_int_equal(sy_menu_titles(&mock_content, "shops", &menu), 0);
	assert_int_equal(menu.ids.n, 2);
	assert_string_equal(menu.labels.at[1], "a branch in your town");
	assert_int_equal(sy_menu_titles(&mock_content, "", &menu), 0);
	assert_string_equal(sy_menu_chosen(&menu, '1'), "lost");
	assert_int_equal(sy_menu_titles(&mock_content, "nowhere", &menu), 0);
	assert_int_equal(sy_menu_n(&menu), 0);
	sy_menu_reset(&menu);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(topics_come_in_their_order_and_others_last),
		cmocka_unit_test(pages_have_four_and_go_round),
		cmocka_unit_test(four_choices_are_one_page),
		cmocka_unit_test(the_questions_of_a_topic_are_its_titles),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
