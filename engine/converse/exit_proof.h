/*
 * exit_proof: no caller is trapped, and none is put down, whatever happens. A walk, not a test by example.
 *
 * Visits every reachable (state, failures in a row, answered) of the dialogue with every event and proves, of
 * promises.md: every state has a row for every event, and every prompt has its words P1  "agent" and key 0 reach a
 * person in one step P2  two failures in a row offer a person (or have put the caller through), three put them through
 *   P3  nothing but the caller's own word, a person's taking over, or silence after an answer (asked once, "are you
 * still there?") leads to the end P8  repeat, slower, louder, help, go back, start over and goodbye are never failures
 * and with content: each article can be chosen by keys, four choices at a time, and each of its details can be given
 * by keys, and a greeting of its own says that a machine speaks (P9).
 *
 * Pure; thread-safe.
 */
#ifndef SY_CONVERSE_EXIT_PROOF_H
#define SY_CONVERSE_EXIT_PROOF_H

#include <stddef.h>

#include "base/problem.h"
#include "engine/converse/dialogue.h"
#include "kb/article.h"
#include "prompts/prompt.h"

struct sy_exit_report {
	size_t states;   /* reachable (state, failures, answered) */
	size_t edges;    /* steps between them that were looked at */
	size_t promises; /* proven */
	size_t prompts;  /* found with words */
	size_t articles; /* reachable by keys */
};

/* 0: proven, and *ret_report is filled. EPERM: not; `why` names the promise and the way there in words. ENOMEM.
 * `content` may be NULL: then only the dialogue is walked. */
int sy_exit_proof(const struct sy_prompts *prompts, const struct sy_content *content, struct sy_exit_report *ret_report,
	struct sy_problem *why);

/* The same for any table; `prompts` may be NULL: then words are not looked at. */
int sy_exit_proof_table(const struct sy_dialogue_table *table, const struct sy_prompts *prompts,
	const struct sy_content *content, struct sy_exit_report *ret_report, struct sy_problem *why);

#endif
