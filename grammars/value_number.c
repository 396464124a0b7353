/* Digit strings, numbers and money. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "grammars/value_kinds.h"

#define N(list) (sizeof(list) / sizeof *(list))

/* "3307" in figures, as keys or a typed text give it. */
static int take_figures(struct sy_value_words *words, struct sy_text *digits)
{
	const char *word = words->at[words->pos];
	if (!*word || word[strspn(word, "0123456789")])
		return EINVAL;
	words->pos++;
	return sy_text_add(digits, word);
}

static int add_repeated(struct sy_value_words *words, int times, struct sy_text *digits)
{
	int digit = sy_value_take_digit(words, true);
	if (digit < 0)
		return EINVAL;
	int err = 0;
	for (int i = 0; !err && i < times; i++)
		err = sy_text_addf(digits, "%d", digit);
	return err;
}

/*
 * A digit or a pair, alone or as "four hundred" (400), "four hundred and five" (405), "thirty two thousand" (32000).
 * Without "and" what follows is further digits: "eight hundred five five five" is 800555.
 */
static int add_number(int n, struct sy_value_words *words, struct sy_text *digits)
{
	if (n && sy_value_take(words, "thousand"))
		return sy_text_addf(digits, "%d000", n);
	if (!n || !sy_value_take(words, "hundred"))
		return sy_text_addf(digits, "%d", n);
	size_t pos = words->pos;
	int rest = sy_value_take(words, "and") ? sy_value_take_below_100(words) : 0;
	if (rest < 0) {
		words->pos = pos;
		rest = 0;
	}
	return sy_text_addf(digits, "%d%02d", n, rest);
}

static int read_group(struct sy_value_words *words, struct sy_text *digits)
{
	if (sy_value_take(words, "double"))
		return add_repeated(words, 2, digits);
	if (sy_value_take(words, "triple") || sy_value_take(words, "treble"))
		return add_repeated(words, 3, digits);
	int digit = sy_value_take_digit(words, true);
	if (digit >= 0)
		return add_number(digit, words, digits);
	int pair = sy_value_take_below_100(words);
	if (pair >= 0)
		return add_number(pair, words, digits);
	return take_figures(words, digits);
}

int sy_value_read_digits(struct sy_value_words *words, const struct tm *now, struct sy_text *ret_value)
{
	(void)now;
	int err = 0;
	while (!err && !sy_value_words_done(words)) {
		err = read_group(words, ret_value);
		if (!err && ret_value->len > SY_VALUE_DIGITS_MAX)
			err = EINVAL;
	}
	return err;
}

/* Digits after "point": "five", "nine nine", "oh five". */
static int add_decimals(struct sy_value_words *words, int most, struct sy_text *value)
{
	int digit = sy_value_take_digit(words, true), err = digit < 0 ? EINVAL : 0;
	for (int n = 0; !err && digit >= 0; n++) {
		err = n == most ? EINVAL : sy_text_addf(value, "%d", digit);
		if (!err)
			digit = sy_value_take_digit(words, true);
	}
	return err;
}

int sy_value_read_number(struct sy_value_words *words, const struct tm *now, struct sy_text *ret_value)
{
	(void)now;
	bool minus = sy_value_take(words, "minus");
	long n = sy_value_take_cardinal(words);
	bool point = sy_value_take(words, "point");
	if (n < 0 && !point)
		return EINVAL;
	int err = sy_text_addf(ret_value, "%s%ld%s", minus ? "-" : "", n < 0 ? 0 : n, point ? "." : "");
	return !err && point ? add_decimals(words, SY_VALUE_DIGITS_MAX, ret_value) : err;
}

/* Money: no currency is kept, since a company has one. */

static bool take_major(struct sy_value_words *words)
{
	static const char *const units[] = {
		"pounds", "pound", "quid", "dollars", "dollar", "bucks", "buck", "euros", "euro"};
	return sy_value_take_one(words, units, N(units)) >= 0;
}

static bool take_minor(struct sy_value_words *words)
{
	static const char *const units[] = {"pence", "penny", "p", "cents", "cent"};
	return sy_value_take_one(words, units, N(units)) >= 0;
}

/* 0 .. 99: "fifty", "oh five", "five". */
static int take_minor_amount(struct sy_value_words *words)
{
	size_t pos = words->pos;
	int n = sy_value_take_below_100(words);
	if (n >= 0)
		return n;
	if (sy_value_take(words, "oh") || sy_value_take(words, "zero")) {
		n = sy_value_take_digit(words, false);
		if (n >= 0)
			return n;
	}
	words->pos = pos;
	return -1;
}

/* What follows "twenty pounds": nothing, "fifty", "and fifty pence". -1: an "and" with nothing after it. */
static int take_change(struct sy_value_words *words)
{
	bool joined = sy_value_take(words, "and");
	int minor = take_minor_amount(words);
	if (minor < 0)
		return joined ? -1 : 0;
	(void)take_minor(words);
	return minor;
}

static int add_amount(struct sy_text *value, long major, int minor)
{
	return major < 0 || minor < 0 ? EINVAL : sy_text_addf(value, "%ld.%02d", major, minor);
}

static int read_decimal_amount(struct sy_value_words *words, long major, struct sy_text *ret_value)
{
	int tenths = sy_value_take_digit(words, true), hundredths = sy_value_take_digit(words, true);
	if (tenths < 0)
		return EINVAL;
	(void)take_major(words);
	return add_amount(ret_value, major, tenths * 10 + (hundredths < 0 ? 0 : hundredths));
}

/* "20.50", as a typed text gives it. */
static int take_written_amount(struct sy_value_words *words, struct sy_text *ret_value)
{
	const char *s = words->at[words->pos];
	size_t n = strspn(s, "0123456789");
	if (!n || n > 9 || s[n] != '.' || !isdigit((unsigned char)s[n + 1]) || !isdigit((unsigned char)s[n + 2]) ||
		s[n + 3])
		return EINVAL;
	words->pos++;
	(void)take_major(words);
	return sy_text_add(ret_value, s);
}

int sy_value_read_money(struct sy_value_words *words, const struct tm *now, struct sy_text *ret_value)
{
	(void)now;
	static const struct {
		const char *said;
		long worth;
	} notes[] = {{"a fiver", 5}, {"a tenner", 10}, {"a grand", 1000}};
	for (size_t i = 0; i < N(notes); i++)
		if (sy_value_take(words, notes[i].said))
			return add_amount(ret_value, notes[i].worth, 0);
	if (take_written_amount(words, ret_value) == 0)
		return 0;
	long major = sy_value_take_cardinal(words);
	if (major < 0 && sy_value_take(words, "a"))
		return take_major(words) ? add_amount(ret_value, 1, take_change(words)) : EINVAL;
	if (major < 0)
		return EINVAL;
	if (sy_value_take(words, "point"))
		return read_decimal_amount(words, major, ret_value);
	if (take_minor(words))
		return add_amount(ret_value, major / 100, (int)(major % 100));
	if (sy_value_take(words, "grand"))
		return add_amount(ret_value, major * 1000, 0);
	if (take_major(words))
		return add_amount(ret_value, major, take_change(words));
	/* "three fifty": without a unit the second number is the change. */
	int minor = take_minor_amount(words);
	return add_amount(ret_value, major, minor < 0 ? 0 : minor);
}
