#include "grammars/check_digit.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "grammars/value.h"

/*
 * Of a hundred digits spoken over a telephone, how many were heard as which: row spoken, column heard. Measured on
 * 1,500 single digits of three speakers at 8 kHz with the telephone model; three are added to each count, so that
 * nothing is impossible.
 */
static const int heard_as[10][10] = {
	{85, 2, 2, 2, 2, 2, 2, 2, 2, 2},
	{2, 84, 2, 2, 2, 2, 2, 2, 2, 2},
	{30, 2, 56, 2, 2, 2, 2, 2, 2, 2},
	{9, 2, 2, 44, 2, 2, 2, 4, 11, 23},
	{18, 11, 2, 2, 59, 2, 2, 2, 2, 2},
	{8, 2, 2, 2, 2, 70, 2, 2, 2, 11},
	{3, 2, 2, 2, 2, 2, 61, 18, 6, 3},
	{2, 3, 2, 2, 2, 3, 2, 77, 3, 5},
	{5, 4, 3, 2, 2, 2, 2, 2, 70, 8},
	{2, 2, 2, 2, 2, 2, 2, 2, 2, 85},
};

static bool is_blank(char c)
{
	return isspace((unsigned char)c) || c == ',';
}

static const char *skip(const char *s)
{
	while (is_blank(*s))
		s++;
	return s;
}

/* A word of the scheme and what parts it from the next. */
static bool take_word(const char **s, const char *word)
{
	size_t n = strlen(word);

	if (strncasecmp(*s, word, n) != 0 || ((*s)[n] && !is_blank((*s)[n]) && !isdigit((unsigned char)(*s)[n])))
		return false;
	*s = skip(*s + n);
	return true;
}

/* 0 .. 99; -1 for none. */
static int take_number(const char **s)
{
	size_t n = strspn(*s, "0123456789");
	int value = 0;

	if (!n || n > 2 || ((*s)[n] && !is_blank((*s)[n])))
		return -1;
	for (size_t i = 0; i < n; i++)
		value = value * 10 + (*s)[i] - '0';
	*s = skip(*s + n);
	return value;
}

static int take_weights(const char *s, struct sy_check_digit *check)
{
	while (*s) {
		int weight = take_number(&s);

		if (weight < 0 || check->n == SY_CHECK_WEIGHTS_MAX)
			return EINVAL;
		check->weights[check->n++] = weight;
	}
	return check->n ? 0 : EINVAL;
}

int sy_check_digit_from(const char *scheme, struct sy_check_digit *ret_check, struct sy_problem *why)
{
	struct sy_check_digit check = {0};
	const char *s = skip(scheme);
	int err = EINVAL;

	if ((take_word(&s, "luhn") || take_word(&s, "true") || take_word(&s, "yes") || take_word(&s, "1")) && !*s) {
		check.luhn = true;
		err = 0;
	} else if (take_word(&s, "mod")) {
		check.modulus = take_number(&s);
		if (check.modulus >= 2 && check.modulus <= SY_CHECK_MODULUS_MAX && take_word(&s, "weights"))
			err = take_weights(s, &check);
	}
	if (err)
		return sy_problem_set(why, err,
			"'%.80s' is no check digit: write luhn, or for instance mod 11, weights 10 9 8 7 6 5 4 3 2 1",
			scheme);
	*ret_check = check;
	return 0;
}

bool sy_check_digit_holds(const struct sy_check_digit *check, const char *digits)
{
	size_t n = strlen(digits);
	long sum = 0;

	if (check->luhn)
		return sy_value_luhn(digits);
	for (size_t i = 0; i < n; i++) {
		if (!isdigit((unsigned char)digits[i]))
			return false;
		sum += (long)(digits[i] - '0') * check->weights[check->n - 1 - (n - 1 - i) % check->n];
	}
	return n > 1 && sum % check->modulus == 0;
}

/* How much speaks for `meant` where `heard` was heard with this confidence. */
static double odds(char heard, int meant, double confidence)
{
	double right = confidence < 0.01 ? 0.01 : confidence > 0.99 ? 0.99 : confidence;

	return (1 - right) / right * heard_as[meant][heard - '0'];
}

double sy_check_digit_repair(
	const struct sy_check_digit *check, const char *digits, const double *confidence, char *ret_digits)
{
	char tried[SY_CHECK_WEIGHTS_MAX + 1] = "";
	size_t n = strlen(digits);
	double best = 0, total = 0;

	if (n > SY_CHECK_WEIGHTS_MAX || strspn(digits, "0123456789") != n)
		return 0;
	memcpy(tried, digits, n + 1);
	for (size_t i = 0; i < n; i++) {
		for (int digit = 0; digit < 10; digit++) {
			tried[i] = (char)('0' + digit);
			if (tried[i] == digits[i] || !sy_check_digit_holds(check, tried))
				continue;
			double weight = odds(digits[i], digit, confidence[i]);

			total += weight;
			if (weight > best) {
				best = weight;
				memcpy(ret_digits, tried, n + 1);
			}
		}
		tried[i] = digits[i];
	}
	return total > 0 ? best / total : 0;
}
