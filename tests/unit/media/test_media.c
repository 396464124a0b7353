#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/frame.h"
#include "audio/g711.h"
#include "audio/media/bytes.h"
#include "audio/media/media.h"
#include "audio/media/rtcp.h"
#include "audio/media/rtp.h"
#include "audio/media/secure.h"

#define EVENTS 101
#define COMFORT 13

/* A call and the phone at its other end, both on this machine; nothing waits, each exchange is one tick. */
struct call {
	struct sy_media *media;
	struct sy_media_prm prm;
	struct sy_ports phone;
	struct sy_rtp next; /* what the phone sends next */
	struct sy_exchange exchange;
};

static struct sy_ports_prm range(void)
{
	struct sy_ports_prm prm = {.first = 20000, .last = 29999};
	struct sockaddr_in *local = (struct sockaddr_in *)&prm.local;

	local->sin_family = AF_INET;
	local->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return prm;
}

static struct sockaddr_storage loopback(uint16_t port)
{
	struct sockaddr_storage address = range().local;

	((struct sockaddr_in *)&address)->sin_port = htons(port);
	return address;
}

static void open_ports(struct sy_ports *ports)
{
	const struct sy_ports_prm prm = range();

	assert_int_equal(sy_ports_open(&prm, ports), 0);
}

static void prepare(struct call *call, enum sy_codec_id codec)
{
	*call = (struct call){0};
	open_ports(&call->phone);
	open_ports(&call->prm.ports);
	call->prm.rate = SY_RATE_LINE;
	call->prm.flow = (struct sy_media_flow){
		.remote = loopback(call->phone.port),
		.codec = codec,
		.ptime_ms = 20,
	};
	const int number = sy_codec(codec)->payload_type;
	call->prm.flow.in = (struct sy_media_numbers){number >= 0 ? number : 111, EVENTS, COMFORT};
	call->prm.flow.out = call->prm.flow.in;
	call->next = (struct sy_rtp){
		.payload_type = (uint8_t)call->prm.flow.in.sound, .seq = 65530, .ts = 4294967000u, .ssrc = 77};
}

static void start(struct call *call)
{
	assert_int_equal(sy_media_create(&call->prm, &call->media), 0);
}

static void set_up(struct call *call)
{
	prepare(call, SY_CODEC_PCMU);
	start(call);
}

static void tear_down(struct call *call)
{
	sy_media_destroy(call->media);
	sy_ports_close(&call->phone);
}

static void send_from(int fd, uint16_t port, const uint8_t *bytes, size_t n)
{
	const struct sockaddr_storage to = loopback(port);

	assert_int_equal(sendto(fd, bytes, n, 0, (const struct sockaddr *)&to, sizeof(struct sockaddr_in)), n);
}

static void send_payload(struct call *call, int fd, const struct sy_rtp *rtp, const uint8_t *payload, size_t n)
{
	uint8_t bytes[1500];

	sy_rtp_write(rtp, bytes);
	memcpy(bytes + SY_RTP_HEADER_BYTES, payload, n);
	send_from(fd, sy_media_port(call->media), bytes, SY_RTP_HEADER_BYTES + n);
}

/* 20 ms of a tone in PCMU from the phone; numbers and timestamps go on. */
static void phone_speaks(struct call *call)
{
	uint8_t payload[160];

	for (int i = 0; i < 160; i++)
		payload[i] = sy_g711_to_mulaw(
			(int16_t)lrint(8000 * sin(2 * M_PI * 500 * (double)(call->next.ts + (uint32_t)i) / 8000)));
	send_payload(call, call->phone.rtp_fd, &call->next, payload, sizeof(payload));
	call->next.seq++;
	call->next.ts += 160;
}

static void exchange(struct call *call)
{
	static int16_t ours[SY_FRAME_SAMPLES_MAX];

	for (int i = 0; i < 160; i++)
		ours[i] = (int16_t)(i % 2 ? 1000 : -1000);
	call->exchange.ours = ours;
	assert_int_equal(sy_media_exchange(call->media, &call->exchange), 0);
}

static struct sy_media_counters counters(const struct call *call)
{
	struct sy_media_counters found;

	sy_media_read_counters(call->media, &found);
	return found;
}

static double level(const struct call *call)
{
	return sy_level_dbfs(call->exchange.caller, 160);
}

static size_t phone_hears(struct call *call, uint8_t *ret_bytes, struct sy_rtp *ret_rtp)
{
	const ssize_t n = recv(call->phone.rtp_fd, ret_bytes, 1500, 0);

	if (n < 0)
		return 0;
	assert_int_equal(sy_rtp_read(ret_bytes, (size_t)n, ret_rtp), 0);
	return (size_t)n;
}

static void sound_goes_both_ways(void **state)
{
	struct call call;
	struct sy_rtp rtp = {0};
	uint8_t bytes[1500];

	(void)state;
	set_up(&call);
	for (int i = 0; i < 20; i++) {
		phone_speaks(&call);
		exchange(&call);
		assert_true(level(&call) > -16 && level(&call) < -14);
	}
	uint16_t seq = 0;
	uint32_t ts = 0;
	for (int i = 0; i < 20; i++) {
		assert_int_equal(phone_hears(&call, bytes, &rtp), SY_RTP_HEADER_BYTES + 160);
		assert_int_equal(rtp.payload_type, 0);
		assert_int_equal(rtp.marker, i == 0);
		assert_true(i == 0 || (rtp.seq == (uint16_t)(seq + 1) && rtp.ts == ts + 160));
		assert_true(abs(sy_g711_from_mulaw(rtp.payload[1]) - 1000) < 40);
		seq = rtp.seq;
		ts = rtp.ts;
	}
	const struct sy_media_counters found = counters(&call);
	assert_int_equal(found.packets_in, 20);
	assert_int_equal(found.packets_out, 20);
	assert_int_equal(found.bytes_out, 20 * 160);
	assert_int_equal(found.lost + found.late + found.twice + found.concealed + found.foreign + found.refused, 0);
	assert_true(found.delay_ms <= 1);
	tear_down(&call);
}

static void strangers_are_not_heard(void **state)
{
	struct call call;
	struct sy_ports stranger;
	struct sy_rtp forged = {.payload_type = 0, .seq = 1, .ssrc = 5};
	uint8_t noise[160];

	(void)state;
	set_up(&call);
	open_ports(&stranger);
	memset(noise, 0x80, sizeof(noise));
	phone_speaks(&call);
	exchange(&call);
	for (int i = 0; i < 10; i++) {
		forged.seq++;
		send_payload(&call, stranger.rtp_fd, &forged, noise, sizeof(noise));
		phone_speaks(&call);
		exchange(&call);
		assert_true(level(&call) > -16 && level(&call) < -14);
	}
	assert_int_equal(counters(&call).foreign, 10);
	assert_int_equal(counters(&call).packets_in, 11);

	/* Only a new agreement opens the latch: then the first sender is the caller. */
	assert_int_equal(sy_media_change(call.media, &call.prm.flow), 0);
	forged.seq++;
	send_payload(&call, stranger.rtp_fd, &forged, noise, sizeof(noise));
	exchange(&call);
	phone_speaks(&call);
	exchange(&call);
	assert_int_equal(counters(&call).foreign, 11);
	assert_int_equal(counters(&call).packets_in, 12);
	sy_ports_close(&stranger);
	tear_down(&call);
}

static void a_caller_behind_nat_is_answered_where_it_sends_from(void **state)
{
	struct call call;
	struct sy_ports told;
	struct sy_rtp rtp;
	uint8_t bytes[1500];

	(void)state;
	prepare(&call, SY_CODEC_PCMU);
	open_ports(&told);
	call.prm.flow.remote = loopback(told.port);
	start(&call);
	exchange(&call);
	assert_int_equal(recv(told.rtp_fd, bytes, sizeof(bytes), 0), SY_RTP_HEADER_BYTES + 160);
	phone_speaks(&call);
	exchange(&call);
	assert_int_equal(phone_hears(&call, bytes, &rtp), SY_RTP_HEADER_BYTES + 160);
	assert_int_equal(recv(told.rtp_fd, bytes, sizeof(bytes), 0), -1);

	/* A refreshed session says the same address again: the sound keeps going where the caller is. */
	assert_int_equal(sy_media_change(call.media, &call.prm.flow), 0);
	exchange(&call);
	assert_int_equal(phone_hears(&call, bytes, &rtp), SY_RTP_HEADER_BYTES + 160);
	sy_ports_close(&told);
	tear_down(&call);
}

static void send_event(struct call *call, uint8_t event, uint16_t duration, bool end)
{
	const uint8_t payload[4] = {event, end ? 0x8a : 0x0a, (uint8_t)(duration >> 8), (uint8_t)duration};

	call->next.payload_type = EVENTS;
	send_payload(call, call->phone.rtp_fd, &call->next, payload, sizeof(payload));
	call->next.seq++;
	call->next.payload_type = 0;
	call->next.marker = false;
}

static void events_are_keys_and_make_no_noise(void **state)
{
	struct call call;
	char keys[8] = "";

	(void)state;
	set_up(&call);
	for (int i = 0; i < 10; i++) {
		phone_speaks(&call);
		exchange(&call);
	}
	call.next.marker = true;
	for (uint16_t i = 1; i <= 8; i++) {
		send_event(&call, 5, (uint16_t)(160 * i), i > 5);
		exchange(&call);
		strcat(keys, call.exchange.keys);
		if (i > 1)
			assert_true(level(&call) < -40);
	}
	assert_string_equal(keys, "5");
	assert_int_equal(counters(&call).keys, 1);
	call.next.ts += 8 * 160;
	phone_speaks(&call);
	exchange(&call);
	assert_true(level(&call) > -18);
	tear_down(&call);
}

static void info_keys_wait_for_their_frames(void **state)
{
	struct call call;

	(void)state;
	set_up(&call);
	assert_int_equal(sy_media_key(call.media, 'x'), EINVAL);
	assert_int_equal(sy_media_key(call.media, '\0'), EINVAL);
	for (const char *key = "12#"; *key != '\0'; key++)
		assert_int_equal(sy_media_key(call.media, *key), 0);
	exchange(&call);
	assert_string_equal(call.exchange.keys, "12");
	exchange(&call);
	assert_string_equal(call.exchange.keys, "#");
	exchange(&call);
	assert_string_equal(call.exchange.keys, "");
	for (int i = 0; i < SY_MEDIA_KEYS_MAX; i++)
		assert_int_equal(sy_media_key(call.media, '1'), 0);
	assert_int_equal(sy_media_key(call.media, '1'), ENOSPC);
	assert_int_equal(counters(&call).keys_dropped, 1);
	tear_down(&call);
}

static void silence_ends_the_call_but_not_on_hold(void **state)
{
	struct call call;

	(void)state;
	prepare(&call, SY_CODEC_PCMU);
	call.prm.silence_ms = 200;
	start(&call);
	phone_speaks(&call);
	for (int i = 0; i < 9; i++) {
		exchange(&call);
		assert_false(call.exchange.gone);
	}
	struct sy_media_flow hold = call.prm.flow;
	hold.direction = SY_MEDIA_SENDONLY;
	assert_int_equal(sy_media_change(call.media, &hold), 0);
	for (int i = 0; i < 20; i++) {
		phone_speaks(&call);
		exchange(&call);
		assert_false(call.exchange.gone);
		assert_true(level(&call) < -90);
	}
	assert_int_equal(sy_media_change(call.media, &call.prm.flow), 0);
	for (int i = 1; i <= 10; i++) {
		exchange(&call);
		assert_int_equal(call.exchange.gone, i == 10);
	}
	assert_int_equal(counters(&call).silent_ms, 200);
	tear_down(&call);
}

static void nothing_is_sent_where_nothing_is_wanted(void **state)
{
	struct call call;
	struct sy_rtp rtp, again;
	uint8_t bytes[1500];

	(void)state;
	set_up(&call);
	exchange(&call);
	assert_true(phone_hears(&call, bytes, &rtp) > 0);
	const enum sy_media_direction mute[] = {SY_MEDIA_RECVONLY, SY_MEDIA_INACTIVE};
	for (size_t i = 0; i < 2; i++) {
		struct sy_media_flow flow = call.prm.flow;
		flow.direction = mute[i];
		assert_int_equal(sy_media_change(call.media, &flow), 0);
		for (int tick = 0; tick < 5; tick++)
			exchange(&call);
		assert_int_equal(phone_hears(&call, bytes, &again), 0);
	}
	/* How older phones hold. */
	struct sy_media_flow zeros = call.prm.flow;
	((struct sockaddr_in *)&zeros.remote)->sin_addr.s_addr = 0;
	assert_int_equal(sy_media_change(call.media, &zeros), 0);
	exchange(&call);
	assert_int_equal(sy_media_change(call.media, &call.prm.flow), 0);
	exchange(&call);
	assert_true(phone_hears(&call, bytes, &again) > 0);
	assert_true(again.marker);
	assert_int_equal(again.seq, (uint16_t)(rtp.seq + 1));
	assert_int_equal(again.ts, rtp.ts + 12 * 160); /* the clock has gone on */
	tear_down(&call);
}

static void the_codec_changes_in_mid_call(void **state)
{
	struct call call;
	struct sy_rtp rtp = {0};
	uint8_t bytes[1500];
	uint32_t ssrc = 0;

	(void)state;
	set_up(&call);
	for (enum sy_codec_id codec = SY_CODEC_PCMU; codec < SY_CODECS; codec++) {
		for (int ptime_ms = 20; ptime_ms <= 60; ptime_ms += 20) {
			struct sy_media_flow flow = call.prm.flow;
			flow.codec = codec;
			flow.out.sound = flow.in.sound = codec == SY_CODEC_OPUS ? 111 : sy_codec(codec)->payload_type;
			flow.ptime_ms = ptime_ms;
			assert_int_equal(sy_media_change(call.media, &flow), 0);
			for (int i = 0; i < ptime_ms / 20; i++)
				exchange(&call);
			assert_true(phone_hears(&call, bytes, &rtp) > 0);
			assert_int_equal(rtp.payload_type, flow.out.sound);
			assert_int_equal(sy_codec(codec)->length(rtp.payload, rtp.n),
				(uint32_t)(sy_codec(codec)->clock / 1000 * ptime_ms));
			assert_true(ssrc == 0 || codec == SY_CODEC_OPUS || rtp.ssrc == ssrc);
			ssrc = rtp.ssrc;
		}
	}
	tear_down(&call);
}

static void a_bad_change_leaves_the_flow_as_it_was(void **state)
{
	struct call call;

	(void)state;
	set_up(&call);
	for (int kind = 0; kind < 7; kind++) {
		struct sy_media_flow flow = call.prm.flow;
		flow.ptime_ms = kind == 0 ? 0 : kind == 1 ? 80 : kind == 2 ? 30 : 20;
		flow.in.sound = kind == 3 ? -1 : kind == 4 ? 128 : 0;
		flow.out.events = kind == 5 ? -2 : EVENTS;
		flow.remote.ss_family = kind == 6 ? AF_UNIX : AF_INET;
		assert_int_equal(sy_media_change(call.media, &flow), EINVAL);
	}
	phone_speaks(&call);
	exchange(&call);
	assert_true(level(&call) > -16);
	tear_down(&call);
}

static void garbage_is_counted_and_dropped(void **state)
{
	struct call call;
	uint8_t bytes[1600];

	(void)state;
	set_up(&call);
	memset(bytes, 0xa5, sizeof(bytes));
	phone_speaks(&call);
	exchange(&call);
	for (size_t n = 0; n < 20; n++)
		send_from(call.phone.rtp_fd, sy_media_port(call.media), bytes, n);
	send_from(call.phone.rtp_fd, sy_media_port(call.media), bytes, sizeof(bytes));
	call.next.payload_type = 99; /* agreed by nobody */
	send_payload(&call, call.phone.rtp_fd, &call.next, bytes, 160);
	call.next.payload_type = 0;
	phone_speaks(&call);
	exchange(&call);
	assert_int_equal(counters(&call).refused, 22);
	assert_true(level(&call) > -16);
	tear_down(&call);
}

static void another_source_in_the_same_phone_is_followed(void **state)
{
	struct call call;

	(void)state;
	set_up(&call);
	for (int i = 0; i < 10; i++) {
		phone_speaks(&call);
		exchange(&call);
	}
	call.next.ssrc = 1234;
	call.next.seq = 10;
	call.next.ts = 99;
	for (int i = 0; i < 10; i++) {
		phone_speaks(&call);
		exchange(&call);
		assert_true(level(&call) > -16);
	}
	assert_int_equal(counters(&call).lost, 0);
	assert_int_equal(counters(&call).concealed, 0);
	tear_down(&call);
}

static void reports_go_both_ways(void **state)
{
	struct call call;
	struct sy_rtcp rtcp = {0};
	uint8_t bytes[1500];
	uint32_t ssrc = 0;
	int reports = 0;

	(void)state;
	set_up(&call);
	for (int i = 0; i < 1000; i++) { /* 20 s */
		struct sy_rtp rtp;
		uint8_t heard[1500];
		if (i != 500)
			phone_speaks(&call);
		else
			call.next.seq++, call.next.ts += 160;
		exchange(&call);
		assert_true(phone_hears(&call, heard, &rtp) > 0);
		ssrc = rtp.ssrc;
		const ssize_t n = recv(call.phone.rtcp_fd, bytes, sizeof(bytes), 0);
		if (n <= 0)
			continue;
		reports++;
		assert_int_equal(sy_rtcp_read(bytes, (size_t)n, 77, &rtcp), 0);
		assert_true(rtcp.sender && rtcp.reported);
		assert_int_equal(rtcp.ssrc, ssrc);
	}
	assert_in_range(reports, 3, 9);
	assert_int_equal(rtcp.report.lost, 1);
	assert_in_range(rtcp.packets, 600, 1000);
	assert_int_equal(counters(&call).lost, 1);
	assert_int_equal(counters(&call).round_trip_ms, -1);
	assert_int_equal(counters(&call).far_lost_percent, -1);

	/* The phone answers: half of ours were lost, and our last report came 0.5 s ago and took 0.25 s both ways. */
	struct sy_rtcp answer = {.ssrc = 77, .sender = true, .ntp = 1, .reported = true, .bye = true, .name = "phone"};
	answer.report = (struct sy_rtcp_report){
		.ssrc = ssrc,
		.fraction = 128,
		.last_sr = (uint32_t)(rtcp.ntp >> 16) - 0xc000,
		.delay = 0x8000,
	};
	const size_t n = sy_rtcp_write(&answer, bytes);
	send_from(call.phone.rtcp_fd, (uint16_t)(sy_media_port(call.media) + 1), bytes, n);
	for (int i = 0; i < 10; i++)
		exchange(&call);
	assert_int_equal(counters(&call).far_lost_percent, 50);
	assert_in_range(counters(&call).round_trip_ms, 249, 30000);
	assert_true(counters(&call).bye);
	tear_down(&call);
}

static void the_last_word_is_goodbye(void **state)
{
	struct call call;
	struct sy_rtcp rtcp;
	uint8_t bytes[1500];

	(void)state;
	set_up(&call);
	exchange(&call);
	sy_media_destroy(call.media);
	const ssize_t n = recv(call.phone.rtcp_fd, bytes, sizeof(bytes), 0);
	assert_true(n > 0);
	assert_int_equal(sy_rtcp_read(bytes, (size_t)n, 0, &rtcp), 0);
	assert_true(rtcp.bye);
	sy_ports_close(&call.phone);
}

static void secured_calls_hear_only_secured_sound(void **state)
{
	struct call call;
	struct sy_secure *phone;
	uint8_t bytes[1500];
	struct sy_rtp rtp;

	(void)state;
	prepare(&call, SY_CODEC_PCMU);
	call.prm.flow.secure = true;
	memset(call.prm.flow.key_out, 1, SY_MEDIA_SRTP_KEY_BYTES);
	memset(call.prm.flow.key_in, 2, SY_MEDIA_SRTP_KEY_BYTES);
	start(&call);
	assert_int_equal(sy_secure_create(call.prm.flow.key_in, call.prm.flow.key_out, &phone), 0);
	for (int i = 0; i < 30; i++) {
		const uint16_t plain_seq = call.next.seq;
		phone_speaks(&call); /* not secured */
		call.next.seq = plain_seq;
		sy_rtp_write(&call.next, bytes);
		memset(bytes + SY_RTP_HEADER_BYTES, 0x90, 160);
		size_t n = SY_RTP_HEADER_BYTES + 160;
		assert_int_equal(sy_secure_seal(phone, SY_SECURE_RTP, bytes, &n), 0);
		assert_int_equal(n, SY_RTP_HEADER_BYTES + 160 + 10);
		send_from(call.phone.rtp_fd, sy_media_port(call.media), bytes, n);
		call.next.seq++;
		exchange(&call);
		const ssize_t got = recv(call.phone.rtp_fd, bytes, sizeof(bytes), 0);
		assert_int_equal(got, SY_RTP_HEADER_BYTES + 160 + 10);
		n = (size_t)got;
		assert_int_equal(sy_secure_open(phone, SY_SECURE_RTP, bytes, &n), 0);
		assert_int_equal(sy_rtp_read(bytes, n, &rtp), 0);
		assert_true(abs(sy_g711_from_mulaw(rtp.payload[1]) - 1000) < 40);
	}
	assert_int_equal(counters(&call).refused, 30);
	assert_int_equal(counters(&call).packets_in, 30);
	sy_secure_destroy(phone);
	tear_down(&call);
}

static void parameters_out_of_range_are_refused(void **state)
{
	struct call call;
	struct sy_media *media = NULL;

	(void)state;
	prepare(&call, SY_CODEC_PCMU);
	struct sy_media_prm prm = call.prm;
	prm.rate = 11025;
	assert_int_equal(sy_media_create(&prm, &media), EINVAL);
	prm = call.prm;
	prm.silence_ms = -1;
	assert_int_equal(sy_media_create(&prm, &media), EINVAL);
	prm = call.prm;
	prm.ports.rtp_fd = -1;
	assert_int_equal(sy_media_create(&prm, &media), EINVAL);
	prm = call.prm;
	prm.flow.codec = SY_CODECS;
	assert_int_equal(sy_media_create(&prm, &media), EINVAL);
	assert_null(media);
	/* The ports are still ours. */
	start(&call);
	sy_media_destroy(NULL);
	tear_down(&call);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_goes_both_ways),
		cmocka_unit_test(strangers_are_not_heard),
		cmocka_unit_test(a_caller_behind_nat_is_answered_where_it_sends_from),
		cmocka_unit_test(events_are_keys_and_make_no_noise),
		cmocka_unit_test(info_keys_wait_for_their_frames),
		cmocka_unit_test(silence_ends_the_call_but_not_on_hold),
		cmocka_unit_test(nothing_is_sent_where_nothing_is_wanted),
		cmocka_unit_test(the_codec_changes_in_mid_call),
		cmocka_unit_test(a_bad_change_leaves_the_flow_as_it_was),
		cmocka_unit_test(garbage_is_counted_and_dropped),
		cmocka_unit_test(another_source_in_the_same_phone_is_followed),
		cmocka_unit_test(reports_go_both_ways),
		cmocka_unit_test(the_last_word_is_goodbye),
		cmocka_unit_test(secured_calls_hear_only_secured_sound),
		cmocka_unit_test(parameters_out_of_range_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
