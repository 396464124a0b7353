#include "kb/working.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kb/data_table.h"
#include "kb/sql.h"

/* The statements of one load or merge, prepared once. */
enum {
	ARTICLE,
	PHRASE,
	SLOT,
	FOLLOWUP,
	LOOKUP,
	WORD,
	IDENTITY,
	CLEAR_PHRASE,
	CLEAR_SLOT,
	CLEAR_FOLLOWUP,
	N_STATEMENTS
};

static const char *const reads[N_STATEMENTS] = {
	[ARTICLE] = "SELECT id, title, topic, owner, review, lookup, answer, none, handoff FROM article"
		    " ORDER BY position, id",
	[PHRASE] = "SELECT text FROM phrase WHERE article = ?1 ORDER BY position",
	[SLOT] = "SELECT name, kind, choices, choices_from, length, check_digit, ask, confirm, optional FROM slot"
		 " WHERE article = ?1 ORDER BY position",
	[FOLLOWUP] = "SELECT target FROM followup WHERE article = ?1 ORDER BY position",
	[LOOKUP] = "SELECT name, sql FROM lookup ORDER BY position, name",
	[WORD] = "SELECT word, phones FROM word ORDER BY position, word",
	[IDENTITY] = "SELECT name, text FROM identity",
};

#define PLACE_OF(table) "(SELECT coalesce(max(position), 0) + 1 FROM " table ")"

static const char *const writes[N_STATEMENTS] = {
	[ARTICLE] = "INSERT INTO article (id, title, topic, owner, review, lookup, answer, none, handoff, position)"
		    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, " PLACE_OF(
			    "article") ")"
				       " ON CONFLICT (id) DO UPDATE SET title = ?2, topic = ?3, owner = ?4, review = "
				       "?5, lookup = ?6,"
				       " answer = ?7, none = ?8, handoff = ?9",
	[PHRASE] = "INSERT INTO phrase (article, position, text) VALUES (?1, ?2, ?3)",
	[SLOT] = "INSERT INTO slot (article, position, name, kind, choices, choices_from, length, check_digit, ask,"
		 " confirm, optional) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
	[FOLLOWUP] = "INSERT INTO followup (article, position, target) VALUES (?1, ?2, ?3)",
	[LOOKUP] = "INSERT INTO lookup (name, sql, position) VALUES (?1, ?2, " PLACE_OF(
		"lookup") ")"
			  " ON CONFLICT (name) DO UPDATE SET sql = ?2",
	[WORD] = "INSERT INTO word (word, phones, position) VALUES (?1, ?2, " PLACE_OF(
		"word") ")"
			" ON CONFLICT (word) DO UPDATE SET phones = ?2",
	[IDENTITY] = "INSERT OR REPLACE INTO identity (name, text) VALUES (?1, ?2)",
	[CLEAR_PHRASE] = "DELETE FROM phrase WHERE article = ?1",
	[CLEAR_SLOT] = "DELETE FROM slot WHERE article = ?1",
	[CLEAR_FOLLOWUP] = "DELETE FROM followup WHERE article = ?1",
};

struct work {
	struct sy_store *store;
	struct sy_problem *why;
	sqlite3_stmt *statements[N_STATEMENTS];
};

/* A base of schema 1 has no such table until it is written. */
static bool has_identity(struct sy_store *store)
{
	return sqlite3_table_column_metadata(
		       sy_store_db(store), NULL, "identity", "text", NULL, NULL, NULL, NULL, NULL) == SQLITE_OK;
}

static int begin_work(struct work *work, const char *const sql[N_STATEMENTS])
{
	int err = 0;

	for (size_t i = 0; i < N_STATEMENTS && !err; i++)
		if (sql[i] && (i != IDENTITY || has_identity(work->store)))
			err = sy_store_prepare(work->store, sql[i], &work->statements[i], work->why);
	return err;
}

static void end_work(struct work *work)
{
	for (size_t i = 0; i < N_STATEMENTS; i++)
		sqlite3_finalize(work->statements[i]);
}

/* ---- loading ---- */

static int load_strings(struct work *work, int which, const char *article, struct sy_strings *strings)
{
	sqlite3_stmt *statement = work->statements[which];
	bool more = true;
	int err = sy_sql_bind(work->store, statement, work->why, "t", article);

	while (!err) {
		err = sy_sql_step(work->store, statement, &more, work->why);
		if (err || !more)
			break;
		const char *text = (const char *)sqlite3_column_text(statement, 0);

		err = sy_strings_add(strings, text ? text : "");
	}
	(void)sqlite3_reset(statement);
	return err;
}

static int damaged(struct work *work, const char *what, const char *article)
{
	return sy_problem_set(work->why, EBADMSG,
		"%s: the knowledge base is damaged (%s of article %s); put a good copy in its place",
		sy_store_path(work->store), what, article);
}

static int load_slot(struct work *work, struct sy_article *article)
{
	sqlite3_stmt *row = work->statements[SLOT];
	struct sy_slot *slot = sy_article_add_slot(article);
	const char *kind = (const char *)sqlite3_column_text(row, 1);
	const char *choices = (const char *)sqlite3_column_text(row, 2);
	int err = slot ? sy_sql_text(row, 0, &slot->name) : ENOMEM;

	if (err)
		return err;
	if (!kind || sy_value_kind_from(kind, &slot->kind))
		return damaged(work, "a slot's kind", article->id);
	if (choices)
		err = sy_sql_to_strings(choices, &slot->choices);
	if (err == EBADMSG)
		return damaged(work, "a slot's choices", article->id);
	if (!err)
		err = sy_sql_text(row, 3, &slot->choices_from);
	slot->length = sqlite3_column_int(row, 4);
	/* 0 is none, and 1 is from bases written before there were several schemes */
	if (!err && strcmp((const char *)sqlite3_column_text(row, 5), "0") != 0)
		err = sy_sql_text(row, 5, &slot->check_digit);
	if (!err)
		err = sy_sql_text(row, 6, &slot->ask);
	slot->confirm = sqlite3_column_int(row, 7) != 0;
	slot->optional = sqlite3_column_int(row, 8) != 0;
	return err;
}

static int load_slots(struct work *work, struct sy_article *article)
{
	bool more = true;
	int err = sy_sql_bind(work->store, work->statements[SLOT], work->why, "t", article->id);

	while (!err) {
		err = sy_sql_step(work->store, work->statements[SLOT], &more, work->why);
		if (err || !more)
			break;
		err = load_slot(work, article);
	}
	(void)sqlite3_reset(work->statements[SLOT]);
	return err;
}

static int load_article(struct work *work, struct sy_content *content)
{
	sqlite3_stmt *row = work->statements[ARTICLE];
	struct sy_article *article = sy_content_add_article(content);
	int err = 0;

	if (!article)
		return ENOMEM;
	char **const fields[] = {&article->id, &article->title, &article->topic, &article->owner, &article->review,
		&article->lookup, &article->answer, &article->none};
	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields) && !err; i++)
		err = sy_sql_text(row, (int)i, fields[i]);
	if (!err && !article->id)
		err = damaged(work, "the id", "without a name");
	if (err)
		return err;
	article->handoff = sqlite3_column_int(row, 8) != 0;
	err = load_strings(work, PHRASE, article->id, &article->phrases);
	if (!err)
		err = load_slots(work, article);
	if (!err)
		err = load_strings(work, FOLLOWUP, article->id, &article->followups);
	return err;
}

static int load_lookup(struct work *work, struct sy_content *content)
{
	struct sy_lookup *lookup = sy_content_add_lookup(content);
	int err = lookup ? sy_sql_text(work->statements[LOOKUP], 0, &lookup->name) : ENOMEM;

	return err ? err : sy_sql_text(work->statements[LOOKUP], 1, &lookup->sql);
}

static int load_word(struct work *work, struct sy_content *content)
{
	const char *word = (const char *)sqlite3_column_text(work->statements[WORD], 0);
	const char *phones = (const char *)sqlite3_column_text(work->statements[WORD], 1);

	return word && phones ? sy_content_add_word(content, word, phones) : damaged(work, "a word", "none");
}

static int load_identity(struct work *work, struct sy_content *content)
{
	sqlite3_stmt *row = work->statements[IDENTITY];
	const char *name = (const char *)sqlite3_column_text(row, 0);

	if (name && !strcmp(name, "company"))
		return sy_sql_text(row, 1, &content->company);
	if (name && !strcmp(name, "greeting"))
		return sy_sql_text(row, 1, &content->greeting);
	if (name && !strcmp(name, "wrong_answers"))
		return sy_sql_text(row, 1, &content->wrong_answers);
	return 0;
}

static int load_all(
	struct work *work, int which, int (*load)(struct work *, struct sy_content *), struct sy_content *content)
{
	bool more = true;
	int err = 0;

	while (!err) {
		err = sy_sql_step(work->store, work->statements[which], &more, work->why);
		if (err || !more)
			break;
		err = load(work, content);
	}
	return err;
}

int sy_working_load(
	struct sy_store *store, enum sy_working_parts parts, struct sy_content *ret_content, struct sy_problem *why)
{
	struct work work = {.store = store, .why = why};
	struct sy_content content = {0};
	int err = begin_work(&work, reads);

	if (!err)
		err = load_all(&work, ARTICLE, load_article, &content);
	if (!err)
		err = load_all(&work, LOOKUP, load_lookup, &content);
	if (!err)
		err = load_all(&work, WORD, load_word, &content);
	if (!err && work.statements[IDENTITY])
		err = load_all(&work, IDENTITY, load_identity, &content);
	if (!err && parts == SY_WORKING_ALL)
		err = sy_data_tables_load(store, &content, why);
	end_work(&work);
	if (err == ENOMEM)
		(void)sy_problem_set(why, err, "out of memory");
	if (err)
		sy_content_reset(&content);
	else
		*ret_content = content;
	return err;
}

/* ---- writing ---- */

static int put_strings(struct work *work, int which, const char *article, const struct sy_strings *strings)
{
	int err = 0;

	for (size_t i = 0; i < strings->n && !err; i++)
		err = sy_sql_put(
			work->store, work->statements[which], work->why, "tit", article, (int64_t)i, strings->at[i]);
	return err;
}

static int put_slot(struct work *work, const struct sy_article *article, size_t i)
{
	const struct sy_slot *slot = &article->slots[i];
	char *choices = NULL;
	int err = slot->choices.n ? sy_sql_from_strings(&slot->choices, &choices) : 0;

	if (!err)
		err = sy_sql_put(work->store, work->statements[SLOT], work->why, "tittttittii", article->id, (int64_t)i,
			slot->name, sy_value_kind_name(slot->kind), choices, slot->choices_from, (int64_t)slot->length,
			slot->check_digit ? slot->check_digit : "0", slot->ask, (int64_t)slot->confirm,
			(int64_t)slot->optional);
	free(choices);
	return err;
}

static int put_article(struct work *work, const struct sy_article *article)
{
	int err = sy_sql_put(work->store, work->statements[ARTICLE], work->why, "tttttttti", article->id,
		article->title, article->topic, article->owner, article->review, article->lookup, article->answer,
		article->none, (int64_t)article->handoff);

	for (int clear = CLEAR_PHRASE; clear <= CLEAR_FOLLOWUP && !err; clear++)
		err = sy_sql_put(work->store, work->statements[clear], work->why, "t", article->id);
	if (!err)
		err = put_strings(work, PHRASE, article->id, &article->phrases);
	for (size_t i = 0; i < article->n_slots && !err; i++)
		err = put_slot(work, article, i);
	if (!err)
		err = put_strings(work, FOLLOWUP, article->id, &article->followups);
	return err;
}

static int put_identity(struct work *work, const char *name, const char *text)
{
	if (!text)
		return 0;
	if (!work->statements[IDENTITY])
		return sy_store_error(work->store, SQLITE_BUSY, "write the company's name", work->why);
	return sy_sql_put(work->store, work->statements[IDENTITY], work->why, "tt", name, text);
}

int sy_working_merge(struct sy_store *store, const struct sy_content *content, struct sy_problem *why)
{
	struct work work = {.store = store, .why = why};
	int err = begin_work(&work, writes);

	for (size_t i = 0; i < content->n_tables && !err; i++)
		err = sy_data_table_put(store, &content->tables[i], why);
	for (size_t i = 0; i < content->n_articles && !err; i++)
		err = put_article(&work, &content->articles[i]);
	for (size_t i = 0; i < content->n_lookups && !err; i++)
		err = sy_sql_put(
			store, work.statements[LOOKUP], why, "tt", content->lookups[i].name, content->lookups[i].sql);
	for (size_t i = 0; i < content->words.n && !err; i++)
		err = sy_sql_put(
			store, work.statements[WORD], why, "tt", content->words.at[i].name, content->words.at[i].value);
	if (!err)
		err = put_identity(&work, "company", content->company);
	if (!err)
		err = put_identity(&work, "greeting", content->greeting);
	if (!err)
		err = put_identity(&work, "wrong_answers", content->wrong_answers);
	end_work(&work);
	if (err == ENOMEM)
		(void)sy_problem_set(why, err, "out of memory");
	return err;
}

int sy_working_replace(struct sy_store *store, const struct sy_content *content, struct sy_problem *why)
{
	struct sy_content without_tables = *content;
	int err = sy_store_run(
		store, "DELETE FROM article; DELETE FROM lookup; DELETE FROM word; DELETE FROM identity", "write", why);

	without_tables.n_tables = 0;
	return err ? err : sy_working_merge(store, &without_tables, why);
}
