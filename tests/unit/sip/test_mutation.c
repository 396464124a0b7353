/*
 * Messages of a call with bytes of them changed, left out, doubled and moved: 40,000, the same each time. The call that
 * they speak of is begun anew when one of them has ended it. What matters is that the service stands, forgets what it
 * was told, and serves the next caller.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "audio/sip/sip.h"
#include "base/mailbox.h"

#define MESSAGES 40000
#define BATCH 50
#define MESSAGE_BYTES 4096
#define CALLS_MAX 20
/* Some messages begin calls that nobody acknowledges: they stay for 32 s, which is longer than this test. */
#define HALF_CALLS_MAX 4000
#define ANSWER_MS 5000

struct world {
	struct sy_sip *sip;
	struct sy_mailbox *arrivals;
	struct sy_bridge *bridges[CALLS_MAX];
	size_t n;
	int fd;
	uint64_t seed;
	unsigned counter;
	char tag[64]; /* of the call that is up; "": none */
	unsigned call;
	unsigned cseq;
};

static int on_arrival(void *arg, struct sy_arrival *arrival)
{
	struct world *world = arg;

	return sy_mailbox_put(world->arrivals, arrival->bridge) ? EBUSY : 0;
}

/* Frames for all who are there; those who have gone, and those who are too many, are let go. */
static void tick(struct world *world)
{
	static const int16_t silence[SY_FRAME_SAMPLES_MAX];
	struct sy_bridge *bridge;

	while ((bridge = sy_mailbox_take(world->arrivals))) {
		if (world->n < CALLS_MAX)
			world->bridges[world->n++] = bridge;
		else
			sy_bridge_destroy(bridge);
	}
	for (size_t i = world->n; i-- > 0;) {
		struct sy_exchange x = {.ours = silence};

		assert_int_equal(sy_bridge_exchange(world->bridges[i], &x), 0);
		if (!x.gone)
			continue;
		sy_bridge_destroy(world->bridges[i]);
		world->bridges[i] = world->bridges[--world->n];
	}
}

static uint32_t chance(struct world *world, uint32_t below)
{
	/* Knuth's MMIX generator; its upper half is the better one. */
	world->seed = world->seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)(world->seed >> 33) % below;
}

/* Two for each call. */
static void allow_descriptors(void)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = limit.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static int setup(void **state)
{
	static const struct sy_sip_listen listen = {SY_SIP_UDP, "127.0.0.1", 0};
	static struct world world;
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sy_sip_prm prm = {
		.listen = &listen,
		.listen_n = 1,
		.otherwise = SY_SIP_OPEN,
		.source_invites_s = 10000,
		.source_messages_s = 100000,
		.calls_max = HALF_CALLS_MAX,
		.rtp_port_min = 22000,
		.rtp_port_max = 31999,
		.arrival = on_arrival,
		.arg = &world,
	};

	world = (struct world){.seed = 1};
	allow_descriptors();
	assert_int_equal(sy_mailbox_create(CALLS_MAX, &world.arrivals), 0);
	assert_int_equal(sy_sip_create(&prm, NULL, &world.sip), 0);
	assert_int_equal(sy_sip_start(world.sip, NULL), 0);
	world.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	to.sin_port = htons(sy_sip_port(world.sip, 0));
	assert_int_equal(connect(world.fd, (const struct sockaddr *)&to, sizeof to), 0);
	*state = &world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	sy_sip_stop(world->sip);
	tick(world);
	while (world->n)
		sy_bridge_destroy(world->bridges[--world->n]);
	sy_sip_destroy(world->sip);
	sy_mailbox_destroy(world->arrivals);
	(void)close(world->fd);
	return 0;
}

/* A message of the call. */
static size_t compose(struct world *world, const char *method, char text[MESSAGE_BYTES])
{
	static const char sound[] =
		"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
		"m=audio 4000 RTP/AVP 0 8 101\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n";
	static const char key[] = "Signal=5\r\nDuration=100\r\n";
	bool invite = !strcmp(method, "INVITE");
	bool info = !strcmp(method, "INFO");
	const char *body = invite ? sound : info ? key : "";
	const char *type = invite ? "Content-Type: application/sdp\r\n"
			   : info ? "Content-Type: application/dtmf-relay\r\n"
				  : "";

	return (size_t)snprintf(text, MESSAGE_BYTES,
		"%s sip:ivr@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK%u;rport\r\n"
		"From: <sip:a@127.0.0.1>;tag=a\r\nTo: <sip:ivr@127.0.0.1>%s%s\r\nCall-ID: m%u\r\n"
		"CSeq: %u %s\r\nMax-Forwards: 70\r\nContact: <sip:a@127.0.0.1:9>\r\n"
		"User-to-User: 3538333235;encoding=hex\r\n%sContent-Length: %zu\r\n\r\n%s",
		method, world->counter++, world->tag[0] ? ";tag=" : "", world->tag, world->call, world->cseq++, method,
		type, strlen(body), body);
}

/* Waits for the response that has `mark` in it; the text stays in `reply`. */
static int await(struct world *world, const char *mark, char reply[MESSAGE_BYTES])
{
	struct pollfd ready = {.fd = world->fd, .events = POLLIN};
	int status;

	while (poll(&ready, 1, ANSWER_MS) == 1) {
		ssize_t n = recv(world->fd, reply, MESSAGE_BYTES - 1, 0);

		if (n <= 0)
			continue;
		reply[n] = '\0';
		if (sscanf(reply, "SIP/2.0 %d", &status) == 1 && strstr(reply, mark))
			return status;
	}
	return 0;
}

static void serves(struct world *world)
{
	char text[MESSAGE_BYTES];
	char mark[64];
	int n;

	(void)snprintf(mark, sizeof mark, "Call-ID: next%u\r\n", world->counter);
	n = snprintf(text, sizeof text,
		"OPTIONS sip:ivr@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKn%u;rport\r\n"
		"From: <sip:next@127.0.0.1>;tag=next\r\nTo: <sip:ivr@127.0.0.1>\r\n%sCSeq: 1 OPTIONS\r\n"
		"Content-Length: 0\r\n\r\n",
		world->counter++, mark);
	assert_int_equal(send(world->fd, text, (size_t)n, 0), n);
	assert_int_equal(await(world, mark, text), 200);
	tick(world);
}

/* Where none of the messages has done so. */
static void end(struct world *world)
{
	char text[MESSAGE_BYTES];
	char mark[64];
	size_t n;
	int status;

	if (!world->tag[0])
		return;
	world->cseq = 1000000;
	n = compose(world, "BYE", text);
	(void)snprintf(mark, sizeof mark, "CSeq: 1000000 BYE\r\n");
	assert_int_equal(send(world->fd, text, n, 0), (ssize_t)n);
	status = await(world, mark, text);
	assert_true(status == 200 || status == 481 || status == 500);
	tick(world);
}

/* A call as it should be, of which the next messages speak. */
static void begin(struct world *world)
{
	char text[MESSAGE_BYTES];
	char mark[64];
	const char *tag;
	size_t n;

	world->tag[0] = '\0';
	world->call++;
	world->cseq = 1;
	n = compose(world, "INVITE", text);
	(void)snprintf(mark, sizeof mark, "Call-ID: m%u\r\n", world->call);
	assert_int_equal(send(world->fd, text, n, 0), (ssize_t)n);
	assert_int_equal(await(world, mark, text), 200);
	tag = strstr(text, "To: <sip:ivr@127.0.0.1>;tag=");
	assert_non_null(tag);
	assert_int_equal(sscanf(tag, "To: <sip:ivr@127.0.0.1>;tag=%63[0-9a-f]", world->tag), 1);
	world->cseq = 1;
	n = compose(world, "ACK", text);
	assert_int_equal(send(world->fd, text, n, 0), (ssize_t)n);
}

static void mutate(struct world *world, char text[MESSAGE_BYTES], size_t *n)
{
	uint32_t times = 1 + chance(world, 4);

	while (times--) {
		size_t at = chance(world, (uint32_t)*n);
		size_t len = 1 + chance(world, 12);

		if (at + len > *n)
			len = *n - at;
		switch (chance(world, 4)) {
		case 0:
			text[at] = (char)chance(world, 256);
			break;
		case 1:
			memmove(text + at, text + at + len, *n - at - len);
			*n -= len;
			break;
		case 2:
			memmove(text + at + len, text + at, *n - at);
			*n += len;
			break;
		default:
			memmove(text + chance(world, (uint32_t)(*n - len + 1)), text + at, len);
			break;
		}
		if (*n < 16 || *n > MESSAGE_BYTES / 2)
			return;
	}
}

static void test_mutated_messages(void **state)
{
	static const char *const methods[] = {
		"INVITE", "ACK", "BYE", "INFO", "INVITE", "CANCEL", "NOTIFY", "INFO", "INVITE", "REFER", "OPTIONS"};
	struct world *world = *state;
	struct sy_sip_counters counters;

	for (unsigned i = 0; i < MESSAGES; i++) {
		char text[MESSAGE_BYTES];
		size_t n;

		if (i % 500 == 0) {
			end(world);
			begin(world);
		}
		n = compose(world, methods[chance(world, sizeof methods / sizeof *methods)], text);
		mutate(world, text, &n);
		(void)send(world->fd, text, n, 0);
		if (i % BATCH == BATCH - 1)
			serves(world);
	}
	sy_sip_counters(world->sip, &counters);
	assert_true(counters.messages >= MESSAGES);
	assert_int_equal(counters.limited, 0);
	assert_true(counters.refused[SY_SIP_REFUSED_MESSAGE] > 0);
	assert_true(counters.calls >= MESSAGES / 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_mutated_messages, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
