/*
 * doors: where the service is reached: SIP, AudioSocket, and the web pages that tell how it stands; as the
 * configuration says.
 *
 * Owner: the command; one thread.
 */
#ifndef SY_RUN_DOORS_H
#define SY_RUN_DOORS_H

#include "base/text.h"
#include "engine/run/config.h"
#include "engine/run/service.h"

struct sy_doors;

/* Both are borrowed and outlive the doors. EADDRINUSE, EACCES, EINVAL …: `why` names the address. */
int sy_doors_open(const struct sy_config *config, struct sy_service *service, struct sy_doors **ret_doors,
	struct sy_problem *why);
/* A line for each: "SIP over UDP on 127.0.0.1:5060". */
int sy_doors_list(const struct sy_doors *doors, struct sy_text *ret_text);

/* Brings what only the doors know into /health; once a second. */
void sy_doors_look(struct sy_doors *doors);

/* New callers are refused, each in the terms of its door; calls and web pages go on. */
void sy_doors_shut(struct sy_doors *doors);
/* After sy_service_stop(): says goodbye to whoever is left. NULL is allowed. */
void sy_doors_close(struct sy_doors *doors);

#endif
