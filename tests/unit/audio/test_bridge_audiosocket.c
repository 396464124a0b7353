#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "audio/bridge_audiosocket.h"

#define FRAME 160
#define PEER_MAX (1 << 20)

/* One end is the bridge's, the other is ours: the PBX. */
static struct sy_bridge *bridge;
static int pbx = -1;
static struct sy_audiosocket_left left;
static char left_text[200];
static int n_left;
static uint8_t got[PEER_MAX]; /* what the PBX got */
static size_t n_got;
static int16_t silence[SY_FRAME_SAMPLES_MAX];

static void on_left(void *arg, struct sy_audiosocket_left *what)
{
	assert_ptr_equal(arg, &left);
	left = *what;
	(void)snprintf(left_text, sizeof(left_text), "%s", what->text);
	n_left++;
}

static int setup(void **state)
{
	(void)state;
	n_left = 0;
	n_got = 0;
	left = (struct sy_audiosocket_left){.fd = -1};
	return 0;
}

static void hang_up_bridge(void)
{
	sy_bridge_destroy(bridge);
	bridge = NULL;
}

static int teardown(void **state)
{
	(void)state;
	hang_up_bridge();
	if (left.fd >= 0)
		(void)close(left.fd);
	free(left.bytes);
	if (pbx >= 0)
		(void)close(pbx);
	pbx = -1;
	return 0;
}

static void connect_with(struct sy_bridge_audiosocket_prm prm)
{
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), 0);
	pbx = fds[1];
	prm.fd = fds[0];
	prm.left = on_left;
	prm.arg = &left;
	assert_int_equal(sy_bridge_audiosocket_create(&prm, &bridge), 0);
	assert_true(bridge->impl->real_time);
	assert_int_equal(bridge->rate, prm.rate);
}

static void connect_at(int rate)
{
	connect_with((struct sy_bridge_audiosocket_prm){.rate = rate});
}

static void put(const void *bytes, size_t n)
{
	assert_int_equal(send(pbx, bytes, n, MSG_NOSIGNAL), n);
}

static void put_message(uint8_t kind, const void *payload, size_t n)
{
	uint8_t bytes[64];

	put(bytes, sy_audiosocket_write(kind, payload, n, bytes));
}

static void put_sound(int rate, const int16_t *pcm, size_t n)
{
	static uint8_t bytes[SY_AUDIOSOCKET_HEADER_BYTES + SY_AUDIOSOCKET_PAYLOAD_MAX];

	put(bytes, sy_audiosocket_write_sound(rate, pcm, n, bytes));
}

static void put_tone(int rate, size_t n)
{
	static int16_t pcm[SY_AUDIOSOCKET_PAYLOAD_MAX / 2];

	for (size_t i = 0; i < n; i++)
		pcm[i] = (int16_t)(8000 * sin(2 * M_PI * 440 * (double)i / rate));
	put_sound(rate, pcm, n);
}

static void get(void)
{
	ssize_t n;

	while ((n = recv(pbx, got + n_got, PEER_MAX - n_got, MSG_DONTWAIT)) > 0)
		n_got += (size_t)n;
}

static struct sy_exchange exchange_of(const int16_t *ours)
{
	struct sy_exchange x = {.ours = ours};

	assert_int_equal(sy_bridge_exchange(bridge, &x), 0);
	return x;
}

static struct sy_exchange exchange(void)
{
	return exchange_of(silence);
}

/* Exchanges until the caller is gone; how many it took, at most `max`. */
static int exchanges_until_gone(int max)
{
	int n = 0;

	while (n < max) {
		n++;
		if (exchange().gone)
			return n;
	}
	return n + 1;
}

static void fill_ramp(int16_t *pcm, size_t n)
{
	for (size_t i = 0; i < n; i++)
		pcm[i] = (int16_t)((i + 1) * 64);
}

static void both_ways_keep_every_sample(void **state)
{
	(void)state;
	int16_t pcm[10 * FRAME];

	fill_ramp(pcm, 10 * FRAME);
	connect_at(SY_RATE_LINE);
	for (size_t i = 0; i < 10; i++) {
		put_sound(8000, pcm + i * FRAME, FRAME);
		const struct sy_exchange x = exchange_of(pcm + i * FRAME);
		assert_memory_equal(x.caller, pcm + i * FRAME, FRAME * sizeof(int16_t));
		assert_false(x.gone);
		assert_string_equal(x.keys, "");
	}
	get();
	assert_int_equal(n_got, 10 * 323);
	for (size_t i = 0; i < 10; i++) {
		assert_memory_equal(got + i * 323, "\x10\x01\x40", 3);
		assert_memory_equal(got + i * 323 + 3, pcm + i * FRAME, FRAME * sizeof(int16_t));
	}
	hang_up_bridge();
	assert_int_equal(left.counts.frames_late, 0);
	assert_int_equal(left.counts.frames_left_out, 0);
}

/* A datagram socket would show two sends as two; so does a socket that keeps messages apart. */
static void header_and_payload_go_in_one_send(void **state)
{
	(void)state;
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), 0);
	pbx = fds[1];
	const struct sy_bridge_audiosocket_prm prm = {
		.fd = fds[0], .rate = SY_RATE_LINE, .left = on_left, .arg = &left};
	assert_int_equal(sy_bridge_audiosocket_create(&prm, &bridge), 0);
	for (int i = 0; i < 3; i++)
		(void)exchange();
	for (int i = 0; i < 3; i++)
		assert_int_equal(recv(pbx, got, sizeof(got), 0), 323);
	assert_int_equal(recv(pbx, got, sizeof(got), 0), -1);
}

static void frames_of_every_size_are_taken(void **state)
{
	(void)state;
	static const size_t sizes[] = {1, 80, 160, 240, 320, 480, 1000};
	static int16_t pcm[12000];

	fill_ramp(pcm, 12000);
	for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++) {
		size_t sent = 0, heard = 0;
		connect_at(SY_RATE_LINE);
		while (heard + FRAME <= 6000) {
			while (sent < 12000 - sizes[s] && sent < heard + FRAME) {
				put_sound(8000, pcm + sent, sizes[s]);
				sent += sizes[s];
			}
			const struct sy_exchange x = exchange();
			assert_memory_equal(x.caller, pcm + heard, FRAME * sizeof(int16_t));
			heard += FRAME;
		}
		(void)teardown(NULL);
		(void)setup(NULL);
	}
}

static void a_message_may_come_in_crumbs(void **state)
{
	(void)state;
	int16_t pcm[FRAME];
	uint8_t bytes[323];

	fill_ramp(pcm, FRAME);
	(void)sy_audiosocket_write_sound(8000, pcm, FRAME, bytes);
	connect_at(SY_RATE_LINE);
	for (size_t i = 0; i < sizeof(bytes); i += 19) {
		const struct sy_exchange x = exchange();
		assert_memory_equal(x.caller, silence, FRAME * sizeof(int16_t));
		put(bytes + i, sizeof(bytes) - i < 19 ? sizeof(bytes) - i : 19);
	}
	const struct sy_exchange x = exchange();
	assert_memory_equal(x.caller, pcm, sizeof(pcm));
}

static double level_of_tone(int wire_rate, int rate)
{
	struct sy_exchange x = {0};

	connect_at(rate);
	for (int i = 0; i < 10; i++) {
		put_tone(wire_rate, (size_t)wire_rate / 50);
		x = exchange();
	}
	get();
	/* Our silence goes back in the caller's own rate. */
	const size_t last = SY_AUDIOSOCKET_HEADER_BYTES + (size_t)wire_rate / 50 * 2;
	assert_true(n_got > last);
	int16_t ours[SY_FRAME_SAMPLES_MAX];
	fill_ramp(ours, FRAME);
	(void)exchange_of(ours);
	n_got = 0;
	get();
	assert_int_equal(got[0], sy_audiosocket_kind_of(wire_rate));
	assert_in_range(n_got, last - 4, last + 4);
	(void)teardown(NULL);
	(void)setup(NULL);
	return sy_level_dbfs(x.caller, sy_frame_samples(rate));
}

static void every_rate_is_heard_and_answered_in_kind(void **state)
{
	(void)state;
	const double expected = 20 * log10(8000 / 32768.0) - 3;

	for (uint8_t kind = SY_AUDIOSOCKET_PCM; kind <= SY_AUDIOSOCKET_PCM_LAST; kind++)
		for (int rate = SY_RATE_LINE; rate <= SY_RATE_WIDE; rate += SY_RATE_LINE)
			assert_float_equal(level_of_tone(sy_audiosocket_rate(kind), rate), expected, 1.5);
}

static void only_the_rates_of_calls(void **state)
{
	(void)state;
	const struct sy_bridge_audiosocket_prm prm = {.fd = -1, .rate = 48000};
	struct sy_bridge *none = NULL;

	assert_int_equal(sy_bridge_audiosocket_create(&prm, &none), EINVAL);
	assert_null(none);
}

static void the_rate_may_change_but_not_with_each_message(void **state)
{
	(void)state;
	connect_at(SY_RATE_LINE);
	put_tone(8000, FRAME);
	assert_false(exchange().gone);
	for (int i = 1; i < SY_BRIDGE_AUDIOSOCKET_RATE_MS / SY_FRAME_MS; i++) {
		put_tone(8000, FRAME);
		assert_false(exchange().gone);
	}
	put_tone(16000, 2 * FRAME);
	assert_false(exchange().gone);
	put_tone(8000, FRAME);
	assert_true(exchange().gone);
	hang_up_bridge();
	assert_int_equal(left.end, SY_AUDIOSOCKET_END_PROTOCOL);
	assert_non_null(strstr(left_text, "too often"));
}

/* The server has read the UUID and what came in the same packet. */
static void a_call_goes_on_where_its_greeting_was_read_to(void **state)
{
	(void)state;
	int16_t pcm[2 * FRAME];

	fill_ramp(pcm, 2 * FRAME);
	connect_with((struct sy_bridge_audiosocket_prm){
		.rate = SY_RATE_WIDE, .reader = {.header = {0x12, 0x02, 0x80}, .n_header = 3, .left = 640}});
	put(pcm, sizeof(pcm));
	const struct sy_exchange x = exchange();
	assert_memory_equal(x.caller, pcm, sizeof(pcm));
	get();
	assert_memory_equal(got, "\x12\x02\x80", 3);
	assert_int_equal(n_got, 643);
}

static void keys_come_two_a_frame_in_order(void **state)
{
	(void)state;
	connect_at(SY_RATE_LINE);
	for (const char *key = "12*#d"; *key != '\0'; key++)
		put_message(SY_AUDIOSOCKET_KEY, key, 1);
	put_message(SY_AUDIOSOCKET_KEY, "f", 1); /* a flash: no key */
	assert_string_equal(exchange().keys, "12");
	assert_string_equal(exchange().keys, "*#");
	assert_string_equal(exchange().keys, "D");
	assert_string_equal(exchange().keys, "");
	for (int i = 0; i < SY_BRIDGE_AUDIOSOCKET_KEYS_MAX + 1; i++)
		put_message(SY_AUDIOSOCKET_KEY, i % 2 ? "1" : "0", 1);
	for (int i = 0; i < SY_BRIDGE_AUDIOSOCKET_KEYS_MAX / 2; i++)
		assert_string_equal(exchange().keys, "01");
	assert_string_equal(exchange().keys, "");
	hang_up_bridge();
	assert_int_equal(left.counts.keys_dropped, 2);
}

static void two_seconds_without_traffic_end_the_call(void **state)
{
	(void)state;
	connect_at(SY_RATE_LINE);
	put_tone(8000, FRAME);
	assert_false(exchange().gone);
	assert_int_equal(exchanges_until_gone(1000), SY_BRIDGE_AUDIOSOCKET_SILENT_MS / SY_FRAME_MS);
	hang_up_bridge();
	assert_int_equal(left.end, SY_AUDIOSOCKET_END_SILENT);
	assert_true(left.fd >= 0); /* and the peer is told */
	assert_memory_equal(left.bytes, "\x00\x00\x00", 3);
}

/* A key, or silence of the first protocol, is traffic too. */
static void any_traffic_keeps_the_call(void **state)
{
	(void)state;
	connect_at(SY_RATE_LINE);
	for (int i = 0; i < 300; i++) {
		if (i % 90 == 0)
			put_message(SY_AUDIOSOCKET_SILENCE, NULL, 0);
		assert_false(exchange().gone);
		get();
	}
}

static void what_was_said_before_the_hang_up_is_heard(void **state)
{
	(void)state;
	connect_at(SY_RATE_LINE);
	put_tone(8000, 3 * FRAME);
	put_message(SY_AUDIOSOCKET_KEY, "0", 1);
	put_message(SY_AUDIOSOCKET_HANG_UP, NULL, 0);
	const struct sy_exchange x = exchange();
	assert_false(x.gone);
	assert_string_equal(x.keys, "0");
	assert_true(sy_level_dbfs(x.caller, FRAME) > -20);
	assert_false(exchange().gone);
	assert_false(exchange().gone);
	assert_true(exchange().gone);
	assert_true(exchange().gone);
	hang_up_bridge();
	assert_int_equal(left.end, SY_AUDIOSOCKET_END_HANG_UP);
	assert_int_equal(left.n, 0);
}

static void each_way_of_going_has_its_name(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t n;
		enum sy_audiosocket_end end;
		const char *text;
	} cases[] = {
		{"\x00\x00\x00", 3, SY_AUDIOSOCKET_END_HANG_UP, ""},
		{"", 0, SY_AUDIOSOCKET_END_CLOSED, ""},
		{"\x10\x01", 2, SY_AUDIOSOCKET_END_CLOSED, ""},
		{"\xff\x00\x01\x04", 4, SY_AUDIOSOCKET_END_ERROR, "code 4"},
		{"\x42\x00\x01", 3, SY_AUDIOSOCKET_END_PROTOCOL, "kind 42"},
		{"\x01\x00\x10"
		 "0123456789abcdef",
			19, SY_AUDIOSOCKET_END_PROTOCOL, "a second UUID"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		connect_at(SY_RATE_LINE);
		(void)exchange();
		if (cases[i].n > 0)
			put(cases[i].bytes, cases[i].n);
		if (cases[i].end == SY_AUDIOSOCKET_END_CLOSED)
			assert_int_equal(shutdown(pbx, SHUT_RDWR), 0);
		assert_in_range(exchanges_until_gone(2), 1, 2);
		hang_up_bridge();
		assert_int_equal(n_left, 1);
		assert_int_equal(left.end, cases[i].end);
		assert_non_null(strstr(left_text, cases[i].text));
		assert_true(strlen(sy_audiosocket_end_name(left.end)) > 0);
		(void)teardown(NULL);
		(void)setup(NULL);
	}
}

static void we_hang_up_with_00(void **state)
{
	(void)state;
	connect_at(SY_RATE_LINE);
	(void)exchange();
	hang_up_bridge();
	assert_int_equal(left.end, SY_AUDIOSOCKET_END_OURS);
	assert_int_equal(left.n, 3);
	assert_memory_equal(left.bytes, "\x00\x00\x00", 3);
	assert_true(left.fd >= 0);
}

static void a_call_that_is_cut_says_no_00(void **state)
{
	(void)state;
	connect_with((struct sy_bridge_audiosocket_prm){.rate = SY_RATE_LINE, .cut = true});
	(void)exchange();
	hang_up_bridge();
	assert_int_equal(left.end, SY_AUDIOSOCKET_END_OURS);
	assert_int_equal(left.n, 0);
}

static void without_a_server_the_bridge_closes_itself(void **state)
{
	(void)state;
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), 0);
	pbx = fds[1];
	const struct sy_bridge_audiosocket_prm prm = {.fd = fds[0], .rate = SY_RATE_LINE};
	assert_int_equal(sy_bridge_audiosocket_create(&prm, &bridge), 0);
	hang_up_bridge();
	get();
	assert_int_equal(n_got, 3);
	assert_int_equal(recv(pbx, got, 1, MSG_DONTWAIT), 0);
}

static void letting_go_sends_closes_and_waits_for_the_peer(void **state)
{
	(void)state;
	const struct sy_bridge_pass to = {.target = "", .case_key = "12345"};
	int16_t pcm[FRAME];

	fill_ramp(pcm, FRAME);
	connect_at(SY_RATE_LINE);
	(void)exchange_of(pcm);
	assert_int_equal(sy_bridge_pass(bridge, &to), 0);
	assert_int_equal(sy_bridge_pass(bridge, &to), EALREADY);
	for (int i = 0; i < 5; i++) {
		put_tone(8000, FRAME); /* it has not noticed yet, and must not be reset */
		const struct sy_exchange x = exchange();
		assert_int_equal(x.passing, SY_PASSING_TRYING);
		assert_false(x.gone);
	}
	get();
	assert_int_equal(n_got, 323); /* what we had said, no 00, nothing after */
	assert_int_equal(recv(pbx, got, 1, MSG_DONTWAIT), 0);
	assert_int_equal(close(pbx), 0);
	pbx = -1;
	for (int i = 0; i < 2; i++) {
		const struct sy_exchange x = exchange();
		assert_int_equal(x.passing, SY_PASSING_DONE);
		assert_false(x.gone);
	}
	hang_up_bridge();
	assert_int_equal(left.end, SY_AUDIOSOCKET_END_PASSED);
	assert_int_equal(left.fd, -1);
}

static void letting_go_of_a_peer_that_hangs_fails_in_time(void **state)
{
	(void)state;
	const struct sy_bridge_pass to = {.target = "", .case_key = ""};
	struct sy_exchange x = {0};
	int n = 0;

	connect_at(SY_RATE_LINE);
	(void)exchange();
	assert_int_equal(sy_bridge_pass(bridge, &to), 0);
	for (x.passing = SY_PASSING_TRYING; x.passing == SY_PASSING_TRYING && n < 1000; n++) {
		put_message(SY_AUDIOSOCKET_SILENCE, NULL, 0);
		x = exchange();
	}
	assert_int_equal(x.passing, SY_PASSING_FAILED);
	assert_true(x.gone);
	assert_int_equal(n, SY_BRIDGE_AUDIOSOCKET_LEAVE_MS / SY_FRAME_MS);
}

static void a_caller_who_is_gone_cannot_be_passed_on(void **state)
{
	(void)state;
	const struct sy_bridge_pass to = {.target = "", .case_key = ""};

	connect_at(SY_RATE_LINE);
	put_message(SY_AUDIOSOCKET_HANG_UP, NULL, 0);
	assert_true(exchange().gone);
	assert_int_equal(sy_bridge_pass(bridge, &to), ENOTCONN);
}

static void a_hang_up_before_our_close_is_no_passing(void **state)
{
	(void)state;
	const struct sy_bridge_pass to = {.target = "", .case_key = ""};

	connect_at(SY_RATE_LINE);
	assert_int_equal(sy_bridge_pass(bridge, &to), 0);
	put_message(SY_AUDIOSOCKET_HANG_UP, NULL, 0);
	const struct sy_exchange x = exchange();
	assert_int_equal(x.passing, SY_PASSING_FAILED);
	assert_true(x.gone);
}

/* Frames that do not fit are dropped whole: what the peer gets at last is messages, not crumbs. */
static void a_peer_that_takes_nothing_is_stuck(void **state)
{
	(void)state;
	const int small = 4096;
	int n = 0;
	int16_t pcm[FRAME];

	fill_ramp(pcm, FRAME);
	connect_at(SY_RATE_LINE);
	assert_int_equal(setsockopt(pbx, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
	for (bool gone = false; !gone && n < 5000; n++) {
		put_message(SY_AUDIOSOCKET_SILENCE, NULL, 0);
		gone = exchange_of(pcm).gone;
	}
	assert_in_range(n, SY_BRIDGE_AUDIOSOCKET_SILENT_MS / SY_FRAME_MS, 4999);
	hang_up_bridge();
	assert_int_equal(left.end, SY_AUDIOSOCKET_END_STUCK);
	/* Half a second was kept, the rest of two is missing. */
	assert_in_range(left.counts.frames_dropped, 70, 80);
	get();
	const size_t whole = n_got / 323;
	assert_true(whole > 10);
	for (size_t i = 0; i < whole; i++)
		assert_memory_equal(got + i * 323, "\x10\x01\x40", 3);
}

static void a_burst_is_not_lost_and_not_read_without_end(void **state)
{
	(void)state;
	static int16_t pcm[8000];
	const int big = 1 << 20;
	size_t heard = 0;

	for (size_t i = 0; i < 8000; i++)
		pcm[i] = (int16_t)(i % 2 ? 9000 : -9000);
	connect_at(SY_RATE_LINE);
	(void)setsockopt(pbx, SOL_SOCKET, SO_SNDBUF, &big, sizeof(big));
	for (int i = 0; i < 4; i++)
		put_sound(8000, pcm, 8000);
	for (int i = 0; i < 210; i++) {
		const struct sy_exchange x = exchange();
		heard += sy_level_dbfs(x.caller, FRAME) > -20 ? FRAME : 0;
		get();
	}
	hang_up_bridge();
	assert_int_equal(heard + left.counts.frames_left_out * FRAME, 32000);
	assert_int_equal(left.end, SY_AUDIOSOCKET_END_OURS);
	assert_in_range(left.counts.frames_left_out, 1, 4); /* one a second of speech without a pause */
}

/* 300 ms came late in one piece: the quiet in it is left out until the delay is small again. */
static void delay_is_won_back_in_quiet(void **state)
{
	(void)state;
	static int16_t quiet[15 * FRAME];
	int n = 0;

	connect_at(SY_RATE_LINE);
	put_sound(8000, quiet, 15 * FRAME);
	for (; n < 15; n++) {
		put_sound(8000, quiet, FRAME);
		(void)exchange();
	}
	put_tone(8000, FRAME);
	for (n = 1; n < 20; n++)
		if (sy_level_dbfs(exchange().caller, FRAME) > -20)
			break;
	assert_true((n - 1) * SY_FRAME_MS <= SY_BRIDGE_AUDIOSOCKET_DELAY_MS);
	hang_up_bridge();
	assert_true(left.counts.frames_left_out >= 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(both_ways_keep_every_sample, setup, teardown),
		cmocka_unit_test_setup_teardown(header_and_payload_go_in_one_send, setup, teardown),
		cmocka_unit_test_setup_teardown(frames_of_every_size_are_taken, setup, teardown),
		cmocka_unit_test_setup_teardown(a_message_may_come_in_crumbs, setup, teardown),
		cmocka_unit_test_setup_teardown(every_rate_is_heard_and_answered_in_kind, setup, teardown),
		cmocka_unit_test_setup_teardown(only_the_rates_of_calls, setup, teardown),
		cmocka_unit_test_setup_teardown(the_rate_may_change_but_not_with_each_message, setup, teardown),
		cmocka_unit_test_setup_teardown(a_call_goes_on_where_its_greeting_was_read_to, setup, teardown),
		cmocka_unit_test_setup_teardown(keys_come_two_a_frame_in_order, setup, teardown),
		cmocka_unit_test_setup_teardown(two_seconds_without_traffic_end_the_call, setup, teardown),
		cmocka_unit_test_setup_teardown(any_traffic_keeps_the_call, setup, teardown),
		cmocka_unit_test_setup_teardown(what_was_said_before_the_hang_up_is_heard, setup, teardown),
		cmocka_unit_test_setup_teardown(each_way_of_going_has_its_name, setup, teardown),
		cmocka_unit_test_setup_teardown(we_hang_up_with_00, setup, teardown),
		cmocka_unit_test_setup_teardown(a_call_that_is_cut_says_no_00, setup, teardown),
		cmocka_unit_test_setup_teardown(without_a_server_the_bridge_closes_itself, setup, teardown),
		cmocka_unit_test_setup_teardown(letting_go_sends_closes_and_waits_for_the_peer, setup, teardown),
		cmocka_unit_test_setup_teardown(letting_go_of_a_peer_that_hangs_fails_in_time, setup, teardown),
		cmocka_unit_test_setup_teardown(a_caller_who_is_gone_cannot_be_passed_on, setup, teardown),
		cmocka_unit_test_setup_teardown(a_hang_up_before_our_close_is_no_passing, setup, teardown),
		cmocka_unit_test_setup_teardown(a_peer_that_takes_nothing_is_stuck, setup, teardown),
		cmocka_unit_test_setup_teardown(a_burst_is_not_lost_and_not_read_without_end, setup, teardown),
		cmocka_unit_test_setup_teardown(delay_is_won_back_in_quiet, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
