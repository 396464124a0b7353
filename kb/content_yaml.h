/*
 * content_yaml: articles, look-ups, data tables and words as an editor's YAML file (docs/content.md), both ways.
 *
 * Every fault is told with FILE:LINE. What is written reads back as the same content, and writing that again gives the
 * same bytes.
 *
 * Errors: ENOENT, EACCES, EFBIG past SY_CONTENT_BYTES_MAX, EINVAL with the line, ENOMEM.
 */
#ifndef SY_KB_CONTENT_YAML_H
#define SY_KB_CONTENT_YAML_H

#include "base/text.h"
#include "kb/article.h"
#include "kb/content_check.h"
#include "kb/yaml_tree.h"

#define SY_CONTENT_BYTES_MAX (16u << 20) /* 15,000 phrases are 1 MB */

/* A content file as read; zeroed is empty. */
struct sy_content_file {
	char *name; /* for messages */
	struct sy_content content;
	struct sy_yaml_node *tree; /* where things stand in it */
};

/* By its form only; sy_content_yaml_check() must follow. */
int sy_content_yaml_parse(
	const char *name, const void *bytes, size_t n, struct sy_content_file *ret_file, struct sy_problem *why);
/* `base`: what the content will be added to, for its references; may be NULL. */
int sy_content_yaml_check(const struct sy_content_file *file, const struct sy_content *base, struct sy_problem *why);
void sy_content_file_reset(struct sy_content_file *file);

/* Where a fault in the file's content stands; 0 where it is not in the file. */
int sy_content_yaml_line(const struct sy_content_file *file, const struct sy_fault *fault);

/* Caller resets. */
int sy_content_yaml_write(const struct sy_content *content, struct sy_text *ret_text);

#endif
