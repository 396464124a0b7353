/*
 * settings: a checked copy of what the service was created with, defaults filled in.
 *
 * Passwords of callers are left out (the challenge keeps their hashes).
 */
#ifndef SY_SIP_SETTINGS_H
#define SY_SIP_SETTINGS_H

#include "audio/sip/sip.h"

#define SY_SETTINGS_LISTEN_MAX 8
#define SY_SETTINGS_TRUNKS_MAX 16
#define SY_SETTINGS_METHODS_MAX 8

struct sy_settings;

/* EINVAL, ENOENT as sy_sip_create(). */
int sy_settings_create(const struct sy_sip_prm *prm, struct sy_problem *why, struct sy_settings **ret_settings);
void sy_settings_destroy(struct sy_settings *settings);
const struct sy_sip_prm *sy_settings_prm(const struct sy_settings *settings);

#endif
