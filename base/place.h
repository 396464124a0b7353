/*
 * place: where the program's data lies and where a user's own data goes.
 *
 * Data (grammars/, prompts/, kb/, engine/hear/model/) is looked for in this order:
 * $SAYSO_DATA; the source tree this program was built from, so that it runs
 * uninstalled from any directory; PREFIX/share/sayso. Thread-safe: no state.
 */
#ifndef SY_BASE_PLACE_H
#define SY_BASE_PLACE_H

#include "base/problem.h"

/* Path of a data file or folder, e.g. "prompts/en". Caller frees. ENOENT names all places tried; ENOENT or
 * ENOTDIR also where SAYSO_DATA names no folder. */
int sy_place_data(const char *relative, char **ret_path, struct sy_problem *why);

/*
 * Path below the user's data folder ($XDG_DATA_HOME/sayso, else ~/.local/share/sayso)
 * or cache folder ($XDG_CACHE_HOME/sayso, else ~/.cache/sayso); the folder is made.
 * Caller frees.
 */
int sy_place_user_data(const char *relative, char **ret_path, struct sy_problem *why);
int sy_place_user_cache(const char *relative, char **ret_path, struct sy_problem *why);

#endif
