/*
 * service: everything behind the doors: content, speech workers, records, the media thread.
 *
 * What takes calls (SIP, AudioSocket, a test) announces them with sy_service_arrive(); the rest happens on the threads
 * that docs/design.md names. It knows no socket and no signal.
 *
 * Owner: the command. Create, drain and destroy belong to one thread, all else to any.
 */
#ifndef SY_RUN_SERVICE_H
#define SY_RUN_SERVICE_H

#include "audio/arrival.h"
#include "engine/run/config.h"
#include "engine/run/log.h"
#include "engine/run/roster.h"
#include "engine/run/status.h"

struct sy_service_prm {
	const struct sy_config *config; /* borrowed; outlives the service */
	const char *const *worker;      /* program and arguments of a speech worker, ended by NULL; borrowed likewise */
};

struct sy_service;

/* Returns when a call could be answered. */
int sy_service_create(const struct sy_service_prm *prm, struct sy_service **ret_service, struct sy_problem *why);
/* Puts down the calls that are left: no bridge is used any more, so the doors may be taken down. */
void sy_service_stop(struct sy_service *service);
/* Stops, and writes what records there are left. NULL is allowed. */
void sy_service_destroy(struct sy_service *service);

/* A sy_arrival_h and a sy_sip_room_h; `service` is a struct sy_service. */
int sy_service_arrive(void *service, struct sy_arrival *arrival);
bool sy_service_room(void *service);

/* From now on no new call is taken. */
void sy_service_drain(struct sy_service *service);
void sy_service_put_down(struct sy_service *service);
size_t sy_service_calls(const struct sy_service *service); /* that are in progress, or about to begin */
uint64_t sy_service_beats(const struct sy_service *service);

void sy_service_reload(struct sy_service *service);

/* Borrowed. */
struct sy_log *sy_service_log(struct sy_service *service);
struct sy_metrics *sy_service_metrics(struct sy_service *service);
struct sy_status *sy_service_status(struct sy_service *service);
struct sy_roster *sy_service_roster(struct sy_service *service);

#endif
