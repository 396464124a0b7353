#include "grammars/value_words.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define N(list) (sizeof(list) / sizeof *(list))

#define FIGURES_MAX 9 /* of a cardinal written in figures */

static const char *const before[] = {
	"um",
	"uh",
	"er",
	"erm",
	"well",
	"so",
	"it's",
	"its",
	"it is",
	"that's",
	"that is",
	"i think",
	"please",
	"yes",
	"yeah",
	"okay",
	"my number is",
	"the number is",
	"that would be",
	"it would be",
	"it should be",
	"make it",
	"let me see",
	"i'd say",
};

static const char *const after[] = {"please", "thanks", "thank you", "um", "uh"};

/* A full stop between digits belongs to a number in figures. */
static bool parts_words(const char *s)
{
	if (*s == '.')
		return !isdigit((unsigned char)s[1]);
	return isspace((unsigned char)*s) || strchr(",;!?-", *s);
}

static int split(struct sy_value_words *words)
{
	char *s = words->letters;
	while (*s) {
		while (*s && parts_words(s))
			*s++ = '\0';
		if (!*s)
			break;
		if (words->n == SY_VALUE_WORDS_MAX)
			return EINVAL;
		words->at[words->n++] = s;
		for (; *s && !parts_words(s); s++)
			*s = (char)tolower((unsigned char)*s);
	}
	return 0;
}

static size_t n_words(const char *phrase)
{
	size_t n = 1;
	for (; *phrase; phrase++)
		n += *phrase == ' ';
	return n;
}

static bool ends_with(struct sy_value_words *words, const char *phrase)
{
	size_t pos = words->pos, n = n_words(phrase);
	if (words->n < pos + n)
		return false;
	words->pos = words->n - n;
	bool fits = sy_value_take(words, phrase);
	words->pos = pos;
	return fits;
}

/* Neither takes the last words there are: "it is" alone means something. */

static bool drop_before(struct sy_value_words *words)
{
	size_t pos = words->pos;
	if (sy_value_take_one(words, before, N(before)) < 0)
		return false;
	if (!sy_value_words_done(words))
		return true;
	words->pos = pos;
	return false;
}

static bool drop_after(struct sy_value_words *words)
{
	for (size_t i = 0; i < N(after); i++) {
		if (!ends_with(words, after[i]) || words->n - words->pos == n_words(after[i]))
			continue;
		words->n -= n_words(after[i]);
		return true;
	}
	return false;
}

int sy_value_words_init(struct sy_value_words *words, const char *text)
{
	size_t len = strlen(text);
	*words = (struct sy_value_words){0};
	if (len >= sizeof words->letters)
		return EINVAL;
	memcpy(words->letters, text, len + 1);
	int err = split(words);
	if (err)
		return err;
	while (drop_before(words))
		;
	while (drop_after(words))
		;
	return sy_value_words_done(words) ? EINVAL : 0;
}

bool sy_value_words_done(const struct sy_value_words *words)
{
	return words->pos >= words->n;
}

bool sy_value_take(struct sy_value_words *words, const char *phrase)
{
	size_t pos = words->pos;
	while (*phrase) {
		size_t n = strcspn(phrase, " ");
		if (pos >= words->n || strlen(words->at[pos]) != n || memcmp(words->at[pos], phrase, n) != 0)
			return false;
		pos++;
		phrase += n;
		phrase += *phrase == ' ';
	}
	words->pos = pos;
	return true;
}

int sy_value_take_one(struct sy_value_words *words, const char *const *phrases, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (sy_value_take(words, phrases[i]))
			return (int)i;
	return -1;
}

int sy_value_take_digit(struct sy_value_words *words, bool zeros)
{
	static const char *const digits[] = {"one", "two", "three", "four", "five", "six", "seven", "eight", "nine"};
	static const char *const zero[] = {"zero", "oh", "o", "nought", "nil"};
	int digit = sy_value_take_one(words, digits, N(digits));
	if (digit >= 0)
		return digit + 1;
	return zeros && sy_value_take_one(words, zero, N(zero)) >= 0 ? 0 : -1;
}

int sy_value_take_teen(struct sy_value_words *words)
{
	static const char *const teens[] = {"ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
		"seventeen", "eighteen", "nineteen"};
	int teen = sy_value_take_one(words, teens, N(teens));
	return teen < 0 ? -1 : teen + 10;
}

int sy_value_take_tens(struct sy_value_words *words)
{
	static const char *const tens[] = {
		"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"};
	int ten = sy_value_take_one(words, tens, N(tens));
	return ten < 0 ? -1 : ten * 10 + 20;
}

int sy_value_take_below_100(struct sy_value_words *words)
{
	int teen = sy_value_take_teen(words);
	if (teen >= 0)
		return teen;
	int tens = sy_value_take_tens(words), digit = sy_value_take_digit(words, false);
	if (tens < 0)
		return digit;
	return tens + (digit < 0 ? 0 : digit);
}

int sy_value_take_ordinal(struct sy_value_words *words)
{
	static const char *const ordinals[] = {"first", "second", "third", "fourth", "fifth", "sixth", "seventh",
		"eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
		"seventeenth", "eighteenth", "nineteenth", "twentieth", "twenty first", "twenty second", "twenty third",
		"twenty fourth", "twenty fifth", "twenty sixth", "twenty seventh", "twenty eighth", "twenty ninth",
		"thirtieth", "thirty first"};
	int ordinal = sy_value_take_one(words, ordinals, N(ordinals));
	return ordinal < 0 ? -1 : ordinal + 1;
}

static long take_figures(struct sy_value_words *words)
{
	long value = 0;
	if (sy_value_words_done(words))
		return -1;
	const char *s = words->at[words->pos];
	for (; isdigit((unsigned char)*s); s++)
		value = value < 1000000000 ? value * 10 + (*s - '0') : value;
	size_t n = (size_t)(s - words->at[words->pos]);
	if (*s || !n || n > FIGURES_MAX)
		return -1;
	words->pos++;
	return value;
}

/* "and" joins hundreds to what follows, but only where a number does follow. */
static int take_rest(struct sy_value_words *words)
{
	size_t pos = words->pos;
	(void)sy_value_take(words, "and");
	int rest = sy_value_take_below_100(words);
	if (rest < 0)
		words->pos = pos;
	return rest;
}

/* 1 .. 999 and, as people say them, "nineteen hundred" .. "nineteen hundred and ninety nine". */
static int take_hundreds(struct sy_value_words *words)
{
	size_t pos = words->pos;
	int n = sy_value_take(words, "a hundred") ? 1 : -1;
	bool hundred = n == 1;
	if (!hundred) {
		n = sy_value_take_teen(words);
		if (n < 0)
			n = sy_value_take_digit(words, false);
		hundred = n >= 0 && sy_value_take(words, "hundred");
	}
	if (!hundred) {
		words->pos = pos;
		return sy_value_take_below_100(words);
	}
	int rest = take_rest(words);
	return n * 100 + (rest < 0 ? 0 : rest);
}

/* 1000 or 1000000, if it is less than `below`. */
static long take_scale(struct sy_value_words *words, long below)
{
	if (below > 1000000 && sy_value_take(words, "million"))
		return 1000000;
	if (below > 1000 && sy_value_take(words, "thousand"))
		return 1000;
	return 1;
}

/* One "two hundred and five thousand" of a number, or its last part. Sets *below to its scale. */
static long take_part(struct sy_value_words *words, long *below)
{
	size_t pos = words->pos;
	if (sy_value_take(words, "a")) {
		long scale = take_scale(words, *below);
		if (scale > 1) {
			*below = scale;
			return scale;
		}
		words->pos = pos;
	}
	int n = take_hundreds(words);
	if (n < 0)
		return -1;
	*below = n < 1000 ? take_scale(words, *below) : 1;
	return n * *below;
}

long sy_value_take_cardinal(struct sy_value_words *words)
{
	static const char *const zero[] = {"zero", "nought"};
	long figures = take_figures(words);
	if (figures >= 0)
		return figures;
	if (sy_value_take_one(words, zero, N(zero)) >= 0)
		return 0;
	if (sy_value_take(words, "a dozen"))
		return 12;
	if (sy_value_take(words, "a couple"))
		return 2;
	long below = 1000000000, total = take_part(words, &below);
	while (total >= 0 && below > 1) {
		size_t pos = words->pos;
		(void)sy_value_take(words, "and");
		long part = take_part(words, &below);
		if (part < 0) {
			words->pos = pos;
			break;
		}
		total += part;
	}
	return total;
}
