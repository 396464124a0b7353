/*
 * diff: what differs between two versions, or a version and the working copy.
 */
#ifndef SY_KB_DIFF_H
#define SY_KB_DIFF_H

#include <stdint.h>

#include "kb/article.h"
#include "kb/store.h"

#define SY_DIFF_WORKING (-1) /* in place of a version's id */

enum sy_change { SY_ADDED, SY_REMOVED, SY_CHANGED };

struct sy_difference { /* borrowed for the call of `each` */
	enum sy_change change;
	const char *part;   /* "article", "look-up", "word" */
	const char *name;   /* its id */
	const char *fields; /* changed: "title, phrases (+2 -1)"; else "" */
};

/* Items in the order of `before`, then those that came. Returns how many differ. `each` may be NULL. */
size_t sy_content_diff(const struct sy_content *before, const struct sy_content *after,
	void (*each)(void *arg, const struct sy_difference *difference), void *arg);

/* The same for two versions by id: 0 the newest, SY_DIFF_WORKING the working copy. ENOENT: no such version. */
struct sy_diff {
	int64_t before;
	int64_t after;
	void (*each)(void *arg, const struct sy_difference *difference);
	void *arg;
};
int sy_diff(struct sy_store *store, const struct sy_diff *diff, size_t *ret_n, struct sy_problem *why);

#endif
