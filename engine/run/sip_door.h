/*
 * sip_door: the SIP service (audio/sip), set up as the configuration says, with its log and counters brought to ours.
 *
 * Owner: the doors; one thread. The log comes from the SIP thread.
 */
#ifndef SY_RUN_SIP_DOOR_H
#define SY_RUN_SIP_DOOR_H

#include "audio/sip/sip.h"
#include "engine/run/config.h"
#include "engine/run/service.h"

/* Listening; NULL where the configuration has no SIP at all. */
int sy_sip_door_open(
	const struct sy_config *config, struct sy_service *service, struct sy_sip **ret_sip, struct sy_problem *why);

/* A sy_metrics_collect_h; `sip` is a struct sy_sip. */
void sy_sip_door_collect(struct sy_metrics *metrics, void *sip);

#endif
