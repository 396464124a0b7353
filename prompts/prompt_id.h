/*
 * prompt_id: the prompts that the engine itself says, each by a name the compiler checks.
 *
 * The list is the one place that ties code to prompts/en/dialogue.prompt: the exit proof and the prompt check go
 * through it, so a prompt without words, or words that nobody says, is found before a caller meets it.
 */
#ifndef SY_PROMPTS_PROMPT_ID_H
#define SY_PROMPTS_PROMPT_ID_H

/* X(constant, "id in the folder") */
#define SY_PROMPT_IDS(X)                                                                                               \
	X(SY_PROMPT_DATE_ORDER, "date-order")                                                                          \
	X(SY_PROMPT_GREETING, "greeting")                                                                              \
	X(SY_PROMPT_GREETING_NAMELESS, "greeting-nameless")                                                            \
	X(SY_PROMPT_GREETING_AGAIN, "greeting-again")                                                                  \
	X(SY_PROMPT_GREETING_AGAIN_NAMELESS, "greeting-again-nameless")                                                \
	X(SY_PROMPT_OPEN_FIRST, "open-first")                                                                          \
	X(SY_PROMPT_OPEN, "open")                                                                                      \
	X(SY_PROMPT_OPEN_KEYS, "open-keys")                                                                            \
	X(SY_PROMPT_NOT_UNDERSTOOD, "not-understood")                                                                  \
	X(SY_PROMPT_SILENCE, "silence")                                                                                \
	X(SY_PROMPT_NOISE, "noise")                                                                                    \
	X(SY_PROMPT_TOO_LONG, "too-long")                                                                              \
	X(SY_PROMPT_TROUBLE, "trouble")                                                                                \
	X(SY_PROMPT_KEY_WRONG, "key-wrong")                                                                            \
	X(SY_PROMPT_CONFIRM, "confirm")                                                                                \
	X(SY_PROMPT_CONFIRM_EITHER, "confirm-either")                                                                  \
	X(SY_PROMPT_CONFIRM_SECOND, "confirm-second")                                                                  \
	X(SY_PROMPT_CONFIRM_NO, "confirm-no")                                                                          \
	X(SY_PROMPT_ASK, "ask")                                                                                        \
	X(SY_PROMPT_TYPE_DIGITS, "type-digits")                                                                        \
	X(SY_PROMPT_TYPE_LENGTH, "type-length")                                                                        \
	X(SY_PROMPT_TYPE_MONEY, "type-money")                                                                          \
	X(SY_PROMPT_TYPE_DATE, "type-date")                                                                            \
	X(SY_PROMPT_TYPE_TIME, "type-time")                                                                            \
	X(SY_PROMPT_TYPE_DAY, "type-day")                                                                              \
	X(SY_PROMPT_KEYS_YES_NO, "keys-yes-no")                                                                        \
	X(SY_PROMPT_TYPE_YES_NO, "type-yes-no")                                                                        \
	X(SY_PROMPT_VALUE_BAD, "value-bad")                                                                            \
	X(SY_PROMPT_VALUE_LENGTH, "value-length")                                                                      \
	X(SY_PROMPT_VALUE_CHECK_DIGIT, "value-check-digit")                                                            \
	X(SY_PROMPT_PART_FIRST_ONE, "part-first-one")                                                                  \
	X(SY_PROMPT_PART_FIRST, "part-first")                                                                          \
	X(SY_PROMPT_PART_MIDDLE_ONE, "part-middle-one")                                                                \
	X(SY_PROMPT_PART_MIDDLE, "part-middle")                                                                        \
	X(SY_PROMPT_PART_LAST_ONE, "part-last-one")                                                                    \
	X(SY_PROMPT_PART_LAST, "part-last")                                                                            \
	X(SY_PROMPT_PART_REST, "part-rest")                                                                            \
	X(SY_PROMPT_PART_DAY, "part-day")                                                                              \
	X(SY_PROMPT_PART_MONTH, "part-month")                                                                          \
	X(SY_PROMPT_PART_YEAR, "part-year")                                                                            \
	X(SY_PROMPT_PART_MAJOR, "part-major")                                                                          \
	X(SY_PROMPT_PART_MINOR, "part-minor")                                                                          \
	X(SY_PROMPT_EITHER_DATE, "either-date")                                                                        \
	X(SY_PROMPT_EITHER_TIME, "either-time")                                                                        \
	X(SY_PROMPT_EITHER_MONEY, "either-money")                                                                      \
	X(SY_PROMPT_TYPE_ONE, "type-one")                                                                              \
	X(SY_PROMPT_TYPE_TWO, "type-two")                                                                              \
	X(SY_PROMPT_TYPE_YEAR, "type-year")                                                                            \
	X(SY_PROMPT_TYPE_WHICH, "type-which")                                                                          \
	X(SY_PROMPT_CHECK_TEXT, "check-text")                                                                          \
	X(SY_PROMPT_CHECK_DIGITS, "check-digits")                                                                      \
	X(SY_PROMPT_CHECK_NUMBER, "check-number")                                                                      \
	X(SY_PROMPT_CHECK_MONEY, "check-money")                                                                        \
	X(SY_PROMPT_CHECK_DATE, "check-date")                                                                          \
	X(SY_PROMPT_CHECK_TIME, "check-time")                                                                          \
	X(SY_PROMPT_CHECK_DAY, "check-day")                                                                            \
	X(SY_PROMPT_CHECK_PHONE, "check-phone")                                                                        \
	X(SY_PROMPT_CORRECT, "correct")                                                                                \
	X(SY_PROMPT_ANSWER_OVERDUE, "answer-overdue")                                                                  \
	X(SY_PROMPT_ANSWER_NONE, "answer-none")                                                                        \
	X(SY_PROMPT_ANSWER_FAILED, "answer-failed")                                                                    \
	X(SY_PROMPT_FOLLOW_UP, "follow-up")                                                                            \
	X(SY_PROMPT_FOLLOW_UP_ONE, "follow-up-one")                                                                    \
	X(SY_PROMPT_FOLLOW_UP_TWO, "follow-up-two")                                                                    \
	X(SY_PROMPT_STILL_THERE, "still-there")                                                                        \
	X(SY_PROMPT_OFFER_PERSON, "offer-person")                                                                      \
	X(SY_PROMPT_TOPICS, "topics")                                                                                  \
	X(SY_PROMPT_TITLES, "titles")                                                                                  \
	X(SY_PROMPT_CHOICE, "choice")                                                                                  \
	X(SY_PROMPT_CHOICES_MORE, "choices-more")                                                                      \
	X(SY_PROMPT_TOPIC_OTHER, "topic-other")                                                                        \
	X(SY_PROMPT_HELP_OPEN, "help-open")                                                                            \
	X(SY_PROMPT_HELP_YES_NO, "help-yes-no")                                                                        \
	X(SY_PROMPT_HELP_EITHER, "help-either")                                                                        \
	X(SY_PROMPT_HELP_VALUE, "help-value")                                                                          \
	X(SY_PROMPT_HELP_KEYS, "help-keys")                                                                            \
	X(SY_PROMPT_SLOWEST, "slowest")                                                                                \
	X(SY_PROMPT_LOUDEST, "loudest")                                                                                \
	X(SY_PROMPT_PERSON_ASKED, "person-asked")                                                                      \
	X(SY_PROMPT_PERSON_UNSURE, "person-unsure")                                                                    \
	X(SY_PROMPT_PERSON_SILENCE, "person-silence")                                                                  \
	X(SY_PROMPT_PERSON_ARTICLE, "person-article")                                                                  \
	X(SY_PROMPT_PERSON_WAIT, "person-wait")                                                                        \
	X(SY_PROMPT_PERSON_HERE, "person-here")                                                                        \
	X(SY_PROMPT_PERSON_HAS_CASE, "person-has-case")                                                                \
	X(SY_PROMPT_PERSON_NOT_REACHED, "person-not-reached")                                                          \
	X(SY_PROMPT_GOODBYE, "goodbye")                                                                                \
	X(SY_PROMPT_GOODBYE_NAMELESS, "goodbye-nameless")                                                              \
	X(SY_PROMPT_GOODBYE_SILENCE, "goodbye-silence")

#define SY_PROMPT_ID_CONSTANT(constant, id) constant,
enum sy_prompt_id {
	SY_PROMPT_NONE, /* says nothing */
	SY_PROMPT_IDS(SY_PROMPT_ID_CONSTANT) SY_PROMPT_ID_N
};
#undef SY_PROMPT_ID_CONSTANT

/* The id in the folder; NULL for SY_PROMPT_NONE. */
static inline const char *sy_prompt_id(enum sy_prompt_id prompt)
{
#define SY_PROMPT_ID_NAME(constant, id) [constant] = id,
	static const char *const names[SY_PROMPT_ID_N] = {SY_PROMPT_IDS(SY_PROMPT_ID_NAME)};
#undef SY_PROMPT_ID_NAME

	return (unsigned)prompt < SY_PROMPT_ID_N ? names[prompt] : (const char *)0;
}

#endif
