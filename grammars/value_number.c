/* Numbers and money. */
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "grammars/value_kinds.h"

#define N(list) (sizeof(list) / sizeof *(list))

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

/* "half", "a half", "a quarter", "three quarters": hundredths; -1 for none. */
static int take_fraction(struct sy_value_words *words)
{
	static const struct {
		const char *said;
		int hundredths;
	} fractions[] = {{"a half", 50}, {"half", 50}, {"a quarter", 25}, {"three quarters", 75}};
	for (size_t i = 0; i < N(fractions); i++)
		if (sy_value_take(words, fractions[i].said))
			return fractions[i].hundredths;
	return -1;
}

static const char *decimals_of(int hundredths)
{
	return hundredths == 50 ? ".5" : hundredths == 25 ? ".25" : ".75";
}

/* "two and a half" */
static int take_and_fraction(struct sy_value_words *words)
{
	size_t pos = words->pos;
	int hundredths = sy_value_take(words, "and") ? take_fraction(words) : -1;
	if (hundredths < 0)
		words->pos = pos;
	return hundredths;
}

int sy_value_read_number(struct sy_value_reader *reader)
{
	struct sy_value_words *words = &reader->words;
	bool minus = sy_value_take(words, "minus");
	if (sy_value_take(words, "half a dozen"))
		return sy_text_add(&reader->text, minus ? "-6" : "6");
	int part = take_fraction(words);
	if (part >= 0)
		return sy_text_addf(&reader->text, "%s0%s", minus ? "-" : "", decimals_of(part));
	long n = sy_value_take_cardinal(words);
	bool point = sy_value_take(words, "point");
	if (n < 0 && !point)
		return EINVAL;
	part = point ? -1 : take_and_fraction(words);
	int err = sy_text_addf(&reader->text, "%s%ld%s", minus ? "-" : "", n < 0 ? 0 : n,
		point       ? "."
		: part >= 0 ? decimals_of(part)
			    : "");
	return !err && point ? add_decimals(words, SY_VALUE_DIGITS_MAX, &reader->text) : err;
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

static int add_amount(struct sy_text *value, long major, int minor)
{
	return major < 0 || minor < 0 ? EINVAL : sy_text_addf(value, "%ld.%02d", major, minor);
}

static int value_amount(struct sy_value_reader *reader, long major, int minor)
{
	return add_amount(&reader->text, major, minor);
}

/* The pounds end before `word`, where the pence begin. */
static void mark_amount(struct sy_value_reader *reader, size_t first, size_t word)
{
	size_t end = reader->words.pos, whole = reader->text.len - 3;
	reader->words.pos = word;
	sy_value_mark(reader, SY_PART_MAJOR, first, 0, whole);
	reader->words.pos = end;
	if (end > word)
		sy_value_mark(reader, SY_PART_MINOR, word, whole + 1, 2);
}

/* What follows "twenty pounds": nothing, "fifty", "and fifty pence". */
static int read_change(struct sy_value_reader *reader, size_t first, long major)
{
	struct sy_value_words *words = &reader->words;
	size_t word = words->pos;
	bool joined = sy_value_take(words, "and");
	int minor = joined && sy_value_take(words, "a half") ? 50 : take_minor_amount(words);
	if (minor < 0 && joined)
		return EINVAL;
	if (minor >= 0)
		(void)take_minor(words);
	int err = value_amount(reader, major, minor < 0 ? 0 : minor);
	if (!err)
		mark_amount(reader, first, word);
	return err;
}

static int read_decimal_amount(struct sy_value_reader *reader, long major)
{
	struct sy_value_words *words = &reader->words;
	int tenths = sy_value_take_digit(words, true), hundredths = sy_value_take_digit(words, true);
	if (tenths < 0)
		return EINVAL;
	(void)take_major(words);
	return value_amount(reader, major, tenths * 10 + (hundredths < 0 ? 0 : hundredths));
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

/* "Three fifty": without a unit the second number is the change, or the first one is hundreds; "three fifty pounds"
 * leaves no doubt. */
static int read_bare_amount(struct sy_value_reader *reader, size_t first, long major)
{
	struct sy_value_words *words = &reader->words;
	size_t word = words->pos;
	int minor = take_minor_amount(words);
	bool may_be_hundreds = major > 0 && major < 100 && minor >= 10;
	if (may_be_hundreds && take_major(words))
		return value_amount(reader, major * 100 + minor, 0);
	int err = value_amount(reader, major, minor < 0 ? 0 : minor);
	if (err || minor < 0)
		return err;
	mark_amount(reader, first, word);
	return may_be_hundreds ? add_amount(&reader->other, major * 100 + minor, 0) : 0;
}

/* Sums that have a name. */
static long take_named_amount(struct sy_value_words *words)
{
	static const struct {
		const char *said;
		long pence;
	} names[] = {{"a fiver", 500}, {"a tenner", 1000}, {"a grand", 100000}, {"half a pound", 50},
		{"half a dollar", 50}, {"half a euro", 50}, {"a quarter", 25}, {"nothing", 0}};
	for (size_t i = 0; i < N(names); i++)
		if (sy_value_take(words, names[i].said))
			return names[i].pence;
	return -1;
}

int sy_value_read_money(struct sy_value_reader *reader)
{
	struct sy_value_words *words = &reader->words;
	size_t first = words->pos;
	long pence = take_named_amount(words);
	if (pence >= 0)
		return value_amount(reader, pence / 100, (int)(pence % 100));
	if (take_written_amount(words, &reader->text) == 0)
		return 0;
	long major = sy_value_take_cardinal(words);
	if (major < 0 && sy_value_take(words, "a"))
		return take_major(words) ? read_change(reader, first, 1) : EINVAL;
	if (major < 0)
		return EINVAL;
	if (sy_value_take(words, "point"))
		return read_decimal_amount(reader, major);
	if (take_minor(words))
		return value_amount(reader, major / 100, (int)(major % 100));
	if (sy_value_take(words, "grand"))
		return value_amount(reader, major * 1000, 0);
	if (sy_value_take(words, "and a half")) {
		bool thousands = sy_value_take(words, "thousand") || sy_value_take(words, "grand");
		(void)take_major(words);
		return value_amount(reader, thousands ? major * 1000 + 500 : major, thousands ? 0 : 50);
	}
	if (take_major(words))
		return read_change(reader, first, major);
	return read_bare_amount(reader, first, major);
}
