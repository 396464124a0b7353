/*
 * asking: the details that an answer needs: which are known, which is asked now, and what was wrong with a value.
 *
 * What was once filled is never asked again in the call (promise P4): a detail of the same name and kind that another
 * article needs is taken over. A value that was heard in doubt, or that the article wants confirmed, is read back
 * first. Where only a part of it is in doubt, or its words may mean two things, that alone is asked (part.h): once for
 * each value, so that it leads on to reading back and not round in circles.
 *
 * Owner: the call; one thread. Articles are borrowed and outlive it.
 */
#ifndef SY_CONVERSE_ASKING_H
#define SY_CONVERSE_ASKING_H

#include "engine/converse/part.h"
#include "engine/converse/slot_value.h"

struct sy_asking;

struct sy_asking_prm {
	struct sy_slot_value_prm value;
	/* As in call.h: makes the grammar of a slot known and lists the choices of a text slot. */
	int (*slot_grammar)(void *arg, const struct sy_article *article, const struct sy_slot *slot, char *ret_grammar,
		struct sy_strings *ret_choices, struct sy_problem *why);
	void *arg;
};

int sy_asking_create(const struct sy_asking_prm *prm, struct sy_asking **ret_asking);
void sy_asking_destroy(struct sy_asking *asking);

/* A detail that is known from an earlier call: it is not asked again. Normalised. */
int sy_asking_know(struct sy_asking *asking, const char *name, enum sy_value_kind kind, const char *value);

/* A new question: values filled before are kept where it needs them. */
int sy_asking_begin(struct sy_asking *asking, const struct sy_article *article);
/* "Start over": nothing is known any more. */
void sy_asking_forget(struct sy_asking *asking);
const struct sy_article *sy_asking_article(const struct sy_asking *asking); /* NULL before the first */

/* The slots of a sentence, as spoken. What makes no value is left out and asked for. */
int sy_asking_take(struct sy_asking *asking, const struct sy_pairs *spoken, bool doubtful);

/* The details that are in a caller's own words (own_words.h) and not known yet. A day that is named may be another than
 * the one that is asked for ("I can't be home on Friday"), so a date is read back. */
int sy_asking_find(struct sy_asking *asking, const char *words, bool doubtful);

/* What comes next: NEED_VALUE or NEED_CHECK of the slot that is then the present one; ANSWERED when nothing is missing;
 * LOOK_UP_FAILED when the slot's choices cannot be had. */
enum sy_on sy_asking_next(struct sy_asking *asking, struct sy_problem *why);

/* The present slot. */
const struct sy_slot *sy_asking_slot(const struct sy_asking *asking); /* NULL when none is asked for */
const char *sy_asking_value(const struct sy_asking *asking);          /* as it stands, or NULL */
const char *sy_asking_grammar(const struct sy_asking *asking);        /* "" when none */
const struct sy_part *sy_asking_part(const struct sy_asking *asking); /* asked for alone, or NULL */
const char *sy_asking_part_grammar(const struct sy_asking *asking);   /* "" when none */
/* The slot whose kind and length are asked for now: the part's, or the present one. NULL when none. */
const struct sy_slot *sy_asking_wanted(const struct sy_asking *asking);
const struct sy_strings *sy_asking_choices(const struct sy_asking *asking);
size_t sy_asking_count(const struct sy_asking *asking); /* digits of the last value that was offered */

/* Offers a value for the present slot, or for its part, as spoken or normalised (typed, of sy_asking_wanted()); the
 * result is VALUE_SURE, _DOUBTFUL, _PART, _BAD, _LENGTH or _CHECK_DIGIT. It counts once it is stored. `heard`: the
 * whole hypothesis, for the scores of the words; may be NULL. */
enum sy_on sy_asking_hear(struct sy_asking *asking, const char *words, bool sure, const struct sy_hypothesis *heard);
enum sy_on sy_asking_type(struct sy_asking *asking, const char *value);

int sy_asking_store(struct sy_asking *asking);
void sy_asking_checked(struct sy_asking *asking);
/* The present value is wrong: it is forgotten, and read back if it comes again. */
int sy_asking_denied(struct sy_asking *asking);
/* "Go back": forgets the value before the present one and makes its slot the present one; false if there is none. */
bool sy_asking_drop(struct sy_asking *asking);

/* Values of the present article, and all that were filled in the call. */
const struct sy_pairs *sy_asking_values(const struct sy_asking *asking);
const struct sy_pairs *sy_asking_filled(const struct sy_asking *asking);

/* The spoken words of a slot as its value; NULL when they make none. For the event. Caller frees. */
char *sy_asking_normalise(struct sy_asking *asking, const struct sy_slot *slot, const char *words);

#endif
