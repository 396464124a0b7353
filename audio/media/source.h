/*
 * source: from where the caller's packets come. A plain value; one thread.
 *
 * The first sender is kept ("latched") until sy_source_open(): a stranger who guesses the port later on is not heard,
 * and a caller behind NAT is answered where the packets come from, which the SDP cannot know.
 */
#ifndef SY_AUDIO_MEDIA_SOURCE_H
#define SY_AUDIO_MEDIA_SOURCE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct sy_source {
	bool latched;
	struct sockaddr_storage address; /* latched: the sender's; else where the SDP says */
};

/* Waits for the first sender. Until one comes our packets go to `told`. */
void sy_source_open(struct sy_source *source, const struct sockaddr_storage *told);

/* Is this the caller, or may it become so? */
bool sy_source_admits(const struct sy_source *source, const struct sockaddr_storage *from);
void sy_source_latch(struct sy_source *source, const struct sockaddr_storage *from);

/* IPv4 or IPv6 with an address and a port that can be sent to. */
bool sy_source_reachable(const struct sockaddr_storage *address);
bool sy_source_same_host(const struct sockaddr_storage *a, const struct sockaddr_storage *b);
bool sy_source_same(const struct sockaddr_storage *a, const struct sockaddr_storage *b);
uint16_t sy_source_port(const struct sockaddr_storage *address);
void sy_source_set_port(struct sockaddr_storage *address, uint16_t port);
socklen_t sy_source_bytes(const struct sockaddr_storage *address);

#endif
