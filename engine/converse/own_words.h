/*
 * own_words: details in a sentence that no phrase has: the day of "are you, like, open on Sunday?".
 *
 * An article's phrases say where its details stand; a caller's own words do not. A value is taken from them where there
 * is one of the slot's kind and no other, made of words that were surely heard. Days, dates and listed names only: a
 * number in a sentence may be anything.
 *
 * Pure functions; thread-safe. What is done with a value is asking.h's.
 */
#ifndef SY_CONVERSE_OWN_WORDS_H
#define SY_CONVERSE_OWN_WORDS_H

#include "engine/converse/slot_value.h"

/* A word that was not surely heard, for another. */
#define SY_OWN_WORDS_LOST "-"
/* "Wednesday the twenty third of december twenty twenty six". */
#define SY_OWN_WORDS_VALUE_MAX 9

/* A longer list is not looked through, but asked for: each name is spelled out as it is spoken, 3 to 5 us, in the
 * thread that carries the sound, which has 20 ms for all calls. */
#define SY_OWN_WORDS_CHOICES_MAX 1000

/* The words of a hypothesis, those in doubt lost. NULL: there is none that is sure, or out of memory. Caller frees. */
char *sy_own_words_sure(const struct sy_hypothesis *heard);

/* Whether values of the slot can be found in a caller's own words. */
bool sy_own_words_findable(const struct sy_slot *slot);
/* The one value that is there; `choices` of a slot that is chosen from a list. ENOENT: none, or several. */
int sy_own_words_value(const struct sy_slot *slot, const struct sy_slot_value_prm *prm,
	const struct sy_strings *choices, const char *words, char **ret_value);

#endif
