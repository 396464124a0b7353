#include "kb/collation.h"

#include <stdbool.h>
#include <string.h>

struct number {
	bool negative;
	const char *whole;
	size_t n_whole;
	const char *fraction;
	size_t n_fraction;
};

static size_t count_digits(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && s[i] >= '0' && s[i] <= '9')
		i++;
	return i;
}

static bool read_number(const char *s, size_t n, struct number *ret_number)
{
	struct number number = {0};
	size_t i = n && s[0] == '-' ? 1 : 0;

	number.negative = i == 1;
	number.whole = s + i;
	number.n_whole = count_digits(s + i, n - i);
	if (!number.n_whole || (number.n_whole > 1 && *number.whole == '0'))
		return false;
	i += number.n_whole;
	if (i < n) {
		if (s[i] != '.')
			return false;
		i++;
		number.fraction = s + i;
		number.n_fraction = count_digits(s + i, n - i);
		if (!number.n_fraction || i + number.n_fraction != n)
			return false;
	}
	/* "20.50" is "20.5", and "-0" is "0". */
	while (number.n_fraction && number.fraction[number.n_fraction - 1] == '0')
		number.n_fraction--;
	if (!number.n_fraction && number.n_whole == 1 && *number.whole == '0')
		number.negative = false;
	*ret_number = number;
	return true;
}

static int compare_bytes(const char *a, size_t na, const char *b, size_t nb)
{
	size_t shorter = na < nb ? na : nb;
	int order = shorter ? memcmp(a, b, shorter) : 0;

	return order ? order : (na > nb) - (na < nb);
}

static int compare_sizes(const struct number *a, const struct number *b)
{
	int order;

	if (a->n_whole != b->n_whole)
		return a->n_whole > b->n_whole ? 1 : -1;
	order = memcmp(a->whole, b->whole, a->n_whole);
	return order ? order : compare_bytes(a->fraction, a->n_fraction, b->fraction, b->n_fraction);
}

int sy_collation_compare(const char *a, size_t na, const char *b, size_t nb)
{
	struct number x, y;
	bool a_is = read_number(a, na, &x);
	bool b_is = read_number(b, nb, &y);

	if (a_is != b_is)
		return a_is ? -1 : 1;
	if (!a_is)
		return compare_bytes(a, na, b, nb);
	if (x.negative != y.negative)
		return x.negative ? -1 : 1;
	return x.negative ? compare_sizes(&y, &x) : compare_sizes(&x, &y);
}

static int compare_values(void *arg, int na, const void *a, int nb, const void *b)
{
	(void)arg;
	return sy_collation_compare(a, (size_t)na, b, (size_t)nb);
}

int sy_collation_register(sqlite3 *db)
{
	return sqlite3_create_collation(db, SY_COLLATION, SQLITE_UTF8, NULL, compare_values);
}
