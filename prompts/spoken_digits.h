/*
 * spoken_digits: figures and letters one by one, as people read out an account number, a telephone number or a
 * postcode. All append to `words`; 0, ENOMEM or E2BIG. Pure, thread-safe.
 */
#ifndef SY_PROMPTS_SPOKEN_DIGITS_H
#define SY_PROMPTS_SPOKEN_DIGITS_H

#include <stdbool.h>
#include <stddef.h>

#include "prompts/spoken_words.h"

#define SY_PHONE_DIGITS_MIN 8 /* 0800 1111 */
#define SY_PHONE_DIGITS_UK 11
#define SY_PHONE_DIGITS_MAX 15 /* ITU-T E.164 */

/* "four seven one", without pauses */
int sy_say_digits(struct sy_words *words, const char *digits, size_t n);

/* With pauses: each figure of up to four, groups of three or two of more ("one two three, four five, six seven"). */
int sy_say_digit_groups(struct sy_words *words, const char *digits, size_t n);

/* Bytes of the telephone number at the start of `s`: 0800 123 456, +44 20 7946 0000, (020) 7946 0000 without its first
 * parenthesis; 0 if there is none. */
size_t sy_phone_length(const char *s);

/* `s` is `n` bytes of figures, with blanks, hyphens or parentheses where its owner groups it, or without any. */
int sy_say_phone(struct sy_words *words, const char *s, size_t n);

/* Each letter, figure and sign by its name, with a pause after each. */
int sy_say_spelled(struct sy_words *words, const char *s);

#endif
