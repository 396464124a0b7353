/*
 * dialogue: what happens next, as a table: (state, event, failures in a row) -> next state, words and actions.
 *
 * Pure: no clock, no input or output, no memory of its own beyond struct sy_dialogue. `call` turns what happens in a
 * call into events and carries out the actions; everything that callers are promised about the way to a person is a row
 * of the table, so the exit proof (engine/converse/exit_proof.h) can walk it.
 *
 * The first row that fits decides. Thread-safe.
 */
#ifndef SY_CONVERSE_DIALOGUE_H
#define SY_CONVERSE_DIALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "prompts/prompt_id.h"

/* X(constant, name) */
#define SY_STATE_LIST(X)                                                                                               \
	X(SY_STATE_GREETING, "greeting")   /* the greeting is being spoken */                                          \
	X(SY_STATE_OPEN, "open")           /* the open question was asked */                                           \
	X(SY_STATE_CONFIRM, "confirm")     /* "Did you ask about …?" */                                              \
	X(SY_STATE_EITHER, "either")       /* "Did you ask about …, or about …?" */                                \
	X(SY_STATE_PURSUING, "pursuing")   /* looking for what is still missing: no longer than a look-up takes */     \
	X(SY_STATE_ASK, "ask")             /* a slot's question was asked */                                           \
	X(SY_STATE_CHECK, "check")         /* a value was read back */                                                 \
	X(SY_STATE_CORRECT, "correct")     /* it was wrong; the right one was asked for */                             \
	X(SY_STATE_ANSWERING, "answering") /* the answer is being spoken */                                            \
	X(SY_STATE_PARTING, "parting")     /* the same, and a person takes over after it */                            \
	X(SY_STATE_FOLLOW_UP, "follow-up") /* "Is there anything else?" */                                             \
	X(SY_STATE_STILL_THERE, "still-there")                                                                         \
	X(SY_STATE_TOPICS, "topics")       /* the keys-only way: topics */                                             \
	X(SY_STATE_TITLES, "titles")       /* the keys-only way: questions of a topic */                               \
	X(SY_STATE_OFFER, "offer")         /* a person was offered */                                                  \
	X(SY_STATE_HAND_OVER, "hand-over") /* a person is being fetched */                                             \
	X(SY_STATE_PASSED, "passed")       /* a person has the caller or the case; this is being said */               \
	X(SY_STATE_GOODBYE, "goodbye")     /* goodbye is being spoken */                                               \
	X(SY_STATE_ENDED, "ended")

#define SY_ON_LIST(X)                                                                                                  \
	X(SY_ON_BEGIN, "begin")                                                                                        \
	X(SY_ON_GO_ON, "go-on") /* the same, for a call that goes on with an earlier case */                           \
	X(SY_ON_SAID, "said")   /* the prompt has been spoken to its end */                                            \
	/* what the caller said */                                                                                     \
	X(SY_ON_ARTICLE_SURE, "article-sure")                                                                          \
	X(SY_ON_ARTICLE_MAYBE, "article-maybe")                                                                        \
	X(SY_ON_ARTICLE_EITHER, "article-either") /* one of two */                                                     \
	X(SY_ON_NOT_UNDERSTOOD, "not-understood")                                                                      \
	X(SY_ON_AGENT, "agent")                                                                                        \
	X(SY_ON_AGENT_MAYBE, "agent-maybe")                                                                            \
	X(SY_ON_YES, "yes")                                                                                            \
	X(SY_ON_NO, "no")                                                                                              \
	X(SY_ON_FIRST, "first") /* of two that were named */                                                           \
	X(SY_ON_SECOND, "second")                                                                                      \
	X(SY_ON_REPEAT, "repeat")                                                                                      \
	X(SY_ON_SLOWER, "slower")                                                                                      \
	X(SY_ON_LOUDER, "louder")                                                                                      \
	X(SY_ON_HELP, "help")                                                                                          \
	X(SY_ON_GO_BACK, "go-back")                                                                                    \
	X(SY_ON_START_OVER, "start-over")                                                                              \
	X(SY_ON_GOODBYE, "goodbye")                                                                                    \
	X(SY_ON_VALUE_SURE, "value-sure")                                                                              \
	X(SY_ON_VALUE_DOUBTFUL, "value-doubtful")                                                                      \
	X(SY_ON_VALUE_PART, "value-part")               /* a part of it is to be asked for */                          \
	X(SY_ON_VALUE_BAD, "value-bad")                 /* no value of that kind */                                    \
	X(SY_ON_VALUE_LENGTH, "value-length")           /* too few or too many digits */                               \
	X(SY_ON_VALUE_CHECK_DIGIT, "value-check-digit") /* a digit must be wrong */                                    \
	/* what the caller did not say */                                                                              \
	X(SY_ON_SILENCE, "silence")                                                                                    \
	X(SY_ON_NOISE, "noise")                                                                                        \
	X(SY_ON_TOO_LONG, "too-long")                                                                                  \
	/* keys; digits of a number that is being typed are none of these */                                           \
	X(SY_ON_KEY_0, "key-0")                                                                                        \
	X(SY_ON_KEY_1, "key-1")                                                                                        \
	X(SY_ON_KEY_2, "key-2")                                                                                        \
	X(SY_ON_KEY_DIGIT, "key-digit") /* 3 to 9, A to D */                                                           \
	X(SY_ON_KEY_STAR, "key-star")                                                                                  \
	X(SY_ON_KEY_HASH, "key-hash")                                                                                  \
	/* what an action found */                                                                                     \
	X(SY_ON_NEED_VALUE, "need-value")                                                                              \
	X(SY_ON_NEED_CHECK, "need-check")                                                                              \
	X(SY_ON_ANSWERED, "answered")                                                                                  \
	X(SY_ON_ANSWERED_PASS, "answered-pass") /* answered, and the article wants a person afterwards */              \
	X(SY_ON_NOTHING_FOUND, "nothing-found")                                                                        \
	X(SY_ON_LOOK_UP_FAILED, "look-up-failed")                                                                      \
	X(SY_ON_LOOKED_UP, "looked-up")   /* what was awaited is there: pursue again */                                \
	X(SY_ON_OTHER_LEFT, "other-left") /* "no", and there is a second best */                                       \
	X(SY_ON_NO_OTHER, "no-other")                                                                                  \
	X(SY_ON_VALUE_LEFT, "value-left") /* "go back", and there is a detail to go back to */                         \
	X(SY_ON_NO_VALUE_LEFT, "no-value-left")                                                                        \
	X(SY_ON_CHOSEN, "chosen")                                                                                      \
	X(SY_ON_NO_CHOICE, "no-choice")                                                                                \
	/* our own troubles */                                                                                         \
	X(SY_ON_HEAR_ERROR, "hear-error")                                                                              \
	X(SY_ON_SAY_ERROR, "say-error")                                                                                \
	/* the hand-off */                                                                                             \
	X(SY_ON_HANDED, "handed")                                                                                      \
	X(SY_ON_WAITING, "waiting")                                                                                    \
	X(SY_ON_NOT_HANDED, "not-handed")                                                                              \
	X(SY_ON_HANG_UP, "hang-up")

#define SY_DIALOGUE_CONSTANT(constant, name) constant,
enum sy_state { SY_STATE_LIST(SY_DIALOGUE_CONSTANT) SY_STATE_N, SY_STATE_SAME = SY_STATE_N };
enum sy_on { SY_ON_LIST(SY_DIALOGUE_CONSTANT) SY_ON_N };
#undef SY_DIALOGUE_CONSTANT

#define SY_IN(state) (1u << (state))
#define SY_AT(on) (1ull << (on))

/* Two failures in a row offer a person, the third puts the caller through (promise P2). */
#define SY_FAILURES_MAX 3

/* What `call` does for a row, in this order. */
enum sy_do {
	SY_DO_COUNT = 1 << 0,     /* one more failure in a row */
	SY_DO_CLEAR = 1 << 1,     /* the row of failures is broken */
	SY_DO_FORGET = 1 << 2,    /* the article and its values */
	SY_DO_SUGGEST = 1 << 3,   /* what was heard, one article or either of two, becomes a question back */
	SY_DO_TAKE = 1 << 4,      /* the article that was heard, suggested or chosen is what the caller wants */
	SY_DO_STORE = 1 << 5,     /* the value that was heard or typed */
	SY_DO_CHECKED = 1 << 6,   /* the value that was read back is right */
	SY_DO_DENIED = 1 << 7,    /* it is wrong */
	SY_DO_DROP = 1 << 8,      /* the value asked before this one -> VALUE_LEFT, NO_VALUE_LEFT */
	SY_DO_OTHER = 1 << 9,     /* the second best -> OTHER_LEFT, NO_OTHER */
	SY_DO_PURSUE = 1 << 10,   /* -> NEED_VALUE, NEED_CHECK, ANSWERED, … */
	SY_DO_ANSWERED = 1 << 11, /* an answer is given; the caller may now be silent because all is said */
	SY_DO_TOPICS = 1 << 12,   /* the list of topics from its beginning */
	SY_DO_CHOOSE = 1 << 13,   /* the key's choice -> CHOSEN, NO_CHOICE */
	SY_DO_MORE = 1 << 14,     /* the next page of choices */
	SY_DO_TYPE = 1 << 15,     /* the key belongs to a value */
	SY_DO_SLOWER = 1 << 16,
	SY_DO_LOUDER = 1 << 17,
	SY_DO_PASS = 1 << 18,     /* ask for a person, with the row's reason */
	SY_DO_ANSWER = 1 << 19,   /* say the answer */
	SY_DO_NONE = 1 << 20,     /* say that nothing was found, in the article's words if it has some */
	SY_DO_QUESTION = 1 << 21, /* ask the next state's question */
	SY_DO_REPEAT = 1 << 22,   /* the last prompt once more */
	SY_DO_RESUME = 1 << 23,   /* a prompt that was stopped goes on */
	SY_DO_END = 1 << 24,
};

enum sy_reason { SY_REASON_NONE, SY_REASON_ASKED, SY_REASON_UNSURE, SY_REASON_SILENCE, SY_REASON_ARTICLE };

struct sy_row {
	uint32_t in;    /* states, SY_IN() of each */
	uint64_t at;    /* events, SY_AT() of each */
	uint8_t failed; /* fits after so many failures in a row: bit n for n; 0: any number */
	bool answered;  /* fits only after an answer was given */
	uint8_t next;   /* enum sy_state */
	uint8_t lead;   /* enum sy_prompt_id, said first */
	uint8_t reason; /* enum sy_reason, of SY_DO_PASS */
	uint32_t act;   /* enum sy_do, joined */
};

struct sy_dialogue_table {
	const struct sy_row *rows;
	size_t n;
};

/* Where a call stands. Small and whole, so that the walk can enumerate it. */
struct sy_dialogue {
	enum sy_state state;
	unsigned failures; /* in a row, 0..SY_FAILURES_MAX */
	bool answered;
};

/* The dialogue that calls use. */
const struct sy_dialogue_table *sy_dialogue_table(void);

/* The row for an event; NULL when the table has none, which the exit proof rules out. */
const struct sy_row *sy_dialogue_find(
	const struct sy_dialogue_table *table, const struct sy_dialogue *dialogue, enum sy_on on);

/* Where that row leads. */
void sy_dialogue_follow(const struct sy_row *row, struct sy_dialogue *dialogue);

const char *sy_state_name(enum sy_state state);
const char *sy_on_name(enum sy_on on);
const char *sy_reason_name(enum sy_reason reason); /* "asked" | "unsure" | "silence" | "article"; NULL for none */

/* In these the caller has the word once the prompt has ended; in the others the end of the prompt leads on. */
bool sy_state_listens(enum sy_state state);

#endif
