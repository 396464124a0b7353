#include "prompts/spoken.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "prompts/spoken_date.h"
#include "prompts/spoken_digits.h"
#include "prompts/spoken_fold.h"
#include "prompts/spoken_number.h"
#include "prompts/spoken_reader.h"
#include "prompts/spoken_words.h"

/* Says a folded, trimmed value; EINVAL if it is not of the kind. */
typedef int say_fn(const char *s, struct sy_words *words);

static int say_plain(const char *s, struct sy_words *words)
{
	return sy_spoken_read(s, words);
}

/* A minus sign before a value is said; ret_rest is what follows. */
static int say_minus(const char *s, struct sy_words *words, const char **ret_rest)
{
	*ret_rest = s + (*s == '-');
	return *s == '-' ? sy_words_add(words, "minus") : 0;
}

static int say_number(const char *s, struct sy_words *words)
{
	struct sy_figure figure;
	int err = say_minus(s, words, &s);

	if (err)
		return err;
	if (!sy_figure_read(s, &figure) || s[figure.n])
		return EINVAL;
	return sy_say_figure(words, &figure);
}

static int say_ordinal(const char *s, struct sy_words *words)
{
	struct sy_figure figure;

	if (!sy_figure_read(s, &figure) || figure.n_fraction || figure.n_whole > SY_FIGURES_MAX)
		return EINVAL;
	if (s[figure.n] && strcmp(s + figure.n, "st") && strcmp(s + figure.n, "nd") && strcmp(s + figure.n, "rd") &&
		strcmp(s + figure.n, "th"))
		return EINVAL;
	return sy_say_ordinal(words, figure.whole);
}

static int say_digits(const char *s, struct sy_words *words)
{
	char digits[SY_SPOKEN_VALUE_MAX + 1];
	size_t n = 0;

	for (; *s; s++) {
		if (isdigit((unsigned char)*s) && n < SY_SPOKEN_VALUE_MAX)
			digits[n++] = *s;
		else if (*s != ' ' && *s != '-')
			return EINVAL;
	}
	return n ? sy_say_digit_groups(words, digits, n) : EINVAL;
}

static int say_money(const char *s, struct sy_words *words)
{
	static const char *const codes[] = {"GBP", "USD", "EUR"};
	static const char signs[] = {SY_SIGN_POUND, '$', SY_SIGN_EURO};
	struct sy_figure figure;
	char currency = SY_SIGN_POUND;
	int err = say_minus(s, words, &s);

	if (err)
		return err;
	if (*s && memchr(signs, *s, sizeof(signs)))
		currency = *s++;
	s += *s == ' ';
	if (!sy_figure_read(s, &figure) || figure.n_fraction > 2)
		return EINVAL;
	s += figure.n;
	s += *s == ' ';
	for (size_t i = 0; i < sizeof(signs) && *s; i++) {
		if (!strcmp(s, codes[i]) || (s[0] == signs[i] && !s[1])) {
			currency = signs[i];
			s = "";
		}
	}
	return *s ? EINVAL : sy_say_money(words, &figure, currency);
}

static int read_day(const char *s, struct sy_day *ret_day)
{
	size_t len = sy_day_read(s, ret_day);

	return len && (!s[len] || s[len] == ' ' || s[len] == 'T') ? 0 : EINVAL;
}

static int say_date(const char *s, struct sy_words *words)
{
	struct sy_day day;
	int err = read_day(s, &day);

	return err ? err : sy_say_day(words, &day, false);
}

static int say_date_year(const char *s, struct sy_words *words)
{
	struct sy_day day;
	int err = read_day(s, &day);

	return err ? err : sy_say_day(words, &day, true);
}

static int say_time(const char *s, struct sy_words *words)
{
	struct sy_clock clock;
	size_t len = sy_clock_read(s, &clock);

	return len && !s[len] ? sy_say_clock(words, &clock) : EINVAL;
}

/* What a number inside a company is parted from the number by, as values have it (grammars/value.h). */
static const char extension[] = " ext ";

static int say_extension(const char *s, struct sy_words *words)
{
	size_t len = strlen(s);
	int err = len && strspn(s, "0123456789") == len ? sy_words_mark(words, ',') : EINVAL;

	if (!err)
		err = sy_words_add(words, "extension");
	return err ? err : sy_say_digits(words, s, len);
}

static int say_phone(const char *s, struct sy_words *words)
{
	const char *inside = strstr(s, extension);
	size_t len, digits = 0;
	int err;

	s += *s == '(';
	len = inside ? (size_t)(inside - s) : strlen(s);
	if (!isdigit((unsigned char)s[0]) && s[0] != '+')
		return EINVAL;
	if (strspn(s + 1, "0123456789 -()") < len - 1)
		return EINVAL;
	for (size_t i = 0; i < len; i++)
		digits += isdigit((unsigned char)s[i]) != 0;
	err = digits ? sy_say_phone(words, s, len) : EINVAL;
	return err || !inside ? err : say_extension(inside + strlen(extension), words);
}

static int say_spelled(const char *s, struct sy_words *words)
{
	int err = sy_say_spelled(words, s);

	return err ? err : words->text.len ? 0 : EINVAL;
}

/* What stands between two days: its bytes and its word. */
static const char *read_between(const char *s, size_t *ret_len)
{
	static const struct between {
		const char *written;
		const char *said;
	} all[] = {{" and ", "and"}, {" to ", "to"}, {" - ", "to"}, {"-", "to"}, {", ", ","}, {",", ","}};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		*ret_len = strlen(all[i].written);
		if (!strncmp(s, all[i].written, *ret_len))
			return all[i].said;
	}
	return NULL;
}

static int say_days(const char *s, struct sy_words *words)
{
	for (;;) {
		const char *between;
		int day, err;
		size_t len = sy_weekday_read(s, &day);

		if (!len)
			return EINVAL;
		err = sy_words_add(words, sy_weekday_name(day));
		s += len;
		if (err || !*s)
			return err;
		between = read_between(s, &len);
		if (!between)
			return EINVAL;
		s += len;
		if (*between != ',')
			err = sy_words_add(words, between);
		else
			err = strchr(s, ',') ? sy_words_mark(words, ',') : sy_words_add(words, "and");
		if (err)
			return err;
	}
}

static const struct kind {
	const char *name;
	const char *example;
	say_fn *say;
} kinds[] = {
	[SY_SAY_PLAIN] = {"plain", "any text", say_plain},
	[SY_SAY_NUMBER] = {"number", "1250", say_number},
	[SY_SAY_ORDINAL] = {"ordinal", "3", say_ordinal},
	[SY_SAY_DIGITS] = {"digits", "4071", say_digits},
	[SY_SAY_MONEY] = {"money", "20.50", say_money},
	[SY_SAY_DATE] = {"date", "2026-05-03", say_date},
	[SY_SAY_TIME] = {"time", "16:30", say_time},
	[SY_SAY_PHONE] = {"phone", "0800 123 456", say_phone},
	[SY_SAY_SPELL] = {"spell", "AB4", say_spelled},
	[SY_SAY_DAYS] = {"days", "mon-fri", say_days},
	[SY_SAY_DATE_YEAR] = {"date-year", "2026-05-03", say_date_year},
};

int sy_say_as_from(const char *name, enum sy_say_as *ret_as)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!strcmp(name, kinds[i].name)) {
			*ret_as = (enum sy_say_as)i;
			return 0;
		}
	}
	return EINVAL;
}

/* Hands over the words; an empty text is "" and not NULL. */
static int take_words(struct sy_words *words, char **ret_words)
{
	int err = sy_text_add(&words->text, "");
	char *s = err ? NULL : sy_text_take(&words->text);

	if (!s)
		return err ? err : ENOMEM;
	*ret_words = s;
	return 0;
}

static char *trim(struct sy_text *text)
{
	char *s = text->s;

	while (text->len && s[text->len - 1] == ' ')
		s[--text->len] = '\0';
	return s + strspn(s, " ");
}

int sy_spoken_value(enum sy_say_as as, const char *value, char **ret_words, struct sy_problem *why)
{
	struct sy_words words = {0};
	struct sy_text plain = {0};
	const struct kind *kind = &kinds[as];
	int err;

	if (strlen(value) > SY_SPOKEN_VALUE_MAX)
		return sy_problem_set(why, E2BIG, "a value of %zu bytes cannot be read out as %s: at most %d",
			strlen(value), kind->name, SY_SPOKEN_VALUE_MAX);
	err = sy_spoken_fold(value, &plain, NULL);
	if (!err)
		err = sy_text_add(&plain, "");
	if (!err)
		err = kind->say(trim(&plain), &words);
	if (err == EINVAL)
		(void)sy_problem_set(why, err, "\"%s\" cannot be read out as %s; write it like \"%s\"", value,
			kind->name, kind->example);
	if (!err)
		err = take_words(&words, ret_words);
	sy_text_reset(&plain);
	sy_text_reset(&words.text);
	return err;
}

/* A brace that begins or ends no slot has no spoken form, nor has a `_` outside one. */
static int check_slots(const char *text, const char *plain, struct sy_problem *why)
{
	for (const char *s = plain; *s; s++) {
		size_t len = sy_slot_length(s);

		if (len)
			s += len - 1;
		else if (*s == '_')
			return sy_problem_set(why, EINVAL,
				"phrase \"%s\": `_` has no spoken form; write the words that a caller says", text);
		else if (*s == '{' || *s == '}')
			return sy_problem_set(why, EINVAL,
				"phrase \"%s\": a `%c` without its slot; write a slot as {name}, of letters, figures, "
				"- and _",
				text, *s);
	}
	return 0;
}

int sy_spoken_phrase(const char *text, char **ret_words, struct sy_problem *why)
{
	struct sy_words words = {.grammar = true};
	struct sy_text plain = {0};
	struct sy_unspoken unspoken = {0};
	int err;

	if (strlen(text) > SY_SPOKEN_PHRASE_MAX)
		return sy_problem_set(why, E2BIG,
			"phrase \"%.40s…\" has %zu bytes; a caller says at most %d in one turn", text, strlen(text),
			SY_SPOKEN_PHRASE_MAX);
	err = sy_spoken_fold(text, &plain, &unspoken);
	if (err == EINVAL)
		(void)sy_problem_set(why, err,
			"phrase \"%s\": character %d, `%s`, has no spoken form; write the words that a caller says",
			text, unspoken.position, unspoken.symbol);
	if (!err)
		err = sy_text_add(&plain, "");
	if (!err)
		err = check_slots(text, plain.s, why);
	if (!err)
		err = sy_spoken_read(plain.s, &words);
	if (!err && !words.text.len)
		err = sy_problem_set(
			why, EINVAL, "phrase \"%s\" has no word; write the words that a caller says", text);
	if (!err)
		err = take_words(&words, ret_words);
	sy_text_reset(&plain);
	sy_text_reset(&words.text);
	return err;
}

int sy_spoken_text(const char *text, char **ret_text)
{
	struct sy_words words = {0};
	struct sy_text plain = {0};
	int err;

	if (strlen(text) > SY_SPOKEN_TEXT_MAX)
		return E2BIG;
	err = sy_spoken_fold(text, &plain, NULL);
	if (!err)
		err = sy_text_add(&plain, "");
	if (!err)
		err = sy_spoken_read(plain.s, &words);
	if (!err)
		err = take_words(&words, ret_text);
	sy_text_reset(&plain);
	sy_text_reset(&words.text);
	return err;
}
