#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audio/frame.h"
#include "audio/sound.h"
#include "engine/hear/recogniser_sphinx.h"
#include "engine/hear/sounding.h"
#include "engine/hear/verdict.h"

struct sphinx {
	struct sy_ear *ears[SY_BANDS];          /* NULL until the first turn of that band; the line's is always there */
	struct sy_pairs words;                  /* as an editor says they are spoken */
	struct sy_recogniser_evidence evidence; /* of the last turn, for calibration */
};

static int sphinx_load(void *state, const char *grammar, const struct sy_graph *graph, struct sy_problem *why)
{
	struct sphinx *sphinx = state;
	int err = 0;

	if (strcmp(grammar, SY_EAR_UNIVERSALS) == 0)
		return sy_problem_set(
			why, EINVAL, "\"%s\" is the name of the built-in grammar; choose another", grammar);
	for (int band = 0; band < SY_BANDS && !err; band++)
		if (sphinx->ears[band])
			err = sy_grammar_set_add(sphinx->ears[band]->grammars, grammar, graph, why);
	return err;
}

static int sphinx_pronounce(void *state, const struct sy_pairs *words, struct sy_problem *why)
{
	struct sphinx *sphinx = state;
	struct sy_pairs copy = {0};
	int err = sy_pairs_copy(words, &copy);

	for (int band = 0; band < SY_BANDS && !err; band++)
		if (sphinx->ears[band])
			err = sy_grammar_set_pronounce(sphinx->ears[band]->grammars, words, why);
	if (err) {
		sy_pairs_reset(&copy);
		return err;
	}
	sy_pairs_reset(&sphinx->words);
	sphinx->words = copy;
	return 0;
}

static void sphinx_unload(void *state, const char *grammar)
{
	struct sphinx *sphinx = state;

	if (strcmp(grammar, SY_EAR_UNIVERSALS) == 0)
		return;
	for (int band = 0; band < SY_BANDS; band++)
		if (sphinx->ears[band])
			sy_grammar_set_remove(sphinx->ears[band]->grammars, grammar);
}

static int ear_for(struct sphinx *sphinx, int rate, struct sy_ear **ret_ear, struct sy_problem *why)
{
	const enum sy_band band = rate == SY_RATE_LINE ? SY_BAND_LINE : SY_BAND_WIDE;
	struct sy_ear *ear = NULL;
	int err = 0;

	if (!sphinx->ears[band]) {
		err = sy_ear_create(band, &ear, why);
		if (!err)
			err = sy_grammar_set_pronounce(ear->grammars, &sphinx->words, why);
		if (!err && sphinx->ears[SY_BAND_LINE])
			err = sy_grammar_set_take(ear->grammars, sphinx->ears[SY_BAND_LINE]->grammars, why);
		if (err) {
			sy_ear_destroy(ear);
			return err;
		}
		sphinx->ears[band] = ear;
	}
	*ret_ear = sphinx->ears[band];
	return 0;
}

static int silence(struct sy_hypothesis *ret_hypothesis)
{
	char *none = strdup("");

	if (none)
		*ret_hypothesis = (struct sy_hypothesis){.sounded = SY_SOUNDED_SILENCE, .text = none};
	return none ? 0 : ENOMEM;
}

static double cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void keep_evidence(struct sphinx *sphinx, const struct sy_passes *passes, const struct sy_hypothesis *hypothesis)
{
	const struct sy_hearing *heard = &passes->heard;
	const struct sy_hearing *sentence = heard->kind == SY_HEARD_AS_WORDS ? &passes->sentence : heard;

	sphinx->evidence = (struct sy_recogniser_evidence){.kind = heard->kind,
		.n_words = sentence->path.n_words,
		.sentence_kind = sentence->kind,
		.sentence = sentence->evidence,
		.request = passes->request};
	if (heard->kind == SY_HEARD_AS_WORDS)
		sphinx->evidence.words = heard->evidence;
	sphinx->evidence.replaced = hypothesis->intent && strcmp(hypothesis->intent, SY_INTENT_PERSON) == 0 &&
				    passes->request.at[SY_REQUEST_GRAMMAR] < 1;
	for (size_t i = 0, n = 0; i < heard->path.n && n < SY_HYPOTHESIS_WORDS_MAX; i++)
		if (heard->path.at[i].word)
			sphinx->evidence.trust[n++] = heard->path.at[i].trust;
}

/* With the ear of the job's band. */
static int hear(struct sphinx *sphinx, struct sy_passes *passes, struct sy_hypothesis *ret_hypothesis,
	struct sy_voice *ret_voice, struct sy_problem *why)
{
	const struct sy_costs usual = SY_COSTS_USUAL;
	const struct sy_hear_job *job = passes->job;
	bool silent = sy_sounding_silent(job);
	int err;

	sphinx->evidence = (struct sy_recogniser_evidence){0};
	passes->thresholds = job->thresholds.accept > 0 ? job->thresholds : sy_costs_thresholds(&usual);
	if ((err = ear_for(sphinx, job->rate, &passes->ear, why)) || (err = sy_passes_begin(passes, why)))
		goto out;
	if (!silent)
		err = sy_ear_score(passes->ear, job, &passes->senones, ret_voice);
	silent = silent || (!err && sy_senones_frames(passes->senones) == 0);
	if (err || silent) {
		err = err ? err : silence(ret_hypothesis);
		goto out;
	}
	if ((err = sy_passes_run(passes, why)) || (err = sy_verdict(passes, ret_hypothesis)))
		goto out;
	keep_evidence(sphinx, passes, ret_hypothesis);
out:
	sy_passes_reset(passes);
	return err;
}

/* The whole band's ear, which is believed where it is surer. */
static int ask_wide(
	struct sphinx *sphinx, const struct sy_hear_job *wide, struct sy_hypothesis *hypothesis, struct sy_problem *why)
{
	struct sy_hypothesis other = {0};
	struct sy_hear_job job = *wide;
	struct sy_passes passes = {.job = &job};
	struct sy_voice voice = {0};
	int err;

	job.voice = voice; /* the caller's is the line's */
	err = hear(sphinx, &passes, &other, &voice, why);
	if (err)
		return err;
	if (other.confidence > hypothesis->confidence) {
		const struct sy_hypothesis doubted = *hypothesis;

		*hypothesis = other;
		other = doubted;
	}
	sy_hypothesis_reset(&other);
	return 0;
}

/* See ear.h: the whole band goes through the telephone's ear first. */
static int hear_wide(struct sphinx *sphinx, const struct sy_hear_job *wide, struct sy_hypothesis *ret_hypothesis,
	struct sy_voice *ret_voice, struct sy_problem *why)
{
	const struct sy_sound sound = {.rate = wide->rate, .n = wide->n, .pcm = (int16_t *)(uintptr_t)wide->pcm};
	struct sy_hypothesis hypothesis = {0};
	struct sy_hear_job job = *wide;
	struct sy_passes passes = {.job = &job};
	struct sy_sound line = {0};
	int err = sy_sound_resample(&sound, SY_RATE_LINE, &line);

	job.pcm = line.pcm;
	job.n = line.n;
	job.rate = line.rate;
	if (!err)
		err = hear(sphinx, &passes, &hypothesis, ret_voice, why);
	if (!err && hypothesis.decision != SY_ACCEPT && hypothesis.sounded != SY_SOUNDED_SILENCE && !passes.active.open)
		err = ask_wide(sphinx, wide, &hypothesis, why);
	sy_sound_reset(&line);
	if (err)
		sy_hypothesis_reset(&hypothesis);
	else
		*ret_hypothesis = hypothesis;
	return err;
}

static int sphinx_hear(void *state, const struct sy_hear_job *job, struct sy_hypothesis *ret_hypothesis,
	struct sy_voice *ret_voice, struct sy_problem *why)
{
	struct sy_hypothesis hypothesis = {0};
	struct sy_voice voice = job->voice;
	struct sy_passes passes = {.job = job};
	double begin = cpu_ms();
	int err;

	if (job->rate != SY_RATE_LINE && job->rate != SY_RATE_WIDE)
		return sy_problem_set(why, EINVAL, "sound at %d Hz; it must be at 8000 or 16000", job->rate);
	err = job->rate == SY_RATE_LINE ? hear(state, &passes, &hypothesis, &voice, why)
					: hear_wide(state, job, &hypothesis, &voice, why);
	if (err)
		return err;
	hypothesis.audio_ms = (int)((double)job->n * 1000 / job->rate);
	hypothesis.decode_ms = (int)(cpu_ms() - begin + 0.5);
	*ret_hypothesis = hypothesis;
	if (ret_voice)
		*ret_voice = voice;
	return 0;
}

static void sphinx_destroy(void *state)
{
	struct sphinx *sphinx = state;

	if (!sphinx)
		return;
	sy_pairs_reset(&sphinx->words);
	for (int band = 0; band < SY_BANDS; band++)
		sy_ear_destroy(sphinx->ears[band]);
	free(sphinx);
}

static const struct sy_recogniser_impl sphinx_impl = {
	.name = "pocketsphinx",
	.load = sphinx_load,
	.unload = sphinx_unload,
	.pronounce = sphinx_pronounce,
	.hear = sphinx_hear,
	.destroy = sphinx_destroy,
};

int sy_recogniser_sphinx_create(struct sy_recogniser **ret_recogniser, struct sy_problem *why)
{
	struct sy_recogniser *recogniser = calloc(1, sizeof *recogniser);
	struct sphinx *sphinx = calloc(1, sizeof *sphinx);
	struct sy_ear *line;
	int err = recogniser && sphinx ? ear_for(sphinx, SY_RATE_LINE, &line, why) : ENOMEM;

	if (err) {
		sphinx_destroy(sphinx);
		free(recogniser);
		return err;
	}
	*recogniser = (struct sy_recogniser){.impl = &sphinx_impl, .state = sphinx};
	*ret_recogniser = recogniser;
	return 0;
}

void sy_recogniser_sphinx_evidence(const struct sy_recogniser *recogniser, struct sy_recogniser_evidence *ret_evidence)
{
	const struct sphinx *sphinx = recogniser->state;

	*ret_evidence = sphinx->evidence;
}
