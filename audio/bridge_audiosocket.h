/*
 * bridge_audiosocket: one caller whose sound and keys come over a connected AudioSocket.
 *
 * An exchange sends our 20 ms in one piece with its header, silence included, and takes what has come; it never waits.
 * Time is counted in exchanges, so the bridge has no clock. Sound goes back at the rate the caller's came in. Frames
 * of any length are taken; we always send 20 ms, which no peer has to collect first.
 *
 * The caller is gone when the peer hangs up, closes, breaks the connection or the protocol, or nothing was heard from
 * it (or taken by it) for SY_BRIDGE_AUDIOSOCKET_SILENT_MS; sound that came before a hang-up is given first.
 *
 * sy_bridge_pass() lets go in an orderly way: what we have said is sent, then our side is closed, the rest of the
 * caller's is read and thrown away. The passing is DONE when the peer has closed too; FAILED, and the caller gone, when
 * it had gone before or does not close within SY_BRIDGE_AUDIOSOCKET_LEAVE_MS. Where the caller goes is the dial plan's
 * business: the target is ignored. After DONE nothing can be heard or said any more.
 *
 * One thread, which may be another than the one that made it. Destroying never waits either: a connection that has
 * something left to send or to be told goes to `left`.
 */
#ifndef SY_AUDIO_BRIDGE_AUDIOSOCKET_H
#define SY_AUDIO_BRIDGE_AUDIOSOCKET_H

#include "audio/arrival.h"
#include "audio/audiosocket.h"
#include "base/problem.h"

/* Asterisk gives up a connection on which nothing moved for 2 s; so do we. */
#define SY_BRIDGE_AUDIOSOCKET_SILENT_MS 2000
/* A peer that reads our close has closed its own side a packet later; 2 s is for one that hangs. */
#define SY_BRIDGE_AUDIOSOCKET_LEAVE_MS 2000
/* Sound that came in a burst waits at most so long; beyond it the connection is not read (TCP slows the sender). */
#define SY_BRIDGE_AUDIOSOCKET_BACKLOG_MS 1000
/* More than this waiting is delay that the caller hears; quiet frames are left out then. */
#define SY_BRIDGE_AUDIOSOCKET_DELAY_MS 60
/* Our sound that a slow peer has not taken; what does not fit is dropped, newest first, and counted. */
#define SY_BRIDGE_AUDIOSOCKET_OUT_MS 500
/* A peer whose sound changes its rate more often is broken: each change costs a filter. */
#define SY_BRIDGE_AUDIOSOCKET_RATE_MS 1000
/* Keys that wait for their exchange: a card number with its expiry, sent by a speed dialler. */
#define SY_BRIDGE_AUDIOSOCKET_KEYS_MAX 32

/* Why a caller was gone, for logs and metrics. */
enum sy_audiosocket_end {
	SY_AUDIOSOCKET_END_HANG_UP,  /* 00 from the peer */
	SY_AUDIOSOCKET_END_CLOSED,   /* orderly, without 00 */
	SY_AUDIOSOCKET_END_BROKEN,   /* reset, or another error of the connection */
	SY_AUDIOSOCKET_END_ERROR,    /* ff from the peer */
	SY_AUDIOSOCKET_END_PROTOCOL, /* a message that is none */
	SY_AUDIOSOCKET_END_SILENT,   /* nothing came for SY_BRIDGE_AUDIOSOCKET_SILENT_MS */
	SY_AUDIOSOCKET_END_STUCK,    /* nothing was taken for as long */
	SY_AUDIOSOCKET_END_PASSED,
	SY_AUDIOSOCKET_END_OURS, /* destroyed while the caller was there */
	SY_AUDIOSOCKET_ENDS
};
const char *sy_audiosocket_end_name(enum sy_audiosocket_end end);

/* Counted since the bridge was made. */
struct sy_audiosocket_counts {
	uint64_t frames_dropped;  /* 20 ms frames of ours that a slow peer did not take */
	uint64_t frames_late;     /* exchanges for which the caller's sound was not there yet */
	uint64_t frames_left_out; /* frames of the caller's left out to win back delay */
	uint64_t keys_dropped;    /* past SY_BRIDGE_AUDIOSOCKET_KEYS_MAX, or no key at all */
};

/* How a call ended, and what is left to do for its connection. */
struct sy_audiosocket_left {
	enum sy_audiosocket_end end;
	const char *text; /* says more for PROTOCOL and BROKEN, "" else; borrowed */
	struct sy_audiosocket_counts counts;
	int fd;         /* taken: to be closed once `bytes` have gone and the peer has closed; -1: closed already */
	uint8_t *bytes; /* taken: heap memory, NULL for nothing */
	size_t n;
};

struct sy_bridge_audiosocket_prm {
	int fd;   /* taken on success: a connected stream socket, non-blocking, its UUID already read */
	int rate; /* of the bridge: SY_RATE_LINE or SY_RATE_WIDE */
	struct sy_audiosocket_reader reader; /* as far as it has been read */
	bool cut;                            /* no 00 is sent at the end of a call that was not passed on */
	/* Called once, by destroy and on its thread. NULL: the connection is closed after one try to send the rest. */
	void (*left)(void *arg, struct sy_audiosocket_left *left);
	void *arg;
};

/* EINVAL for another rate, ENOMEM. */
int sy_bridge_audiosocket_create(const struct sy_bridge_audiosocket_prm *prm, struct sy_bridge **ret_bridge);

#endif
