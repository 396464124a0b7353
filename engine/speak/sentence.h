/*
 * sentence: where a text can be cut so that its first part is said while the next is made ready. Pure, thread-safe.
 */
#ifndef SY_SPEAK_SENTENCE_H
#define SY_SPEAK_SENTENCE_H

#include <stddef.h>

/* Silence between two sentences at pace 1, also between two that were synthesised apart. */
#define SY_SENTENCE_GAP_MS 250

/* Bytes of the first sentence, with its speech marks and the blanks after it: call it again at `text` plus what it
 * returned. A text is never cut inside a mark; a very long sentence is cut at a comma. 0 at the end of the text. */
size_t sy_say_split(const char *text);

/* Silence after `n` bytes that sy_say_split() gave, in ms at pace 1: SY_SENTENCE_GAP_MS where the blanks at their end
 * tell that more follows, none after the last sentence, or after one that ends in a pause of its own. */
int sy_say_gap(const char *sentence, size_t n);

#endif
