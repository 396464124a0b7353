/*
 * rehearsal: says a version's sentences before anyone calls, so that a call finds them in the speech cache.
 *
 * Prompts come first (every call has them), then the answers, then the questions that name an article. A sentence with
 * a value that only a call knows is left out. Bounded by time and number; what is left is made when it is first said.
 *
 * One thread. Errors: ENOMEM; a sentence that the voice cannot say is passed over, for lint and publish name its fault.
 */
#ifndef SY_SPEAK_REHEARSAL_H
#define SY_SPEAK_REHEARSAL_H

#include <signal.h>
#include <stddef.h>

#include "engine/speak/synthesiser.h"
#include "kb/article.h"
#include "prompts/prompt.h"

/* Three quarters of the folder that keeps them (SY_SPEECH_FOLDER_BYTES), at 3 s each. */
#define SY_REHEARSAL_MAX 1000

struct sy_rehearsal {
	struct sy_synthesiser *voice; /* a speech cache */
	const struct sy_prompts *prompts;
	const struct sy_content *content;
	int rate;
	int ms_max;                        /* no sentence is begun after it; 0: no bound */
	const volatile sig_atomic_t *stop; /* ends it early; NULL: nothing does */
	void (*progress)(void *arg, size_t done, size_t total);
	void *arg;
};

/* What would be said, in that order; for whoever says it elsewhere. */
int sy_rehearsal_sentences(
	const struct sy_prompts *prompts, const struct sy_content *content, struct sy_strings *ret_sentences);

struct sy_rehearsed {
	size_t sentences; /* that need no value, at most SY_REHEARSAL_MAX */
	size_t ready;     /* of those */
};

int sy_rehearse(const struct sy_rehearsal *rehearsal, struct sy_rehearsed *ret_rehearsed);

#endif
