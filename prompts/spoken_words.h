/*
 * spoken_words: where spoken words are collected.
 *
 * Two ways of writing the same words: for a grammar (lower case, nothing but words and blanks) and for the voice (case
 * kept, with the commas and stops that shape speech). A zeroed struct is empty and for the voice.
 */
#ifndef SY_PROMPTS_SPOKEN_WORDS_H
#define SY_PROMPTS_SPOKEN_WORDS_H

#include <stdbool.h>

#include "base/text.h"

struct sy_words {
	struct sy_text text; /* owned */
	bool grammar;        /* words for a grammar */
};

/* One or more words, with commas where the voice pauses. */
int sy_words_add(struct sy_words *words, const char *s);
int sy_words_add_n(struct sy_words *words, const char *s, size_t n);

/* A letter by its name. Capital for the voice, so that "a" is not read as the article. */
int sy_words_letter(struct sy_words *words, char letter);

/* One of . , ; : ? ! after the last word; a stop takes the place of a comma. */
int sy_words_mark(struct sy_words *words, char mark);

#endif
