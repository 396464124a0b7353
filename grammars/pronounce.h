/*
 * pronounce: words -> phones.
 *
 * A word is taken from the first of these that has it, with all variants there: an editor's corrections, the
 * project's own *.dict files (the data folder's grammars/, in the order of their names), the CMU dictionary
 * ($SAYSO_CMUDICT, else the one that comes with PocketSphinx's model). What none has is guessed: "larkfield" from the
 * two dictionary words it is made of, "routers" and "ann's" from their stem, and last by Flite's letter-to-sound rules
 * (stress stripped, upper case, `ax` -> AH). A guess from parts keeps the rules' one as a further variant. Each file
 * is scanned once per call of sy_lexicon_add(), once more where words must be guessed, so pass many words at a time.
 *
 * Owner: the creator. One thread while adding; safe to read from many afterwards.
 *
 * Errors: ENOENT for a missing dictionary, EINVAL for a word with a symbol that has no pronunciation (digits, signs;
 * nothing is added then) or a line that is none, ENOMEM.
 */
#ifndef SY_GRAMMARS_PRONOUNCE_H
#define SY_GRAMMARS_PRONOUNCE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/pairs.h"
#include "base/problem.h"

#define SY_WORD_MAX 64          /* letters; longer is not a word */
#define SY_PRONUNCIATIONS_MAX 8 /* variants of one word */

enum sy_pronounced_by {
	SY_BY_PROJECT, /* also an editor's corrections */
	SY_BY_DICTIONARY,
	SY_BY_LETTERS, /* guessed: worth an editor's ear */
};

struct sy_lexicon;

/* extra_dict: a further file in CMU format that goes first (an editor's corrections), or NULL. */
int sy_lexicon_create(const char *extra_dict, struct sy_lexicon **ret_lexicon, struct sy_problem *why);
void sy_lexicon_destroy(struct sy_lexicon *lexicon);

/* An editor's corrections, word -> phones (sy_snapshot_words()): they go before every file and stand alone, and serve
 * the words that are added from now on; those added before keep what they have. Copied; replaces those of an earlier
 * call. EINVAL names the word, and leaves those that there were. */
int sy_lexicon_correct(struct sy_lexicon *lexicon, const struct sy_pairs *words, struct sy_problem *why);

int sy_lexicon_add(struct sy_lexicon *lexicon, const char *const *words, size_t n, struct sy_problem *why);
/* The words of sentences, with blanks between them. */
int sy_lexicon_add_sentences(
	struct sy_lexicon *lexicon, const char *const *sentences, size_t n, struct sy_problem *why);

/* Variant `i` of a word that was added, as "OW P ER EY T ER"; NULL past the last. Borrowed. */
const char *sy_lexicon_phones(const struct sy_lexicon *lexicon, const char *word, size_t i);
/* Where it came from; only for a word that was added. */
enum sy_pronounced_by sy_lexicon_source(const struct sy_lexicon *lexicon, const char *word);

/* The words, in the order they were added. Borrowed. */
size_t sy_lexicon_n_words(const struct sy_lexicon *lexicon);
const char *sy_lexicon_word(const struct sy_lexicon *lexicon, size_t i);

/* One word by letter-to-sound alone; one without a vowel is spelled. Caller frees. EINVAL for a word with anything but
 * letters and apostrophes. */
int sy_pronounce_letters(const char *word, char **ret_phones);

#endif
