/*
 * soundalike: pairs of phrases that a telephone line makes one.
 *
 * Found by an index and not by comparing all pairs: phones are folded into classes of those that are easily mistaken
 * (sy_confusions_class()); two phrases whose rows of classes differ by at most SY_SOUNDALIKE_CHANGES changes share one
 * of SY_SOUNDALIKE_CHANGES + 1 parts, nearly at the same place. Only phrases that do are compared phone by phone. So a
 * pair that differs by more phones of different classes than that is not found, and hardly ever mistaken.
 *
 * Pure; thread-safe.
 * Source: Li, Deng, Wang, Feng: Pass-Join, a partition-based method for similarity joins (VLDB 2011).
 */
#ifndef SY_GRAMMARS_SOUNDALIKE_H
#define SY_GRAMMARS_SOUNDALIKE_H

#include "grammars/confusions.h"

#define SY_SOUNDALIKE_CHANGES 2
#define SY_SOUNDALIKE_PHRASES_MAX 100000

struct sy_sounding {
	const uint8_t *sounds; /* phones and slots, see SY_SOUND_SLOT */
	size_t n;              /* what is past SY_SOUNDS_MAX is not looked at */
	size_t group;          /* those of one group may sound alike: they mean the same */
};

struct sy_soundalike {
	size_t a; /* index of the phrase that is said, and of the one that is heard, in the worse direction */
	size_t b;
	double error; /* share of callers, sy_confusions_error() */
};

/* Every pair of different groups whose error is at least `least`. Caller frees *ret_pairs; the worst
 * come first. E2BIG past SY_SOUNDALIKE_PHRASES_MAX, ENOMEM. */
int sy_soundalikes_find(const struct sy_confusions *confusions, const struct sy_sounding *phrases, size_t n,
	double least, struct sy_soundalike **ret_pairs, size_t *ret_n);

#endif
