/*
 * value: spoken words of a slot -> its normalised value.
 *
 * "double three oh seven" -> "3307"; "the third of may" -> "2026-05-03"; "half past four" -> "16:30"; "four in the
 * morning" -> "04:00"; "twenty pounds fifty" -> "20.50"; "yeah that's right" -> "yes". Every sentence of a kind's
 * grammar has a value. Figures ("3307", "42", "20.50", "16:30") are taken too, as keys or a typed text give them.
 * What is taken where people leave something out (the year, morning or afternoon): docs/grammars.md, "Values".
 * Pure functions, thread-safe.
 *
 * Errors: EINVAL when the words do not make a value of that kind.
 */
#ifndef SY_GRAMMARS_VALUE_H
#define SY_GRAMMARS_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

enum sy_value_kind {
	SY_VALUE_TEXT,   /* the words themselves */
	SY_VALUE_DIGITS, /* "0123456789" */
	SY_VALUE_NUMBER, /* "42" */
	SY_VALUE_MONEY,  /* "20.50" */
	SY_VALUE_DATE,   /* "2026-05-03" */
	SY_VALUE_TIME,   /* "16:30" */
	SY_VALUE_YES_NO, /* "yes" | "no" */
	SY_VALUE_DAY,    /* "monday" .. "sunday" (also "today", "tomorrow" resolved against now) */
};

/* Names as content files write them: "text", "digits", "number", "money", "date", "time", "yesno", "day". */
int sy_value_kind_from(const char *name, enum sy_value_kind *ret_kind);
const char *sy_value_kind_name(enum sy_value_kind kind);

/*
 * The grammar file (in grammars/) whose one public rule, named as the file, speaks this kind, e.g. "digits.gram";
 * NULL for text.
 */
const char *sy_value_grammar(enum sy_value_kind kind);

/* `now` is the call's local time: "next friday" counts from it. Caller frees ret_value. */
int sy_value_normalise(enum sy_value_kind kind, const char *words, const struct tm *now, char **ret_value);

/* Luhn (ISO/IEC 7812-1) over a digit string. */
bool sy_value_luhn(const char *digits);

#endif
