#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/wav.h"
#include "engine/hear/acoustic_model.h"
#include "grammars/jsgf.h"
#include "tools/bench_child.h"
#include "tools/bench_parts.h"

#define DICTIONARY "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict"
#define WORDS_MAX 64

static const char *const sets[] = {"clean", "kitchen-18db", "kitchen-09db"};
#define N_SETS (sizeof sets / sizeof *sets)

/* One set on its way: its orders in the lists, and who was right. */
struct trial {
	const struct sy_bench *bench;
	json_t *labels; /* by path */
	FILE *list;     /* for sayso: paths */
	FILE *control;  /* for pocketsphinx_batch: names without ending */
	size_t n;
	bool failed;
};

/* PocketSphinx's stock model takes 16 kHz: the line's 8 kHz are brought up, as everybody does who uses it so. */
static int write_raw(const struct trial *trial, const char *path)
{
	struct sy_sound sound = {0};
	char raw[512];
	FILE *file;
	int err = sy_wav_read(path, 16000, &sound, NULL);

	if (err)
		return err;
	(void)snprintf(raw, sizeof raw, "%s/%zu.raw", trial->bench->work, trial->n);
	file = fopen(raw, "we");
	if (!file || fwrite(sound.pcm, sizeof *sound.pcm, sound.n, file) != sound.n)
		err = EIO;
	if (file && fclose(file) != 0)
		err = EIO;
	sy_sound_reset(&sound);
	return err;
}

static void add_order(const json_t *label, const char *path, void *arg)
{
	struct trial *trial = arg;

	if (trial->failed || write_raw(trial, path) != 0 || fprintf(trial->list, "%s\n", path) < 0 ||
		fprintf(trial->control, "%zu\n", trial->n) < 0 ||
		json_array_append(trial->labels, (json_t *)(uintptr_t)label) != 0)
		trial->failed = true;
	trial->n++;
}

/* The intent and every slot; a slot too many is forgiven, as in the published benchmark. */
static bool is_right(
	const json_t *label, const char *intent, const char *(*slot)(const void *of, const char *name), const void *of)
{
	const char *wanted = json_string_value(json_object_get(label, "intent")), *name;
	json_t *value;

	if (!intent || !wanted || strcmp(intent, wanted) != 0)
		return false;
	json_object_foreach(json_object_get(label, "slots"), name, value)
	{
		const char *heard = slot(of, name);
		if (!heard || strcmp(heard, json_string_value(value)) != 0)
			return false;
	}
	return true;
}

static const char *json_slot(const void *of, const char *name)
{
	return json_string_value(json_object_get(of, name));
}

static const char *pair_slot(const void *of, const char *name)
{
	return sy_pairs_get(of, name);
}

static size_t right_of_sayso(const struct trial *trial, const char *lines)
{
	size_t right = 0, i = 0;

	for (const char *at = lines; *at && i < trial->n; i++) {
		size_t n = strcspn(at, "\n");
		json_t *heard = json_loadb(at, n, 0, NULL);
		right += is_right(json_array_get(trial->labels, i), json_string_value(json_object_get(heard, "intent")),
			json_slot, json_object_get(heard, "slots"));
		json_decref(heard);
		at += at[n] ? n + 1 : n;
	}
	return right;
}

/* A line of -hyp: "two words (NAME SCORE)". */
static bool line_is_right(const struct sy_graph *graph, const json_t *label, char *line)
{
	struct sy_reading reading = {0};
	const char *words[WORDS_MAX];
	char *rest = NULL;
	size_t n = 0;
	bool right;

	line[strcspn(line, "(\n")] = '\0';
	for (char *word = strtok_r(line, " ", &rest); word && n < WORDS_MAX; word = strtok_r(NULL, " ", &rest))
		words[n++] = word;
	right = sy_graph_read(graph, words, n, &reading) == 0 &&
		is_right(label, reading.intent, pair_slot, &reading.slots);
	sy_reading_reset(&reading);
	return right;
}

static size_t right_of_rival(const struct trial *trial, const char *grammar, const char *path)
{
	struct sy_graph *graph = NULL;
	FILE *file = fopen(path, "re");
	char line[1024];
	size_t right = 0;

	if (file && sy_jsgf_graph_file(grammar, &graph, NULL) == 0)
		for (size_t i = 0; i < trial->n && fgets(line, sizeof line, file); i++)
			right += line_is_right(graph, json_array_get(trial->labels, i), line);
	if (file)
		(void)fclose(file);
	sy_graph_destroy(graph);
	return right;
}

struct names {
	char list[512], control[512], heard[512], grammar[512];
};

struct outcome {
	double right; /* per cent */
	double cpu_ms;
};

static int hear_with_rival(const struct trial *trial, const struct names *names, struct outcome *ret_outcome)
{
	const char *const argv[] = {"pocketsphinx_batch", "-hmm", sy_acoustic_model_folder(), "-dict", DICTIONARY,
		"-jsgf", names->grammar, "-adcin", "yes", "-cepdir", trial->bench->work, "-cepext", ".raw", "-ctl",
		names->control, "-hyp", names->heard, NULL};
	struct sy_bench_child child = {0};
	int err = sy_bench_child_run(argv, &child);

	sy_text_reset(&child.out);
	if (!err && child.status != 0)
		err = EIO;
	if (!err)
		*ret_outcome = (struct outcome){
			100.0 * (double)right_of_rival(trial, names->grammar, names->heard) / (double)trial->n,
			1000 * child.cpu_s / (double)trial->n};
	return err;
}

static int hear_with_sayso(const struct trial *trial, const struct names *names, struct outcome *ret_outcome)
{
	const char *const argv[] = {trial->bench->sayso, "hear", "--json", "--no-universals", "--grammar",
		names->grammar, "--list", names->list, NULL};
	struct sy_bench_child child = {0};
	int err = sy_bench_child_run(argv, &child);

	if (!err && child.status != 0)
		err = EIO;
	if (!err)
		*ret_outcome = (struct outcome){
			100.0 * (double)right_of_sayso(trial, sy_text_str(&child.out)) / (double)trial->n,
			1000 * child.cpu_s / (double)trial->n};
	sy_text_reset(&child.out);
	return err;
}

static void add_rows(
	struct sy_bench *bench, size_t set, size_t n, const struct outcome *ours, const struct outcome *theirs)
{
	static const struct {
		const char *right, *right_what, *cpu, *cpu_what;
	} named[N_SETS] = {{"orders_clean", "orders right, quiet", "hear_clean", "CPU of hearing an order, quiet"},
		{"orders_18db", "orders right, kitchen at 18 dB", "hear_18db",
			"CPU of hearing an order, kitchen at 18 dB"},
		{"orders_09db", "orders right, kitchen at 9 dB", "hear_09db",
			"CPU of hearing an order, kitchen at 9 dB"}};
	struct sy_bench_row row = {.id = named[set].right,
		.what = named[set].right_what,
		.unit = "%",
		.value = ours->right,
		.kind = SY_BENCH_AT_LEAST,
		.target = theirs->right,
		.n = n};

	(void)snprintf(row.note, sizeof row.note, "PocketSphinx as installed, same recordings, same grammar: %.1f %%",
		theirs->right);
	sy_bench_add(&bench->table, &row);
	row = (struct sy_bench_row){
		.id = named[set].cpu, .what = named[set].cpu_what, .unit = "ms", .value = ours->cpu_ms, .n = n};
	(void)snprintf(row.note, sizeof row.note, "starting included; PocketSphinx as installed: %.0f ms, ratio %.2f",
		theirs->cpu_ms, ours->cpu_ms / theirs->cpu_ms);
	sy_bench_add(&bench->table, &row);
}

static void compare(struct sy_bench *bench, size_t set)
{
	struct trial trial = {.bench = bench, .labels = json_array()};
	struct outcome ours, theirs;
	struct names names;
	const char *why = NULL;
	int err;

	sy_bench_doing(sets[set]);
	(void)snprintf(names.list, sizeof names.list, "%s/orders", bench->work);
	(void)snprintf(names.control, sizeof names.control, "%s/control", bench->work);
	(void)snprintf(names.heard, sizeof names.heard, "%s/heard", bench->work);
	(void)snprintf(names.grammar, sizeof names.grammar, "%s/coffee.gram", bench->speech);
	trial.list = fopen(names.list, "we");
	trial.control = fopen(names.control, "we");
	err = trial.list && trial.control && trial.labels ? sy_bench_orders(bench, sets[set], add_order, &trial) : EIO;
	if (trial.list)
		(void)fclose(trial.list);
	if (trial.control)
		(void)fclose(trial.control);
	if (err || trial.n == 0)
		why = "no recorded orders; set SAYSO_SPEECH to their folder";
	else if (trial.failed)
		why = "a recording could not be read";
	else if (hear_with_rival(&trial, &names, &theirs) != 0)
		why = "pocketsphinx_batch could not be run; install pocketsphinx";
	else if (hear_with_sayso(&trial, &names, &ours) != 0)
		why = "sayso hear failed";
	if (why)
		sy_bench_skip(&bench->table, "orders", sets[set], why);
	else
		add_rows(bench, set, trial.n, &ours, &theirs);
	json_decref(trial.labels);
}

void sy_bench_rival(struct sy_bench *bench)
{
	for (size_t set = 0; set < N_SETS; set++)
		compare(bench, set);
}
