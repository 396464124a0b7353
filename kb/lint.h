/*
 * lint: what an editor should look at before callers find it.
 *
 * Faults (sy_content_check) are told as well, as errors: publish refuses them. Everything else is a matter of care:
 * owners and review dates, drafts, few phrases, phrases of two articles, phrases that sound alike, words that no
 * dictionary has, answers too long to listen to, wording that promises.md bans.
 */
#ifndef SY_KB_LINT_H
#define SY_KB_LINT_H

#include <stddef.h>
#include <time.h>

#include "kb/article.h"
#include "kb/store.h"

#define SY_LINT_PHRASES_MIN 3   /* fewer, and most callers' words will not fit */
#define SY_LINT_WORDS_MAX 60    /* of an answer: half a minute of speech */
#define SY_LINT_SENTENCES_MAX 4 /* more is not remembered */
#define SY_LINT_ALIKE_MAX 100   /* pairs that sound alike, the worst first: nobody rewords more at a sitting */
#define SY_LINT_FOLLOWUPS_MAX 4 /* spoken choices at a time (P7) */

enum sy_severity { SY_LINT_NOTE, SY_LINT_WARNING, SY_LINT_ERROR };

struct sy_finding { /* borrowed for the call of `found` */
	enum sy_severity severity;
	const char *article; /* id; NULL where it is about none */
	const char *field;   /* "owner", "phrases", …; NULL */
	size_t entry;        /* in the field's list; SIZE_MAX: none */
	const char *text;    /* one line, without the article's id */
};

struct sy_lint {
	struct sy_store *store; /* for look-ups */
	const struct tm *today; /* local; review dates before it are overdue */
	void (*found)(void *arg, const struct sy_finding *finding);
	void *arg;
};

/* Looks through the working copy. Findings are no failure. */
int sy_lint(const struct sy_lint *lint, size_t *ret_n, struct sy_problem *why);

const char *sy_severity_name(enum sy_severity severity); /* "note", "warning", "error" */

#endif
