/*
 * late_recogniser: a recogniser that is opened when it is first needed.
 *
 * Opening one takes longer than everything else before the first prompt, and nothing is heard until that has ended. So
 * a call on the command line begins at once. A recogniser that cannot be opened fails each job; the owner asks for the
 * reason afterwards.
 */
#ifndef SY_RUN_LATE_RECOGNISER_H
#define SY_RUN_LATE_RECOGNISER_H

#include "engine/hear/recogniser.h"

typedef int sy_recogniser_open_h(void *arg, struct sy_recogniser **ret_recogniser, struct sy_problem *why);

/* `arg` is borrowed until destroy. */
int sy_late_recogniser_create(sy_recogniser_open_h *open, void *arg, struct sy_recogniser **ret_recogniser);

/* Opens it now, if it is not open. Only for a recogniser made here, as the next one. */
int sy_late_recogniser_ready(struct sy_recogniser *recogniser, struct sy_problem *why);

/* Why it could not be opened; 0: it could, or was not needed. */
int sy_late_recogniser_trouble(const struct sy_recogniser *recogniser, struct sy_problem *why);

#endif
