#include "engine/hear/ear.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/sound.h"
#include "base/listing.h"
#include "base/place.h"
#include "base/text.h"
#include "grammars/jsgf.h"
#include "grammars/pronounce.h"

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
	char copy[SY_LISTING_LINE_MAX], *rest = NULL;
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

static int read_phrases(const char *name, size_t max, struct sy_listing *ret_phrases, struct sy_problem *why)
{
	char *path = NULL;
	int err = sy_place_data(name, &path, why);

	if (!err)
		err = sy_listing_read(path, max, ret_phrases, why);
	free(path);
	return err;
}

/* How callers begin and what they say between, one a line. */
static int load_carriers(struct sy_ear *ear, struct sy_problem *why)
{
	struct sy_listing carriers = {0};
	int err = read_phrases("grammars/carriers.phrases", SY_CARRIERS_MAX, &carriers, why);

	if (!err)
		err = sy_grammar_set_carry(ear->grammars, (const char *const *)carriers.at, carriers.n, why);
	sy_listing_reset(&carriers);
	return err;
}

/* Words that stand for a person, one phrase a line. */
static int load_requests(struct sy_ear *ear, struct sy_problem *why)
{
	struct sy_listing requests = {0};
	struct sy_lexicon *lexicon = NULL;
	int err = read_phrases("grammars/person.phrases", SY_SPOTTER_PHRASES_MAX, &requests, why);

	if (!err)
		err = sy_lexicon_create(NULL, &lexicon, why);
	if (!err)
		err = sy_lexicon_add_sentences(lexicon, (const char *const *)requests.at, requests.n, why);
	for (size_t i = 0; i < requests.n && !err; i++)
		err = add_request(ear, lexicon, requests.at[i], why);
	sy_lexicon_destroy(lexicon);
	sy_listing_reset(&requests);
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
