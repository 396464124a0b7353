/*
 * slot_value: what words are worth as the value of a slot: which value they make, what is wrong with it, and how sure
 * each of its parts is.
 *
 * Pure functions; thread-safe. What is asked for, and kept, is asking.h's.
 */
#ifndef SY_CONVERSE_SLOT_VALUE_H
#define SY_CONVERSE_SLOT_VALUE_H

#include "engine/converse/dialogue.h"
#include "engine/hear/hypothesis.h"
#include "kb/article.h"

struct sy_slot_value_prm {
	struct tm now;
	bool month_first; /* how dates in figures are meant (grammars/value.h) */
};

/* The value that words have; EINVAL: none. */
int sy_slot_value_read(
	const struct sy_slot *slot, const struct sy_slot_value_prm *prm, const char *words, struct sy_value *ret_value);
/* It becomes the choice as it is written; `corrected` where another one was spelled as nearly. Without choices any
 * words are one. EINVAL: the words are none of the choices, and it has no text. */
int sy_slot_value_choose(
	const struct sy_slot *slot, const struct sy_strings *choices, const char *words, struct sy_value *value);

/* What is wrong with a value of the right kind: VALUE_BAD, VALUE_LENGTH or VALUE_CHECK_DIGIT; VALUE_SURE: nothing. */
enum sy_on sy_slot_value_judge(const struct sy_slot *slot, const char *value);

/* The scores of the slot's words within the hypothesis, where they stand last; NULL where words were not scored. */
const struct sy_word_score *sy_slot_value_scores(const struct sy_hypothesis *heard, const char *words);
/* Of each part, 0..1 (SY_VALUE_PARTS_MAX). Where words were not scored (NULL) all are alike. */
void sy_slot_value_confidence(const struct sy_value *value, const struct sy_word_score *scores, double *ret_confidence);
/* Whether what is kept beside a part in doubt is right so often that it need not be read back. */
bool sy_slot_value_kept_sure(const struct sy_value *value, const double *confidence);

/* The likeliest number that differs in one digit and that the slot's check digit lets pass, if it is likelier than all
 * others together; else NULL. Caller frees. */
char *sy_slot_value_repair(const struct sy_slot *slot, const struct sy_value *value, const double *confidence);
/* "No, the fourteenth", after the thirteenth of May was read back: the month of `present`, a date, stays. */
void sy_slot_value_keep_month(const char *present, const struct tm *now, struct sy_value *value);

#endif
