/*
 * hypothesis: what a turn of the caller was heard as. A plain value; sy_hypothesis_reset() frees it.
 */
#ifndef SY_HEAR_HYPOTHESIS_H
#define SY_HEAR_HYPOTHESIS_H

#include <stdbool.h>

#include "base/costs.h"
#include "base/guesses.h"
#include "base/pairs.h"
#include "grammars/graph.h"

enum sy_decision { SY_REJECT, SY_CONFIRM, SY_ACCEPT };

/* Answer, ask back or ask anew, by how sure it is. */
enum sy_decision sy_decide(const struct sy_thresholds *thresholds, double p);

enum sy_sounded { SY_SOUNDED_SPEECH, SY_SOUNDED_SILENCE, SY_SOUNDED_NOISE, SY_SOUNDED_CLIPPED };

/* Words of one turn that are scored one by one: twice as many as fit into a long number. */
#define SY_HYPOTHESIS_WORDS_MAX 64

/* One word of the text. */
struct sy_word_score {
	int begin_ms; /* in the turn's samples */
	int end_ms;
	float confidence; /* 0..1: the share of such words that are right */
};

/* The intent of who wants a person. */
#define SY_INTENT_PERSON "agent"

struct sy_hypothesis {
	char *text;   /* best words, also on reject; "" when none */
	char *intent; /* NULL when the words are no sentence */
	char *second; /* the runner-up intent, or NULL; of words that make no sentence, that of the sentence which
		       * fits the sound best */
	struct sy_pairs slots;     /* the words of each slot, as spoken */
	struct sy_guesses guesses; /* of words that make no sentence: what else may have been said */
	double confidence; /* 0..1, calibrated: the share of such results that are right; without a sentence, of words
			    */

	enum sy_decision decision;
	enum sy_completeness completeness;
	enum sy_sounded sounded;
	int audio_ms;
	int decode_ms;
	/* The i-th is that of the i-th word of `text` (blanks part them), so that only the part of a number that was
	 * heard in doubt is asked for again. n_words 0: words were not scored, or are too many. */
	struct sy_word_score words[SY_HYPOTHESIS_WORDS_MAX];
	size_t n_words;
};

int sy_hypothesis_copy(const struct sy_hypothesis *hypothesis, struct sy_hypothesis *ret_copy);
void sy_hypothesis_reset(struct sy_hypothesis *hypothesis);
const char *sy_decision_name(enum sy_decision decision); /* "accept" | "confirm" | "reject" */
const char *sy_sounded_name(enum sy_sounded sounded);    /* "speech" | "silence" | "noise" | "clipped" */

#endif
