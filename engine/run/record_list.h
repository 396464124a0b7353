/*
 * record_list: reads what record has written. The store is borrowed. One thread.
 */
#ifndef SY_RUN_RECORD_LIST_H
#define SY_RUN_RECORD_LIST_H

#include <jansson.h>
#include <stdint.h>

#include "engine/person/card.h"

#include "kb/store.h"

/* Calls, the newest first, each as {id, case_key, began_at, bridge, kb_version, outcome, duration_ms, turns}; borrowed.
 */
int sy_record_list(
	struct sy_store *store, void (*found)(void *arg, const json_t *call), void *arg, struct sy_problem *why);

/* One call's events in their order, as the call reported them; borrowed. ENOENT: there is no such call. */
int sy_record_show(struct sy_store *store, int64_t id, void (*found)(void *arg, const json_t *event), void *arg,
	struct sy_problem *why);

/* What is known of the case with this key: the newest card at the desk; an empty one where the case never got there.
 * ENOENT: no call has had the key. Caller resets. */
int sy_record_case(struct sy_store *store, const char *case_key, struct sy_card *ret_card, struct sy_problem *why);

#endif
