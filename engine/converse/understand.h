/*
 * understand: what a hypothesis means where the call stands: an event of the dialogue. Pure but for the search, which
 * is immutable.
 */
#ifndef SY_CONVERSE_UNDERSTAND_H
#define SY_CONVERSE_UNDERSTAND_H

#include "engine/converse/dialogue.h"
#include "engine/hear/hypothesis.h"
#include "kb/search_heard.h"

/* A request for a person heard less surely than this is asked back: "Would you like to speak to a person?" */
#define SY_HEARD_REQUEST 0.6
/* Below this share of right results not even a confirming question is worth the caller's time. */
#define SY_HEARD_HOPELESS 0.2
/* A goodbye heard less surely than this may be something else, and the call would be cut off. */
#define SY_HEARD_GOODBYE 0.7

struct sy_understand_prm {
	enum sy_state state;
	const struct sy_content *content;
	const struct sy_search *search;     /* may be NULL */
	const struct sy_article *suggested; /* in SY_STATE_CONFIRM and SY_STATE_EITHER */
	const struct sy_article *other;     /* the second one that was named, in SY_STATE_EITHER */
	const struct sy_slot *slot;         /* the one asked for, or NULL */
	const struct sy_slot *part;         /* the part of it that is asked for alone, or NULL */
	struct sy_thresholds thresholds;    /* zeroed: those of SY_COSTS_USUAL */
};

struct sy_meaning {
	enum sy_on on;                    /* VALUE_SURE or VALUE_DOUBTFUL: `words` are to be judged first */
	const struct sy_article *article; /* of ARTICLE_SURE, ARTICLE_MAYBE, ARTICLE_EITHER */
	const struct sy_article *second;  /* next best, or NULL; there in ARTICLE_EITHER */
	const char *words;                /* of a value; borrowed from the hypothesis */
	bool searched;                    /* the words are no sentence; the search knew them */
};

void sy_understand(
	const struct sy_understand_prm *prm, const struct sy_hypothesis *heard, struct sy_meaning *ret_meaning);

/* It leads on without a question back. */
bool sy_meaning_sure(const struct sy_meaning *meaning);

/* The shortest thing said that must have had a word in it; a sound without one is a cough below this. */
#define SY_HEARD_COUGH_MS 700

/* Nobody spoke: silence, noise, or a short sound without a word. `ms` is how long it was. */
bool sy_heard_nobody(const struct sy_hypothesis *heard, int64_t ms);

/* A number is being said that may go on after this: its length is free, or not reached. */
bool sy_heard_number(const struct sy_understand_prm *prm, const struct sy_hypothesis *heard);

#endif
