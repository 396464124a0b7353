/*
 * part: the one part of a value that was heard in doubt, or the two things that the same words may mean.
 *
 * The rest of the value is kept (promise P4): "I have 4 4 1. What are the last three digits?" The part is asked for as
 * if it were a detail of its own, a slot of the part's kind, and its answer is joined with what was kept.
 *
 * Owner: whoever created it; one thread.
 */
#ifndef SY_CONVERSE_PART_H
#define SY_CONVERSE_PART_H

#include <time.h>

#include "kb/article.h"
#include "prompts/prompt_id.h"

/* A part that is right this often is kept; below it is asked for again. One digit in twenty wrong makes a number of six
 * digits wrong every fourth time, so what is kept must be better than what is asked about. */
#define SY_PART_SURE 0.8
/* Fewer kept digits than these help nobody: the whole number is asked for, or read back. */
#define SY_PART_KEPT_MIN 2
/* The name under which a part's grammar hears its answer. */
#define SY_PART_NAME "part"

struct sy_part;

/* `confidence`: of each of the value's parts, 0..1. ENOENT: there is no such part, or all of it is in doubt. */
int sy_part_create(
	const struct sy_slot *slot, const struct sy_value *value, const double *confidence, struct sy_part **ret_part);
/* What value->text and value->other stand for. ENOENT: there is no other. */
int sy_part_create_either(const struct sy_slot *slot, const struct sy_value *value, struct sy_part **ret_part);
void sy_part_destroy(struct sy_part *part);

/* The slot that answers the part's question; lives for ever, so that its grammar may be kept by it. */
const struct sy_slot *sy_part_slot(const struct sy_part *part);
/* The question, and the values of its words. */
enum sy_prompt_id sy_part_prompt(const struct sy_part *part);
const struct sy_pairs *sy_part_words(const struct sy_part *part);

/* Whether a whole value is one of the two that were offered. */
bool sy_part_offers(const struct sy_part *part, const char *value);

/* The whole value, with `answer` (normalised, of the part's kind) in its place. EINVAL: there is no such value. Caller
 * frees. */
int sy_part_join(const struct sy_part *part, const char *answer, const struct tm *now, char **ret_value);

#endif
