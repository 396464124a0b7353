#include "kb/diff.h"

#include <stdio.h>
#include <string.h>

#include "kb/version.h"
#include "kb/working.h"

/* Room for the names of all fields of an article with counts. */
#define FIELDS_MAX 256

struct diffing {
	void (*each)(void *arg, const struct sy_difference *difference);
	void *arg;
	size_t n;
};

static void tell(struct diffing *diffing, enum sy_change change, const char *part, const char *name, const char *fields)
{
	diffing->n++;
	if (diffing->each)
		diffing->each(diffing->arg,
			&(struct sy_difference){.change = change, .part = part, .name = name, .fields = fields});
}

static bool same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool has(const struct sy_strings *strings, const char *s)
{
	for (size_t i = 0; i < strings->n; i++)
		if (!strcmp(strings->at[i], s))
			return true;
	return false;
}

static size_t count_missing(const struct sy_strings *from, const struct sy_strings *in)
{
	size_t n = 0;

	for (size_t i = 0; i < from->n; i++)
		n += !has(in, from->at[i]);
	return n;
}

static bool same_strings(const struct sy_strings *a, const struct sy_strings *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->at[i], b->at[i]) != 0)
			return false;
	return true;
}

static bool same_slot(const struct sy_slot *a, const struct sy_slot *b)
{
	return same(a->name, b->name) && a->kind == b->kind && same_strings(&a->choices, &b->choices) &&
	       same(a->choices_from, b->choices_from) && a->length == b->length &&
	       same(a->check_digit, b->check_digit) && same(a->ask, b->ask) && a->confirm == b->confirm &&
	       a->optional == b->optional;
}

static bool same_slots(const struct sy_article *a, const struct sy_article *b)
{
	if (a->n_slots != b->n_slots)
		return false;
	for (size_t i = 0; i < a->n_slots; i++)
		if (!same_slot(&a->slots[i], &b->slots[i]))
			return false;
	return true;
}

static void add_field(char fields[FIELDS_MAX], const char *field)
{
	size_t n = strlen(fields);

	(void)snprintf(fields + n, FIELDS_MAX - n, "%s%s", n ? ", " : "", field);
}

static void compare_phrases(const struct sy_article *a, const struct sy_article *b, char fields[FIELDS_MAX])
{
	char field[64];

	if (same_strings(&a->phrases, &b->phrases))
		return;
	(void)snprintf(field, sizeof(field), "phrases (+%zu -%zu)", count_missing(&b->phrases, &a->phrases),
		count_missing(&a->phrases, &b->phrases));
	add_field(fields, field);
}

static void compare_articles(struct diffing *diffing, const struct sy_article *a, const struct sy_article *b)
{
	const struct {
		const char *name;
		bool same;
	} parts[] = {{"title", same(a->title, b->title)}, {"topic", same(a->topic, b->topic)},
		{"owner", same(a->owner, b->owner)}, {"review", same(a->review, b->review)},
		{"slots", same_slots(a, b)}, {"lookup", same(a->lookup, b->lookup)},
		{"answer", same(a->answer, b->answer)}, {"none", same(a->none, b->none)},
		{"followups", same_strings(&a->followups, &b->followups)}, {"handoff", a->handoff == b->handoff}};
	char fields[FIELDS_MAX] = "";

	compare_phrases(a, b, fields);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (!parts[i].same)
			add_field(fields, parts[i].name);
	if (fields[0])
		tell(diffing, SY_CHANGED, "article", a->id, fields);
}

static void diff_articles(struct diffing *diffing, const struct sy_content *before, const struct sy_content *after)
{
	for (size_t i = 0; i < before->n_articles; i++) {
		const struct sy_article *article = &before->articles[i];
		const struct sy_article *now = sy_content_article(after, article->id);

		if (now)
			compare_articles(diffing, article, now);
		else
			tell(diffing, SY_REMOVED, "article", article->id, "");
	}
	for (size_t i = 0; i < after->n_articles; i++)
		if (!sy_content_article(before, after->articles[i].id))
			tell(diffing, SY_ADDED, "article", after->articles[i].id, "");
}

static void diff_lookups(struct diffing *diffing, const struct sy_content *before, const struct sy_content *after)
{
	for (size_t i = 0; i < before->n_lookups; i++) {
		const struct sy_lookup *now = sy_content_lookup(after, before->lookups[i].name);

		if (!now)
			tell(diffing, SY_REMOVED, "look-up", before->lookups[i].name, "");
		else if (!same(now->sql, before->lookups[i].sql))
			tell(diffing, SY_CHANGED, "look-up", now->name, "sql");
	}
	for (size_t i = 0; i < after->n_lookups; i++)
		if (!sy_content_lookup(before, after->lookups[i].name))
			tell(diffing, SY_ADDED, "look-up", after->lookups[i].name, "");
}

static void diff_words(struct diffing *diffing, const struct sy_pairs *before, const struct sy_pairs *after)
{
	for (size_t i = 0; i < before->n; i++) {
		const char *now = sy_pairs_get(after, before->at[i].name);

		if (!now)
			tell(diffing, SY_REMOVED, "word", before->at[i].name, "");
		else if (strcmp(now, before->at[i].value) != 0)
			tell(diffing, SY_CHANGED, "word", before->at[i].name, "phones");
	}
	for (size_t i = 0; i < after->n; i++)
		if (!sy_pairs_get(before, after->at[i].name))
			tell(diffing, SY_ADDED, "word", after->at[i].name, "");
}

static void diff_text(struct diffing *diffing, const char *part, const char *before, const char *after)
{
	if (!same(before, after))
		tell(diffing, !before ? SY_ADDED : !after ? SY_REMOVED : SY_CHANGED, part, after ? after : before, "");
}

size_t sy_content_diff(const struct sy_content *before, const struct sy_content *after,
	void (*each)(void *arg, const struct sy_difference *difference), void *arg)
{
	struct diffing diffing = {.each = each, .arg = arg};

	diff_text(&diffing, "company", before->company, after->company);
	diff_text(&diffing, "greeting", before->greeting, after->greeting);
	diff_text(&diffing, "wrong_answers", before->wrong_answers, after->wrong_answers);
	diff_articles(&diffing, before, after);
	diff_lookups(&diffing, before, after);
	diff_words(&diffing, &before->words, &after->words);
	return diffing.n;
}

static int load(struct sy_store *store, int64_t id, struct sy_content *ret_content, struct sy_problem *why)
{
	struct sy_version_data data = {0};
	int err;

	if (id == SY_DIFF_WORKING)
		return sy_working_load(store, SY_WORKING_ARTICLES, ret_content, why);
	err = sy_version_load(store, id, &data, why);
	if (err)
		return err;
	*ret_content = data.content;
	data.content = (struct sy_content){0};
	sy_version_data_reset(&data);
	return 0;
}

int sy_diff(struct sy_store *store, const struct sy_diff *diff, size_t *ret_n, struct sy_problem *why)
{
	struct sy_content before = {0}, after = {0};
	int err = load(store, diff->before, &before, why);

	if (!err)
		err = load(store, diff->after, &after, why);
	if (!err)
		*ret_n = sy_content_diff(&before, &after, diff->each, diff->arg);
	sy_content_reset(&before);
	sy_content_reset(&after);
	return err;
}
