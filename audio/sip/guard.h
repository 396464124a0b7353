/*
 * guard: what libre leaves to the application when a request comes in (shared facts in docs/telephony.md).
 *
 * libre parses headers one by one; whether they fit together is asked here, before anything acts on the request. For
 * the SIP thread.
 */
#ifndef SY_SIP_GUARD_H
#define SY_SIP_GUARD_H

#include <re.h>
#include <stdbool.h>
#include <stdint.h>

#define SY_GUARD_HEADERS_BYTES 256
/* What we do, as Allow says it. */
#define SY_GUARD_ALLOW "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, NOTIFY"

struct sy_guard_refusal {
	uint16_t code; /* 0: say nothing at all (an ACK, or no way to answer) */
	const char *reason;
	char headers[SY_GUARD_HEADERS_BYTES]; /* whole lines, or "" */
};

/* Methods that pass besides ours; whoever set them answers them. */
struct sy_guard_methods {
	const char *const *method;
	size_t n;
};

/* True where the request must not go on. */
bool sy_guard_refuses(
	const struct sip_msg *msg, const struct sy_guard_methods *more, struct sy_guard_refusal *ret_refusal);

/* Cuts what follows the body in a datagram (RFC 3261, 18.3). After sy_guard_refuses() has let it pass. */
void sy_guard_trim(const struct sip_msg *msg);

#endif
