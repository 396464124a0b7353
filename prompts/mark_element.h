/*
 * mark_element: what each speech mark means. The parser (marks.c) knows where marks stand, this what they do.
 * Const tables, thread-safe.
 */
#ifndef SY_PROMPTS_MARK_ELEMENT_H
#define SY_PROMPTS_MARK_ELEMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "prompts/spoken.h"

#define SY_MARK_NAME_MAX 16 /* bytes, NUL included */
#define SY_MARK_VALUE_MAX 256
#define SY_MARK_ATTRIBUTES_MAX 4

struct sy_mark_attribute {
	char name[SY_MARK_NAME_MAX];
	char value[SY_MARK_VALUE_MAX];
};

/* How the words inside a mark are said. */
struct sy_mark_effect {
	double pace;
	double gain_db;
	int pause_ms; /* at an empty mark, or after the closing one */
	bool say_as;
	enum sy_say_as as;
	char alias[SY_MARK_VALUE_MAX]; /* "": none */
};

struct sy_mark_element;

/* NULL: not known. */
const struct sy_mark_element *sy_mark_element(const char *name);
const char *sy_mark_element_name(const struct sy_mark_element *element);
bool sy_mark_element_empty(const struct sy_mark_element *element); /* has no closing mark */

/* Takes the attributes into an effect that holds what is around the mark. EINVAL: *ret_bad is the attribute that is not
 * known or whose value is none. */
int sy_mark_element_apply(const struct sy_mark_element *element, const struct sy_mark_attribute *attributes, size_t n,
	struct sy_mark_effect *effect, const struct sy_mark_attribute **ret_bad);

/* "800ms", "1.5s", "800": milliseconds, -1 if it is no time. */
int sy_mark_time(const char *s);

#endif
