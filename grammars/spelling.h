/*
 * spelling: which entry of a list a spelled word is.
 *
 * Letters sound alike over a telephone (b d e p t, m n, f s), so a wrong letter costs little where its sound is near
 * and much where it is not; the entry with the least cost is the nearest. Case, blanks and signs make no difference.
 * Pure functions, thread-safe.
 */
#ifndef SY_GRAMMARS_SPELLING_H
#define SY_GRAMMARS_SPELLING_H

#include <stddef.h>

/* What a letter too many, or too few, and one that sounds nothing like it cost. */
#define SY_SPELLING_GAP 0.8
#define SY_SPELLING_WRONG 1.0
/* Past so much cost a letter nothing in the list is meant. */
#define SY_SPELLING_FAR 0.4
/* The next one must be so much further away, or the nearest is in doubt. */
#define SY_SPELLING_MARGIN 0.5

struct sy_spelling_match {
	size_t nearest; /* index in the list */
	double cost;    /* of the nearest */
	double margin;  /* how much further away the next one is */
};

/* ENOENT where nothing is near enough, ENOMEM. */
int sy_spelling_nearest(const char *letters, char *const *list, size_t n, struct sy_spelling_match *ret_match);

#endif
