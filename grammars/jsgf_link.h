/*
 * link: a grammar file together with the files it imports, and which rule a name means in which of them.
 *
 * An import names a package: the file of that name beside the importing file, else in the data folder's grammars/
 * (dots in it are folders). Any rule of a file may be imported, public or not: `public` says which rules are intents.
 * Owner: the creator; read only afterwards.
 *
 * Errors: as jsgf.h.
 */
#ifndef SY_GRAMMARS_JSGF_LINK_H
#define SY_GRAMMARS_JSGF_LINK_H

#include <stdbool.h>
#include <stddef.h>

#include "grammars/jsgf_parse.h"

#define SY_LINKED_MAX 64 /* files of one grammar */

struct sy_linked_file {
	char *path;
	struct sy_parsed *parsed;
	struct sy_linked_file *imported[SY_IMPORTS_MAX]; /* by the file's imports */
	bool open;                                       /* its imports are being read: one of it again is a circle */
};

struct sy_linked {
	struct sy_linked_file *files[SY_LINKED_MAX]; /* the first is the grammar itself */
	size_t n;
};

/* text: NULL to read the file `path`. */
int sy_link(const char *path, const char *text, size_t n, struct sy_linked **ret_linked, struct sy_problem *why);
void sy_linked_destroy(struct sy_linked *linked);

/* Where a name used in `file` leads: ENOENT if nowhere, EEXIST if two imports have it. */
struct sy_found_rule {
	const struct sy_linked_file *file;
	const struct sy_rule *rule;
};
int sy_linked_find(const struct sy_linked_file *file, const char *name, struct sy_found_rule *ret_found);

#endif
