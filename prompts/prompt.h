/*
 * prompt: the words that the engine says, by id.
 *
 * A folder (prompts/en) of *.prompt files, one prompt a line: "id: text", `#` comments. Text may hold
 * {name} placeholders and the speech marks of docs/speech-marks.md ([pause], …). Nothing that a caller hears
 * is written in C. Immutable after load and then safe to read from many threads.
 *
 * Errors: ENOENT, EINVAL with FILE:LINE and what is wrong, ENOMEM.
 */
#ifndef SY_PROMPTS_PROMPT_H
#define SY_PROMPTS_PROMPT_H

#include "base/pairs.h"
#include "base/problem.h"

struct sy_prompts;

int sy_prompts_load(const char *folder, struct sy_prompts **ret_prompts, struct sy_problem *why);
void sy_prompts_destroy(struct sy_prompts *prompts);

/* Raw text of a prompt, borrowed; NULL if there is none. */
const char *sy_prompt_text(const struct sy_prompts *prompts, const char *id);

/*
 * The text with its placeholders filled from `values` (may be NULL). `{name|kind}` reads the value as
 * prompts/spoken.h does. Caller frees. ENOENT: no such prompt; EINVAL: a placeholder without a value.
 */
int sy_prompt_fill(const struct sy_prompts *prompts, const char *id, const struct sy_pairs *values, char **ret_text,
	struct sy_problem *why);

/* The same for any template (an article's answer). `name` stands for it in messages. */
int sy_template_fill(
	const char *name, const char *text, const struct sy_pairs *values, char **ret_text, struct sy_problem *why);

/* Checks of promises.md (P7, P9): banned sentences, over-long prompts, more than four options, ids that nobody
 * uses or that are missing. Calls `found` once for each finding; returns the number of findings. */
size_t sy_prompts_lint(const struct sy_prompts *prompts, void (*found)(void *arg, const char *line), void *arg);

#endif
