/*
 * turns: what the callers of a load say: questions to the demonstration company, spoken by synthetic voices, and
 * recordings of real people, all as a line with mu-law brings them.
 *
 * Owner: the program. Immutable once loaded.
 */
#ifndef SY_TOOLS_LOAD_TURNS_H
#define SY_TOOLS_LOAD_TURNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/problem.h"

#define SY_LOAD_TURNS_MAX 400
/* A turn longer than this is no turn of a conversation. */
#define SY_LOAD_TURN_MS_MAX 15000

enum sy_load_kind {
	SY_LOAD_QUESTION, /* the company has an answer to it */
	SY_LOAD_NUMBER,   /* ends in digits that might go on: the engine waits on purpose */
	SY_LOAD_ORDER,    /* a coffee; the company has none */
	SY_LOAD_SENTENCE, /* of a telephone call, about something else */
	SY_LOAD_READ,     /* read aloud */
	SY_LOAD_KINDS
};

struct sy_load_turn {
	enum sy_load_kind kind;
	uint8_t *mulaw; /* whole packets of 20 ms */
	size_t n;
	double onset_ms; /* where speech begins and ends in it */
	double end_ms;
	bool is_reply; /* said only after the turn that it replies to */
	size_t then;   /* what the same caller says next, as the company asks back: its place; 0: anything */
};

struct sy_load_turns {
	struct sy_load_turn at[SY_LOAD_TURNS_MAX];
	size_t n;
	size_t of_kind[SY_LOAD_KINDS]; /* without replies */
};

/* questions: a file of lines "question: TEXT" or "number: TEXT" (# begins a remark), "then " before it where the line
 * is said next to what the company asks back after the line before. speech: the folder of recordings; what is not there
 * is left out. Errors: those of reading, EINVAL for a line that is none of these. */
int sy_load_turns_read(struct sy_load_turns *turns, const char *questions, const char *speech, struct sy_problem *why);
void sy_load_turns_reset(struct sy_load_turns *turns);

/* The nth of a kind, round and round; NULL where there is none. */
const struct sy_load_turn *sy_load_turns_pick(const struct sy_load_turns *turns, enum sy_load_kind kind, size_t nth);

#endif
