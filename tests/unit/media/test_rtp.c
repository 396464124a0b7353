#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "audio/media/reception.h"
#include "audio/media/rtp.h"

static void what_is_written_is_read(void **state)
{
	const struct sy_rtp rtp = {
		.payload_type = 127, .marker = true, .seq = 65535, .ts = 0x89abcdef, .ssrc = 0xfedcba98};
	uint8_t bytes[SY_RTP_HEADER_BYTES + 3] = {0};
	struct sy_rtp back;

	(void)state;
	sy_rtp_write(&rtp, bytes);
	assert_int_equal(sy_rtp_read(bytes, sizeof(bytes), &back), 0);
	assert_int_equal(back.payload_type, 127);
	assert_true(back.marker);
	assert_int_equal(back.seq, 65535);
	assert_int_equal(back.ts, 0x89abcdef);
	assert_int_equal(back.ssrc, 0xfedcba98);
	assert_ptr_equal(back.payload, bytes + SY_RTP_HEADER_BYTES);
	assert_int_equal(back.n, 3);
}

static void sources_extension_and_padding_are_stepped_over(void **state)
{
	/* Two contributing sources, one word of extension, payload "ab", two bytes of padding. */
	const uint8_t bytes[] = {0xb2, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 1, 1, 1, 1, 2, 2, 2, 2, 0xbe, 0xde, 0, 1, 9, 9,
		9, 9, 'a', 'b', 0, 2};
	struct sy_rtp rtp;

	(void)state;
	assert_int_equal(sy_rtp_read(bytes, sizeof(bytes), &rtp), 0);
	assert_int_equal(rtp.n, 2);
	assert_memory_equal(rtp.payload, "ab", 2);
	/* Any shorter, and something that was announced is missing or is no padding. */
	for (size_t n = 0; n < sizeof(bytes) - 4; n++)
		assert_int_equal(sy_rtp_read(bytes, n, &rtp), EBADMSG);
}

static void other_things_are_refused(void **state)
{
	uint8_t bytes[16] = {0x80};
	struct sy_rtp rtp = {.n = 77};

	(void)state;
	assert_int_equal(sy_rtp_read(bytes, 11, &rtp), EBADMSG);
	assert_int_equal(sy_rtp_read(bytes, 12, &rtp), 0);
	assert_int_equal(rtp.n, 0);
	bytes[0] = 0x40; /* version 1 */
	rtp.n = 77;
	assert_int_equal(sy_rtp_read(bytes, 16, &rtp), EBADMSG);
	bytes[0] = 0xa0; /* padding of 0, of too much, of all */
	bytes[15] = 0;
	assert_int_equal(sy_rtp_read(bytes, 16, &rtp), EBADMSG);
	bytes[15] = 5;
	assert_int_equal(sy_rtp_read(bytes, 16, &rtp), EBADMSG);
	assert_int_equal(rtp.n, 77);
	bytes[15] = 4;
	assert_int_equal(sy_rtp_read(bytes, 16, &rtp), 0);
	assert_int_equal(rtp.n, 0);
}

static void reports_on_the_same_port_are_told_apart(void **state)
{
	(void)state;
	assert_true(sy_rtp_is_rtcp((const uint8_t[]){0x80, 200}, 2));
	assert_true(sy_rtp_is_rtcp((const uint8_t[]){0x80, 223}, 2));
	assert_false(sy_rtp_is_rtcp((const uint8_t[]){0x80, 224}, 2));
	assert_false(sy_rtp_is_rtcp((const uint8_t[]){0x80, 0x80 | 63}, 2));
	assert_false(sy_rtp_is_rtcp((const uint8_t[]){0x80, 200}, 1));
}

static bool receive(struct sy_reception *reception, uint16_t seq)
{
	const struct sy_rtp rtp = {.seq = seq, .ts = (uint32_t)seq * 160};

	return sy_reception_take(reception, &rtp, (uint64_t)seq * 20000);
}

static void losses_are_counted_beyond_65535(void **state)
{
	struct sy_reception reception = {0};
	struct sy_rtcp_report report;

	(void)state;
	sy_reception_begin(&reception, 5, 8000);
	for (int seq = 65000; seq < 65536 + 1000; seq++) {
		if (seq % 10 != 0)
			assert_true(receive(&reception, (uint16_t)seq));
	}
	/* 65000 itself did not begin the stream. */
	assert_int_equal(sy_reception_lost(&reception), 153);
	sy_reception_report(&reception, &report);
	assert_int_equal(report.ssrc, 5);
	assert_int_equal(report.lost, 153);
	assert_int_equal(report.fraction, 153 * 255 / 1535);
	assert_int_equal(report.highest_seq, 65536 + 999);
	sy_reception_report(&reception, &report);
	assert_int_equal(report.fraction, 0);
	assert_int_equal(report.lost, 153);

	/* Late ones and copies come off; another source begins anew and what was lost stays. */
	assert_true(receive(&reception, 990));
	assert_int_equal(sy_reception_lost(&reception), 152);
	sy_reception_begin(&reception, 6, 8000);
	assert_true(receive(&reception, 7));
	assert_true(receive(&reception, 7));
	assert_int_equal(sy_reception_lost(&reception), 152);
}

static void a_jump_is_believed_when_it_goes_on(void **state)
{
	struct sy_reception reception = {0};

	(void)state;
	sy_reception_begin(&reception, 5, 8000);
	for (uint16_t seq = 0; seq < 10; seq++)
		assert_true(receive(&reception, seq));
	assert_true(receive(&reception, 2999 + 9)); /* still the same stream */
	assert_false(receive(&reception, 30000));
	assert_false(receive(&reception, 40000));
	assert_true(receive(&reception, 40001));
	assert_true(receive(&reception, 40002));
	assert_int_equal(sy_reception_lost(&reception), 2998);
}

static void jitter_is_as_rfc_3550_says(void **state)
{
	struct sy_reception reception = {0};

	(void)state;
	sy_reception_begin(&reception, 5, 8000);
	for (uint16_t seq = 0; seq < 500; seq++) {
		const struct sy_rtp rtp = {.seq = seq, .ts = seq * 160u};
		assert_true(sy_reception_take(&reception, &rtp, 1000000000 + seq * 20000u + (seq % 2 ? 10000 : 0)));
	}
	assert_int_equal(sy_reception_jitter_ms(&reception), 10);
	/* A pause of a minute on either clock is none. */
	const struct sy_rtp rtp = {.seq = 500, .ts = 500 * 160u};
	assert_true(sy_reception_take(&reception, &rtp, 1100000000));
	assert_int_equal(sy_reception_jitter_ms(&reception), 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(sources_extension_and_padding_are_stepped_over),
		cmocka_unit_test(other_things_are_refused),
		cmocka_unit_test(reports_on_the_same_port_are_told_apart),
		cmocka_unit_test(losses_are_counted_beyond_65535),
		cmocka_unit_test(a_jump_is_believed_when_it_goes_on),
		cmocka_unit_test(jitter_is_as_rfc_3550_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
