/*
 * certificate: who we are over TLS, and whom we believe. Private to audio/sip; on the SIP thread.
 *
 * Peers that call us show no certificate, or any: they are known by their address and password. Peers that we call are
 * believed only with a certificate by one of the given authorities that names a host we were told of (a trunk, the
 * target of transfers); libre's SIP asks nobody for a name, so which one of them it is cannot be told.
 */
#ifndef SY_SIP_CERTIFICATE_H
#define SY_SIP_CERTIFICATE_H

#include <re.h>

#include "audio/sip/sip.h"

/* Longer chains are somebody's mistake. */
#define SY_CERTIFICATE_DEPTH 4

/* `prm` must outlive it. `ret_tls` is libre's, to be dereferenced; NULL where no certificate was given. */
int sy_certificate_load(const struct sy_sip_prm *prm, struct sy_problem *why, struct tls **ret_tls);

#endif
