#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "engine/converse/event.h"

static void is(const struct sy_event *event, const char *expected)
{
	json_t *json = sy_event_json(event);
	char *text = json ? json_dumps(json, JSON_COMPACT) : NULL;

	assert_non_null(text);
	assert_string_equal(text, expected);
	free(text);
	json_decref(json);
}

static void each_event_has_its_words(void **state)
{
	const struct sy_event call = {.kind = SY_EVENT_CALL, .state = "greeting", .case_key = "40712", .kb_version = 3};
	const struct sy_event say = {.kind = SY_EVENT_SAY,
		.t_ms = 20,
		.state = "open",
		.text = "Hello.",
		.duration_ms = 900,
		.interrupted = true};
	const struct sy_event key = {.kind = SY_EVENT_KEY, .t_ms = 40, .state = "open", .key = '0'};
	const struct sy_event silence = {.kind = SY_EVENT_SILENCE, .t_ms = 60, .state = "open", .duration_ms = 5000};
	const struct sy_event answer = {
		.kind = SY_EVENT_ANSWER, .t_ms = 80, .state = "pursuing", .article = "hours", .text = "Nine to five."};
	const struct sy_event end = {
		.kind = SY_EVENT_END, .t_ms = 100, .state = "goodbye", .case_key = "40712", .outcome = "answered"};

	(void)state;
	is(&call, "{\"t_ms\":0,\"event\":\"call\",\"state\":\"greeting\",\"case_key\":\"40712\",\"kb_version\":3}");
	is(&say, "{\"t_ms\":20,\"event\":\"say\",\"state\":\"open\",\"text\":\"Hello.\",\"duration_ms\":900,"
		 "\"interrupted\":true}");
	is(&key, "{\"t_ms\":40,\"event\":\"key\",\"state\":\"open\",\"key\":\"0\"}");
	is(&silence, "{\"t_ms\":60,\"event\":\"silence\",\"state\":\"open\",\"ms\":5000}");
	is(&answer, "{\"t_ms\":80,\"event\":\"answer\",\"state\":\"pursuing\",\"article\":\"hours\","
		    "\"text\":\"Nine to five.\"}");
	is(&end, "{\"t_ms\":100,\"event\":\"end\",\"state\":\"goodbye\",\"outcome\":\"answered\","
		 "\"case_key\":\"40712\"}");
}

static void what_was_heard_is_told_whole(void **state)
{
	char text[] = "my balance";
	char intent[] = "balance";
	struct sy_hypothesis heard = {.text = text,
		.intent = intent,
		.confidence = 0.5,
		.decision = SY_CONFIRM,
		.audio_ms = 900,
		.decode_ms = 12};
	struct sy_pairs values = {0};
	struct sy_event event = {.kind = SY_EVENT_HEARD,
		.t_ms = 5000,
		.state = "open",
		.hypothesis = &heard,
		.values = &values,
		.turn_begin_ms = 4000,
		.turn_end_ms = 4600};

	(void)state;
	assert_int_equal(sy_pairs_set(&heard.slots, "account", "one two"), 0);
	assert_int_equal(sy_pairs_set(&values, "account", "12"), 0);
	is(&event,
		"{\"t_ms\":5000,\"event\":\"heard\",\"state\":\"open\",\"text\":\"my balance\",\"intent\":\"balance\","
		"\"second\":null,\"slots\":{\"account\":\"one two\"},\"values\":{\"account\":\"12\"},"
		"\"confidence\":0.5,\"decision\":\"confirm\",\"sounded\":\"speech\",\"audio_ms\":900,\"decode_ms\":12,"
		"\"turn_begin_ms\":4000,\"turn_end_ms\":4600,\"goes_on\":false}");
	sy_pairs_reset(&heard.slots);
	sy_pairs_reset(&values);
	heard = (struct sy_hypothesis){.decision = SY_REJECT, .sounded = SY_SOUNDED_NOISE};
	event.values = NULL;
	is(&event, "{\"t_ms\":5000,\"event\":\"heard\",\"state\":\"open\",\"text\":\"\",\"intent\":null,"
		   "\"second\":null,\"slots\":{},\"values\":{},\"confidence\":0.0,\"decision\":\"reject\","
		   "\"sounded\":\"noise\",\"audio_ms\":0,\"decode_ms\":0,\"turn_begin_ms\":4000,"
		   "\"turn_end_ms\":4600,\"goes_on\":false}");
}

static void a_hand_off_carries_its_card(void **state)
{
	struct sy_card card = {.kb_version = 3};
	const struct sy_event event = {
		.kind = SY_EVENT_HANDOFF, .state = "hand-over", .reason = "asked", .case_key = "40712", .card = &card};

	(void)state;
	assert_int_equal(sy_card_add_heard(&card, "accept: a person"), 0);
	is(&event,
		"{\"t_ms\":0,\"event\":\"handoff\",\"state\":\"hand-over\",\"reason\":\"asked\",\"case_key\":\"40712\","
		"\"card\":{\"case_key\":null,\"reason\":null,\"kb_version\":3,\"article\":null,\"slots\":{},\"said\":[]"
		","
		"\"heard\":[\"accept: a person\"],\"tried\":[]}}");
	sy_card_reset(&card);
}

static void names_are_known_and_others_are_not(void **state)
{
	(void)state;
	assert_string_equal(sy_event_name(SY_EVENT_HANDOFF), "handoff");
	assert_string_equal(sy_event_name((enum sy_event_kind)99), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_event_has_its_words),
		cmocka_unit_test(what_was_heard_is_told_whole),
		cmocka_unit_test(a_hand_off_carries_its_card),
		cmocka_unit_test(names_are_known_and_others_are_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
