#include "kb/article.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct sy_article *sy_content_article(const struct sy_content *content, const char *id)
{
	for (size_t i = 0; i < content->n_articles; i++)
		if (content->articles[i].id && !strcmp(content->articles[i].id, id))
			return &content->articles[i];
	return NULL;
}

const struct sy_lookup *sy_content_lookup(const struct sy_content *content, const char *name)
{
	for (size_t i = 0; i < content->n_lookups; i++)
		if (content->lookups[i].name && !strcmp(content->lookups[i].name, name))
			return &content->lookups[i];
	return NULL;
}

bool sy_slot_is_chosen(const struct sy_slot *slot)
{
	return slot->kind == SY_VALUE_TEXT || slot->kind == SY_VALUE_SPELLED;
}

const struct sy_slot *sy_article_slot(const struct sy_article *article, const char *name)
{
	for (size_t i = 0; i < article->n_slots; i++)
		if (article->slots[i].name && !strcmp(article->slots[i].name, name))
			return &article->slots[i];
	return NULL;
}

int sy_strings_add(struct sy_strings *strings, const char *s)
{
	char *copy = strdup(s);
	char **at = copy ? realloc(strings->at, (strings->n + 1) * sizeof(*at)) : NULL;

	if (!at) {
		free(copy);
		return ENOMEM;
	}
	at[strings->n++] = copy;
	strings->at = at;
	return 0;
}

void sy_strings_reset(struct sy_strings *strings)
{
	for (size_t i = 0; i < strings->n; i++)
		free(strings->at[i]);
	free(strings->at);
	*strings = (struct sy_strings){0};
}

/* One more zeroed element at the end of an array; the array is unchanged when there is no memory. */
static void *add_element(void *array, size_t *n, size_t size)
{
	char *grown = realloc(array, (*n + 1) * size);

	if (grown)
		memset(grown + *n * size, 0, size);
	return grown;
}

struct sy_article *sy_content_add_article(struct sy_content *content)
{
	struct sy_article *grown = add_element(content->articles, &content->n_articles, sizeof(*grown));

	if (!grown)
		return NULL;
	content->articles = grown;
	return &grown[content->n_articles++];
}

struct sy_slot *sy_article_add_slot(struct sy_article *article)
{
	struct sy_slot *grown = add_element(article->slots, &article->n_slots, sizeof(*grown));

	if (!grown)
		return NULL;
	article->slots = grown;
	return &grown[article->n_slots++];
}

struct sy_lookup *sy_content_add_lookup(struct sy_content *content)
{
	struct sy_lookup *grown = add_element(content->lookups, &content->n_lookups, sizeof(*grown));

	if (!grown)
		return NULL;
	content->lookups = grown;
	return &grown[content->n_lookups++];
}

struct sy_table *sy_content_add_table(struct sy_content *content)
{
	struct sy_table *grown = add_element(content->tables, &content->n_tables, sizeof(*grown));

	if (!grown)
		return NULL;
	content->tables = grown;
	return &grown[content->n_tables++];
}

struct sy_strings *sy_table_add_row(struct sy_table *table)
{
	struct sy_strings *grown = add_element(table->rows, &table->n_rows, sizeof(*grown));

	if (!grown)
		return NULL;
	table->rows = grown;
	return &grown[table->n_rows++];
}

int sy_content_add_word(struct sy_content *content, const char *word, const char *phones)
{
	struct sy_pair *grown = realloc(content->words.at, (content->words.n + 1) * sizeof(*grown));
	struct sy_pair pair;

	if (!grown)
		return ENOMEM;
	content->words.at = grown;
	if (content->words.n >= SY_WORDS_MAX)
		return E2BIG;
	pair = (struct sy_pair){.name = strdup(word), .value = strdup(phones)};
	if (!pair.name || !pair.value) {
		free(pair.name);
		free(pair.value);
		return ENOMEM;
	}
	grown[content->words.n++] = pair;
	return 0;
}

void sy_article_reset(struct sy_article *article)
{
	free(article->id);
	free(article->title);
	free(article->topic);
	free(article->owner);
	free(article->review);
	sy_strings_reset(&article->phrases);
	for (size_t i = 0; i < article->n_slots; i++) {
		struct sy_slot *slot = &article->slots[i];

		free(slot->name);
		free(slot->choices_from);
		free(slot->ask);
		free(slot->check_digit);
		sy_strings_reset(&slot->choices);
	}
	free(article->slots);
	free(article->lookup);
	free(article->answer);
	free(article->none);
	sy_strings_reset(&article->followups);
	*article = (struct sy_article){0};
}

void sy_table_reset(struct sy_table *table)
{
	free(table->name);
	sy_strings_reset(&table->columns);
	for (size_t i = 0; i < table->n_rows; i++)
		sy_strings_reset(&table->rows[i]);
	free(table->rows);
	*table = (struct sy_table){0};
}

void sy_content_reset(struct sy_content *content)
{
	for (size_t i = 0; i < content->n_articles; i++)
		sy_article_reset(&content->articles[i]);
	free(content->articles);
	for (size_t i = 0; i < content->n_lookups; i++) {
		free(content->lookups[i].name);
		free(content->lookups[i].sql);
	}
	free(content->lookups);
	for (size_t i = 0; i < content->n_tables; i++)
		sy_table_reset(&content->tables[i]);
	free(content->tables);
	sy_pairs_reset(&content->words);
	free(content->company);
	free(content->greeting);
	free(content->wrong_answers);
	*content = (struct sy_content){0};
}

int sy_article_default_title(struct sy_article *article)
{
	if (article->title)
		return 0;
	article->title = strdup(article->id);
	if (!article->title)
		return ENOMEM;
	for (char *c = article->title; *c; c++)
		if (*c == '-' || *c == '_')
			*c = ' ';
	return 0;
}

size_t sy_content_n_phrases(const struct sy_content *content)
{
	size_t n = 0;

	for (size_t i = 0; i < content->n_articles; i++)
		n += content->articles[i].phrases.n;
	return n;
}
