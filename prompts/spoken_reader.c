#include "prompts/spoken_reader.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

#include "prompts/spoken_date.h"
#include "prompts/spoken_digits.h"
#include "prompts/spoken_fold.h"
#include "prompts/spoken_lexis.h"
#include "prompts/spoken_number.h"

#define SLOT_NAME_MAX 64

/* What was read last. */
struct context {
	bool number;  /* a number, or its unit */
	bool one;     /* that number was 1 */
	bool dialled; /* "call", "dial", …: a short number is read figure by figure */
};

struct reader {
	const char *text;
	const char *at;
	struct sy_words *words;
	struct context last;
	struct context now;
};

/* Says what stands at `at` and sets *ret_len to its bytes, or leaves it 0. */
typedef int reader_fn(struct reader *reader, size_t *ret_len);

static bool is_alnum(char c)
{
	return isalnum((unsigned char)c);
}

static bool is_digit(char c)
{
	return isdigit((unsigned char)c);
}

static bool is_alpha(char c)
{
	return isalpha((unsigned char)c);
}

static bool is_currency(char c)
{
	return c == '$' || c == SY_SIGN_POUND || c == SY_SIGN_EURO;
}

static char before(const struct reader *r)
{
	return r->at > r->text ? r->at[-1] : ' ';
}

static size_t count_letters(const char *s)
{
	size_t n = 0;

	while (is_alpha(s[n]) || (n && s[n] == '\'' && is_alpha(s[n + 1])))
		n++;
	return n;
}

size_t sy_slot_length(const char *s)
{
	size_t n = 1;

	if (s[0] != '{')
		return 0;
	while (is_alnum(s[n]) || (n > 1 && (s[n] == '_' || s[n] == '-')))
		n++;
	return n > 1 && n <= SLOT_NAME_MAX + 1 && s[n] == '}' ? n + 1 : 0;
}

static int read_slot(struct reader *r, size_t *ret_len)
{
	size_t len = r->words->grammar ? sy_slot_length(r->at) : 0;
	int err;

	if (!len)
		return 0;
	*ret_len = len;
	if (!strncasecmp(r->at + len, "'s", 2) && !is_alnum(r->at[len + 2]))
		*ret_len += 2; /* a slot's words come without an ending */
	err = r->words->text.len ? sy_text_add(&r->words->text, " ") : 0;
	return err ? err : sy_text_add_n(&r->words->text, r->at, len);
}

static int read_form(struct reader *r, size_t *ret_len)
{
	const char *said;
	size_t len;
	int err;

	if (is_alnum(before(r)) || before(r) == '/')
		return 0;
	said = sy_lexis_form(r->at, &len);
	if (!said)
		return 0;
	*ret_len = len;
	err = r->last.number && is_digit(*r->at) ? sy_words_add(r->words, "and") : 0; /* two 1/2 */
	if (!err)
		err = sy_words_add(r->words, said);
	if (err || strncasecmp(r->at + len, "'s", 2) || is_alnum(r->at[len + 2]))
		return err;
	*ret_len += 2; /* wi-fi's */
	return sy_text_add(&r->words->text, "'s");
}

static int read_day(struct reader *r, size_t *ret_len)
{
	struct sy_day day;
	size_t len = is_alnum(before(r)) ? 0 : sy_day_read(r->at, &day);

	if (!len || is_alnum(r->at[len]))
		return 0;
	*ret_len = len;
	return sy_say_day(r->words, &day, true);
}

/* "3 May"; may and march are verbs too, unless they are written as names. */
static int read_day_month(struct reader *r, size_t *ret_len)
{
	struct sy_figure figure;
	int month, err;
	size_t len, name;

	if (is_alnum(before(r)) || !sy_figure_read(r->at, &figure) || figure.n > 2 || figure.whole > 31)
		return 0;
	if (!figure.whole || r->at[figure.n] != ' ')
		return 0;
	len = figure.n + 1;
	name = sy_month_read(r->at + len, &month);
	if (!name || is_alnum(r->at[len + name]) || ((month == 3 || month == 5) && !isupper((unsigned char)r->at[len])))
		return 0;
	*ret_len = len + name;
	if (name == 3 && r->at[len + name] == '.')
		++*ret_len;
	err = sy_words_add(r->words, "the");
	if (!err)
		err = sy_say_ordinal(r->words, figure.whole);
	if (!err)
		err = sy_words_add(r->words, "of");
	return err ? err : sy_words_add(r->words, sy_month_name(month));
}

static int read_clock(struct reader *r, size_t *ret_len)
{
	struct sy_clock clock;
	size_t len = is_alnum(before(r)) ? 0 : sy_clock_read(r->at, &clock);

	if (!len)
		return 0;
	*ret_len = len;
	r->now.number = true;
	return r->words->grammar ? sy_say_clock_plain(r->words, &clock) : sy_say_clock(r->words, &clock);
}

/* " million", "m", "bn", "k" after an amount of money. */
static const char *read_scale(const char *s, size_t *ret_len)
{
	static const struct scale {
		const char *written;
		const char *said;
	} scales[] = {{"k", "thousand"}, {"m", "million"}, {"bn", "billion"}, {" hundred", "hundred"},
		{" thousand", "thousand"}, {" million", "million"}, {" billion", "billion"}};

	for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); i++) {
		size_t len = strlen(scales[i].written);

		if (!strncasecmp(s, scales[i].written, len) && !is_alnum(s[len])) {
			*ret_len = len;
			return scales[i].said;
		}
	}
	return NULL;
}

/* £20/month: "a month" */
static int read_per(struct reader *r, size_t *ret_len)
{
	if (*r->at != '/' || !r->last.number || !is_alpha(r->at[1]))
		return 0;
	*ret_len = 1;
	r->now = (struct context){.number = true, .one = true};
	return sy_words_add(r->words, strncasecmp(r->at + 1, "hour", 4) ? "a" : "an");
}

static int read_money(struct reader *r, size_t *ret_len)
{
	size_t minus = r->at[0] == '-' && before(r) == ' ' && !r->last.number, blank, scale_len = 0;
	char currency = r->at[minus];
	struct sy_figure figure;
	const char *scale;
	int err = 0;

	if (!is_currency(currency))
		return 0;
	blank = r->at[minus + 1] == ' ';
	if (!sy_figure_read(r->at + minus + 1 + blank, &figure))
		return 0;
	*ret_len = minus + 1 + blank + figure.n;
	r->now.number = true;
	if (minus)
		err = sy_words_add(r->words, "minus");
	scale = read_scale(r->at + *ret_len, &scale_len);
	*ret_len += scale_len;
	if (!err && !scale)
		err = sy_say_money(r->words, &figure, currency);
	if (!err && scale) {
		err = sy_say_figure(r->words, &figure);
		if (!err)
			err = sy_words_add(r->words, scale);
		if (!err)
			err = sy_words_add(r->words, sy_money_unit(currency, false));
	}
	return err;
}

static int read_phone(struct reader *r, size_t *ret_len)
{
	size_t len = is_alnum(before(r)) ? 0 : sy_phone_length(r->at);

	if (!len)
		return 0;
	*ret_len = len;
	return sy_say_phone(r->words, r->at, len);
}

/* A sort code, a serial number: 20-30-40 */
static int read_hyphened(struct reader *r, size_t *ret_len)
{
	size_t len = strspn(r->at, "0123456789-"), hyphens = 0, size;
	int err = 0;

	if (is_alnum(before(r)) || !is_digit(*r->at))
		return 0;
	while (len && !is_digit(r->at[len - 1]))
		len--;
	for (size_t i = 0; i < len; i++)
		hyphens += r->at[i] == '-' && r->at[i + 1] != '-';
	if (hyphens < 2 || is_alnum(r->at[len]))
		return 0;
	*ret_len = len;
	for (size_t at = 0; at < len && !err; at += size + 1) {
		size = strspn(r->at + at, "0123456789");
		if (at)
			err = sy_words_mark(r->words, ',');
		if (!err)
			err = sy_say_digits(r->words, r->at + at, size);
	}
	return err;
}

/* 1999, 2026, and not 1,999 or 1999.50. */
static bool is_year(const struct sy_figure *f)
{
	return f->n == 4 && (f->whole / 100 == 19 || (f->whole >= 2010 && f->whole <= 2099));
}

static bool counts_unit(const char *s)
{
	size_t blank = s[0] == ' ', len = count_letters(s + blank);

	return len && sy_lexis_unit(s + blank, len, true, false);
}

/* Account numbers, emergency numbers and what follows letters (AB123) are read figure by figure. */
static bool is_code(const struct reader *r, const struct sy_figure *f)
{
	if (f->grouped || f->n_fraction)
		return false;
	if (f->n_whole > 6 || (f->n_whole > 1 && f->written[0] == '0'))
		return true;
	if (f->n_whole >= 3 && is_alpha(before(r)))
		return true;
	return f->n_whole >= 3 && (r->last.dialled || f->whole == 999);
}

static int say_whole(struct reader *r, const struct sy_figure *f)
{
	const char *code = f->written;
	size_t n = f->n_whole;

	if (!is_code(r, f))
		return is_year(f) && !counts_unit(r->at + f->n) ? sy_say_year(r->words, f->whole)
								: sy_say_figure(r->words, f);
	return n > 4 ? sy_say_digit_groups(r->words, code, n) : sy_say_digits(r->words, code, n);
}

/* 1st, 90s: the ending's bytes. */
static size_t ending_length(const char *s, const char *ending)
{
	size_t n = strlen(ending);

	return !strncasecmp(s, ending, n) && !is_alnum(s[n]) ? n : 0;
}

static size_t ordinal_ending(const char *s)
{
	return ending_length(s, "st") + ending_length(s, "nd") + ending_length(s, "rd") + ending_length(s, "th");
}

static int read_number(struct reader *r, size_t *ret_len)
{
	bool point = r->at[0] == '.' && is_digit(r->at[1]) && !is_alnum(before(r));
	struct sy_figure figure;
	size_t ending;
	int err;

	if (point) {
		*ret_len = 1;
		return sy_words_add(r->words, "point");
	}
	if (!sy_figure_read(r->at, &figure))
		return 0;
	r->now.number = true;
	r->now.one = figure.n_whole == 1 && figure.whole == 1 && !figure.n_fraction;
	*ret_len = figure.n;
	ending = figure.n_fraction || figure.n_whole > SY_FIGURES_MAX ? 0 : ordinal_ending(r->at + figure.n);
	if (ending) {
		*ret_len += ending;
		return sy_say_ordinal(r->words, figure.whole);
	}
	ending = figure.n_fraction || figure.whole % 10 || !figure.whole ? 0 : ending_length(r->at + figure.n, "s");
	if (ending && figure.n_whole <= SY_FIGURES_MAX) {
		*ret_len += ending;
		return sy_say_decade(r->words, figure.whole);
	}
	err = say_whole(r, &figure);
	if (!err && is_currency(r->at[figure.n]) && !is_digit(r->at[figure.n + 1])) {
		*ret_len += 1; /* 20£ */
		err = sy_words_add(r->words, sy_money_unit(r->at[figure.n], r->now.one));
	}
	return err;
}

static int spell(struct reader *r, size_t len)
{
	int err = 0;

	for (size_t i = 0; i < len && !err; i++) {
		if (r->at[i] == '&')
			err = sy_words_add(r->words, "and");
		else if (is_alpha(r->at[i]))
			err = sy_words_letter(r->words, r->at[i]);
	}
	return err;
}

/* U.K., B&B: letters with a sign between each two. */
static int read_initials(struct reader *r, size_t *ret_len)
{
	size_t n = 0;

	if (is_alnum(before(r)) || before(r) == '.')
		return 0;
	while (is_alpha(r->at[n]) && r->at[n + 1] == '.')
		n += 2;
	if (n && is_alpha(r->at[n]) && !is_alnum(r->at[n + 1])) /* U.K without its last stop */
		n++;
	if (n >= 3 && !is_alpha(r->at[n])) {
		*ret_len = n;
		return spell(r, n);
	}
	for (n = 0; is_alpha(r->at[n]); n++)
		;
	if (n < 1 || n > 2 || r->at[n] != '&' || !is_alpha(r->at[n + 1]) || is_alnum(r->at[n + 2]))
		return 0;
	*ret_len = n + 2;
	return spell(r, n + 2);
}

static bool is_dialling(const char *word, size_t len)
{
	static const char *const words[] = {"call", "dial", "ring", "phone", "text", "press", "key"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i]) == len && !strncasecmp(words[i], word, len))
			return true;
	}
	return false;
}

static int read_word(struct reader *r, size_t *ret_len)
{
	size_t len = count_letters(r->at);
	bool joined = is_digit(before(r)) || is_digit(r->at[len]);
	const char *said;

	if (!len)
		return 0;
	*ret_len = len;
	r->now.dialled = is_dialling(r->at, len);
	said = sy_lexis_unit(r->at, len, r->last.number, r->last.number && r->last.one);
	r->now.number = said && r->last.number;
	if (!said)
		said = sy_lexis_word(r->at, len);
	if (said)
		return sy_words_add(r->words, said);
	if ((joined && len <= 2) || sy_lexis_spelled(r->at, len))
		return spell(r, len);
	return sy_words_add_n(r->words, r->at, len);
}

static const char *symbol_name(const struct reader *r)
{
	bool joins = is_alnum(before(r)) && is_alnum(r->at[1]);

	switch (*r->at) {
	case '&':
		return "and";
	case '+':
		return "plus";
	case '@':
		return "at";
	case '*':
		return "star";
	case '%':
		return "percent";
	case '=':
		return "equals";
	case '#':
		return is_digit(r->at[1]) ? "number" : "hash";
	case '/':
		return !joins ? NULL : is_digit(before(r)) || is_digit(r->at[1]) ? "slash" : "or";
	case '.':
		return joins ? "dot" : NULL;
	case '$':
	case SY_SIGN_POUND:
	case SY_SIGN_EURO:
		return sy_money_unit(*r->at, false);
	default:
		return NULL;
	}
}

/* "9-5", "£10 - £20": to; "-5": minus; "call us - now": a pause. */
static int read_hyphen(struct reader *r)
{
	const char *next = r->at + 1 + (r->at[1] == ' ');
	bool number = is_digit(*next) || (is_currency(*next) && is_digit(next[1]));

	if (number && r->last.number)
		return sy_words_add(r->words, "to");
	if (number && next == r->at + 1 && !is_alnum(before(r)))
		return sy_words_add(r->words, "minus");
	return before(r) == ' ' && *(r->at + 1) == ' ' ? sy_words_mark(r->words, ',') : 0;
}

static int read_symbol(struct reader *r, size_t *ret_len)
{
	const char *name = symbol_name(r);

	*ret_len = 1;
	r->now.number = *r->at == '%' && r->last.number;
	if (name)
		return sy_words_add(r->words, name);
	if (*r->at == '-')
		return read_hyphen(r);
	if (strchr("()[]", *r->at))
		return sy_words_mark(r->words, ',');
	return strchr(".,;:?!", *r->at) ? sy_words_mark(r->words, *r->at) : 0;
}

/* The order matters: what is more particular comes first. */
static reader_fn *const readers[] = {
	read_slot,
	read_form,
	read_day,
	read_day_month,
	read_clock,
	read_money,
	read_per,
	read_phone,
	read_hyphened,
	read_number,
	read_initials,
	read_word,
	read_symbol,
};

static int read_one(struct reader *r)
{
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		size_t len = 0;
		int err;

		r->now = (struct context){0};
		err = readers[i](r, &len);
		if (err)
			return err;
		if (!len)
			continue;
		r->last = r->now;
		r->at += len;
		return 0;
	}
	return EINVAL;
}

int sy_spoken_read(const char *plain, struct sy_words *words)
{
	struct reader r = {.text = plain, .at = plain, .words = words};
	int err = 0;

	while (*r.at && !err) {
		if (*r.at == ' ')
			r.at++;
		else
			err = read_one(&r);
	}
	return err;
}
