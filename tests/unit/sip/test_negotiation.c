#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>

#include "audio/sip/negotiation.h"

#define HEAD "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
#define KEY "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"
#define CRYPTO "a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:" KEY "\r\n"

static struct sy_negotiation own;
static struct sy_media_flow flow;
static struct sy_text text;

static int setup(void **state)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	(void)state;
	own = (struct sy_negotiation){
		.codec = {SY_CODEC_OPUS, SY_CODEC_G722, SY_CODEC_PCMA, SY_CODEC_PCMU},
		.codecs = 4,
		.port = 10000,
	};
	memcpy(&own.address, &in, sizeof in);
	sy_negotiation_init(&own);
	memset(&flow, 0, sizeof flow);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	sy_text_reset(&text);
	return 0;
}

static int answer(const char *offer)
{
	struct sy_sdp sdp;

	assert_int_equal(sy_sdp_parse(offer, strlen(offer), &sdp), 0);
	return sy_negotiation_answer(&own, &sdp, &text, &flow);
}

static void says(const char *line)
{
	if (!strstr(sy_text_str(&text), line))
		fail_msg("no \"%s\" in\n%s", line, sy_text_str(&text));
}

static void test_our_order_decides(void **state)
{
	(void)state;
	assert_int_equal(answer(HEAD "m=audio 4000 RTP/AVP 0 8 9 101\r\na=rtpmap:101 telephone-event/8000\r\n"), 0);
	assert_int_equal(flow.codec, SY_CODEC_G722);
	says("m=audio 10000 RTP/AVP 9 101\r\n");
	says("a=rtpmap:9 G722/8000\r\n");
	says("a=rtpmap:101 telephone-event/8000\r\n");
	says("a=sendrecv\r\n");
	own.codec[0] = SY_CODEC_PCMU;
	assert_int_equal(answer(HEAD "m=audio 4000 RTP/AVP 0 8 9\r\n"), 0);
	assert_int_equal(flow.codec, SY_CODEC_PCMU);
	assert_int_equal(flow.out.events, -1);
	assert_int_equal(flow.out.comfort, -1);
}

static void test_numbers_of_the_offer_are_kept(void **state)
{
	(void)state;
	assert_int_equal(answer(HEAD "m=audio 4000 RTP/AVP 96 97 98 13\r\na=rtpmap:96 opus/48000/2\r\n"
				     "a=rtpmap:97 telephone-event/8000\r\na=rtpmap:98 telephone-event/48000\r\n"),
		0);
	assert_int_equal(flow.in.sound, 96);
	assert_int_equal(flow.out.sound, 96);
	assert_int_equal(flow.out.events, 98);  /* the one at the codec's clock */
	assert_int_equal(flow.out.comfort, -1); /* 13 is comfort noise at 8 kHz */
	says("a=rtpmap:98 telephone-event/48000\r\n");
}

static void test_session_stays_and_version_grows(void **state)
{
	unsigned long long session[2];
	unsigned long long version[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		assert_int_equal(answer(HEAD "m=audio 4000 RTP/AVP 0\r\n"), 0);
		assert_int_equal(
			sscanf(strstr(sy_text_str(&text), "o=sayso"), "o=sayso %llu %llu", &session[i], &version[i]),
			2);
	}
	assert_int_equal(session[0], session[1]);
	assert_int_equal(version[0] + 1, version[1]);
}

static void test_every_line_is_answered(void **state)
{
	(void)state;
	assert_int_equal(answer(HEAD "m=video 5000 RTP/AVP 96\r\nm=audio 4000 RTP/AVP 8\r\nm=audio 4002 RTP/AVP 0\r\n"
				     "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"),
		0);
	says("m=video 0 RTP/AVP 96\r\nm=audio 10000 RTP/AVP 8\r\n");
	says("m=audio 0 RTP/AVP 0\r\nm=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\n");
	assert_int_equal(ntohs(((struct sockaddr_in *)&flow.remote)->sin_port), 4000);
}

static void test_nothing_in_common(void **state)
{
	static const char *const offers[] = {
		HEAD "m=audio 4000 RTP/AVP 18\r\n",
		HEAD "m=audio 0 RTP/AVP 8\r\n",
		HEAD "m=video 4000 RTP/AVP 8\r\n",
		HEAD "m=audio 4000 UDP/TLS/RTP/SAVPF 8\r\n",
		HEAD "m=audio 4000 RTP/SAVP 8\r\n" CRYPTO,
		HEAD "m=audio 4000 RTP/AVP 101\r\na=rtpmap:101 telephone-event/8000\r\n",
		"v=0\r\nc=IN IP6 2001:db8::1\r\nm=audio 4000 RTP/AVP 8\r\n",
		"v=0\r\nc=IN IP4 224.2.1.1/127\r\nm=audio 4000 RTP/AVP 8\r\n",
		"v=0\r\nc=IN IP4 224.2.1.1\r\nm=audio 4000 RTP/AVP 8\r\n",
		"v=0\r\nc=IN IP4 pbx.example.com\r\nm=audio 4000 RTP/AVP 8\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof offers / sizeof *offers; i++)
		assert_int_equal(answer(offers[i]), ENOTSUP);
	assert_null(text.s);
	assert_int_equal(flow.ptime_ms, 0);
}

static void test_hold(void **state)
{
	static const struct {
		const char *offer;
		const char *answer;
		enum sy_media_direction ours;
	} holds[] = {
		{HEAD "m=audio 4000 RTP/AVP 8\r\na=sendrecv\r\n", "a=sendrecv\r\n", SY_MEDIA_SENDRECV},
		/* Music comes on hold: it is answered, and not listened to. */
		{HEAD "m=audio 4000 RTP/AVP 8\r\na=sendonly\r\n", "a=recvonly\r\n", SY_MEDIA_INACTIVE},
		{HEAD "m=audio 4000 RTP/AVP 8\r\na=recvonly\r\n", "a=sendonly\r\n", SY_MEDIA_SENDONLY},
		{HEAD "m=audio 4000 RTP/AVP 8\r\na=inactive\r\n", "a=inactive\r\n", SY_MEDIA_INACTIVE},
		{"v=0\r\nc=IN IP4 0.0.0.0\r\nm=audio 4000 RTP/AVP 8\r\n", "a=recvonly\r\n", SY_MEDIA_INACTIVE},
		{"v=0\r\nc=IN IP4 0.0.0.0\r\nm=audio 4000 RTP/AVP 8\r\na=recvonly\r\n", "a=inactive\r\n",
			SY_MEDIA_INACTIVE},
	};

	(void)state;
	for (size_t i = 0; i < sizeof holds / sizeof *holds; i++) {
		assert_int_equal(answer(holds[i].offer), 0);
		says(holds[i].answer);
		assert_int_equal(flow.direction, holds[i].ours);
	}
}

static void test_packet_times(void **state)
{
	static const struct {
		const char *lines;
		int ms;
	} times[] = {
		{"", 20},
		{"a=ptime:10\r\n", 20},
		{"a=ptime:20\r\n", 20},
		{"a=ptime:30\r\n", 20},
		{"a=ptime:40\r\n", 40},
		{"a=ptime:60\r\n", 60},
		{"a=ptime:100\r\n", 60},
		{"a=ptime:60\r\na=maxptime:40\r\n", 40},
		{"a=maxptime:10\r\n", 20},
	};

	(void)state;
	for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
		char offer[256];

		(void)snprintf(offer, sizeof offer, HEAD "m=audio 4000 RTP/AVP 8\r\n%s", times[i].lines);
		assert_int_equal(answer(offer), 0);
		assert_int_equal(flow.ptime_ms, times[i].ms);
	}
}

static void test_rtcp(void **state)
{
	(void)state;
	assert_int_equal(answer(HEAD "m=audio 4000 RTP/AVP 8\r\na=rtcp:5555 IN IP4 192.0.2.9\r\na=rtcp-mux\r\n"), 0);
	assert_int_equal(ntohs(((struct sockaddr_in *)&flow.remote_rtcp)->sin_port), 5555);
	assert_true(flow.rtcp_mux);
	says("a=rtcp-mux\r\n");
	assert_int_equal(answer(HEAD "m=audio 4000 RTP/AVP 8\r\n"), 0);
	assert_int_equal(flow.remote_rtcp.ss_family, AF_UNSPEC);
	assert_false(flow.rtcp_mux);
}

static void test_srtp_is_answered_where_it_is_wanted(void **state)
{
	(void)state;
	own.srtp = SY_SIP_SRTP_OFFERED;
	assert_int_equal(answer(HEAD "m=audio 4000 RTP/SAVP 8\r\n" CRYPTO), 0);
	assert_true(flow.secure);
	assert_int_equal(flow.key_in[0], 0x77);
	assert_memory_equal(flow.key_out, own.key, sizeof own.key);
	says("m=audio 10000 RTP/SAVP 8\r\n");
	says("a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:");
	assert_int_equal(answer(HEAD "m=audio 4000 RTP/AVP 8\r\n"), 0);
	assert_false(flow.secure);
	assert_null(strstr(sy_text_str(&text), "crypto"));
	assert_int_equal(answer(HEAD "m=audio 4000 RTP/SAVP 8\r\n"), ENOTSUP);
	own.srtp = SY_SIP_SRTP_REQUIRED;
	assert_int_equal(answer(HEAD "m=audio 4000 RTP/AVP 8\r\nm=audio 4002 RTP/SAVP 8\r\n" CRYPTO), 0);
	assert_true(flow.secure);
	says("m=audio 0 RTP/AVP 8\r\nm=audio 10000 RTP/SAVP 8\r\n");
	assert_int_equal(answer(HEAD "m=audio 4000 RTP/AVP 8\r\n"), ENOTSUP);
}

/* Keys beside a plain profile: taken where encryption is wanted, and passed over where it is not. */
static void test_keys_may_be_optional(void **state)
{
	const char offer[] = HEAD "m=audio 4000 RTP/AVP 8\r\n" CRYPTO;

	(void)state;
	own.srtp = SY_SIP_SRTP_OFFERED;
	assert_int_equal(answer(offer), 0);
	assert_true(flow.secure);
	assert_memory_equal(flow.key_out, own.key, sizeof own.key);
	says("m=audio 10000 RTP/AVP 8\r\n");
	says("a=crypto:7 AES_CM_128_HMAC_SHA1_80 inline:");
	own.srtp = SY_SIP_SRTP_REQUIRED;
	assert_int_equal(answer(offer), 0);
	assert_true(flow.secure);
	own.srtp = SY_SIP_SRTP_OFF;
	assert_int_equal(answer(offer), 0);
	assert_false(flow.secure);
	assert_null(strstr(sy_text_str(&text), "crypto"));
}

static void test_two_of_us_agree(void **state)
{
	struct sy_negotiation other = own;
	struct sy_media_flow theirs;
	struct sy_text reply = {0};
	struct sy_sdp sdp;

	(void)state;
	own.srtp = other.srtp = SY_SIP_SRTP_REQUIRED;
	other.port = 20000;
	sy_negotiation_init(&other);
	assert_int_equal(sy_negotiation_offer(&own, &text), 0);
	assert_int_equal(sy_sdp_parse(text.s, text.len, &sdp), 0);
	assert_int_equal(sy_negotiation_answer(&other, &sdp, &reply, &theirs), 0);
	assert_int_equal(sy_sdp_parse(reply.s, reply.len, &sdp), 0);
	assert_int_equal(sy_negotiation_accept(&own, &sdp, &flow), 0);
	assert_int_equal(flow.codec, SY_CODEC_OPUS);
	assert_int_equal(theirs.codec, SY_CODEC_OPUS);
	assert_int_equal(flow.out.sound, theirs.in.sound);
	assert_int_equal(flow.in.events, theirs.out.events);
	assert_memory_equal(flow.key_in, theirs.key_out, sizeof flow.key_in);
	assert_memory_equal(flow.key_out, theirs.key_in, sizeof flow.key_out);
	assert_int_equal(ntohs(((struct sockaddr_in *)&flow.remote)->sin_port), 20000);
	assert_int_equal(ntohs(((struct sockaddr_in *)&theirs.remote)->sin_port), 10000);
	sy_text_reset(&reply);
}

/* What a peer answers first is what it sends. */
static void test_an_answer_chooses(void **state)
{
	static const char said[] = HEAD "m=audio 4000 RTP/AVP 0 8 9\r\n";
	struct sy_sdp sdp;

	(void)state;
	assert_int_equal(sy_sdp_parse(said, sizeof said - 1, &sdp), 0);
	assert_int_equal(sy_negotiation_accept(&own, &sdp, &flow), 0);
	assert_int_equal(flow.codec, SY_CODEC_PCMU);
}

static void test_a_secret_signalling_offers_secure_sound(void **state)
{
	(void)state;
	own.srtp = SY_SIP_SRTP_OFFERED;
	assert_int_equal(sy_negotiation_offer(&own, &text), 0);
	says("RTP/AVP 111 9 8 0 101 13\r\n");
	own.offer_secure = true;
	assert_int_equal(sy_negotiation_offer(&own, &text), 0);
	says("RTP/SAVP 111 9 8 0 101 13\r\n");
	says("a=crypto:1 ");
}

#define WITH_OWN(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_OWN(test_our_order_decides),
		WITH_OWN(test_numbers_of_the_offer_are_kept),
		WITH_OWN(test_session_stays_and_version_grows),
		WITH_OWN(test_every_line_is_answered),
		WITH_OWN(test_nothing_in_common),
		WITH_OWN(test_hold),
		WITH_OWN(test_packet_times),
		WITH_OWN(test_rtcp),
		WITH_OWN(test_srtp_is_answered_where_it_is_wanted),
		WITH_OWN(test_keys_may_be_optional),
		WITH_OWN(test_two_of_us_agree),
		WITH_OWN(test_an_answer_chooses),
		WITH_OWN(test_a_secret_signalling_offers_secure_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
