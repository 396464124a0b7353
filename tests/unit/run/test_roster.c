/* The calls in progress as others see them: places, order, what is shown, and readers beside the writer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/run/roster.h"

#define FRAME 160

static void begin(struct sy_roster_entry *entry, const char *id)
{
	sy_roster_entry_begin(entry, id, "sip");
}

static void hear(struct sy_roster_entry *entry, const char *text, const char *intent)
{
	struct sy_hypothesis heard = {.text = (char *)(uintptr_t)text,
		.intent = (char *)(uintptr_t)intent,
		.confidence = 0.75,
		.decision = SY_CONFIRM};
	const struct sy_event event = {.kind = SY_EVENT_HEARD, .hypothesis = &heard};

	sy_roster_entry_event(&event, entry);
}

static void entry_follows_its_call(void **state)
{
	const struct sy_event call = {.kind = SY_EVENT_CALL, .kb_version = 7};
	int16_t loud[FRAME], quiet[FRAME] = {0};
	struct sy_roster_tick tick = {
		.state = "open", .call_ms = 1240, .speaking = true, .caller = loud, .ours = quiet, .samples = FRAME};
	struct sy_roster_entry entry;

	(void)state;
	for (size_t i = 0; i < FRAME; i++)
		loud[i] = i % 2 ? 16384 : -16384;
	begin(&entry, "a-call");
	sy_roster_entry_event(&call, &entry);
	hear(&entry, "when are you open", "opening-hours");
	sy_roster_entry_tick(&entry, &tick);
	tick.caller = quiet; /* the loudest frame stands until it was published */
	sy_roster_entry_tick(&entry, &tick);
	assert_string_equal("a-call", entry.id);
	assert_string_equal("open", entry.state);
	assert_string_equal("opening-hours", entry.intent);
	assert_string_equal("when are you open", entry.heard);
	assert_int_equal(7, entry.kb_version);
	assert_int_equal(1, entry.turns);
	assert_int_equal(SY_CONFIRM, entry.decision);
	assert_int_equal(1240, entry.call_ms);
	assert_true(entry.speaking && entry.decided);
	assert_true(entry.caller_dbfs > -6.2 && entry.caller_dbfs < -5.8);
	assert_true(entry.ours_dbfs == -96);
}

static void long_words_are_cut_between_characters(void **state)
{
	struct sy_roster_entry entry;
	char words[2 * SY_ROSTER_HEARD_BYTES];
	size_t n;

	(void)state;
	for (n = 0; n + 2 < sizeof words; n += 2)
		memcpy(words + n, "é", 2);
	words[n] = '\0';
	begin(&entry, "id");
	hear(&entry, words, NULL);
	n = strlen(entry.heard);
	assert_int_equal(SY_ROSTER_HEARD_BYTES - 2, n); /* even: no half character, and room for the NUL */
	assert_int_equal(0, strncmp(words, entry.heard, n));
	hear(&entry, NULL, NULL);
	assert_string_equal("", entry.heard);
	assert_string_equal("", entry.intent);
}

static void places_are_bounded_and_used_again(void **state)
{
	struct sy_roster *roster;
	struct sy_roster_entry entry, shown[3];
	size_t places[2], more = 99;

	(void)state;
	assert_int_equal(EINVAL, sy_roster_create(0, true, &roster));
	assert_int_equal(EINVAL, sy_roster_create(SY_ROSTER_MAX + 1, true, &roster));
	assert_int_equal(0, sy_roster_create(2, true, &roster));
	assert_int_equal(0, sy_roster_copy(roster, shown, 3));
	begin(&entry, "one");
	assert_int_equal(0, sy_roster_enter(roster, &entry, &places[0]));
	begin(&entry, "two");
	assert_int_equal(0, sy_roster_enter(roster, &entry, &places[1]));
	begin(&entry, "three");
	assert_int_equal(ENOSPC, sy_roster_enter(roster, &entry, &more));
	assert_int_equal(99, more);
	sy_roster_leave(roster, places[0]);
	assert_int_equal(1, sy_roster_copy(roster, shown, 3));
	assert_int_equal(0, sy_roster_enter(roster, &entry, &places[0]));
	assert_int_equal(2, sy_roster_copy(roster, shown, 3));
	assert_string_equal("two", shown[0].id); /* in the order in which they began */
	assert_string_equal("three", shown[1].id);
	assert_int_equal(1, sy_roster_copy(roster, shown, 1));
	sy_roster_destroy(roster);
	sy_roster_destroy(NULL);
}

static void publishing_shows_and_begins_levels_anew(void **state)
{
	struct sy_roster *roster;
	struct sy_roster_entry entry, shown;
	size_t place;

	(void)state;
	assert_int_equal(0, sy_roster_create(1, true, &roster));
	begin(&entry, "one");
	assert_int_equal(0, sy_roster_enter(roster, &entry, &place));
	entry.caller_dbfs = -20;
	entry.turns = 5;
	sy_roster_publish(roster, place, &entry);
	assert_true(entry.caller_dbfs == -96);
	assert_int_equal(1, sy_roster_copy(roster, &shown, 1));
	assert_true(shown.caller_dbfs == -20);
	assert_int_equal(5, shown.turns);
	sy_roster_destroy(roster);
}

static json_t *shown_as(bool show_heard, bool local)
{
	struct sy_roster *roster;
	struct sy_roster_entry entry;
	json_t *json;
	size_t place;

	assert_int_equal(0, sy_roster_create(4, show_heard, &roster));
	begin(&entry, "one");
	assert_int_equal(0, sy_roster_enter(roster, &entry, &place));
	hear(&entry, "three one four", "balance");
	entry.call_ms = 2500;
	sy_roster_publish(roster, place, &entry);
	json = sy_roster_json(roster, local);
	assert_non_null(json);
	assert_int_equal(1, json_array_size(json));
	json_incref(json_array_get(json, 0));
	entry.id[0] = '\0';
	sy_roster_destroy(roster);
	return json;
}

/* What callers said: only where the setting allows it and only to those on this machine. */
static void words_are_shown_only_where_allowed(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		json_t *array = shown_as(i & 1, i & 2);
		json_t *call = json_array_get(array, 0);
		char *text = json_dumps(array, JSON_COMPACT);

		if (i == 3)
			assert_string_equal("three one four", json_string_value(json_object_get(call, "heard")));
		else
			assert_null(strstr(text, "three one four"));
		assert_string_equal("one", json_string_value(json_object_get(call, "id")));
		assert_string_equal("balance", json_string_value(json_object_get(call, "intent")));
		assert_string_equal("confirm", json_string_value(json_object_get(call, "decision")));
		assert_true(json_number_value(json_object_get(call, "seconds")) == 2.5);
		assert_true(json_number_value(json_object_get(call, "ours_dbfs")) == -96);
		free(text);
		json_decref(call);
		json_decref(array);
	}
}

static void a_call_without_a_turn_has_no_decision(void **state)
{
	struct sy_roster *roster;
	struct sy_roster_entry entry;
	json_t *json;
	size_t place;

	(void)state;
	assert_int_equal(0, sy_roster_create(1, true, &roster));
	begin(&entry, "one");
	assert_int_equal(0, sy_roster_enter(roster, &entry, &place));
	json = sy_roster_json(roster, true);
	assert_true(json_is_null(json_object_get(json_array_get(json, 0), "decision")));
	assert_true(json_is_null(json_object_get(json_array_get(json, 0), "intent")));
	json_decref(json);
	sy_roster_destroy(roster);
}

struct reading {
	const struct sy_roster *roster;
	_Atomic bool stop;
	bool torn;
	size_t seen;
};

/* The writer keeps turns, version and clock alike: a copy in which they differ was torn. */
static void *read_on(void *arg)
{
	struct reading *reading = arg;
	struct sy_roster_entry shown[2];

	do {
		size_t n = sy_roster_copy(reading->roster, shown, 2);

		for (size_t i = 0; i < n; i++)
			if (shown[i].turns != shown[i].kb_version || shown[i].call_ms != shown[i].kb_version)
				reading->torn = true;
		reading->seen += n;
	} while (!atomic_load(&reading->stop));
	return NULL;
}

static void readers_see_whole_entries(void **state)
{
	struct reading reading = {0};
	struct sy_roster_entry entry;
	struct sy_roster *roster;
	pthread_t thread;
	size_t place, other;

	(void)state;
	assert_int_equal(0, sy_roster_create(2, true, &roster));
	reading.roster = roster;
	begin(&entry, "one");
	assert_int_equal(0, sy_roster_enter(roster, &entry, &place));
	assert_int_equal(0, pthread_create(&thread, NULL, read_on, &reading));
	for (uint32_t i = 0; i < 20000; i++) {
		entry.turns = i;
		entry.kb_version = entry.call_ms = i;
		sy_roster_publish(roster, place, &entry);
		if (i % 100 == 0 && !sy_roster_enter(roster, &entry, &other))
			sy_roster_leave(roster, other);
	}
	atomic_store(&reading.stop, true);
	(void)pthread_join(thread, NULL);
	assert_false(reading.torn);
	assert_true(reading.seen > 0);
	sy_roster_destroy(roster);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entry_follows_its_call),
		cmocka_unit_test(long_words_are_cut_between_characters),
		cmocka_unit_test(places_are_bounded_and_used_again),
		cmocka_unit_test(publishing_shows_and_begins_levels_anew),
		cmocka_unit_test(words_are_shown_only_where_allowed),
		cmocka_unit_test(a_call_without_a_turn_has_no_decision),
		cmocka_unit_test(readers_see_whole_entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
