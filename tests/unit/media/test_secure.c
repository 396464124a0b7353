#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "audio/media/media.h"
#include "audio/media/rtcp.h"
#include "audio/media/rtp.h"
#include "audio/media/secure.h"

static void make_pair(struct sy_secure **ret_ours, struct sy_secure **ret_theirs)
{
	uint8_t a[SY_MEDIA_SRTP_KEY_BYTES], b[SY_MEDIA_SRTP_KEY_BYTES];

	memset(a, 'a', sizeof(a));
	memset(b, 'b', sizeof(b));
	assert_int_equal(sy_secure_create(a, b, ret_ours), 0);
	assert_int_equal(sy_secure_create(b, a, ret_theirs), 0);
}

static size_t write_packet(uint8_t *bytes, uint32_t ssrc, uint16_t seq)
{
	const struct sy_rtp rtp = {.seq = seq, .ssrc = ssrc};

	sy_rtp_write(&rtp, bytes);
	memset(bytes + SY_RTP_HEADER_BYTES, 'x', 160);
	return SY_RTP_HEADER_BYTES + 160;
}

static void sealed_packets_open_once(void **state)
{
	struct sy_secure *ours, *theirs;
	uint8_t bytes[200], copy[200];

	(void)state;
	make_pair(&ours, &theirs);
	for (uint16_t seq = 0; seq < 100; seq++) {
		size_t n = write_packet(bytes, 7, seq);
		assert_int_equal(sy_secure_seal(ours, SY_SECURE_RTP, bytes, &n), 0);
		assert_int_equal(n, SY_RTP_HEADER_BYTES + 160 + 10);
		assert_int_not_equal(bytes[50], 'x');
		memcpy(copy, bytes, n);
		size_t n_copy = n;
		assert_int_equal(sy_secure_open(theirs, SY_SECURE_RTP, bytes, &n), 0);
		assert_int_equal(n, SY_RTP_HEADER_BYTES + 160);
		assert_int_equal(bytes[50], 'x');
		assert_int_equal(sy_secure_open(theirs, SY_SECURE_RTP, copy, &n_copy), EBADMSG); /* played again */
	}
	sy_secure_destroy(ours);
	sy_secure_destroy(theirs);
	sy_secure_destroy(NULL);
}

static void changed_and_short_packets_are_refused(void **state)
{
	struct sy_secure *ours, *theirs;
	uint8_t bytes[200];

	(void)state;
	make_pair(&ours, &theirs);
	for (size_t at = 0; at < 182; at += 13) {
		size_t n = write_packet(bytes, 7, (uint16_t)at);
		assert_int_equal(sy_secure_seal(ours, SY_SECURE_RTP, bytes, &n), 0);
		bytes[at == 0 ? 1 : at] ^= 1;
		assert_int_equal(sy_secure_open(theirs, SY_SECURE_RTP, bytes, &n), EBADMSG);
	}
	for (size_t n = 0; n < 22; n++) {
		size_t n_short = n;
		(void)write_packet(bytes, 7, 999);
		assert_int_equal(sy_secure_open(theirs, SY_SECURE_RTP, bytes, &n_short), EBADMSG);
		n_short = n;
		assert_int_equal(sy_secure_open(theirs, SY_SECURE_RTCP, bytes, &n_short), EBADMSG);
	}
	sy_secure_destroy(ours);
	sy_secure_destroy(theirs);
}

static void reports_are_sealed_too(void **state)
{
	const struct sy_rtcp rtcp = {.ssrc = 7, .sender = true, .name = "x"};
	struct sy_secure *ours, *theirs;
	uint8_t bytes[SY_RTCP_BYTES_MAX + SY_SECURE_EXTRA_BYTES];
	struct sy_rtcp back;

	(void)state;
	make_pair(&ours, &theirs);
	size_t n = sy_rtcp_write(&rtcp, bytes);
	const size_t plain = n;
	assert_int_equal(sy_secure_seal(ours, SY_SECURE_RTCP, bytes, &n), 0);
	assert_int_equal(n, plain + SY_SECURE_EXTRA_BYTES);
	assert_int_equal(sy_secure_open(theirs, SY_SECURE_RTCP, bytes, &n), 0);
	assert_int_equal(n, plain);
	assert_int_equal(sy_rtcp_read(bytes, n, 0, &back), 0);
	assert_int_equal(back.ssrc, 7);
	sy_secure_destroy(ours);
	sy_secure_destroy(theirs);
}

static void forged_sources_do_not_lock_the_caller_out(void **state)
{
	struct sy_secure *ours, *theirs;
	uint8_t bytes[200];

	(void)state;
	make_pair(&ours, &theirs);
	for (uint32_t ssrc = 100; ssrc < 130; ssrc++) {
		size_t n = write_packet(bytes, ssrc, 1);
		assert_int_equal(sy_secure_open(theirs, SY_SECURE_RTP, bytes, &n), EBADMSG);
	}
	size_t n = write_packet(bytes, 7, 5);
	assert_int_equal(sy_secure_seal(ours, SY_SECURE_RTP, bytes, &n), 0);
	assert_int_equal(sy_secure_open(theirs, SY_SECURE_RTP, bytes, &n), 0);
	sy_secure_destroy(ours);
	sy_secure_destroy(theirs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sealed_packets_open_once),
		cmocka_unit_test(changed_and_short_packets_are_refused),
		cmocka_unit_test(reports_are_sealed_too),
		cmocka_unit_test(forged_sources_do_not_lock_the_caller_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
