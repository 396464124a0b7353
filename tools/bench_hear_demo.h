/*
 * bench_hear_demo: the demonstration company as something to be heard: its articles' grammar, what ranks them, and
 * callers who use its own words.
 *
 * Owner: the creator; immutable once open.
 */
#ifndef SY_TOOLS_BENCH_HEAR_DEMO_H
#define SY_TOOLS_BENCH_HEAR_DEMO_H

#include "grammars/graph.h"
#include "kb/search.h"
#include "tools/bench_hear_items.h"
#include "tools/bench_hear_trial.h"

struct sy_demo;

int sy_demo_open(struct sy_demo **ret_demo, struct sy_problem *why);
/* The same company with an editor who thought of less: of each article's phrases one in `of` is missing, the `which`th
 * (0 to of - 1). Its phrases were written with some of the natural sentences in sight; callers' have not been seen. */
int sy_demo_open_thinned(size_t which, size_t of, struct sy_demo **ret_demo, struct sy_problem *why);
void sy_demo_close(struct sy_demo *demo); /* NULL is allowed */

/* What a trial over all articles needs of it: graph, words, content, search. */
void sy_demo_listen(const struct sy_demo *demo, struct sy_trial *trial);

/*
 * `n` sentences of a grammar, drawn at random and spoken by synthetic callers over good and bad lines into `folder`;
 * their labels have the intent. Adds to what is there. ENOENT: no voice is installed.
 */
int sy_demo_speak(
	const struct sy_graph *graph, const char *folder, size_t n, struct sy_items *items, struct sy_problem *why);

#endif
