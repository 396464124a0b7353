#include "kb/content_json.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* ---- writing; a key whose value is missing or false is left out ---- */

static int set(json_t *object, const char *key, json_t *value)
{
	return value && !json_object_set_new(object, key, value) ? 0 : ENOMEM;
}

static int set_text(json_t *object, const char *key, const char *text)
{
	return text ? set(object, key, json_string(text)) : 0;
}

static int set_true(json_t *object, const char *key, bool value)
{
	return value ? set(object, key, json_true()) : 0;
}

static int set_strings(json_t *object, const char *key, const struct sy_strings *strings)
{
	json_t *list;

	if (!strings->n)
		return 0;
	list = json_array();
	for (size_t i = 0; list && i < strings->n; i++) {
		if (json_array_append_new(list, json_string(strings->at[i]))) {
			json_decref(list);
			list = NULL;
		}
	}
	return set(object, key, list);
}

static json_t *finished(json_t *object, int err)
{
	if (!err)
		return object;
	json_decref(object);
	return NULL;
}

static json_t *slot_json(const struct sy_slot *slot)
{
	json_t *object = json_object();
	int err = object ? set_text(object, "name", slot->name) : ENOMEM;

	if (!err)
		err = set_text(object, "kind", sy_value_kind_name(slot->kind));
	if (!err)
		err = set_strings(object, "choices", &slot->choices);
	if (!err)
		err = set_text(object, "choices_from", slot->choices_from);
	if (!err && slot->length)
		err = set(object, "length", json_integer(slot->length));
	if (!err)
		err = set_text(object, "check_digit", slot->check_digit);
	if (!err)
		err = set_text(object, "ask", slot->ask);
	if (!err)
		err = set_true(object, "confirm", slot->confirm);
	if (!err)
		err = set_true(object, "optional", slot->optional);
	return finished(object, err);
}

static json_t *slots_json(const struct sy_article *article)
{
	json_t *list = json_array();
	int err = list ? 0 : ENOMEM;

	for (size_t i = 0; i < article->n_slots && !err; i++)
		err = json_array_append_new(list, slot_json(&article->slots[i])) ? ENOMEM : 0;
	return finished(list, err);
}

static json_t *article_json(const struct sy_article *article)
{
	const struct {
		const char *key;
		const char *text;
	} texts[] = {{"id", article->id}, {"title", article->title}, {"topic", article->topic},
		{"owner", article->owner}, {"review", article->review}, {"lookup", article->lookup},
		{"answer", article->answer}, {"none", article->none}};
	json_t *object = json_object();
	int err = object ? 0 : ENOMEM;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts) && !err; i++)
		err = set_text(object, texts[i].key, texts[i].text);
	if (!err)
		err = set_strings(object, "phrases", &article->phrases);
	if (!err && article->n_slots)
		err = set(object, "slots", slots_json(article));
	if (!err)
		err = set_strings(object, "followups", &article->followups);
	if (!err)
		err = set_true(object, "handoff", article->handoff);
	return finished(object, err);
}

static json_t *articles_json(const struct sy_content *content)
{
	json_t *list = json_array();
	int err = list ? 0 : ENOMEM;

	for (size_t i = 0; i < content->n_articles && !err; i++)
		err = json_array_append_new(list, article_json(&content->articles[i])) ? ENOMEM : 0;
	return finished(list, err);
}

static json_t *lookups_json(const struct sy_content *content)
{
	json_t *list = json_array();
	int err = list ? 0 : ENOMEM;

	for (size_t i = 0; i < content->n_lookups && !err; i++)
		err = json_array_append_new(list,
			      json_pack("{s:s, s:s}", "name", content->lookups[i].name, "sql", content->lookups[i].sql))
			      ? ENOMEM
			      : 0;
	return finished(list, err);
}

/* A list of pairs: an object would forget that they have an order. */
static json_t *words_json(const struct sy_content *content)
{
	json_t *list = json_array();
	int err = list ? 0 : ENOMEM;

	for (size_t i = 0; i < content->words.n && !err; i++)
		err = json_array_append_new(
			      list, json_pack("[s, s]", content->words.at[i].name, content->words.at[i].value))
			      ? ENOMEM
			      : 0;
	return finished(list, err);
}

int sy_content_json_write(const struct sy_content *content, char **ret_json)
{
	json_t *object = json_object();
	char *json = NULL;
	int err = object ? set_text(object, "company", content->company) : ENOMEM;

	if (!err)
		err = set_text(object, "greeting", content->greeting);
	if (!err)
		err = set_text(object, "wrong_answers", content->wrong_answers);
	if (!err)
		err = set(object, "articles", articles_json(content));
	if (!err)
		err = set(object, "lookups", lookups_json(content));
	if (!err)
		err = set(object, "words", words_json(content));
	if (!err)
		json = json_dumps(object, JSON_COMPACT);
	json_decref(object);
	if (!json)
		return ENOMEM;
	*ret_json = json;
	return 0;
}

/* ---- reading ---- */

static int get_text(const json_t *object, const char *key, char **ret_text)
{
	const json_t *value = json_object_get(object, key);

	if (!value)
		return 0;
	if (!json_is_string(value))
		return EBADMSG;
	*ret_text = strdup(json_string_value(value));
	return *ret_text ? 0 : ENOMEM;
}

static int get_strings(const json_t *object, const char *key, struct sy_strings *strings)
{
	const json_t *list = json_object_get(object, key);
	int err = 0;

	for (size_t i = 0; i < json_array_size(list) && !err; i++) {
		const char *s = json_string_value(json_array_get(list, i));

		err = s ? sy_strings_add(strings, s) : EBADMSG;
	}
	return err;
}

static int read_slot(const json_t *object, struct sy_slot *slot)
{
	const char *kind = json_string_value(json_object_get(object, "kind"));
	int err = kind && !sy_value_kind_from(kind, &slot->kind) ? 0 : EBADMSG;

	if (!err)
		err = get_text(object, "name", &slot->name);
	if (!err)
		err = get_strings(object, "choices", &slot->choices);
	if (!err)
		err = get_text(object, "choices_from", &slot->choices_from);
	if (!err)
		err = get_text(object, "ask", &slot->ask);
	slot->length = (int)json_integer_value(json_object_get(object, "length"));
	/* versions published before there were several schemes say true */
	if (!err && json_is_true(json_object_get(object, "check_digit")))
		err = (slot->check_digit = strdup("luhn")) ? 0 : ENOMEM;
	else if (!err && json_is_string(json_object_get(object, "check_digit")))
		err = get_text(object, "check_digit", &slot->check_digit);
	slot->confirm = json_is_true(json_object_get(object, "confirm"));
	slot->optional = json_is_true(json_object_get(object, "optional"));
	return err || slot->name ? err : EBADMSG;
}

static int read_slots(const json_t *list, struct sy_article *article)
{
	int err = 0;

	for (size_t i = 0; i < json_array_size(list) && !err; i++) {
		struct sy_slot *slot = sy_article_add_slot(article);

		err = slot ? read_slot(json_array_get(list, i), slot) : ENOMEM;
	}
	return err;
}

static int read_article(const json_t *object, struct sy_article *article)
{
	const struct {
		const char *key;
		char **text;
	} texts[] = {{"id", &article->id}, {"title", &article->title}, {"topic", &article->topic},
		{"owner", &article->owner}, {"review", &article->review}, {"lookup", &article->lookup},
		{"answer", &article->answer}, {"none", &article->none}};
	int err = 0;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts) && !err; i++)
		err = get_text(object, texts[i].key, texts[i].text);
	if (!err)
		err = get_strings(object, "phrases", &article->phrases);
	if (!err)
		err = read_slots(json_object_get(object, "slots"), article);
	if (!err)
		err = get_strings(object, "followups", &article->followups);
	article->handoff = json_is_true(json_object_get(object, "handoff"));
	return err || article->id ? err : EBADMSG;
}

static int read_lookup(const json_t *object, struct sy_lookup *lookup)
{
	int err = get_text(object, "name", &lookup->name);

	if (!err)
		err = get_text(object, "sql", &lookup->sql);
	return err || (lookup->name && lookup->sql) ? err : EBADMSG;
}

static int read_content(const json_t *object, struct sy_content *content)
{
	const json_t *articles = json_object_get(object, "articles");
	const json_t *lookups = json_object_get(object, "lookups");
	const json_t *words = json_object_get(object, "words");
	int err = json_is_array(articles) ? get_text(object, "company", &content->company) : EBADMSG;

	if (!err)
		err = get_text(object, "greeting", &content->greeting);
	if (!err)
		err = get_text(object, "wrong_answers", &content->wrong_answers);
	for (size_t i = 0; i < json_array_size(articles) && !err; i++) {
		struct sy_article *article = sy_content_add_article(content);

		err = article ? read_article(json_array_get(articles, i), article) : ENOMEM;
	}
	for (size_t i = 0; i < json_array_size(lookups) && !err; i++) {
		struct sy_lookup *lookup = sy_content_add_lookup(content);

		err = lookup ? read_lookup(json_array_get(lookups, i), lookup) : ENOMEM;
	}
	for (size_t i = 0; i < json_array_size(words) && !err; i++) {
		const char *word = json_string_value(json_array_get(json_array_get(words, i), 0));
		const char *phones = json_string_value(json_array_get(json_array_get(words, i), 1));

		err = word && phones ? sy_content_add_word(content, word, phones) : EBADMSG;
	}
	return err;
}

int sy_content_json_read(const char *json, struct sy_content *ret_content)
{
	struct sy_content content = {0};
	json_t *object = json_loads(json, 0, NULL);
	int err = object ? read_content(object, &content) : EBADMSG;

	json_decref(object);
	if (err)
		sy_content_reset(&content);
	else
		*ret_content = content;
	return err;
}
