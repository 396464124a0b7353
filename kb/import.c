#include "kb/import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/text.h"
#include "kb/content_csv.h"
#include "kb/content_yaml.h"
#include "kb/version.h"
#include "kb/working.h"

/* One file's bytes. */
struct source {
	const char *name;
	const void *bytes;
	size_t n;
	struct sy_content_file file; /* of a YAML source */
};

struct importing {
	struct sy_store *store;
	struct source *sources;
	size_t n_sources;
	struct sy_content base;  /* the working copy before */
	struct sy_content after; /* and then */
	struct sy_problem *why;
	struct sy_problem first; /* the first fault of what came out */
};

static bool ends_in(const char *name, const char *end)
{
	size_t n = strlen(name), m = strlen(end);

	return n >= m && !strcasecmp(name + n - m, end);
}

static bool is_csv(const struct source *source)
{
	const char *name = source->name, *bytes = source->bytes;
	size_t n = source->n;
	const char *line_end = n ? memchr(bytes, '\n', n) : NULL;
	size_t first = line_end ? (size_t)(line_end - bytes) : n;

	if (ends_in(name, ".csv"))
		return true;
	if (ends_in(name, ".yaml") || ends_in(name, ".yml"))
		return false;
	return first && memchr(bytes, ',', first) && !memchr(bytes, ':', first) &&
	       memmem(bytes, first, "article", strlen("article"));
}

/* The item of a source's content that became the faulty one; false where another source, or none, brought it. */
static bool find_item(const struct importing *importing, const struct source *source, struct sy_fault *fault)
{
	const struct sy_content *after = &importing->after;
	const struct sy_content *content = &source->file.content;

	if (fault->part == SY_PART_ARTICLE) {
		const struct sy_article *found = sy_content_article(content, after->articles[fault->item].id);

		fault->item = found ? (size_t)(found - content->articles) : 0;
		return found != NULL;
	}
	if (fault->part == SY_PART_LOOKUP) {
		const struct sy_lookup *found = sy_content_lookup(content, after->lookups[fault->item].name);

		fault->item = found ? (size_t)(found - content->lookups) : 0;
		return found != NULL;
	}
	if (fault->part == SY_PART_COMPANY)
		return content->company || content->greeting || content->wrong_answers;
	return false;
}

static void keep_first(void *arg, const struct sy_fault *fault)
{
	struct importing *importing = arg;

	if (importing->first.text[0])
		return;
	for (size_t i = 0; i < importing->n_sources; i++) {
		const struct source *source = &importing->sources[i];
		struct sy_fault there = *fault;

		if (!source->file.tree || !find_item(importing, source, &there))
			continue;
		(void)sy_problem_at(&importing->first, EINVAL, source->name,
			sy_content_yaml_line(&source->file, &there), 0, "%s", fault->text);
		return;
	}
	(void)sy_problem_at(&importing->first, EINVAL, importing->sources[0].name, 0, 0, "%s", fault->text);
}

/* Look-ups and what depends on their columns, now that the data tables are in place. */
static int check_lookups(struct importing *importing)
{
	const struct sy_content_check check = {
		.content = &importing->after, .store = importing->store, .found = keep_first, .arg = importing};
	int err = sy_working_load(importing->store, SY_WORKING_ARTICLES, &importing->after, importing->why);

	if (err)
		return err;
	if (sy_content_check(&check))
		return sy_problem_set(importing->why, EINVAL, "%s", importing->first.text);
	return 0;
}

static void keep_published(void *arg, const struct sy_fault *fault)
{
	struct importing *importing = arg;

	if (!importing->first.text[0])
		(void)sy_problem_set(&importing->first, EINVAL,
			"%s: would break the published version, which reads the same data tables: %s",
			importing->sources[0].name, fault->text);
}

/* Data tables are live, so a table that changes its columns must not break the calls of this minute. */
static int check_published(struct importing *importing)
{
	struct sy_version_data newest = {0};
	struct sy_content_check check = {
		.content = &newest.content, .store = importing->store, .found = keep_published, .arg = importing};
	struct sy_problem none;
	size_t n_tables = 0;
	int err;

	for (size_t i = 0; i < importing->n_sources; i++)
		n_tables += importing->sources[i].file.content.n_tables;
	if (!n_tables)
		return 0;
	err = sy_version_load(importing->store, 0, &newest, &none);
	if (err)
		return err == ENOENT ? 0 : sy_problem_set(importing->why, err, "%s", none.text);
	if (sy_content_check(&check))
		err = sy_problem_set(importing->why, EINVAL, "%s", importing->first.text);
	sy_version_data_reset(&newest);
	return err;
}

/* Everything that a reference may name: the working copy and all sources. Shallow, only the two arrays are owned. */
static int unite(const struct importing *importing, struct sy_content *ret_all)
{
	struct sy_content all = {0};
	size_t n_articles = importing->base.n_articles, n_lookups = importing->base.n_lookups;

	for (size_t i = 0; i < importing->n_sources; i++) {
		n_articles += importing->sources[i].file.content.n_articles;
		n_lookups += importing->sources[i].file.content.n_lookups;
	}
	all.articles = calloc(n_articles + 1, sizeof(*all.articles));
	all.lookups = calloc(n_lookups + 1, sizeof(*all.lookups));
	if (!all.articles || !all.lookups) {
		free(all.articles);
		free(all.lookups);
		return ENOMEM;
	}
	for (size_t i = 0; i <= importing->n_sources; i++) {
		const struct sy_content *part = i ? &importing->sources[i - 1].file.content : &importing->base;

		all.company = part->company ? part->company : all.company;
		for (size_t j = 0; j < part->n_articles; j++)
			all.articles[all.n_articles++] = part->articles[j];
		for (size_t j = 0; j < part->n_lookups; j++)
			all.lookups[all.n_lookups++] = part->lookups[j];
	}
	*ret_all = all;
	return 0;
}

/* Of two names for the company, two greetings, or two words for wrong answers, only one can be meant. */
static int check_company(const struct importing *importing, size_t i, size_t j)
{
	const struct sy_content *a = &importing->sources[i].file.content, *b = &importing->sources[j].file.content;
	const char *twice = a->company && b->company               ? "company"
			    : a->greeting && b->greeting           ? "greeting"
			    : a->wrong_answers && b->wrong_answers ? "wrong_answers"
								   : NULL;

	if (!twice)
		return 0;
	return sy_problem_set(importing->why, EINVAL, "%s: the %s is in %s too; keep one", importing->sources[i].name,
		twice, importing->sources[j].name);
}

/* Two files with one article would leave it to their order which of them counts. */
static int check_apart(const struct importing *importing, size_t i)
{
	const struct sy_content *content = &importing->sources[i].file.content;

	for (size_t j = 0; j < i; j++)
		for (size_t k = 0; k < content->n_articles; k++)
			if (sy_content_article(&importing->sources[j].file.content, content->articles[k].id))
				return sy_problem_set(importing->why, EINVAL,
					"%s: the article %s is in %s too; keep one", importing->sources[i].name,
					content->articles[k].id, importing->sources[j].name);
	return 0;
}

static int check_sources(struct importing *importing)
{
	struct sy_content all;
	int err = unite(importing, &all);

	if (err)
		return err;
	for (size_t i = 0; i < importing->n_sources && !err; i++) {
		if (!importing->sources[i].file.tree)
			continue;
		err = sy_content_yaml_check(&importing->sources[i].file, &all, importing->why);
		if (!err)
			err = check_apart(importing, i);
		for (size_t j = 0; j < i && !err; j++)
			err = check_company(importing, i, j);
	}
	free(all.articles);
	free(all.lookups);
	return err;
}

static int merge_yaml(struct importing *importing, const struct source *source, struct sy_imported *imported)
{
	const struct sy_content *content = &source->file.content;

	imported->articles += content->n_articles;
	imported->phrases += sy_content_n_phrases(content);
	imported->lookups += content->n_lookups;
	imported->tables += content->n_tables;
	imported->words += content->words.n;
	imported->presented +=
		(content->company != NULL) + (content->greeting != NULL) + (content->wrong_answers != NULL);
	for (size_t i = 0; i < content->n_tables; i++)
		imported->rows += content->tables[i].n_rows;
	return sy_working_merge(importing->store, content, importing->why);
}

/* Writes the articles that the file named. */
static int merge_touched(struct importing *importing, const struct sy_csv_added *added, struct sy_imported *imported)
{
	struct sy_content touched = {0};
	int err = 0;

	touched.articles = calloc(importing->base.n_articles + 1, sizeof(*touched.articles));
	if (!touched.articles)
		return ENOMEM;
	for (size_t i = 0; i < importing->base.n_articles; i++)
		if (added->touched[i])
			touched.articles[touched.n_articles++] = importing->base.articles[i];
	err = sy_working_merge(importing->store, &touched, importing->why);
	imported->articles += touched.n_articles;
	imported->phrases += added->n_phrases;
	imported->duplicates += added->duplicates;
	free(touched.articles);
	return err;
}

static int import_csv(struct importing *importing, const struct source *source, struct sy_imported *imported)
{
	struct sy_csv_added added = {0};
	int err;

	sy_content_reset(&importing->base);
	err = sy_working_load(importing->store, SY_WORKING_ARTICLES, &importing->base, importing->why);
	if (!err)
		err = sy_content_csv_read(
			source->name, source->bytes, source->n, &importing->base, &added, importing->why);
	if (!err)
		err = merge_touched(importing, &added, imported);
	sy_csv_added_reset(&added);
	return err;
}

/* The bounds hold for what comes out, not only for each file. */
static int check_sizes(struct importing *importing)
{
	const struct sy_content *after = &importing->after;
	size_t phrases = sy_content_n_phrases(after);

	if (after->n_articles > SY_ARTICLES_MAX || phrases > SY_PHRASES_MAX || after->n_lookups > SY_LOOKUPS_MAX)
		return sy_problem_set(importing->why, EINVAL,
			"%s: with it there would be %zu articles, %zu phrases and %zu look-ups; %d, %d and %d fit",
			importing->sources[0].name, after->n_articles, phrases, after->n_lookups, SY_ARTICLES_MAX,
			SY_PHRASES_MAX, SY_LOOKUPS_MAX);
	return 0;
}

static int merge_sources(struct importing *importing, struct sy_imported *imported)
{
	int err = 0;

	for (size_t i = 0; i < importing->n_sources && !err; i++)
		if (importing->sources[i].file.tree)
			err = merge_yaml(importing, &importing->sources[i], imported);
	for (size_t i = 0; i < importing->n_sources && !err; i++)
		if (!importing->sources[i].file.tree)
			err = import_csv(importing, &importing->sources[i], imported);
	return err;
}

static int import_within(struct importing *importing, struct sy_imported *imported)
{
	int err = sy_working_load(importing->store, SY_WORKING_ARTICLES, &importing->base, importing->why);

	for (size_t i = 0; i < importing->n_sources && !err; i++) {
		struct source *source = &importing->sources[i];

		if (!is_csv(source))
			err = sy_content_yaml_parse(
				source->name, source->bytes, source->n, &source->file, importing->why);
	}
	if (!err)
		err = check_sources(importing);
	if (!err)
		err = merge_sources(importing, imported);
	if (!err)
		err = check_lookups(importing);
	if (!err)
		err = check_sizes(importing);
	if (!err)
		err = check_published(importing);
	return err;
}

static int import_sources(struct importing *importing, struct sy_imported *ret_imported)
{
	struct sy_imported imported = {0};
	int err = sy_store_begin(importing->store, importing->why);

	if (err)
		return err;
	err = import_within(importing, &imported);
	if (!err)
		err = sy_store_commit(importing->store, importing->why);
	else
		sy_store_rollback(importing->store);
	for (size_t i = 0; i < importing->n_sources; i++)
		sy_content_file_reset(&importing->sources[i].file);
	sy_content_reset(&importing->base);
	sy_content_reset(&importing->after);
	if (err == ENOMEM)
		(void)sy_problem_set(importing->why, err, "%s: out of memory", importing->sources[0].name);
	if (!err)
		*ret_imported = imported;
	return err;
}

int sy_import_bytes(struct sy_store *store, const char *name, const void *bytes, size_t n,
	struct sy_imported *ret_imported, struct sy_problem *why)
{
	struct source source = {.name = name, .bytes = bytes, .n = n};
	struct importing importing = {.store = store, .sources = &source, .n_sources = 1, .why = why};

	return import_sources(&importing, ret_imported);
}

static int read_all(int fd, struct sy_text *text)
{
	char piece[65536];

	for (;;) {
		ssize_t n = read(fd, piece, sizeof(piece));
		int err;

		if (!n)
			return 0;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		err = text->len + (size_t)n > SY_CONTENT_BYTES_MAX ? EFBIG : sy_text_add_n(text, piece, (size_t)n);
		if (err)
			return err;
	}
}

static int file_problem(const char *path, int err, struct sy_problem *why)
{
	if (err == EFBIG)
		return sy_problem_set(why, err, "%s: larger than %u MiB, the most that is read; split it", path,
			SY_CONTENT_BYTES_MAX >> 20);
	if (err == ENOENT)
		return sy_problem_set(why, err, "%s: no such file; check the name", path);
	if (err == EISDIR)
		return sy_problem_set(why, err, "%s: a folder; name a YAML or CSV file in it", path);
	return sy_problem_set(why, err, "%s: cannot be read: %s", path, strerror(err));
}

static int read_file(const char *path, struct sy_text *text, struct sy_problem *why)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int err = fd < 0 ? errno : read_all(fd, text);

	if (fd >= 0)
		(void)close(fd);
	return err ? file_problem(path, err, why) : 0;
}

int sy_import_file(struct sy_store *store, const char *path, struct sy_imported *ret_imported, struct sy_problem *why)
{
	struct sy_text text = {0};
	int err = read_file(path, &text, why);

	if (!err)
		err = sy_import_bytes(store, path, sy_text_str(&text), text.len, ret_imported, why);
	sy_text_reset(&text);
	return err;
}

int sy_import_files(struct sy_store *store, const struct sy_strings *paths, struct sy_imported *ret_imported,
	struct sy_problem *why)
{
	struct source *sources = calloc(paths->n + 1, sizeof(*sources));
	struct sy_text *texts = calloc(paths->n + 1, sizeof(*texts));
	struct importing importing = {.store = store, .sources = sources, .n_sources = paths->n, .why = why};
	int err = sources && texts ? 0 : sy_problem_set(why, ENOMEM, "out of memory");

	if (!err && (!paths->n || paths->n > SY_IMPORT_FILES_MAX))
		err = sy_problem_set(
			why, EINVAL, "%zu files to import; 1 to %d at once", paths->n, SY_IMPORT_FILES_MAX);
	for (size_t i = 0; i < paths->n && !err; i++) {
		err = read_file(paths->at[i], &texts[i], why);
		sources[i] = (struct source){.name = paths->at[i], .bytes = sy_text_str(&texts[i]), .n = texts[i].len};
	}
	if (!err)
		err = import_sources(&importing, ret_imported);
	for (size_t i = 0; texts && i < paths->n; i++)
		sy_text_reset(&texts[i]);
	free(sources);
	free(texts);
	return err;
}

int sy_export(struct sy_store *store, struct sy_text *ret_yaml, struct sy_problem *why)
{
	struct sy_content content = {0};
	int err = sy_store_run(store, "BEGIN", "read it", why);

	if (err)
		return err;
	err = sy_working_load(store, SY_WORKING_ALL, &content, why);
	sy_store_rollback(store);
	if (!err)
		err = sy_content_yaml_write(&content, ret_yaml);
	if (err == ENOMEM || err == E2BIG)
		(void)sy_problem_set(why, err, "%s: %s while exporting", sy_store_path(store), strerror(err));
	sy_content_reset(&content);
	return err;
}
