#include "kb/publish.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "grammars/jsgf.h"
#include "kb/compile.h"
#include "kb/content_check.h"
#include "kb/content_json.h"
#include "kb/search.h"
#include "kb/version.h"
#include "kb/working.h"

/* A publish on its way. */
struct work {
	struct sy_store *store;
	const struct sy_publish *how;
	struct sy_content content; /* drafts included */
	char *json;
	struct sy_text grammar;
	void *model;
	size_t n_model;
	size_t n_refused;
	struct sy_problem first; /* the first reason */
};

enum { STEPS = 4 };

static void progress(const struct work *work, const char *doing, size_t done)
{
	if (work->how->progress)
		work->how->progress(work->how->progress_arg, doing, done, STEPS);
}

static void refuse(struct work *work, const char *line)
{
	if (!work->n_refused++)
		(void)sy_problem_set(&work->first, EINVAL, "%s", line);
	if (work->how->refused)
		work->how->refused(work->how->refused_arg, line);
}

static void found(void *arg, const struct sy_fault *fault)
{
	refuse(arg, fault->text);
}

/* What callers can say anywhere; an article of that name could not be told from it. */
static bool is_universal(const char *id)
{
	static const char *const universals[] = {
		"agent", "repeat", "slower", "louder", "help", "go-back", "start-over", "goodbye", "yes", "no"};

	for (size_t i = 0; i < sizeof(universals) / sizeof(*universals); i++)
		if (!strcmp(universals[i], id))
			return true;
	return false;
}

static void check_ids(struct work *work)
{
	struct sy_problem line;

	for (size_t i = 0; i < work->content.n_articles; i++) {
		const struct sy_article *article = &work->content.articles[i];

		if (!article->answer || !is_universal(article->id))
			continue;
		(void)sy_problem_set(&line, EINVAL,
			"article %s: callers say this word to Sayso itself at any time; give the article another id",
			article->id);
		refuse(work, line.text);
	}
}

/* What a call would see: shallow, only `articles` is to be freed. */
static int without_drafts(const struct sy_content *all, struct sy_content *ret_published)
{
	struct sy_content published = *all;

	published.articles = calloc(all->n_articles + 1, sizeof(*all->articles));
	if (!published.articles)
		return ENOMEM;
	published.n_articles = 0;
	for (size_t i = 0; i < all->n_articles; i++)
		if (all->articles[i].answer)
			published.articles[published.n_articles++] = all->articles[i];
	*ret_published = published;
	return 0;
}

static int check_calls(struct work *work)
{
	struct sy_content published;
	struct sy_problem reason = {""};
	int err = work->how->check ? without_drafts(&work->content, &published) : 0;

	if (err || !work->how->check)
		return err;
	err = work->how->check(&published, work->how->check_arg, &reason);
	free(published.articles);
	if (err == ENOMEM)
		return err;
	if (err)
		refuse(work, reason.text[0] ? reason.text : strerror(err));
	return 0;
}

static int check_grammar(struct work *work)
{
	struct sy_graph *graph = NULL;
	struct sy_problem reason = {""};
	int err = sy_compile_articles(&work->content, work->store, &work->grammar, &reason);

	/* Nothing but drafts: there is no grammar, and no call needs one. */
	if (!err && !strstr(sy_text_str(&work->grammar), "\npublic <"))
		sy_text_reset(&work->grammar);
	else if (!err)
		err = sy_jsgf_graph_text("articles", work->grammar.s, work->grammar.len, &graph, &reason);
	sy_graph_destroy(graph);
	if (err && err != ENOMEM)
		refuse(work, reason.text[0] ? reason.text : strerror(err));
	return err == ENOMEM ? err : 0;
}

static int check(struct work *work)
{
	struct sy_content_check content_check = {.content = &work->content, .found = found, .arg = work};
	int err = 0;

	progress(work, "checking", 0);
	if (!sy_content_check(&content_check)) {
		content_check.store = work->store;
		(void)sy_content_check(&content_check);
	}
	check_ids(work);
	if (!work->n_refused)
		err = check_calls(work);
	progress(work, "compiling", 1);
	if (!err && !work->n_refused)
		err = check_grammar(work);
	return err;
}

static int refusal(const struct work *work, struct sy_problem *why)
{
	if (work->n_refused == 1)
		return sy_problem_set(why, EINVAL, "not published: %.700s", work->first.text);
	return sy_problem_set(
		why, EINVAL, "not published, for %zu reasons; the first: %.650s", work->n_refused, work->first.text);
}

static void count(const struct sy_content *content, struct sy_published *published)
{
	for (size_t i = 0; i < content->n_articles; i++) {
		const struct sy_article *article = &content->articles[i];

		published->articles += article->answer != NULL;
		published->drafts += article->answer == NULL;
		published->phrases += article->answer ? article->phrases.n : 0;
	}
}

/* Is the content that of the newest version? Then ret_published has its id. */
static int compare(struct work *work, struct sy_published *ret_published, struct sy_problem *why)
{
	struct sy_problem none;
	char *newest = NULL;
	int64_t id = 0;
	int err = sy_content_json_write(&work->content, &work->json);

	if (err)
		return err;
	err = sy_version_json(work->store, 0, &id, &newest, &none);
	if (err == ENOENT) {
		ret_published->changed = true;
		return 0;
	}
	if (err)
		return sy_problem_set(why, err, "%s", none.text);
	ret_published->version = id;
	ret_published->changed = !newest || strcmp(newest, work->json) != 0;
	free(newest);
	return 0;
}

/* Checks the content and makes what goes with it. EINVAL: refused. */
static int prepare(struct work *work, struct sy_problem *why)
{
	int err = check(work);

	if (!err && work->n_refused)
		return refusal(work, why);
	if (!err && work->how->alike)
		err = sy_lint_sounds(&work->content, work->store, work->how->alike, work->how->alike_arg, why);
	progress(work, "training", 2);
	if (!err)
		err = sy_search_train(&work->content, &work->model, &work->n_model, why);
	return err;
}

static int add(struct work *work, struct sy_published *published, struct sy_problem *why)
{
	const struct sy_version_new version = {.by = work->how->by,
		.note = work->how->note,
		.content = &work->content,
		.json = work->json,
		.grammar = sy_text_str(&work->grammar),
		.model = work->model,
		.n_model = work->n_model};

	return sy_version_add(work->store, &version, &published->version, why);
}

/* What the version is made of must still be the working copy: checking and training took seconds without a lock. */
static int check_unchanged(struct work *work, struct sy_problem *why)
{
	struct sy_content now = {0};
	char *json = NULL;
	int err = sy_working_load(work->store, SY_WORKING_ARTICLES, &now, why);

	if (!err)
		err = sy_content_json_write(&now, &json);
	if (!err && strcmp(json, work->json) != 0)
		err = sy_problem_set(why, EBUSY, "%s: changed by another program meanwhile; publish again",
			sy_store_path(work->store));
	free(json);
	sy_content_reset(&now);
	return err;
}

/* One transaction: the version, and for a rollback the working copy. */
static int write_version(struct work *work, bool rollback, struct sy_published *published, struct sy_problem *why)
{
	int err = sy_store_begin(work->store, why);

	if (err)
		return err;
	progress(work, "writing", 3);
	err = rollback ? sy_working_replace(work->store, &work->content, why) : check_unchanged(work, why);
	if (!err && published->changed)
		err = add(work, published, why);
	if (!err)
		err = sy_store_commit(work->store, why);
	else
		sy_store_rollback(work->store);
	return err;
}

/* Makes a version of work->content, if it is not that of the newest one. */
static int publish(struct work *work, bool rollback, struct sy_published *ret_published, struct sy_problem *why)
{
	struct sy_published published = {0};
	int err = compare(work, &published, why);

	if (!err && published.changed)
		err = prepare(work, why);
	if (!err && (published.changed || rollback))
		err = write_version(work, rollback, &published, why);
	if (err)
		return err;
	progress(work, "writing", STEPS);
	count(&work->content, &published);
	*ret_published = published;
	return 0;
}

static int end(struct work *work, int err, struct sy_problem *why)
{
	sy_content_reset(&work->content);
	free(work->json);
	sy_text_reset(&work->grammar);
	free(work->model);
	if (err == ENOMEM)
		(void)sy_problem_set(why, err, "out of memory");
	return err;
}

/* One moment's working copy: other writers may be at work between two reads. */
static int load_working(struct sy_store *store, struct sy_content *ret_content, struct sy_problem *why)
{
	int err = sy_store_run(store, "BEGIN", "read it", why);

	if (err)
		return err;
	err = sy_working_load(store, SY_WORKING_ARTICLES, ret_content, why);
	sy_store_rollback(store);
	return err;
}

int sy_publish(struct sy_store *store, const struct sy_publish *how, struct sy_published *ret_published,
	struct sy_problem *why)
{
	struct work work = {.store = store, .how = how};
	int err = load_working(store, &work.content, why);

	if (!err)
		err = publish(&work, false, ret_published, why);
	return end(&work, err, why);
}

/* The version before the newest. */
static int find_previous(struct sy_store *store, int64_t *ret_version, struct sy_problem *why)
{
	sqlite3_stmt *row = NULL;
	int err = sy_store_prepare(store, "SELECT id FROM version ORDER BY id DESC LIMIT 1 OFFSET 1", &row, why);
	int rc = err ? SQLITE_DONE : sqlite3_step(row);

	if (rc == SQLITE_ROW)
		*ret_version = sqlite3_column_int64(row, 0);
	else if (!err)
		err = sy_problem_set(why, ENOENT, "%s: there is no older version to go back to", sy_store_path(store));
	sqlite3_finalize(row);
	return err;
}

/* Moves the drafts that `old` does not have from the working copy to its end. */
static int keep_drafts(struct sy_store *store, struct sy_content *old, struct sy_problem *why)
{
	struct sy_content now = {0};
	int err = load_working(store, &now, why);

	for (size_t i = 0; i < now.n_articles && !err; i++) {
		struct sy_article *kept;

		if (now.articles[i].answer || sy_content_article(old, now.articles[i].id))
			continue;
		kept = sy_content_add_article(old);
		if (!kept) {
			err = ENOMEM;
			break;
		}
		*kept = now.articles[i];
		now.articles[i] = (struct sy_article){0};
	}
	sy_content_reset(&now);
	return err;
}

int sy_publish_rollback(struct sy_store *store, int64_t version, const struct sy_publish *how,
	struct sy_published *ret_published, struct sy_problem *why)
{
	struct work work = {.store = store, .how = how};
	struct sy_version_data old = {0};
	int err = version ? 0 : find_previous(store, &version, why);

	if (!err)
		err = sy_version_load(store, version, &old, why);
	if (!err) {
		work.content = old.content;
		old.content = (struct sy_content){0};
		err = keep_drafts(store, &work.content, why);
	}
	if (!err)
		err = publish(&work, true, ret_published, why);
	sy_version_data_reset(&old);
	return end(&work, err, why);
}
