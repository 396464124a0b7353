#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/load/dialog.h"
#include "tools/load/service.h"
#include "tools/load/soak.h"

static const struct sy_dialog fresh = {
	.number = 12, .attempt = 3, .sip_port = 40000, .rtp_port = 40002, .peer_port = 5060};

static void an_invite_offers_mu_law_on_its_port(void **state)
{
	(void)state;
	char text[SY_DIALOG_MESSAGE_BYTES];
	struct sy_dialog_message message;
	const size_t n = sy_dialog_invite(&fresh, text);

	assert_int_equal(n, strlen(text));
	assert_non_null(strstr(text, "INVITE sip:sayso@127.0.0.1:5060 SIP/2.0\r\n"));
	assert_non_null(strstr(text, "\r\nm=audio 40002 RTP/AVP 0 101\r\n"));
	const char *body = strstr(text, "\r\n\r\n") + 4, *length = strstr(text, "Content-Length: ");
	assert_int_equal(strlen(body), strtoul(length + 16, NULL, 10));
	/* What we write, we can read. */
	assert_int_equal(sy_dialog_read(text, n, &message), 0);
	assert_int_equal(message.status, 0);
	assert_string_equal(message.method, "INVITE");
	assert_int_equal(message.number, 12);
	assert_int_equal(message.attempt, 3);
	assert_int_equal(message.media_port, 40002);
}

static const char answer[] = "SIP/2.0 200 OK\r\n"
			     "Via: SIP/2.0/UDP 127.0.0.1:40000;branch=z9hG4bK12-3-1;rport=40000\r\n"
			     "Contact: \"Sayso\" <sip:sayso@127.0.0.1:5060;transport=udp>;x=y\r\n"
			     "To: <sip:sayso@127.0.0.1:5060>;tag=abc\r\n"
			     "From: <sip:1012@127.0.0.1:40000>;tag=load12-3\r\n"
			     "call-id:  load-12-3@127.0.0.1\r\n"
			     "CSeq: 1 INVITE\r\n"
			     "Content-Type: application/sdp\r\n"
			     "\r\n"
			     "v=0\r\nm=audio 20000 RTP/AVP 0\r\n";

static void the_dialog_goes_on_as_the_answer_says(void **state)
{
	(void)state;
	struct sy_dialog dialog = fresh;
	struct sy_dialog_message message;
	char text[SY_DIALOG_MESSAGE_BYTES];

	assert_int_equal(sy_dialog_read(answer, sizeof(answer) - 1, &message), 0);
	assert_int_equal(message.status, 200);
	assert_string_equal(message.method, "INVITE");
	assert_int_equal(message.media_port, 20000);
	assert_string_equal(message.contact, "sip:sayso@127.0.0.1:5060;transport=udp");
	memcpy(dialog.to, message.to, sizeof(dialog.to));
	memcpy(dialog.contact, message.contact, sizeof(dialog.contact));
	(void)sy_dialog_ack(&dialog, 200, text);
	assert_non_null(strstr(text, "ACK sip:sayso@127.0.0.1:5060;transport=udp SIP/2.0\r\n"));
	assert_non_null(strstr(text, "To: <sip:sayso@127.0.0.1:5060>;tag=abc\r\n"));
	assert_null(strstr(text, "branch=z9hG4bK12-3-1;")); /* a transaction of its own (RFC 3261, 13.2.2.4) */
	(void)sy_dialog_ack(&dialog, 486, text);
	assert_non_null(strstr(text, "ACK sip:sayso@127.0.0.1:5060 SIP/2.0\r\n"));
	assert_non_null(strstr(text, "branch=z9hG4bK12-3-1;"));
	(void)sy_dialog_bye(&dialog, text);
	assert_non_null(strstr(text, "BYE sip:sayso@127.0.0.1:5060;transport=udp SIP/2.0\r\n"));
	assert_non_null(strstr(text, "CSeq: 2 BYE\r\n"));
	(void)sy_dialog_cancel(&dialog, text);
	assert_non_null(strstr(text, "branch=z9hG4bK12-3-1;"));
	assert_null(strstr(text, "tag=abc"));
}

static void requests_are_answered_with_their_own_headers(void **state)
{
	(void)state;
	static const char bye[] =
		"BYE sip:1012@127.0.0.1:40000 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9\r\n"
		"From: <sip:sayso@127.0.0.1>;tag=abc\r\nTo: <sip:1012@127.0.0.1>;tag=load12-3\r\n"
		"Call-ID: load-12-3@127.0.0.1\r\nCSeq: 7 BYE\r\n\r\n";
	struct sy_dialog_message message;
	char text[SY_DIALOG_MESSAGE_BYTES];

	assert_int_equal(sy_dialog_read(bye, sizeof(bye) - 1, &message), 0);
	assert_string_equal(message.method, "BYE");
	assert_true(sy_dialog_answer(&message, 200, "OK", text) > 0);
	assert_string_equal(text, "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:5060;branch=z9\r\n"
				  "From: <sip:sayso@127.0.0.1>;tag=abc\r\nTo: <sip:1012@127.0.0.1>;tag=load12-3\r\n"
				  "Call-ID: load-12-3@127.0.0.1\r\nCSeq: 7 BYE\r\nContent-Length: 0\r\n\r\n");
}

static void what_is_not_ours_is_not_read(void **state)
{
	(void)state;
	static const char *const texts[] = {"", "\r\n\r\n", "SIP/2.0 200 OK\r\n\r\n",
		"SIP/2.0 200 OK\r\nCall-ID: load-1-1@127.0.0.1\r\n\r\n", "bye\r\nCall-ID: load-1-1@127.0.0.1\r\n\r\n",
		"BYE x SIP/2.0\r\nCall-ID: someone@else\r\n\r\n",
		"BYE x SIP/2.0\r\n\r\nCall-ID: load-1-1@127.0.0.1\r\n"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct sy_dialog_message message;
		assert_int_equal(sy_dialog_read(texts[i], strlen(texts[i]), &message), EPROTO);
	}
}

static void metrics_are_summed_over_their_labels(void **state)
{
	(void)state;
	static const char text[] = "# HELP a_total x\na_total{kind=\"sip\"} 3\na_total{kind=\"audiosocket\"} 4\n"
				   "a_total_more 100\nb 2.5e-3\n";

	assert_float_equal(sy_service_metric(text, "a_total", NULL), 7, 0);
	assert_float_equal(sy_service_metric(text, "a_total", "kind=\"sip\""), 3, 0);
	assert_float_equal(sy_service_metric(text, "a_total", "kind=\"s\""), 0, 0);
	assert_float_equal(sy_service_metric(text, "b", NULL), 0.0025, 1e-12);
	assert_float_equal(sy_service_metric(text, "b", "kind=\"sip\""), 0, 0);
	assert_float_equal(sy_service_metric(text, "c", NULL), 0, 0);
}

static void ticks_are_those_between_two_readings(void **state)
{
	(void)state;
	static const char before[] = "sayso_tick_late_seconds_bucket{le=\"0.001\"} 90\n"
				     "sayso_tick_late_seconds_bucket{le=\"0.01\"} 95\n"
				     "sayso_tick_late_seconds_bucket{le=\"0.1\"} 100\n"
				     "sayso_tick_late_seconds_bucket{le=\"+Inf\"} 100\n"
				     "sayso_tick_late_worst_seconds 0.098\n";
	static const char after[] = "sayso_tick_late_seconds_bucket{le=\"0.001\"} 188\n"
				    "sayso_tick_late_seconds_bucket{le=\"0.01\"} 195\n"
				    "sayso_tick_late_seconds_bucket{le=\"0.1\"} 200\n"
				    "sayso_tick_late_seconds_bucket{le=\"+Inf\"} 200\n"
				    "sayso_tick_late_worst_seconds 0.098\n";
	struct sy_service_ticks from, to, none;

	sy_service_read_ticks(before, SY_SERVICE_TICKS_LATE, &from);
	sy_service_read_ticks(after, SY_SERVICE_TICKS_LATE, &to);
	sy_service_read_ticks(after, SY_SERVICE_TICKS_OWN, &none);
	assert_int_equal(from.bounds, 4);
	assert_int_equal(none.bounds, 0);
	assert_float_equal(sy_service_ticks_all(&from, &to), 100, 0);
	assert_float_equal(sy_service_ticks_past(&from, &to, 10), 0, 0);
	assert_float_equal(sy_service_ticks_past(&from, &to, 1), 2, 0);
	/* The stall before is not of this time. */
	assert_float_equal(sy_service_ticks_worst_ms(&from, &to), 10, 1e-9);
	assert_float_equal(sy_service_ticks_worst_ms(&none, &from), 98, 1e-9);
	assert_float_equal(sy_service_ticks_past(&none, &from, 10), 5, 0);
	to.worst_ms = 99;
	assert_float_equal(sy_service_ticks_worst_ms(&from, &to), 99, 1e-9);
}

static void growth_is_seen_and_noise_is_not(void **state)
{
	(void)state;
	static struct sy_soak flat, leaks, brief;

	for (int i = 0; i < 60; i++) {
		struct sy_service_sample sample = {.main_mb = i < 4 ? 10 + i : 20 + i % 3,
			.workers_mb = 100,
			.descriptors = (size_t)(200 + i % 2)};
		sy_soak_add(&flat, &sample);
		sample.main_mb += 0.1 * i;
		sample.descriptors += (size_t)(i / 10);
		sy_soak_add(&leaks, &sample);
		if (i < SY_SOAK_WARM_MINUTES + 3)
			sy_soak_add(&brief, &sample);
	}
	assert_true(sy_soak_growth_mb(&flat) <= SY_SOAK_FLAT_MB);
	assert_true(sy_soak_growth_descriptors(&flat) <= SY_SOAK_FLAT_DESCRIPTORS);
	assert_float_equal(sy_soak_growth_mb(&leaks), 4.2, 1);
	assert_true(sy_soak_growth_descriptors(&leaks) > SY_SOAK_FLAT_DESCRIPTORS);
	assert_float_equal(sy_soak_growth_mb(&brief), 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_invite_offers_mu_law_on_its_port),
		cmocka_unit_test(the_dialog_goes_on_as_the_answer_says),
		cmocka_unit_test(requests_are_answered_with_their_own_headers),
		cmocka_unit_test(what_is_not_ours_is_not_read),
		cmocka_unit_test(metrics_are_summed_over_their_labels),
		cmocka_unit_test(ticks_are_those_between_two_readings),
		cmocka_unit_test(growth_is_seen_and_noise_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
