#include "audio/media/ports.h"

#include <errno.h>
#include <sys/random.h>
#include <unistd.h>

#include "audio/media/source.h"

static int open_one(const struct sockaddr_storage *local, uint16_t port, int *ret_fd)
{
	struct sockaddr_storage address = *local;
	int fd = socket(address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return errno;
	sy_source_set_port(&address, port);
	if (bind(fd, (const struct sockaddr *)&address, sy_source_bytes(&address)) != 0) {
		const int err = errno;
		(void)close(fd);
		return err;
	}
	*ret_fd = fd;
	return 0;
}

static int open_pair(const struct sockaddr_storage *local, uint16_t port, struct sy_ports *ret_ports)
{
	struct sy_ports ports = {.rtp_fd = -1, .rtcp_fd = -1, .port = port};
	int err = open_one(local, port, &ports.rtp_fd);

	if (err == 0)
		err = open_one(local, (uint16_t)(port + 1), &ports.rtcp_fd);
	if (err != 0) {
		sy_ports_close(&ports);
		return err;
	}
	*ret_ports = ports;
	return 0;
}

int sy_ports_open(const struct sy_ports_prm *prm, struct sy_ports *ret_ports)
{
	const uint32_t first = (prm->first + 1u) & ~1u;
	uint32_t chance = 0;

	if (prm->local.ss_family != AF_INET && prm->local.ss_family != AF_INET6)
		return EINVAL;
	if (prm->first == 0 || first + 1 > prm->last)
		return EINVAL;
	const uint32_t pairs = (prm->last - first + 1) / 2;
	if (getrandom(&chance, sizeof(chance), 0) != sizeof(chance))
		return errno;
	for (uint32_t i = 0; i < pairs; i++) {
		const uint16_t port = (uint16_t)(first + 2 * ((chance + i) % pairs));
		const int err = open_pair(&prm->local, port, ret_ports);
		if (err != EADDRINUSE)
			return err;
	}
	return EADDRINUSE;
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

void sy_ports_close(struct sy_ports *ports)
{
	close_one(&ports->rtp_fd);
	close_one(&ports->rtcp_fd);
}
