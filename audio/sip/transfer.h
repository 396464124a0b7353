/*
 * transfer: a caller is passed on to a person. Private to audio/sip; on the SIP thread.
 *
 * Blind: REFER to the caller's side. Attended: the agent's phone is called first, and the REFER then replaces that
 * call (RFC 3891). Bridge: the agent's phone is called, and both speak through us. Until it is done the caller keeps
 * hearing us, and when it fails stays with us.
 *
 * How it stands is told through the seam's `passing`; nothing here frees a call.
 */
#ifndef SY_SIP_TRANSFER_H
#define SY_SIP_TRANSFER_H

#include "audio/sip/call.h"

/* The seam holds target and case key. */
void sy_transfer_begin(struct sy_call *call);
/* Drops what is under way. False while an errand of it is still to run; the call must not be freed before. */
bool sy_transfer_end(struct sy_call *call);
void sy_transfer_tick(struct sy_call *call, uint64_t now_ms);

/* The caller has hung up: after an accepted REFER that means it went through. */
void sy_transfer_caller_gone(struct sy_call *call);
/* The taker has let go: true where the caller stays, with the agent. */
bool sy_transfer_keeps(struct sy_call *call);

#endif
