#include "tools/bench_hear_demo.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "audio/caller_voice.h"
#include "audio/frame.h"
#include "audio/line_effect.h"
#include "audio/wav.h"
#include "grammars/jsgf.h"
#include "kb/compile.h"
#include "tools/progress.h"

#define WORDS_MAX 128

struct sy_demo {
	struct sy_store *store;
	struct sy_snapshot *snapshot;
	struct sy_search *search;
	struct sy_graph *graph;
};

/* None of them is the voice of the engine. */
static const char *const voices[] = {"espeak:en-gb", "espeak:en-us", "espeak:en-us+f3:150:60",
	"espeak:en-gb-scotland:160:45", "flite:rms", "flite:awb"};
static const struct sy_line_effect lines[] = {
	{.band = true, .coding = SY_LINE_MULAW},
	{.band = true, .coding = SY_LINE_ALAW, .level_db = -12},
	{.band = true, .coding = SY_LINE_MULAW, .noise = SY_NOISE_PINK, .snr_db = 18},
	{.band = true, .coding = SY_LINE_ALAW, .noise = SY_NOISE_BABBLE, .snr_db = 15},
	{.band = true, .coding = SY_LINE_MULAW, .noise = SY_NOISE_CLATTER, .snr_db = 12},
};

int sy_demo_open(struct sy_demo **ret_demo, struct sy_problem *why)
{
	struct sy_demo *demo = calloc(1, sizeof *demo);
	char *path = NULL;
	const char *jsgf;
	int err;

	if (!demo)
		return ENOMEM;
	if ((err = sy_store_demo_path(&path, why)) || (err = sy_store_open(path, SY_STORE_READ, &demo->store, why)) ||
		(err = sy_snapshot_load(demo->store, 0, &demo->snapshot, why)) ||
		(err = sy_search_create(demo->snapshot, &demo->search, why)))
		goto out;
	jsgf = sy_snapshot_grammar(demo->snapshot);
	err = sy_jsgf_graph_text("articles", jsgf, strlen(jsgf), &demo->graph, why);
out:
	free(path);
	if (err)
		sy_demo_close(demo);
	else
		*ret_demo = demo;
	return err;
}

/* Phrases are borrowed from the snapshot's. */
static int thin(const struct sy_content *content, size_t which, size_t of, struct sy_content *ret_thin)
{
	struct sy_content thinned = *content;

	thinned.articles = calloc(content->n_articles + 1, sizeof *thinned.articles);
	if (!thinned.articles)
		return ENOMEM;
	for (size_t i = 0; i < content->n_articles; i++) {
		const struct sy_strings *all = &content->articles[i].phrases;
		struct sy_strings *kept = &thinned.articles[i].phrases;
		thinned.articles[i] = content->articles[i];
		*kept = (struct sy_strings){calloc(all->n + 1, sizeof *kept->at), 0};
		for (size_t k = 0; kept->at && k < all->n; k++)
			if (k % of != which)
				kept->at[kept->n++] = all->at[k];
	}
	*ret_thin = thinned;
	return 0;
}

static void thin_reset(struct sy_content *thinned)
{
	for (size_t i = 0; thinned->articles && i < thinned->n_articles; i++)
		free(thinned->articles[i].phrases.at);
	free(thinned->articles);
}

/* Grammar and search of the demonstration's articles with fewer phrases. */
static int learn_thinned(struct sy_demo *demo, size_t which, size_t of, struct sy_problem *why)
{
	struct sy_content thinned = {0};
	struct sy_text jsgf = {0};
	void *bytes = NULL;
	size_t n = 0;
	int err = thin(sy_snapshot_content(demo->snapshot), which, of, &thinned);

	sy_graph_destroy(demo->graph);
	demo->graph = NULL;
	sy_search_destroy(demo->search);
	demo->search = NULL;
	if (!err && !(err = sy_compile_articles(&thinned, demo->store, &jsgf, why)) &&
		!(err = sy_jsgf_graph_text("articles", sy_text_str(&jsgf), jsgf.len, &demo->graph, why)) &&
		!(err = sy_search_train(&thinned, &bytes, &n, why)))
		err = sy_search_load(&thinned, bytes, n, &demo->search, why);
	free(bytes);
	sy_text_reset(&jsgf);
	thin_reset(&thinned);
	return err;
}

int sy_demo_open_thinned(size_t which, size_t of, struct sy_demo **ret_demo, struct sy_problem *why)
{
	struct sy_demo *demo = NULL;
	int err = sy_demo_open(&demo, why);

	if (!err)
		err = learn_thinned(demo, which, of, why);
	if (err)
		sy_demo_close(demo);
	else
		*ret_demo = demo;
	return err;
}

void sy_demo_close(struct sy_demo *demo)
{
	if (!demo)
		return;
	sy_graph_destroy(demo->graph);
	sy_search_destroy(demo->search);
	sy_snapshot_destroy(demo->snapshot);
	sy_store_close(demo->store);
	free(demo);
}

void sy_demo_listen(const struct sy_demo *demo, struct sy_trial *trial)
{
	trial->graph = demo->graph;
	trial->words = sy_snapshot_words(demo->snapshot);
	trial->content = sy_snapshot_content(demo->snapshot);
	trial->search = demo->search;
}

/* Which article the words of a sentence of its own ask for; caller frees. */
static int intent_of(const struct sy_graph *graph, const char *sentence, char **ret_intent)
{
	char *copy = strdup(sentence), *rest = NULL;
	const char *words[WORDS_MAX];
	struct sy_reading reading = {0};
	size_t n = 0;
	int err = copy ? 0 : ENOMEM;

	if (copy)
		for (char *word = strtok_r(copy, " ", &rest); word && n < WORDS_MAX; word = strtok_r(NULL, " ", &rest))
			words[n++] = word;
	if (!err)
		err = sy_graph_read(graph, words, n, &reading);
	if (!err && !reading.intent)
		err = EINVAL;
	if (!err) {
		*ret_intent = reading.intent;
		reading.intent = NULL;
	}
	sy_reading_reset(&reading);
	free(copy);
	return err;
}

static int say(const char *voice, size_t line, const char *sentence, const char *path, struct sy_problem *why)
{
	struct sy_sound said = {0}, sound = {0};
	struct sy_line_effect effect = lines[line];
	int err = sy_caller_voice_say(voice, sentence, &said, why);

	effect.seed = (uint32_t)strlen(sentence);
	if (!err)
		err = sy_sound_resample(&said, SY_RATE_LINE, &sound);
	if (!err)
		err = sy_line_effect_apply(&effect, &sound);
	if (!err)
		err = sy_wav_write(path, &sound, why);
	sy_sound_reset(&said);
	sy_sound_reset(&sound);
	return err;
}

static int speak_one(const struct sy_graph *graph, const char *folder, size_t i, unsigned *seed, struct sy_items *items,
	struct sy_problem *why)
{
	const char *voice = voices[i % (sizeof voices / sizeof *voices)];
	char *sentence = NULL, *intent = NULL, path[1024];
	int err = sy_graph_sentence(graph, seed, &sentence);

	(void)snprintf(path, sizeof path, "%s/%zu.wav", folder, i);
	if (!err)
		err = intent_of(graph, sentence, &intent);
	if (!err)
		err = say(voice, i % (sizeof lines / sizeof *lines), sentence, path, why);
	if (!err)
		err = sy_items_add(items, path,
			json_pack("{s:s, s:s, s:s, s:s}", "text", sentence, "intent", intent, "article", intent,
				"voice", voice));
	free(intent);
	free(sentence);
	return err;
}

int sy_demo_speak(
	const struct sy_graph *graph, const char *folder, size_t n, struct sy_items *items, struct sy_problem *why)
{
	unsigned seed = 1;
	int err = mkdir(folder, 0777) != 0 && errno != EEXIST ? errno : 0;

	for (size_t i = 0; i < n && !err; i++) {
		err = speak_one(graph, folder, i, &seed, items, why);
		sy_tool_progress("sentences spoken", i + 1, n);
	}
	return err;
}
