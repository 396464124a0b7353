/*
 * build: the rules of a linked grammar -> its graph.
 *
 * A rule is written out where it is used. Two uses that go on in the same place share one copy, which is also what
 * makes right recursion a loop. Alternatives share their probability by weight; what is optional is said half the time.
 *
 * Errors: EINVAL with FILE:LINE:COLUMN and what was expected, E2BIG past a bound, ENOMEM.
 */
#ifndef SY_GRAMMARS_JSGF_BUILD_H
#define SY_GRAMMARS_JSGF_BUILD_H

#include "grammars/graph.h"
#include "grammars/jsgf_link.h"

/* Expansions written out; more only come from rules that use each other twice and twice again. */
#define SY_JSGF_STEPS_MAX 4000000

int sy_build_graph(const struct sy_linked *linked, struct sy_graph **ret_graph, struct sy_problem *why);

#endif
