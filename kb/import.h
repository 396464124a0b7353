/*
 * import: a content file into the working copy, all of it or nothing.
 *
 * YAML (kb/content_yaml.h) or CSV (kb/content_csv.h); a name that ends in .csv, or a first line that names the columns,
 * is CSV. What is there already stays, except what the file has under the same name.
 *
 * Errors: ENOENT, EACCES, EFBIG, EINVAL with FILE:LINE, those of kb/store.h.
 */
#ifndef SY_KB_IMPORT_H
#define SY_KB_IMPORT_H

#include <stddef.h>

#include "kb/store.h"

struct sy_imported {
	size_t articles;   /* new or replaced */
	size_t phrases;    /* YAML: of those articles; CSV: added */
	size_t duplicates; /* CSV: phrases that were there */
	size_t lookups;
	size_t tables;
	size_t rows;
	size_t words;
	size_t presented; /* the company's name, its greeting */
};

#define SY_IMPORT_FILES_MAX 100

int sy_import_file(struct sy_store *store, const char *path, struct sy_imported *ret_imported, struct sy_problem *why);

/* The same from memory; `name` stands for the file. */
int sy_import_bytes(struct sy_store *store, const char *name, const void *bytes, size_t n,
	struct sy_imported *ret_imported, struct sy_problem *why);

/* Several files as one: an article of one may name a look-up or follow up an article of another. CSV comes last. */
struct sy_strings;
int sy_import_files(struct sy_store *store, const struct sy_strings *paths, struct sy_imported *ret_imported,
	struct sy_problem *why);

/* The working copy with its data tables as YAML. Caller resets. */
struct sy_text;
int sy_export(struct sy_store *store, struct sy_text *ret_yaml, struct sy_problem *why);

#endif
