#include "grammars/value.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "grammars/value_kinds.h"

#define N(list) (sizeof(list) / sizeof *(list))

static const struct kind {
	const char *name;
	const char *grammar;
	int (*read)(struct sy_value_reader *reader); /* NULL: as it is */
} kinds[] = {
	[SY_VALUE_TEXT] = {"text", NULL, NULL},
	[SY_VALUE_DIGITS] = {"digits", "digits.gram", sy_value_read_digits},
	[SY_VALUE_NUMBER] = {"number", "number.gram", sy_value_read_number},
	[SY_VALUE_MONEY] = {"money", "money.gram", sy_value_read_money},
	[SY_VALUE_DATE] = {"date", "date.gram", sy_value_read_date},
	[SY_VALUE_TIME] = {"time", "time.gram", sy_value_read_time},
	[SY_VALUE_YES_NO] = {"yesno", "yesno.gram", sy_value_read_yes_no},
	[SY_VALUE_DAY] = {"day", "day.gram", sy_value_read_day},
	[SY_VALUE_PHONE] = {"phone", "phone.gram", sy_value_read_phone},
	[SY_VALUE_SPELLED] = {"spelled", "spelled.gram", sy_value_read_spelled},
	[SY_VALUE_MONTH_DAY] = {"monthday", "monthday.gram", sy_value_read_month_day},
	[SY_VALUE_MONTH] = {"month", "month.gram", sy_value_read_month},
	[SY_VALUE_YEAR] = {"year", "year.gram", sy_value_read_year},
	[SY_VALUE_HALF_DAY] = {"halfday", "halfday.gram", sy_value_read_half_day},
	[SY_VALUE_WHICH] = {"which", "which.gram", sy_value_read_which},
};

_Static_assert(N(kinds) == SY_VALUE_N, "every kind has its line");

int sy_value_kind_from(const char *name, enum sy_value_kind *ret_kind)
{
	for (size_t i = 0; i < N(kinds); i++) {
		if (strcmp(kinds[i].name, name) == 0) {
			*ret_kind = (enum sy_value_kind)i;
			return 0;
		}
	}
	return EINVAL;
}

const char *sy_value_kind_name(enum sy_value_kind kind)
{
	return kinds[kind].name;
}

const char *sy_value_grammar(enum sy_value_kind kind)
{
	return kinds[kind].grammar;
}

void sy_value_mark(struct sy_value_reader *reader, enum sy_part_name name, size_t word, size_t at, size_t n)
{
	struct sy_value_part *part = &reader->parts[reader->n_parts - (reader->n_parts == SY_VALUE_PARTS_MAX)];
	size_t n_words = reader->words.pos - word;
	if (reader->n_parts == SY_VALUE_PARTS_MAX) {
		part->n_words = word + n_words - part->word;
		part->n = at + n - part->at;
		return;
	}
	*part = (struct sy_value_part){.name = name, .word = word, .n_words = n_words, .at = at, .n = n};
	reader->n_parts++;
}

void sy_value_unmark(struct sy_value_reader *reader, size_t n)
{
	while (reader->n_parts) {
		struct sy_value_part *last = &reader->parts[reader->n_parts - 1];
		if (last->at < n) {
			last->n = last->at + last->n > n ? n - last->at : last->n;
			return;
		}
		reader->n_parts--;
	}
}

static int read_words(struct sy_value_reader *reader, const char *text)
{
	const struct kind *kind = &kinds[reader->prm->kind];
	int err = sy_value_words_init(&reader->words, text);
	if (!kind->read) {
		err = *text ? sy_text_add(&reader->text, text) : EINVAL;
		reader->words.pos = reader->words.n;
	} else if (!err) {
		err = kind->read(reader);
	}
	if (!err && !sy_value_words_done(&reader->words))
		err = EINVAL;
	if (!err && !reader->n_parts)
		sy_value_mark(reader, SY_PART_WHOLE, 0, 0, reader->text.len);
	return err;
}

int sy_value_read(const struct sy_value_prm *prm, const char *words, struct sy_value *ret_value)
{
	struct sy_value_reader reader = {.prm = prm};
	struct sy_value value = {0};
	int err = read_words(&reader, words);
	if (!err) {
		value.text = sy_text_take(&reader.text);
		value.other = reader.other.len ? sy_text_take(&reader.other) : NULL;
		value.corrected = reader.corrected;
		memcpy(value.parts, reader.parts, sizeof value.parts);
		value.n_parts = reader.n_parts;
		err = value.text ? 0 : ENOMEM;
	}
	if (err)
		sy_value_reset(&value);
	else
		*ret_value = value;
	sy_text_reset(&reader.text);
	sy_text_reset(&reader.other);
	return err;
}

void sy_value_reset(struct sy_value *value)
{
	free(value->text);
	free(value->other);
	*value = (struct sy_value){0};
}

int sy_value_normalise(enum sy_value_kind kind, const char *words, const struct tm *now, char **ret_value)
{
	const struct sy_value_prm prm = {.kind = kind, .now = *now};
	struct sy_value value = {0};
	int err = sy_value_read(&prm, words, &value);
	if (err)
		return err;
	*ret_value = value.text;
	value.text = NULL;
	sy_value_reset(&value);
	return 0;
}

bool sy_value_ends_in_digit(const char *words)
{
	const struct sy_value_prm prm = {.kind = SY_VALUE_DIGITS};
	const char *last = strrchr(words, ' ');
	struct sy_value value = {0};
	const bool digit = sy_value_read(&prm, last ? last + 1 : words, &value) == 0;

	sy_value_reset(&value);
	return digit;
}

bool sy_value_luhn(const char *digits)
{
	size_t n = strlen(digits);
	int sum = 0;
	for (size_t i = 0; i < n; i++) {
		if (!isdigit((unsigned char)digits[i]))
			return false;
		int digit = digits[i] - '0';
		/* Every second one from the right counts double, its digits added. */
		if ((n - i) % 2 == 0)
			digit = digit > 4 ? digit * 2 - 9 : digit * 2;
		sum += digit;
	}
	return n > 1 && sum % 10 == 0;
}
