/*
 * listening: the sockets that SIP comes in by. Private to audio/sip; on the SIP thread.
 */
#ifndef SY_SIP_LISTENING_H
#define SY_SIP_LISTENING_H

#include "audio/sip/service.h"

/* Opens listen[i] of the settings and notes its port. EADDRINUSE, EACCES …: start_why names the address. */
int sy_listening_open(struct sy_sip *sip, size_t i);

#endif
