/*
 * prompt: the words that the engine says, by id.
 *
 * A folder (prompts/en) of *.prompt files, one prompt a line: "id: text", `#` comments. Text may hold
 * {name} placeholders and the speech marks of docs/speech-marks.md ([pause], …). Nothing that a caller hears
 * is written in C. Immutable after load and then safe to read from many threads.
 *
 * Beside them lies banned.txt, the words that the checks of prompts/prompt_lint.h look for.
 *
 * Errors: ENOENT, EINVAL with FILE:LINE and what is wrong, EFBIG and E2BIG past a bound, ENOMEM.
 */
#ifndef SY_PROMPTS_PROMPT_H
#define SY_PROMPTS_PROMPT_H

#include "base/pairs.h"
#include "base/problem.h"
#include "prompts/prompt_lint.h"
#include "prompts/template.h"

#define SY_PROMPT_ID_MAX 64
#define SY_PROMPTS_MAX 4096               /* of one language; the engine itself uses about a hundred */
#define SY_PROMPTS_BYTES_MAX (256u << 10) /* of one file */

struct sy_prompts;

int sy_prompts_load(const char *folder, struct sy_prompts **ret_prompts, struct sy_problem *why);
/* One file's text; `name` stands for it in messages. */
int sy_prompts_load_text(
	const char *name, const char *text, size_t n, struct sy_prompts **ret_prompts, struct sy_problem *why);
void sy_prompts_destroy(struct sy_prompts *prompts);

/* Raw text of a prompt, borrowed; NULL if there is none. */
const char *sy_prompt_text(const struct sy_prompts *prompts, const char *id);

/* All prompts, in the order of files and lines. Borrowed. */
size_t sy_prompts_n(const struct sy_prompts *prompts);
const char *sy_prompts_id(const struct sy_prompts *prompts, size_t i);
const char *sy_prompts_where(const struct sy_prompts *prompts, size_t i); /* "FILE:LINE" */

/* The lines of banned.txt as pairs of kind ("banned", "machine") and words. Borrowed. */
size_t sy_prompts_n_rules(const struct sy_prompts *prompts);
const struct sy_pair *sy_prompts_rule(const struct sy_prompts *prompts, size_t i);

/*
 * The text with its placeholders filled from `values` (may be NULL). `{name|kind}` reads the value as
 * prompts/spoken.h does. Caller frees. ENOENT: no such prompt; EINVAL: a placeholder without a value.
 */
int sy_prompt_fill(const struct sy_prompts *prompts, const char *id, const struct sy_pairs *values, char **ret_text,
	struct sy_problem *why);

#endif
