#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <string.h>

#include "audio/frame.h"
#include "audio/media/event_keys.h"
#include "audio/media/keys.h"

struct event {
	uint8_t event;
	uint32_t ts;
	uint16_t duration;
	bool marker, end;
};

struct caller {
	struct sy_event_keys keys;
	uint16_t seq;
	char heard[32];
};

static void begin(struct caller *caller)
{
	*caller = (struct caller){.seq = 65534};
	sy_event_keys_init(&caller->keys, 8000);
}

static void send(struct caller *caller, const struct event *event)
{
	const uint8_t payload[4] = {
		event->event, event->end ? 0x80 : 0, (uint8_t)(event->duration >> 8), (uint8_t)event->duration};
	const struct sy_rtp rtp = {.marker = event->marker,
		.seq = caller->seq++,
		.ts = event->ts,
		.payload = payload,
		.n = sizeof(payload)};
	char key = 'x';

	assert_int_equal(sy_event_keys_take(&caller->keys, &rtp, &key), 0);
	if (key != 0)
		strncat(caller->heard, &key, 1);
}

/* A key as RFC 4733 wants it: marker first, an update every 20 ms, the end three times. */
static void press(struct caller *caller, uint8_t event, uint32_t ts, int ends)
{
	for (uint16_t i = 1; i <= 5; i++)
		send(caller, &(struct event){event, ts, (uint16_t)(160 * i), i == 1, false});
	for (int i = 0; i < ends; i++)
		send(caller, &(struct event){event, ts, 5 * 160, false, true});
}

static void every_key_is_known(void **state)
{
	struct caller caller;

	(void)state;
	begin(&caller);
	for (uint8_t event = 0; event < 20; event++)
		press(&caller, event, 1000 + event * 3000u, 3);
	assert_string_equal(caller.heard, "0123456789*#ABCD");
}

static void a_repeated_key_is_two_even_if_its_ends_are_lost(void **state)
{
	struct caller caller;

	(void)state;
	for (int ends = 0; ends <= 3; ends++) {
		begin(&caller);
		press(&caller, 7, 4294967000u, ends); /* wraps */
		press(&caller, 7, 1500, ends);
		press(&caller, 7, 3500, ends);
		assert_string_equal(caller.heard, "777");
		/* The marker of the next one is lost, too. */
		send(&caller, &(struct event){7, 5500, 320, false, false});
		send(&caller, &(struct event){7, 5500, 480, false, true});
		assert_string_equal(caller.heard, "7777");
	}
}

static void a_lost_beginning_is_made_up_for_by_the_end(void **state)
{
	struct caller caller;

	(void)state;
	begin(&caller);
	for (int i = 0; i < 3; i++)
		send(&caller, &(struct event){3, 1000, 800, false, true});
	assert_string_equal(caller.heard, "3");
}

static void late_packets_of_the_key_before_are_no_key(void **state)
{
	struct caller caller;

	(void)state;
	begin(&caller);
	press(&caller, 1, 1000, 1);
	press(&caller, 2, 3000, 0);
	send(&caller, &(struct event){1, 1000, 800, false, true});
	send(&caller, &(struct event){2, 3000, 800, false, true});
	assert_string_equal(caller.heard, "12");
}

static void a_very_long_key_is_one(void **state)
{
	struct caller caller;
	uint32_t ts = 1000;

	(void)state;
	begin(&caller);
	send(&caller, &(struct event){5, ts, 160, true, false});
	for (int segment = 0; segment < 3; segment++) { /* 8 s each, RFC 4733, 2.5.1.3 */
		for (uint16_t i = 1; i < 409; i++)
			send(&caller, &(struct event){5, ts, (uint16_t)(160 * i), false, false});
		send(&caller, &(struct event){5, ts, 65535, false, false});
		ts += 65535;
	}
	assert_string_equal(caller.heard, "5");
}

static void a_recording_played_twice_is_heard_twice(void **state)
{
	struct caller caller;

	(void)state;
	begin(&caller);
	press(&caller, 1, 1000, 3);
	press(&caller, 1, 1000, 3);
	assert_string_equal(caller.heard, "11");
}

static void short_packets_are_refused(void **state)
{
	struct sy_event_keys keys;
	const uint8_t payload[4] = {1, 0, 0, 0};
	struct sy_rtp rtp = {.payload = payload, .n = 3};
	char key = 'x';

	(void)state;
	sy_event_keys_init(&keys, 8000);
	assert_int_equal(sy_event_keys_take(&keys, &rtp, &key), EBADMSG);
	assert_int_equal(key, 'x');
}

/* The three ways together. */
struct typist {
	struct sy_keys *keys;
	int tick;
	uint16_t seq;
	char heard[64];
};

static void tick(struct typist *typist, bool tone)
{
	int16_t frame[160];
	char keys[SY_EXCHANGE_KEYS_MAX + 1];

	for (int i = 0; i < 160; i++) {
		const double s = (typist->tick * 160 + i) / 8000.0;
		frame[i] = tone ? (int16_t)lrint(5000 * (sin(2 * M_PI * 770 * s) + sin(2 * M_PI * 1336 * s))) : 0;
	}
	typist->tick++;
	sy_keys_hear(typist->keys, frame);
	sy_keys_read(typist->keys, keys);
	strcat(typist->heard, keys);
}

static void event_five(struct typist *typist, uint32_t ts, bool first)
{
	const uint8_t payload[4] = {5, 10, 0, 160};
	const struct sy_rtp rtp = {.marker = first, .seq = typist->seq++, .ts = ts, .payload = payload, .n = 4};

	assert_int_equal(sy_keys_take_event(typist->keys, &rtp), 0);
}

static void open(struct typist *typist, bool events)
{
	*typist = (struct typist){0};
	assert_int_equal(sy_keys_create(SY_RATE_LINE, true, &typist->keys), 0);
	sy_keys_settle(typist->keys, events, 8000);
	for (int i = 0; i < 5; i++)
		tick(typist, false);
}

static void ticks(struct typist *typist, int n, bool tone)
{
	while (n-- > 0)
		tick(typist, tone);
}

static void tones_are_keys_with_and_without_events_agreed(void **state)
{
	struct typist typist;

	(void)state;
	for (int events = 0; events < 2; events++) {
		open(&typist, events);
		for (int i = 0; i < 3; i++) {
			ticks(&typist, 4, true);
			ticks(&typist, 10, false);
		}
		ticks(&typist, 10, false);
		assert_string_equal(typist.heard, "555");
		sy_keys_destroy(typist.keys);
	}
	/* Not held back where no event can follow. */
	open(&typist, false);
	ticks(&typist, 3, true);
	assert_string_equal(typist.heard, "5");
	sy_keys_destroy(typist.keys);
}

static void a_key_that_comes_as_tone_and_event_is_one(void **state)
{
	struct typist typist;

	(void)state;
	for (int late = 0; late <= 10; late++) { /* the event begins up to 200 ms after its tone */
		open(&typist, true);
		for (int key = 0; key < 4; key++) {
			for (int i = 0; i < 25; i++) {
				if (i >= late && i < late + 4)
					event_five(&typist, 1000 + (uint32_t)key * 4000, i == late);
				tick(&typist, i < 5);
			}
		}
		assert_string_equal(typist.heard, "5555");
		assert_int_equal(sy_keys_count(typist.keys), 4);
		sy_keys_destroy(typist.keys);
	}
}

static void a_key_that_comes_as_info_too_is_one(void **state)
{
	struct typist typist;

	(void)state;
	open(&typist, true);
	for (int key = 0; key < 3; key++) {
		event_five(&typist, 1000 + (uint32_t)key * 4000, true);
		ticks(&typist, 5, false);
		assert_int_equal(sy_keys_put(typist.keys, '5'), 0);
		ticks(&typist, 10, false);
	}
	assert_string_equal(typist.heard, "555");
	/* The same key in the other way much later is another. */
	ticks(&typist, SY_KEYS_AGAIN_MS / SY_FRAME_MS, false);
	assert_int_equal(sy_keys_put(typist.keys, '5'), 0);
	tick(&typist, false);
	assert_string_equal(typist.heard, "5555");
	assert_int_equal(sy_keys_put(typist.keys, '6'), 0);
	assert_int_equal(sy_keys_put(typist.keys, '6'), 0);
	tick(&typist, false);
	assert_string_equal(typist.heard, "555566");
	sy_keys_destroy(typist.keys);
	sy_keys_destroy(NULL);
}

static void too_many_are_dropped_and_counted(void **state)
{
	struct typist typist;

	(void)state;
	open(&typist, true);
	for (int i = 0; i < SY_KEYS_MAX; i++)
		assert_int_equal(sy_keys_put(typist.keys, '1'), 0);
	assert_int_equal(sy_keys_put(typist.keys, '1'), ENOSPC);
	assert_int_equal(sy_keys_put(typist.keys, 'E'), EINVAL);
	assert_int_equal(sy_keys_dropped(typist.keys), 1);
	ticks(&typist, SY_KEYS_MAX, false);
	assert_int_equal(strlen(typist.heard), SY_KEYS_MAX);
	sy_keys_destroy(typist.keys);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_known),
		cmocka_unit_test(a_repeated_key_is_two_even_if_its_ends_are_lost),
		cmocka_unit_test(a_lost_beginning_is_made_up_for_by_the_end),
		cmocka_unit_test(late_packets_of_the_key_before_are_no_key),
		cmocka_unit_test(a_very_long_key_is_one),
		cmocka_unit_test(a_recording_played_twice_is_heard_twice),
		cmocka_unit_test(short_packets_are_refused),
		cmocka_unit_test(tones_are_keys_with_and_without_events_agreed),
		cmocka_unit_test(a_key_that_comes_as_tone_and_event_is_one),
		cmocka_unit_test(a_key_that_comes_as_info_too_is_one),
		cmocka_unit_test(too_many_are_dropped_and_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
