#include "audio/media/wire.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "audio/media/source.h"

union control {
	char bytes[CMSG_SPACE(sizeof(struct timespec))];
	struct cmsghdr align;
};

int sy_wire_prepare(int fd)
{
	const int yes = 1;

	return setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof(yes)) == 0 ? 0 : errno;
}

static uint64_t us_of(const struct timespec *time)
{
	return (uint64_t)time->tv_sec * 1000000 + (uint64_t)time->tv_nsec / 1000;
}

static uint64_t arrival(struct msghdr *header)
{
	struct timespec time;

	for (struct cmsghdr *item = CMSG_FIRSTHDR(header); item != NULL; item = CMSG_NXTHDR(header, item)) {
		if (item->cmsg_level != SOL_SOCKET || item->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&time, CMSG_DATA(item), sizeof(time));
		return us_of(&time);
	}
	(void)clock_gettime(CLOCK_REALTIME, &time);
	return us_of(&time);
}

int sy_wire_read(int fd, struct sy_wire_packet packets[SY_WIRE_BATCH], size_t *ret_n)
{
	struct mmsghdr message[SY_WIRE_BATCH] = {0};
	struct iovec part[SY_WIRE_BATCH];
	union control control[SY_WIRE_BATCH];

	for (size_t i = 0; i < SY_WIRE_BATCH; i++) {
		part[i] = (struct iovec){.iov_base = packets[i].bytes, .iov_len = SY_WIRE_BYTES_MAX};
		message[i].msg_hdr = (struct msghdr){
			.msg_name = &packets[i].from,
			.msg_namelen = sizeof(packets[i].from),
			.msg_iov = &part[i],
			.msg_iovlen = 1,
			.msg_control = control[i].bytes,
			.msg_controllen = sizeof(control[i].bytes),
		};
	}
	const int n = recvmmsg(fd, message, SY_WIRE_BATCH, MSG_DONTWAIT, NULL);
	*ret_n = n > 0 ? (size_t)n : 0;
	for (size_t i = 0; i < *ret_n; i++) {
		packets[i].n = message[i].msg_hdr.msg_flags & MSG_TRUNC ? 0 : message[i].msg_len;
		packets[i].came_us = arrival(&message[i].msg_hdr);
	}
	return n < 0 && (errno == EBADF || errno == ENOTSOCK) ? errno : 0;
}

int sy_wire_send(int fd, const struct sockaddr_storage *to, const uint8_t *bytes, size_t n)
{
	const ssize_t sent =
		sendto(fd, bytes, n, MSG_DONTWAIT | MSG_NOSIGNAL, (const struct sockaddr *)to, sy_source_bytes(to));

	return sent < 0 ? errno : 0;
}
