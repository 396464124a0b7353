/*
 * trunk: PBXs and providers that we register with, so that their calls reach us. Private to audio/sip; on the SIP
 * thread.
 *
 * A registration is renewed at nine tenths of its time. One that fails is tried again after 5 s, 10 s, 20 s and so on
 * up to SY_TRUNK_WAIT_MAX_S, each shortened by chance, so that a PBX that comes back does not meet all at once
 * (after RFC 5626, 4.5).
 */
#ifndef SY_SIP_TRUNK_H
#define SY_SIP_TRUNK_H

#include "audio/sip/service.h"

#define SY_TRUNK_WAIT_S 5
#define SY_TRUNK_WAIT_MAX_S 1800

struct sy_trunk;
struct sy_trunks;

int sy_trunks_create(struct sy_sip *sip, struct sy_trunks **ret_trunks);
void sy_trunks_destroy(struct sy_trunks *trunks);

/* Registers what is due. */
void sy_trunks_tick(struct sy_trunks *trunks, uint64_t now_ms);
/* Takes the registrations back. */
void sy_trunks_leave(struct sy_trunks *trunks);
/* True once nothing is under way. */
bool sy_trunks_idle(const struct sy_trunks *trunks);

/* The trunk whose user a call was sent to; NULL: none. */
const struct sy_trunk *sy_trunks_find(const struct sy_trunks *trunks, const struct pl *user);
/* The trunk at whose host an address is; NULL: none. */
const struct sy_trunk *sy_trunks_at(const struct sy_trunks *trunks, const char *uri);

/* For libre, which frees both. EAUTH: `trunk` is NULL, or has no password. */
int sy_trunk_password(const struct sy_trunk *trunk, const char *realm, char **ret_user, char **ret_password);
/* Where its requests go first; NULL: straight to their target. */
const char *sy_trunk_proxy(const struct sy_trunk *trunk);
/* "sip:user@host". */
const char *sy_trunk_address(const struct sy_trunk *trunk);

/* How long to wait after so many failures in a row; `chance` 0 .. 1000. */
unsigned sy_trunk_wait_ms(unsigned failures, unsigned chance);

#endif
