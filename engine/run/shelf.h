/*
 * shelf: sounds of sentences that were said lately, kept once for all calls.
 *
 * Every call hears the same prompts and most the same answers. A sentence that is here costs a call neither a speech
 * worker's time nor memory of its own: whoever takes it shares its samples (sy_sound_part()). Bounded; what was not
 * wanted for longest goes first, and lives on with the calls that still say it. But nothing goes for a sentence that is
 * said for the first time: most of those name a number or a case, and are never said again. (A doorkeeper: Einziger,
 * Friedman and Manes, "TinyLFU", ACM Transactions on Storage 13(4), 2017. With one the shelf does not churn, and the
 * heap that it lies in stays as large as it is.)
 *
 * Owner: the ticker; its thread.
 */
#ifndef SY_RUN_SHELF_H
#define SY_RUN_SHELF_H

#include <stdbool.h>

#include "engine/speak/synthesiser.h"

/* Thirteen minutes at the telephone's rate: the prompts of every call and most answers of a large base. What has no
 * room a worker fetches from its folder, in a millisecond. */
#define SY_SHELF_BYTES (12u << 20)

struct sy_shelf;

int sy_shelf_create(size_t bytes_max, struct sy_shelf **ret_shelf);
void sy_shelf_destroy(struct sy_shelf *shelf); /* NULL is allowed */

/* The sound of the very same text, voice, pace, loudness and rate; the caller resets it. `shelf` may be NULL. */
bool sy_shelf_find(struct sy_shelf *shelf, const struct sy_say_job *what, struct sy_sound *ret_sound);
/* Shares `sound`, which stays the caller's. Without memory for it the sentence is just said again next time. */
void sy_shelf_keep(struct sy_shelf *shelf, const struct sy_say_job *what, struct sy_sound *sound);

/* Samples and texts now. */
size_t sy_shelf_bytes(const struct sy_shelf *shelf);

#endif
