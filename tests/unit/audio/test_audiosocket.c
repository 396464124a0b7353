#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "audio/audiosocket.h"

#define SAMPLES_MAX 40000

static struct {
	int rate;
	int16_t pcm[SAMPLES_MAX];
	size_t n_pcm;
	size_t largest;
	uint8_t kinds[16];
	uint8_t first[16]; /* byte of each payload */
	size_t lengths[16];
	size_t n_messages;
} seen;

static void on_sound(void *arg, int rate, const int16_t *pcm, size_t n)
{
	assert_ptr_equal(arg, &seen);
	assert_true(seen.n_pcm + n <= SAMPLES_MAX);
	memcpy(seen.pcm + seen.n_pcm, pcm, n * sizeof(*pcm));
	seen.n_pcm += n;
	seen.rate = rate;
	seen.largest = n > seen.largest ? n : seen.largest;
}

static void on_message(void *arg, uint8_t kind, const uint8_t *payload, size_t n)
{
	assert_ptr_equal(arg, &seen);
	assert_true(seen.n_messages < 16);
	seen.kinds[seen.n_messages] = kind;
	seen.first[seen.n_messages] = n > 0 ? payload[0] : 0;
	seen.lengths[seen.n_messages++] = n;
}

static const struct sy_audiosocket_found found = {on_sound, on_message, &seen};

static int setup(void **state)
{
	(void)state;
	memset(&seen, 0, sizeof(seen));
	return 0;
}

static void every_kind_of_sound_has_its_rate(void **state)
{
	(void)state;
	static const int rates[] = {8000, 12000, 16000, 24000, 32000, 44100, 48000, 96000, 192000};

	for (uint8_t i = 0; i < 9; i++) {
		assert_int_equal(sy_audiosocket_rate((uint8_t)(0x10 + i)), rates[i]);
		assert_int_equal(sy_audiosocket_kind_of(rates[i]), 0x10 + i);
	}
	assert_int_equal(sy_audiosocket_rate(0x0f), 0);
	assert_int_equal(sy_audiosocket_rate(0x19), 0);
	assert_int_equal(sy_audiosocket_rate(0xff), 0);
	assert_int_equal(sy_audiosocket_kind_of(11025), 0);
}

/* All kinds, and the longest message there can be, in pieces of every size: the same is found. */
static void pieces_of_any_size_give_the_same(void **state)
{
	(void)state;
	static uint8_t bytes[80000];
	static int16_t longest[SY_AUDIOSOCKET_PAYLOAD_MAX / 2];
	static const uint8_t uuid[16] = {1, 2, 3};
	static const size_t sizes[] = {1, 2, 3, 4, 5, 7, 160, 323, 4096, sizeof(bytes)};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(longest) / sizeof(longest[0]); i++)
		longest[i] = (int16_t)(i * 7919);
	n += sy_audiosocket_write(SY_AUDIOSOCKET_UUID, uuid, 16, bytes + n);
	n += sy_audiosocket_write(SY_AUDIOSOCKET_KEY, "#", 1, bytes + n);
	n += sy_audiosocket_write_sound(16000, longest, sizeof(longest) / sizeof(longest[0]), bytes + n);
	n += sy_audiosocket_write_sound(16000, longest, 0, bytes + n);
	n += sy_audiosocket_write_sound(16000, longest, 1, bytes + n);
	n += sy_audiosocket_write(SY_AUDIOSOCKET_SILENCE, NULL, 0, bytes + n);
	n += sy_audiosocket_write(SY_AUDIOSOCKET_ERROR, "\x02", 1, bytes + n);
	n += sy_audiosocket_write(SY_AUDIOSOCKET_HANG_UP, NULL, 0, bytes + n);
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		struct sy_audiosocket_reader reader = {0};
		memset(&seen, 0, sizeof(seen));
		for (size_t at = 0; at < n; at += sizes[s]) {
			const size_t piece = n - at < sizes[s] ? n - at : sizes[s];
			assert_int_equal(sy_audiosocket_read(&reader, bytes + at, piece, &found, NULL), 0);
		}
		assert_false(sy_audiosocket_within(&reader));
		assert_int_equal(seen.n_pcm, sizeof(longest) / sizeof(longest[0]) + 1);
		assert_memory_equal(seen.pcm, longest, sizeof(longest));
		assert_int_equal(seen.pcm[seen.n_pcm - 1], longest[0]);
		assert_int_equal(seen.rate, 16000);
		assert_true(seen.largest <= SY_AUDIOSOCKET_PIECE_MAX);
		assert_int_equal(seen.n_messages, 5);
		assert_memory_equal(seen.kinds, "\x01\x03\x02\xff\x00", 5);
		assert_memory_equal(seen.first, "\x01#\x00\x02\x00", 5);
		assert_int_equal(seen.lengths[0], 16);
	}
}

static void header_and_sample_are_in_their_byte_orders(void **state)
{
	(void)state;
	const int16_t pcm[160] = {0x1234, -2};
	uint8_t bytes[3 + sizeof(pcm)];

	assert_int_equal(sy_audiosocket_write_sound(8000, pcm, 160, bytes), 323);
	assert_memory_equal(bytes, "\x10\x01\x40\x34\x12\xfe\xff", 7);
}

static void what_is_no_message_is_named(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		const char *words;
	} cases[] = {
		{"\x10\x00\x01", "not whole samples"},
		{"\x18\xff\xff", "not whole samples"},
		{"\x00\x00\x01", "kind 00 has 1 bytes"},
		{"\x01\x00\x0f", "kind 01 has 15 bytes"},
		{"\x01\x00\x11", "kind 01 has 17 bytes"},
		{"\x01\x01\x10", "kind 01 has 272 bytes"},
		{"\x03\x00\x00", "kind 03 has 0 bytes"},
		{"\x03\x00\x02", "kind 03 has 2 bytes"},
		{"\x02\x00\x11", "kind 02 has 17 bytes"},
		{"\xff\x00\x11", "kind ff has 17 bytes"},
		{"\x04\x00\x00", "kind 04, which does not exist"},
		{"\x19\x00\x00", "kind 19, which does not exist"},
		{"GET", "kind 47, which does not exist"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sy_audiosocket_reader reader = {0};
		struct sy_problem why = {0};
		assert_int_equal(
			sy_audiosocket_read(&reader, (const uint8_t *)cases[i].bytes, 3, &found, &why), EPROTO);
		assert_non_null(strstr(why.text, cases[i].words));
	}
	assert_int_equal(seen.n_messages + seen.n_pcm, 0);
}

static void a_begun_message_is_known(void **state)
{
	(void)state;
	struct sy_audiosocket_reader reader = {0};

	assert_false(sy_audiosocket_within(&reader));
	assert_int_equal(sy_audiosocket_read(&reader, (const uint8_t *)"\x10", 1, &found, NULL), 0);
	assert_true(sy_audiosocket_within(&reader));
	assert_int_equal(sy_audiosocket_read(&reader, (const uint8_t *)"\x00\x02\x01", 3, &found, NULL), 0);
	assert_true(sy_audiosocket_within(&reader));
	assert_int_equal(seen.n_pcm, 0);
	assert_int_equal(sy_audiosocket_read(&reader, (const uint8_t *)"\x02", 1, &found, NULL), 0);
	assert_false(sy_audiosocket_within(&reader));
	assert_int_equal(seen.pcm[0], 0x0201);
}

static void uuids_are_written_and_read(void **state)
{
	(void)state;
	static const char text[] = "40325ec2-5efd-4bd3-805f-53576e581d13";
	static const char *const bad[] = {"", "40325ec2", "40325ec25efd4bd3805f53576e581d13",
		"40325ec2-5efd-4bd3-805f-53576e581d1", "40325ec2-5efd-4bd3-805f-53576e581d134",
		"40325ec2-5efd-4bd3-805f-53576e581dg3", "40325ec2-5efd-4bd3-805f 53576e581d13"};
	uint8_t uuid[16], same[16];
	char out[SY_AUDIOSOCKET_UUID_TEXT_BYTES];

	assert_int_equal(sy_audiosocket_uuid_parse(text, uuid), 0);
	assert_int_equal(uuid[0], 0x40);
	assert_int_equal(uuid[15], 0x13);
	sy_audiosocket_uuid_text(uuid, out);
	assert_string_equal(out, text);
	assert_int_equal(sy_audiosocket_uuid_parse("40325EC2-5EFD-4BD3-805F-53576E581D13", same), 0);
	assert_memory_equal(uuid, same, 16);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(sy_audiosocket_uuid_parse(bad[i], same), EINVAL);
	assert_memory_equal(uuid, same, 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(every_kind_of_sound_has_its_rate, setup),
		cmocka_unit_test_setup(pieces_of_any_size_give_the_same, setup),
		cmocka_unit_test_setup(header_and_sample_are_in_their_byte_orders, setup),
		cmocka_unit_test_setup(what_is_no_message_is_named, setup),
		cmocka_unit_test_setup(a_begun_message_is_known, setup),
		cmocka_unit_test_setup(uuids_are_written_and_read, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
