/*
 * spoken_reader: plain text (spoken_fold) -> spoken words, from left to right.
 *
 * A table of readers is tried at each place; the first that knows what stands there says it. Pure, thread-safe.
 */
#ifndef SY_PROMPTS_SPOKEN_READER_H
#define SY_PROMPTS_SPOKEN_READER_H

#include "prompts/spoken_words.h"

/* 0, ENOMEM or E2BIG. A `{` that begins no slot is left out; sy_slot_length() tells before. */
int sy_spoken_read(const char *plain, struct sy_words *words);

/* Bytes of the "{name}" at the start of `s`, 0 if it is none. */
size_t sy_slot_length(const char *s);

#endif
