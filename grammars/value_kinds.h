/*
 * value_kinds: one reader for each kind of value; value.c chooses by its table.
 *
 * Each takes words from the front and adds the value to `ret_value`; words that are left over are the caller's error.
 * `now` is the call's local time. EINVAL where the words begin no such value.
 */
#ifndef SY_GRAMMARS_VALUE_KINDS_H
#define SY_GRAMMARS_VALUE_KINDS_H

#include <time.h>

#include "base/text.h"
#include "grammars/value_words.h"

/* Account and card numbers have up to 19 digits; a phone number with its country 15. */
#define SY_VALUE_DIGITS_MAX 32

int sy_value_read_digits(struct sy_value_words *words, const struct tm *now, struct sy_text *ret_value);
int sy_value_read_number(struct sy_value_words *words, const struct tm *now, struct sy_text *ret_value);
int sy_value_read_money(struct sy_value_words *words, const struct tm *now, struct sy_text *ret_value);
int sy_value_read_date(struct sy_value_words *words, const struct tm *now, struct sy_text *ret_value);
int sy_value_read_time(struct sy_value_words *words, const struct tm *now, struct sy_text *ret_value);
int sy_value_read_yes_no(struct sy_value_words *words, const struct tm *now, struct sy_text *ret_value);
int sy_value_read_day(struct sy_value_words *words, const struct tm *now, struct sy_text *ret_value);

#endif
