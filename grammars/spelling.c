#include "grammars/spelling.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Longer entries are compared by their beginning. */
#define LETTERS_MAX 64

/* Letters whose names differ in one consonant or less, as the telephone's band leaves them: the letter groups that
 * speech research calls the E-set, and their like. Cost within a group. */
static const struct {
	const char *letters;
	double cost;
} alike[] = {{"BDEPVTGCZ", 0.4}, {"BPDT", 0.25}, {"BVD", 0.25}, {"MN", 0.2}, {"FSX", 0.3}, {"AJKH8", 0.35},
	{"IY5", 0.35}, {"QU2W", 0.4}, {"CZ", 0.25}, {"GJ", 0.35}, {"LO0", 0.5}, {"O0", 0.0}, {"AE", 0.5}, {"IR", 0.5}};

static double cost_of(char heard, char meant)
{
	double cost = heard == meant ? 0 : SY_SPELLING_WRONG;

	for (size_t i = 0; i < sizeof alike / sizeof *alike; i++)
		if (strchr(alike[i].letters, heard) && strchr(alike[i].letters, meant) && alike[i].cost < cost)
			cost = alike[i].cost;
	return cost;
}

static size_t plain(const char *s, char letters[LETTERS_MAX])
{
	size_t n = 0;

	for (; *s && n < LETTERS_MAX; s++)
		if (isalnum((unsigned char)*s))
			letters[n++] = (char)toupper((unsigned char)*s);
	return n;
}

/* Levenshtein 1966, with costs. */
static double distance(const char *heard, size_t n, const char *meant, size_t m)
{
	double row[LETTERS_MAX + 1];

	for (size_t j = 0; j <= m; j++)
		row[j] = (double)j * SY_SPELLING_GAP;
	for (size_t i = 1; i <= n; i++) {
		double before = row[0];

		row[0] = (double)i * SY_SPELLING_GAP;
		for (size_t j = 1; j <= m; j++) {
			double best = before + cost_of(heard[i - 1], meant[j - 1]);

			before = row[j];
			if (row[j] + SY_SPELLING_GAP < best)
				best = row[j] + SY_SPELLING_GAP;
			if (row[j - 1] + SY_SPELLING_GAP < best)
				best = row[j - 1] + SY_SPELLING_GAP;
			row[j] = best;
		}
	}
	return row[m];
}

int sy_spelling_nearest(const char *letters, char *const *list, size_t n, struct sy_spelling_match *ret_match)
{
	char heard[LETTERS_MAX], meant[LETTERS_MAX];
	struct sy_spelling_match match = {.cost = LETTERS_MAX, .margin = LETTERS_MAX};
	size_t n_heard = plain(letters, heard);

	for (size_t i = 0; i < n; i++) {
		double cost = distance(heard, n_heard, meant, plain(list[i], meant));

		if (cost < match.cost) {
			match.margin = match.cost - cost;
			match.cost = cost;
			match.nearest = i;
		} else if (cost - match.cost < match.margin) {
			match.margin = cost - match.cost;
		}
	}
	if (!n || !n_heard || match.cost > SY_SPELLING_FAR * (double)n_heard)
		return ENOENT;
	*ret_match = match;
	return 0;
}
