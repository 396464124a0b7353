/*
 * content_check: is this content sound?
 *
 * Finds what would break a call or a publish: names, references, slots, phrases that cannot be spoken, placeholders
 * without a value, look-ups that do not run. Matters of taste and care are kb/lint's.
 */
#ifndef SY_KB_CONTENT_CHECK_H
#define SY_KB_CONTENT_CHECK_H

#include <stdint.h>

#include "kb/article.h"
#include "kb/store.h"

#define SY_FAULT_NO_ENTRY SIZE_MAX

enum sy_part { SY_PART_ARTICLE, SY_PART_LOOKUP, SY_PART_TABLE, SY_PART_WORD, SY_PART_COMPANY };

struct sy_fault {
	enum sy_part part;
	size_t item;       /* index of the article, look-up, … in the content; 0 for the company */
	const char *field; /* as the content file names it; NULL: the item itself */
	size_t entry;      /* index in the field's list, or SY_FAULT_NO_ENTRY */
	const char *text;  /* one line, with the item's name */
};

struct sy_content_check {
	const struct sy_content *content; /* what is checked */
	const struct sy_content *base;    /* what it will be added to, for references; NULL: it stands alone */
	struct sy_store *store;           /* whose data tables look-ups are tried on; NULL: not tried */
	void (*found)(void *arg, const struct sy_fault *fault);
	void *arg;
};

/* The number of faults. Without a store: all but look-ups; with one: look-ups and what depends on their columns. */
size_t sy_content_check(const struct sy_content_check *check);

/* The columns that a look-up gives; caller resets. EINVAL: it does not compile. */
int sy_content_columns(struct sy_store *store, const struct sy_lookup *lookup, struct sy_strings *ret_columns);

#endif
