/*
 * wire: packets through a UDP socket, many at a time, with the moment at which the kernel got them. No state.
 */
#ifndef SY_AUDIO_MEDIA_WIRE_H
#define SY_AUDIO_MEDIA_WIRE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* Nothing longer comes over an Ethernet; a longer packet is told with n 0. */
#define SY_WIRE_BYTES_MAX 1500
/* A tick brings one packet mostly, and a few after a stall. */
#define SY_WIRE_BATCH 8

struct sy_wire_packet {
	struct sockaddr_storage from;
	uint64_t came_us; /* since 1970 */
	size_t n;
	uint8_t bytes[SY_WIRE_BYTES_MAX];
};

/* Before the first read: asks the kernel for arrival times, which are exact however late we look. */
int sy_wire_prepare(int fd);

/* Never waits. ret_n: how many came, SY_WIRE_BATCH when there may be more. EBADF ... for a socket that is none. */
int sy_wire_read(int fd, struct sy_wire_packet packets[SY_WIRE_BATCH], size_t *ret_n);

/* EAGAIN, EPERM, ENETUNREACH ...: not sent. */
int sy_wire_send(int fd, const struct sockaddr_storage *to, const uint8_t *bytes, size_t n);

#endif
