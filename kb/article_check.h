/*
 * article_check: content_check's part for articles. See there.
 */
#ifndef SY_KB_ARTICLE_CHECK_H
#define SY_KB_ARTICLE_CHECK_H

#include "kb/content_check.h"

struct sy_checking {
	const struct sy_content_check *check;
	struct sy_fault at; /* where the check is; text unset */
	const char *name;   /* of the item, as "article balance" */
	size_t n_found;
};

/* Reports a fault at the current place. */
void sy_checking_found(struct sy_checking *checking, const char *field, size_t entry, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* checking->at.item is the article's index. */
void sy_article_check(struct sy_checking *checking);
/* Placeholders of an answer: slots, columns of its look-up, and what a call always knows. */
void sy_article_check_answer(struct sy_checking *checking, const struct sy_strings *columns);

bool sy_date_is_good(const char *date); /* YYYY-MM-DD, a day that exists */

#endif
