/* Over TCP on loopback; threads, so nothing here asserts how long something takes, but for the limits themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "audio/audiosocket_server.h"

#define CALLS_MAX 32
/* Long enough for any machine; only a test that fails waits for it. */
#define PATIENCE_MS 20000

static const char hello[] = "\x01\x00\x10\x40\x32\x5e\xc2\x5e\xfd\x4b\xd3\x80\x5f\x53\x57\x6e\x58\x1d\x13";
#define HELLO_BYTES 19
static const char uuid[] = "40325ec2-5efd-4bd3-805f-53576e581d13";

static struct sy_audiosocket_server *server;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct sy_arrival arrivals[CALLS_MAX];
static size_t n_arrivals;
static int arrival_err;
static char lines[CALLS_MAX][256];
static size_t n_lines;
static int16_t silence[SY_FRAME_SAMPLES_MAX];

static int on_arrival(void *arg, struct sy_arrival *arrival)
{
	assert_ptr_equal(arg, lines);
	(void)pthread_mutex_lock(&lock);
	const int err = n_arrivals < CALLS_MAX ? arrival_err : EBUSY;
	if (err == 0)
		arrivals[n_arrivals++] = *arrival;
	(void)pthread_mutex_unlock(&lock);
	return err;
}

static void on_log(void *arg, const struct sy_audiosocket_event *event)
{
	assert_ptr_equal(arg, lines);
	(void)pthread_mutex_lock(&lock);
	if (n_lines < CALLS_MAX)
		(void)snprintf(lines[n_lines++], sizeof(lines[0]), "%s id=%s source=%s %s", event->name, event->id,
			event->source, event->text);
	(void)pthread_mutex_unlock(&lock);
}

static size_t calls_here(void)
{
	(void)pthread_mutex_lock(&lock);
	const size_t n = n_arrivals;
	(void)pthread_mutex_unlock(&lock);
	return n;
}

static bool logged(const char *words)
{
	bool found = false;

	(void)pthread_mutex_lock(&lock);
	for (size_t i = 0; i < n_lines; i++)
		found = found || strstr(lines[i], words) != NULL;
	(void)pthread_mutex_unlock(&lock);
	return found;
}

static void pause_ms(long ms)
{
	(void)nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

#define wait_until(condition)                                                                                          \
	do {                                                                                                           \
		int waited = 0;                                                                                        \
		while (!(condition) && waited++ < PATIENCE_MS / 5)                                                     \
			pause_ms(5);                                                                                   \
		assert_true(condition);                                                                                \
	} while (0)

static int setup(void **state)
{
	(void)state;
	n_arrivals = n_lines = 0;
	arrival_err = 0;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	if (server != NULL)
		sy_audiosocket_server_stop(server);
	for (size_t i = 0; i < n_arrivals; i++)
		sy_bridge_destroy(arrivals[i].bridge);
	sy_audiosocket_server_destroy(server);
	server = NULL;
	return 0;
}

static void start(struct sy_audiosocket_server_prm prm)
{
	struct sy_problem why = {0};

	prm.address = prm.address != NULL ? prm.address : "127.0.0.1";
	prm.arrival = on_arrival;
	prm.log = on_log;
	prm.arg = lines;
	if (sy_audiosocket_server_create(&prm, &server, &why) != 0)
		fail_msg("%s", why.text);
	assert_true(sy_audiosocket_server_port(server) != 0);
}

static void start_plain(void)
{
	start((struct sy_audiosocket_server_prm){0});
}

static struct sy_audiosocket_counters counters(void)
{
	struct sy_audiosocket_counters now;

	sy_audiosocket_server_counters(server, &now);
	return now;
}

static int dial(void)
{
	const struct timeval patience = {.tv_sec = PATIENCE_MS / 1000};
	const struct sockaddr_in in = {.sin_family = AF_INET,
		.sin_port = htons(sy_audiosocket_server_port(server)),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_storage address = {0};

	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	memcpy(&address, &in, sizeof(in));
	assert_int_equal(connect(fd, (const struct sockaddr *)&address, sizeof(in)), 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
	return fd;
}

static void put(int fd, const void *bytes, size_t n)
{
	assert_int_equal(send(fd, bytes, n, MSG_NOSIGNAL), n);
}

static void put_sound(int fd, int rate)
{
	static int16_t pcm[4000];
	uint8_t bytes[SY_AUDIOSOCKET_HEADER_BYTES + sizeof(pcm)];

	put(fd, bytes, sy_audiosocket_write_sound(rate, pcm, (size_t)rate / 50, bytes));
}

static int dial_and_greet(int rate)
{
	const int fd = dial();

	put(fd, hello, HELLO_BYTES);
	put_sound(fd, rate);
	return fd;
}

/* 0 for an orderly close, else the error; bytes that come before are kept. */
static int read_to_end(int fd, uint8_t *ret_bytes, size_t max, size_t *ret_n)
{
	*ret_n = 0;
	for (;;) {
		const ssize_t n = recv(fd, ret_bytes + *ret_n, max - *ret_n, 0);
		if (n == 0)
			return 0;
		if (n < 0)
			return errno;
		*ret_n += (size_t)n;
	}
}

static int end_of(int fd)
{
	uint8_t bytes[4096];
	size_t n;

	return read_to_end(fd, bytes, sizeof(bytes), &n);
}

static void the_uuid_is_the_calls_reference(void **state)
{
	(void)state;
	start_plain();
	const int fd = dial_and_greet(8000);

	wait_until(calls_here() == 1);
	assert_string_equal(arrivals[0].id, uuid);
	assert_string_equal(arrivals[0].kind, "audiosocket");
	assert_string_equal(arrivals[0].from, "");
	assert_int_equal(arrivals[0].bridge->rate, SY_RATE_LINE);
	wait_until(logged("call id=40325ec2-5efd-4bd3-805f-53576e581d13 source=127.0.0.1"));
	assert_int_equal(counters().calls_up, 1);
	(void)close(fd);
}

static void wide_sound_makes_a_wide_call(void **state)
{
	(void)state;
	static const struct {
		int wire, rate;
	} cases[] = {{8000, 8000}, {12000, 8000}, {16000, 16000}, {44100, 16000}, {192000, 16000}};

	start_plain();
	for (size_t i = 0; i < 5; i++) {
		const int fd = dial_and_greet(cases[i].wire);
		wait_until(calls_here() == i + 1);
		assert_int_equal(arrivals[i].bridge->rate, cases[i].rate);
		(void)close(fd);
	}
}

static void a_call_without_sound_is_announced_all_the_same(void **state)
{
	(void)state;
	start_plain();
	const int fd = dial();

	put(fd, hello, HELLO_BYTES);
	wait_until(calls_here() == 1);
	assert_int_equal(arrivals[0].bridge->rate, SY_RATE_LINE);
	(void)close(fd);
}

static void a_greeting_may_come_byte_by_byte(void **state)
{
	(void)state;
	start_plain();
	const int fd = dial();

	for (size_t i = 0; i < HELLO_BYTES; i++) {
		put(fd, hello + i, 1);
		pause_ms(1);
	}
	put(fd, "\x10", 1);
	wait_until(calls_here() == 1);
	assert_string_equal(arrivals[0].id, uuid);
	(void)close(fd);
}

static void both_ways_over_tcp(void **state)
{
	(void)state;
	uint8_t bytes[323];
	size_t n = 0;
	bool gone = false;

	start_plain();
	const int fd = dial_and_greet(8000);
	wait_until(calls_here() == 1);
	for (int i = 0; i < 5; i++) {
		struct sy_exchange x = {.ours = silence};
		assert_int_equal(sy_bridge_exchange(arrivals[0].bridge, &x), 0);
		assert_false(x.gone);
	}
	while (n < sizeof(bytes))
		n += (size_t)recv(fd, bytes + n, sizeof(bytes) - n, 0);
	assert_memory_equal(bytes, "\x10\x01\x40", 3);
	put(fd, "\x00\x00\x00", 3);
	for (int i = 0; i < PATIENCE_MS / 20 && !gone; i++) {
		struct sy_exchange x = {.ours = silence};
		assert_int_equal(sy_bridge_exchange(arrivals[0].bridge, &x), 0);
		gone = x.gone;
		pause_ms(5);
	}
	assert_true(gone);
	(void)close(fd);
}

/* The peer goes on sending until it reads our close, as Asterisk does: it must not be reset. */
static void our_hang_up_is_orderly(void **state)
{
	(void)state;
	uint8_t bytes[2000];
	size_t n;

	start_plain();
	const int fd = dial_and_greet(8000);
	wait_until(calls_here() == 1);
	struct sy_exchange x = {.ours = silence};
	assert_int_equal(sy_bridge_exchange(arrivals[0].bridge, &x), 0);
	for (int i = 0; i < 50; i++)
		put_sound(fd, 8000);
	sy_bridge_destroy(arrivals[0].bridge);
	n_arrivals = 0;
	for (int i = 0; i < 50; i++) {
		put_sound(fd, 8000);
		pause_ms(1);
	}
	assert_int_equal(read_to_end(fd, bytes, sizeof(bytes), &n), 0);
	assert_int_equal(n, 323 + 3);
	assert_memory_equal(bytes + 323, "\x00\x00\x00", 3);
	put_sound(fd, 8000); /* and still not */
	(void)close(fd);
	wait_until(counters().ended[SY_AUDIOSOCKET_END_OURS] == 1);
	assert_int_equal(counters().calls_up, 0);
	assert_true(logged("ended id=40325ec2-5efd-4bd3-805f-53576e581d13 source=127.0.0.1 ours"));
}

static void a_call_that_is_cut_is_reset_after_our_sound(void **state)
{
	(void)state;
	uint8_t bytes[2000];
	size_t n;

	start((struct sy_audiosocket_server_prm){.cut = true});
	const int fd = dial_and_greet(8000);
	wait_until(calls_here() == 1);
	struct sy_exchange x = {.ours = silence};
	assert_int_equal(sy_bridge_exchange(arrivals[0].bridge, &x), 0);
	n = (size_t)recv(fd, bytes, 323, MSG_WAITALL);
	assert_int_equal(n, 323);
	sy_bridge_destroy(arrivals[0].bridge);
	n_arrivals = 0;
	assert_int_equal(end_of(fd), ECONNRESET);
	(void)close(fd);
}

static void passing_on_is_orderly_also_where_calls_are_cut(void **state)
{
	(void)state;
	const struct sy_bridge_pass to = {.target = "", .case_key = ""};
	enum sy_passing passing = SY_PASSING_TRYING;

	start((struct sy_audiosocket_server_prm){.cut = true});
	const int fd = dial_and_greet(8000);
	wait_until(calls_here() == 1);
	assert_int_equal(sy_bridge_pass(arrivals[0].bridge, &to), 0);
	struct sy_exchange x = {.ours = silence};
	assert_int_equal(sy_bridge_exchange(arrivals[0].bridge, &x), 0);
	put_sound(fd, 8000);
	assert_int_equal(end_of(fd), 0);
	(void)close(fd);
	for (int i = 0; i < PATIENCE_MS / 20 && passing == SY_PASSING_TRYING; i++) {
		assert_int_equal(sy_bridge_exchange(arrivals[0].bridge, &x), 0);
		passing = x.passing;
		pause_ms(5);
	}
	assert_int_equal(passing, SY_PASSING_DONE);
}

static void a_full_house_lets_the_caller_go(void **state)
{
	(void)state;
	arrival_err = EBUSY;
	start((struct sy_audiosocket_server_prm){.cut = true});
	const int fd = dial_and_greet(8000);

	put_sound(fd, 8000);
	assert_int_equal(end_of(fd), 0);
	assert_int_equal(counters().refused_busy, 1);
	assert_int_equal(counters().calls + counters().calls_up, 0);
	assert_true(logged("busy id=40325ec2"));
	(void)close(fd);
}

static void one_call_past_the_limit_is_let_go(void **state)
{
	(void)state;
	start((struct sy_audiosocket_server_prm){.connections_max = 2});
	const int first = dial_and_greet(8000), second = dial(); /* one talks, one has yet to greet */

	wait_until(calls_here() == 1);
	wait_until(counters().connections == 2);
	const int third = dial_and_greet(8000);
	assert_int_equal(end_of(third), 0);
	assert_int_equal(counters().refused_full, 1);
	assert_true(logged("full id= source=127.0.0.1"));
	(void)close(third);
	sy_bridge_destroy(arrivals[0].bridge);
	n_arrivals = 0;
	(void)close(first);
	const int fourth = dial_and_greet(8000);
	wait_until(calls_here() == 1);
	(void)close(second);
	(void)close(fourth);
}

static void strangers_are_turned_away(void **state)
{
	(void)state;
	static const char *const networks[] = {"192.0.2.0/24", "::1"};

	start((struct sy_audiosocket_server_prm){.networks = networks, .n_networks = 2});
	const int fd = dial();
	const int err = end_of(fd);
	assert_true(err == 0 || err == ECONNRESET);
	assert_int_equal(counters().refused_source, 1);
	assert_true(logged("refused id= source=127.0.0.1"));
	assert_int_equal(calls_here(), 0);
	(void)close(fd);
}

static void those_on_the_list_may_come(void **state)
{
	(void)state;
	static const char *const networks[] = {"192.0.2.0/24", "127.0.0.0/8"};

	start((struct sy_audiosocket_server_prm){.networks = networks, .n_networks = 2});
	const int fd = dial_and_greet(8000);
	wait_until(calls_here() == 1);
	(void)close(fd);
}

static void what_is_no_greeting_is_closed_with_a_line(void **state)
{
	(void)state;
	static const struct {
		const char *bytes;
		size_t n;
	} cases[] = {
		{"GET / HTTP/1.0\r\n\r\n", 18},
		{"\x10\x01\x40", 3},
		{"\x01\x00\x0f", 3},
		{"\x01\x01\x10", 3},
		{"\x01\x00\x10"
		 "0123456789abcdef\x77\x00\x00",
			22},
	};

	start_plain();
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const int fd = dial();
		put(fd, cases[i].bytes, cases[i].n);
		const int err = end_of(fd);
		assert_true(err == 0 || err == ECONNRESET);
		(void)close(fd);
		wait_until(counters().bad == i + 1);
	}
	assert_int_equal(calls_here(), 0);
	assert_true(logged("bad id= source=127.0.0.1 the first message is no UUID"));
	assert_true(logged("kind 77"));
}

static void who_leaves_before_greeting_costs_nothing(void **state)
{
	(void)state;
	int fd = -1;

	start((struct sy_audiosocket_server_prm){.connections_max = 1});
	for (int i = 0; i < 20; i++) {
		fd = dial();
		if (i % 2)
			put(fd, "\x00\x00\x00", 3);
		(void)close(fd);
		wait_until(counters().connections == (uint64_t)i + 1);
	}
	/* The last may not be forgotten yet, and the house full. */
	for (int i = 0; i < PATIENCE_MS / 20 && calls_here() == 0; i++) {
		fd = dial_and_greet(8000);
		for (int j = 0; j < 4 && calls_here() == 0; j++)
			pause_ms(5);
		(void)close(fd);
	}
	assert_int_equal(calls_here(), 1);
	assert_int_equal(counters().bad + counters().slow, 0);
}

static void a_uuid_that_never_comes_is_not_waited_for(void **state)
{
	(void)state;
	start_plain();
	const int fd = dial(), half = dial();
	put(half, hello, 7);
	assert_int_equal(end_of(fd), 0);
	(void)end_of(half);
	wait_until(counters().slow == 2); /* the end is seen before it is counted */
	assert_true(logged("slow id= source=127.0.0.1 no UUID in time"));
	(void)close(fd);
	(void)close(half);
}

static void a_flood_fills_no_log(void **state)
{
	(void)state;
	start_plain();
	for (int i = 0; i < 3 * SY_AUDIOSOCKET_LINES_S; i++) {
		const int fd = dial();
		put(fd, "GET", 3);
		(void)close(fd);
	}
	wait_until(counters().bad == 3 * (uint64_t)SY_AUDIOSOCKET_LINES_S);
	assert_true(n_lines < CALLS_MAX && n_lines >= SY_AUDIOSOCKET_LINES_S);
}

static void after_stop_nobody_comes_and_calls_go_on(void **state)
{
	(void)state;
	start_plain();
	const int fd = dial_and_greet(8000), greeting = dial();
	wait_until(calls_here() == 1);
	const uint16_t port = sy_audiosocket_server_port(server);
	wait_until(counters().connections == 2);
	sy_audiosocket_server_stop(server);
	sy_audiosocket_server_stop(server);
	assert_int_equal(end_of(greeting), 0);
	const struct sockaddr_in in = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_storage address = {0};
	memcpy(&address, &in, sizeof(in));
	const int late = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(late, (const struct sockaddr *)&address, sizeof(in)), -1);
	assert_int_equal(errno, ECONNREFUSED);
	struct sy_exchange x = {.ours = silence};
	assert_int_equal(sy_bridge_exchange(arrivals[0].bridge, &x), 0);
	assert_false(x.gone);
	assert_int_equal(recv(fd, (uint8_t[323]){0}, 323, MSG_WAITALL), 323);
	(void)close(late);
	(void)close(greeting);
	(void)close(fd);
}

static void what_cannot_be_listened_on_is_named(void **state)
{
	(void)state;
	static const char *const slip[] = {"10.0.0.1/8"};
	struct sy_audiosocket_server *none = NULL;
	struct sy_problem why = {0};
	struct sy_audiosocket_server_prm prm = {.address = "localhost", .arrival = on_arrival};

	assert_int_equal(sy_audiosocket_server_create(&prm, &none, &why), EINVAL);
	assert_non_null(strstr(why.text, "\"localhost\" is no numeric address"));
	prm.address = "127.0.0.1";
	prm.networks = slip;
	prm.n_networks = 1;
	assert_int_equal(sy_audiosocket_server_create(&prm, &none, &why), EINVAL);
	assert_non_null(strstr(why.text, "\"10.0.0.1/8\" is no network"));
	prm.n_networks = SY_AUDIOSOCKET_NETWORKS_MAX + 1;
	assert_int_equal(sy_audiosocket_server_create(&prm, &none, &why), E2BIG);
	prm.n_networks = 0;
	prm.connections_max = SY_AUDIOSOCKET_CONNECTIONS_MAX + 1;
	assert_int_equal(sy_audiosocket_server_create(&prm, &none, &why), EINVAL);
	start_plain();
	prm.connections_max = 0;
	prm.port = sy_audiosocket_server_port(server);
	assert_int_equal(sy_audiosocket_server_create(&prm, &none, &why), EADDRINUSE);
	assert_non_null(strstr(why.text, "choose another port"));
	assert_null(none);
	sy_audiosocket_server_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_uuid_is_the_calls_reference, setup, teardown),
		cmocka_unit_test_setup_teardown(wide_sound_makes_a_wide_call, setup, teardown),
		cmocka_unit_test_setup_teardown(a_call_without_sound_is_announced_all_the_same, setup, teardown),
		cmocka_unit_test_setup_teardown(a_greeting_may_come_byte_by_byte, setup, teardown),
		cmocka_unit_test_setup_teardown(both_ways_over_tcp, setup, teardown),
		cmocka_unit_test_setup_teardown(our_hang_up_is_orderly, setup, teardown),
		cmocka_unit_test_setup_teardown(a_call_that_is_cut_is_reset_after_our_sound, setup, teardown),
		cmocka_unit_test_setup_teardown(passing_on_is_orderly_also_where_calls_are_cut, setup, teardown),
		cmocka_unit_test_setup_teardown(a_full_house_lets_the_caller_go, setup, teardown),
		cmocka_unit_test_setup_teardown(one_call_past_the_limit_is_let_go, setup, teardown),
		cmocka_unit_test_setup_teardown(strangers_are_turned_away, setup, teardown),
		cmocka_unit_test_setup_teardown(those_on_the_list_may_come, setup, teardown),
		cmocka_unit_test_setup_teardown(what_is_no_greeting_is_closed_with_a_line, setup, teardown),
		cmocka_unit_test_setup_teardown(who_leaves_before_greeting_costs_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(a_uuid_that_never_comes_is_not_waited_for, setup, teardown),
		cmocka_unit_test_setup_teardown(a_flood_fills_no_log, setup, teardown),
		cmocka_unit_test_setup_teardown(after_stop_nobody_comes_and_calls_go_on, setup, teardown),
		cmocka_unit_test_setup_teardown(what_cannot_be_listened_on_is_named, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
