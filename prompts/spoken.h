/*
 * spoken: written text -> words as people say them.
 *
 * Serves both ways: an editor's phrases ("what's my £20 bill for 4g") become words that a grammar can hold, and an
 * answer's values (dates, money, phone numbers) become words that the voice reads well. Pure, thread-safe.
 */
#ifndef SY_PROMPTS_SPOKEN_H
#define SY_PROMPTS_SPOKEN_H

#include "base/problem.h"

enum sy_say_as {
	SY_SAY_PLAIN,   /* text as it is, its numbers and symbols spoken */
	SY_SAY_NUMBER,  /* 1,250 -> "one thousand two hundred and fifty" */
	SY_SAY_ORDINAL, /* 3 -> "third" */
	SY_SAY_DIGITS,  /* 4071 -> "four, zero, seven, one" */
	SY_SAY_MONEY,   /* 20.50 -> "twenty pounds and fifty pence" (currency of the content, see CURRENCY) */
	SY_SAY_DATE,    /* 2026-05-03 -> "Sunday the third of May" */
	SY_SAY_TIME,    /* 16:30 -> "half past four in the afternoon" */
	SY_SAY_PHONE,   /* 0800 123 456 -> groups with pauses */
	SY_SAY_SPELL,   /* AB4 -> "A, B, four" */
	SY_SAY_DAYS,    /* "monday" -> "Monday" */
};

int sy_say_as_from(const char *name, enum sy_say_as *ret_as); /* "number", "digits", …; EINVAL */

/* Caller frees. EINVAL with `why` when the value is not of that kind. */
int sy_spoken_value(enum sy_say_as as, const char *value, char **ret_words, struct sy_problem *why);

/*
 * A phrase as a grammar's words: lower case, letters and apostrophes only; digits, commas, hyphens, $, £, % and & read
 * as people say them. EINVAL when a symbol has no spoken form; `why` names the symbol. Caller frees.
 */
int sy_spoken_phrase(const char *text, char **ret_words, struct sy_problem *why);

/* An answer's running text for the voice: the same, but case and punctuation that shape speech are kept. */
int sy_spoken_text(const char *text, char **ret_text);

#endif
