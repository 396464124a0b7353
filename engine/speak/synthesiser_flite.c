/*
 * Flite's voices as libraries. Flite keeps voices and its lexicon in globals and counts references without locks, so
 * one lock guards all use of it; engines that must synthesise side by side are processes.
 */
#include <errno.h>
#include <flite/flite.h>
#include <flite/flite_version.h>
#include <math.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "engine/speak/loudness.h"
#include "engine/speak/respell.h"
#include "engine/speak/sentence.h"
#include "engine/speak/synthesiser.h"
#include "prompts/marks.h"
#include "prompts/spoken.h"

#define VOICE_RATE 16000 /* all of them */

/* Together with a mark: slower or faster than this cannot be followed. */
#define STRETCH_MIN 0.4
#define STRETCH_MAX 2.5

/* Figures grow when they are spoken; past this many bytes of words a text takes minutes. */
#define WORDS_MAX (2 * SY_SAY_TEXT_MAX)

/* Flite's libraries come without headers of their own. */
cst_voice *register_cmu_us_slt(const char *voxdir);
cst_voice *register_cmu_us_rms(const char *voxdir);
cst_voice *register_cmu_us_awb(const char *voxdir);
cst_voice *register_cmu_us_kal16(const char *voxdir);

struct voice {
	const char *name;
	cst_voice *(*create)(const char *voxdir);
};

static const struct voice voices[] = {
	{"slt", register_cmu_us_slt},
	{"rms", register_cmu_us_rms},
	{"awb", register_cmu_us_awb},
	{"kal16", register_cmu_us_kal16},
};

static pthread_mutex_t flite_lock = PTHREAD_MUTEX_INITIALIZER;

/* Speech in the making: samples at the voice's rate, before the limiter. */
struct speech {
	float *at;
	size_t n;
	double pace;
	cst_voice *voice;
};

static int add_silence(struct speech *speech, int ms)
{
	size_t n = (size_t)VOICE_RATE / 1000 * (size_t)ms;
	float *at;

	if (!n)
		return 0;
	at = realloc(speech->at, (speech->n + n) * sizeof(*at));
	if (!at)
		return ENOMEM;
	memset(at + speech->n, 0, n * sizeof(*at));
	speech->at = at;
	speech->n += n;
	return 0;
}

static int add_sound(struct speech *speech, const struct sy_sound *sound, double gain_db)
{
	float *at;

	if (!sound->n)
		return 0;
	at = realloc(speech->at, (speech->n + sound->n) * sizeof(*at));
	if (!at)
		return ENOMEM;
	speech->at = at;
	sy_loudness_level(sound, gain_db, at + speech->n);
	speech->n += sound->n;
	return 0;
}

/* Flite's own part: one sentence of plain words. */
static int make_sentence(const struct speech *speech, const char *words, double stretch, struct sy_sound *ret_sound)
{
	struct sy_sound sound = {.rate = VOICE_RATE};
	cst_utterance *utterance = NULL;
	const cst_wave *wave;
	int err = EIO;

	(void)pthread_mutex_lock(&flite_lock);
	utterance = new_utterance();
	if (!utterance)
		goto out;
	srand(1); /* Flite dithers each sample with rand(); the same words must give the same samples each time */
	(void)utt_set_input_text(utterance, words);
	(void)utt_init(utterance, speech->voice);
	flite_feat_set_float(utterance->features, "duration_stretch", (float)stretch);
	if (!utt_synth(utterance))
		goto out;
	wave = utt_wave(utterance);
	if (!wave || wave->num_channels != 1 || wave->sample_rate != VOICE_RATE || wave->num_samples < 0)
		goto out;
	err = sy_sound_append(&sound, wave->samples, (size_t)wave->num_samples);
	if (!err)
		*ret_sound = sound;
out:
	if (utterance)
		delete_utterance(utterance);
	(void)pthread_mutex_unlock(&flite_lock);
	return err;
}

static int add_sentence(struct speech *speech, const char *words, const struct sy_segment *how)
{
	double stretch = fmin(fmax(1 / (speech->pace * how->pace), STRETCH_MIN), STRETCH_MAX);
	struct sy_sound sound = {.rate = VOICE_RATE};
	char *respelt = NULL;
	int err = sy_respell(words, &respelt);

	if (!err)
		err = make_sentence(speech, respelt, stretch, &sound);
	if (!err) {
		sy_loudness_trim(&sound);
		err = add_sound(speech, &sound, how->gain_db);
	}
	sy_sound_reset(&sound);
	free(respelt);
	return err;
}

/* Words of one pace and loudness, sentence by sentence. */
static int add_words(struct speech *speech, const char *written, const struct sy_segment *how, struct sy_problem *why)
{
	char *words = NULL, *sentence = NULL;
	size_t len;
	int err = sy_spoken_text(written, &words);

	if (!err && strlen(words) > WORDS_MAX)
		err = sy_problem_set(why, E2BIG, "a text of %zu bytes when spoken is too long to say at once; split it",
			strlen(words));
	for (const char *at = words; !err && *at; at += len) {
		len = sy_say_split(at);
		if (at > words)
			err = add_silence(speech, (int)(SY_SENTENCE_GAP_MS / speech->pace));
		free(sentence);
		sentence = strndup(at, len);
		if (!err)
			err = sentence ? add_sentence(speech, sentence, how) : ENOMEM;
	}
	free(sentence);
	free(words);
	return err;
}

static bool same_way(const struct sy_segment *a, const struct sy_segment *b)
{
	return !b->pause_ms && a->pace == b->pace && a->gain_db == b->gain_db;
}

/* Neighbours that are said alike are joined, so that a mark around a word does not break the sentence's melody. */
static int add_marks(struct speech *speech, const struct sy_marks *marks, struct sy_problem *why)
{
	int err = 0;

	for (size_t i = 0, next; i < marks->n && !err; i = next) {
		const struct sy_segment *how = &marks->at[i];
		struct sy_text words = {0};

		next = i + 1;
		if (how->pause_ms) {
			err = add_silence(speech, (int)(how->pause_ms / speech->pace));
			continue;
		}
		for (next = i; next < marks->n && same_way(how, &marks->at[next]) && !err; next++) {
			const struct sy_segment *s = &marks->at[next];

			err = sy_text_add(&words, s->spoken ? s->spoken : s->text);
		}
		if (!err)
			err = add_words(speech, sy_text_str(&words), how, why);
		sy_text_reset(&words);
	}
	return err;
}

/* To the job's rate, its loudness and 16 bits. Resampling comes before the limiter, because it moves peaks; room for
 * them is made by going down and up again. */
static int finish(struct speech *speech, const struct sy_say_job *job, struct sy_sound *ret_sound)
{
	const float room = 0.25f, gain = (float)pow(10, job->gain_db / 20);
	struct sy_sound voice = {.rate = VOICE_RATE, .n = speech->n}, sound = {0};
	float *wide = NULL;
	int err = ENOMEM;

	voice.pcm = malloc((speech->n + 1) * sizeof(*voice.pcm));
	if (!voice.pcm)
		goto out;
	for (size_t i = 0; i < speech->n; i++)
		voice.pcm[i] = (int16_t)fmaxf(fminf(speech->at[i] * room, 32767), -32768);
	err = sy_sound_resample(&voice, job->rate, &sound);
	if (err)
		goto out;
	wide = malloc((sound.n + 1) * sizeof(*wide));
	err = wide ? 0 : ENOMEM;
	for (size_t i = 0; i < sound.n && !err; i++)
		wide[i] = sound.pcm[i] / room * gain;
	if (!err)
		err = sy_loudness_limit(wide, sound.n, job->rate, sound.pcm);
	if (err)
		goto out;
	*ret_sound = sound;
	sound = (struct sy_sound){0};
out:
	sy_sound_reset(&voice);
	sy_sound_reset(&sound);
	free(wide);
	return err;
}

static int find_voice(const char *name, cst_voice **ret_voice, struct sy_problem *why)
{
	for (size_t i = 0; i < sizeof(voices) / sizeof(voices[0]); i++) {
		cst_voice *voice;

		if (strcmp(voices[i].name, name) != 0)
			continue;
		(void)pthread_mutex_lock(&flite_lock);
		(void)flite_init();
		voice = voices[i].create(NULL); /* once; later calls return the same */
		(void)pthread_mutex_unlock(&flite_lock);
		if (!voice)
			return ENOMEM;
		*ret_voice = voice;
		return 0;
	}
	return sy_problem_set(why, EINVAL, "voice \"%.40s\" is not known; there are slt, rms, awb and kal16", name);
}

static int say(void *state, const struct sy_say_job *job, struct sy_sound *ret_sound, struct sy_problem *why)
{
	struct speech speech = {.pace = job->pace};
	struct sy_marks marks = {0};
	int err = find_voice(job->voice, &speech.voice, why);

	(void)state;
	if (!err)
		err = sy_marks_parse(job->text, &marks, why);
	if (!err)
		err = add_marks(&speech, &marks, why);
	if (err == EIO)
		(void)sy_problem_set(why, err, "the voice could not say \"%.60s\"", job->text);
	if (!err && !speech.n)
		*ret_sound = (struct sy_sound){.rate = job->rate};
	else if (!err)
		err = finish(&speech, job, ret_sound);
	sy_marks_reset(&marks);
	free(speech.at);
	return err;
}

static void destroy(void *state)
{
	(void)state; /* Flite's voices live as long as the process */
}

static const struct sy_synthesiser_impl impl = {
	.name = "flite-" FLITE_PROJECT_VERSION,
	.say = say,
	.destroy = destroy,
};

int sy_synthesiser_flite_create(struct sy_synthesiser **ret_synthesiser, struct sy_problem *why)
{
	struct sy_synthesiser *synthesiser = malloc(sizeof(*synthesiser));

	if (!synthesiser)
		return sy_problem_set(why, ENOMEM, "no memory for a voice");
	*synthesiser = (struct sy_synthesiser){.impl = &impl};
	*ret_synthesiser = synthesiser;
	return 0;
}
