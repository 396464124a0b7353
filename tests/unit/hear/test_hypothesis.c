#include "stock.h"

#include <math.h>

#include "engine/hear/hypothesis.h"

static struct sy_hypothesis made(void)
{
	struct sy_hypothesis heard = {.text = strdup("two oranges"),
		.intent = strdup("order"),
		.second = strdup("agent"),
		.confidence = 0.75,
		.decision = SY_CONFIRM,
		.completeness = SY_EXTENSIBLE,
		.sounded = SY_SOUNDED_CLIPPED,
		.audio_ms = 1200,
		.decode_ms = 7};

	assert_int_equal(sy_pairs_set(&heard.slots, "count", "two"), 0);
	assert_int_equal(sy_pairs_set(&heard.slots, "thing", "oranges"), 0);
	assert_int_equal(sy_guesses_add(&heard.guesses, "orange", 0.5f), 0);
	return heard;
}

static void copies_share_nothing(void **state)
{
	struct sy_hypothesis heard = made(), copy = {0};

	(void)state;
	assert_int_equal(sy_hypothesis_copy(&heard, &copy), 0);
	assert_ptr_not_equal(copy.text, heard.text);
	assert_ptr_not_equal(copy.intent, heard.intent);
	assert_ptr_not_equal(copy.second, heard.second);
	sy_hypothesis_reset(&heard);
	assert_string_equal(copy.text, "two oranges");
	assert_string_equal(copy.intent, "order");
	assert_string_equal(copy.second, "agent");
	assert_string_equal(sy_pairs_get(&copy.slots, "count"), "two");
	assert_string_equal(sy_pairs_get(&copy.slots, "thing"), "oranges");
	assert_int_equal(copy.guesses.n, 1);
	assert_string_equal(copy.guesses.at[0].word, "orange");
	assert_true(copy.confidence == 0.75);
	assert_int_equal(copy.decision, SY_CONFIRM);
	assert_int_equal(copy.completeness, SY_EXTENSIBLE);
	assert_int_equal(copy.sounded, SY_SOUNDED_CLIPPED);
	assert_int_equal(copy.audio_ms, 1200);
	assert_int_equal(copy.decode_ms, 7);
	sy_hypothesis_reset(&copy);
}

static void empty_ones_copy_too(void **state)
{
	struct sy_hypothesis heard = {0}, copy = {0};

	(void)state;
	assert_int_equal(sy_hypothesis_copy(&heard, &copy), 0);
	assert_null(copy.text);
	assert_null(copy.intent);
	assert_null(copy.second);
	assert_int_equal(copy.slots.n, 0);
	assert_int_equal(copy.decision, SY_REJECT);
	sy_hypothesis_reset(&copy);
}

static void resetting_twice_is_harmless(void **state)
{
	const struct sy_hypothesis nothing = {0};
	struct sy_hypothesis heard = made();

	(void)state;
	sy_hypothesis_reset(&heard);
	assert_memory_equal(&heard, &nothing, sizeof heard);
	sy_hypothesis_reset(&heard);
}

static void names_are_those_of_the_interface(void **state)
{
	(void)state;
	assert_string_equal(sy_decision_name(SY_ACCEPT), "accept");
	assert_string_equal(sy_decision_name(SY_CONFIRM), "confirm");
	assert_string_equal(sy_decision_name(SY_REJECT), "reject");
	assert_string_equal(sy_sounded_name(SY_SOUNDED_SPEECH), "speech");
	assert_string_equal(sy_sounded_name(SY_SOUNDED_SILENCE), "silence");
	assert_string_equal(sy_sounded_name(SY_SOUNDED_NOISE), "noise");
	assert_string_equal(sy_sounded_name(SY_SOUNDED_CLIPPED), "clipped");
}

static void decisions_go_up_with_confidence(void **state)
{
	const struct sy_thresholds thresholds = {.accept = 0.8, .confirm = 0.3};

	(void)state;
	assert_int_equal(sy_decide(&thresholds, 0), SY_REJECT);
	assert_int_equal(sy_decide(&thresholds, nextafter(0.3, 0)), SY_REJECT);
	assert_int_equal(sy_decide(&thresholds, 0.3), SY_CONFIRM);
	assert_int_equal(sy_decide(&thresholds, nextafter(0.8, 0)), SY_CONFIRM);
	assert_int_equal(sy_decide(&thresholds, 0.8), SY_ACCEPT);
	assert_int_equal(sy_decide(&thresholds, 1), SY_ACCEPT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_share_nothing),
		cmocka_unit_test(empty_ones_copy_too),
		cmocka_unit_test(resetting_twice_is_harmless),
		cmocka_unit_test(names_are_those_of_the_interface),
		cmocka_unit_test(decisions_go_up_with_confidence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
