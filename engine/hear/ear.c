#include "engine/hear/ear.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/sound.h"
#include "base/place.h"
#include "base/text.h"
#include "grammars/jsgf.h"
#include "grammars/pronounce.h"

#define REQUEST_MAX 128 /* bytes of a line in person.phrases */

/* What each band is heard with. */
static const struct {
	const char *neural; /* NULL: Gaussians */
	const char *confidence;
} bands[SY_BANDS] = {
	[SY_BAND_LINE] = {"engine/hear/model/line.neural", "engine/hear/model/line.confidence"},
	[SY_BAND_WIDE] = {NULL, "engine/hear/model/wide.confidence"},
};

/* The outputs have to be the phones' states, in order: anything else is another model's. */
static int check_outputs(const struct sy_ear *ear, const char *path, struct sy_problem *why)
{
	char name[32];
	int n = sy_model_n_phones(ear->model) * SY_STATES;
	bool same = sy_neural_n_outputs(ear->neural) == n;

	for (int i = 0; same && i < n; i++) {
		snprintf(name, sizeof name, "%s %d", sy_model_phone_name(ear->model, i / SY_STATES), i % SY_STATES);
		same = strcmp(name, sy_neural_output(ear->neural, i)) == 0;
	}
	return same ? 0
		    : sy_problem_set(why, EINVAL,
			      "%s: made for other phones than those of %s; make it with tools/adapt", path,
			      sy_acoustic_model_folder());
}

static int load_line(struct sy_ear *ear, struct sy_problem *why)
{
	char *path = NULL;
	int err = sy_acoustic_model_load_phones(sy_acoustic_model_folder(), &ear->model, why);

	if (!err)
		err = sy_place_data(bands[ear->band].neural, &path, why);
	if (!err)
		err = sy_neural_load(path, &ear->neural, why);
	if (!err)
		err = check_outputs(ear, path, why);
	free(path);
	return err;
}

static int load_wide(struct sy_ear *ear, struct sy_problem *why)
{
	const char *folder = sy_acoustic_model_folder();
	int err;

	if ((err = sy_acoustic_model_load(folder, &ear->model, why)) ||
		(err = sy_front_end_create(folder, &ear->front_end, why)))
		return err;
	return sy_decoder_create(folder, &ear->decoder, why);
}

static int load_universals(struct sy_ear *ear, struct sy_problem *why)
{
	struct sy_graph *graph = NULL;
	int err = sy_jsgf_graph_data(SY_EAR_UNIVERSALS ".gram", &graph, why);

	if (!err)
		err = sy_grammar_set_add(ear->grammars, SY_EAR_UNIVERSALS, graph, why);
	sy_graph_destroy(graph);
	return err;
}

/* The phones of a phrase's words, first pronunciations, one after the other. */
static int phrase_phones(const struct sy_lexicon *lexicon, const char *phrase, struct sy_text *phones)
{
	char copy[REQUEST_MAX], *rest = NULL;
	int err = 0;

	snprintf(copy, sizeof copy, "%s", phrase);
	for (char *word = strtok_r(copy, " ", &rest); word && !err; word = strtok_r(NULL, " ", &rest))
		err = sy_text_addf(phones, " %s", sy_lexicon_phones(lexicon, word, 0));
	return err;
}

static int add_request(struct sy_ear *ear, const struct sy_lexicon *lexicon, const char *phrase, struct sy_problem *why)
{
	struct sy_text phones = {0};
	int err = phrase_phones(lexicon, phrase, &phones);

	if (!err)
		err = sy_spotter_add(ear->spotter, phrase, sy_text_str(&phones), why);
	sy_text_reset(&phones);
	return err;
}

static bool next_request(FILE *file, char *line)
{
	while (fgets(line, REQUEST_MAX, file)) {
		line[strcspn(line, "#\r\n")] = '\0';
		if (line[strspn(line, " \t")] != '\0')
			return true;
	}
	return false;
}

/* All words at once: the dictionary is scanned once for them. */
static int learn_requests(struct sy_lexicon *lexicon, FILE *file, struct sy_problem *why)
{
	char lines[SY_SPOTTER_PHRASES_MAX][REQUEST_MAX];
	const char *words[SY_SPOTTER_PHRASES_MAX * REQUEST_MAX / 2];
	size_t n_lines = 0, n = 0;

	while (n_lines < SY_SPOTTER_PHRASES_MAX && next_request(file, lines[n_lines])) {
		char *rest = NULL;
		for (char *word = strtok_r(lines[n_lines++], " ", &rest); word; word = strtok_r(NULL, " ", &rest))
			words[n++] = word;
	}
	rewind(file);
	return sy_lexicon_add(lexicon, words, n, why);
}

static int read_requests(struct sy_ear *ear, struct sy_lexicon *lexicon, FILE *file, struct sy_problem *why)
{
	char line[REQUEST_MAX];
	int err = learn_requests(lexicon, file, why);

	while (!err && next_request(file, line))
		err = add_request(ear, lexicon, line, why);
	return err;
}

/* How callers begin and what they say between, one a line. */
static int load_carriers(struct sy_ear *ear, struct sy_problem *why)
{
	char *path = NULL, lines[SY_CARRIERS_MAX][REQUEST_MAX];
	const char *sentences[SY_CARRIERS_MAX];
	FILE *file = NULL;
	size_t n = 0;
	int err = sy_place_data("grammars/carriers.phrases", &path, why);

	if (!err && !(file = fopen(path, "re")))
		err = sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	for (; !err && n < SY_CARRIERS_MAX && next_request(file, lines[n]); n++)
		sentences[n] = lines[n];
	if (!err)
		err = sy_grammar_set_carry(ear->grammars, sentences, n, why);
	if (file)
		fclose(file);
	free(path);
	return err;
}

/* Words that stand for a person, one phrase a line. */
static int load_requests(struct sy_ear *ear, struct sy_problem *why)
{
	struct sy_lexicon *lexicon = NULL;
	char *path = NULL;
	FILE *file = NULL;
	int err = sy_place_data("grammars/person.phrases", &path, why);

	if (!err && !(file = fopen(path, "re")))
		err = sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	if (!err)
		err = sy_lexicon_create(NULL, &lexicon, why);
	if (!err)
		err = read_requests(ear, lexicon, file, why);
	if (file)
		fclose(file);
	sy_lexicon_destroy(lexicon);
	free(path);
	return err;
}

static int load_confidence(struct sy_ear *ear, struct sy_problem *why)
{
	char *path = NULL;
	int err = sy_place_data(bands[ear->band].confidence, &path, why);

	if (!err)
		err = sy_confidence_load(path, &ear->confidence, why);
	free(path);
	return err;
}

int sy_ear_create(enum sy_band band, struct sy_ear **ret_ear, struct sy_problem *why)
{
	struct sy_ear *ear = calloc(1, sizeof *ear);
	int err;

	if (!ear)
		return ENOMEM;
	ear->band = band;
	if ((err = bands[band].neural ? load_line(ear, why) : load_wide(ear, why)) ||
		(err = sy_grammar_set_create(ear->model, ear->decoder, &ear->grammars, why)) ||
		(err = sy_spotter_create(ear->model, &ear->spotter)) || (err = load_universals(ear, why)) ||
		(err = load_requests(ear, why)) || (err = load_carriers(ear, why)) ||
		(err = load_confidence(ear, why))) {
		sy_ear_destroy(ear);
		return err;
	}
	*ret_ear = ear;
	return 0;
}

void sy_ear_destroy(struct sy_ear *ear)
{
	if (!ear)
		return;
	sy_confidence_destroy(ear->confidence);
	sy_spotter_destroy(ear->spotter);
	sy_grammar_set_destroy(ear->grammars);
	sy_decoder_destroy(ear->decoder);
	sy_front_end_destroy(ear->front_end);
	sy_neural_destroy(ear->neural);
	sy_acoustic_model_destroy(ear->model);
	free(ear);
}

static int score_line(
	struct sy_ear *ear, const struct sy_hear_job *job, struct sy_senones **ret_senones, struct sy_voice *ret_voice)
{
	struct sy_mel mel = {0};
	int err = sy_mel_of(job->pcm, job->n, &job->voice, &mel, ret_voice);

	if (!err)
		err = sy_senones_create_neural(ear->model, ear->neural, &mel, ret_senones);
	sy_mel_reset(&mel);
	return err;
}

static int score_wide(
	struct sy_ear *ear, const struct sy_hear_job *job, struct sy_senones **ret_senones, struct sy_voice *ret_voice)
{
	struct sy_features features = {0};
	int err = sy_front_end_features(ear->front_end, job->pcm, job->n, &job->voice, &features, ret_voice);

	if (!err)
		err = sy_senones_create(ear->model, &features, ret_senones);
	if (!err)
		sy_senones_take(*ret_senones, &features);
	sy_features_reset(&features);
	return err;
}

int sy_ear_score(
	struct sy_ear *ear, const struct sy_hear_job *job, struct sy_senones **ret_senones, struct sy_voice *ret_voice)
{
	return bands[ear->band].neural ? score_line(ear, job, ret_senones, ret_voice)
				       : score_wide(ear, job, ret_senones, ret_voice);
}
