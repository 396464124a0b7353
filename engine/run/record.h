/*
 * record: writes a call, its turns and its events into the store as they happen.
 *
 * Each event is one transaction, committed before the next frame, so a process that is killed loses at most the turn
 * in progress, and the file is always whole. A disk that is full or a base that another program holds never stops or
 * delays a call: what cannot be written is kept in memory (at most SY_RECORD_KEPT_MAX events) and tried again at the
 * next event and at the end.
 *
 * Owner: whoever runs the call. The store is borrowed, must be a connection of its own and outlive the record. One
 * thread.
 */
#ifndef SY_RUN_RECORD_H
#define SY_RUN_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/run/note.h"
#include "kb/store.h"

/* An hour's call has fewer; past it further events are counted and dropped, the call's end is kept. */
#define SY_RECORD_KEPT_MAX 2000

struct sy_record;

/* bridge: "script", "microphone", "sip" …, as it will stand in the call's row. Nothing is written yet. */
int sy_record_create(struct sy_store *store, const char *bridge, struct sy_record **ret_record);

/* Before the first event, where they are known: the number or address that called; that the call goes on with the case
 * of an earlier one of the same key. */
int sy_record_caller(struct sy_record *record, const char *caller);
void sy_record_goes_on(struct sy_record *record);

/* A sy_event_h; `record` is a struct sy_record. */
void sy_record_event(const struct sy_event *event, void *record);
/* The same for an event that was copied elsewhere; it is taken. */
void sy_record_note(struct sy_record *record, struct sy_note *note);
/* Tries once more to write what is kept, without waiting for another writer. 0: nothing is kept any more. */
int sy_record_retry(struct sy_record *record);

/* The call's id in the base, 0 while nothing could be written. */
int64_t sy_record_id(const struct sy_record *record);

/* Events that are kept in memory because they cannot be written now; why the last attempt failed, "" if it did not. */
size_t sy_record_kept(const struct sy_record *record);
size_t sy_record_dropped(const struct sy_record *record);
const char *sy_record_trouble(const struct sy_record *record);

/* Tries once more, waiting SY_STORE_BUSY_MS for another writer. Then frees the record, on failure too; `why` says what
 * was lost. */
int sy_record_finish(struct sy_record *record, struct sy_problem *why);

/* A case key (5 digits, NUL) that no call in the base has; random. */
#define SY_CASE_KEY_BYTES 6
int sy_record_free_key(struct sy_store *store, char *ret_key, struct sy_problem *why);

#endif
