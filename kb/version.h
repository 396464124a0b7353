/*
 * version: what was published, when, by whom; each immutable.
 *
 * Errors: ENOENT (no such version, or nothing published yet), those of kb/store.h.
 */
#ifndef SY_KB_VERSION_H
#define SY_KB_VERSION_H

#include <stdint.h>

#include "kb/article.h"
#include "kb/store.h"

struct sy_version { /* borrowed for the call of `each` */
	int64_t id;
	const char *at; /* UTC, see sy_store_time() */
	const char *by; /* may be NULL, as may the note */
	const char *note;
	size_t articles; /* with an answer */
	size_t phrases;
	size_t drafts;
};

/* Newest first. */
int sy_versions_list(struct sy_store *store, void (*each)(void *arg, const struct sy_version *version), void *arg,
	struct sy_problem *why);

struct sy_version_data {
	int64_t id;
	struct sy_content content; /* drafts included */
	char *grammar;
	void *model; /* NULL: none is kept */
	size_t n_model;
};

/* id 0: the newest. Caller resets. */
int sy_version_load(struct sy_store *store, int64_t id, struct sy_version_data *ret_data, struct sy_problem *why);
void sy_version_data_reset(struct sy_version_data *data);

/* The content's JSON (kb/content_json.h) and the id alone; caller frees. */
int sy_version_json(struct sy_store *store, int64_t id, int64_t *ret_id, char **ret_json, struct sy_problem *why);

/* Adds a version and its model within the caller's transaction; models of older versions are dropped. */
struct sy_version_new {
	const char *by;
	const char *note;
	const struct sy_content *content;
	const char *json;
	const char *grammar;
	const void *model;
	size_t n_model;
};
int sy_version_add(
	struct sy_store *store, const struct sy_version_new *version, int64_t *ret_id, struct sy_problem *why);

#endif
