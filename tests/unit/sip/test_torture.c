/*
 * Messages of the kinds that RFC 4475 collects, written anew, in tests/sip/torture: the first line of each file says
 * how it is to be answered (a status, "none", or "any" where the RFC leaves it open), the rest is the message. After
 * each the next caller is served.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <arpa/inet.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "audio/sip/sip.h"

#define MESSAGE_BYTES 16384
/* On a loaded machine; an answer takes less than a millisecond. */
#define ANSWER_MS 3000
/* What must not be answered is waited for so long. */
#define SILENCE_MS 50

struct client {
	struct sy_sip *sip;
	int fd;
	unsigned n;
	unsigned arrivals;
};

static int on_arrival(void *arg, struct sy_arrival *arrival)
{
	struct client *client = arg;

	(void)arrival;
	client->arrivals++;
	return EBUSY;
}

static int setup(void **state)
{
	static const struct sy_sip_listen listen = {SY_SIP_UDP, "127.0.0.1", 0};
	static struct client client;
	struct sy_sip_prm prm = {
		.listen = &listen,
		.listen_n = 1,
		.otherwise = SY_SIP_OPEN,
		.source_invites_s = 10000,
		.source_messages_s = 100000,
		.arrival = on_arrival,
		.arg = &client,
	};
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	client = (struct client){0};
	assert_int_equal(sy_sip_create(&prm, NULL, &client.sip), 0);
	assert_int_equal(sy_sip_start(client.sip, NULL), 0);
	client.fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	to.sin_port = htons(sy_sip_port(client.sip, 0));
	assert_int_not_equal(to.sin_port, 0);
	assert_int_equal(connect(client.fd, (const struct sockaddr *)&to, sizeof to), 0);
	*state = &client;
	return 0;
}

static int teardown(void **state)
{
	struct client *client = *state;

	sy_sip_destroy(client->sip);
	(void)close(client->fd);
	return 0;
}

/* The status of the next response that has `mark` in it, 0 when none comes. Others are sent again to messages before.
 */
static int answered(const struct client *client, const char *mark, int ms)
{
	struct pollfd ready = {.fd = client->fd, .events = POLLIN};
	char text[MESSAGE_BYTES + 1];
	int status = 0;
	ssize_t n;

	if (poll(&ready, 1, ms) != 1)
		return 0;
	n = recv(client->fd, text, MESSAGE_BYTES, 0);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	if (sscanf(text, "SIP/2.0 %d", &status) != 1 || !strstr(text, mark))
		return answered(client, mark, ms);
	return status;
}

static void serves(struct client *client, const char *after)
{
	char text[512];
	char mark[32];
	int n = snprintf(text, sizeof text,
		"OPTIONS sip:ivr@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bKn%u;rport\r\n"
		"From: <sip:next@127.0.0.1>;tag=next\r\nTo: <sip:ivr@127.0.0.1>\r\nCall-ID: next%u\r\n"
		"CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n",
		client->n, client->n);

	(void)snprintf(mark, sizeof mark, "Call-ID: next%u\r\n", client->n++);
	assert_int_equal(send(client->fd, text, (size_t)n, 0), n);
	if (answered(client, mark, ANSWER_MS) != 200)
		fail_msg("after %s the next caller is not served", after);
}

/* Reads a file, its line ends as SIP has them. */
static size_t read_message(const char *path, char expected[16], char message[MESSAGE_BYTES])
{
	FILE *file = fopen(path, "r");
	size_t n = 0;
	int c;

	assert_non_null(file);
	assert_non_null(fgets(expected, 16, file));
	expected[strcspn(expected, "\n")] = '\0';
	while ((c = fgetc(file)) != EOF && n < MESSAGE_BYTES - 2) {
		if (c == '\n')
			message[n++] = '\r';
		message[n++] = (char)c;
	}
	(void)fclose(file);
	return n;
}

static void test_torture(void **state)
{
	struct client *client = *state;
	struct dirent **names = NULL;
	int n = scandir(SAYSO_TESTS_DIR "/sip/torture", &names, NULL, alphasort);
	int sent = 0;
	int wrong = 0;

	assert_true(n > 0);
	for (int i = 0; i < n; i++) {
		char message[MESSAGE_BYTES];
		char expected[16];
		char path[512];
		char mark[280];
		size_t len;
		int status;

		if (names[i]->d_name[0] != '.') {
			(void)snprintf(path, sizeof path, SAYSO_TESTS_DIR "/sip/torture/%s", names[i]->d_name);
			(void)snprintf(mark, sizeof mark, "torture-%s", names[i]->d_name);
			len = read_message(path, expected, message);
			assert_int_equal(send(client->fd, message, len, 0), (ssize_t)len);
			status = answered(client, mark, atoi(expected) ? ANSWER_MS : SILENCE_MS);
			if (strcmp(expected, "any") && status != atoi(expected)) {
				print_error("%s is answered %d instead of %s\n", names[i]->d_name, status, expected);
				wrong++;
			}
			serves(client, names[i]->d_name);
			sent++;
		}
		free(names[i]);
	}
	free(names);
	assert_int_equal(wrong, 0);
	assert_true(sent > 60);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_torture, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
