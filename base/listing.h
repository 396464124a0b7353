/*
 * listing: a text file with one entry a line, `#` comments, blank lines left out: phrases, weights.
 *
 * Pure but for the file; thread-safe. The caller resets what it has read.
 */
#ifndef SY_BASE_LISTING_H
#define SY_BASE_LISTING_H

#include <stddef.h>

#include "base/problem.h"

#define SY_LISTING_LINE_MAX 256 /* bytes of a line, with its end: what is longer is no phrase and no number */

struct sy_listing {
	char **at;  /* without comment, and blanks before and behind it; never empty */
	int *lines; /* where each stands, from 1 */
	size_t n, cap, cap_lines;
};

/* The entries, at most `max`. EINVAL: a line is too long; E2BIG: there are more; both are named with their line. Other
 * errors are those of the file. ret_listing is empty after an error. */
int sy_listing_read(const char *path, size_t max, struct sy_listing *ret_listing, struct sy_problem *why);
void sy_listing_reset(struct sy_listing *listing);

#endif
