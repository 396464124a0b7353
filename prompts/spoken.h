/*
 * spoken: written text -> words as people say them.
 *
 * Serves both ways: an editor's phrases ("what's my £20 bill for 4g") become words that a grammar can hold, and an
 * answer's values (dates, money, phone numbers) become words that the voice reads well. Both readings of their own
 * output change nothing. Pure, thread-safe. docs/speech-marks.md lists what is read how.
 */
#ifndef SY_PROMPTS_SPOKEN_H
#define SY_PROMPTS_SPOKEN_H

#include "base/problem.h"

#define SY_SPOKEN_PHRASE_MAX 512 /* bytes: no caller says more in one turn; a longer phrase is refused (E2BIG) */
#define SY_SPOKEN_VALUE_MAX 256  /* bytes: a value is a column of a row or a slot */
#define SY_SPOKEN_TEXT_MAX 16384 /* bytes: four times what the voice takes at once */

enum sy_say_as {
	SY_SAY_PLAIN,   /* text as it is, its numbers and symbols spoken */
	SY_SAY_NUMBER,  /* 1,250 -> "one thousand two hundred and fifty" */
	SY_SAY_ORDINAL, /* 3 -> "third" */
	SY_SAY_DIGITS,  /* 4071 -> "four, zero, seven, one" */
	SY_SAY_MONEY,   /* 20.50 -> "twenty pounds and fifty pence" (currency of the content, see CURRENCY) */
	SY_SAY_DATE,    /* 2026-05-03 -> "Sunday the third of May"; a time of day after it is left out */
	SY_SAY_TIME,    /* 16:30 -> "half past four in the afternoon" */
	SY_SAY_PHONE,   /* 0800 123 456 -> groups with pauses */
	SY_SAY_SPELL,   /* AB4 -> "A, B, four" */
	SY_SAY_DAYS,    /* "monday" -> "Monday", "mon-fri" -> "Monday to Friday", "sat,sun" -> "Saturday and Sunday" */
	SY_SAY_DATE_YEAR, /* 2026-05-03 -> "Sunday the third of May twenty twenty six": a date that is not near */
};

/* "plain", "number", "ordinal", "digits", "money", "date", "date-year", "time", "phone", "spell", "days"; EINVAL. */
int sy_say_as_from(const char *name, enum sy_say_as *ret_as);

/* Caller frees. EINVAL with `why` when the value is not of that kind, E2BIG past SY_SPOKEN_VALUE_MAX. */
int sy_spoken_value(enum sy_say_as as, const char *value, char **ret_words, struct sy_problem *why);

/*
 * A phrase as a grammar's words: lower case, letters and apostrophes only; digits, commas, hyphens, $, £, % and & read
 * as people say them, and a `{slot}` stays as it is, a word of its own. EINVAL when a symbol has no spoken form
 * (`why` names it and its place), or when no word is left. Caller frees.
 */
int sy_spoken_phrase(const char *text, char **ret_words, struct sy_problem *why);

/*
 * An answer's running text for the voice: the same, but case and punctuation that shape speech are kept, and a symbol
 * without a spoken form is left out. The text has no speech marks (prompts/marks.h takes them out first). May be
 * empty. E2BIG past SY_SPOKEN_TEXT_MAX.
 */
int sy_spoken_text(const char *text, char **ret_text);

#endif
