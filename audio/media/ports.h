/*
 * ports: a call's pair of UDP sockets, RTP on an even port and RTCP on the next one (RFC 3550, section 11).
 *
 * The search begins anywhere in the range, so that a late packet of the call before seldom meets the next one and a
 * stranger cannot guess the port. Any thread.
 */
#ifndef SY_AUDIO_MEDIA_PORTS_H
#define SY_AUDIO_MEDIA_PORTS_H

#include <stdint.h>
#include <sys/socket.h>

struct sy_ports_prm {
	struct sockaddr_storage local; /* IPv4 or IPv6; its port is not looked at */
	uint16_t first, last;          /* the range, both included; at least one even port with the one after it */
};

struct sy_ports {
	int rtp_fd;    /* non-blocking, close-on-exec */
	int rtcp_fd;   /* the same */
	uint16_t port; /* of RTP; RTCP's is one more */
};

/* EINVAL for a range without a pair, EADDRINUSE where every pair is taken, EMFILE ... as socket(). */
int sy_ports_open(const struct sy_ports_prm *prm, struct sy_ports *ret_ports);
/* For ports that no sy_media has taken. Closes both and sets them to -1; -1 is allowed. */
void sy_ports_close(struct sy_ports *ports);

#endif
