#include "tools/bench_hear_rival.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "audio/frame.h"
#include "engine/hear/acoustic_model.h"
#include "grammars/jsgf.h"
#include "tools/bench_child.h"
#include "tools/progress.h"

#define DICTIONARY "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict"
#define WORDS_MAX 64
#define WORKERS_MAX 16
#define PATH_BYTES 512
#define FRAMES_A_SECOND 100

struct sy_rival {
	char work[PATH_BYTES - 64];
	size_t workers;
	const struct sy_items *items;
	double *audio_s;
	double start_cpu_s; /* of a program that hears nothing */
};

/* What to look for: a grammar, or a keyphrase. */
struct search {
	const char *jsgf;
	const char *phrase;
	const char *threshold;
};

/* One program's share of the recordings. */
struct part {
	const struct sy_rival *rival;
	const struct search *search;
	size_t number, begin, end;
	struct sy_bench_child child;
	int err;
};

static void name_of(const struct sy_rival *rival, const char *what, size_t number, char *path)
{
	(void)snprintf(path, PATH_BYTES, "%s/%s-%zu", rival->work, what, number);
}

static void *run_part(void *arg)
{
	struct part *part = arg;
	char control[PATH_BYTES], heard[PATH_BYTES];
	const struct search *search = part->search;
	const bool spots = search->phrase;
	FILE *list;

	name_of(part->rival, "control", part->number, control);
	name_of(part->rival, "heard", part->number, heard);
	list = fopen(control, "we");
	part->err = list ? 0 : errno;
	for (size_t i = part->begin; list && i < part->end; i++)
		(void)fprintf(list, "%zu\n", i);
	if (list && fclose(list) != 0)
		part->err = EIO;
	const char *const argv[] = {"pocketsphinx_batch", "-hmm", sy_acoustic_model_folder(), "-dict", DICTIONARY,
		"-adcin", "yes", "-cepdir", part->rival->work, "-cepext", ".raw", "-ctl", control, "-hyp", heard,
		spots ? "-keyphrase" : "-jsgf", spots ? search->phrase : search->jsgf, spots ? "-kws_threshold" : NULL,
		search->threshold, NULL};
	if (!part->err)
		part->err = sy_bench_child_run(argv, &part->child);
	if (!part->err && part->child.status != 0)
		part->err = EIO;
	sy_text_reset(&part->child.out);
	return NULL;
}

/* All parts at once. */
static int run_parts(struct sy_rival *rival, const struct search *search, struct part *parts, size_t n)
{
	pthread_t threads[WORKERS_MAX];
	size_t items = rival->items ? rival->items->n : 0, started = 0;
	int err = 0;

	for (size_t i = 0; i < n; i++)
		parts[i] = (struct part){.rival = rival,
			.search = search,
			.number = i,
			.begin = items * i / n,
			.end = items * (i + 1) / n};
	while (started < n && !err) {
		err = pthread_create(&threads[started], NULL, run_part, &parts[started]);
		started += !err;
	}
	for (size_t i = 0; i < started; i++) {
		pthread_join(threads[i], NULL);
		if (!err)
			err = parts[i].err;
	}
	return err;
}

int sy_rival_create(const char *work, size_t workers, struct sy_rival **ret_rival, struct sy_problem *why)
{
	struct sy_rival *rival = calloc(1, sizeof *rival);
	const struct search nothing = {.phrase = "operator", .threshold = "1"};
	struct part part;
	int err;

	if (!rival)
		return ENOMEM;
	(void)snprintf(rival->work, sizeof rival->work, "%s/rival", work);
	rival->workers = workers < WORKERS_MAX ? workers : WORKERS_MAX;
	err = mkdir(rival->work, 0777) != 0 && errno != EEXIST ? errno : run_parts(rival, &nothing, &part, 1);
	if (err) {
		sy_rival_destroy(rival);
		return sy_problem_set(
			why, err, "pocketsphinx_batch could not be run: %s; install pocketsphinx", strerror(err));
	}
	rival->start_cpu_s = part.child.cpu_s;
	*ret_rival = rival;
	return 0;
}

void sy_rival_destroy(struct sy_rival *rival)
{
	if (!rival)
		return;
	free(rival->audio_s);
	free(rival);
}

/* The stock model takes 16 kHz: the line's 8 kHz are brought up, as everybody does who uses it so. */
static int write_raw(struct sy_rival *rival, size_t i, struct sy_problem *why)
{
	struct sy_sound line = {0}, sound = {0};
	char path[PATH_BYTES];
	FILE *file = NULL;
	int err = sy_item_sound(&rival->items->at[i], &line, why);

	if (!err)
		err = sy_sound_resample(&line, SY_RATE_WIDE, &sound);
	(void)snprintf(path, sizeof path, "%s/%zu.raw", rival->work, i);
	if (!err && !(file = fopen(path, "we")))
		err = sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	if (file && fwrite(sound.pcm, sizeof *sound.pcm, sound.n, file) != sound.n)
		err = EIO;
	if (file && fclose(file) != 0)
		err = EIO;
	rival->audio_s[i] = (double)sound.n / SY_RATE_WIDE;
	sy_sound_reset(&line);
	sy_sound_reset(&sound);
	return err;
}

int sy_rival_take(struct sy_rival *rival, const struct sy_items *items, struct sy_problem *why)
{
	int err = 0;

	free(rival->audio_s);
	rival->audio_s = calloc(items->n + 1, sizeof *rival->audio_s);
	rival->items = items;
	if (!rival->audio_s)
		return ENOMEM;
	for (size_t i = 0; i < items->n && !err; i++) {
		err = write_raw(rival, i, why);
		sy_tool_progress("recordings for PocketSphinx", i + 1, items->n);
	}
	return err;
}

/* The grammar without {tags}; quoted words stay as they are. */
static int leave_tags_out(const char *from, const char *to, struct sy_problem *why)
{
	FILE *in = fopen(from, "re"), *out = fopen(to, "we");
	bool quoted = false, tag = false;
	int err = in && out ? 0 : sy_problem_set(why, errno, "%s: %s", in ? to : from, strerror(errno));

	for (int c, last = 0; !err && (c = fgetc(in)) != EOF; last = last == '\\' ? 0 : c) {
		if (c == '"' && last != '\\' && !tag)
			quoted = !quoted;
		if (!quoted && c == '{')
			tag = true;
		if (!tag)
			(void)fputc(c, out);
		if (tag && c == '}' && last != '\\')
			tag = false;
	}
	if (in)
		(void)fclose(in);
	if (out && fclose(out) != 0 && !err)
		err = sy_problem_set(why, EIO, "%s: could not be written", to);
	return err;
}

/* A line of -hyp: "two words (NAME SCORE)". */
static void judge_line(
	const struct sy_rival *rival, const struct sy_graph *graph, size_t i, char *line, struct sy_outcome *outcome)
{
	const char *bracket = strrchr(line, '('), *score = bracket ? strchr(bracket, ' ') : NULL;
	struct sy_reading reading = {0};
	const char *words[WORDS_MAX];
	char text[1024], *rest = NULL;
	size_t n = 0;

	*outcome = (struct sy_outcome){
		.audio_s = rival->audio_s[i], .cpu_ms = -1, .decision = SY_ACCEPT, .confidence = -1e9};
	if (score)
		outcome->confidence = strtod(score, NULL) / (rival->audio_s[i] * FRAMES_A_SECOND + 1);
	(void)snprintf(text, sizeof text, "%.*s", bracket ? (int)(bracket - line) : 0, line);
	text[strcspn(text, "\r\n")] = '\0';
	while (*text && text[strlen(text) - 1] == ' ')
		text[strlen(text) - 1] = '\0';
	outcome->sentence = outcome->person = !graph && *text;
	if (!graph)
		return;
	(void)snprintf(line, strlen(line) + 1, "%s", text);
	for (char *word = strtok_r(line, " ", &rest); word && n < WORDS_MAX; word = strtok_r(NULL, " ", &rest))
		words[n++] = word;
	if (n > 0 && sy_graph_read(graph, words, n, &reading) == 0) {
		outcome->sentence = reading.intent;
		outcome->right = sy_trial_right(&rival->items->at[i], text, reading.intent, &reading.slots);
	}
	sy_reading_reset(&reading);
}

static int judge_part(const struct part *part, const struct sy_graph *graph, struct sy_outcome *outcomes)
{
	char path[PATH_BYTES], line[2048];
	FILE *file;
	size_t i = part->begin;

	name_of(part->rival, "heard", part->number, path);
	file = fopen(path, "re");
	if (!file)
		return errno;
	while (i < part->end && fgets(line, sizeof line, file)) {
		judge_line(part->rival, graph, i, line, &outcomes[i]);
		i++;
	}
	(void)fclose(file);
	return i == part->end ? 0 : EIO;
}

static int run_search(struct sy_rival *rival, const struct search *search, const struct sy_graph *graph,
	struct sy_outcome *ret_outcomes, double *ret_cpu_s)
{
	struct part parts[WORKERS_MAX];
	double cpu_s = 0;
	int err = run_parts(rival, search, parts, rival->workers);

	for (size_t i = 0; i < rival->workers && !err; i++) {
		err = judge_part(&parts[i], graph, ret_outcomes);
		cpu_s += parts[i].child.cpu_s - rival->start_cpu_s;
	}
	if (!err && ret_cpu_s)
		*ret_cpu_s = cpu_s > 0 ? cpu_s : 0;
	return err;
}

int sy_rival_hear(struct sy_rival *rival, const char *jsgf_path, struct sy_outcome *ret_outcomes,
	struct sy_rival_heard *ret_heard, struct sy_problem *why)
{
	char plain[PATH_BYTES];
	struct sy_graph *graph = NULL;
	const struct search search = {.jsgf = plain};
	struct sy_rival_heard heard = {0};
	int err;

	(void)snprintf(plain, sizeof plain, "%s/plain.gram", rival->work);
	if ((err = leave_tags_out(jsgf_path, plain, why)) || (err = sy_jsgf_graph_file(jsgf_path, &graph, why)))
		return err;
	err = run_search(rival, &search, graph, ret_outcomes, &heard.cpu_s);
	sy_graph_destroy(graph);
	for (size_t i = 0; i < rival->items->n; i++)
		heard.audio_s += rival->audio_s[i];
	if (err)
		return sy_problem_set(why, err, "pocketsphinx_batch failed on %s", jsgf_path);
	if (ret_heard)
		*ret_heard = heard;
	return 0;
}

int sy_rival_spot(struct sy_rival *rival, const char *phrase, const char *threshold, struct sy_outcome *ret_outcomes,
	struct sy_problem *why)
{
	const struct search search = {.phrase = phrase, .threshold = threshold};
	int err = run_search(rival, &search, NULL, ret_outcomes, NULL);

	return err ? sy_problem_set(why, err, "pocketsphinx_batch failed on the keyphrase \"%s\"", phrase) : 0;
}

int sy_rival_cold(struct sy_rival *rival, const char *jsgf_path, struct sy_rival_cold *ret_cold, struct sy_problem *why)
{
	const struct sy_items *all = rival->items;
	const struct sy_items one = {.at = all->at, .n = 1};
	char plain[PATH_BYTES];
	const struct search search = {.jsgf = plain};
	struct part part;
	int err;

	(void)snprintf(plain, sizeof plain, "%s/plain.gram", rival->work);
	if ((err = leave_tags_out(jsgf_path, plain, why)))
		return err;
	rival->items = &one;
	err = run_parts(rival, &search, &part, 1);
	rival->items = all;
	if (err)
		return sy_problem_set(why, err, "pocketsphinx_batch failed on %s", jsgf_path);
	*ret_cold = (struct sy_rival_cold){.wall_s = part.child.wall_s, .rss_mb = (double)part.child.max_rss_kb / 1024};
	return 0;
}
