/*
 * jsgf: reads grammars in JSpeech Grammar Format into graphs.
 *
 * Rules, alternatives, weights, groups, optionals, Kleene star and plus, imports of any rule, public or not (searched
 * beside the importing file, then in the data folder's grammars/), quoted tokens, comments, <NULL> and <VOID>.
 * `{slot}` after an expansion makes a slot of its words, `{slot=value}` gives the slot a value; a public
 * rule's name is the intent. Right recursion is a loop; left recursion is an error.
 *
 * Errors: ENOENT, EINVAL with FILE:LINE:COLUMN and what was expected, E2BIG past a bound, ENOMEM.
 * Thread-safe: no state.
 */
#ifndef SY_GRAMMARS_JSGF_H
#define SY_GRAMMARS_JSGF_H

#include "base/problem.h"
#include "grammars/graph.h"

#define SY_JSGF_BYTES_MAX (8u << 20) /* 15,000 phrases are 1 MB */
#define SY_JSGF_DEPTH_MAX 64         /* nested groups and rule references; deeper is a mistake */

int sy_jsgf_graph_file(const char *path, struct sy_graph **ret_graph, struct sy_problem *why);
/* One that comes with the program: `file` is its name in the data folder's grammars/ (base/place.h). */
int sy_jsgf_graph_data(const char *file, struct sy_graph **ret_graph, struct sy_problem *why);
/* `name` stands for the file in messages, and its folder is where imports are looked for first. */
int sy_jsgf_graph_text(
	const char *name, const char *text, size_t n, struct sy_graph **ret_graph, struct sy_problem *why);

#endif
