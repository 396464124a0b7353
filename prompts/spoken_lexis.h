/*
 * spoken_lexis: the written short forms that are said otherwise ("GB", "24/7", "Wi-Fi", "SMS"). Const tables,
 * thread-safe.
 */
#ifndef SY_PROMPTS_SPOKEN_LEXIS_H
#define SY_PROMPTS_SPOKEN_LEXIS_H

#include <stdbool.h>
#include <stddef.h>

/* A form with signs in it at the start of `s` ("24/7", "wi-fi", "e.g."): its words, and its bytes; NULL: none. */
const char *sy_lexis_form(const char *s, size_t *ret_len);

/* A unit ("GB", "km"). `counted`: it follows a number, `one`: that number is 1. NULL: it is none. */
const char *sy_lexis_unit(const char *word, size_t len, bool counted, bool one);

/* A whole word that is said otherwise ("mr"); NULL: none. */
const char *sy_lexis_word(const char *word, size_t len);

/* Whether a word can only be said letter by letter ("sms", "k"): no vowel, and not a word all the same ("hmm", "tv").
 */
bool sy_lexis_spelled(const char *word, size_t len);

#endif
