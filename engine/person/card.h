/*
 * card: what the person who takes over sees. Nothing that was said is asked again (promise P4).
 * A plain value; sy_card_reset() frees it.
 */
#ifndef SY_PERSON_CARD_H
#define SY_PERSON_CARD_H

#include <jansson.h>
#include <stdint.h>

#include "base/pairs.h"

/* A call of an hour has fewer turns; older ones are dropped first. */
#define SY_CARD_LINES_MAX 400

struct sy_card {
	char *case_key;
	char *reason; /* "asked" | "unsure" | "silence" | "article" */
	int64_t kb_version;
	char *article;         /* what the call was about at the end, or NULL */
	struct sy_pairs slots; /* filled: name -> normalised value */
	char **said;           /* engine's sentences, oldest first */
	size_t n_said;
	char **heard; /* caller's turns as they were heard, with the decision: "accept: when are you open" */
	size_t n_heard;
	char **tried; /* articles answered or asked back */
	size_t n_tried;
};

json_t *sy_card_json(const struct sy_card *card); /* a new reference; NULL if out of memory */
/* The card that such an object was made from. EBADMSG: it is none. */
int sy_card_read(const json_t *json, struct sy_card *ret_card);
int sy_card_add_said(struct sy_card *card, const char *line);
int sy_card_add_heard(struct sy_card *card, const char *line);
int sy_card_add_tried(struct sy_card *card, const char *article);
int sy_card_copy(const struct sy_card *card, struct sy_card *ret_copy);
void sy_card_reset(struct sy_card *card);

#endif
