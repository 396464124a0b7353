#include "engine/hear/passes.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/hear/evidence.h"
#include "grammars/value.h"

/* Excess a frame that PocketSphinx's path may have over the network's, whose blends fit more easily. */
#define UNIVERSALS_BIAS 5.0f
/* Excess a frame that a sentence may have over words in any order, which fit more easily. Of 150 sentences of a base's
 * own, over good and bad lines, 98 in a hundred have less than 4; of natural sentences, whether they were forced into
 * the right article's or into another, 2 in a hundred have less than 6. As many of these find their article with 8, and
 * fewer sentences of the base's own give way; with 5 a third less of foreign speech is asked back as some sentence. */
#define FREE_MARGIN 8.0f
/* Who names details that are expected says no other thing: of 318 orders in quiet two gave way with 6, one with 8. */
#define FREE_MARGIN_ORDER 12.0f
/* A sentence that is right as often as this is not doubted, if it fits so well and hides so little: half of the other
 * people's talk that passed for a surer one fits worse or hides more, of good commands over bad lines one in twenty. */
#define SENTENCE_KEPT 0.8
#define SENTENCE_EXCESS 6.0f
#define SENTENCE_HIDDEN 0.25f
#define WORDS_MAX 400 /* of one turn: 60 s of fast speech */

int sy_passes_begin(struct sy_passes *passes, struct sy_problem *why)
{
	const char *names[SY_HEAR_GRAMMARS_MAX + 1];
	size_t n = passes->job->n_grammars;

	if (n > SY_HEAR_GRAMMARS_MAX)
		return sy_problem_set(why, E2BIG, "more than %d grammars at once", SY_HEAR_GRAMMARS_MAX);
	memcpy(names, passes->job->grammars, n * sizeof *names);
	if (passes->job->universals)
		names[n++] = SY_EAR_UNIVERSALS;
	return sy_grammar_set_activate(passes->ear->grammars, names, n, passes->job->n_grammars, &passes->active, why);
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
static int search_universals(struct sy_passes *passes, struct sy_problem *why)
{
	static const char *const names[] = {SY_EAR_UNIVERSALS};
	const struct sy_path *best = passes->findings.n ? &passes->findings.at[0] : NULL;
	struct sy_evidence theirs = {0}, others = {0};
	struct sy_active alone;
	int err = sy_grammar_set_activate(passes->ear->grammars, names, 1, 0, &alone, why);

	if (!err && alone.strict)
		err = sy_decoder_run(passes->ear->decoder, alone.strict, passes->senones, &passes->heard.path, why);
	if (err || passes->heard.path.n_words == 0 || !best || best->n_words == 0)
		return err;
	sy_evidence_gather(&passes->heard.path, NULL, &passes->loop, &theirs);
	sy_evidence_gather(best, NULL, &passes->loop, &others);
	if (theirs.at[SY_EVIDENCE_EXCESS] > others.at[SY_EVIDENCE_EXCESS] + UNIVERSALS_BIAS)
		swap_paths(&passes->heard.path, &passes->findings.at[0]);
	return 0;
}

/*
 * The strict searches. Ours always runs: it is quick, and tells of a sentence broken off and of a second meaning. Its
 * words count where a graph is too large for PocketSphinx's, which is the surer one in noise.
 */
static int search(struct sy_passes *passes, struct sy_problem *why)
{
	int err = sy_network_run(passes->active.network, passes->senones, SY_NETWORK_BEST_MAX, &passes->findings);

	if (err)
		return err;
	if (passes->active.strict)
		err = sy_decoder_run(
			passes->ear->decoder, passes->active.strict, passes->senones, &passes->heard.path, why);
	else if (passes->job->universals && passes->ear->decoder)
		err = search_universals(passes, why);
	if (!err && passes->heard.path.n_words == 0 && passes->findings.n)
		swap_paths(&passes->heard.path, &passes->findings.at[0]);
	return err;
}

double sy_passes_fit(const struct sy_passes *passes)
{
	const struct sy_hearing *heard = &passes->heard;

	/* Where nothing was heard nothing speaks against it either. */
	return heard->path.n_words ? sy_confidence_of(passes->ear->confidence, heard->kind, &heard->evidence) : 0;
}

int sy_passes_read(const struct sy_passes *passes, const struct sy_path *path, struct sy_reading *ret_reading)
{
	const char *words[WORDS_MAX];
	size_t n = 0;

	for (size_t i = 0; i < path->n && n < WORDS_MAX; i++)
		if (path->at[i].word)
			words[n++] = path->at[i].word;
	return sy_graph_read(passes->active.graph, words, n, ret_reading);
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

static enum sy_heard_kind kind_of(const struct sy_reading *reading, const char *text)
{
	if (*text && is_number(text))
		return SY_HEARD_AS_DIGITS;
	return reading->slots.n > 0 ? SY_HEARD_AS_ORDER : SY_HEARD_AS_COMMAND;
}

/* What the grammar makes of the best sentence, and what speaks for and against that. */
static int read_sentence(const struct sy_passes *passes, struct sy_hearing *heard)
{
	bool *meant = calloc(heard->path.n + 1, sizeof *meant);
	char *text = NULL;
	int err = meant ? sy_path_text(&heard->path, &text) : ENOMEM;

	if (!err)
		err = sy_passes_read(passes, &heard->path, &heard->reading);
	if (!err) {
		sy_evidence_gather(
			&heard->path, passes->active.loose ? &passes->loose : NULL, &passes->loop, &heard->evidence);
		sy_path_meant(&heard->path, &heard->reading.slots, meant);
		heard->evidence.at[SY_EVIDENCE_MEANING] = sy_path_doubt(&heard->path, meant);
		heard->kind = kind_of(&heard->reading, text);
	}
	free(meant);
	free(text);
	return err;
}

/* The words in any order take the sentence's place, which is kept. */
static int take_words(struct sy_passes *passes, struct sy_findings *words, const struct sy_evidence *evidence)
{
	struct sy_hearing *heard = &passes->heard;

	passes->sentence = *heard;
	*heard = (struct sy_hearing){
		.path = words->at[0], .kind = SY_HEARD_AS_WORDS, .evidence = *evidence, .guesses = words->guesses};
	words->at[0] = (struct sy_path){0};
	words->guesses = (struct sy_guesses){0};
	passes->findings.broken_off = false;
	return sy_passes_read(passes, &heard->path, &heard->reading);
}

static bool asks_for_a_person(const struct sy_hearing *heard)
{
	return heard->reading.intent && strcmp(heard->reading.intent, SY_INTENT_PERSON) == 0;
}

static float margin_of(const struct sy_hearing *heard)
{
	return heard->kind == SY_HEARD_AS_ORDER ? FREE_MARGIN_ORDER : FREE_MARGIN;
}

static void gather_words(const struct sy_passes *passes, const struct sy_path *path, struct sy_evidence *ret_evidence)
{
	sy_evidence_gather(path, NULL, &passes->loop, ret_evidence);
	/* Any of many words may stand anywhere, so that none is trusted much: what counts is a word's. */
	if (path->n_words)
		ret_evidence->at[SY_EVIDENCE_DOUBT] /= (float)path->n_words;
	ret_evidence->at[SY_EVIDENCE_MEANING] = ret_evidence->at[SY_EVIDENCE_DOUBT];
}

static bool fits_plainly(const struct sy_passes *passes)
{
	const float *evidence = passes->heard.evidence.at;

	return sy_passes_fit(passes) >= fmin(passes->thresholds.accept, SENTENCE_KEPT) &&
	       evidence[SY_EVIDENCE_EXCESS] < SENTENCE_EXCESS && evidence[SY_EVIDENCE_HIDDEN] < SENTENCE_HIDDEN;
}

/* Whether words in any order have the sentence's details: then they say the same as it, in words that no phrase has. */
static int share_details(const struct sy_path *words, const struct sy_hearing *sentence, bool *ret_share)
{
	bool *meant;

	*ret_share = false;
	if (sentence->reading.slots.n == 0)
		return 0;
	if (!(meant = calloc(sentence->path.n + 1, sizeof *meant)))
		return ENOMEM;
	sy_path_meant(&sentence->path, &sentence->reading.slots, meant);
	*ret_share = sy_path_shares(&sentence->path, meant, words);
	free(meant);
	return 0;
}

/* What words in any order say of a sentence: one that was said fits about as well as they do (of 120 of a base's own
 * over bad lines 95 in a hundred within 2), one into which other people's talk was forced by 3 to 8 worse. */
static int weigh_freely(const struct sy_path *words, const struct sy_evidence *freely, struct sy_hearing *sentence)
{
	float *evidence = sentence->evidence.at;
	bool same = false;
	int err = share_details(words, sentence, &same);

	if (!err && words->n_words > 0 && !same)
		evidence[SY_EVIDENCE_FREE] = fmaxf(0, evidence[SY_EVIDENCE_EXCESS] - freely->at[SY_EVIDENCE_EXCESS]);
	return err;
}

/*
 * Callers who use words of their own are forced into some sentence, which fits badly. In doubt the words are searched
 * for in any order; where they fit better by so much, it is them that were said, and no sentence.
 */
static int search_freely(struct sy_passes *passes, struct sy_problem *why)
{
	const struct sy_network *ngram = NULL;
	struct sy_findings findings = {0};
	struct sy_evidence freely;
	int err;

	if (passes->heard.path.n_words == 0 || fits_plainly(passes))
		return 0;
	if ((err = sy_grammar_set_ngram(passes->ear->grammars, &passes->active, passes->job->grammars,
		     passes->job->n_grammars, &ngram, why)) ||
		(err = sy_network_run(ngram, passes->senones, 1, &findings)))
		return err;
	if (findings.n > 0) {
		gather_words(passes, &findings.at[0], &freely);
		err = weigh_freely(&findings.at[0], &freely, &passes->heard);
		if (!err && passes->heard.evidence.at[SY_EVIDENCE_FREE] > margin_of(&passes->heard))
			err = take_words(passes, &findings, &freely);
	}
	sy_findings_reset(&findings);
	return err;
}

/* What speaks for a spotted request, the sentence that was heard beside it, were its words taken or not: words in any
 * order fit everything, "ah per either" as well as "operator". */
static void gather_request(struct sy_passes *passes)
{
	const struct sy_hearing *sentence =
		passes->heard.kind == SY_HEARD_AS_WORDS ? &passes->sentence : &passes->heard;

	sy_request_gather(&passes->spot, &sentence->path, &passes->loop, &passes->request);
	if (!passes->spot.phrase || !asks_for_a_person(sentence))
		return;
	passes->request.at[SY_REQUEST_GRAMMAR] = 1;
	passes->request.at[SY_REQUEST_FIT] = sentence->evidence.at[SY_EVIDENCE_EXCESS];
}

int sy_passes_run(struct sy_passes *passes, struct sy_problem *why)
{
	int err;

	if ((err = sy_phone_loop_run(passes->ear->model, passes->senones, &passes->loop)) ||
		(err = search(passes, why)))
		return err;
	if (passes->active.loose && (err = sy_decoder_run(passes->ear->decoder, passes->active.loose, passes->senones,
					     &passes->loose, why)))
		return err;
	if (passes->job->universals &&
		(err = sy_spotter_run(passes->ear->spotter, passes->senones, &passes->loop, &passes->spot)))
		return err;
	if ((err = read_sentence(passes, &passes->heard)))
		return err;
	if (passes->active.open && passes->job->n_grammars > 0 && (err = search_freely(passes, why)))
		return err;
	gather_request(passes);
	return 0;
}

static void hearing_reset(struct sy_hearing *hearing)
{
	sy_path_reset(&hearing->path);
	sy_guesses_reset(&hearing->guesses);
	sy_reading_reset(&hearing->reading);
}

void sy_passes_reset(struct sy_passes *passes)
{
	hearing_reset(&passes->heard);
	hearing_reset(&passes->sentence);
	sy_path_reset(&passes->loose);
	sy_findings_reset(&passes->findings);
	sy_phone_loop_reset(&passes->loop);
	sy_senones_destroy(passes->senones);
	passes->senones = NULL;
}
