/*
 * value_kinds: one reader for each kind of value; value.c chooses by its table.
 *
 * Each takes words from the front and adds the value to `reader->text`, and which words made which part of it; words
 * that are left over are the caller's error. EINVAL where the words begin no such value.
 */
#ifndef SY_GRAMMARS_VALUE_KINDS_H
#define SY_GRAMMARS_VALUE_KINDS_H

#include "base/text.h"
#include "grammars/value.h"
#include "grammars/value_words.h"

/* Account and card numbers have up to 19 digits; a phone number with its country 15. */
#define SY_VALUE_DIGITS_MAX 32
/* The longest place name that anyone spells has 58 letters; people's names stay far below. */
#define SY_VALUE_SPELLED_MAX 60

struct sy_value_reader {
	struct sy_value_words words;
	const struct sy_value_prm *prm;
	struct sy_text text;
	struct sy_text other;
	struct sy_value_part parts[SY_VALUE_PARTS_MAX];
	size_t n_parts;
	bool corrected;
};

/* The words from `word` to where the reader stands made the bytes [at, at + n) of the value. */
void sy_value_mark(struct sy_value_reader *reader, enum sy_part_name name, size_t word, size_t at, size_t n);
/* Forgets what was marked past the first `n` bytes of the value. */
void sy_value_unmark(struct sy_value_reader *reader, size_t n);

int sy_value_read_digits(struct sy_value_reader *reader);
int sy_value_read_phone(struct sy_value_reader *reader);
int sy_value_read_number(struct sy_value_reader *reader);
int sy_value_read_money(struct sy_value_reader *reader);
int sy_value_read_date(struct sy_value_reader *reader);
int sy_value_read_time(struct sy_value_reader *reader);
int sy_value_read_yes_no(struct sy_value_reader *reader);
int sy_value_read_day(struct sy_value_reader *reader);
int sy_value_read_spelled(struct sy_value_reader *reader);
int sy_value_read_month_day(struct sy_value_reader *reader);
int sy_value_read_month(struct sy_value_reader *reader);
int sy_value_read_year(struct sy_value_reader *reader);
int sy_value_read_half_day(struct sy_value_reader *reader);
int sy_value_read_which(struct sy_value_reader *reader);

#endif
