/*
 * lint_words: words of phrases and choices that no dictionary has, with the phones that are guessed for them.
 *
 * Part of lint. Words that the editor has given phones for are left out. Errors: ENOMEM, those of the dictionary files.
 */
#ifndef SY_KB_LINT_WORDS_H
#define SY_KB_LINT_WORDS_H

#include "kb/article.h"

struct sy_guess { /* borrowed for the call of `each` */
	const char *word;
	const char *phones;
	const char *article; /* id of the first that uses it */
};

int sy_lint_words(const struct sy_content *content, void (*each)(void *arg, const struct sy_guess *guess), void *arg,
	struct sy_problem *why);

#endif
