/*
 * call_parts: the inside of a call, shared by the files that make it up and by nobody else:
 * call.c (frames, keys and results), call_acts.c (carries out the dialogue's rows), call_turn.c (what the caller said),
 * call_earlier.c (a turn that the caller goes on with), call_keys.c (what the caller typed), call_words.c (what we
 * say), call_events.c (what we report).
 */
#ifndef SY_CONVERSE_CALL_PARTS_H
#define SY_CONVERSE_CALL_PARTS_H

#include "audio/frame.h"
#include "base/text.h"
#include "engine/converse/asking.h"
#include "engine/converse/call.h"
#include "engine/converse/dialogue.h"
#include "engine/converse/menu.h"
#include "engine/converse/own_words.h"
#include "engine/converse/telling.h"
#include "engine/converse/turn.h"
#include "engine/converse/typed.h"
#include "engine/converse/understand.h"

/* How long the caller may be silent before we say something; five seconds is a breath and a thought. */
#define SY_CALL_SILENCE_MS 5000
/* More after each failure in a row (promise P8), and when we ask whether somebody is there at all. */
#define SY_CALL_SILENCE_MORE_MS 2000
#define SY_CALL_STILL_THERE_MS 8000
/* While a person is being fetched the caller hears something at least this often. */
#define SY_CALL_PERSON_WAIT_MS 10000
/* A look-up that brings nothing for so long has failed; one takes 50 ms at most (SY_LOOKUP_STEPS_MAX), and may wait
 * behind others. */
#define SY_CALL_LOOK_UP_MAX_MS 3000
/* An event leads to at most so many others at once; more is a loop in the table. */
#define SY_CALL_STEPS_MAX 16

/* An article that was heard, chosen or suggested, with what was said about it. */
struct sy_candidate {
	const struct sy_article *article;
	const struct sy_article *second;
	struct sy_pairs slots; /* as spoken */
	char *words;           /* where it was found in a caller's own words: those that were surely heard; or NULL */
	bool doubtful;
};

/* The turn before, while the caller may go on with it: where the call stood when it was heard; or, while it is taken
 * back, where it led to. */
struct sy_earlier {
	struct sy_dialogue dialogue;
	struct sy_candidate candidate;
	bool awaits;    /* a look-up */
	bool looked_up; /* which is there meanwhile */
	bool taken_back;
	struct sy_hypothesis heard;
	bool sure;         /* it led on without a question back */
	bool whole_stands; /* both together mean something, surely, and not the same as the first alone */
	bool noise;        /* what was added to it is nobody's */
};

void sy_candidate_reset(struct sy_candidate *candidate);

struct sy_call {
	struct sy_call_prm prm; /* borrowed pointers; the case key is copied */
	char *case_key;
	const struct sy_content *content;
	struct sy_pairs common; /* what every text may use */
	struct sy_dialogue dialogue;
	enum sy_state before; /* the state in which what is going on now came */
	struct sy_telling *telling;
	struct sy_turn *turn;
	struct sy_asking *asking;
	struct sy_menu menu;
	struct sy_typed typed;
	struct sy_candidate candidate;
	struct sy_earlier earlier;
	struct sy_card card;
	struct sy_voice voice;
	uint32_t next_job;
	uint32_t pass_job; /* 0: none under way */
	int64_t now_ms;
	int64_t look_up_since_ms;          /* a look-up is awaited */
	int64_t quiet_since_ms;            /* since when the caller could have spoken */
	const struct sy_article *answered; /* the last one that was answered */
	char *answer;                      /* its words, with what goes before them; NULL before the first */
	char *none;                        /* the article's own words for "nothing found", or NULL */
	char key;                          /* the last one */
	struct sy_thresholds thresholds;   /* from what mistakes cost */
	bool month_first;                  /* of dates in figures: the prompts' date-order */
	bool begun;
	bool goes_on; /* with an earlier call's case */
	bool ended;
	bool by_keys;      /* the caller has used the keys */
	bool offered_more; /* follow-ups of the last answer were named */
	bool noise;        /* since quiet_since_ms something sounded that was nobody */
	bool awaits;       /* a look-up */
	bool voiced;       /* the last frame carried a prompt */
	int err;           /* a result could not be dealt with; the next frame reports it */
};

/* call_acts.c: one event, and all that follows from it at once. */
int sy_call_step(struct sy_call *call, enum sy_on on);

/* call_turn.c */
int sy_call_listen(struct sy_call *call, const int16_t *frame);
/* A decode's result that was awaited. */
int sy_call_weigh(struct sy_call *call, int err, const struct sy_hypothesis *heard);

/* call_earlier.c: where the call stands before a turn is understood; kept behind it if it may be gone on with. */
int sy_call_mark(const struct sy_call *call, struct sy_earlier *ret_mark);
/* Takes the mark. The turn is over and has led on. */
int sy_call_keep(struct sy_call *call, struct sy_earlier *mark, const struct sy_hypothesis *heard, enum sy_on on);
/* What the turn before led to is taken back, or counts again. */
void sy_call_take_back(struct sy_call *call, bool back);
/* Both together are no more than the turn before alone was: noise, or words that only spoil what was sure. `sure`: both
 * lead on without a question back. */
bool sy_call_adds_nothing(const struct sy_call *call, const struct sy_hypothesis *heard, bool sure);
/* The turn before was answered, and this alone asks the same. */
bool sy_call_repeats(const struct sy_call *call, const struct sy_hypothesis *heard);
/* The turn that is under way is not the caller's. */
void sy_call_drop_turn(struct sy_call *call);
void sy_earlier_reset(struct sy_earlier *earlier);

/* call_keys.c: a key that may be part of a value; *ret_on is SY_ON_N while more is awaited. */
int sy_call_type(struct sy_call *call, enum sy_on *ret_on, struct sy_text *text);
bool sy_call_types(const struct sy_call *call, char key);
int sy_call_typed_timer(struct sy_call *call);

/* call_words.c: each adds to `text`. */
int sy_call_add_prompt(
	struct sy_call *call, enum sy_prompt_id prompt, const struct sy_pairs *more, struct sy_text *text);
int sy_call_add_lead(struct sy_call *call, enum sy_prompt_id lead, struct sy_text *text);
int sy_call_add_question(struct sy_call *call, enum sy_state asked_in, struct sy_text *text);
int sy_call_add_choices(struct sy_call *call, struct sy_text *text);

/* call_events.c */
int sy_call_emit_begin(struct sy_call *call);
void sy_call_emit_said(void *arg, const struct sy_told *told);
int sy_call_emit_heard(struct sy_call *call, const struct sy_hypothesis *heard);
void sy_call_emit_key(struct sy_call *call, char key);
void sy_call_emit_silence(struct sy_call *call, int ms);
int sy_call_emit_answer(struct sy_call *call, const char *text);
int sy_call_emit_handoff(struct sy_call *call, enum sy_reason reason);
void sy_call_emit_end(struct sy_call *call, enum sy_state before, enum sy_on on);

#endif
