#include "tools/corpus.h"

#include <errno.h>
#include <libgen.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"
#include "audio/wav.h"
#include "tools/progress.h"

#define LINE_BYTES 8192

/* A line of a manifest, and where to say what is wrong with it. */
struct place {
	const char *manifest;
	int line;
	struct sy_problem *why;
};

static int read_path(const char *folder, const char *name, int rate, struct sy_sound *ret_sound, struct sy_problem *why)
{
	char path[LINE_BYTES];

	snprintf(path, sizeof path, "%s%s%s", name[0] == '/' ? "" : folder, name[0] == '/' ? "" : "/", name);
	return sy_wav_read(path, rate, ret_sound, why);
}

/* What is left of a noisy recording when its clean twin is taken out, at the gain that leaves least. */
static void subtract(struct sy_sound *noisy, const struct sy_sound *clean)
{
	size_t n = noisy->n < clean->n ? noisy->n : clean->n;
	double both = 0, own = 1;

	for (size_t i = 0; i < n; i++) {
		both += (double)noisy->pcm[i] * clean->pcm[i];
		own += (double)clean->pcm[i] * clean->pcm[i];
	}
	for (size_t i = 0; i < n; i++) {
		double left = noisy->pcm[i] - both / own * clean->pcm[i];
		noisy->pcm[i] = (int16_t)(left > INT16_MAX ? INT16_MAX : left < INT16_MIN ? INT16_MIN : left);
	}
	noisy->n = n;
}

static int add_noise(struct sy_corpus *corpus, const char *folder, char **fields, struct sy_problem *why)
{
	struct sy_sound clean = {0}, *noise = &corpus->noises[corpus->n_noises];
	int err = read_path(folder, fields[1], SY_RATE_LINE, noise, why);

	if (err)
		return err;
	corpus->n_noises++;
	if (fields[2] && !(err = read_path(folder, fields[2], SY_RATE_LINE, &clean, why)))
		subtract(noise, &clean);
	sy_sound_reset(&clean);
	return err;
}

static double loudest_dbfs(const struct sy_sound *sound)
{
	const size_t n = sy_frame_samples(sound->rate);
	double loudest = -INFINITY;

	for (size_t at = 0; at + n <= sound->n; at += n)
		loudest = fmax(loudest, sy_level_dbfs(sound->pcm + at, n));
	return loudest;
}

/* Whether anything can be learned from it. */
static int check_speech(const struct place *place, const char *name, const struct sy_sound *sound)
{
	if (sound->rate < SY_RATE_LINE)
		return sy_problem_at(place->why, EINVAL, place->manifest, place->line, 0,
			"%s is at %d Hz; a telephone's recordings are at %d, others at %d or more", name, sound->rate,
			SY_RATE_LINE, SY_RATE_WIDE);
	if (loudest_dbfs(sound) < SY_CORPUS_SILENCE)
		return sy_problem_at(place->why, EINVAL, place->manifest, place->line, 0,
			"nothing is said in %s, it is silent; leave it out", name);
	return 0;
}

static int add_speech(struct sy_corpus *corpus, const struct place *place, const char *folder, char **fields)
{
	struct sy_utterance *utterance = &corpus->utterances[corpus->n];
	struct sy_sound as_it_is = {0};
	int err = read_path(folder, fields[1], 0, &as_it_is, place->why);

	if (!err && (err = check_speech(place, fields[1], &as_it_is)))
		sy_sound_reset(&as_it_is);
	if (err)
		return err;
	corpus->n++;
	err = sy_sound_resample(
		&as_it_is, as_it_is.rate >= SY_RATE_WIDE ? SY_RATE_WIDE : SY_RATE_LINE, &utterance->sound);
	sy_sound_reset(&as_it_is);
	utterance->check = strcmp(fields[0], "check") == 0;
	utterance->path = strdup(fields[1]);
	utterance->words = strdup(fields[2]);
	return err ? err : !utterance->path || !utterance->words ? ENOMEM : 0;
}

static int add_line(struct sy_corpus *corpus, const char *manifest, int number, char *line, struct sy_problem *why)
{
	char *fields[3] = {0}, *rest = line, folder[LINE_BYTES];
	int n = 0;

	line[strcspn(line, "#\r\n")] = '\0';
	if (!line[0])
		return 0;
	while (n < 3 && (fields[n] = strsep(&rest, "\t")))
		n++;
	snprintf(folder, sizeof folder, "%s", manifest);
	if (corpus->n + corpus->n_noises == SY_CORPUS_MAX)
		return sy_problem_at(why, E2BIG, manifest, number, 0, "more than %d recordings", SY_CORPUS_MAX);
	if (n >= 2 && strcmp(fields[0], "noise") == 0)
		return add_noise(corpus, dirname(folder), fields, why);
	if (n == 3 && (strcmp(fields[0], "speech") == 0 || strcmp(fields[0], "check") == 0))
		return add_speech(corpus, &(struct place){manifest, number, why}, dirname(folder), fields);
	return sy_problem_at(why, EINVAL, manifest, number, 0,
		"not \"speech\", \"check\" or \"noise\", then a path and the words, with tabs between");
}

static int learn_words(struct sy_corpus *corpus, struct sy_problem *why)
{
	int err = sy_lexicon_create(NULL, &corpus->lexicon, why);
	size_t bytes = 1;

	for (size_t i = 0; i < corpus->n; i++)
		bytes += strlen(corpus->utterances[i].words) + 1;
	char *all = malloc(bytes), *rest = NULL, *end = all;
	const char **words = malloc(bytes * sizeof *words);
	size_t n = 0;
	if (!err && (!all || !words))
		err = ENOMEM;
	for (size_t i = 0; !err && i < corpus->n; i++)
		end += sprintf(end, "%s ", corpus->utterances[i].words);
	if (!err && corpus->n > 0)
		for (char *word = strtok_r(all, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
			words[n++] = word;
	if (!err)
		err = sy_lexicon_add(corpus->lexicon, words, n, why);
	free(words);
	free(all);
	return err;
}

static size_t count_learned(const struct sy_corpus *corpus)
{
	size_t n = 0;

	for (size_t i = 0; i < corpus->n; i++)
		n += !corpus->utterances[i].check;
	return n;
}

int sy_corpus_read(const char *manifest, struct sy_corpus **ret_corpus, struct sy_problem *why)
{
	struct sy_corpus *corpus = calloc(1, sizeof *corpus);
	FILE *file = fopen(manifest, "re");
	char line[LINE_BYTES];
	int err = 0;

	if (corpus) {
		corpus->utterances = calloc(SY_CORPUS_MAX, sizeof *corpus->utterances);
		corpus->noises = calloc(SY_CORPUS_MAX, sizeof *corpus->noises);
	}
	if (!corpus || !corpus->utterances || !corpus->noises)
		err = ENOMEM;
	else if (!file)
		err = sy_problem_set(
			why, errno, "%s: %s; name a file with a recording a line", manifest, strerror(errno));
	for (int number = 1; !err && fgets(line, sizeof line, file); number++) {
		err = add_line(corpus, manifest, number, line, why);
		if (number % 100 == 0)
			sy_tool_progress("recordings read", (size_t)number, 0);
	}
	if (!err && count_learned(corpus) == 0)
		err = sy_problem_set(
			why, ENODATA, "%s: names no recording to learn from (\"speech\", a path, its words)", manifest);
	if (!err)
		err = learn_words(corpus, why);
	if (file)
		fclose(file);
	if (err)
		sy_corpus_destroy(corpus);
	else
		*ret_corpus = corpus;
	return err;
}

void sy_corpus_destroy(struct sy_corpus *corpus)
{
	if (!corpus)
		return;
	for (size_t i = 0; corpus->utterances && i < corpus->n; i++) {
		struct sy_utterance *utterance = &corpus->utterances[i];
		free(utterance->path);
		free(utterance->words);
		free(utterance->labels);
		sy_sound_reset(&utterance->sound);
	}
	for (size_t i = 0; corpus->noises && i < corpus->n_noises; i++)
		sy_sound_reset(&corpus->noises[i]);
	sy_lexicon_destroy(corpus->lexicon);
	free(corpus->utterances);
	free(corpus->noises);
	free(corpus);
}
