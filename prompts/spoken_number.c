#include "prompts/spoken_number.h"

#include <ctype.h>
#include <string.h>

#include "prompts/spoken_digits.h"
#include "prompts/spoken_fold.h"

static const char *const small[] = {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
	"ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"};
static const char *const tens[] = {
	"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"};

static const struct scale {
	unsigned long long size;
	const char *name;
} scales[] = {
	{1000000000000ull, "trillion"},
	{1000000000ull, "billion"},
	{1000000ull, "million"},
	{1000ull, "thousand"},
};

/* The ordinals that are not the cardinal with "th". */
static const struct irregular {
	const char *cardinal;
	const char *ordinal;
} irregulars[] = {
	{"one", "first"},
	{"two", "second"},
	{"three", "third"},
	{"five", "fifth"},
	{"eight", "eighth"},
	{"nine", "ninth"},
	{"twelve", "twelfth"},
};

static const struct currency {
	char sign;
	const char *one;
	const char *many;
	const char *part;
	const char *parts;
} currencies[] = {
	{SY_SIGN_POUND, "pound", "pounds", "penny", "pence"},
	{'$', "dollar", "dollars", "cent", "cents"},
	{SY_SIGN_EURO, "euro", "euros", "cent", "cents"},
};

static size_t count_digits(const char *s)
{
	size_t n = 0;

	while (isdigit((unsigned char)s[n]))
		n++;
	return n;
}

bool sy_figure_read(const char *s, struct sy_figure *ret_figure)
{
	struct sy_figure f = {.written = s, .n = count_digits(s)};

	if (!f.n)
		return false;
	f.n_whole = f.n;
	if (f.n <= 3 && s[0] != '0') {
		while (s[f.n] == ',' && count_digits(s + f.n + 1) == 3) {
			f.grouped = true;
			f.n += 4;
			f.n_whole += 3;
		}
	}
	for (size_t i = 0; i < f.n && f.n_whole <= SY_FIGURES_MAX; i++) {
		if (s[i] != ',')
			f.whole = f.whole * 10 + (unsigned)(s[i] - '0');
	}
	if (s[f.n] == '.' && isdigit((unsigned char)s[f.n + 1])) {
		f.fraction = s + f.n + 1;
		f.n_fraction = count_digits(f.fraction);
		f.n += 1 + f.n_fraction;
	}
	*ret_figure = f;
	return true;
}

static int say_below_hundred(struct sy_words *words, unsigned n)
{
	int err = 0;

	if (n < 20)
		return sy_words_add(words, small[n]);
	err = sy_words_add(words, tens[n / 10]);
	if (!err && n % 10)
		err = sy_words_add(words, small[n % 10]);
	return err;
}

static int say_below_thousand(struct sy_words *words, unsigned n)
{
	int err = 0;

	if (n >= 100) {
		err = sy_words_add(words, small[n / 100]);
		if (!err)
			err = sy_words_add(words, "hundred");
		if (!err && n % 100)
			err = sy_words_add(words, "and");
	}
	if (!err && (n < 100 || n % 100))
		err = say_below_hundred(words, n % 100);
	return err;
}

int sy_say_cardinal(struct sy_words *words, unsigned long long n)
{
	bool begun = false;
	int err = 0;

	for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]) && !err; i++) {
		if (n < scales[i].size)
			continue;
		err = say_below_thousand(words, (unsigned)(n / scales[i].size % 1000));
		if (!err)
			err = sy_words_add(words, scales[i].name);
		n %= scales[i].size;
		begun = true;
	}
	if (!err && begun && n > 0 && n < 100)
		err = sy_words_add(words, "and");
	if (!err && (n > 0 || !begun))
		err = say_below_thousand(words, (unsigned)n);
	return err;
}

int sy_say_ordinal(struct sy_words *words, unsigned long long n)
{
	int err = sy_say_cardinal(words, n);
	const char *last;
	size_t len;

	if (err)
		return err;
	last = strrchr(words->text.s, ' ');
	last = last ? last + 1 : words->text.s;
	len = strlen(last);
	for (size_t i = 0; i < sizeof(irregulars) / sizeof(irregulars[0]); i++) {
		if (!strcmp(last, irregulars[i].cardinal)) {
			words->text.len -= len;
			return sy_text_add(&words->text, irregulars[i].ordinal);
		}
	}
	if (last[len - 1] != 'y')
		return sy_text_add(&words->text, "th");
	words->text.len--;
	return sy_text_add(&words->text, "ieth");
}

int sy_say_year(struct sy_words *words, unsigned long long year)
{
	unsigned century = (unsigned)(year / 100), rest = (unsigned)(year % 100);
	int err;

	if (year < 1000 || year > 9999 || (century % 10 == 0 && rest < 10))
		return sy_say_cardinal(words, year);
	err = say_below_hundred(words, century);
	if (!err && rest == 0)
		return sy_words_add(words, "hundred");
	if (!err && rest < 10)
		err = sy_words_add(words, "oh");
	return err ? err : say_below_hundred(words, rest);
}

int sy_say_decade(struct sy_words *words, unsigned long long n)
{
	int err = n >= 1000 ? sy_say_year(words, n) : sy_say_cardinal(words, n);
	size_t len = words->text.len;
	char last = len ? words->text.s[len - 1] : ' ';

	if (err)
		return err;
	if (last == 'y')
		words->text.len--;
	return sy_text_add(&words->text, last == 'y' ? "ies" : last == 'x' ? "es" : "s");
}

int sy_say_figure(struct sy_words *words, const struct sy_figure *figure)
{
	int err;

	if (figure->n_whole > SY_FIGURES_MAX) {
		for (size_t i = 0; i < figure->n; i++) {
			bool digit = isdigit((unsigned char)figure->written[i]);

			err = digit                       ? sy_say_digits(words, figure->written + i, 1)
			      : figure->written[i] == '.' ? sy_words_add(words, "point")
							  : 0;
			if (err)
				return err;
		}
		return 0;
	}
	err = sy_say_cardinal(words, figure->whole);
	if (err || !figure->n_fraction)
		return err;
	err = sy_words_add(words, "point");
	return err ? err : sy_say_digits(words, figure->fraction, figure->n_fraction);
}

static const struct currency *find_currency(char sign)
{
	for (size_t i = 1; i < sizeof(currencies) / sizeof(currencies[0]); i++) {
		if (currencies[i].sign == sign)
			return &currencies[i];
	}
	return &currencies[0];
}

const char *sy_money_unit(char currency, bool one)
{
	const struct currency *c = find_currency(currency);

	return one ? c->one : c->many;
}

int sy_say_money(struct sy_words *words, const struct sy_figure *figure, char currency)
{
	const struct currency *c = find_currency(currency);
	unsigned part = 0;
	int err = 0;

	if (figure->n_fraction > 2 || figure->n_whole > SY_FIGURES_MAX) {
		err = sy_say_figure(words, figure);
		return err ? err : sy_words_add(words, c->many);
	}
	if (figure->n_fraction)
		part = (unsigned)(figure->fraction[0] - '0') * 10;
	if (figure->n_fraction == 2)
		part += (unsigned)(figure->fraction[1] - '0');
	if (figure->whole || !part) {
		err = sy_say_cardinal(words, figure->whole);
		if (!err)
			err = sy_words_add(words, figure->whole == 1 ? c->one : c->many);
		if (!err && part)
			err = sy_words_add(words, "and");
	}
	if (!err && part)
		err = say_below_hundred(words, part);
	if (!err && part)
		err = sy_words_add(words, part == 1 ? c->part : c->parts);
	return err;
}
