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
	int (*read)(struct sy_value_words *words, const struct tm *now, struct sy_text *ret_value); /* NULL: as it is */
} kinds[] = {
	[SY_VALUE_TEXT] = {"text", NULL, NULL},
	[SY_VALUE_DIGITS] = {"digits", "digits.gram", sy_value_read_digits},
	[SY_VALUE_NUMBER] = {"number", "number.gram", sy_value_read_number},
	[SY_VALUE_MONEY] = {"money", "money.gram", sy_value_read_money},
	[SY_VALUE_DATE] = {"date", "date.gram", sy_value_read_date},
	[SY_VALUE_TIME] = {"time", "time.gram", sy_value_read_time},
	[SY_VALUE_YES_NO] = {"yesno", "yesno.gram", sy_value_read_yes_no},
	[SY_VALUE_DAY] = {"day", "day.gram", sy_value_read_day},
};

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

static int normalise(const struct kind *kind, const char *text, const struct tm *now, struct sy_text *value)
{
	if (!kind->read)
		return *text ? sy_text_add(value, text) : EINVAL;
	struct sy_value_words words;
	int err = sy_value_words_init(&words, text);
	if (!err)
		err = kind->read(&words, now, value);
	return !err && !sy_value_words_done(&words) ? EINVAL : err;
}

int sy_value_normalise(enum sy_value_kind kind, const char *words, const struct tm *now, char **ret_value)
{
	struct sy_text value = {0};
	int err = normalise(&kinds[kind], words, now, &value);
	if (!err) {
		char *taken = sy_text_take(&value);
		err = taken ? 0 : ENOMEM;
		if (taken)
			*ret_value = taken;
	}
	sy_text_reset(&value);
	return err;
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
