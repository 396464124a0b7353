#include "engine/run/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/place.h"
#include "engine/run/edition.h"
#include "engine/run/job.h"
#include "engine/run/late_recogniser.h"
#include "grammars/jsgf.h"

struct sy_session {
	struct sy_store *store;        /* look-ups: the line's thread */
	struct sy_store *record_store; /* records: never waits */
	struct sy_store *desk_store;   /* the desk: the worker's thread */
	struct sy_edition *edition;
	struct sy_recogniser *recogniser;
	struct sy_synthesiser *synthesiser;
	struct sy_handoff *handoff;
};

int sy_session_voice(struct sy_synthesiser **ret_synthesiser, struct sy_problem *why)
{
	struct sy_synthesiser *flite = NULL;
	char *folder = NULL;
	int err = sy_synthesiser_flite_create(&flite, why);

	if (err)
		return err;
	/* A home that cannot be written to costs time, not the call: the cache then lives in memory. */
	(void)sy_place_user_cache("speech", &folder, NULL);
	err = sy_speech_cache_create(flite, folder, ret_synthesiser, why);
	free(folder);
	return err;
}

static int open_stores(struct sy_session *session, const char *db, struct sy_problem *why)
{
	char *demo = NULL;
	int err = db ? 0 : sy_store_demo_path(&demo, why);

	db = db ? db : demo;
	if (!err)
		err = sy_store_open(db, SY_STORE_WRITE, &session->store, why);
	if (!err)
		err = sy_store_open(db, SY_STORE_WRITE, &session->record_store, why);
	if (!err)
		err = sy_store_open(db, SY_STORE_WRITE, &session->desk_store, why);
	free(demo);
	return err;
}

/* Opens the recogniser with the articles' grammar. */
static int open_ears(void *arg, struct sy_recogniser **ret_recogniser, struct sy_problem *why)
{
	const struct sy_session *session = arg;
	const struct sy_edition *edition = session->edition;
	const char *jsgf = sy_snapshot_grammar(edition->snapshot);
	struct sy_recogniser *recogniser = NULL;
	struct sy_graph *graph = NULL;
	int err = sy_recogniser_sphinx_create(&recogniser, why);

	if (!err)
		err = sy_recogniser_pronounce(recogniser, sy_snapshot_words(edition->snapshot), why);
	if (!err)
		err = sy_jsgf_graph_text(edition->grammar, jsgf, strlen(jsgf), &graph, why);
	if (!err)
		err = sy_recogniser_load(recogniser, edition->grammar, graph, why);
	sy_graph_destroy(graph);
	if (err)
		sy_recogniser_destroy(recogniser);
	else
		*ret_recogniser = recogniser;
	return err;
}

int sy_session_open(const char *db, struct sy_session **ret_session, struct sy_problem *why)
{
	struct sy_session *session = calloc(1, sizeof *session);
	int err;

	if (!session)
		return ENOMEM;
	sy_job_return_memory();
	err = open_stores(session, db, why);
	if (!err)
		err = sy_edition_open(session->store, 0, &session->edition, why);
	if (!err)
		err = sy_session_voice(&session->synthesiser, why);
	if (!err)
		err = sy_handoff_desk_create(session->desk_store, &session->handoff, why);
	if (!err)
		err = sy_late_recogniser_create(open_ears, session, &session->recogniser);
	if (err)
		sy_session_close(session);
	else
		*ret_session = session;
	return err;
}

void sy_session_close(struct sy_session *session)
{
	if (!session)
		return;
	sy_handoff_destroy(session->handoff);
	sy_synthesiser_destroy(session->synthesiser);
	sy_recogniser_destroy(session->recogniser);
	sy_edition_let_go(session->edition);
	sy_store_close(session->desk_store);
	sy_store_close(session->record_store);
	sy_store_close(session->store);
	free(session);
}

struct sinks {
	struct sy_record *record;
	sy_event_h *event;
	void *arg;
};

static void to_sinks(const struct sy_event *event, void *arg)
{
	const struct sinks *sinks = arg;

	sy_record_event(event, sinks->record);
	if (sinks->event)
		sinks->event(event, sinks->arg);
}

int sy_session_run(struct sy_session *session, struct sy_session_call *call, struct sy_problem *why)
{
	struct sinks sinks = {.event = call->event, .arg = call->arg};
	struct sy_line_prm prm = {.store = session->store,
		.bridge = call->bridge,
		.snapshot = session->edition->snapshot,
		.search = session->edition->search,
		.prompts = session->edition->prompts,
		.articles_grammar = session->edition->grammar,
		.case_key = call->case_key,
		.now = call->now,
		.reply = call->reply,
		.event = to_sinks,
		.arg = &sinks,
		.max_s = call->max_s,
		.stop = call->stop};
	struct sy_job_tools tools = {
		.recogniser = session->recogniser, .synthesiser = session->synthesiser, .handoff = session->handoff};
	char key[SY_CASE_KEY_BYTES];
	int err = 0;

	if (!call->case_key) {
		err = sy_record_free_key(session->record_store, key, why);
		prm.case_key = key;
	}
	if (!err)
		err = sy_record_create(session->record_store, call->bridge->impl->name, &sinks.record);
	/* On a live line the first turn must not wait for the recogniser; on a virtual clock the first prompt need not.
	 */
	if (!err && call->bridge->impl->real_time)
		err = sy_late_recogniser_ready(session->recogniser, why);
	if (!err)
		err = call->bridge->impl->real_time ? sy_worker_thread_create(&tools, &prm.worker)
						    : sy_worker_virtual_create(&tools, &prm.worker);
	if (err) {
		(void)sy_record_finish(sinks.record, NULL);
		return err;
	}
	err = sy_line_run(&prm, why);
	/* Before the record: a hand-off that is still at the desk belongs to this call. */
	sy_worker_destroy(prm.worker);
	if (!err)
		err = sy_late_recogniser_trouble(session->recogniser, why);
	call->record_id = sy_record_id(sinks.record);
	(void)sy_record_finish(sinks.record, &call->record_why);
	/* After the record, which waits for another writer. */
	(void)sy_handoff_settle(session->handoff, &call->desk_why);
	return err;
}

/* FNV-1a, 64 bits (draft-eastlake-fnv): spreads short strings well, and is the same everywhere. */
void sy_session_key_of(const char *const *paths, size_t n, char *ret_key)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t i = 0; i < n; i++) {
		const char *slash = strrchr(paths[i], '/');
		const char *c = slash ? slash + 1 : paths[i];

		do {
			hash = (hash ^ (unsigned char)*c) * 0x100000001b3u;
		} while (*c++);
	}
	(void)snprintf(ret_key, SY_CASE_KEY_BYTES, "%05u", (unsigned)(10000 + hash % 90000));
}
