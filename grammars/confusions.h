/*
 * confusions: how often one row of phones is heard as another over a telephone line.
 *
 * Read from a file that tools/confusions makes with the acoustic model itself, one change a line: the phone that was
 * said, the one that is heard in its place, and what the model charges for that, as mean and standard deviation in nats
 * over many places. "-" heard means left out, "-" said means put in; `#` begins a comment.
 *
 *     M N 29.5 25.3
 *     T - 24.7 37.1
 *     - AH 24.6 25.4
 *
 * Two rows differ by the cheapest set of changes. Their means and variances are added, a part that all have in common
 * is put in, and the wrong row wins where the sum falls below nothing: Phi(-mean / deviation).
 *
 * Owner: the creator. Immutable after load, safe to read from many threads.
 * Errors: ENOENT and other errno of opening, EINVAL with FILE:LINE or the change that is missing, ENOMEM.
 */
#ifndef SY_GRAMMARS_CONFUSIONS_H
#define SY_GRAMMARS_CONFUSIONS_H

#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"
#include "grammars/dictionary.h"

#define SY_SOUNDS_MAX 255 /* phones of one row: about 20 s of speech */

/* Phones are their numbers (sy_phone_number()). From here on a number is a part that can be anything, a slot: it is
 * like itself and like nothing else. */
#define SY_SOUND_SLOT SY_PHONES

/* How far the lengths of two rows may be apart; more is never alike. */
#define SY_SOUNDS_SHIFT_MAX 4

struct sy_confusions;

/* NULL: the project's own file (engine/hear/model/confusions.txt). */
int sy_confusions_load(const char *path, struct sy_confusions **ret_confusions, struct sy_problem *why);
void sy_confusions_destroy(struct sy_confusions *confusions);

/* Share of callers, 0 to 0.5, who say the one and are heard saying the other where a recogniser knows just these two.
 * Rows longer than SY_SOUNDS_MAX count up to there. */
double sy_confusions_error(
	const struct sy_confusions *confusions, const uint8_t *said, size_t n, const uint8_t *heard, size_t m);

/* Phones of one class are all easily taken for each other: the class's smallest number. */
uint8_t sy_confusions_class(const struct sy_confusions *confusions, uint8_t sound);

#endif
