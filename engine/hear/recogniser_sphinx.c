#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audio/frame.h"
#include "audio/sound.h"
#include "base/text.h"
#include "engine/hear/ear.h"
#include "engine/hear/evidence.h"
#include "engine/hear/recogniser_sphinx.h"
#include "engine/hear/sounding.h"
#include "grammars/value.h"

#define PERSON_INTENT "agent"

/* Excess a frame that PocketSphinx's path may have over the network's, whose blends fit more easily. */
#define UNIVERSALS_BIAS 5.0f
/* Excess a frame that a sentence may have over words in any order, which fit more easily. Less turns more outsiders
 * down and hears phrases of ours as others: 13 to 20 cost the right articles nothing. */
#define FREE_MARGIN 20.0f
/* A sentence that is right as often as this is asked back before it is given up for words in any order. */
#define SENTENCE_KEPT 0.7
/* A request for a person that a sentence of the grammar makes is no answer that may be wrong: it passes where the
 * callers of 1,966 real telephone utterances fell apart (above it 4 who asked and 2 who nearly did, below it 2 and 75).
 */
#define REQUEST_ENOUGH 0.55
#define WORDS_MAX 400 /* of one turn: 60 s of fast speech */

/* A grammar that was loaded, for an ear that is made later. */
struct known {
	char *name;
	struct sy_graph *graph;
	struct known *next;
};

struct sphinx {
	struct sy_ear *ears[SY_BANDS]; /* NULL until the first turn of that band */
	struct known *known;
	struct sy_pairs words;                  /* as an editor says they are spoken */
	struct sy_recogniser_evidence evidence; /* of the last turn, for calibration */
};

/* One turn on its way through the passes. */
struct turn {
	const struct sy_hear_job *job;
	struct sy_ear *ear;
	struct sy_active active;
	struct sy_senones *senones;
	struct sy_phone_loop loop;
	struct sy_path path;
	struct sy_path loose;
	struct sy_findings findings;
	struct sy_thresholds thresholds;
	struct sy_reading reading; /* of the path */
	enum sy_heard_kind kind;
	enum sy_heard_kind sentence_kind;
	struct sy_path sentence; /* where words in any order took its place: the one that fits best */
	struct sy_spot spot;
	struct sy_evidence evidence;          /* of the path */
	struct sy_evidence sentence_evidence; /* of that sentence */
	struct sy_request request;
};

static void forget(struct sphinx *sphinx, const char *grammar)
{
	for (struct known **at = &sphinx->known; *at; at = &(*at)->next) {
		struct known *known = *at;
		if (strcmp(known->name, grammar) != 0)
			continue;
		*at = known->next;
		sy_graph_destroy(known->graph);
		free(known->name);
		free(known);
		return;
	}
}

static int remember(struct sphinx *sphinx, const char *grammar, const struct sy_graph *graph)
{
	struct known *known = calloc(1, sizeof *known);

	if (!known)
		return ENOMEM;
	known->name = strdup(grammar);
	if (!known->name || sy_graph_union(grammar, &graph, 1, &known->graph) != 0) {
		free(known->name);
		free(known);
		return ENOMEM;
	}
	forget(sphinx, grammar);
	known->next = sphinx->known;
	sphinx->known = known;
	return 0;
}

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
	return err ? err : remember(sphinx, grammar, graph);
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
	forget(sphinx, grammar);
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
		for (const struct known *known = sphinx->known; known && !err; known = known->next)
			err = sy_grammar_set_add(ear->grammars, known->name, known->graph, why);
		if (err) {
			sy_ear_destroy(ear);
			return err;
		}
		sphinx->ears[band] = ear;
	}
	*ret_ear = sphinx->ears[band];
	return 0;
}

static int activate(struct turn *turn, struct sy_problem *why)
{
	const char *names[SY_HEAR_GRAMMARS_MAX + 1];
	size_t n = turn->job->n_grammars;

	if (n > SY_HEAR_GRAMMARS_MAX)
		return sy_problem_set(why, E2BIG, "more than %d grammars at once", SY_HEAR_GRAMMARS_MAX);
	memcpy(names, turn->job->grammars, n * sizeof *names);
	if (turn->job->universals)
		names[n++] = SY_EAR_UNIVERSALS;
	return sy_grammar_set_activate(turn->ear->grammars, names, n, turn->job->n_grammars, &turn->active, why);
}

static void swap_paths(struct sy_path *a, struct sy_path *b)
{
	struct sy_path swap = *a;

	*a = *b;
	*b = swap;
}

/*
 * Among all articles' words the short ones of the universals are easily lost, so where PocketSphinx does not search
 * them all it searches the universals by themselves. Its path counts when it fits about as well as the best of the
 * others.
 */
static int search_universals(struct turn *turn, struct sy_problem *why)
{
	static const char *const names[] = {SY_EAR_UNIVERSALS};
	const struct sy_path *best = turn->findings.n ? &turn->findings.at[0] : NULL;
	struct sy_evidence theirs = {0}, others = {0};
	struct sy_active alone;
	int err = sy_grammar_set_activate(turn->ear->grammars, names, 1, 0, &alone, why);

	if (!err && alone.strict)
		err = sy_decoder_run(turn->ear->decoder, alone.strict, turn->senones, &turn->path, why);
	if (err || turn->path.n_words == 0 || !best || best->n_words == 0)
		return err;
	sy_evidence_gather(&turn->path, NULL, &turn->loop, &theirs);
	sy_evidence_gather(best, NULL, &turn->loop, &others);
	if (theirs.at[SY_EVIDENCE_EXCESS] > others.at[SY_EVIDENCE_EXCESS] + UNIVERSALS_BIAS)
		swap_paths(&turn->path, &turn->findings.at[0]);
	return 0;
}

/*
 * The strict searches. Ours always runs: it is quick, and tells of a sentence broken off and of a second meaning. Its
 * words count where a graph is too large for PocketSphinx's, which is the surer one in noise.
 */
static int search(struct turn *turn, struct sy_problem *why)
{
	int err = sy_network_run(turn->active.network, turn->senones, SY_NETWORK_BEST_MAX, &turn->findings);

	if (err)
		return err;
	if (turn->active.strict)
		err = sy_decoder_run(turn->ear->decoder, turn->active.strict, turn->senones, &turn->path, why);
	else if (turn->job->universals && turn->ear->decoder)
		err = search_universals(turn, why);
	if (!err && turn->path.n_words == 0 && turn->findings.n)
		swap_paths(&turn->path, &turn->findings.at[0]);
	return err;
}

static double fit_of(const struct turn *turn)
{
	return sy_confidence_of(turn->ear->confidence, turn->kind, &turn->evidence);
}

static int read_words(const struct turn *turn, const struct sy_path *path, struct sy_reading *ret_reading)
{
	const char *words[WORDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < path->n && n < WORDS_MAX; i++)
		if (path->at[i].word)
			words[n++] = path->at[i].word;
	return sy_graph_read(turn->active.graph, words, n, ret_reading);
}

static int join_words(const struct sy_path *path, char **ret_text)
{
	struct sy_text text = {0};

	for (size_t i = 0; i < path->n; i++)
		if (path->at[i].word && sy_text_addf(&text, "%s%s", text.len ? " " : "", path->at[i].word) != 0) {
			sy_text_reset(&text);
			return ENOMEM;
		}
	*ret_text = text.len ? sy_text_take(&text) : strdup("");
	return *ret_text ? 0 : ENOMEM;
}

/* A number and nothing else. */
static bool is_number(const char *text)
{
	const struct sy_value_prm prm = {.kind = SY_VALUE_DIGITS};
	struct sy_value value = {0};

	if (sy_value_read(&prm, text, &value))
		return false;
	sy_value_reset(&value);
	return true;
}

/* What the grammar makes of the path, and what speaks for and against that. */
static int read_sentence(struct turn *turn)
{
	bool *meant = calloc(turn->path.n + 1, sizeof *meant);
	char *text = NULL;
	int err = meant ? join_words(&turn->path, &text) : ENOMEM;

	if (!err)
		err = read_words(turn, &turn->path, &turn->reading);
	if (!err) {
		sy_evidence_gather(&turn->path, turn->active.loose ? &turn->loose : NULL, &turn->loop, &turn->evidence);
		sy_path_meant(&turn->path, &turn->reading.slots, meant);
		turn->evidence.at[SY_EVIDENCE_MEANING] = sy_path_doubt(&turn->path, meant);
		turn->kind = *text && is_number(text)    ? SY_HEARD_AS_DIGITS
			     : turn->reading.slots.n > 0 ? SY_HEARD_AS_ORDER
							 : SY_HEARD_AS_COMMAND;
	}
	free(meant);
	free(text);
	return err;
}

/* The words in any order take the sentence's place, which is kept. */
static int take_words(struct turn *turn, struct sy_path *words, const struct sy_evidence *evidence)
{
	swap_paths(&turn->path, &turn->sentence);
	swap_paths(&turn->path, words);
	turn->sentence_evidence = turn->evidence;
	turn->sentence_kind = turn->kind;
	turn->evidence = *evidence;
	turn->kind = SY_HEARD_AS_WORDS;
	/* Any of many words may stand anywhere, so that none is trusted much: what counts is a word's. */
	turn->evidence.at[SY_EVIDENCE_DOUBT] /= (float)turn->path.n_words;
	turn->evidence.at[SY_EVIDENCE_MEANING] = turn->evidence.at[SY_EVIDENCE_DOUBT];
	turn->findings.broken_off = false;
	sy_reading_reset(&turn->reading);
	return read_words(turn, &turn->path, &turn->reading);
}

/*
 * Callers who use words of their own are forced into some sentence, which fits badly. In doubt the words are searched
 * for in any order; where they fit better by so much, it is them that were said, and no sentence.
 */
static int search_freely(struct turn *turn, struct sy_problem *why)
{
	const struct sy_network *ngram = NULL;
	struct sy_findings findings = {0};
	struct sy_evidence freely;
	int err;

	if (fit_of(turn) >= fmin(turn->thresholds.accept, SENTENCE_KEPT))
		return 0;
	if ((err = sy_grammar_set_ngram(
		     turn->ear->grammars, &turn->active, turn->job->grammars, turn->job->n_grammars, &ngram, why)) ||
		(err = sy_network_run(ngram, turn->senones, 1, &findings)))
		return err;
	if (findings.n > 0) {
		sy_evidence_gather(&findings.at[0], NULL, &turn->loop, &freely);
		if (findings.at[0].n_words > 0 &&
			freely.at[SY_EVIDENCE_EXCESS] + FREE_MARGIN < turn->evidence.at[SY_EVIDENCE_EXCESS])
			err = take_words(turn, &findings.at[0], &freely);
	}
	sy_findings_reset(&findings);
	return err;
}

static int run_passes(struct turn *turn, struct sy_problem *why)
{
	int err;

	if ((err = sy_phone_loop_run(turn->ear->model, turn->senones, &turn->loop)) || (err = search(turn, why)))
		return err;
	if (turn->active.loose &&
		(err = sy_decoder_run(turn->ear->decoder, turn->active.loose, turn->senones, &turn->loose, why)))
		return err;
	if (turn->job->universals &&
		(err = sy_spotter_run(turn->ear->spotter, turn->senones, &turn->loop, &turn->spot)))
		return err;
	if ((err = read_sentence(turn)))
		return err;
	if (turn->active.open && turn->job->n_grammars > 0 && (err = search_freely(turn, why)))
		return err;
	sy_request_gather(&turn->spot, &turn->path, &turn->loop, &turn->request);
	return 0;
}

#define FRAME_MS (1000 / SY_FEATURE_RATE)
/* Share of words right where the search trusts them not at all, and what full trust adds. Measured on 900 digits of
 * real people, set in rows of six. */
#define WORD_RIGHT 0.6f
#define WORD_TRUSTED 0.34f

/* How far each word can be trusted, where the search tells. */
static void score_words(const struct sy_path *path, struct sy_hypothesis *hypothesis)
{
	size_t n = 0;

	if (path->n_words > SY_HYPOTHESIS_WORDS_MAX)
		return;
	for (size_t i = 0; i < path->n; i++) {
		const struct sy_heard_word *heard = &path->at[i];
		if (!heard->word)
			continue;
		if (heard->trust <= 0)
			return;
		hypothesis->words[n++] = (struct sy_word_score){.begin_ms = heard->begin * FRAME_MS,
			.end_ms = heard->end * FRAME_MS,
			.confidence = WORD_RIGHT + WORD_TRUSTED * heard->trust};
	}
	hypothesis->n_words = n;
}

/* Another sentence that fits nearly as well and means something else: offered when the caller says no to the first. */
static int find_second(const struct turn *turn, struct sy_hypothesis *hypothesis)
{
	struct sy_reading best = {0};
	int err = turn->kind == SY_HEARD_AS_WORDS && !hypothesis->intent ? read_words(turn, &turn->sentence, &best) : 0;

	if (err)
		return err;
	hypothesis->second = best.intent;
	best.intent = NULL;
	sy_reading_reset(&best);
	for (size_t i = 0; hypothesis->intent && !hypothesis->second && i < turn->findings.n; i++) {
		struct sy_reading reading = {0};
		err = read_words(turn, &turn->findings.at[i], &reading);
		if (err)
			return err;
		if (reading.intent && strcmp(reading.intent, hypothesis->intent) != 0) {
			hypothesis->second = reading.intent;
			reading.intent = NULL;
		}
		sy_reading_reset(&reading);
	}
	return 0;
}

/* How far the words can be trusted, and whether the caller may be in the middle of a sentence. */
static void judge_fit(const struct turn *turn, enum sy_completeness loose, struct sy_hypothesis *hypothesis)
{
	double fit = fit_of(turn);
	enum sy_decision fits = sy_decide(&turn->thresholds, fit);

	/* Words of an open question that make no sentence are still about something. */
	hypothesis->confidence = hypothesis->intent || turn->active.open ? fit : 0;
	hypothesis->decision = hypothesis->intent ? fits : SY_REJECT;
	/* The strict search has to end a number that the caller has only begun. What hardly fits begins nothing. */
	if (turn->findings.broken_off || (fits != SY_ACCEPT && loose == SY_INCOMPLETE))
		hypothesis->completeness = SY_INCOMPLETE;
	/* A caller's own words are no beginning of ours. */
	if (hypothesis->completeness == SY_INCOMPLETE && !hypothesis->intent &&
		(fits == SY_REJECT || turn->kind == SY_HEARD_AS_WORDS))
		hypothesis->completeness = SY_OUTSIDE;
}

/* What the grammar makes of the turn. */
static int judge_grammar(struct turn *turn, struct sy_hypothesis *hypothesis)
{
	struct sy_reading *strict = &turn->reading, loose = {0};
	int err;

	if ((err = read_words(turn, &turn->loose, &loose)) ||
		(err = join_words(turn->path.n_words ? &turn->path : &turn->loose, &hypothesis->text)))
		goto out;
	hypothesis->intent = strict->intent;
	hypothesis->slots = strict->slots;
	strict->intent = NULL;
	strict->slots = (struct sy_pairs){0};
	hypothesis->completeness = strict->completeness;
	score_words(&turn->path, hypothesis);
	judge_fit(turn, loose.completeness, hypothesis);
	err = find_second(turn, hypothesis);
out:
	sy_reading_reset(&loose);
	return err;
}

/* A separate decision, biased to let people through: a spotted request wins unless the grammar is surer of something
 * else. */
static int judge_person(struct turn *turn, struct sy_hypothesis *hypothesis)
{
	bool asked = hypothesis->intent && strcmp(hypothesis->intent, PERSON_INTENT) == 0;
	double p;

	if (asked && hypothesis->decision == SY_CONFIRM && hypothesis->confidence >= REQUEST_ENOUGH)
		hypothesis->decision = SY_ACCEPT;
	if (!turn->job->universals || !turn->spot.phrase)
		return 0;
	turn->request.at[SY_REQUEST_GRAMMAR] = asked;
	turn->request.at[SY_REQUEST_FIT] = asked ? turn->evidence.at[SY_EVIDENCE_EXCESS] : 0;
	p = sy_confidence_request_of(turn->ear->confidence, &turn->request);
	if (!sy_confidence_lets_through(turn->ear->confidence, p))
		return 0;
	if (asked) {
		hypothesis->confidence = fmax(hypothesis->confidence, p);
		hypothesis->decision = SY_ACCEPT;
		return 0;
	}
	if (hypothesis->decision == SY_ACCEPT && hypothesis->confidence > p)
		return 0;
	char *intent = strdup(PERSON_INTENT), *text = strdup(turn->spot.phrase);
	if (!intent || !text) {
		free(intent);
		free(text);
		return ENOMEM;
	}
	free(hypothesis->second);
	hypothesis->second = hypothesis->intent;
	hypothesis->intent = intent;
	free(hypothesis->text);
	hypothesis->text = text;
	sy_pairs_reset(&hypothesis->slots);
	hypothesis->n_words = 0;
	hypothesis->confidence = p;
	hypothesis->decision = SY_ACCEPT;
	hypothesis->completeness = SY_COMPLETE;
	return 0;
}

static int silence(struct sy_hypothesis *hypothesis)
{
	hypothesis->sounded = SY_SOUNDED_SILENCE;
	hypothesis->text = strdup("");
	return hypothesis->text ? 0 : ENOMEM;
}

static double cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void turn_reset(struct turn *turn)
{
	sy_path_reset(&turn->path);
	sy_path_reset(&turn->loose);
	sy_path_reset(&turn->sentence);
	sy_reading_reset(&turn->reading);
	sy_findings_reset(&turn->findings);
	sy_phone_loop_reset(&turn->loop);
	sy_senones_destroy(turn->senones);
}

/* With the ear of the job's band. */
static int hear(struct sphinx *sphinx, struct turn *turn, struct sy_hypothesis *ret_hypothesis,
	struct sy_voice *ret_voice, struct sy_problem *why)
{
	const struct sy_costs usual = SY_COSTS_USUAL;
	struct sy_hypothesis hypothesis = {0};
	bool silent = sy_sounding_silent(turn->job);
	int err;

	turn->thresholds = turn->job->thresholds.accept > 0 ? turn->job->thresholds : sy_costs_thresholds(&usual);
	if ((err = ear_for(sphinx, turn->job->rate, &turn->ear, why)) || (err = activate(turn, why)))
		goto out;
	if (!silent)
		err = sy_ear_score(turn->ear, turn->job, &turn->senones, ret_voice);
	silent = silent || (!err && sy_senones_frames(turn->senones) == 0);
	if (silent && !err)
		err = silence(&hypothesis);
	if (err || silent || (err = run_passes(turn, why)) || (err = judge_grammar(turn, &hypothesis)) ||
		(err = judge_person(turn, &hypothesis)))
		goto out;
	sy_sounding_judge(turn->job, &hypothesis);
	sphinx->evidence = (struct sy_recogniser_evidence){
		.kind = turn->kind, .sentence_kind = turn->kind, .sentence = turn->evidence, .request = turn->request};
	if (turn->kind == SY_HEARD_AS_WORDS) {
		sphinx->evidence.sentence_kind = turn->sentence_kind;
		sphinx->evidence.sentence = turn->sentence_evidence;
		sphinx->evidence.words = turn->evidence;
	}
out:
	turn_reset(turn);
	if (err)
		sy_hypothesis_reset(&hypothesis);
	else
		*ret_hypothesis = hypothesis;
	return err;
}

/* The whole band's ear, which is believed where it is surer. */
static int ask_wide(
	struct sphinx *sphinx, const struct sy_hear_job *wide, struct sy_hypothesis *hypothesis, struct sy_problem *why)
{
	struct sy_hypothesis other = {0};
	struct sy_hear_job job = *wide;
	struct turn turn = {.job = &job};
	struct sy_voice voice = {0};
	int err;

	job.voice = voice; /* the caller's is the line's */
	err = hear(sphinx, &turn, &other, &voice, why);
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
	struct turn turn = {.job = &job};
	struct sy_sound line = {0};
	int err = sy_sound_resample(&sound, SY_RATE_LINE, &line);

	job.pcm = line.pcm;
	job.n = line.n;
	job.rate = line.rate;
	if (!err)
		err = hear(sphinx, &turn, &hypothesis, ret_voice, why);
	if (!err && hypothesis.decision != SY_ACCEPT && hypothesis.sounded != SY_SOUNDED_SILENCE && !turn.active.open)
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
	struct turn turn = {.job = job};
	double begin = cpu_ms();
	int err;

	if (job->rate != SY_RATE_LINE && job->rate != SY_RATE_WIDE)
		return sy_problem_set(why, EINVAL, "sound at %d Hz; it must be at 8000 or 16000", job->rate);
	err = job->rate == SY_RATE_LINE ? hear(state, &turn, &hypothesis, &voice, why)
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
	while (sphinx->known)
		forget(sphinx, sphinx->known->name);
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
