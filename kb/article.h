/*
 * article: one question that Sayso can answer, and all an editor says about it.
 *
 * Plain values owned by whoever holds the content; sy_content_reset() frees all of it.
 * An article without an answer is a draft: it is kept, and not published.
 */
#ifndef SY_KB_ARTICLE_H
#define SY_KB_ARTICLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/pairs.h"
#include "base/problem.h"
#include "grammars/value.h"

#define SY_ARTICLES_MAX 5000
#define SY_PHRASES_MAX 50000
#define SY_WORDS_MAX 5000   /* an editor's pronunciations */
#define SY_LOOKUPS_MAX 1000 /* far more than articles that need one */
#define SY_TABLES_MAX 200
#define SY_TABLE_ROWS_MAX 100000 /* of one table; a bigger one belongs in a system of its own */
#define SY_FIELD_BYTES_MAX 8000  /* of one text: ten minutes of speech */
#define SY_COMPANY_BYTES_MAX 100 /* of the company's name: callers hear it in the first sentence */
#define SY_SLOTS_MAX 8           /* of one article: more questions than a caller will answer */

struct sy_strings { /* a list of strings */
	char **at;
	size_t n;
};

struct sy_slot {
	char *name;
	enum sy_value_kind kind;
	struct sy_strings choices; /* what can be said, for a text slot */
	char *choices_from;        /* or a look-up whose first column lists them */
	int length;                /* digits: exact length, 0 = free */
	char *check_digit;         /* digits: the scheme (grammars/check_digit.h), NULL: none */
	char *ask;                 /* the question; template text */
	bool confirm;              /* read the value back before it is used */
	bool optional;             /* taken when said, never asked */
};

struct sy_article {
	char *id;                  /* [a-z0-9_-]+, the intent's name */
	char *title;               /* how a confirming question names it: "Did you ask about {title}?" */
	char *topic;               /* group of the keys-only way; NULL: "other" */
	char *owner;               /* who answers for it; NULL: a lint warning */
	char *review;              /* YYYY-MM-DD, NULL: a lint warning */
	struct sy_strings phrases; /* as callers say it; may hold {slot} */
	struct sy_slot *slots;
	size_t n_slots;
	char *lookup;                /* name, or NULL */
	char *answer;                /* template; NULL: a draft */
	char *none;                  /* said when the look-up finds nothing; NULL: the prompt "answer-none" */
	struct sy_strings followups; /* article ids offered afterwards */
	bool handoff;                /* after the answer the caller goes to a person (a complaint, a cancellation) */
};

struct sy_lookup { /* a named, parameterised, read-only SELECT; parameters are slots (:name) and :today, :now, :weekday
		    */
	char *name;
	char *sql;
};

struct sy_table { /* a data table that look-ups read */
	char *name;
	struct sy_strings columns;
	struct sy_strings *rows;
	size_t n_rows;
};

struct sy_content {
	char *company;       /* its name as callers hear it, {company} in texts; NULL: it has none */
	char *greeting;      /* template, said first instead of the prompt "greeting"; NULL: the prompt */
	char *wrong_answers; /* how bad they are: "bearable", "bad" or "very bad" (base/costs.h); NULL: as the service
				says */
	struct sy_article *articles;
	size_t n_articles;
	struct sy_lookup *lookups;
	size_t n_lookups;
	struct sy_table *tables;
	size_t n_tables;
	struct sy_pairs words; /* an editor's pronunciations: word -> phones; add with sy_content_add_word() */
};

const struct sy_article *sy_content_article(const struct sy_content *content, const char *id);
const struct sy_lookup *sy_content_lookup(const struct sy_content *content, const char *name);
const struct sy_slot *sy_article_slot(const struct sy_article *article, const char *name);
/* Whether its value is one of a list: text, and what is spelled. */
bool sy_slot_is_chosen(const struct sy_slot *slot);
int sy_strings_add(struct sy_strings *strings, const char *s);
void sy_strings_reset(struct sy_strings *strings);
void sy_article_reset(struct sy_article *article);
void sy_table_reset(struct sy_table *table);
void sy_content_reset(struct sy_content *content);

/* A zeroed element at the end, borrowed until the next one is added; NULL when out of memory. */
struct sy_article *sy_content_add_article(struct sy_content *content);
struct sy_lookup *sy_content_add_lookup(struct sy_content *content);
struct sy_table *sy_content_add_table(struct sy_content *content);
struct sy_slot *sy_article_add_slot(struct sy_article *article);
struct sy_strings *sy_table_add_row(struct sy_table *table);
/* E2BIG past SY_WORDS_MAX, which is above what sy_pairs_set() allows. The caller sees to it that words differ. */
int sy_content_add_word(struct sy_content *content, const char *word, const char *phones);

/* Where there is no title: the id with spaces, so that a confirming question can name the article. */
int sy_article_default_title(struct sy_article *article);

size_t sy_content_n_phrases(const struct sy_content *content);

#endif
