/*
 * sayso-confusions: how well the telephone model tells each phone from each other one, from recordings of sentences
 * that are known.
 *
 * Each recording is aligned with its sentence. Then each phone is taken out, put beside another, and replaced by each
 * other one, over the same frames and with the senones of its new neighbours: what the model charges for that, in nats,
 * is what stands between two words that differ by it. Mean and standard deviation over all places are written for
 * grammars/confusions.h.
 *
 * usage: sayso-confusions [--every N] [--out FILE] SPEECH_FOLDER        (the folders operator and wide)
 */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/frame.h"
#include "audio/line_effect.h"
#include "audio/wav.h"
#include "engine/hear/ear.h"
#include "tools/phone_chain.h"

#define PHONES_MAX 64
#define FAR (INT_MAX / 4)
/* A phone that was heard in fewer places says little: so many places with the average of all are added to it. */
#define PRIOR 4.0
/* A difference past this is a slip of the alignment: no phone of ten frames is worth it. */
#define EXCESS_MAX_NATS 80.0

struct sum {
	double n;
	double x;
	double xx;
};

struct confusions {
	struct sy_ear *ear;
	const struct sy_acoustic_model *model; /* the ear's */
	struct sy_lexicon *lexicon;
	const char *folder;
	int every;
	size_t heard;
	size_t failed;
	struct sum changed[PHONES_MAX][PHONES_MAX]; /* [said][heard] */
	struct sum left_out[PHONES_MAX];
	struct sum put_in[PHONES_MAX];
};

static void add(struct sum *sum, int units)
{
	double nats = fmin(fmax(units * SY_SENONE_UNIT, -EXCESS_MAX_NATS), EXCESS_MAX_NATS);

	sum->n++;
	sum->x += nats;
	sum->xx += nats * nats;
}

/* Three neighbours that were said without a silence between them. */
static bool are_joined(const struct sy_phone_chain *chain, const int *at, int n)
{
	for (int i = 0; i < n; i++)
		if (chain->at[at[i]].begin == chain->at[at[i]].end ||
			(i && chain->at[at[i]].begin != chain->at[at[i - 1]].end))
			return false;
	return true;
}

static struct sy_phone_piece piece_of(
	const struct confusions *confusions, const struct sy_phone_chain *chain, const int *at, int n)
{
	struct sy_phone_piece piece = {.n = n,
		.left = sy_model_silence(confusions->model),
		.right = sy_model_silence(confusions->model),
		.begin = chain->at[at[0]].begin,
		.end = chain->at[at[n - 1]].end};

	for (int i = 0; i < n; i++)
		piece.at[i] = chain->at[at[i]];
	for (int i = at[0] - 1; i >= 0; i--)
		if (!chain->at[i].optional) {
			piece.left = chain->at[i].phone;
			break;
		}
	for (int i = at[n - 1] + 1; i < chain->n; i++)
		if (!chain->at[i].optional) {
			piece.right = chain->at[i].phone;
			break;
		}
	return piece;
}

static void replace(struct confusions *confusions, struct sy_senones *senones, const struct sy_phone_piece *said)
{
	int right = sy_phone_piece_cost(confusions->model, senones, said), middle = said->at[1].phone;
	struct sy_phone_piece other = *said;

	if (right >= FAR)
		return;
	for (int phone = 0; phone < sy_model_n_phones(confusions->model); phone++) {
		int cost;

		if (phone == middle || sy_model_is_filler(confusions->model, phone))
			continue;
		other.at[1].phone = phone;
		cost = sy_phone_piece_cost(confusions->model, senones, &other);
		if (cost < FAR)
			add(&confusions->changed[middle][phone], cost - right);
	}
	other.n = 2;
	other.at[1] = said->at[2];
	right = sy_phone_piece_cost(confusions->model, senones, &other) - right;
	if (right < FAR / 2)
		add(&confusions->left_out[middle], right);
}

static void insert(struct confusions *confusions, struct sy_senones *senones, const struct sy_phone_piece *said)
{
	int right = sy_phone_piece_cost(confusions->model, senones, said);
	struct sy_phone_piece other = *said;

	if (right >= FAR)
		return;
	other.n = 3;
	other.at[2] = said->at[1];
	other.at[1].position = SY_INTERNAL;
	for (int phone = 0; phone < sy_model_n_phones(confusions->model); phone++) {
		int cost;

		if (sy_model_is_filler(confusions->model, phone))
			continue;
		other.at[1].phone = phone;
		cost = sy_phone_piece_cost(confusions->model, senones, &other);
		if (cost < FAR)
			add(&confusions->put_in[phone], cost - right);
	}
}

static void compare_all(struct confusions *confusions, struct sy_senones *senones, const struct sy_phone_chain *chain)
{
	int spoken[SY_PHONE_CHAIN_MAX], n = 0;

	for (int i = 0; i < chain->n; i++)
		if (!sy_model_is_filler(confusions->model, chain->at[i].phone))
			spoken[n++] = i;
	for (int i = 0; i + 1 < n; i++) {
		struct sy_phone_piece piece;

		if (!are_joined(chain, &spoken[i], 2))
			continue;
		piece = piece_of(confusions, chain, &spoken[i], 2);
		insert(confusions, senones, &piece);
		if (i + 2 < n && are_joined(chain, &spoken[i], 3)) {
			piece = piece_of(confusions, chain, &spoken[i], 3);
			replace(confusions, senones, &piece);
		}
	}
}

static int learn_words(struct confusions *confusions, const char *sentence)
{
	const char *words[SY_PHONE_CHAIN_MAX];
	char *copy = strdup(sentence), *rest = copy, *word;
	size_t n = 0;
	int err = copy ? 0 : ENOMEM;

	while (!err && (word = strsep(&rest, " ")) && n < SY_PHONE_CHAIN_MAX)
		if (*word)
			words[n++] = word;
	if (!err)
		err = sy_lexicon_add(confusions->lexicon, words, n, NULL);
	free(copy);
	return err;
}

static int score(struct confusions *confusions, const char *path, bool wide, struct sy_senones **ret_senones)
{
	const struct sy_line_effect effect = {.coding = SY_LINE_MULAW, .band = true, .seed = 1};
	struct sy_sound line = {0};
	int err = sy_wav_read(path, SY_RATE_LINE, &line, NULL);

	if (!err && wide)
		err = sy_line_effect_apply(&effect, &line);
	if (!err) {
		const struct sy_hear_job job = {.pcm = line.pcm, .n = line.n, .rate = line.rate};
		err = sy_ear_score(confusions->ear, &job, ret_senones, NULL);
	}
	sy_sound_reset(&line);
	return err;
}

/* One recording and its sentence. */
static int hear(struct confusions *confusions, const char *path, const char *sentence, bool wide)
{
	static struct sy_phone_chain chain;
	struct sy_senones *senones = NULL;
	int err = score(confusions, path, wide, &senones);

	if (!err)
		err = learn_words(confusions, sentence);
	if (!err)
		err = sy_phone_chain_of(confusions->model, confusions->lexicon, sentence, &chain);
	if (!err && sy_senones_frames(senones) * 10 > SY_SENONES_KEPT_MS)
		err = E2BIG;
	if (!err)
		err = sy_phone_chain_place(confusions->model, senones, &chain);
	if (!err)
		compare_all(confusions, senones, &chain);
	sy_senones_destroy(senones);
	return err;
}

static int hear_set(struct confusions *confusions, const char *set, struct sy_problem *why)
{
	char path[1200], line[8192];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s/labels.jsonl", confusions->folder, set);
	file = fopen(path, "re");
	if (!file)
		return sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	for (int n = 0; fgets(line, sizeof line, file); n++) {
		json_t *label = n % confusions->every == 0 ? json_loads(line, 0, NULL) : NULL;
		const char *name = json_string_value(json_object_get(label, "file"));
		const char *sentence = json_string_value(json_object_get(label, "transcript"));

		if (name && sentence && *sentence) {
			int err;

			snprintf(path, sizeof path, "%s/%s/%s", confusions->folder, set, name);
			err = hear(confusions, path, sentence, !strcmp(set, "wide"));
			confusions->heard += !err;
			confusions->failed += err != 0;
			if (isatty(STDERR_FILENO))
				fprintf(stderr, "\r%-10s %5d", set, n);
		}
		json_decref(label);
	}
	fclose(file);
	return 0;
}

/* Mean and deviation, drawn to those of all phones where there is little. */
static void print_sum(FILE *out, const char *what, const struct sum *sum, const struct sum *all)
{
	double share = PRIOR / (sum->n + PRIOR), n = fmax(sum->n, 1);
	double mean = (1 - share) * sum->x / n + share * all->x / all->n;
	double square = (1 - share) * sum->xx / n + share * all->xx / all->n;

	fprintf(out, "%s %.1f %.1f\n", what, mean, sqrt(fmax(square - mean * mean, 1)));
}

static struct sum joined(const struct sum *sums, int n)
{
	struct sum all = {0};

	for (int i = 0; i < n; i++) {
		all.n += sums[i].n;
		all.x += sums[i].x;
		all.xx += sums[i].xx;
	}
	return all;
}

static void print_all(const struct confusions *confusions, FILE *out)
{
	const struct sy_acoustic_model *model = confusions->model;
	struct sum all_left = joined(confusions->left_out, PHONES_MAX), all_in = joined(confusions->put_in, PHONES_MAX);
	int n = sy_model_n_phones(model);
	char what[32];

	fprintf(out,
		"# What the telephone model charges for one phone in another's place: said, heard, mean and standard\n"
		"# deviation in nats. \"-\" heard: left out; \"-\" said: put in. Read by grammars/confusions.h.\n"
		"# Made by tools/confusions from %zu recordings of known sentences.\n",
		confusions->heard);
	for (int said = 0; said < n; said++) {
		struct sum all = joined(confusions->changed[said], PHONES_MAX);

		if (sy_model_is_filler(model, said) || all.n == 0)
			continue;
		for (int heard = 0; heard < n; heard++) {
			if (heard == said || sy_model_is_filler(model, heard))
				continue;
			snprintf(what, sizeof what, "%s %s", sy_model_phone_name(model, said),
				sy_model_phone_name(model, heard));
			print_sum(out, what, &confusions->changed[said][heard], &all);
		}
		snprintf(what, sizeof what, "%s -", sy_model_phone_name(model, said));
		print_sum(out, what, &confusions->left_out[said], &all_left);
		snprintf(what, sizeof what, "- %s", sy_model_phone_name(model, said));
		print_sum(out, what, &confusions->put_in[said], &all_in);
	}
}

static int run(struct confusions *confusions, const char *path, struct sy_problem *why)
{
	FILE *out = path ? NULL : stdout;
	int err = sy_ear_create(SY_BAND_LINE, &confusions->ear, why);

	if (!err) {
		confusions->model = confusions->ear->model;
		err = sy_lexicon_create(NULL, &confusions->lexicon, why);
	}
	if (!err)
		err = hear_set(confusions, "operator", why);
	if (!err)
		err = hear_set(confusions, "wide", why);
	if (!err && confusions->heard == 0)
		err = sy_problem_set(why, ENOENT, "%s: no recording could be used", confusions->folder);
	if (!err && path) {
		out = fopen(path, "we");
		err = out ? 0 : sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	}
	if (!err)
		print_all(confusions, out);
	if (!err && path && fclose(out))
		err = sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	fprintf(stderr, "\r%zu recordings, %zu left out (too long, or not what their sentence says)\n",
		confusions->heard, confusions->failed);
	return err;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"every", required_argument, NULL, 'e'}, {"out", required_argument, NULL, 'o'}, {0}};
	static struct confusions confusions = {.every = 1};
	struct sy_problem why = {""};
	const char *out = NULL;
	int option, err;

	while ((option = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (option == 'e')
			confusions.every = atoi(optarg);
		else if (option == 'o')
			out = optarg;
		else
			return 2;
	}
	if (optind + 1 != argc || confusions.every < 1) {
		fputs("usage: sayso-confusions [--every N] [--out FILE] SPEECH_FOLDER\n", stderr);
		return 2;
	}
	confusions.folder = argv[optind];
	err = run(&confusions, out, &why);
	if (err)
		fprintf(stderr, "sayso-confusions: %s\n", why.text[0] ? why.text : strerror(err));
	sy_lexicon_destroy(confusions.lexicon);
	sy_ear_destroy(confusions.ear);
	return err ? 1 : 0;
}
