/*
 * sip: callers over SIP, as a service with a thread of its own.
 *
 * Answers calls over UDP, TCP and TLS, directly or registered with trunks, negotiates their sound (audio/media) and
 * announces each call, once its 200 was acknowledged, as an arrival whose bridge the taker then owns. The bridge is
 * exchanged on the taker's thread and touches only the call's media; signalling stays on the SIP thread.
 *
 * Life: create → start → (drain) → stop → destroy. Bridges may be destroyed at any time before sy_sip_destroy(), also
 * after sy_sip_stop(), but not after it. All functions here are for the owner's thread; handlers run on the SIP thread
 * and return at once.
 *
 * Sources: RFC 3261 (SIP), 3264 (offer and answer), 3515 and 3891 (transfer), 7433 (User-to-User), 7616 (digest).
 */
#ifndef SY_SIP_SIP_H
#define SY_SIP_SIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "audio/arrival.h"
#include "base/problem.h"

/* 5060, and 5061 over TLS (RFC 3261, 19.1.2). */
#define SY_SIP_PORT 5060
#define SY_SIP_PORT_TLS 5061

enum sy_sip_transport { SY_SIP_UDP, SY_SIP_TCP, SY_SIP_TLS, SY_SIP_TRANSPORT_N };
enum sy_sip_srtp { SY_SIP_SRTP_OFF, SY_SIP_SRTP_OFFERED, SY_SIP_SRTP_REQUIRED };
enum sy_sip_transfer { SY_SIP_TRANSFER_BLIND, SY_SIP_TRANSFER_ATTENDED, SY_SIP_TRANSFER_BRIDGE };

struct sy_sip_listen {
	enum sy_sip_transport transport;
	const char *address; /* "192.0.2.7"; "0.0.0.0" and "::": each address that this machine has at the start */
	uint16_t port;       /* 0: the system chooses (tests; see sy_sip_port()) */
};

/* What callers from an address may do; the first entry that covers the source decides. */
enum sy_sip_rule { SY_SIP_OPEN, SY_SIP_PASSWORD, SY_SIP_REFUSE };

struct sy_sip_access {
	const char *net; /* "127.0.0.0/8", "2001:db8::/32", "192.0.2.7" */
	enum sy_sip_rule rule;
};

/* A caller's phone that must show a password (digest), in the realm below. */
struct sy_sip_user {
	const char *name;
	const char *password;
};

/* A PBX or provider that we register with, so that its calls reach us. Its addresses still need an access entry. */
struct sy_sip_trunk {
	const char *name;      /* in logs and counters */
	const char *registrar; /* "sip:pbx.example.com", "sips:…", "sip:…;transport=tcp" */
	const char *user;
	const char *password; /* NULL: none asked */
	const char *proxy;    /* outbound proxy, "sip:…;lr"; NULL: straight to the registrar */
	unsigned expiry_s;    /* 60 .. 86400 */
};

/* One line of the log: `event key=value …`. Borrowed for the call. No words, keys or numbers of callers. */
struct sy_sip_fact {
	const char *key;
	const char *value; /* no line breaks; at most 255 bytes */
};

struct sy_sip_event {
	const char
		*name; /* "call", "hung-up", "refused", "auth-failed", "limited", "registered", … (docs/telephony.md) */
	const char *id; /* the call's arrival id; "" when there is none */
	bool warning;   /* something for a person to look at */
	const struct sy_sip_fact *fact;
	size_t n;
};

typedef void sy_sip_log_h(void *arg, const struct sy_sip_event *event);
/* Asked when an INVITE comes in: is there room for another call? */
typedef bool sy_sip_room_h(void *arg);

/* Everything is borrowed for sy_sip_create(), which copies it; handlers and `arg` are kept. Zero is a default where
 * one is named. */
struct sy_sip_prm {
	const struct sy_sip_listen *listen;
	size_t listen_n;         /* 1 .. 8 */
	const char *certificate; /* PEM chain; needed for TLS */
	const char *private_key; /* PEM; NULL: in the same file */
	const char *authorities; /* PEM of those whose certificates trunks over TLS must show; NULL: not checked */

	const char *public_address; /* in SDP and Contact; NULL: the local address that reaches the peer */
	uint16_t rtp_port_min;      /* even; 0: 10000 */
	uint16_t rtp_port_max;      /* 0: 19999 */
	const char *const *codec;   /* "opus", "G722", "PCMA", "PCMU", preferred first; NULL: all, in this order */
	size_t codec_n;
	enum sy_sip_srtp srtp;

	const struct sy_sip_trunk *trunk;
	size_t trunk_n; /* 0 .. 16 */
	const char *realm;
	const struct sy_sip_user *user;
	size_t user_n; /* 0 .. 1024 */
	const struct sy_sip_access *access;
	size_t access_n;            /* 0 .. 256 */
	enum sy_sip_rule otherwise; /* for a source that no entry covers */

	unsigned source_invites_s;  /* INVITEs a second from one source; 0: 10 */
	unsigned source_messages_s; /* all messages a second from one source; 0: 200 */
	unsigned calls_max;         /* 0: 200 */
	unsigned retry_after_s;     /* with 503; 0: 10 */
	unsigned ring_ms;           /* 180 for so long, then 200; 0: answered at once. 0 .. 30000 */
	unsigned silence_s;         /* no RTP for so long ends the call; 0: 60. At least 30 (hold, comfort noise) */
	unsigned longest_s;         /* a call's longest time; 0: 7200 */

	enum sy_sip_transfer transfer;
	const char *transfer_to;   /* "sip:queue@pbx.example.com"; where a pass without a target goes; NULL: nowhere */
	unsigned agent_ring_s;     /* how long an agent's phone may ring (attended, bridge); 0: 30 */
	const char *case_header;   /* a header that a PBX sets on a call that comes back; NULL: "X-Sayso-Case" */
	const char *const *method; /* further methods to answer 200, such as "MESSAGE"; 0 .. 8 */
	size_t method_n;
	const char *answers_to; /* the user part of our Contact; NULL: "sayso" */

	sy_arrival_h *arrival;
	sy_sip_room_h *room; /* NULL: as many as calls_max */
	sy_sip_log_h *log;   /* NULL: silent */
	void *arg;           /* of the three */
};

enum sy_sip_refusal {
	SY_SIP_REFUSED_SOURCE,   /* access list */
	SY_SIP_REFUSED_PASSWORD, /* wrong user or password, or a replay (a first challenge is not counted) */
	SY_SIP_REFUSED_FULL,     /* calls_max, or no room */
	SY_SIP_REFUSED_DRAINING,
	SY_SIP_REFUSED_MEDIA,   /* no codec in common, or SRTP missing */
	SY_SIP_REFUSED_MESSAGE, /* malformed, or asks for what we do not have */
	SY_SIP_REFUSAL_N
};

/* Since start. Names as in the metrics: sayso_sip_<field>. */
struct sy_sip_counters {
	uint64_t messages;
	uint64_t invites;
	uint64_t calls;    /* answered and acknowledged */
	uint64_t calls_up; /* now, those being set up included */
	uint64_t refused[SY_SIP_REFUSAL_N];
	uint64_t limited; /* messages dropped by the rate limit */
	uint64_t unacknowledged;
	uint64_t cancelled;
	uint64_t silent;   /* ended by the silence limit */
	uint64_t too_long; /* ended by the longest time */
	uint64_t transfers_done;
	uint64_t transfers_failed;
	uint64_t registered;    /* trunks registered now */
	uint64_t registrations; /* accepted, refreshes included */
	uint64_t registrations_failed;
	/* of the sound of all calls, those in progress included, a second old at most */
	uint64_t rtp_in;
	uint64_t rtp_out;
	uint64_t rtp_lost;
	uint64_t rtp_late;
	uint64_t rtp_concealed; /* frames made up for what did not come in time */
	uint64_t rtp_foreign;   /* from another source than the caller's */
	uint64_t rtp_refused;   /* no RTP, or its SRTP check failed */
};

struct sy_sip;

/* EINVAL: a setting is out of its range, `why` names it; ENOENT: a certificate is missing. */
int sy_sip_create(const struct sy_sip_prm *prm, struct sy_problem *why, struct sy_sip **ret_sip);
/* Stops first. */
void sy_sip_destroy(struct sy_sip *sip);

/* Opens the sockets and starts the thread. EADDRINUSE, EACCES …: `why` names the address. */
int sy_sip_start(struct sy_sip *sip, struct sy_problem *why);
/* New calls are refused with 503 and Retry-After from now on; those up go on (see sy_sip_counters.calls_up). */
void sy_sip_drain(struct sy_sip *sip);
/* Says BYE to every call, takes our registrations back, waits at most two seconds for answers and ends the thread.
 * Bridges report `gone` from then on. */
void sy_sip_stop(struct sy_sip *sip);

/* Any thread. */
void sy_sip_counters(const struct sy_sip *sip, struct sy_sip_counters *ret_counters);
const char *sy_sip_refusal_name(enum sy_sip_refusal refusal);

/* The port of listen[index], once started; 0 if there is none. */
uint16_t sy_sip_port(const struct sy_sip *sip, size_t index);

#endif
