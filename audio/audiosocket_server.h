/*
 * audiosocket_server: the TCP server to which Asterisk's AudioSocket() and Dial(AudioSocket/…) connect.
 *
 * Has a thread of its own that accepts, waits for each connection's UUID, announces the call (sy_arrival_h, on that
 * thread) and closes connections in an orderly way after their calls: all of that waits for a peer, which the media
 * thread must not, and a flood of connections then costs it nothing. The bridges themselves have no thread: whoever
 * took the arrival exchanges them.
 *
 * Life: create (listens, starts) → stop (no new calls) → destroy. Bridges live on after stop, and must be destroyed
 * before destroy. create, stop and destroy belong to the owner's thread; port and counters to any.
 *
 * A call is announced at SY_RATE_WIDE where its sound comes at 16 kHz or more, else at SY_RATE_LINE. One that is not
 * taken (EBUSY …) is let go, so that the dial plan goes on, to Queue() for one.
 */
#ifndef SY_AUDIO_AUDIOSOCKET_SERVER_H
#define SY_AUDIO_AUDIOSOCKET_SERVER_H

#include "audio/bridge_audiosocket.h"

/* Asterisk sends the UUID with its first packet; one that does not is no Asterisk. */
#define SY_AUDIOSOCKET_GREET_MS 2000
/* After the UUID: how long the first sound, which tells the rate, may keep the call waiting. */
#define SY_AUDIOSOCKET_FIRST_SOUND_MS 100
/* Closing: as long as a bridge gives its peer. */
#define SY_AUDIOSOCKET_PART_MS SY_BRIDGE_AUDIOSOCKET_LEAVE_MS
#define SY_AUDIOSOCKET_CONNECTIONS_DEFAULT 200
#define SY_AUDIOSOCKET_CONNECTIONS_MAX 4096
#define SY_AUDIOSOCKET_NETWORKS_MAX 256
/* Log lines a second about connections that came to nothing; the rest are counted only, so that a flood cannot fill a
 * disk. */
#define SY_AUDIOSOCKET_LINES_S 10

/* Something for the log. Borrowed for the call. */
struct sy_audiosocket_event {
	const char *name;   /* "call", "ended", "refused", "bad", "slow", "full", "busy" */
	const char *id;     /* the UUID; "" before it is known */
	const char *source; /* the peer's address; "" where it is no longer known */
	const char *text;   /* more; "" mostly */
	bool warning;       /* something for a person to look at */
};

struct sy_audiosocket_server_prm {
	const char *address;         /* numeric: "127.0.0.1", "::" */
	uint16_t port;               /* 0: the system chooses (tests; sy_audiosocket_server_port()) */
	const char *const *networks; /* who may connect: "127.0.0.0/8", "192.0.2.7"; borrowed for create */
	size_t n_networks;           /* 0: any */
	unsigned connections_max;    /* calls and greetings at once; 0: SY_AUDIOSOCKET_CONNECTIONS_DEFAULT */
	/* A call that ends without being passed on is reset once our sound has gone: Asterisk then hangs up, where 00
	 * or an orderly close would let the dial plan go on. */
	bool cut;

	sy_arrival_h *arrival; /* on the server's thread */
	/* On the server's thread and on those of the bridges; NULL: silent. */
	void (*log)(void *arg, const struct sy_audiosocket_event *event);
	void *arg; /* of both */
};

/* Since create. Names as in the metrics: sayso_audiosocket_<field>. */
struct sy_audiosocket_counters {
	uint64_t connections;
	uint64_t calls;    /* announced and taken */
	uint64_t calls_up; /* now */
	uint64_t refused_source;
	uint64_t refused_full; /* connections_max */
	uint64_t refused_busy; /* by who takes arrivals */
	uint64_t bad;          /* messages that are none, before a call */
	uint64_t slow;         /* no UUID in time */
	uint64_t ended[SY_AUDIOSOCKET_ENDS];
	uint64_t frames_dropped; /* of calls that have ended, as the next two */
	uint64_t frames_late;
	uint64_t keys_dropped;
};

struct sy_audiosocket_server;

/* EINVAL (address or network; `why` names it), EADDRINUSE, EACCES … */
int sy_audiosocket_server_create(
	const struct sy_audiosocket_server_prm *prm, struct sy_audiosocket_server **ret_server, struct sy_problem *why);
uint16_t sy_audiosocket_server_port(const struct sy_audiosocket_server *server);
void sy_audiosocket_server_counters(
	const struct sy_audiosocket_server *server, struct sy_audiosocket_counters *ret_counters);
/* No new calls from now on: the port is closed, greetings are let go. Returns when that is done. */
void sy_audiosocket_server_stop(struct sy_audiosocket_server *server);
/* Waits for connections that are closing, SY_AUDIOSOCKET_PART_MS at most. NULL is allowed. */
void sy_audiosocket_server_destroy(struct sy_audiosocket_server *server);

#endif
