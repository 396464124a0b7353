/*
 * lint_sounds: phrases of different articles, and choices of one slot, that a telephone line makes one.
 *
 * Phrases are put into phones as the recogniser will (an editor's words first), and compared by grammars/soundalike.h.
 * Drafts count, for they will be heard one day; phrases written alike do not, for lint tells them by themselves.
 *
 * Errors: those of grammars/pronounce.h and grammars/confusions.h, ENOMEM.
 */
#ifndef SY_KB_LINT_SOUNDS_H
#define SY_KB_LINT_SOUNDS_H

#include "kb/article.h"
#include "kb/store.h"

/* Share of callers who would be misheard from which a pair is told. Below it are hundreds of pairs in a large base that
 * hardly anybody mistakes. */
#define SY_SOUNDS_ALIKE 0.06

struct sy_sounds_alike {                  /* borrowed for the call of `each` */
	const struct sy_article *article; /* whose phrase is said */
	const char *field;                /* "phrases" or "slots" */
	size_t entry;
	const char *said;
	const struct sy_article *other; /* whose phrase is heard then; the same article for the choices of a slot */
	const char *heard;
	double error; /* share of those who say it */
};

/* `store`: where look-ups find choices; NULL: theirs are not looked at. The worst pairs come first. */
int sy_lint_sounds(const struct sy_content *content, struct sy_store *store,
	void (*each)(void *arg, const struct sy_sounds_alike *alike), void *arg, struct sy_problem *why);

/* One line of it, without the article's id. */
void sy_sounds_alike_print(const struct sy_sounds_alike *alike, struct sy_problem *ret_line);

#endif
