/*
 * content_csv: phrases as a table: a header line with `article,phrase` and any of title, topic, owner, review, answer;
 * then one phrase a line. Fields may be quoted (RFC 4180), lines end in LF or CRLF, a byte-order mark is skipped.
 *
 * A line adds its phrase to the article (made when there is none of that id) and sets the other fields where they are
 * not empty. A phrase that the article has already, but for case, is counted and left out.
 *
 * Errors: EFBIG past SY_CONTENT_BYTES_MAX, EINVAL with FILE:LINE, ENOMEM.
 */
#ifndef SY_KB_CONTENT_CSV_H
#define SY_KB_CONTENT_CSV_H

#include <stdbool.h>

#include "kb/article.h"

/* What a file did to the content; zeroed is nothing. */
struct sy_csv_added {
	bool *touched;     /* by index of the content's articles */
	size_t n_phrases;  /* new ones */
	size_t duplicates; /* left out */
};

/* Adds the file's lines to `content`. After a failure `content` is only good for sy_content_reset(). */
int sy_content_csv_read(const char *name, const void *bytes, size_t n, struct sy_content *content,
	struct sy_csv_added *ret_added, struct sy_problem *why);
void sy_csv_added_reset(struct sy_csv_added *added);

#endif
