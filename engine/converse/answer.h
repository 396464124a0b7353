/*
 * answer: an article's words for this caller: its template with the details given and the row that its look-up found.
 *
 * Details that are optional and were not given are left out, with the sentence that needs them. Pure but for the
 * look-up handler it is given; thread-safe as that is.
 */
#ifndef SY_CONVERSE_ANSWER_H
#define SY_CONVERSE_ANSWER_H

#include <time.h>

#include "kb/article.h"

typedef int sy_look_up_h(void *arg, const char *lookup, const struct sy_pairs *params, const struct tm *now,
	struct sy_pairs *ret_row, size_t *ret_n, struct sy_problem *why);

struct sy_answer_prm {
	const struct sy_article *article;
	const struct sy_pairs *slots;  /* normalised values of its details */
	const struct sy_pairs *common; /* what every text may use (company, case_key) */
	const struct tm *now;          /* the call's local time */
	sy_look_up_h *look_up;
	void *arg;
};

enum sy_answer_kind {
	SY_ANSWER_GIVEN,
	SY_ANSWER_NONE,   /* the look-up found nothing; the text is the article's `none`, or NULL where it has none */
	SY_ANSWER_FAILED, /* the look-up failed, or the template needs what is not there; no text */
};

/* EAGAIN: the look-up is under way, see call.h; else ENOMEM only, and what went wrong with the look-up is in `why`.
 * Caller frees *ret_text. */
int sy_answer_make(
	const struct sy_answer_prm *prm, enum sy_answer_kind *ret_kind, char **ret_text, struct sy_problem *why);

/* Whether the article's review date is before the day of `now` (promise P11). */
bool sy_answer_overdue(const struct sy_article *article, const struct tm *now);

#endif
