/*
 * prompt_lint: do the prompts keep what callers are promised? (docs/promises.md, P7 and P9)
 *
 * What may not be said, and how a greeting tells that a machine speaks, stands in the language's own folder
 * (prompts/en/banned.txt): lines "banned: words" and "machine: words". Pure functions, thread-safe.
 */
#ifndef SY_PROMPTS_PROMPT_LINT_H
#define SY_PROMPTS_PROMPT_LINT_H

#include <stddef.h>

#define SY_PROMPT_OPTIONS_MAX 4 /* spoken choices at a time (P7); 0, * and # work everywhere and do not count */
#define SY_PROMPT_ACT_WORDS 30  /* before the caller knows what to do: about 12 s of speech */
#define SY_PROMPT_WORDS_MAX 60  /* of a whole prompt: about 25 s */

struct sy_prompts;

typedef void sy_prompts_found_h(void *arg, const char *line);

/* Banned sentences, over-long prompts, more than four options, a greeting that hides the machine. Calls `found` (may
 * be NULL) once for each finding; returns the number of findings. */
size_t sy_prompts_lint(const struct sy_prompts *prompts, sy_prompts_found_h *found, void *arg);

/* The same for a greeting that a knowledge base brings. */
size_t sy_prompts_lint_greeting(
	const struct sy_prompts *prompts, const char *text, sy_prompts_found_h *found, void *arg);

/* Ids that the engine uses and the folder lacks, and ids in the folder that nobody uses. */
size_t sy_prompts_lint_ids(
	const struct sy_prompts *prompts, const char *const *ids, size_t n, sy_prompts_found_h *found, void *arg);

#endif
