/*
 * spoken_fold: UTF-8 -> the few characters that reading aloud needs.
 *
 * Accents are folded to plain letters, curly quotes and dashes to ASCII, currency signs and a few others to
 * one byte of their own. Whatever has no spoken form is refused, or left out. Pure, thread-safe.
 */
#ifndef SY_PROMPTS_SPOKEN_FOLD_H
#define SY_PROMPTS_SPOKEN_FOLD_H

#include <stdbool.h>

#include "base/text.h"

/* Bytes that stand for a sign outside ASCII. */
#define SY_SIGN_POUND '\x01'
#define SY_SIGN_EURO '\x02'

/* A symbol without a spoken form. */
struct sy_unspoken {
	int position;    /* characters, from 1; 0: none */
	char symbol[24]; /* itself, or U+XXXX where it cannot be shown */
};

/* EINVAL fills ret_unspoken with the first symbol that has no spoken form; where ret_unspoken is NULL, all such
 * symbols become blanks. Appends to ret_plain. */
int sy_spoken_fold(const char *text, struct sy_text *ret_plain, struct sy_unspoken *ret_unspoken);

#endif
