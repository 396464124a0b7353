/* A crowd over loopback against a small answering service that can be told to misbehave. */
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

#include "audio/g711.h"
#include "tools/load/crowd.h"

#define CALLS 6
#define TEXT_BYTES 4096
/* A frame of the service's prompt begins after so many of silence. */
#define PROMPT_AFTER 10

enum manner { ANSWERS, REFUSES, SAYS_NOTHING, IS_MUTE, HANGS_UP, PASSES_ON, IGNORES_FIRST };

static struct {
	enum manner manner;
	int sip_fd, rtp_fd;
	uint16_t sip_port, rtp_port;
	pthread_t thread;
	atomic_bool stop;
	uint16_t callers[CALLS]; /* where their packets go; 0: not up */
	char invite[CALLS][TEXT_BYTES];
	unsigned frames[CALLS];
	unsigned invites, byes;
} service;

static struct sy_load_turns turns;
static struct sy_crowd *crowd;

static int open_port(uint16_t *ret_port)
{
	const struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_storage address = {0};
	struct sockaddr_in got;
	socklen_t n = sizeof(address);
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	memcpy(&address, &in, sizeof(in));
	assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(in)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &n), 0);
	memcpy(&got, &address, sizeof(got));
	*ret_port = ntohs(got.sin_port);
	return fd;
}

static void send_to(int fd, uint16_t port, const void *bytes, size_t n)
{
	const struct sockaddr_in in = {
		.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_storage address = {0};

	memcpy(&address, &in, sizeof(in));
	(void)sendto(fd, bytes, n, 0, (const struct sockaddr *)&address, sizeof(in));
}

static const char *header(const char *text, const char *name)
{
	static char value[2][512];
	static int turn;
	const char *at = strstr(text, name);

	turn = !turn;
	(void)snprintf(value[turn], sizeof(value[0]), "%.*s", at ? (int)strcspn(at, "\r\n") : 0, at ? at : "");
	return value[turn];
}

/* All that is needed of an answer: the request's lines, in order. */
static void answer(const char *request, const char *status, const char *sdp, uint16_t port)
{
	static const char *const names[] = {"Via: ", "From: ", "To: ", "Call-ID: ", "CSeq: "};
	char text[TEXT_BYTES];
	int n = snprintf(text, sizeof(text), "SIP/2.0 %s\r\n", status);

	for (size_t i = 0; i < 5; i++)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "%s%s\r\n", header(request, names[i]),
			i == 2 && !strstr(header(request, names[i]), "tag=") ? ";tag=s" : "");
	n += snprintf(text + n, sizeof(text) - (size_t)n,
		"Contact: <sip:sayso@127.0.0.1:%u>\r\nContent-Length: %zu\r\n\r\n%s", service.sip_port, strlen(sdp),
		sdp);
	send_to(service.sip_fd, port, text, (size_t)n);
}

static void request(unsigned number, const char *method, uint16_t port)
{
	const char *invite = service.invite[number];
	char text[TEXT_BYTES], call_id[128];

	(void)snprintf(call_id, sizeof(call_id), "%s", header(invite, "Call-ID: "));
	const int n = snprintf(text, sizeof(text),
		"%s sip:x@127.0.0.1:%u SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:%u;branch=z9%s\r\nFrom: "
		"<sip:s@s>;tag=s\r\n"
		"To: <sip:x@x>;tag=x\r\n%s\r\nCSeq: 9 %s\r\nContent-Length: 0\r\n\r\n",
		method, port, service.sip_port, method, call_id, method);
	send_to(service.sip_fd, port, text, (size_t)n);
}

static void on_invite(const char *text, unsigned number, uint16_t port)
{
	const char *media = strstr(text, "m=audio ");
	char sdp[128];

	if (++service.invites == 1 && service.manner == IGNORES_FIRST)
		return;
	if (service.manner == REFUSES) {
		answer(text, "503 Service Unavailable", "", port);
		return;
	}
	(void)snprintf(sdp, sizeof(sdp), "v=0\r\nm=audio %u RTP/AVP 0\r\n", service.rtp_port);
	(void)snprintf(service.invite[number], TEXT_BYTES, "%s", text);
	service.callers[number] = (uint16_t)strtoul(media + 8, NULL, 10);
	service.frames[number] = 0;
	answer(text, "200 OK", sdp, port);
}

static void on_message(const char *text, uint16_t port)
{
	unsigned number = 0;
	const char *call_id = strstr(text, "Call-ID: load-");

	if (call_id == NULL || sscanf(call_id, "Call-ID: load-%u-", &number) != 1 || number >= CALLS)
		return;
	if (strncmp(text, "INVITE ", 7) == 0)
		on_invite(text, number, port);
	if (strncmp(text, "BYE ", 4) != 0)
		return;
	service.byes++;
	service.callers[number] = 0;
	answer(text, "200 OK", "", port);
}

static void send_frame(unsigned number, uint16_t sip_port)
{
	uint8_t packet[12 + SY_LOAD_PACKET] = {0x80, 0};
	const unsigned frame = service.frames[number]++;
	const bool says = frame >= PROMPT_AFTER && service.manner != SAYS_NOTHING;

	packet[2] = (uint8_t)(frame >> 8);
	packet[3] = (uint8_t)frame;
	packet[6] = (uint8_t)(frame * SY_LOAD_PACKET >> 8);
	packet[7] = (uint8_t)(frame * SY_LOAD_PACKET);
	packet[5] = (uint8_t)(frame * SY_LOAD_PACKET >> 16);
	for (size_t i = 0; i < SY_LOAD_PACKET; i++)
		packet[12 + i] = sy_g711_to_mulaw((int16_t)(says ? (i % 2 ? 3000 : -3000) : 0));
	if (service.manner != IS_MUTE)
		send_to(service.rtp_fd, service.callers[number], packet, sizeof(packet));
	if (frame == 25 && service.manner == PASSES_ON)
		request(number, "REFER", sip_port);
	if (frame == 30 && (service.manner == HANGS_UP || service.manner == PASSES_ON)) {
		request(number, "BYE", sip_port);
		service.callers[number] = 0;
	}
}

static void *serve(void *arg)
{
	uint16_t peer = 0;
	struct timespec next;

	(void)clock_gettime(CLOCK_MONOTONIC, &next);
	while (!atomic_load(&service.stop)) {
		struct sockaddr_storage from = {0};
		struct sockaddr_in in;
		socklen_t n_from = sizeof(from);
		char text[TEXT_BYTES];
		const ssize_t n =
			recvfrom(service.sip_fd, text, sizeof(text) - 1, 0, (struct sockaddr *)&from, &n_from);
		if (n > 0) {
			memcpy(&in, &from, sizeof(in));
			peer = ntohs(in.sin_port);
			text[n] = '\0';
			on_message(text, peer);
			continue;
		}
		for (unsigned i = 0; i < CALLS; i++)
			if (service.callers[i] != 0)
				send_frame(i, peer);
		next.tv_nsec += 20000000;
		next.tv_sec += next.tv_nsec / 1000000000;
		next.tv_nsec %= 1000000000;
		(void)clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
	}
	return arg;
}

static void start(enum manner manner)
{
	struct sy_problem why = {0};

	service.manner = manner;
	service.sip_fd = open_port(&service.sip_port);
	service.rtp_fd = open_port(&service.rtp_port);
	assert_int_equal(pthread_create(&service.thread, NULL, serve, NULL), 0);
	const struct sy_crowd_prm prm = {.service_port = service.sip_port,
		.calls = CALLS,
		.calls_s = 50,
		.turn_every_ms = 1000,
		.turns = &turns};
	if (sy_crowd_create(&prm, &crowd, &why) != 0)
		fail_msg("%s", why.text);
}

static int setup(void **state)
{
	(void)state;
	memset(&service, 0, sizeof(service));
	turns = (struct sy_load_turns){.n = 1};
	turns.at[0] = (struct sy_load_turn){.n = 8 * SY_LOAD_PACKET, .end_ms = 160, .mulaw = calloc(8, SY_LOAD_PACKET)};
	turns.of_kind[SY_LOAD_QUESTION] = 1;
	return turns.at[0].mulaw != NULL ? 0 : -1;
}

static void end_service(void)
{
	atomic_store(&service.stop, true);
	(void)pthread_join(service.thread, NULL);
	(void)close(service.sip_fd);
	(void)close(service.rtp_fd);
}

static int teardown(void **state)
{
	(void)state;
	if (!atomic_load(&service.stop))
		end_service();
	sy_crowd_destroy(crowd);
	crowd = NULL;
	sy_load_turns_reset(&turns);
	return 0;
}

static void everyone_comes_up_is_greeted_and_hangs_up(void **state)
{
	(void)state;
	start(ANSWERS);
	assert_int_equal(sy_crowd_run(crowd, 1.5), 0);
	struct sy_crowd_counts counts = sy_crowd_counts(crowd);
	assert_int_equal(counts.begun, CALLS);
	assert_int_equal(counts.up, CALLS);
	assert_int_equal(counts.up_now, CALLS);
	assert_int_equal(counts.lost + counts.refused + counts.hung_up + counts.unanswered + counts.passed, 0);
	assert_int_equal(sy_crowd_figures(crowd)->first_word.n, CALLS);
	assert_int_equal(sy_crowd_figures(crowd)->gaps, 0);
	assert_true(sy_crowd_figures(crowd)->packets > CALLS * 20);
	sy_crowd_forget(crowd);
	assert_int_equal(sy_crowd_figures(crowd)->packets, 0);
	assert_int_equal(sy_crowd_figures(crowd)->first_word.n, CALLS);
	sy_crowd_hang_up(crowd);
	counts = sy_crowd_counts(crowd);
	assert_int_equal(counts.up_now, 0);
	assert_int_equal(counts.lost, 0);
	end_service();
	assert_int_equal(service.byes, CALLS);
}

static void only_as_many_as_are_wanted(void **state)
{
	(void)state;
	start(ANSWERS);
	sy_crowd_want(crowd, 2);
	assert_int_equal(sy_crowd_run(crowd, 0.6), 0);
	assert_int_equal(sy_crowd_counts(crowd).up_now, 2);
	sy_crowd_want(crowd, 100);
	assert_int_equal(sy_crowd_run(crowd, 0.6), 0);
	assert_int_equal(sy_crowd_counts(crowd).up_now, CALLS);
}

static void a_lost_invite_is_sent_again(void **state)
{
	(void)state;
	start(IGNORES_FIRST);
	sy_crowd_want(crowd, 1);
	assert_int_equal(sy_crowd_run(crowd, 1.2), 0);
	assert_int_equal(sy_crowd_counts(crowd).begun, 1);
	assert_int_equal(sy_crowd_counts(crowd).up_now, 1);
}

static struct sy_crowd_counts counts_of(enum manner manner, double seconds)
{
	start(manner);
	assert_int_equal(sy_crowd_run(crowd, seconds), 0);
	return sy_crowd_counts(crowd);
}

static void refusals_are_counted_and_tried_again(void **state)
{
	(void)state;
	const struct sy_crowd_counts counts = counts_of(REFUSES, 1.6);

	assert_int_equal(counts.up, 0);
	assert_true(counts.refused >= 2 * CALLS);
	assert_int_equal(counts.refused, counts.begun);
}

static void silence_on_the_wire_is_a_lost_call(void **state)
{
	(void)state;
	const struct sy_crowd_counts counts = counts_of(IS_MUTE, 2.6);

	assert_int_equal(counts.lost, CALLS);
	assert_int_equal(counts.hung_up, 0);
}

static void packets_without_voice_keep_a_call(void **state)
{
	(void)state;
	const struct sy_crowd_counts counts = counts_of(SAYS_NOTHING, 2.6);

	assert_int_equal(counts.lost, 0);
	assert_int_equal(counts.up_now, CALLS);
	assert_int_equal(sy_crowd_figures(crowd)->first_word.n, 0);
	assert_int_equal(sy_crowd_figures(crowd)->turns, 0);
}

static void a_bye_is_a_dropped_call_and_a_transfer_is_not(void **state)
{
	(void)state;
	struct sy_crowd_counts counts = counts_of(HANGS_UP, 1.5);

	assert_true(counts.hung_up >= CALLS);
	assert_int_equal(counts.passed, 0);
	(void)teardown(NULL);
	(void)setup(NULL);
	counts = counts_of(PASSES_ON, 1.5);
	assert_true(counts.passed >= CALLS);
	assert_int_equal(counts.hung_up, 0);
}

static void too_many_are_refused(void **state)
{
	(void)state;
	const struct sy_crowd_prm none = {.calls = 0, .calls_s = 1, .turns = &turns};
	const struct sy_crowd_prm many = {.calls = SY_CROWD_CALLS_MAX + 1, .calls_s = 1, .turns = &turns};
	struct sy_problem why = {0};

	atomic_store(&service.stop, true);
	assert_int_equal(sy_crowd_create(&none, &crowd, &why), EINVAL);
	assert_int_equal(sy_crowd_create(&many, &crowd, &why), EINVAL);
	assert_non_null(strstr(why.text, "1 to 4000 calls"));
	sy_crowd_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(everyone_comes_up_is_greeted_and_hangs_up, setup, teardown),
		cmocka_unit_test_setup_teardown(only_as_many_as_are_wanted, setup, teardown),
		cmocka_unit_test_setup_teardown(a_lost_invite_is_sent_again, setup, teardown),
		cmocka_unit_test_setup_teardown(refusals_are_counted_and_tried_again, setup, teardown),
		cmocka_unit_test_setup_teardown(silence_on_the_wire_is_a_lost_call, setup, teardown),
		cmocka_unit_test_setup_teardown(packets_without_voice_keep_a_call, setup, teardown),
		cmocka_unit_test_setup_teardown(a_bye_is_a_dropped_call_and_a_transfer_is_not, setup, teardown),
		cmocka_unit_test_setup_teardown(too_many_are_refused, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
