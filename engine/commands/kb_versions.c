/*
 * kb publish, log, diff, rollback: the versions of a knowledge base.
 */
#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "audio/frame.h"
#include "base/place.h"
#include "base/text.h"
#include "engine/commands/kb_verb.h"
#include "engine/converse/exit_proof.h"
#include "engine/run/session.h"
#include "engine/speak/rehearsal.h"
#include "kb/diff.h"
#include "kb/publish.h"
#include "kb/version.h"

/* Reasons shown for a refused publish; `kb lint` lists all of them. */
#define REASONS_MAX 2

/* A publish is waited for: so long in all, but for speech at least the second. The sentences that are not ready by then
 * are made when they are first said, or by the next publish. */
#define PUBLISH_MS 9000
#define REHEARSAL_LEAST_MS 2000

struct publishing {
	const struct sy_kb_asked *asked;
	struct sy_prompts *prompts;
	int64_t begun_ms;
	size_t reasons;
	size_t alike; /* pairs of phrases */
	struct sy_problem worst;
};

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int prove(const struct sy_content *content, void *arg, struct sy_problem *why)
{
	const struct publishing *publishing = arg;
	struct sy_exit_report report = {0};

	return sy_exit_proof(publishing->prompts, content, &report, why);
}

static void refuse(void *arg, const char *line)
{
	struct publishing *publishing = arg;

	if (publishing->reasons++ < REASONS_MAX)
		(void)sy_complain(publishing->asked->command, "%s", line);
}

/* Shown once the version is there, so that what was asked for comes first. */
static void note_alike(void *arg, const struct sy_sounds_alike *alike)
{
	struct publishing *publishing = arg;

	if (!publishing->alike++) {
		(void)sy_problem_set(&publishing->worst, 0, "'%.100s' (%s) and '%.100s' (%s), about %.0f in 100",
			alike->said, alike->article->id, alike->heard, alike->other->id, 100 * alike->error);
	}
}

static void show_progress(void *arg, const char *doing, size_t done, size_t total)
{
	(void)arg;
	sy_progress(doing, done, total);
}

static const char *user(void)
{
	const struct passwd *entry = getpwuid(getuid());

	return entry ? entry->pw_name : NULL;
}

static int load_prompts(struct sy_prompts **ret_prompts, struct sy_problem *why)
{
	char *folder = NULL;
	int err = sy_place_data("prompts/en", &folder, why);

	if (!err)
		err = sy_prompts_load(folder, ret_prompts, why);
	free(folder);
	return err;
}

static void print_published(const struct sy_published *published)
{
	if (!published->changed) {
		(void)printf("nothing has changed since version %lld\n", (long long)published->version);
		return;
	}
	(void)printf("version %lld: %zu article%s, %zu phrase%s", (long long)published->version, published->articles,
		published->articles == 1 ? "" : "s", published->phrases, published->phrases == 1 ? "" : "s");
	if (published->drafts)
		(void)printf(", %zu draft%s left out", published->drafts, published->drafts == 1 ? "" : "s");
	(void)putchar('\n');
}

static void print_alike(const struct publishing *publishing)
{
	char command[SY_KB_COMMAND_MAX];

	sy_kb_command(publishing->asked, command);
	if (publishing->alike)
		(void)printf("%zu pair%s of phrases will be taken for each other on a telephone, most of all %s; "
			     "%s lint lists them\n",
			publishing->alike, publishing->alike == 1 ? "" : "s", publishing->worst.text, command);
}

static void show_rehearsed(void *arg, size_t done, size_t total)
{
	(void)arg;
	sy_progress("speaking", done, total);
}

/* Without a voice or a place to keep its sounds calls make them, as before: no failure of a publish. */
static void rehearse(const struct publishing *publishing, struct sy_store *store)
{
	int left = PUBLISH_MS - (int)(now_ms() - publishing->begun_ms);
	struct sy_rehearsal rehearsal = {.prompts = publishing->prompts,
		.rate = SY_RATE_LINE,
		.ms_max = left > REHEARSAL_LEAST_MS ? left : REHEARSAL_LEAST_MS,
		.stop = sy_stop_flag(),
		.progress = show_rehearsed};
	struct sy_rehearsed rehearsed = {0};
	struct sy_snapshot *snapshot = NULL;
	struct sy_problem why;

	if (sy_snapshot_load(store, 0, &snapshot, &why) || sy_session_voice(&rehearsal.voice, &why))
		goto out;
	rehearsal.content = sy_snapshot_content(snapshot);
	if (!sy_rehearse(&rehearsal, &rehearsed) && rehearsed.ready < rehearsed.sentences)
		(void)printf("%zu of %zu sentences are ready to be said; the others take a moment when they are first "
			     "said, or publish again\n",
			rehearsed.ready, rehearsed.sentences);
out:
	sy_synthesiser_destroy(rehearsal.voice);
	sy_snapshot_destroy(snapshot);
}

/* version < 0: the working copy; else that version again. */
static int publish(const struct sy_kb_asked *asked, int64_t version, const char *note, struct sy_problem *why)
{
	struct publishing publishing = {.asked = asked, .begun_ms = now_ms()};
	struct sy_publish how = {.by = user(),
		.note = note,
		.check = prove,
		.check_arg = &publishing,
		.refused = refuse,
		.refused_arg = &publishing,
		.alike = note_alike,
		.alike_arg = &publishing,
		.progress = show_progress};
	struct sy_published published = {0};
	struct sy_store *store = NULL;
	int err = load_prompts(&publishing.prompts, why);

	if (!err)
		err = sy_kb_open(asked, SY_STORE_WRITE, &store, why);
	if (!err && version < 0)
		err = sy_publish(store, &how, &published, why);
	else if (!err)
		err = sy_publish_rollback(store, version, &how, &published, why);
	if (!err) {
		print_published(&published);
		print_alike(&publishing);
		rehearse(&publishing, store);
	}
	sy_store_close(store);
	sy_prompts_destroy(publishing.prompts);
	return err;
}

int sy_kb_publish(const struct sy_kb_asked *asked, int *ret_exit, struct sy_problem *why)
{
	(void)ret_exit;
	return publish(asked, -1, asked->note, why);
}

/* A version's number on the command line. */
static int version_from(const struct sy_kb_asked *asked, const char *word, int64_t *ret_version, struct sy_problem *why)
{
	char command[SY_KB_COMMAND_MAX];
	char *end = NULL;
	long long version;

	errno = 0;
	version = strtoll(word, &end, 10);
	sy_kb_command(asked, command);
	if (errno || end == word || *end || version < 1)
		return sy_problem_set(why, EINVAL, "\"%s\" is no version; %s log lists them", word, command);
	*ret_version = version;
	return 0;
}

int sy_kb_rollback(const struct sy_kb_asked *asked, int *ret_exit, struct sy_problem *why)
{
	int64_t version = 0;
	int err = asked->n_words ? version_from(asked, asked->words[0], &version, why) : 0;

	(void)ret_exit;
	return err ? err : publish(asked, version, asked->note, why);
}

static void print_version(void *arg, const struct sy_version *version)
{
	struct sy_text text = {0};
	char head[128];
	bool *any = arg;
	int err;

	(void)snprintf(head, sizeof head, "%5lld  %s  %-10s  ", (long long)version->id, version->at,
		version->by ? version->by : "-");
	err = sy_text_addf(&text, "%zu article%s, %zu phrase%s", version->articles, version->articles == 1 ? "" : "s",
		version->phrases, version->phrases == 1 ? "" : "s");
	if (!err && version->drafts)
		err = sy_text_addf(&text, ", %zu draft%s", version->drafts, version->drafts == 1 ? "" : "s");
	if (!err && version->note)
		err = sy_text_addf(&text, ": %s", version->note);
	if (!err)
		sy_print_entry(head, sy_text_str(&text), (int)strlen(head));
	sy_text_reset(&text);
	*any = true;
}

static void print_version_json(void *arg, const struct sy_version *version)
{
	(void)arg;
	sy_print_json(json_pack("{s:I, s:s, s:s?, s:s?, s:I, s:I, s:I}", "version", (json_int_t)version->id, "at",
		version->at, "by", version->by, "note", version->note, "articles", (json_int_t)version->articles,
		"phrases", (json_int_t)version->phrases, "drafts", (json_int_t)version->drafts));
}

int sy_kb_log(const struct sy_kb_asked *asked, int *ret_exit, struct sy_problem *why)
{
	struct sy_store *store = NULL;
	bool any = false;
	int err = sy_kb_open(asked, SY_STORE_READ, &store, why);

	(void)ret_exit;
	if (!err)
		err = sy_versions_list(store, asked->json ? print_version_json : print_version, &any, why);
	if (!err && !asked->json && !any)
		(void)puts("nothing has been published yet");
	sy_store_close(store);
	return err;
}

static void print_difference(void *arg, const struct sy_difference *difference)
{
	static const char signs[] = {[SY_ADDED] = '+', [SY_REMOVED] = '-', [SY_CHANGED] = '~'};

	(void)arg;
	(void)printf("%c %s %s%s%s\n", signs[difference->change], difference->part, difference->name,
		*difference->fields ? ": " : "", difference->fields);
}

int sy_kb_diff(const struct sy_kb_asked *asked, int *ret_exit, struct sy_problem *why)
{
	struct sy_diff diff = {.before = 0, .after = SY_DIFF_WORKING, .each = print_difference};
	struct sy_store *store = NULL;
	size_t n = 0;
	int err = asked->n_words > 0 ? version_from(asked, asked->words[0], &diff.before, why) : 0;

	(void)ret_exit;
	if (!err && asked->n_words > 1)
		err = version_from(asked, asked->words[1], &diff.after, why);
	if (!err)
		err = sy_kb_open(asked, SY_STORE_READ, &store, why);
	if (!err)
		err = sy_diff(store, &diff, &n, why);
	if (!err && !n)
		(void)puts("no difference");
	sy_store_close(store);
	return err;
}
