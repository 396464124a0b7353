/*
 * confidence: from what the searches cost to the share of such results that are right.
 *
 * A logistic function over a few pieces of evidence; its weights are fitted on recordings by tools/calibrate and kept
 * in engine/hear/model, a file for each ear (base/weights.h). Immutable after load; thread-safe.
 */
#ifndef SY_HEAR_CONFIDENCE_H
#define SY_HEAR_CONFIDENCE_H

#include "base/problem.h"
#include "base/weights.h"
#include "engine/hear/hypothesis.h"

/* Costs are SY_SENONE_UNIT a frame above the phone loop over the same frames: 0 is as good as any phones could be. */
enum sy_evidence_id {
	SY_EVIDENCE_ONE,       /* always 1 */
	SY_EVIDENCE_EXCESS,    /* all words */
	SY_EVIDENCE_WORST,     /* the word that fits worst */
	SY_EVIDENCE_AGREEMENT, /* share of words, 0..1, on which a loose loop of the same words agrees */
	SY_EVIDENCE_LOOSE,     /* how much cheaper the loose loop was, a frame */
	SY_EVIDENCE_FILLER,    /* share of speech frames, 0..1, that the path gave to noise between words */
	SY_EVIDENCE_SHORT,     /* 1 / number of phones: short sentences fit anything */
	SY_EVIDENCE_PACE,      /* how far the phones' mean length is from 8 frames, as |log ratio| */
	SY_EVIDENCE_DOUBT,     /* -ln of the trust in each word (sy_heard_word.trust), summed, 0..9 */
	SY_EVIDENCE_MEANING,   /* the same of the words that its details are made of; of all where it has none */
	SY_EVIDENCE_FREE,   /* how much better words in any order fit, a frame, 0..; 0 where they were not searched */
	SY_EVIDENCE_HIDDEN, /* frames of what sounds like speech that the path takes for silence, to one of its words'
			     */
	SY_EVIDENCE_COUNT,
};

#define SY_DOUBT_MAX 9  /* a word that is trusted less is not trusted at all */
#define SY_HIDDEN_MAX 4 /* what is a fifth of the speech or less is not what was said */

struct sy_evidence {
	float at[SY_EVIDENCE_COUNT];
};

/* The same for a spotted request for a person (spotter.h). */
enum sy_request_id {
	SY_REQUEST_ONE,     /* always 1 */
	SY_REQUEST_EXCESS,  /* cost above the phone loop, a frame */
	SY_REQUEST_WORST,   /* of its worst phone */
	SY_REQUEST_MARGIN,  /* how much cheaper it is than the grammar's own words over the same frames */
	SY_REQUEST_PACE,    /* how far its phones' mean length is from 8 frames, as |log ratio| */
	SY_REQUEST_SHORT,   /* 1 / number of phones */
	SY_REQUEST_GRAMMAR, /* 1: the grammar's own words ask for a person, too */
	SY_REQUEST_FIT, /* excess of those words above the phone loop, a frame; 0 when they ask for something else */
	SY_REQUEST_COUNT,
};

struct sy_request {
	float at[SY_REQUEST_COUNT];
};

/* The same for a word, by what the search says of it alone. */
enum sy_word_id {
	SY_WORD_ONE,   /* always 1 */
	SY_WORD_DOUBT, /* sy_word_doubt() */
	SY_WORD_COUNT,
};

/* What the words of a result are; each kind is fitted by itself. */
enum sy_heard_kind {
	/* One of the grammar's sentences: confidence is the share of such results that are right. */
	SY_HEARD_AS_COMMAND, /* without details: a question, yes or no, what works everywhere */
	SY_HEARD_AS_ORDER,   /* with details */
	SY_HEARD_AS_DIGITS,  /* a number and nothing else */
	/* A caller's own words, in any order: the share of them that are right. */
	SY_HEARD_AS_WORDS,
	SY_HEARD_KINDS,
};

struct sy_confidence;

int sy_confidence_load(const char *path, struct sy_confidence **ret_confidence, struct sy_problem *why);
void sy_confidence_destroy(struct sy_confidence *confidence);

/* 0..1 */
double sy_confidence_of(
	const struct sy_confidence *confidence, enum sy_heard_kind kind, const struct sy_evidence *evidence);

/* The root of -ln of the trust in a word (sy_heard_word.trust), 0..3: it is that which the log odds of digits in rows
 * go down with (1,454 of people, over good and bad lines). */
float sy_word_doubt(float trust);
/* The share of words right that the search trusts so much, 0..1. */
double sy_confidence_word_of(const struct sy_confidence *confidence, float trust);

/* The share of such requests that were made, 0..1, and whether that is enough to let the caller through. */
double sy_confidence_request_of(const struct sy_confidence *confidence, const struct sy_request *request);
bool sy_confidence_lets_through(const struct sy_confidence *confidence, double p);

/* In the file: "command_excess", "words_excess", "request_excess", "word_doubt". */
void sy_evidence_name(enum sy_heard_kind kind, enum sy_evidence_id id, char *ret_name); /* SY_WEIGHT_NAME_MAX */
const char *sy_request_name(enum sy_request_id id);
const char *sy_word_name(enum sy_word_id id);

#endif
