#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "audio/media/control.h"
#include "audio/media/rtcp.h"

static struct sy_rtcp full(void)
{
	return (struct sy_rtcp){
		.ssrc = 1,
		.sender = true,
		.ntp = 0x123456789abcdef0,
		.ts = 3,
		.packets = 4,
		.bytes = 5,
		.reported = true,
		.report = {.ssrc = 6,
			.fraction = 7,
			.lost = -8,
			.highest_seq = 9,
			.jitter = 10,
			.last_sr = 11,
			.delay = 12},
		.bye = true,
		.name = "01234567890123456789012",
	};
}

static void what_is_written_is_read(void **state)
{
	const struct sy_rtcp rtcp = full();
	uint8_t bytes[SY_RTCP_BYTES_MAX];
	struct sy_rtcp back;

	(void)state;
	const size_t n = sy_rtcp_write(&rtcp, bytes);
	assert_true(n <= SY_RTCP_BYTES_MAX && n % 4 == 0);
	assert_int_equal(sy_rtcp_read(bytes, n, 6, &back), 0);
	assert_int_equal(back.ssrc, 1);
	assert_true(back.sender && back.reported && back.bye);
	assert_int_equal(back.ntp, rtcp.ntp);
	assert_int_equal(back.ts, 3);
	assert_int_equal(back.packets, 4);
	assert_int_equal(back.bytes, 5);
	assert_int_equal(back.report.ssrc, 6);
	assert_int_equal(back.report.fraction, 7);
	assert_int_equal(back.report.lost, -8);
	assert_int_equal(back.report.highest_seq, 9);
	assert_int_equal(back.report.jitter, 10);
	assert_int_equal(back.report.last_sr, 11);
	assert_int_equal(back.report.delay, 12);
	assert_int_equal(sy_rtcp_read(bytes, n, 5, &back), 0);
	assert_false(back.reported); /* about somebody else */
}

static void the_name_ends_on_a_word_with_a_zero(void **state)
{
	uint8_t bytes[SY_RTCP_BYTES_MAX];
	char name[SY_RTCP_NAME_BYTES] = "";

	(void)state;
	for (size_t length = 0; length < sizeof(name) - 1; length++) {
		const struct sy_rtcp rtcp = {.ssrc = 1, .name = name};
		struct sy_rtcp back;
		memset(bytes, 0xff, sizeof(bytes));
		const size_t n = sy_rtcp_write(&rtcp, bytes);
		assert_int_equal(sy_rtcp_read(bytes, n, 1, &back), 0);
		assert_false(back.sender);
		assert_int_equal(bytes[8 + 9], length);
		assert_memory_equal(bytes + 8 + 10, name, length);
		assert_int_equal(bytes[8 + 10 + length], 0);
		assert_int_equal(bytes[n - 1], 0);
		name[length] = 'x';
	}
}

static void parts_that_claim_too_much_are_refused(void **state)
{
	const struct sy_rtcp rtcp = full();
	uint8_t bytes[SY_RTCP_BYTES_MAX];
	struct sy_rtcp back = {.ssrc = 77};

	(void)state;
	const size_t n = sy_rtcp_write(&rtcp, bytes);
	size_t whole = 0;
	for (size_t shorter = 0; shorter < n; shorter++) {
		if (shorter == whole && shorter > 0)
			assert_int_equal(sy_rtcp_read(bytes, shorter, 6, &back), 0);
		else
			assert_int_equal(sy_rtcp_read(bytes, shorter, 6, &back), EBADMSG);
		if (shorter == whole)
			whole += 4 + ((size_t)bytes[whole + 2] << 8 | bytes[whole + 3]) * 4;
	}
	bytes[0] = 0x80 | 31; /* 31 reports in the room of one */
	assert_int_equal(sy_rtcp_read(bytes, n, 6, &back), EBADMSG);
	assert_int_equal(sy_rtcp_read((const uint8_t[]){0x40, 200, 0, 0}, 4, 6, &back), EBADMSG);
	assert_int_equal(sy_rtcp_read((const uint8_t[]){0x80, 200, 0, 0}, 4, 6, &back), EBADMSG);
	assert_int_equal(sy_rtcp_read((const uint8_t[]){0x82, 203, 0, 1, 0, 0, 0, 0}, 8, 6, &back), EBADMSG);
	/* A kind that we do not know is none of our business. */
	assert_int_equal(sy_rtcp_read((const uint8_t[]){0x9f, 210, 0, 0}, 4, 6, &back), 0);
}

/* Two ends whose clocks agree: the trip there and back takes what it takes, however long the other end thinks. */
static void the_round_trip_is_measured(void **state)
{
	struct sy_control ours, theirs;
	struct sy_outgoing out = {.ssrc = 10, .packets = 3}, out_theirs = {.ssrc = 20, .packets = 3};
	struct sy_reception in = {.begun = true, .ssrc = 20}, in_theirs = {.begun = true, .ssrc = 10};
	const uint64_t start_us = 1700000000000000;
	uint8_t bytes[SY_RTCP_BYTES_MAX];

	(void)state;
	assert_int_equal(sy_control_init(&ours), 0);
	assert_int_equal(sy_control_init(&theirs), 0);
	assert_int_equal(ours.round_trip_ms, -1);
	size_t n = sy_control_write(&ours, &(struct sy_control_sides){&out, &in}, start_us, false, bytes);
	assert_int_equal(sy_control_take(&theirs, bytes, n, 20, start_us + 30000), 0);
	n = sy_control_write(
		&theirs, &(struct sy_control_sides){&out_theirs, &in_theirs}, start_us + 2030000, false, bytes);
	assert_int_equal(sy_control_take(&ours, bytes, n, 10, start_us + 2080000), 0);
	assert_in_range(ours.round_trip_ms, 79, 81);
	assert_int_equal(theirs.round_trip_ms, -1);
	assert_false(ours.bye);
	n = sy_control_write(&theirs, &(struct sy_control_sides){&out_theirs, &in_theirs}, start_us, true, bytes);
	assert_int_equal(sy_control_take(&ours, bytes, n, 10, start_us), 0);
	assert_true(ours.bye);
}

static void reports_are_due_every_5_s_or_so(void **state)
{
	struct sy_control control;
	int due = 0, last = 0;

	(void)state;
	assert_int_equal(sy_control_init(&control), 0);
	for (int i = 0; i < 50 * 600; i++) {
		if (!sy_control_tick(&control))
			continue;
		if (due > 0)
			assert_in_range(
				(i - last) * 20, SY_CONTROL_INTERVAL_MS / 2, SY_CONTROL_INTERVAL_MS * 3 / 2 + 20);
		last = i;
		due++;
	}
	assert_in_range(due, 80, 170);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(the_name_ends_on_a_word_with_a_zero),
		cmocka_unit_test(parts_that_claim_too_much_are_refused),
		cmocka_unit_test(the_round_trip_is_measured),
		cmocka_unit_test(reports_are_due_every_5_s_or_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
