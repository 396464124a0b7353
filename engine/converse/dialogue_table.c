/*
 * The dialogue itself. Read it from the top: the first row that fits decides. docs/dialogue.md draws it.
 */
#include "engine/converse/dialogue.h"

#define ALL ((1u << SY_STATE_N) - 1)
#define WITH_PERSON (SY_IN(SY_STATE_HAND_OVER) | SY_IN(SY_STATE_PASSED))
/* Where the caller is with us and nobody else. */
#define OURS (ALL & ~WITH_PERSON & ~SY_IN(SY_STATE_ENDED))
#define OPENS (SY_IN(SY_STATE_GREETING) | SY_IN(SY_STATE_OPEN))
#define SLOTS (SY_IN(SY_STATE_ASK) | SY_IN(SY_STATE_CORRECT))
#define ASKED_BACK (SY_IN(SY_STATE_CONFIRM) | SY_IN(SY_STATE_EITHER))
#define MENUS (SY_IN(SY_STATE_TOPICS) | SY_IN(SY_STATE_TITLES))
#define ANSWERS (SY_IN(SY_STATE_ANSWERING) | SY_IN(SY_STATE_PARTING))
#define AFTERWARDS (SY_IN(SY_STATE_FOLLOW_UP) | SY_IN(SY_STATE_STILL_THERE))
/* Here a failure comes back to the open question, or to "anything else?", because the state itself asks nothing. */
#define BACK_TO_OPEN (OPENS | SY_IN(SY_STATE_PURSUING))
#define BACK_TO_MORE (SY_IN(SY_STATE_ANSWERING) | SY_IN(SY_STATE_GOODBYE) | AFTERWARDS)

#define EVERY ((1ull << SY_ON_N) - 1)
#define WANTS_PERSON (SY_AT(SY_ON_AGENT) | SY_AT(SY_ON_KEY_0))
#define SAYS_YES (SY_AT(SY_ON_YES) | SY_AT(SY_ON_KEY_1))
#define SAYS_NO (SY_AT(SY_ON_NO) | SY_AT(SY_ON_KEY_2))
#define SAYS_AGAIN (SY_AT(SY_ON_REPEAT) | SY_AT(SY_ON_KEY_STAR))
#define DIGITS (SY_AT(SY_ON_KEY_1) | SY_AT(SY_ON_KEY_2) | SY_AT(SY_ON_KEY_DIGIT))
#define VALUES (SY_AT(SY_ON_VALUE_SURE) | SY_AT(SY_ON_VALUE_DOUBTFUL) | SY_AT(SY_ON_VALUE_PART))
#define AFTER(n) (1u << (n))
#define AFTER_TWO (AFTER(2) | AFTER(3))

/* clang-format off */

/* A failure of one kind: tell, then ask again; the second time in a row offer a person; the third put through (P2). */
#define FAILED_ONCE(states, kind, to, told)                                                                            \
	{.in = states, .at = kind, .failed = AFTER(0), .next = to, .lead = told, .act = SY_DO_COUNT | SY_DO_QUESTION}
#define LADDER(kind, told, why, passing)                                                                               \
	{.in = SY_IN(SY_STATE_PARTING), .at = kind, .next = SY_STATE_HAND_OVER, .lead = SY_PROMPT_PERSON_ARTICLE,      \
		.reason = SY_REASON_ARTICLE, .act = SY_DO_COUNT | SY_DO_PASS},                                         \
	FAILED_ONCE(BACK_TO_OPEN, kind, SY_STATE_OPEN, told),                                                          \
	FAILED_ONCE(BACK_TO_MORE, kind, SY_STATE_FOLLOW_UP, told),                                                     \
	FAILED_ONCE(OURS, kind, SY_STATE_SAME, told),                                                                  \
	{.in = OURS, .at = kind, .failed = AFTER(1), .next = SY_STATE_OFFER, .lead = told,                             \
		.act = SY_DO_COUNT | SY_DO_QUESTION},                                                                  \
	{.in = OURS, .at = kind, .failed = AFTER_TWO, .next = SY_STATE_HAND_OVER, .lead = passing, .reason = why,      \
		.act = SY_DO_COUNT | SY_DO_PASS}

/* What we asked about is not it. */
#define TURNED_DOWN(state, kind)                                                                                       \
	{.in = SY_IN(state), .at = kind, .failed = AFTER(0), .next = SY_STATE_OPEN, .lead = SY_PROMPT_CONFIRM_NO,      \
		.act = SY_DO_COUNT},                                                                                   \
	{.in = SY_IN(state), .at = kind, .failed = AFTER(1), .next = SY_STATE_OFFER, .lead = SY_PROMPT_NOT_UNDERSTOOD, \
		.act = SY_DO_COUNT | SY_DO_QUESTION},                                                                  \
	{.in = SY_IN(state), .at = kind, .next = SY_STATE_HAND_OVER, .lead = SY_PROMPT_PERSON_UNSURE,                  \
		.reason = SY_REASON_UNSURE, .act = SY_DO_COUNT | SY_DO_PASS}

static const struct sy_row rows[] = {
	/* The end, and the caller's own end. */
	{.in = SY_IN(SY_STATE_ENDED), .at = EVERY, .next = SY_STATE_SAME},
	{.in = ALL, .at = SY_AT(SY_ON_HANG_UP), .next = SY_STATE_ENDED, .act = SY_DO_END},

	/* A person, from everywhere, in one step (P1). */
	{.in = OURS, .at = WANTS_PERSON, .next = SY_STATE_HAND_OVER, .lead = SY_PROMPT_PERSON_ASKED,
		.reason = SY_REASON_ASKED, .act = SY_DO_PASS},
	{.in = SY_IN(SY_STATE_OFFER), .at = SAYS_YES, .next = SY_STATE_HAND_OVER, .lead = SY_PROMPT_PERSON_ASKED,
		.reason = SY_REASON_UNSURE, .act = SY_DO_PASS},
	{.in = OURS & ~SY_IN(SY_STATE_PARTING), .at = SY_AT(SY_ON_AGENT_MAYBE), .failed = AFTER(0), .next = SY_STATE_OFFER,
		.lead = SY_PROMPT_NOT_UNDERSTOOD, .act = SY_DO_COUNT | SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_HAND_OVER), .at = SY_AT(SY_ON_HANDED), .next = SY_STATE_PASSED,
		.lead = SY_PROMPT_PERSON_HERE},
	{.in = SY_IN(SY_STATE_HAND_OVER), .at = SY_AT(SY_ON_WAITING), .next = SY_STATE_PASSED,
		.lead = SY_PROMPT_PERSON_HAS_CASE},
	{.in = SY_IN(SY_STATE_HAND_OVER), .at = SY_AT(SY_ON_NOT_HANDED), .next = SY_STATE_OPEN,
		.lead = SY_PROMPT_PERSON_NOT_REACHED, .act = SY_DO_CLEAR | SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_HAND_OVER),
		.at = SY_AT(SY_ON_SILENCE) | SY_AT(SY_ON_HELP) | SY_AT(SY_ON_GO_BACK) | SY_AT(SY_ON_START_OVER) | WANTS_PERSON,
		.next = SY_STATE_SAME, .lead = SY_PROMPT_PERSON_WAIT},
	{.in = SY_IN(SY_STATE_HAND_OVER), .at = SY_AT(SY_ON_GOODBYE), .next = SY_STATE_GOODBYE,
		.lead = SY_PROMPT_GOODBYE},
	{.in = SY_IN(SY_STATE_PASSED), .next = SY_STATE_ENDED,
		.at = SY_AT(SY_ON_SAID) | SY_AT(SY_ON_KEY_HASH) | SY_AT(SY_ON_GOODBYE), .act = SY_DO_END},
	{.in = WITH_PERSON, .at = SAYS_AGAIN, .next = SY_STATE_SAME, .act = SY_DO_REPEAT},
	{.in = WITH_PERSON, .at = SY_AT(SY_ON_SLOWER), .next = SY_STATE_SAME, .act = SY_DO_SLOWER | SY_DO_REPEAT},
	{.in = WITH_PERSON, .at = SY_AT(SY_ON_LOUDER), .next = SY_STATE_SAME, .act = SY_DO_LOUDER | SY_DO_REPEAT},
	{.in = WITH_PERSON, .at = EVERY, .next = SY_STATE_SAME, .act = SY_DO_RESUME},

	/* Everywhere (P8). */
	{.in = OURS, .at = SY_AT(SY_ON_START_OVER), .next = SY_STATE_OPEN,
		.act = SY_DO_CLEAR | SY_DO_FORGET | SY_DO_QUESTION},
	{.in = OURS, .at = SY_AT(SY_ON_GOODBYE), .next = SY_STATE_GOODBYE, .lead = SY_PROMPT_GOODBYE},
	{.in = AFTERWARDS, .at = SAYS_AGAIN, .answered = true, .next = SY_STATE_ANSWERING,
		.act = SY_DO_CLEAR | SY_DO_ANSWER},
	{.in = AFTERWARDS, .at = SY_AT(SY_ON_SLOWER), .answered = true, .next = SY_STATE_ANSWERING,
		.act = SY_DO_CLEAR | SY_DO_SLOWER | SY_DO_ANSWER},
	{.in = AFTERWARDS, .at = SY_AT(SY_ON_LOUDER), .answered = true, .next = SY_STATE_ANSWERING,
		.act = SY_DO_CLEAR | SY_DO_LOUDER | SY_DO_ANSWER},
	{.in = OURS, .at = SAYS_AGAIN, .next = SY_STATE_SAME, .act = SY_DO_CLEAR | SY_DO_REPEAT},
	{.in = OURS, .at = SY_AT(SY_ON_SLOWER), .next = SY_STATE_SAME,
		.act = SY_DO_CLEAR | SY_DO_SLOWER | SY_DO_REPEAT},
	{.in = OURS, .at = SY_AT(SY_ON_LOUDER), .next = SY_STATE_SAME,
		.act = SY_DO_CLEAR | SY_DO_LOUDER | SY_DO_REPEAT},

	{.in = SLOTS, .at = SY_AT(SY_ON_HELP), .next = SY_STATE_SAME, .lead = SY_PROMPT_HELP_VALUE,
		.act = SY_DO_CLEAR | SY_DO_QUESTION},
	{.in = MENUS, .at = SY_AT(SY_ON_HELP), .next = SY_STATE_SAME, .lead = SY_PROMPT_HELP_KEYS,
		.act = SY_DO_CLEAR | SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_CONFIRM) | SY_IN(SY_STATE_CHECK) | SY_IN(SY_STATE_OFFER), .at = SY_AT(SY_ON_HELP),
		.next = SY_STATE_SAME, .lead = SY_PROMPT_HELP_YES_NO, .act = SY_DO_CLEAR | SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_EITHER), .at = SY_AT(SY_ON_HELP), .next = SY_STATE_SAME, .lead = SY_PROMPT_HELP_EITHER,
		.act = SY_DO_CLEAR | SY_DO_QUESTION},
	{.in = OURS, .at = SY_AT(SY_ON_HELP), .next = SY_STATE_OPEN, .lead = SY_PROMPT_HELP_OPEN, .act = SY_DO_CLEAR},

	{.in = SY_IN(SY_STATE_ASK), .at = SY_AT(SY_ON_GO_BACK), .next = SY_STATE_ASK, .act = SY_DO_CLEAR | SY_DO_DROP},
	{.in = SY_IN(SY_STATE_ASK), .at = SY_AT(SY_ON_VALUE_LEFT), .next = SY_STATE_ASK, .act = SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_ASK), .at = SY_AT(SY_ON_NO_VALUE_LEFT), .next = SY_STATE_OPEN,
		.act = SY_DO_FORGET | SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_CHECK) | SY_IN(SY_STATE_CORRECT), .at = SY_AT(SY_ON_GO_BACK), .next = SY_STATE_ASK,
		.act = SY_DO_CLEAR | SY_DO_DENIED | SY_DO_QUESTION},
	{.in = AFTERWARDS, .at = SY_AT(SY_ON_GO_BACK), .answered = true, .next = SY_STATE_ANSWERING,
		.act = SY_DO_CLEAR | SY_DO_ANSWER},
	{.in = SY_IN(SY_STATE_TITLES), .at = SY_AT(SY_ON_GO_BACK), .next = SY_STATE_TOPICS,
		.act = SY_DO_CLEAR | SY_DO_TOPICS | SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_GOODBYE), .at = SY_AT(SY_ON_GO_BACK), .next = SY_STATE_FOLLOW_UP,
		.act = SY_DO_CLEAR | SY_DO_QUESTION},
	{.in = OURS, .at = SY_AT(SY_ON_GO_BACK), .next = SY_STATE_OPEN,
		.act = SY_DO_CLEAR | SY_DO_FORGET | SY_DO_QUESTION},

	/* The beginning. */
	{.in = SY_IN(SY_STATE_GREETING), .at = SY_AT(SY_ON_BEGIN), .next = SY_STATE_SAME, .lead = SY_PROMPT_GREETING,
		.act = SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_GREETING), .at = SY_AT(SY_ON_GO_ON), .next = SY_STATE_SAME,
		.lead = SY_PROMPT_GREETING_AGAIN, .act = SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_GREETING), .at = SY_AT(SY_ON_SAID) | SY_AT(SY_ON_KEY_HASH), .next = SY_STATE_OPEN},
	{.in = OPENS, .at = SY_AT(SY_ON_KEY_1), .next = SY_STATE_TOPICS,
		.act = SY_DO_CLEAR | SY_DO_TOPICS | SY_DO_QUESTION},

	/* A question was heard. Guesses that are not confirmed do not end a row of failures. */
	{.in = OURS, .at = SY_AT(SY_ON_ARTICLE_SURE), .next = SY_STATE_PURSUING,
		.act = SY_DO_CLEAR | SY_DO_TAKE | SY_DO_PURSUE},
	{.in = ASKED_BACK, .at = SY_AT(SY_ON_ARTICLE_MAYBE), .failed = AFTER(0) | AFTER(1),
		.next = SY_STATE_CONFIRM, .act = SY_DO_COUNT | SY_DO_SUGGEST | SY_DO_QUESTION},
	{.in = ASKED_BACK, .at = SY_AT(SY_ON_ARTICLE_EITHER), .failed = AFTER(0) | AFTER(1),
		.next = SY_STATE_EITHER, .act = SY_DO_COUNT | SY_DO_SUGGEST | SY_DO_QUESTION},
	{.in = ASKED_BACK, .at = SY_AT(SY_ON_ARTICLE_MAYBE) | SY_AT(SY_ON_ARTICLE_EITHER), .next = SY_STATE_HAND_OVER,
		.lead = SY_PROMPT_PERSON_UNSURE, .reason = SY_REASON_UNSURE, .act = SY_DO_COUNT | SY_DO_PASS},
	{.in = OURS, .at = SY_AT(SY_ON_ARTICLE_MAYBE), .next = SY_STATE_CONFIRM,
		.act = SY_DO_SUGGEST | SY_DO_QUESTION},
	{.in = OURS, .at = SY_AT(SY_ON_ARTICLE_EITHER), .next = SY_STATE_EITHER,
		.act = SY_DO_SUGGEST | SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_CONFIRM), .at = SAYS_YES, .next = SY_STATE_PURSUING,
		.act = SY_DO_CLEAR | SY_DO_TAKE | SY_DO_PURSUE},
	{.in = SY_IN(SY_STATE_CONFIRM), .at = SAYS_NO, .next = SY_STATE_SAME, .act = SY_DO_OTHER},
	{.in = SY_IN(SY_STATE_CONFIRM), .at = SY_AT(SY_ON_OTHER_LEFT), .next = SY_STATE_SAME,
		.lead = SY_PROMPT_CONFIRM_SECOND},
	TURNED_DOWN(SY_STATE_CONFIRM, SY_AT(SY_ON_NO_OTHER)),
	{.in = SY_IN(SY_STATE_EITHER), .at = SY_AT(SY_ON_FIRST) | SY_AT(SY_ON_KEY_1), .next = SY_STATE_PURSUING,
		.act = SY_DO_CLEAR | SY_DO_TAKE | SY_DO_PURSUE},
	{.in = SY_IN(SY_STATE_EITHER), .at = SY_AT(SY_ON_SECOND) | SY_AT(SY_ON_KEY_2), .next = SY_STATE_SAME,
		.act = SY_DO_OTHER},
	{.in = SY_IN(SY_STATE_EITHER), .at = SY_AT(SY_ON_OTHER_LEFT), .next = SY_STATE_PURSUING,
		.act = SY_DO_CLEAR | SY_DO_TAKE | SY_DO_PURSUE},
	/* "Yes" does not say which; the likelier one is asked about by itself. */
	{.in = SY_IN(SY_STATE_EITHER), .at = SY_AT(SY_ON_YES), .next = SY_STATE_CONFIRM, .act = SY_DO_QUESTION},
	TURNED_DOWN(SY_STATE_EITHER, SY_AT(SY_ON_NO)),

	/* What is missing for the answer. */
	{.in = SY_IN(SY_STATE_PURSUING), .at = SY_AT(SY_ON_LOOKED_UP), .next = SY_STATE_SAME, .act = SY_DO_PURSUE},
	{.in = SY_IN(SY_STATE_PURSUING), .at = SY_AT(SY_ON_NEED_VALUE), .next = SY_STATE_ASK, .act = SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_PURSUING), .at = SY_AT(SY_ON_NEED_CHECK), .next = SY_STATE_CHECK, .act = SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_PURSUING), .at = SY_AT(SY_ON_ANSWERED), .next = SY_STATE_ANSWERING,
		.act = SY_DO_CLEAR | SY_DO_ANSWERED | SY_DO_ANSWER},
	{.in = SY_IN(SY_STATE_PURSUING), .at = SY_AT(SY_ON_ANSWERED_PASS), .next = SY_STATE_PARTING,
		.act = SY_DO_CLEAR | SY_DO_ANSWERED | SY_DO_ANSWER},
	{.in = SY_IN(SY_STATE_PURSUING), .at = SY_AT(SY_ON_NOTHING_FOUND), .next = SY_STATE_OFFER,
		.act = SY_DO_NONE | SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_PURSUING), .at = SY_AT(SY_ON_LOOK_UP_FAILED), .next = SY_STATE_OFFER,
		.lead = SY_PROMPT_ANSWER_FAILED, .act = SY_DO_QUESTION},

	/* Values. */
	{.in = SLOTS | SY_IN(SY_STATE_CHECK), .at = SY_AT(SY_ON_VALUE_SURE), .next = SY_STATE_PURSUING,
		.act = SY_DO_CLEAR | SY_DO_STORE | SY_DO_PURSUE},
	/* Most of it is known: the rest is asked for, and that is neither a failure nor the end of one. */
	{.in = SLOTS | SY_IN(SY_STATE_CHECK), .at = SY_AT(SY_ON_VALUE_PART), .next = SY_STATE_ASK,
		.act = SY_DO_QUESTION},
	{.in = SLOTS, .at = SY_AT(SY_ON_VALUE_DOUBTFUL), .next = SY_STATE_CHECK,
		.act = SY_DO_STORE | SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_CHECK), .at = SY_AT(SY_ON_VALUE_DOUBTFUL), .failed = AFTER(0) | AFTER(1),
		.next = SY_STATE_SAME, .act = SY_DO_COUNT | SY_DO_STORE | SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_CHECK), .at = SAYS_YES, .next = SY_STATE_PURSUING,
		.act = SY_DO_CLEAR | SY_DO_CHECKED | SY_DO_PURSUE},
	{.in = SY_IN(SY_STATE_CHECK), .at = SAYS_NO, .failed = AFTER(0), .next = SY_STATE_CORRECT,
		.act = SY_DO_COUNT | SY_DO_DENIED | SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_CHECK), .at = SAYS_NO, .failed = AFTER(1), .next = SY_STATE_OFFER,
		.lead = SY_PROMPT_NOT_UNDERSTOOD, .act = SY_DO_COUNT | SY_DO_DENIED | SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_CHECK), .at = SAYS_NO | SY_AT(SY_ON_VALUE_DOUBTFUL), .next = SY_STATE_HAND_OVER,
		.lead = SY_PROMPT_PERSON_UNSURE, .reason = SY_REASON_UNSURE, .act = SY_DO_COUNT | SY_DO_PASS},
	{.in = SLOTS, .at = DIGITS | SY_AT(SY_ON_KEY_HASH), .next = SY_STATE_SAME,
		.act = SY_DO_TYPE},

	/* The answer, and afterwards. */
	{.in = SY_IN(SY_STATE_ANSWERING),
		.at = SY_AT(SY_ON_SAID) | SY_AT(SY_ON_KEY_HASH) | SY_AT(SY_ON_YES) | SY_AT(SY_ON_NO) | DIGITS,
		.next = SY_STATE_FOLLOW_UP, .act = SY_DO_CLEAR | SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_PARTING), .at = SY_AT(SY_ON_SAID) | SY_AT(SY_ON_KEY_HASH) | SAYS_YES | SY_AT(SY_ON_KEY_DIGIT),
		.next = SY_STATE_HAND_OVER, .lead = SY_PROMPT_PERSON_ARTICLE, .reason = SY_REASON_ARTICLE,
		.act = SY_DO_PASS},
	{.in = SY_IN(SY_STATE_PARTING), .at = SAYS_NO, .next = SY_STATE_FOLLOW_UP, .act = SY_DO_CLEAR | SY_DO_QUESTION},
	{.in = AFTERWARDS, .at = SAYS_NO, .next = SY_STATE_GOODBYE, .lead = SY_PROMPT_GOODBYE},
	{.in = AFTERWARDS, .at = SAYS_YES, .next = SY_STATE_OPEN, .act = SY_DO_CLEAR | SY_DO_QUESTION},

	/* Silence after an answer is no failure: the caller may have all they wanted. They are asked once (P3). */
	{.in = SY_IN(SY_STATE_FOLLOW_UP), .at = SY_AT(SY_ON_SILENCE), .failed = AFTER(0), .answered = true,
		.next = SY_STATE_STILL_THERE, .act = SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_STILL_THERE), .at = SY_AT(SY_ON_SILENCE), .failed = AFTER(0), .answered = true,
		.next = SY_STATE_GOODBYE, .lead = SY_PROMPT_GOODBYE_SILENCE},

	{.in = SY_IN(SY_STATE_GOODBYE), .at = SY_AT(SY_ON_SAID) | SY_AT(SY_ON_KEY_HASH), .next = SY_STATE_ENDED,
		.act = SY_DO_END},
	{.in = SY_IN(SY_STATE_GOODBYE),
		.at = SY_AT(SY_ON_YES) | SY_AT(SY_ON_NO) | SY_AT(SY_ON_SILENCE) | SY_AT(SY_ON_NOISE) | SY_AT(SY_ON_SAY_ERROR),
		.next = SY_STATE_SAME, .act = SY_DO_RESUME},

	/* The keys-only way. */
	{.in = SY_IN(SY_STATE_TOPICS) | SY_IN(SY_STATE_TITLES), .at = DIGITS, .next = SY_STATE_SAME, .act = SY_DO_CHOOSE},
	{.in = MENUS, .at = SY_AT(SY_ON_KEY_HASH), .next = SY_STATE_SAME,
		.act = SY_DO_CLEAR | SY_DO_MORE | SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_TOPICS), .at = SY_AT(SY_ON_CHOSEN), .next = SY_STATE_TITLES,
		.act = SY_DO_CLEAR | SY_DO_QUESTION},
	{.in = SY_IN(SY_STATE_TITLES), .at = SY_AT(SY_ON_CHOSEN), .next = SY_STATE_PURSUING,
		.act = SY_DO_CLEAR | SY_DO_TAKE | SY_DO_PURSUE},

	{.in = SY_IN(SY_STATE_OFFER), .at = SAYS_NO, .next = SY_STATE_OPEN,
		.act = SY_DO_CLEAR | SY_DO_FORGET | SY_DO_QUESTION},

	/* Our own voice failed: the question is tried again, without words about it that could not be heard either. */
	LADDER(SY_AT(SY_ON_SAY_ERROR), SY_PROMPT_NONE, SY_REASON_UNSURE, SY_PROMPT_PERSON_UNSURE),
	LADDER(SY_AT(SY_ON_HEAR_ERROR), SY_PROMPT_TROUBLE, SY_REASON_UNSURE, SY_PROMPT_PERSON_UNSURE),
	LADDER(SY_AT(SY_ON_SILENCE), SY_PROMPT_SILENCE, SY_REASON_SILENCE, SY_PROMPT_PERSON_SILENCE),
	LADDER(SY_AT(SY_ON_NOISE), SY_PROMPT_NOISE, SY_REASON_SILENCE, SY_PROMPT_PERSON_SILENCE),
	LADDER(SY_AT(SY_ON_TOO_LONG), SY_PROMPT_TOO_LONG, SY_REASON_UNSURE, SY_PROMPT_PERSON_UNSURE),
	LADDER(SY_AT(SY_ON_VALUE_BAD), SY_PROMPT_VALUE_BAD, SY_REASON_UNSURE, SY_PROMPT_PERSON_UNSURE),
	LADDER(SY_AT(SY_ON_VALUE_LENGTH), SY_PROMPT_VALUE_LENGTH, SY_REASON_UNSURE, SY_PROMPT_PERSON_UNSURE),
	LADDER(SY_AT(SY_ON_VALUE_CHECK_DIGIT), SY_PROMPT_VALUE_CHECK_DIGIT, SY_REASON_UNSURE, SY_PROMPT_PERSON_UNSURE),
	LADDER(DIGITS | SY_AT(SY_ON_NO_CHOICE), SY_PROMPT_KEY_WRONG, SY_REASON_UNSURE, SY_PROMPT_PERSON_UNSURE),
	/* Also what is no answer here: a "yes" to an open question, a number nobody asked for. */
	LADDER(SY_AT(SY_ON_NOT_UNDERSTOOD) | SY_AT(SY_ON_AGENT_MAYBE) | SY_AT(SY_ON_YES) | SY_AT(SY_ON_NO) |
			SY_AT(SY_ON_FIRST) | SY_AT(SY_ON_SECOND) | VALUES,
		SY_PROMPT_NOT_UNDERSTOOD, SY_REASON_UNSURE, SY_PROMPT_PERSON_UNSURE),

	/* The prompt has ended, or is cut short, and the caller has the word; or an action's finding, or news of a
	 * hand-off, that no longer matters. */
	{.in = OURS,
		.at = SY_AT(SY_ON_BEGIN) | SY_AT(SY_ON_GO_ON) | SY_AT(SY_ON_LOOKED_UP) | SY_AT(SY_ON_SAID) | SY_AT(SY_ON_KEY_HASH) | SY_AT(SY_ON_NEED_VALUE) |
			SY_AT(SY_ON_NEED_CHECK) | SY_AT(SY_ON_ANSWERED) | SY_AT(SY_ON_ANSWERED_PASS) |
			SY_AT(SY_ON_NOTHING_FOUND) | SY_AT(SY_ON_LOOK_UP_FAILED) | SY_AT(SY_ON_OTHER_LEFT) |
			SY_AT(SY_ON_NO_OTHER) | SY_AT(SY_ON_VALUE_LEFT) | SY_AT(SY_ON_NO_VALUE_LEFT) | SY_AT(SY_ON_CHOSEN) |
			SY_AT(SY_ON_HANDED) | SY_AT(SY_ON_WAITING) | SY_AT(SY_ON_NOT_HANDED),
		.next = SY_STATE_SAME},
};
/* clang-format on */

const struct sy_dialogue_table *sy_dialogue_table(void)
{
	static const struct sy_dialogue_table table = {.rows = rows, .n = sizeof(rows) / sizeof(rows[0])};

	return &table;
}
