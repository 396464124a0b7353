/*
 * mock_call: a call without sound, voices or a knowledge base: what is heard is said by the test, what is spoken is
 * silence as long as its text, and every event is kept.
 *
 * It also stands in, at link time, for the endpointer (loud frames are speech), for the snapshot and for the search, so
 * a test that includes it must not use the real ones. Time is frames; nothing waits.
 */
#ifndef SY_MOCK_CALL_H
#define SY_MOCK_CALL_H

#include "engine/converse/call.h"

#define MOCK_JOBS_MAX 64
#define MOCK_HEAR_MS 40   /* how long a decode takes */
#define MOCK_SAY_MS 20    /* how long a synthesis takes */
#define MOCK_LETTER_MS 20 /* how long a letter sounds */
#define MOCK_CASE_KEY "40712"

/* What the next decodes hear. */
struct mock_heard {
	const char *text;
	const char *intent;
	const char *second;
	const char *slot;  /* name of a slot, or NULL */
	const char *words; /* its words */
	enum sy_decision decision;
	enum sy_completeness completeness;
	enum sy_sounded sounded;
	double confidence;                     /* 0: 0.9 */
	const char *guess;                     /* a word that may have been said, where words were in any order */
	float scores[SY_HYPOTHESIS_WORDS_MAX]; /* confidence of each word of the text; 0 ends them */
	int err;                               /* the job fails */
};

enum mock_job_kind { MOCK_HEAR, MOCK_SAY, MOCK_PASS };

struct mock_job {
	enum mock_job_kind kind;
	uint32_t id;
	int64_t due_ms;
	struct mock_heard heard;
	struct sy_sound sound;
};

struct mock {
	struct sy_call *call;
	struct mock_heard hears;
	const struct mock_heard *then; /* what all decodes after the next one hear; NULL: the same */
	struct mock_job jobs[MOCK_JOBS_MAX];
	size_t n_jobs;
	json_t *events; /* array */
	/* what the caller sounds like after the last frames, and what jobs did */
	int64_t speech_end_ms;
	int64_t prompt_end_ms; /* end of the last voiced frame */
	int64_t voiced_at_ms;  /* the first voiced frame after speech_end_ms, or -1 */
	size_t n_hears;
	size_t n_heard_samples; /* of the last decode */
	size_t most_samples;    /* of any decode */
	size_t n_says;
	double last_pace;
	double last_gain_db;
	char grammars[256]; /* of the last decode, joined by blanks */
	/* how the others behave */
	int say_err; /* every synthesis fails */
	int lookup_err;
	size_t rows; /* what look-ups find */
	enum sy_handed handed;
	int pass_err;      /* of the job */
	int pass_call_err; /* of the handler itself */
	int grammar_err;
	int64_t pass_ms;                 /* how long it takes to fetch a person */
	bool late;                       /* results of decodes never come */
	const char *search_finds;        /* article, or NULL */
	double search_is;                /* and how sure */
	double search_second_is;         /* "lost", the second best; 0: 0.1 */
	struct sy_thresholds thresholds; /* of the last turn that was heard */
	size_t n_cards;
	char *card; /* JSON of the last hand-off's card */
	struct sy_prompts *prompts;
};

void mock_start(struct mock *mock);
void mock_stop(struct mock *mock);

/* One frame: loud (the caller speaks) or not. */
void mock_frame(struct mock *mock, bool loud);
void mock_quiet(struct mock *mock, int ms);
/* The caller speaks for `ms`; decodes from now on hear `heard`. */
void mock_speak(struct mock *mock, int ms, const struct mock_heard *heard);
/* Runs until the caller has the word; fails the test after two minutes. */
void mock_listen(struct mock *mock);
/* Waits for the word, says it, and waits for the word, or the end, again. */
void mock_turn(struct mock *mock, const struct mock_heard *heard);
void mock_keys(struct mock *mock, const char *keys);
/* Runs to the end of the call; fails the test after two minutes. */
void mock_end(struct mock *mock);

/* The last event of this name, or NULL; and one of its strings, "" if it has none. */
json_t *mock_event(const struct mock *mock, const char *name);
const char *mock_string(const struct mock *mock, const char *event, const char *field);
size_t mock_count(const struct mock *mock, const char *name);
/* Whether any prompt since the `from`-th event holds these words. */
bool mock_said(const struct mock *mock, size_t from, const char *words);
size_t mock_n(const struct mock *mock);
char *mock_events_text(const struct mock *mock); /* caller frees */

extern const struct sy_content mock_content;
extern struct mock *mock_now; /* the last one started: the search has no argument for it */

extern const struct mock_heard mock_yes, mock_no, mock_agent, mock_noise, mock_garbage, mock_hours, mock_hours_maybe,
	mock_balance, mock_goodbye;

#endif
