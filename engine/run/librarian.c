#include "engine/run/librarian.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mailbox.h"
#include "engine/speak/rehearsal.h"
#include "kb/version.h"

/* Reloads and blames that wait; a person who asks for a hundred reloads gets one. */
#define ORDERS_MAX 64

struct order {
	bool reload;
	uint32_t blamed; /* a crew, 0: none */
};

struct sy_librarian {
	struct sy_librarian_prm prm;
	struct sy_store *store;
	struct sy_mailbox *orders;
	pthread_t thread;
	bool started;
	atomic_bool leaving;
	pthread_mutex_t lock; /* of `present` */
	struct sy_edition *present;
	/* the thread's own */
	struct sy_edition *former[SY_POOL_EDITIONS_MAX]; /* that calls may still have */
	int64_t aside[SY_LIBRARIAN_ASIDE_MAX];
	size_t n_aside;
	int64_t failed; /* a version that could not be opened for a reason that may pass, and was logged */
};

static void trouble(struct sy_librarian *librarian, enum sy_trouble which, bool there)
{
	if (librarian->prm.status)
		sy_status_trouble(librarian->prm.status, which, there);
}

static bool is_aside(const struct sy_librarian *librarian, int64_t version)
{
	for (size_t i = 0; i < librarian->n_aside; i++)
		if (librarian->aside[i] == version)
			return true;
	return false;
}

static void set_aside(struct sy_librarian *librarian, int64_t version, const char *why)
{
	if (librarian->n_aside == SY_LIBRARIAN_ASIDE_MAX)
		memmove(librarian->aside, librarian->aside + 1, --librarian->n_aside * sizeof librarian->aside[0]);
	librarian->aside[librarian->n_aside++] = version;
	sy_metrics_add(librarian->prm.metrics, SY_METRIC_VERSIONS_SET_ASIDE, NULL, 1);
	sy_log(librarian->prm.log, SY_LOG_ERROR, "version-set-aside", NULL,
		SY_LOG_FIELDS(SY_LOG_WHOLE("version", version), SY_LOG_TEXT("why", why)));
	trouble(librarian, SY_TROUBLE_VERSION, true);
}

struct search {
	const struct sy_librarian *librarian;
	int64_t found;
};

static void look_at(void *arg, const struct sy_version *version)
{
	struct search *search = arg;

	if (!search->found && !is_aside(search->librarian, version->id))
		search->found = version->id;
}

/* The newest version that was not set aside; ENOENT: there is none. */
static int find_version(struct sy_librarian *librarian, int64_t *ret_version, struct sy_problem *why)
{
	struct search search = {.librarian = librarian};
	int err = sy_versions_list(librarian->store, look_at, &search, why);

	if (!err && !search.found)
		err = sy_problem_set(why, ENOENT, "there is no published version that can be used");
	if (!err)
		*ret_version = search.found;
	return err;
}

/* An edition with workers that know it. */
static int open_edition(
	struct sy_librarian *librarian, int64_t version, struct sy_edition **ret_edition, struct sy_problem *why)
{
	struct sy_edition *edition = NULL;
	struct sy_strings sayings = {0};
	struct sy_lesson lesson;
	int err = sy_edition_open(librarian->store, version, &edition, why);

	if (err)
		return err;
	/* Without memory for them nothing is said ahead. */
	(void)sy_rehearsal_sentences(edition->prompts, sy_snapshot_content(edition->snapshot), &sayings);
	lesson = (struct sy_lesson){.grammar = edition->grammar,
		.jsgf = sy_snapshot_grammar(edition->snapshot),
		.words = sy_snapshot_words(edition->snapshot),
		.sayings = &sayings};
	err = sy_edition_read_ahead(edition, librarian->store);
	if (!err)
		err = sy_pool_open(librarian->prm.pool, &lesson, &edition->crew, why);
	sy_strings_reset(&sayings);
	if (err)
		sy_edition_let_go(edition);
	else
		*ret_edition = edition;
	return err;
}

/* Is it the version's own fault, or may the same be tried again? */
static bool is_its_fault(int err)
{
	return err == EINVAL || err == EIO || err == E2BIG || err == EBADMSG;
}

/* Calls that have the old one keep it; there is a place for it, because the pool has as many. */
static void present(struct sy_librarian *librarian, struct sy_edition *edition)
{
	struct sy_edition *old;

	(void)pthread_mutex_lock(&librarian->lock);
	old = librarian->present;
	librarian->present = edition;
	(void)pthread_mutex_unlock(&librarian->lock);
	for (size_t i = 0; old && i < SY_POOL_EDITIONS_MAX; i++) {
		if (!librarian->former[i]) {
			librarian->former[i] = old;
			break;
		}
	}
	librarian->failed = 0;
	sy_metrics_set(librarian->prm.metrics, SY_METRIC_KB_VERSION, NULL, (double)sy_edition_version(edition));
	sy_log(librarian->prm.log, SY_LOG_INFO, "content", NULL,
		SY_LOG_FIELDS(
			SY_LOG_WHOLE("version", sy_edition_version(edition)), SY_LOG_WHOLE("edition", edition->crew)));
}

/* Opens the newest version that can be had; those that cannot are set aside on the way. */
static int renew(struct sy_librarian *librarian, struct sy_problem *why)
{
	struct sy_edition *edition = NULL;
	int64_t version = 0;
	int err;

	do {
		err = find_version(librarian, &version, why);
		if (!err)
			err = open_edition(librarian, version, &edition, why);
		if (err && version && is_its_fault(err)) {
			set_aside(librarian, version, why->text);
			version = 0;
			err = EAGAIN;
		}
	} while (err == EAGAIN);
	if (!err)
		present(librarian, edition);
	return err;
}

/* Lets go of editions that no call has any more. */
static void retire(struct sy_librarian *librarian, bool all)
{
	for (size_t i = 0; i < SY_POOL_EDITIONS_MAX; i++) {
		struct sy_edition *edition = librarian->former[i];

		if (!edition || (!all && atomic_load(&edition->holders) > 1))
			continue;
		sy_pool_close(librarian->prm.pool, edition->crew);
		sy_log(librarian->prm.log, SY_LOG_INFO, "edition-let-go", NULL,
			SY_LOG_FIELDS(SY_LOG_WHOLE("version", sy_edition_version(edition)),
				SY_LOG_WHOLE("edition", edition->crew)));
		sy_edition_let_go(edition);
		librarian->former[i] = NULL;
	}
}

static void report(struct sy_librarian *librarian, int err, const struct sy_problem *why)
{
	struct sy_labels labels = {err ? "failed" : "done", NULL};

	sy_metrics_add(librarian->prm.metrics, SY_METRIC_RELOADS, &labels, 1);
	trouble(librarian, SY_TROUBLE_RELOAD, err != 0);
	if (err)
		sy_log(librarian->prm.log, SY_LOG_ERROR, "reload-failed", NULL,
			SY_LOG_FIELDS(SY_LOG_TEXT("why", why->text)));
}

/* Has another version become the newest? */
static void look(struct sy_librarian *librarian)
{
	int64_t present_version = sy_edition_version(librarian->present);
	struct sy_problem why = {0};
	int64_t version = 0;
	int err = find_version(librarian, &version, &why);

	if (!err && version != present_version && version != librarian->failed) {
		err = renew(librarian, &why);
		if (err)
			librarian->failed = version;
		report(librarian, err, &why);
		if (!err && sy_edition_version(librarian->present) == version)
			trouble(librarian, SY_TROUBLE_VERSION, false);
	} else if (!err) {
		(void)sy_slot_book_refresh(librarian->present->book, librarian->store);
	}
	retire(librarian, false);
}

/* Where there is nothing to go back to, a version that fails one caller is better than none. */
static void take_blame(struct sy_librarian *librarian, uint32_t crew)
{
	int64_t version = sy_edition_version(librarian->present);
	struct sy_problem why = {0};
	int64_t other = 0;
	int err;

	if (crew != librarian->present->crew)
		return;
	set_aside(librarian, version, "two speech workers died over a turn that was heard with it");
	err = find_version(librarian, &other, &why);
	if (!err)
		err = renew(librarian, &why);
	if (!err)
		return;
	for (size_t i = 0; i < librarian->n_aside; i++)
		if (librarian->aside[i] == version)
			librarian->aside[i] = 0;
	sy_log(librarian->prm.log, SY_LOG_ERROR, "version-kept", NULL,
		SY_LOG_FIELDS(SY_LOG_WHOLE("version", version), SY_LOG_TEXT("why", why.text)));
}

static void obey(struct sy_librarian *librarian, const struct order *order)
{
	struct sy_problem why = {0};

	if (order->reload) {
		/* What was wrong may have been put right: a prompt, a model, memory. */
		librarian->n_aside = 0;
		trouble(librarian, SY_TROUBLE_VERSION, false);
		report(librarian, renew(librarian, &why), &why);
	}
	if (order->blamed)
		take_blame(librarian, order->blamed);
}

static void *work(void *arg)
{
	struct sy_librarian *librarian = arg;

	while (!atomic_load(&librarian->leaving)) {
		struct order *order = sy_mailbox_wait_for(librarian->orders, librarian->prm.poll_s * 1000);

		if (order)
			obey(librarian, order);
		else if (!atomic_load(&librarian->leaving))
			look(librarian);
		free(order);
	}
	return NULL;
}

int sy_librarian_create(const struct sy_librarian_prm *prm, struct sy_librarian **ret_librarian, struct sy_problem *why)
{
	struct sy_librarian *librarian = calloc(1, sizeof *librarian);
	int err;

	if (!librarian)
		return ENOMEM;
	librarian->prm = *prm;
	(void)pthread_mutex_init(&librarian->lock, NULL); /* cannot fail with default attributes */
	err = sy_store_open(prm->db, SY_STORE_WRITE, &librarian->store, why);
	if (!err)
		err = sy_mailbox_create(ORDERS_MAX, &librarian->orders);
	if (!err)
		err = renew(librarian, why);
	if (!err)
		err = pthread_create(&librarian->thread, NULL, work, librarian);
	librarian->started = !err;
	librarian->prm.db = NULL;
	if (err)
		sy_librarian_destroy(librarian);
	else
		*ret_librarian = librarian;
	return err;
}

void sy_librarian_destroy(struct sy_librarian *librarian)
{
	struct order *order;

	if (!librarian)
		return;
	atomic_store(&librarian->leaving, true);
	if (librarian->started) {
		sy_mailbox_close(librarian->orders);
		(void)pthread_join(librarian->thread, NULL);
	}
	while (librarian->orders && (order = sy_mailbox_take(librarian->orders)))
		free(order);
	retire(librarian, true);
	if (librarian->present)
		sy_pool_close(librarian->prm.pool, librarian->present->crew);
	sy_edition_let_go(librarian->present);
	sy_mailbox_destroy(librarian->orders);
	sy_store_close(librarian->store);
	(void)pthread_mutex_destroy(&librarian->lock);
	free(librarian);
}

struct sy_edition *sy_librarian_edition(struct sy_librarian *librarian)
{
	struct sy_edition *edition;

	(void)pthread_mutex_lock(&librarian->lock);
	edition = sy_edition_hold(librarian->present);
	(void)pthread_mutex_unlock(&librarian->lock);
	return edition;
}

static void put_order(struct sy_librarian *librarian, struct order what)
{
	struct order *order = malloc(sizeof *order);

	if (!order)
		return;
	*order = what;
	if (sy_mailbox_put(librarian->orders, order))
		free(order);
}

void sy_librarian_reload(struct sy_librarian *librarian)
{
	put_order(librarian, (struct order){.reload = true});
}

void sy_librarian_blame(struct sy_librarian *librarian, uint32_t crew)
{
	put_order(librarian, (struct order){.blamed = crew});
}
