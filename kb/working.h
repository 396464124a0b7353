/*
 * working: the editor's working copy in the store, which publish makes a version of.
 *
 * Writing happens inside the caller's transaction (sy_store_begin … sy_store_commit), so that an import is all or
 * nothing. Content that is written has passed sy_content_check().
 *
 * Data tables are made as they are named, with TEXT columns (kb/store.h says how values compare), and replaced whole.
 */
#ifndef SY_KB_WORKING_H
#define SY_KB_WORKING_H

#include "kb/article.h"
#include "kb/store.h"

enum sy_working_parts {
	SY_WORKING_ARTICLES, /* articles, look-ups, words, the company: what a version holds */
	SY_WORKING_ALL,      /* and the data tables with their rows */
};

/* In the editor's order. Caller resets. */
int sy_working_load(
	struct sy_store *store, enum sy_working_parts parts, struct sy_content *ret_content, struct sy_problem *why);

/* Each article, look-up, table and word of `content` replaces the one of its name and keeps its place, or comes last;
 * the others stay, and so do the company's name and greeting where `content` has none. */
int sy_working_merge(struct sy_store *store, const struct sy_content *content, struct sy_problem *why);

/* Articles, look-ups, words and the company become those of `content`; data tables stay as they are. */
int sy_working_replace(struct sy_store *store, const struct sy_content *content, struct sy_problem *why);

#endif
