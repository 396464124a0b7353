/*
 * job: one piece of work that a call asks for: hear this, say that, pass the caller on, learn a grammar.
 *
 * A job is a message: it holds copies of all it needs and names no call, so it can be done in this thread or travel
 * through a mailbox to another and back. Owner: whoever holds it.
 */
#ifndef SY_RUN_JOB_H
#define SY_RUN_JOB_H

#include <stdint.h>

#include "engine/hear/recogniser.h"
#include "engine/person/handoff.h"
#include "engine/speak/synthesiser.h"

enum sy_job_kind { SY_JOB_HEAR, SY_JOB_SAY, SY_JOB_PASS, SY_JOB_LEARN };

struct sy_job {
	enum sy_job_kind kind;
	uint32_t id;
	struct sy_hear_job hear; /* HEAR; its samples and names are the job's own */
	struct sy_say_job say;   /* SAY; its strings are the job's own */
	struct sy_card card;     /* PASS */
	char *grammar;           /* LEARN */
	struct sy_graph *graph;  /* LEARN */
	/* the result */
	int err;
	struct sy_problem why;
	struct sy_hypothesis hypothesis;
	struct sy_voice voice;
	struct sy_sound sound;
	enum sy_handed handed;
	/* for whoever holds it */
	int64_t due_ms;
	struct sy_job *next;
};

/* What jobs are done with; all borrowed. While a worker thread has it, nobody else touches it. */
struct sy_job_tools {
	struct sy_recogniser *recogniser;
	struct sy_synthesiser *synthesiser;
	struct sy_handoff *handoff;
};

int sy_job_hear(uint32_t id, const struct sy_hear_job *what, struct sy_job **ret_job);
int sy_job_say(uint32_t id, const struct sy_say_job *what, struct sy_job **ret_job);
int sy_job_pass(uint32_t id, const struct sy_card *card, struct sy_job **ret_job);
/* `graph` is taken. */
int sy_job_learn(const char *grammar, struct sy_graph *graph, struct sy_job **ret_job);
void sy_job_destroy(struct sy_job *job); /* NULL is allowed */

/* Fills the result. */
void sy_job_do(struct sy_job *job, const struct sy_job_tools *tools);

#endif
