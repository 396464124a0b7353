/*
 * content_json: content as one JSON text, as a version keeps it. Data tables are not part of it.
 *
 * The same content gives the same bytes, so two versions are equal when their texts are. Caller frees / resets.
 * Errors: EBADMSG (not such a text), ENOMEM.
 */
#ifndef SY_KB_CONTENT_JSON_H
#define SY_KB_CONTENT_JSON_H

#include "kb/article.h"

int sy_content_json_write(const struct sy_content *content, char **ret_json);
int sy_content_json_read(const char *json, struct sy_content *ret_content);

#endif
