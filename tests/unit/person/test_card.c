#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/person/card.h"

static void the_oldest_lines_go_first(void **state)
{
	struct sy_card card = {0};
	char line[32];
	int i;

	(void)state;
	for (i = 0; i < SY_CARD_LINES_MAX; i++) {
		(void)snprintf(line, sizeof(line), "line %d", i);
		assert_int_equal(sy_card_add_said(&card, line), 0);
	}
	assert_int_equal(card.n_said, SY_CARD_LINES_MAX);
	assert_string_equal(card.said[0], "line 0");
	assert_int_equal(sy_card_add_said(&card, "the last"), 0);
	assert_int_equal(card.n_said, SY_CARD_LINES_MAX);
	assert_string_equal(card.said[0], "line 1");
	assert_string_equal(card.said[SY_CARD_LINES_MAX - 1], "the last");
	sy_card_reset(&card);
	assert_int_equal(card.n_said, 0);
	sy_card_reset(&card);
}

static void an_article_is_tried_once(void **state)
{
	struct sy_card card = {0};

	(void)state;
	assert_int_equal(sy_card_add_tried(&card, "hours"), 0);
	assert_int_equal(sy_card_add_tried(&card, "bill"), 0);
	assert_int_equal(sy_card_add_tried(&card, "hours"), 0);
	assert_int_equal(card.n_tried, 2);
	sy_card_reset(&card);
}

static void a_copy_is_deep_and_replaces(void **state)
{
	struct sy_card card = {.kb_version = 7};
	struct sy_card copy = {0};
	json_t *json;

	(void)state;
	card.case_key = strdup("40712");
	card.reason = strdup("asked");
	card.article = strdup("hours");
	assert_int_equal(sy_pairs_set(&card.slots, "account", "104233"), 0);
	assert_int_equal(sy_card_add_said(&card, "Hello."), 0);
	assert_int_equal(sy_card_add_heard(&card, "accept: hours"), 0);
	assert_int_equal(sy_card_add_tried(&card, "hours"), 0);
	assert_int_equal(sy_card_add_said(&copy, "old"), 0);
	assert_int_equal(sy_card_copy(&card, &copy), 0);
	sy_card_reset(&card);
	json = sy_card_json(&copy);
	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json_object_get(json, "slots"), "account")), "104233");
	assert_string_equal(json_string_value(json_array_get(json_object_get(json, "said"), 0)), "Hello.");
	assert_int_equal(json_array_size(json_object_get(json, "said")), 1);
	assert_int_equal(json_integer_value(json_object_get(json, "kb_version")), 7);
	json_decref(json);
	sy_card_reset(&copy);
}

/* A line may hold what JSON must escape. */
static void any_line_can_be_told(void **state)
{
	struct sy_card card = {0};
	json_t *json;
	char *text;

	(void)state;
	assert_int_equal(sy_card_add_heard(&card, "accept: \"£20\"\n"), 0);
	json = sy_card_json(&card);
	text = json_dumps(json, JSON_COMPACT);
	assert_non_null(text);
	assert_non_null(strstr(text, "accept: \\\"£20\\\"\\n"));
	free(text);
	json_decref(json);
	sy_card_reset(&card);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_lines_go_first),
		cmocka_unit_test(an_article_is_tried_once),
		cmocka_unit_test(a_copy_is_deep_and_replaces),
		cmocka_unit_test(any_line_can_be_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
