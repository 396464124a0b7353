/*
 * exit_content: the exit proof's walk over content: every answer has a way to it for callers who only use keys.
 * Pure; thread-safe.
 */
#ifndef SY_CONVERSE_EXIT_CONTENT_H
#define SY_CONVERSE_EXIT_CONTENT_H

#include <stddef.h>

#include "base/problem.h"
#include "kb/article.h"

/* 0 and the number of articles that can be chosen by keys, or EPERM and the one that cannot. */
int sy_exit_content(const struct sy_content *content, size_t *ret_articles, struct sy_problem *why);

#endif
