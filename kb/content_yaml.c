#include "kb/content_yaml.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/yaml.h"

/* An optional text that is NULL when it is empty or missing. */
#define TEXT(key, type, member)                                                                                        \
	CYAML_FIELD_STRING_PTR(key, CYAML_FLAG_POINTER_NULL | CYAML_FLAG_OPTIONAL, type, member, 0, CYAML_UNLIMITED)
#define LIST (CYAML_FLAG_POINTER_NULL | CYAML_FLAG_OPTIONAL)

static const cyaml_schema_value_t string_entry = {CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, CYAML_UNLIMITED)};

static const cyaml_strval_t kinds[] = {{"text", SY_VALUE_TEXT}, {"digits", SY_VALUE_DIGITS},
	{"number", SY_VALUE_NUMBER}, {"money", SY_VALUE_MONEY}, {"date", SY_VALUE_DATE}, {"time", SY_VALUE_TIME},
	{"yesno", SY_VALUE_YES_NO}, {"day", SY_VALUE_DAY}, {"phone", SY_VALUE_PHONE}, {"spelled", SY_VALUE_SPELLED}};

static const cyaml_schema_field_t slot_fields[] = {
	CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct sy_slot, name, 1, CYAML_UNLIMITED),
	CYAML_FIELD_ENUM("kind", CYAML_FLAG_STRICT | CYAML_FLAG_OPTIONAL, struct sy_slot, kind, kinds,
		sizeof(kinds) / sizeof(*kinds)),
	CYAML_FIELD_SEQUENCE_COUNT(
		"choices", LIST, struct sy_slot, choices.at, choices.n, &string_entry, 0, CYAML_UNLIMITED),
	TEXT("choices_from", struct sy_slot, choices_from),
	CYAML_FIELD_INT("length", CYAML_FLAG_OPTIONAL, struct sy_slot, length),
	TEXT("check_digit", struct sy_slot, check_digit),
	TEXT("ask", struct sy_slot, ask),
	CYAML_FIELD_BOOL("confirm", CYAML_FLAG_OPTIONAL, struct sy_slot, confirm),
	CYAML_FIELD_BOOL("optional", CYAML_FLAG_OPTIONAL, struct sy_slot, optional),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t slot_entry = {CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct sy_slot, slot_fields)};

static const cyaml_schema_field_t article_fields[] = {
	CYAML_FIELD_STRING_PTR("id", CYAML_FLAG_POINTER, struct sy_article, id, 1, CYAML_UNLIMITED),
	TEXT("title", struct sy_article, title),
	TEXT("topic", struct sy_article, topic),
	TEXT("owner", struct sy_article, owner),
	TEXT("review", struct sy_article, review),
	CYAML_FIELD_SEQUENCE_COUNT(
		"phrases", LIST, struct sy_article, phrases.at, phrases.n, &string_entry, 0, SY_PHRASES_MAX),
	CYAML_FIELD_SEQUENCE_COUNT("slots", LIST, struct sy_article, slots, n_slots, &slot_entry, 0, SY_SLOTS_MAX),
	TEXT("lookup", struct sy_article, lookup),
	TEXT("answer", struct sy_article, answer),
	TEXT("none", struct sy_article, none),
	CYAML_FIELD_SEQUENCE_COUNT(
		"followups", LIST, struct sy_article, followups.at, followups.n, &string_entry, 0, 16),
	CYAML_FIELD_BOOL("handoff", CYAML_FLAG_OPTIONAL, struct sy_article, handoff),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t article_entry = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct sy_article, article_fields)};

static const cyaml_schema_field_t lookup_fields[] = {
	CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct sy_lookup, name, 1, CYAML_UNLIMITED),
	CYAML_FIELD_STRING_PTR("sql", CYAML_FLAG_POINTER, struct sy_lookup, sql, 1, CYAML_UNLIMITED),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t lookup_entry = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct sy_lookup, lookup_fields)};

/* Rows are a list of lists and words have keys of their own, which libcyaml has no form for: yaml_tree reads both. */
static const cyaml_schema_field_t table_fields[] = {
	CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct sy_table, name, 1, CYAML_UNLIMITED),
	CYAML_FIELD_SEQUENCE_COUNT(
		"columns", CYAML_FLAG_POINTER, struct sy_table, columns.at, columns.n, &string_entry, 1, SY_PAIRS_MAX),
	CYAML_FIELD_IGNORE("rows", CYAML_FLAG_OPTIONAL),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t table_entry = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct sy_table, table_fields)};

static const cyaml_schema_field_t content_fields[] = {
	TEXT("company", struct sy_content, company),
	TEXT("greeting", struct sy_content, greeting),
	TEXT("wrong_answers", struct sy_content, wrong_answers),
	CYAML_FIELD_SEQUENCE_COUNT(
		"articles", LIST, struct sy_content, articles, n_articles, &article_entry, 0, SY_ARTICLES_MAX),
	CYAML_FIELD_SEQUENCE_COUNT(
		"lookups", LIST, struct sy_content, lookups, n_lookups, &lookup_entry, 0, SY_LOOKUPS_MAX),
	CYAML_FIELD_SEQUENCE_COUNT("tables", LIST, struct sy_content, tables, n_tables, &table_entry, 0, SY_TABLES_MAX),
	CYAML_FIELD_IGNORE("words", CYAML_FLAG_OPTIONAL),
	CYAML_FIELD_END,
};
static const cyaml_schema_value_t content_schema = {
	CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct sy_content, content_fields)};

static int refuse_node(
	const struct sy_content_file *file, const struct sy_yaml_node *node, const char *what, struct sy_problem *why)
{
	return sy_problem_at(why, EINVAL, file->name, node->line, node->column, "%s", what);
}

static int read_row(
	struct sy_content_file *file, struct sy_table *table, const struct sy_yaml_node *node, struct sy_problem *why)
{
	struct sy_strings *row;
	int err = 0;

	if (node->kind != SY_YAML_LIST)
		return refuse_node(file, node, "a row is a list of values, like [104233, 20.50]", why);
	if (table->n_rows >= SY_TABLE_ROWS_MAX)
		return sy_problem_at(why, EINVAL, file->name, node->line, 0, "table %s: more than %d rows", table->name,
			SY_TABLE_ROWS_MAX);
	row = sy_table_add_row(table);
	if (!row)
		return ENOMEM;
	for (node = node->first; node && !err; node = node->next)
		err = node->kind == SY_YAML_SCALAR ? sy_strings_add(row, node->text)
						   : refuse_node(file, node, "a value of a row is one text", why);
	return err;
}

static int read_rows(struct sy_content_file *file, size_t i, struct sy_problem *why)
{
	const struct sy_yaml_node *table = sy_yaml_tree_entry(sy_yaml_tree_key(file->tree, "tables"), i);
	const struct sy_yaml_node *node = sy_yaml_tree_key(table, "rows");
	int err = 0;

	if (!node || (node->kind == SY_YAML_SCALAR && !node->text[0]))
		return 0;
	if (node->kind != SY_YAML_LIST)
		return refuse_node(file, node, "'rows' is a list of rows, like - [104233, 20.50]", why);
	for (node = node->first; node && !err; node = node->next)
		err = read_row(file, &file->content.tables[i], node, why);
	return err;
}

static bool has_word(const struct sy_pairs *words, const char *word)
{
	for (size_t i = 0; i < words->n; i++)
		if (!strcmp(words->at[i].name, word))
			return true;
	return false;
}

static int read_words(struct sy_content_file *file, struct sy_problem *why)
{
	struct sy_yaml_node *node = (struct sy_yaml_node *)(uintptr_t)sy_yaml_tree_key(file->tree, "words");
	int err = 0;

	if (!node || (node->kind == SY_YAML_SCALAR && !node->text[0]))
		return 0;
	if (node->kind != SY_YAML_KEYS)
		return refuse_node(file, node, "'words' is one \"word: PHONES\" a line", why);
	for (node = node->first; node && !err; node = node->next->next) {
		for (char *c = node->text; *c; c++)
			*c = (char)tolower((unsigned char)*c);
		if (node->kind != SY_YAML_SCALAR || node->next->kind != SY_YAML_SCALAR)
			return refuse_node(file, node, "'words' is one \"word: PHONES\" a line", why);
		if (has_word(&file->content.words, node->text))
			return refuse_node(file, node, "this word is there twice; keep one", why);
		err = sy_content_add_word(&file->content, node->text, node->next->text);
		if (err == E2BIG)
			(void)sy_problem_at(why, err, file->name, node->line, 0, "more than %d words", SY_WORDS_MAX);
	}
	return err;
}

/* An empty text is the same as none. */
static void drop_empty(char **text)
{
	if (*text && !(*text)[strspn(*text, " \t\r\n")]) {
		free(*text);
		*text = NULL;
	}
}

static int tidy(struct sy_content *content)
{
	int err = 0;

	drop_empty(&content->company);
	drop_empty(&content->greeting);
	drop_empty(&content->wrong_answers);
	for (size_t i = 0; i < content->n_articles && !err; i++) {
		struct sy_article *article = &content->articles[i];

		drop_empty(&article->title);
		drop_empty(&article->answer);
		drop_empty(&article->none);
		drop_empty(&article->owner);
		drop_empty(&article->topic);
		err = sy_article_default_title(article);
	}
	return err;
}

static const struct sy_yaml_node *item_node(const struct sy_content_file *file, const struct sy_fault *fault)
{
	static const char *const lists[] = {
		[SY_PART_ARTICLE] = "articles", [SY_PART_LOOKUP] = "lookups", [SY_PART_TABLE] = "tables"};
	const struct sy_yaml_node *words = sy_yaml_tree_key(file->tree, "words");

	if (fault->part == SY_PART_COMPANY)
		return file->tree;
	if (fault->part != SY_PART_WORD)
		return sy_yaml_tree_entry(sy_yaml_tree_key(file->tree, lists[fault->part]), fault->item);
	words = words ? words->first : NULL;
	for (size_t i = 0; words && i < fault->item; i++)
		words = words->next->next;
	return words;
}

int sy_content_yaml_line(const struct sy_content_file *file, const struct sy_fault *fault)
{
	const struct sy_yaml_node *item = item_node(file, fault);
	const struct sy_yaml_node *field = fault->field ? sy_yaml_tree_key(item, fault->field) : NULL;
	const struct sy_yaml_node *entry =
		fault->entry != SY_FAULT_NO_ENTRY ? sy_yaml_tree_entry(field, fault->entry) : NULL;

	if (entry)
		return entry->line;
	return field ? field->line : item ? item->line : 0;
}

/* Keeps the first fault as the problem; the count tells whether there are more. */
struct first_fault {
	const struct sy_content_file *file;
	struct sy_problem problem;
};

static void keep_first(void *arg, const struct sy_fault *fault)
{
	struct first_fault *first = arg;

	if (!first->problem.text[0])
		(void)sy_problem_at(&first->problem, EINVAL, first->file->name,
			sy_content_yaml_line(first->file, fault), 0, "%s", fault->text);
}

int sy_content_yaml_check(const struct sy_content_file *file, const struct sy_content *base, struct sy_problem *why)
{
	struct first_fault first = {.file = file};
	const struct sy_content_check check = {
		.content = &file->content, .base = base, .found = keep_first, .arg = &first};
	size_t n = sy_content_check(&check);

	if (!n)
		return 0;
	if (n == 1)
		return sy_problem_set(why, EINVAL, "%s", first.problem.text);
	return sy_problem_set(why, EINVAL, "%.700s (and %zu more)", first.problem.text, n - 1);
}

int sy_content_yaml_parse(
	const char *name, const void *bytes, size_t n, struct sy_content_file *ret_file, struct sy_problem *why)
{
	struct sy_content_file file = {.name = strdup(name)};
	void *loaded = NULL;
	int err = file.name ? 0 : ENOMEM;

	if (!err && n > SY_CONTENT_BYTES_MAX)
		err = sy_problem_set(why, EFBIG, "%s: larger than %u MiB; split it", name, SY_CONTENT_BYTES_MAX >> 20);
	if (!err)
		err = sy_yaml_load_bytes(name, bytes, n, &content_schema, &loaded, why);
	if (!err && loaded) {
		file.content = *(struct sy_content *)loaded;
		free(loaded); /* libcyaml allocates with the C library's, so the rest is ours to free one by one */
	}
	if (!err)
		err = sy_yaml_tree_read(name, bytes, n, &file.tree, why);
	for (size_t i = 0; i < file.content.n_tables && !err; i++)
		err = read_rows(&file, i, why);
	if (!err)
		err = read_words(&file, why);
	if (!err)
		err = tidy(&file.content);
	if (err == ENOMEM)
		(void)sy_problem_set(why, err, "%s: out of memory", name);
	if (err)
		sy_content_file_reset(&file);
	else
		*ret_file = file;
	return err;
}

void sy_content_file_reset(struct sy_content_file *file)
{
	free(file->name);
	sy_content_reset(&file->content);
	sy_yaml_tree_destroy(file->tree);
	*file = (struct sy_content_file){0};
}
