/*
 * kb ask, kb say: what the knowledge base would answer, and how it would sound.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/sound_card.h"
#include "audio/wav.h"
#include "base/text.h"
#include "engine/commands/kb_verb.h"
#include "engine/run/session.h"
#include "engine/run/speaker.h"
#include "kb/search.h"
#include "prompts/spoken.h"

#define SHOWN_MAX 3 /* articles for one text on a terminal */

static const char *const decisions[] = {
	[SY_FOUND_NOTHING] = "reject", [SY_FOUND_MAYBE] = "confirm", [SY_FOUND_SURE] = "accept"};

struct ranking {
	struct sy_store *store;
	struct sy_snapshot *snapshot;
	struct sy_search *search;
};

static void close_ranking(struct ranking *ranking)
{
	sy_search_destroy(ranking->search);
	sy_snapshot_destroy(ranking->snapshot);
	sy_store_close(ranking->store);
}

static int open_ranking(const struct sy_kb_asked *asked, struct ranking *ranking, struct sy_problem *why)
{
	int err = sy_kb_open(asked, SY_STORE_READ, &ranking->store, why);

	if (!err)
		err = sy_snapshot_load(ranking->store, 0, &ranking->snapshot, why);
	if (!err)
		err = sy_search_create(ranking->snapshot, &ranking->search, why);
	return err;
}

static void print_json(const char *text, const struct sy_ranked *ranked, size_t n, enum sy_found found)
{
	json_t *articles = json_array();

	for (size_t i = 0; i < n && found != SY_FOUND_NOTHING; i++)
		(void)json_array_append_new(articles,
			json_pack("{s:s, s:f}", "article", ranked[i].article, "confidence", ranked[i].confidence));
	sy_print_json(json_pack("{s:s, s:s?, s:f, s:s, s:o}", "text", text, "article",
		found == SY_FOUND_NOTHING || !n ? NULL : ranked[0].article, "confidence",
		n ? ranked[0].confidence : 0.0, "decision", decisions[found], "articles", articles));
}

static void print_ranked(const char *text, const struct sy_ranked *ranked, size_t n, enum sy_found found)
{
	(void)printf("%s: %s\n", text, found == SY_FOUND_NOTHING ? "nothing fits (reject)" : decisions[found]);
	for (size_t i = 0; i < n; i++)
		(void)printf("  %3.0f %%  %s\n", 100 * ranked[i].confidence, ranked[i].article);
}

/* One line of a list: what other programs count. */
static void print_line(const char *text, const struct sy_ranked *best, enum sy_found found, bool json)
{
	const char *article = found == SY_FOUND_NOTHING || !best ? NULL : best->article;
	double confidence = best ? best->confidence : 0;

	if (json)
		sy_print_json(json_pack("{s:s, s:s?, s:f, s:s}", "text", text, "article", article, "confidence",
			confidence, "decision", decisions[found]));
	else
		(void)printf("%s\t%s\t%.2f\t%s\n", text, article ? article : "-", confidence, decisions[found]);
}

static int ask_one(
	const struct ranking *ranking, const char *text, const struct sy_kb_asked *asked, struct sy_problem *why)
{
	struct sy_ranked ranked[SHOWN_MAX];
	enum sy_found found = SY_FOUND_NOTHING;
	size_t n = 0;
	int err = sy_search_rank(ranking->search, text, ranked, SHOWN_MAX, &n, &found);

	if (err)
		return sy_problem_set(why, err, "\"%s\" cannot be ranked: %s", text, strerror(err));
	if (asked->list)
		print_line(text, n ? ranked : NULL, found, asked->json);
	else if (asked->json)
		print_json(text, ranked, n, found);
	else
		print_ranked(text, ranked, n, found);
	return 0;
}

int sy_kb_ask(const struct sy_kb_asked *asked, int *ret_exit, struct sy_problem *why)
{
	struct ranking ranking = {0};
	char **lines = NULL;
	char *text = NULL;
	size_t n = 0;
	int err;

	(void)ret_exit;
	if (!asked->list == !asked->n_words)
		return sy_problem_set(why, EINVAL, "ask takes a text, or --list FILE; see sayso kb --help");
	err = asked->list ? sy_lines_read(asked->list, &lines, &n, why) : 0;
	if (!err)
		err = open_ranking(asked, &ranking, why);
	if (!err && !asked->list) {
		text = sy_kb_text(asked);
		err = text ? ask_one(&ranking, text, asked, why) : ENOMEM;
	}
	for (size_t i = 0; i < n && !err && !ferror(stdout); i++) {
		if (lines[i][0])
			err = ask_one(&ranking, lines[i], asked, why);
		if (!isatty(STDOUT_FILENO))
			sy_progress("asked", i + 1, n);
	}
	free(text);
	sy_lines_free(lines, n);
	close_ranking(&ranking);
	return err;
}

/* Where there is no sound device the words alone are what there is to show. */
static int play(const struct sy_kb_asked *asked, const struct sy_sound *sound, struct sy_problem *why)
{
	int err = sy_speaker_play(sound, why);

	if (err != ENODEV)
		return err;
	(void)sy_complain(asked->command, "there is no sound device to speak through; --out FILE.wav keeps the sound");
	why->text[0] = '\0';
	return 0;
}

int sy_kb_say(const struct sy_kb_asked *asked, int *ret_exit, struct sy_problem *why)
{
	struct sy_say_job job = {.voice = asked->voice, .rate = SY_RATE_WIDE};
	struct sy_synthesiser *synthesiser = NULL;
	struct sy_sound sound = {0};
	char *text = sy_kb_text(asked);
	char *spoken = NULL;
	int err = text ? sy_spoken_text(text, &spoken) : ENOMEM;

	(void)ret_exit;
	job.text = text;
	if (!err)
		err = sy_session_voice(&synthesiser, why);
	if (!err)
		err = sy_synthesiser_say(synthesiser, &job, &sound, why);
	if (!err && asked->out)
		err = sy_wav_write(asked->out, &sound, why);
	if (!err)
		(void)printf("%s\n", spoken);
	if (!err && !asked->out)
		err = play(asked, &sound, why);
	sy_sound_reset(&sound);
	sy_synthesiser_destroy(synthesiser);
	free(spoken);
	free(text);
	return err;
}
