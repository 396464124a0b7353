/*
 * door: what comes in over the wire, before a call sees it. Private to audio/sip; on the SIP thread.
 *
 * Datagrams pass the gate before libre parses them; then each request passes the guard, the access list and the
 * challenge. OPTIONS and the methods that were set are answered here, and so is whatever nobody else wants.
 *
 * Refusals are sent without a transaction (RFC 3261, 8.2.7): a flood of them must leave nothing behind.
 */
#ifndef SY_SIP_DOOR_H
#define SY_SIP_DOOR_H

#include "audio/sip/service.h"

/* In front of the sessions: before sipsess_listen(). */
int sy_door_create(struct sy_sip *sip, struct sy_door **ret_door);
/* Behind them: takes what is left over. */
int sy_door_close_back(struct sy_door *door);
void sy_door_destroy(struct sy_door *door);

/* Sends a datagram to each of our own sockets, so that the gate stands before the first stranger comes. */
void sy_door_knock(struct sy_door *door);

/* A new INVITE: refuses it, or begins a call. */
void sy_door_invite(const struct sip_msg *msg, void *arg);

#endif
