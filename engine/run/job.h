/*
 * job: one piece of work that a call asks for: hear this, say that, pass the caller on, learn a grammar, look this up.
 *
 * A job is a message: it holds copies of all it needs and names no call but by a number, so it can be done in this
 * thread or travel through a mailbox to another, or to another process, and back. Owner: whoever holds it.
 */
#ifndef SY_RUN_JOB_H
#define SY_RUN_JOB_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "engine/hear/recogniser.h"
#include "engine/person/handoff.h"
#include "engine/speak/synthesiser.h"
#include "kb/article.h"
#include "kb/store.h"

enum sy_job_kind { SY_JOB_HEAR, SY_JOB_SAY, SY_JOB_PASS, SY_JOB_LEARN, SY_JOB_LOOK_UP };
#define SY_JOB_KINDS (SY_JOB_LOOK_UP + 1)

struct sy_job {
	enum sy_job_kind kind;
	uint32_t id;
	struct sy_hear_job hear; /* HEAR; its samples and names are the job's own */
	struct sy_say_job say;   /* SAY; its strings are the job's own */
	struct sy_card card;     /* PASS */
	char *grammar;           /* LEARN: the name, and the grammar as JSGF */
	char *jsgf;
	char *replaces;          /* LEARN: a name that is forgotten first, or NULL */
	bool pronounces;         /* LEARN: words are spoken so from now on, and no others otherwise than they were */
	struct sy_pairs words;   /* LEARN: word -> phones */
	struct sy_lookup lookup; /* LOOK_UP */
	struct sy_pairs params;
	struct tm now;
	/* the result */
	int err;
	struct sy_problem why;
	struct sy_hypothesis hypothesis;
	struct sy_voice voice;
	struct sy_sound sound;
	enum sy_handed handed;
	struct sy_pairs row;
	size_t n_rows;
	/* for whoever holds it */
	int64_t due_ms;
	uint64_t call;    /* whose it is, by number; 0: nobody's */
	uint32_t edition; /* whose speech workers do it */
	uint32_t tries;   /* workers that died over it */
	struct sy_job *next;
};

/* What jobs are done with; all borrowed, and only those that its jobs need. While a worker has it, nobody else touches
 * it. */
struct sy_job_tools {
	struct sy_recogniser *recogniser;
	struct sy_synthesiser *synthesiser;
	struct sy_handoff *handoff;
	struct sy_store *store;
};

int sy_job_hear(uint32_t id, const struct sy_hear_job *what, struct sy_job **ret_job);
int sy_job_say(uint32_t id, const struct sy_say_job *what, struct sy_job **ret_job);
int sy_job_pass(uint32_t id, const struct sy_card *card, struct sy_job **ret_job);
/* replaces may be NULL. */
int sy_job_learn(const char *grammar, const char *jsgf, const char *replaces, struct sy_job **ret_job);
/* The lesson also says how an editor has words spoken (sy_snapshot_words()); copied. */
int sy_job_learn_words(struct sy_job *job, const struct sy_pairs *words);
int sy_job_look_up(uint32_t id, const struct sy_lookup *lookup, const struct sy_pairs *params, const struct tm *now,
	struct sy_job **ret_job);
void sy_job_destroy(struct sy_job *job); /* NULL is allowed */

/* Fills the result. */
void sy_job_do(struct sy_job *job, const struct sy_job_tools *tools);

const char *sy_job_name(enum sy_job_kind kind); /* "hear", "say", "pass", "learn", "look-up" */

/* For a process that does jobs, before it has threads: a decode's large pieces of memory go back to the system at its
 * end. */
void sy_job_return_memory(void);

#endif
