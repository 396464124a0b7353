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

#include "audio/sip/sdp.h"

#define HEAD "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\ns=-\r\nc=IN IP4 192.0.2.1\r\nt=0 0\r\n"
#define KEY "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj"

static struct sy_sdp sdp;

static int parse(const char *text)
{
	return sy_sdp_parse(text, strlen(text), &sdp);
}

static const char *host(const struct sockaddr_storage *address, char text[INET6_ADDRSTRLEN])
{
	const void *bytes = address->ss_family == AF_INET
				    ? (const void *)&((const struct sockaddr_in *)address)->sin_addr
				    : (const void *)&((const struct sockaddr_in6 *)address)->sin6_addr;

	return address->ss_family == AF_UNSPEC ? "none" : inet_ntop(address->ss_family, bytes, text, INET6_ADDRSTRLEN);
}

static void test_a_phone(void **state)
{
	char text[INET6_ADDRSTRLEN];
	const struct sy_sdp_media *media = &sdp.media[0];

	(void)state;
	assert_int_equal(parse(HEAD "m=audio 49170 RTP/AVP 111 9 8 0 13 101\r\n"
				    "a=rtpmap:111 opus/48000/2\r\na=fmtp:111 useinbandfec=1\r\n"
				    "a=rtpmap:9 G722/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
				    "a=fmtp:101 0-15\r\na=ptime:20\r\na=maxptime:40\r\na=rtcp:49180\r\n"
				    "a=rtcp-mux\r\na=sendonly\r\n"),
		0);
	assert_int_equal(sdp.n, 1);
	assert_string_equal(media->name, "audio");
	assert_string_equal(media->proto, "RTP/AVP");
	assert_string_equal(media->format, "111");
	assert_int_equal(media->port, 49170);
	assert_string_equal(host(&media->address, text), "192.0.2.1");
	assert_int_equal(((const struct sockaddr_in *)&media->rtcp)->sin_port, htons(49180));
	assert_true(media->rtcp_mux);
	assert_int_equal(media->direction, SY_MEDIA_SENDONLY);
	assert_int_equal(media->ptime_ms, 20);
	assert_int_equal(media->maxptime_ms, 40);
	assert_int_equal(media->formats, 6);
	assert_int_equal(media->format_at[0].codec, SY_CODEC_OPUS);
	assert_int_equal(media->format_at[1].codec, SY_CODEC_G722);
	assert_int_equal(media->format_at[2].codec, SY_CODEC_PCMA);
	assert_int_equal(media->format_at[3].codec, SY_CODEC_PCMU);
	assert_int_equal(media->format_at[4].kind, SY_SDP_COMFORT);
	assert_int_equal(media->format_at[5].kind, SY_SDP_EVENTS);
}

static void test_media_levels_go_before_the_session_level(void **state)
{
	char text[INET6_ADDRSTRLEN];

	(void)state;
	assert_int_equal(parse("v=0\nc=IN IP4 192.0.2.1\na=inactive\na=ptime:40\n"
			       "m=audio 1000 RTP/AVP 0\nc=IN IP6 2001:db8::1\na=sendrecv\n"
			       "m=audio 1002 RTP/AVP 0\na=ptime:60\n"),
		0);
	assert_string_equal(host(&sdp.media[0].address, text), "2001:db8::1");
	assert_int_equal(sdp.media[0].direction, SY_MEDIA_SENDRECV);
	assert_int_equal(sdp.media[0].ptime_ms, 40);
	assert_string_equal(host(&sdp.media[1].address, text), "192.0.2.1");
	assert_int_equal(sdp.media[1].direction, SY_MEDIA_INACTIVE);
	assert_int_equal(sdp.media[1].ptime_ms, 60);
}

static void test_foreign_lines_are_kept_to_be_refused(void **state)
{
	(void)state;
	assert_int_equal(parse(HEAD "m=video 9 UDP/TLS/RTP/SAVPF 96 97\r\n"
				    "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n"
				    "m=audio 4000/2 RTP/AVP 0\r\n"),
		0);
	assert_int_equal(sdp.n, 3);
	assert_string_equal(sdp.media[0].proto, "UDP/TLS/RTP/SAVPF");
	assert_string_equal(sdp.media[1].format, "webrtc-datachannel");
	assert_int_equal(sdp.media[1].formats, 0);
	assert_int_equal(sdp.media[2].port, 4000);
}

static void test_crypto_lines(void **state)
{
	static const struct {
		const char *line;
		const char *tag;
	} lines[] = {
		{"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" KEY "\r\n", "1"},
		{"a=crypto:12 AES_CM_128_HMAC_SHA1_80 inline:" KEY "|2^20\r\n", "12"},
		{"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" KEY "|2^20|1:4\r\n", ""}, /* an MKI */
		{"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" KEY "|1:4\r\n", ""},      /* the same */
		{"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:" KEY " KDR=1\r\n", ""},    /* a parameter */
		{"a=crypto:1 AES_CM_128_HMAC_SHA1_32 inline:" KEY "\r\n", ""},
		{"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:AAAA\r\n", ""},
		{"a=crypto:1 AES_CM_128_HMAC_SHA1_80 outline:" KEY "\r\n", ""},
		{"a=crypto:1234567890 AES_CM_128_HMAC_SHA1_80 inline:" KEY "\r\n", ""},
		{"a=crypto:x AES_CM_128_HMAC_SHA1_80 inline:" KEY "\r\n", ""},
		{"a=crypto:\r\n", ""},
		{"a=crypto\r\n", ""},
		{"a=crypto:1 AES_256_CM_HMAC_SHA1_80 inline:" KEY KEY
		 "\r\na=crypto:2 AES_CM_128_HMAC_SHA1_80 inline:" KEY "\r\n",
			"2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char text[512];

		(void)snprintf(text, sizeof text, HEAD "m=audio 4000 RTP/SAVP 0\r\n%s", lines[i].line);
		assert_int_equal(parse(text), 0);
		assert_string_equal(sdp.media[0].tag, lines[i].tag);
	}
	/* RFC 4568's example begins with these bytes. */
	assert_int_equal(sdp.media[0].key[0], 0x77);
	assert_int_equal(sdp.media[0].key[1], 0x44);
}

static void test_addresses_that_cannot_be_used(void **state)
{
	static const char *const lines[] = {"c=IN IP4 pbx.example.com", "c=IN IP4", "c=", "c=ATM IP4 192.0.2.1",
		"c=IN IP6 192.0.2.1", "c=IN IP4 192.0.2.1.5"};
	char text[INET6_ADDRSTRLEN];

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char whole[256];

		(void)snprintf(whole, sizeof whole, "v=0\r\n%s\r\nm=audio 4000 RTP/AVP 0\r\n", lines[i]);
		assert_int_equal(parse(whole), 0);
		assert_string_equal(host(&sdp.media[0].address, text), "none");
	}
}

static void test_what_is_no_sdp(void **state)
{
	static const char *const bad[] = {
		"",
		"hello",
		"v=0\r\n",
		"v=1\r\nm=audio 4000 RTP/AVP 0\r\n",
		"m=audio 4000 RTP/AVP 0\r\n",
		HEAD "m=audio\r\n",
		HEAD "m=audio x RTP/AVP 0\r\n",
		HEAD "m=audio 65536 RTP/AVP 0\r\n",
		HEAD "m=audio -1 RTP/AVP 0\r\n",
		HEAD "m=audio 4000 RTP/AVP\r\n",
		HEAD "m=audio 4000 RTP/AVP 0\r\na=rtpmap:x PCMU/8000\r\n",
		HEAD "m=audio 4000 RTP/AVP 0\r\na=rtpmap:0\r\n",
		HEAD "m=audio 4000 RTP/AVP 0\r\na=rtcp:x\r\n",
		HEAD "m=audio 4000 RTP/AVP 0\r\nq\r\n",
		HEAD "m=audio 4000 a-protocol-with-a-name-that-nobody-needs 0\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(parse(bad[i]), EBADMSG);
}

static void test_bounds(void **state)
{
	static char text[SY_SDP_BYTES_MAX + 64];
	size_t n;

	(void)state;
	n = (size_t)snprintf(text, sizeof text, "v=0\r\nc=IN IP4 192.0.2.1\r\n");
	for (int i = 0; i < SY_SDP_MEDIA_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, "m=audio 4000 RTP/AVP 0\r\n");
	assert_int_equal(parse(text), 0);
	assert_int_equal(sdp.n, SY_SDP_MEDIA_MAX);
	(void)snprintf(text + n, sizeof text - n, "m=audio 4000 RTP/AVP 0\r\n");
	assert_int_equal(parse(text), EBADMSG);

	n = (size_t)snprintf(text, sizeof text, "v=0\r\nm=audio 4000 RTP/AVP");
	for (int i = 0; i < SY_SDP_FORMATS_MAX; i++)
		n += (size_t)snprintf(text + n, sizeof text - n, " %d", i);
	assert_int_equal(parse(text), 0);
	assert_int_equal(sdp.media[0].formats, SY_SDP_FORMATS_MAX);
	(void)snprintf(text + n, sizeof text - n, " 99");
	assert_int_equal(parse(text), EBADMSG);

	n = (size_t)snprintf(text, sizeof text, "v=0\r\nm=audio 4000 RTP/AVP 0\r\na=x:");
	memset(text + n, 'x', sizeof text - n);
	assert_int_equal(sy_sdp_parse(text, SY_SDP_BYTES_MAX, &sdp), 0);
	assert_int_equal(sy_sdp_parse(text, SY_SDP_BYTES_MAX + 1, &sdp), EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_phone),
		cmocka_unit_test(test_media_levels_go_before_the_session_level),
		cmocka_unit_test(test_foreign_lines_are_kept_to_be_refused),
		cmocka_unit_test(test_crypto_lines),
		cmocka_unit_test(test_addresses_that_cannot_be_used),
		cmocka_unit_test(test_what_is_no_sdp),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
