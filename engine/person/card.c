#include "engine/person/card.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Adds a copy of `line`; past SY_CARD_LINES_MAX the oldest goes, because the end of a call explains why a person is
 * needed. */
static int add_line(char ***lines, size_t *n, const char *line)
{
	char *copy = strdup(line);
	char **grown;

	if (!copy)
		return ENOMEM;
	if (*n == SY_CARD_LINES_MAX) {
		free((*lines)[0]);
		memmove(*lines, *lines + 1, (*n - 1) * sizeof(**lines));
		(*lines)[*n - 1] = copy;
		return 0;
	}
	grown = realloc(*lines, (*n + 1) * sizeof(*grown));
	if (!grown) {
		free(copy);
		return ENOMEM;
	}
	grown[(*n)++] = copy;
	*lines = grown;
	return 0;
}

static void free_lines(char **lines, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		free(lines[i]);
	free(lines);
}

int sy_card_add_said(struct sy_card *card, const char *line)
{
	return add_line(&card->said, &card->n_said, line);
}

int sy_card_add_heard(struct sy_card *card, const char *line)
{
	return add_line(&card->heard, &card->n_heard, line);
}

int sy_card_add_tried(struct sy_card *card, const char *article)
{
	size_t i;

	for (i = 0; i < card->n_tried; i++) {
		if (!strcmp(card->tried[i], article))
			return 0;
	}
	return add_line(&card->tried, &card->n_tried, article);
}

static json_t *lines_json(char *const *lines, size_t n)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; array && i < n; i++) {
		if (json_array_append_new(array, json_string_nocheck(lines[i]))) {
			json_decref(array);
			return NULL;
		}
	}
	return array;
}

static json_t *slots_json(const struct sy_pairs *slots)
{
	json_t *object = json_object();
	size_t i;

	for (i = 0; object && i < slots->n; i++) {
		if (json_object_set_new(object, slots->at[i].name, json_string_nocheck(slots->at[i].value))) {
			json_decref(object);
			return NULL;
		}
	}
	return object;
}

json_t *sy_card_json(const struct sy_card *card)
{
	return json_pack("{s:s?, s:s?, s:I, s:s?, s:o, s:o, s:o, s:o}", "case_key", card->case_key, "reason",
		card->reason, "kb_version", (json_int_t)card->kb_version, "article", card->article, "slots",
		slots_json(&card->slots), "said", lines_json(card->said, card->n_said), "heard",
		lines_json(card->heard, card->n_heard), "tried", lines_json(card->tried, card->n_tried));
}

static int read_lines(const json_t *array, struct sy_card *card, int (*add)(struct sy_card *card, const char *line))
{
	size_t i;
	json_t *line;
	int err = 0;

	json_array_foreach(array, i, line)
	{
		err = json_is_string(line) ? add(card, json_string_value(line)) : EBADMSG;
		if (err)
			return err;
	}
	return err;
}

static int read_slots(const json_t *object, struct sy_card *card)
{
	const char *name;
	json_t *value;
	int err = 0;

	json_object_foreach((json_t *)(uintptr_t)object, name, value)
	{
		err = json_is_string(value) ? sy_pairs_set(&card->slots, name, json_string_value(value)) : EBADMSG;
		if (err)
			return err;
	}
	return err;
}

static int read_string(const json_t *json, const char *name, char **ret_copy)
{
	const char *value = json_string_value(json_object_get(json, name));

	*ret_copy = value ? strdup(value) : NULL;
	return value && !*ret_copy ? ENOMEM : 0;
}

int sy_card_read(const json_t *json, struct sy_card *ret_card)
{
	struct sy_card card = {.kb_version = json_integer_value(json_object_get(json, "kb_version"))};
	int err = json_is_object(json) ? read_string(json, "case_key", &card.case_key) : EBADMSG;

	if (!err)
		err = read_string(json, "reason", &card.reason);
	if (!err)
		err = read_string(json, "article", &card.article);
	if (!err)
		err = read_slots(json_object_get(json, "slots"), &card);
	if (!err)
		err = read_lines(json_object_get(json, "said"), &card, sy_card_add_said);
	if (!err)
		err = read_lines(json_object_get(json, "heard"), &card, sy_card_add_heard);
	if (!err)
		err = read_lines(json_object_get(json, "tried"), &card, sy_card_add_tried);
	if (err)
		sy_card_reset(&card);
	else
		*ret_card = card;
	return err;
}

static int copy_string(const char *s, char **ret_copy)
{
	if (!s)
		return 0;
	*ret_copy = strdup(s);
	return *ret_copy ? 0 : ENOMEM;
}

static int copy_lines(char *const *lines, size_t n, char ***ret_lines, size_t *ret_n)
{
	size_t i;
	int err = 0;

	for (i = 0; i < n && !err; i++)
		err = add_line(ret_lines, ret_n, lines[i]);
	return err;
}

int sy_card_copy(const struct sy_card *card, struct sy_card *ret_copy)
{
	struct sy_card copy = {.kb_version = card->kb_version};
	int err = copy_string(card->case_key, &copy.case_key);

	if (!err)
		err = copy_string(card->reason, &copy.reason);
	if (!err)
		err = copy_string(card->article, &copy.article);
	if (!err)
		err = sy_pairs_copy(&card->slots, &copy.slots);
	if (!err)
		err = copy_lines(card->said, card->n_said, &copy.said, &copy.n_said);
	if (!err)
		err = copy_lines(card->heard, card->n_heard, &copy.heard, &copy.n_heard);
	if (!err)
		err = copy_lines(card->tried, card->n_tried, &copy.tried, &copy.n_tried);
	if (err) {
		sy_card_reset(&copy);
		return err;
	}
	sy_card_reset(ret_copy);
	*ret_copy = copy;
	return 0;
}

void sy_card_reset(struct sy_card *card)
{
	free(card->case_key);
	free(card->reason);
	free(card->article);
	sy_pairs_reset(&card->slots);
	free_lines(card->said, card->n_said);
	free_lines(card->heard, card->n_heard);
	free_lines(card->tried, card->n_tried);
	*card = (struct sy_card){0};
}
