/*
 * weights: a file of named numbers, as tools/calibrate writes them: a name and a number a line, each name once and all
 * of them, `#` comments.
 *
 * Pure but for the file; thread-safe.
 */
#ifndef SY_BASE_WEIGHTS_H
#define SY_BASE_WEIGHTS_H

#include <stddef.h>

#include "base/problem.h"

#define SY_WEIGHT_NAME_MAX 32 /* bytes, with the end */
#define SY_WEIGHTS_MAX 128    /* of one file */

/* Fills ret_values in the order of `names`. EINVAL names the line that is no weight of these, the name that is missing,
 * or that there are more names than SY_WEIGHTS_MAX; other errors are those of the file. */
int sy_weights_read(const char *path, const char *const *names, size_t n, double *ret_values, struct sy_problem *why);

#endif
