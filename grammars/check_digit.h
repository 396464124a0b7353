/*
 * check_digit: whether a digit string can be right, and which single wrong digit explains it best when it cannot.
 *
 * Schemes as an editor writes them:
 *   luhn                                          ISO/IEC 7812-1, as on cards ("true" is the same)
 *   mod 11, weights 10 9 8 7 6 5 4 3 2 1          the sum of digit x weight is a multiple of 11
 * The last weight is that of the last digit; where there are fewer weights than digits they are repeated to the left,
 * so "mod 10, weights 3 1" is that of EAN-13 and UPC. Pure functions, thread-safe.
 */
#ifndef SY_GRAMMARS_CHECK_DIGIT_H
#define SY_GRAMMARS_CHECK_DIGIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"

#define SY_CHECK_WEIGHTS_MAX 32 /* as many digits as a value has */
#define SY_CHECK_MODULUS_MAX 97

struct sy_check_digit {
	bool luhn;
	int modulus;
	int weights[SY_CHECK_WEIGHTS_MAX];
	size_t n;
};

/* EINVAL with what is wrong. */
int sy_check_digit_from(const char *scheme, struct sy_check_digit *ret_check, struct sy_problem *why);

bool sy_check_digit_holds(const struct sy_check_digit *check, const char *digits);

/*
 * The likeliest string that the scheme lets pass and that differs from `digits` in one place. `confidence` is the share
 * in which each digit is right as it was heard, 0..1; which digit is taken for which is the telephone's (see .c).
 * ret_digits has room for strlen(digits) + 1. Returns the share of its weight among all such strings, 0..1; 0: there is
 * none.
 */
double sy_check_digit_repair(
	const struct sy_check_digit *check, const char *digits, const double *confidence, char *ret_digits);

#endif
