#include "prompts/spoken_digits.h"

#include <ctype.h>
#include <string.h>

static const char *const names[] = {"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"};

static const struct sign {
	char sign;
	const char *name;
} signs[] = {
	{'-', "dash"},
	{'.', "dot"},
	{'@', "at"},
	{'_', "underscore"},
	{'/', "slash"},
	{'+', "plus"},
	{'&', "and"},
	{'#', "hash"},
	{'*', "star"},
	{'\'', "apostrophe"},
};

int sy_say_digits(struct sy_words *words, const char *digits, size_t n)
{
	int err = 0;

	for (size_t i = 0; i < n && !err; i++)
		err = sy_words_add(words, names[digits[i] - '0']);
	return err;
}

/* Groups of three, and two twos in place of a lone last figure. */
static size_t group_size(size_t left)
{
	return left == 2 || left == 4 ? 2 : left < 3 ? left : 3;
}

int sy_say_digit_groups(struct sy_words *words, const char *digits, size_t n)
{
	size_t size, at = 0;
	int err = 0;

	while (at < n && !err) {
		size = n <= 4 ? 1 : group_size(n - at);
		if (at)
			err = sy_words_mark(words, ',');
		if (!err)
			err = sy_say_digits(words, digits + at, size);
		at += size;
	}
	return err;
}

size_t sy_phone_length(const char *s)
{
	bool abroad = s[0] == '+', grouped = false;
	size_t most = abroad ? SY_PHONE_DIGITS_MAX : SY_PHONE_DIGITS_UK;
	size_t at = abroad, end = 0, digits = 0;

	if (!abroad && s[0] != '0')
		return 0;
	for (;;) {
		size_t group = 0, gap;

		while (isdigit((unsigned char)s[at + group]))
			group++;
		if (!group || digits + group > most || isalpha((unsigned char)s[at + group]))
			break;
		digits += group;
		end = at + group;
		gap = strspn(s + end, " -)");
		if (!gap || gap > 2)
			break;
		at = end + gap;
		grouped = grouped || isdigit((unsigned char)s[at]);
	}
	/* Undivided, a shorter one is as likely an account number. */
	if (digits < (grouped || abroad ? SY_PHONE_DIGITS_MIN : SY_PHONE_DIGITS_UK - 1))
		return 0;
	return isalnum((unsigned char)s[end]) ? 0 : end;
}

/* 0800, 0300: "oh eight hundred", as everybody says it. */
static int say_phone_group(struct sy_words *words, const char *digits, size_t n)
{
	int err = 0;

	if (n == 4 && digits[0] == '0' && digits[1] != '0' && !strncmp(digits + 2, "00", 2)) {
		err = sy_words_add(words, "oh");
		if (!err)
			err = sy_words_add(words, names[digits[1] - '0']);
		return err ? err : sy_words_add(words, "hundred");
	}
	for (size_t i = 0; i < n && !err; i++)
		err = sy_words_add(words, digits[i] == '0' ? "oh" : names[digits[i] - '0']);
	return err;
}

/* How Ofcom's number plan is commonly written: 020 7946 0000, 0800 123 4567, 07700 900 123. */
static size_t area_size(const char *digits)
{
	if (!strncmp(digits, "02", 2))
		return 3;
	if (!strncmp(digits, "08", 2) || !strncmp(digits, "03", 2) || !strncmp(digits, "09", 2))
		return 4;
	return 5;
}

static int say_undivided(struct sy_words *words, const char *s, size_t n)
{
	size_t at = s[0] == '0' && n > 8 ? area_size(s) : 0;
	int err = at ? say_phone_group(words, s, at) : 0;

	while (at < n && !err) {
		size_t left = n - at, size = left == 4 || left == 8 ? 4 : group_size(left);

		err = at ? sy_words_mark(words, ',') : 0;
		if (!err)
			err = say_phone_group(words, s + at, size);
		at += size;
	}
	return err;
}

int sy_say_phone(struct sy_words *words, const char *s, size_t n)
{
	size_t at = 0;
	int err = 0;

	if (n && s[0] == '+') {
		err = sy_words_add(words, "plus");
		at = 1;
	}
	if (!err && at && n > 6 && strncmp(s + at, "44", 2) == 0 && isdigit((unsigned char)s[3])) {
		err = say_phone_group(words, s + at, 2);
		if (!err)
			err = sy_words_mark(words, ',');
		at += 2;
	}
	if (!err && strspn(s + at, "0123456789") >= n - at)
		return say_undivided(words, s + at, n - at);
	while (at < n && !err) {
		size_t size = strspn(s + at, "0123456789");

		if (!size) {
			at++;
			continue;
		}
		size = size < n - at ? size : n - at;
		err = say_phone_group(words, s + at, size);
		at += size;
		if (!err && at < n)
			err = sy_words_mark(words, ',');
	}
	return err;
}

static int say_sign(struct sy_words *words, char c)
{
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (signs[i].sign == c)
			return sy_words_add(words, signs[i].name);
	}
	return 0;
}

int sy_say_spelled(struct sy_words *words, const char *s)
{
	int err = 0;

	for (; *s && !err; s++) {
		if (words->text.len)
			err = sy_words_mark(words, ',');
		if (err)
			break;
		if (isdigit((unsigned char)*s))
			err = sy_say_digits(words, s, 1);
		else if (*s == 'z' || *s == 'Z') /* the voices are American and would say "zee" */
			err = sy_words_add(words, "zed");
		else if (isalpha((unsigned char)*s))
			err = sy_words_letter(words, *s);
		else
			err = say_sign(words, *s);
	}
	return err;
}
