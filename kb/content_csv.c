#include "kb/content_csv.h"

#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "kb/content_check.h"
#include "kb/content_yaml.h"
#include "kb/csv.h"

enum { ARTICLE, PHRASE, TITLE, TOPIC, OWNER, REVIEW, ANSWER, N_COLUMNS };

static const char *const column_names[N_COLUMNS] = {"article", "phrase", "title", "topic", "owner", "review", "answer"};

/* A phrase in the set of those that are there. */
struct known {
	size_t article; /* index */
	size_t entry;   /* of its phrases */
	bool used;
};

struct adding {
	struct sy_csv csv;
	struct sy_content *content;
	struct sy_csv_added added;
	int columns[N_COLUMNS]; /* the field's place in a line, -1: not there */
	size_t n_columns;
	size_t last;         /* index of the article of the line before: files are mostly sorted */
	struct known *known; /* open addressing; n_known is a power of two */
	size_t n_known;
	size_t n_used;
	struct sy_problem *why;
};

/* FNV-1a over the article and the phrase in lower case. */
static size_t hash_of(size_t article, const char *phrase)
{
	uint64_t hash = 14695981039346656037u ^ article;

	for (; *phrase; phrase++)
		hash = (hash ^ (uint64_t)tolower((unsigned char)*phrase)) * 1099511628211u;
	return (size_t)(hash ^ hash >> 32);
}

static const char *phrase_of(const struct adding *adding, const struct known *known)
{
	return adding->content->articles[known->article].phrases.at[known->entry];
}

/* The phrase's place in the set, used or free. */
static struct known *find_known(struct adding *adding, size_t article, const char *phrase)
{
	size_t i = hash_of(article, phrase) & (adding->n_known - 1);

	while (adding->known[i].used &&
		(adding->known[i].article != article || strcasecmp(phrase_of(adding, &adding->known[i]), phrase) != 0))
		i = (i + 1) & (adding->n_known - 1);
	return &adding->known[i];
}

static int grow_known(struct adding *adding)
{
	struct known *old = adding->known;
	size_t n_old = adding->n_known;
	size_t n = n_old ? 2 * n_old : 1024;
	struct known *grown = calloc(n, sizeof(*grown));

	if (!grown)
		return ENOMEM;
	adding->known = grown;
	adding->n_known = n;
	for (size_t i = 0; i < n_old; i++)
		if (old[i].used)
			*find_known(adding, old[i].article, phrase_of(adding, &old[i])) = old[i];
	free(old);
	return 0;
}

static int remember(struct adding *adding, size_t article, size_t entry, bool *ret_new)
{
	const char *phrase = adding->content->articles[article].phrases.at[entry];
	struct known *known;
	int err = 2 * adding->n_used >= adding->n_known ? grow_known(adding) : 0;

	if (err)
		return err;
	known = find_known(adding, article, phrase);
	*ret_new = !known->used;
	if (!known->used) {
		*known = (struct known){.article = article, .entry = entry, .used = true};
		adding->n_used++;
	}
	return 0;
}

static int remember_all(struct adding *adding)
{
	bool is_new;
	int err = 0;

	for (size_t i = 0; i < adding->content->n_articles && !err; i++)
		for (size_t j = 0; j < adding->content->articles[i].phrases.n && !err; j++)
			err = remember(adding, i, j, &is_new);
	return err;
}

static int refuse_column(struct adding *adding, int line, const char *name)
{
	return sy_problem_at(adding->why, EINVAL, adding->csv.name, line, 0,
		"unknown column '%.40s'; known: article, phrase, title, topic, owner, review, answer", name);
}

static int read_header(struct adding *adding)
{
	struct sy_strings fields = {0};
	int line = 1;
	int err = sy_csv_next(&adding->csv, &fields, &line, adding->why);

	for (int i = 0; i < N_COLUMNS; i++)
		adding->columns[i] = -1;
	if (err == ENOENT)
		return sy_problem_at(adding->why, EINVAL, adding->csv.name, 0, 0,
			"the file is empty; its first line names the columns: article,phrase");
	for (size_t i = 0; i < fields.n && !err; i++) {
		int column = 0;

		while (column < N_COLUMNS && strcasecmp(column_names[column], fields.at[i]) != 0)
			column++;
		if (column == N_COLUMNS)
			err = refuse_column(adding, line, fields.at[i]);
		else if (adding->columns[column] >= 0)
			err = sy_problem_at(adding->why, EINVAL, adding->csv.name, line, 0,
				"the column '%s' is there twice", column_names[column]);
		else
			adding->columns[column] = (int)i;
	}
	if (!err && (adding->columns[ARTICLE] < 0 || adding->columns[PHRASE] < 0))
		err = sy_problem_at(adding->why, EINVAL, adding->csv.name, line, 0,
			"the column '%s' is missing; the first line names the columns: article,phrase",
			column_names[adding->columns[ARTICLE] < 0 ? ARTICLE : PHRASE]);
	adding->n_columns = fields.n;
	sy_strings_reset(&fields);
	return err;
}

static const char *field(const struct adding *adding, const struct sy_strings *fields, int column)
{
	return adding->columns[column] < 0 ? "" : fields->at[adding->columns[column]];
}

static int make_article(struct adding *adding, const char *id)
{
	struct sy_article *article = sy_content_add_article(adding->content);
	size_t n = adding->content->n_articles;
	bool *touched = article ? realloc(adding->added.touched, n * sizeof(*touched)) : NULL;

	if (!touched)
		return ENOMEM;
	adding->added.touched = touched;
	touched[n - 1] = true;
	article->id = strdup(id);
	if (!article->id)
		return ENOMEM;
	adding->last = n - 1;
	return sy_article_default_title(article);
}

static int find_article(struct adding *adding, const char *id)
{
	const struct sy_article *found;

	if (adding->last < adding->content->n_articles && !strcmp(adding->content->articles[adding->last].id, id))
		return 0;
	found = sy_content_article(adding->content, id);
	if (!found)
		return make_article(adding, id);
	adding->last = (size_t)(found - adding->content->articles);
	adding->added.touched[adding->last] = true;
	return 0;
}

static int set_text(char **text, const char *value)
{
	char *copy;

	if (!*value)
		return 0;
	copy = strdup(value);
	if (!copy)
		return ENOMEM;
	free(*text);
	*text = copy;
	return 0;
}

static int set_fields(struct adding *adding, const struct sy_strings *fields)
{
	struct sy_article *article = &adding->content->articles[adding->last];
	char **const texts[N_COLUMNS] = {[TITLE] = &article->title,
		[TOPIC] = &article->topic,
		[OWNER] = &article->owner,
		[REVIEW] = &article->review,
		[ANSWER] = &article->answer};
	int err = 0;

	for (int i = TITLE; i < N_COLUMNS && !err; i++)
		err = set_text(texts[i], field(adding, fields, i));
	return err;
}

static int add_phrase(struct adding *adding, const char *phrase)
{
	struct sy_strings *phrases = &adding->content->articles[adding->last].phrases;
	bool is_new = true;
	int err = sy_strings_add(phrases, phrase);

	if (!err)
		err = remember(adding, adding->last, phrases->n - 1, &is_new);
	if (!err && !is_new) {
		free(phrases->at[--phrases->n]);
		adding->added.duplicates++;
	}
	if (!err && is_new)
		adding->added.n_phrases++;
	return err;
}

struct first_fault {
	struct sy_problem problem;
	const struct adding *adding;
	int line;
};

static void keep_first(void *arg, const struct sy_fault *fault)
{
	struct first_fault *first = arg;

	if (!first->problem.text[0])
		(void)sy_problem_at(
			&first->problem, EINVAL, first->adding->csv.name, first->line, 0, "%s", fault->text);
}

/* Checks the line as an article of its own: id, the phrase that it brings, the fields that it sets. */
static int check_line(struct adding *adding, const struct sy_strings *fields, int line)
{
	const struct sy_article *whole = &adding->content->articles[adding->last];
	char *phrase = fields->at[adding->columns[PHRASE]];
	struct sy_article article = *whole;
	struct first_fault first = {.adding = adding, .line = line};
	const struct sy_content one = {.articles = &article, .n_articles = 1};
	const struct sy_content_check check = {
		.content = &one, .base = adding->content, .found = keep_first, .arg = &first};

	article.phrases = (struct sy_strings){.at = &phrase, .n = *phrase ? 1 : 0};
	article.lookup = NULL; /* what the article had before is sound, and its placeholders need its look-up */
	article.followups.n = 0;
	if (whole->lookup || !*field(adding, fields, ANSWER))
		article.answer = article.none = NULL;
	if (!sy_content_check(&check))
		return 0;
	return sy_problem_set(adding->why, EINVAL, "%s", first.problem.text);
}

static int add_line(struct adding *adding, const struct sy_strings *fields, int line)
{
	const char *phrase;
	int err;

	if (fields->n != adding->n_columns)
		return sy_problem_at(adding->why, EINVAL, adding->csv.name, line, 0,
			"%zu fields for %zu columns; put a text with a comma in quotes", fields->n, adding->n_columns);
	if (!*field(adding, fields, ARTICLE))
		return sy_problem_at(
			adding->why, EINVAL, adding->csv.name, line, 0, "the article is missing in this line");
	phrase = field(adding, fields, PHRASE);
	err = find_article(adding, field(adding, fields, ARTICLE));
	if (!err)
		err = set_fields(adding, fields);
	if (!err)
		err = check_line(adding, fields, line);
	if (!err && *phrase)
		err = add_phrase(adding, phrase);
	return err;
}

static int check_bounds(struct adding *adding)
{
	if (adding->content->n_articles > SY_ARTICLES_MAX)
		return sy_problem_set(adding->why, EINVAL, "%s: more than %d articles; leave some out",
			adding->csv.name, SY_ARTICLES_MAX);
	if (adding->n_used > SY_PHRASES_MAX)
		return sy_problem_set(adding->why, EINVAL, "%s: more than %d phrases in all; leave some out",
			adding->csv.name, SY_PHRASES_MAX);
	return 0;
}

static int add_lines(struct adding *adding)
{
	int err = read_header(adding);

	while (!err) {
		struct sy_strings fields = {0};
		int line = 0;

		err = sy_csv_next(&adding->csv, &fields, &line, adding->why);
		if (!err)
			err = add_line(adding, &fields, line);
		if (!err)
			err = check_bounds(adding);
		sy_strings_reset(&fields);
	}
	return err == ENOENT ? 0 : err;
}

int sy_content_csv_read(const char *name, const void *bytes, size_t n, struct sy_content *content,
	struct sy_csv_added *ret_added, struct sy_problem *why)
{
	struct adding adding = {.content = content, .last = SIZE_MAX, .why = why};
	int err;

	if (n > SY_CONTENT_BYTES_MAX)
		return sy_problem_set(why, EFBIG, "%s: larger than %u MiB; split it", name, SY_CONTENT_BYTES_MAX >> 20);
	adding.added.touched = calloc(content->n_articles + 1, sizeof(bool));
	err = adding.added.touched ? sy_csv_begin(name, bytes, n, &adding.csv, why) : ENOMEM;
	if (!err)
		err = remember_all(&adding);
	if (!err)
		err = add_lines(&adding);
	free(adding.known);
	if (err == ENOMEM)
		(void)sy_problem_set(why, err, "%s: out of memory", name);
	if (err)
		sy_csv_added_reset(&adding.added);
	else
		*ret_added = adding.added;
	return err;
}

void sy_csv_added_reset(struct sy_csv_added *added)
{
	free(added->touched);
	*added = (struct sy_csv_added){0};
}
