/*
 * publish: makes an immutable version of the working copy, or of an older version.
 *
 * First everything that would break a call is looked for, and each finding is told through `refused`; then grammar and
 * search model are made; then one transaction adds the version. So a call sees a whole version or the one before, and a
 * refused publish changes nothing. An article without an answer stays a draft.
 *
 * Errors: EINVAL (refused; `why` says how many reasons), ENOENT (no such version), those of kb/store.h.
 */
#ifndef SY_KB_PUBLISH_H
#define SY_KB_PUBLISH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kb/article.h"
#include "kb/lint_sounds.h"
#include "kb/store.h"

struct sy_publish {
	const char *by;   /* who; NULL: not said */
	const char *note; /* NULL: none */

	/* The exit proof, which lives above the knowledge base; sees what a call would (no drafts). NULL: none. */
	int (*check)(const struct sy_content *content, void *arg, struct sy_problem *why);
	void *check_arg;

	/* Each reason for a refusal, one line. NULL: only the first, in `why`. */
	void (*refused)(void *arg, const char *line);
	void *refused_arg;

	/* Phrases of two articles that a telephone line makes one, the worst first: no reason to refuse, but callers
	 * will be misheard. NULL: not looked for. */
	void (*alike)(void *arg, const struct sy_sounds_alike *alike);
	void *alike_arg;

	/* Long work: "checking", "compiling", "training", "writing". NULL: quiet. */
	void (*progress)(void *arg, const char *doing, size_t done, size_t total);
	void *progress_arg;
};

struct sy_published {
	int64_t version; /* the new one, or the newest where nothing changed */
	bool changed;    /* false: the content is that of the newest version, so there is no new one */
	size_t articles; /* with an answer */
	size_t phrases;  /* of those */
	size_t drafts;
};

int sy_publish(struct sy_store *store, const struct sy_publish *how, struct sy_published *ret_published,
	struct sy_problem *why);

/* Makes the working copy and a new version equal to an old one; version 0: the one before the newest. Drafts that the
 * old version does not have stay drafts of the working copy and go into the new one, for nobody hears them. */
int sy_publish_rollback(struct sy_store *store, int64_t version, const struct sy_publish *how,
	struct sy_published *ret_published, struct sy_problem *why);

#endif
