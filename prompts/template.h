/*
 * template: text with places for values: "The balance of account {account|digits} is {balance|money}."
 *
 * `{name}` puts the value in as it is; `{name|kind}` reads it as prompts/spoken.h does ("money", "date", …).
 * A brace that is meant as itself is doubled. An empty value leaves no second blank behind. Pure functions,
 * thread-safe.
 *
 * Errors: EINVAL with the template's name and what is wrong, ENOMEM, E2BIG past SY_TEXT_MAX.
 */
#ifndef SY_PROMPTS_TEMPLATE_H
#define SY_PROMPTS_TEMPLATE_H

#include <stddef.h>

#include "base/pairs.h"
#include "base/problem.h"

#define SY_TEMPLATE_NAME_MAX 64 /* letters of a placeholder's name; a longer one is a forgotten brace */

/* Fills the placeholders of `text` from `values` (may be NULL). `name` stands for the template in messages, e.g. an
 * article's id. Caller frees. EINVAL: a placeholder without a value, an unknown kind, a brace that is not closed. */
int sy_template_fill(
	const char *name, const char *text, const struct sy_pairs *values, char **ret_text, struct sy_problem *why);

/* Checks braces and kinds without values, and calls `each` (may be NULL) with the name of every placeholder. */
int sy_template_check(const char *name, const char *text, void (*each)(void *arg, const char *placeholder), void *arg,
	struct sy_problem *why);

#endif
