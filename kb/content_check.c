#include "kb/content_check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/costs.h"
#include "grammars/pronounce.h"
#include "kb/article_check.h"
#include "kb/hours.h"
#include "kb/lookup.h"
#include "kb/phrase.h"
#include "prompts/marks.h"
#include "prompts/template.h"

/* The phones of PocketSphinx's English model (cmudict without stress), and its silence is none of them. */
static const char *const phones[] = {"AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F",
	"G", "HH", "IH", "IY", "JH", "K", "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH", "UW",
	"V", "W", "Y", "Z", "ZH"};

static bool is_phone(const char *s, size_t n)
{
	for (size_t i = 0; i < sizeof(phones) / sizeof(*phones); i++)
		if (strlen(phones[i]) == n && !strncmp(phones[i], s, n))
			return true;
	return false;
}

/* Room for "article " and a name, cut where the name is not one. */
#define LABEL_MAX (SY_NAME_MAX + 32)

static void begin_item(struct sy_checking *checking, enum sy_part part, size_t item, char label[LABEL_MAX])
{
	static const char *const kinds[] = {[SY_PART_ARTICLE] = "article",
		[SY_PART_LOOKUP] = "look-up",
		[SY_PART_TABLE] = "table",
		[SY_PART_WORD] = "word"};
	const struct sy_content *content = checking->check->content;
	const char *name = part == SY_PART_ARTICLE  ? content->articles[item].id
			   : part == SY_PART_LOOKUP ? content->lookups[item].name
			   : part == SY_PART_TABLE  ? content->tables[item].name
						    : content->words.at[item].name;

	(void)snprintf(label, LABEL_MAX, "%s %.*s", kinds[part], SY_NAME_MAX, name ? name : "");
	checking->name = label;
	checking->at = (struct sy_fault){.part = part, .item = item};
}

static void check_phones(struct sy_checking *checking, const char *list)
{
	size_t n = 0;

	for (list += strspn(list, " "); *list; list += strspn(list, " ")) {
		size_t length = strcspn(list, " ");

		if (!is_phone(list, length))
			sy_checking_found(checking, "phones", SY_FAULT_NO_ENTRY,
				"'%.*s' is no phone; write them as the CMU dictionary does, without stress: HH AH L OW",
				(int)(length > 20 ? 20 : length), list);
		n++;
		list += length;
	}
	if (!n)
		sy_checking_found(checking, "phones", SY_FAULT_NO_ENTRY, "has no phones; write them like HH AH L OW");
}

static void check_words(struct sy_checking *checking)
{
	const struct sy_pairs *words = &checking->check->content->words;
	char label[LABEL_MAX];

	for (size_t i = 0; i < words->n; i++) {
		const char *word = words->at[i].name;
		size_t n = strlen(word);

		begin_item(checking, SY_PART_WORD, i, label);
		if (!n || n > SY_WORD_MAX || strspn(word, "abcdefghijklmnopqrstuvwxyz'") != n)
			sy_checking_found(checking, NULL, SY_FAULT_NO_ENTRY,
				"a word has letters a-z and apostrophes only, at most %d", SY_WORD_MAX);
		check_phones(checking, words->at[i].value);
	}
}

/* Most of SQL's words may also be names ("key", "day"); SQLite itself knows which may not. The name is [a-z0-9_]+. */
static bool is_taken_by_sql(const char *name)
{
	char sql[4 * SY_NAME_MAX + 64];
	sqlite3 *db = NULL;
	int rc;

	if (!sqlite3_keyword_check(name, (int)strlen(name)))
		return false;
	(void)snprintf(sql, sizeof(sql), "CREATE TABLE %s (%s); SELECT %s FROM %s", name, name, name, name);
	rc = sqlite3_open(":memory:", &db);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
	(void)sqlite3_close(db);
	return rc != SQLITE_OK;
}

/* A name that SQL reads without quotes, in the editor's own statements. */
static const char *sql_name_fault(const char *name, bool table)
{
	if (!name || !sy_name_is_good(name, false))
		return "is no name for SQL: begin with a letter a-z and use a-z, 0-9 and _";
	if (is_taken_by_sql(name))
		return "is a word of SQL itself; choose another name";
	if (table && sy_store_reserved(name))
		return "is one of Sayso's own tables; choose another name";
	return NULL;
}

static void check_columns(struct sy_checking *checking, const struct sy_strings *columns)
{
	const char *fault;

	if (!columns->n || columns->n > SY_PAIRS_MAX)
		sy_checking_found(checking, "columns", SY_FAULT_NO_ENTRY, "%zu columns; it needs 1 to %d", columns->n,
			SY_PAIRS_MAX);
	for (size_t i = 0; i < columns->n; i++) {
		fault = sql_name_fault(columns->at[i], false);
		if (fault)
			sy_checking_found(checking, "columns", i, "column '%.64s' %s", columns->at[i], fault);
		for (size_t j = 0; j < i; j++)
			if (!strcmp(columns->at[i], columns->at[j]))
				sy_checking_found(checking, "columns", i, "column '%s' is there twice", columns->at[i]);
	}
}

/* A value goes into an answer as it stands, so a sign that begins a speech mark must be one. */
static void check_row(struct sy_checking *checking, const struct sy_table *table, size_t row)
{
	const struct sy_strings *values = &table->rows[row];
	struct sy_problem why = {""};

	if (values->n != table->columns.n)
		sy_checking_found(checking, "rows", row, "row %zu has %zu values for %zu columns", row + 1, values->n,
			table->columns.n);
	for (size_t i = 0; i < values->n && i < table->columns.n; i++)
		if (strpbrk(values->at[i], "<[") && sy_marks_check(values->at[i], &why))
			sy_checking_found(
				checking, "rows", row, "row %zu, %s: %s", row + 1, table->columns.at[i], why.text);
}

static void check_tables(struct sy_checking *checking)
{
	const struct sy_content *content = checking->check->content;
	char label[LABEL_MAX];

	for (size_t i = 0; i < content->n_tables; i++) {
		const struct sy_table *table = &content->tables[i];
		const char *fault = sql_name_fault(table->name, true);

		begin_item(checking, SY_PART_TABLE, i, label);
		if (fault)
			sy_checking_found(checking, "name", SY_FAULT_NO_ENTRY, "'%.64s' %s",
				table->name ? table->name : "", fault);
		for (size_t j = 0; j < i && !fault; j++)
			if (!strcmp(content->tables[j].name, table->name))
				sy_checking_found(checking, "name", SY_FAULT_NO_ENTRY, "is there twice; keep one");
		check_columns(checking, &table->columns);
		for (size_t row = 0; row < table->n_rows; row++)
			check_row(checking, table, row);
	}
}

static void check_lookup_names(struct sy_checking *checking)
{
	const struct sy_content *content = checking->check->content;
	char label[LABEL_MAX];

	for (size_t i = 0; i < content->n_lookups; i++) {
		const struct sy_lookup *lookup = &content->lookups[i];

		begin_item(checking, SY_PART_LOOKUP, i, label);
		if (!lookup->name || !sy_name_is_good(lookup->name, false))
			sy_checking_found(checking, "name", SY_FAULT_NO_ENTRY,
				"'%.64s' is no look-up's name: use a-z, 0-9 and _", lookup->name ? lookup->name : "");
		else if (sy_content_lookup(content, lookup->name) != lookup)
			sy_checking_found(checking, "name", SY_FAULT_NO_ENTRY, "is there twice; keep one");
		if (!lookup->sql || strlen(lookup->sql) > SY_FIELD_BYTES_MAX)
			sy_checking_found(checking, "sql", SY_FAULT_NO_ENTRY, "%s",
				lookup->sql ? "the SQL is too long" : "has no sql; write a SELECT");
	}
}

static int by_id(const void *a, const void *b, void *arg)
{
	const struct sy_content *content = arg;
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	int order = strcmp(content->articles[x].id, content->articles[y].id);

	return order ? order : (x > y) - (x < y);
}

/* Sorted, so that 5,000 ids are compared in one pass. Ids are there. */
static void check_twins(struct sy_checking *checking)
{
	const struct sy_content *content = checking->check->content;
	size_t *order = calloc(content->n_articles + 1, sizeof(*order));
	char label[LABEL_MAX];

	if (!order)
		return; /* the store's primary key refuses them as well, with a poorer message */
	for (size_t i = 0; i < content->n_articles; i++)
		order[i] = i;
	qsort_r(order, content->n_articles, sizeof(*order), by_id, (void *)(uintptr_t)content);
	for (size_t i = 1; i < content->n_articles; i++) {
		if (strcmp(content->articles[order[i - 1]].id, content->articles[order[i]].id) != 0)
			continue;
		begin_item(checking, SY_PART_ARTICLE, order[i], label);
		sy_checking_found(checking, "id", SY_FAULT_NO_ENTRY, "this id is there twice; rename one");
	}
	free(order);
}

static void check_articles(struct sy_checking *checking)
{
	const struct sy_content *content = checking->check->content;
	size_t n_before = checking->n_found;
	char label[LABEL_MAX];

	for (size_t i = 0; i < content->n_articles; i++) {
		const char *id = content->articles[i].id;

		begin_item(checking, SY_PART_ARTICLE, i, label);
		if (!id || !sy_name_is_good(id, true))
			sy_checking_found(checking, "id", SY_FAULT_NO_ENTRY,
				"'%.64s' is no id: use a-z, 0-9, - and _, at most %d", id ? id : "", SY_NAME_MAX);
	}
	if (checking->n_found > n_before)
		return;
	check_twins(checking);
	for (size_t i = 0; i < content->n_articles; i++) {
		begin_item(checking, SY_PART_ARTICLE, i, label);
		sy_article_check(checking);
	}
}

static void check_sizes(struct sy_checking *checking)
{
	const struct sy_content *content = checking->check->content;
	const struct {
		const char *what;
		size_t n;
		size_t max;
	} sizes[] = {{"articles", content->n_articles, SY_ARTICLES_MAX},
		{"phrases", sy_content_n_phrases(content), SY_PHRASES_MAX},
		{"look-ups", content->n_lookups, SY_LOOKUPS_MAX}, {"tables", content->n_tables, SY_TABLES_MAX}};

	checking->name = "content";
	checking->at = (struct sy_fault){.part = SY_PART_ARTICLE};
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
		if (sizes[i].n > sizes[i].max)
			sy_checking_found(checking, NULL, SY_FAULT_NO_ENTRY, "%zu %s are more than the %zu that fit",
				sizes[i].n, sizes[i].what, sizes[i].max);
}

static void find_company(void *arg, const char *placeholder)
{
	struct sy_checking *checking = arg;
	const struct sy_content_check *check = checking->check;

	if (strcmp(placeholder, "company") != 0)
		sy_checking_found(checking, "greeting", SY_FAULT_NO_ENTRY,
			"says {%.64s}, which nothing gives a value; only {company} has one here", placeholder);
	else if (!check->content->company && !(check->base && check->base->company))
		sy_checking_found(checking, "greeting", SY_FAULT_NO_ENTRY,
			"says {company}, and there is none; write it above, like company: Larkfield");
}

/* Callers hear both, so a brace in the name, which looks like a placeholder, is a slip. */
static void check_company(struct sy_checking *checking)
{
	const struct sy_content *content = checking->check->content;
	struct sy_problem why = {""};

	checking->at = (struct sy_fault){.part = SY_PART_COMPANY};
	checking->name = "company";
	if (content->company && strlen(content->company) > SY_COMPANY_BYTES_MAX)
		sy_checking_found(checking, "company", SY_FAULT_NO_ENTRY, "%zu bytes; a name has %d at most",
			strlen(content->company), SY_COMPANY_BYTES_MAX);
	else if (content->company && strpbrk(content->company, "{}"))
		sy_checking_found(checking, "company", SY_FAULT_NO_ENTRY, "a name holds no braces");
	else if (content->company && sy_marks_check(content->company, &why))
		sy_checking_found(checking, "company", SY_FAULT_NO_ENTRY, "%s", why.text);
	checking->name = "greeting";
	if (content->greeting && strlen(content->greeting) > SY_FIELD_BYTES_MAX)
		sy_checking_found(checking, "greeting", SY_FAULT_NO_ENTRY, "%zu bytes; %d fit",
			strlen(content->greeting), SY_FIELD_BYTES_MAX);
	else if (content->greeting &&
		 (sy_marks_check(content->greeting, &why) ||
			 sy_template_check("text", content->greeting, find_company, checking, &why)))
		sy_checking_found(checking, "greeting", SY_FAULT_NO_ENTRY, "%s", why.text);
}

static void check_wrong_answers(struct sy_checking *checking)
{
	const struct sy_costs usual = SY_COSTS_USUAL;
	const char *text = checking->check->content->wrong_answers;
	double cost;

	checking->at = (struct sy_fault){.part = SY_PART_COMPANY};
	checking->name = "wrong_answers";
	/* An amount would be one of no money: what the rest costs is the service's to say. */
	if (text && (!sy_cost_from(text, &cost, NULL) || sy_cost_of_wrong(text, &usual, &cost, NULL)))
		sy_checking_found(checking, "wrong_answers", SY_FAULT_NO_ENTRY,
			"is \"%.40s\"; say how bad they are: bearable, bad or very bad", text);
}

static void try_lookup(
	struct sy_checking *checking, const struct sy_lookup *lookup, const struct sy_strings *params, const char *user)
{
	struct sy_problem why = {""};
	int err = sy_lookup_check(checking->check->store, lookup, params, &why);

	if (err)
		sy_checking_found(checking, "sql", SY_FAULT_NO_ENTRY, "%s%s%s%s", user ? "for article " : "",
			user ? user : "", user ? ": " : "", why.text[0] ? why.text : strerror(err));
}

/* One trial with the parameters that an article gives; of a list of choices, with none. */
static void try_for(
	struct sy_checking *checking, const struct sy_lookup *lookup, const struct sy_article *article, bool with_slots)
{
	struct sy_strings params = {0};
	int err = 0;

	for (size_t i = 0; with_slots && i < article->n_slots && !err; i++)
		err = sy_strings_add(&params, article->slots[i].name);
	if (!err)
		try_lookup(checking, lookup, &params, article->id);
	sy_strings_reset(&params);
}

/* Nobody uses it yet, so whatever parameters it names may come. */
static void try_alone(struct sy_checking *checking, const struct sy_lookup *lookup)
{
	struct sy_strings params = {0};
	sqlite3_stmt *statement = NULL;
	int err = 0;

	if (sqlite3_prepare_v2(sy_store_db(checking->check->store), lookup->sql, -1, &statement, NULL) != SQLITE_OK)
		statement = NULL; /* sy_lookup_check() finds out why */
	for (int i = 1; i <= sqlite3_bind_parameter_count(statement) && !err; i++) {
		const char *name = sqlite3_bind_parameter_name(statement, i);

		err = name ? sy_strings_add(&params, name + 1) : 0;
	}
	sqlite3_finalize(statement);
	if (!err)
		try_lookup(checking, lookup, &params, NULL);
	sy_strings_reset(&params);
}

static bool lists_choices(const struct sy_article *article, const char *lookup)
{
	for (size_t i = 0; i < article->n_slots; i++)
		if (article->slots[i].choices_from && !strcmp(article->slots[i].choices_from, lookup))
			return true;
	return false;
}

static void try_lookups(struct sy_checking *checking)
{
	const struct sy_content *content = checking->check->content;
	char label[LABEL_MAX];

	for (size_t i = 0; i < content->n_lookups; i++) {
		const struct sy_lookup *lookup = &content->lookups[i];
		size_t n_before = checking->n_found;
		bool used = false;

		begin_item(checking, SY_PART_LOOKUP, i, label);
		for (size_t j = 0; j < content->n_articles && checking->n_found == n_before; j++) {
			const struct sy_article *article = &content->articles[j];
			bool answers = article->lookup && !strcmp(article->lookup, lookup->name);
			bool lists = lists_choices(article, lookup->name);

			used = used || answers || lists;
			if (answers)
				try_for(checking, lookup, article, true);
			if (lists && checking->n_found == n_before)
				try_for(checking, lookup, article, false);
		}
		if (!used)
			try_alone(checking, lookup);
	}
}

int sy_content_columns(struct sy_store *store, const struct sy_lookup *lookup, struct sy_strings *ret_columns)
{
	struct sy_strings columns = {0};
	sqlite3_stmt *statement = NULL;
	int err = 0;

	if (sqlite3_prepare_v2(sy_store_db(store), lookup->sql, -1, &statement, NULL) != SQLITE_OK)
		return EINVAL;
	for (int i = 0; i < sqlite3_column_count(statement) && !err; i++)
		err = sy_strings_add(&columns, sqlite3_column_name(statement, i));
	sqlite3_finalize(statement);
	if (err)
		sy_strings_reset(&columns);
	else
		*ret_columns = columns;
	return err;
}

/* Placeholders of articles whose look-up runs; one that does not has been reported. */
static void check_answers(struct sy_checking *checking)
{
	const struct sy_content *content = checking->check->content;
	char label[LABEL_MAX];

	for (size_t i = 0; i < content->n_articles; i++) {
		const struct sy_article *article = &content->articles[i];
		const struct sy_lookup *lookup = article->lookup ? sy_content_lookup(content, article->lookup) : NULL;
		struct sy_strings columns = {0};

		if (!lookup || sy_content_columns(checking->check->store, lookup, &columns))
			continue;
		begin_item(checking, SY_PART_ARTICLE, i, label);
		sy_article_check_answer(checking, &columns);
		sy_strings_reset(&columns);
	}
}

size_t sy_content_check(const struct sy_content_check *check)
{
	struct sy_checking checking = {.check = check};

	if (check->store) {
		(void)sy_hours_register(check->store, NULL); /* without it hours() is an unknown function, told below */
		try_lookups(&checking);
		check_answers(&checking);
		return checking.n_found;
	}
	check_sizes(&checking);
	check_company(&checking);
	check_wrong_answers(&checking);
	check_tables(&checking);
	check_lookup_names(&checking);
	check_words(&checking);
	check_articles(&checking);
	return checking.n_found;
}
