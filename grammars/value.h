/*
 * value: spoken words of a slot -> its normalised value, and which of the words made which part of it.
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
	SY_VALUE_TEXT,    /* the words themselves */
	SY_VALUE_DIGITS,  /* "0123456789" */
	SY_VALUE_NUMBER,  /* "42" */
	SY_VALUE_MONEY,   /* "20.50" */
	SY_VALUE_DATE,    /* "2026-05-03" */
	SY_VALUE_TIME,    /* "16:30" */
	SY_VALUE_YES_NO,  /* "yes" | "no" */
	SY_VALUE_DAY,     /* "monday" .. "sunday" (also "today", "tomorrow" resolved against now) */
	SY_VALUE_PHONE,   /* "+447700900123", "08001111 ext 45" */
	SY_VALUE_SPELLED, /* letters and figures, "BOSTON" */
	/* Parts of the others, for a question about that part alone. */
	SY_VALUE_MONTH_DAY, /* "1" .. "31" */
	SY_VALUE_MONTH,     /* "1" .. "12" */
	SY_VALUE_YEAR,      /* "1900" .. "2099" */
	SY_VALUE_HALF_DAY,  /* "am" | "pm" */
	SY_VALUE_WHICH,     /* "1" | "2": "the first one", "the later one" */
};
#define SY_VALUE_N (SY_VALUE_WHICH + 1)

/* Names as content files write them: "text", "digits", "number", "money", "date", "time", "yesno", "day", "phone",
 * "spelled"; and of parts: "monthday", "month", "year", "halfday", "which". */
int sy_value_kind_from(const char *name, enum sy_value_kind *ret_kind);
const char *sy_value_kind_name(enum sy_value_kind kind);

/*
 * The grammar file (in grammars/) whose one public rule, named as the file, speaks this kind, e.g. "digits.gram";
 * NULL for text.
 */
const char *sy_value_grammar(enum sy_value_kind kind);

enum sy_part_name {
	SY_PART_WHOLE, /* cannot be taken apart: "tomorrow" */
	SY_PART_DIGITS,
	SY_PART_DAY,
	SY_PART_MONTH,
	SY_PART_YEAR,
	SY_PART_HOUR,
	SY_PART_MINUTES,
	SY_PART_HALF,  /* morning or afternoon; no bytes of the value */
	SY_PART_MAJOR, /* pounds */
	SY_PART_MINOR, /* pence */
	SY_PART_LETTERS,
};

/* More parts than digits are said; what lies past them is joined to the last. */
#define SY_VALUE_PARTS_MAX 40

struct sy_value_part {
	enum sy_part_name name;
	size_t word; /* its first word, counted in the text as given: blanks and hyphens part words */
	size_t n_words;
	size_t at; /* its first byte of the value */
	size_t n;
};

/* sy_value_reset() frees it; zeroed is empty. */
struct sy_value {
	char *text;
	char *other;    /* what the same words may mean as well ("seven": 07:00 and 19:00), or NULL */
	bool corrected; /* the caller put something right ("four, no, five"): worth reading back */
	struct sy_value_part parts[SY_VALUE_PARTS_MAX]; /* in the order of the value */
	size_t n_parts;
};

struct sy_value_prm {
	enum sy_value_kind kind;
	struct tm now;    /* the call's local time: "next friday" counts from it */
	int length;       /* digits: exactly so many, which decides how "one hundred twenty" is meant; 0: any */
	bool month_first; /* "three slash five" and 3/5 are the fifth of March; else the third of May */
};

int sy_value_read(const struct sy_value_prm *prm, const char *words, struct sy_value *ret_value);
void sy_value_reset(struct sy_value *value);

/* The same for a day-first company and no length, without the parts. Caller frees ret_value. */
int sy_value_normalise(enum sy_value_kind kind, const char *words, const struct tm *now, char **ret_value);

/* The last word is a figure ("balance for account one zero"), so that more may come. */
bool sy_value_ends_in_digit(const char *words);

/* Luhn (ISO/IEC 7812-1) over a digit string. */
bool sy_value_luhn(const char *digits);

#endif
