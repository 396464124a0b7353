/*
 * gate: which sources may send us SIP at all, and how fast.
 *
 * Asked for each message before it is parsed, so that a flood costs a look-up and nothing more. Remembers the
 * SY_GATE_SOURCES sources heard last; an IPv6 source is its /64, since that is what one subscriber gets. For one
 * thread.
 *
 * Times are milliseconds of a monotonic clock.
 */
#ifndef SY_SIP_GATE_H
#define SY_SIP_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "audio/sip/sip.h"

/* 4,096 sources are 190 kB: ten times the trunks, PBXs and phones of a large site. */
#define SY_GATE_SOURCES 4096
#define SY_GATE_ACCESS_MAX 256
/* One log line a second for a source that is turned away is enough for fail2ban, and cannot fill a disk. */
#define SY_GATE_REPORT_MS 1000

enum sy_gate_verdict { SY_GATE_PASS, SY_GATE_LIMITED, SY_GATE_REFUSED };

struct sy_gate;

struct sy_gate_prm {
	const struct sy_sip_access *access;
	size_t access_n; /* 0 .. SY_GATE_ACCESS_MAX */
	enum sy_sip_rule otherwise;
	unsigned invites_s;  /* of one source; at least 1 */
	unsigned messages_s; /* of one source, INVITEs included; at least 1 */
};

/* EINVAL: an entry is not a network, `why` names it. */
int sy_gate_create(const struct sy_gate_prm *prm, struct sy_problem *why, struct sy_gate **ret_gate);
void sy_gate_destroy(struct sy_gate *gate);

/* What the access list says of an address. */
enum sy_sip_rule sy_gate_rule(const struct sy_gate *gate, const struct sockaddr *source);

struct sy_gate_message {
	const struct sockaddr *source;
	bool invite;
	uint64_t now_ms;
};

/* Counts the message against its source. `ret_report`: this one is worth a line in the log. */
enum sy_gate_verdict sy_gate_pass(struct sy_gate *gate, const struct sy_gate_message *message, bool *ret_report);

#endif
