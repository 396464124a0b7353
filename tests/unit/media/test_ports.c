#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>

#include "audio/media/ports.h"

static struct sy_ports_prm range(uint16_t first, uint16_t last)
{
	struct sy_ports_prm prm = {.first = first, .last = last};
	struct sockaddr_in *local = (struct sockaddr_in *)&prm.local;

	local->sin_family = AF_INET;
	local->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return prm;
}

static uint16_t port_of(int fd)
{
	struct sockaddr_in address;
	socklen_t n = sizeof(address);

	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &n), 0);
	return ntohs(address.sin_port);
}

/* The first free stretch of eight ports from here on, so that other programs do not matter. */
static struct sy_ports_prm free_range(void)
{
	for (uint16_t first = 40000; first < 50000; first = (uint16_t)(first + 8)) {
		struct sy_ports ports[4];
		struct sy_ports_prm prm = range(first, (uint16_t)(first + 7));
		int open = 0;
		while (open < 4 && sy_ports_open(&prm, &ports[open]) == 0)
			open++;
		for (int i = 0; i < open; i++)
			sy_ports_close(&ports[i]);
		if (open == 4)
			return prm;
	}
	fail_msg("no eight free ports in a row");
	return range(0, 0);
}

static void a_range_is_used_up_pair_by_pair(void **state)
{
	struct sy_ports_prm prm = free_range();
	struct sy_ports ports[4], another = {.rtp_fd = -7};
	unsigned seen = 0;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(sy_ports_open(&prm, &ports[i]), 0);
		assert_int_equal(ports[i].port % 2, 0);
		assert_in_range(ports[i].port, prm.first, prm.last - 1);
		assert_int_equal(port_of(ports[i].rtp_fd), ports[i].port);
		assert_int_equal(port_of(ports[i].rtcp_fd), ports[i].port + 1);
		assert_true(fcntl(ports[i].rtp_fd, F_GETFL) & O_NONBLOCK);
		assert_true(fcntl(ports[i].rtcp_fd, F_GETFD) & FD_CLOEXEC);
		seen |= 1u << (ports[i].port - prm.first) / 2;
	}
	assert_int_equal(seen, 15);
	assert_int_equal(sy_ports_open(&prm, &another), EADDRINUSE);
	assert_int_equal(another.rtp_fd, -7);
	sy_ports_close(&ports[2]);
	assert_int_equal(ports[2].rtp_fd, -1);
	assert_int_equal(sy_ports_open(&prm, &another), 0);
	assert_int_equal(another.port, ports[2].port);
	sy_ports_close(&another);
	for (size_t i = 0; i < 4; i++)
		sy_ports_close(&ports[i]); /* one of them twice */
}

static void ranges_without_a_pair_are_refused(void **state)
{
	struct sy_ports ports;

	(void)state;
	const struct sy_ports_prm none[] = {range(0, 0), range(0, 10), range(20001, 20002), range(20000, 20000),
		range(65535, 65535), range(20002, 20001)};
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++)
		assert_int_equal(sy_ports_open(&none[i], &ports), EINVAL);
	struct sy_ports_prm prm = range(20000, 20010);
	prm.local.ss_family = AF_UNIX;
	assert_int_equal(sy_ports_open(&prm, &ports), EINVAL);
	/* The top of all ports is a pair. */
	prm = range(65534, 65535);
	const int err = sy_ports_open(&prm, &ports);
	assert_true(err == 0 || err == EADDRINUSE);
	if (err == 0)
		sy_ports_close(&ports);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_range_is_used_up_pair_by_pair),
		cmocka_unit_test(ranges_without_a_pair_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
