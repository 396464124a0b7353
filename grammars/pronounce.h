/*
 * pronounce: words -> phones.
 *
 * Looks a word up in the project's own *.dict files, then in the CMU dictionary that comes with
 * PocketSphinx's model, and pronounces what neither has with Flite's letter-to-sound rules
 * (stress stripped, upper case, `ax` -> AH). One file of words is scanned once per call of
 * sy_lexicon_add(), so pass many words at a time.
 *
 * Owner: the creator. One thread while adding; safe to read from many afterwards.
 */
#ifndef SY_GRAMMARS_PRONOUNCE_H
#define SY_GRAMMARS_PRONOUNCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/problem.h"

#define SY_WORD_MAX 64          /* letters; longer is not a word */
#define SY_PRONUNCIATIONS_MAX 8 /* variants of one word */

enum sy_pronounced_by { SY_BY_PROJECT, SY_BY_DICTIONARY, SY_BY_LETTERS };

struct sy_lexicon;

/* extra_dict: a further file in CMU format that goes first (an editor's corrections), or NULL. */
int sy_lexicon_create(const char *extra_dict, struct sy_lexicon **ret_lexicon, struct sy_problem *why);
void sy_lexicon_destroy(struct sy_lexicon *lexicon);

int sy_lexicon_add(struct sy_lexicon *lexicon, const char *const *words, size_t n, struct sy_problem *why);

/* Variant `i` of a word that was added, as "OW P ER EY T ER"; NULL past the last. Borrowed. */
const char *sy_lexicon_phones(const struct sy_lexicon *lexicon, const char *word, size_t i);
/* Where it came from; only for a word that was added. */
enum sy_pronounced_by sy_lexicon_source(const struct sy_lexicon *lexicon, const char *word);

/* One word by letter-to-sound alone. Caller frees. EINVAL for a word with anything but letters and apostrophes. */
int sy_pronounce_letters(const char *word, char **ret_phones);

#endif
