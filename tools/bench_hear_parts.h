/*
 * bench_hear_parts: the parts of tools/bench-hear. Each adds its figures; what cannot be measured here is added as
 * skipped, with the reason.
 */
#ifndef SY_TOOLS_BENCH_HEAR_PARTS_H
#define SY_TOOLS_BENCH_HEAR_PARTS_H

#include "tools/bench_hear_figure.h"
#include "tools/bench_hear_rival.h"

/* Recordings over a grammar, heard once and used by several parts. */
enum sy_hearing_id {
	SY_HEARING_CLEAN, /* orders over their own grammar alone, as PocketSphinx gets them */
	SY_HEARING_18,
	SY_HEARING_9,
	SY_HEARING_CALL_CLEAN, /* the same as in a call: the universals are listened for, too */
	SY_HEARING_CALL_18,
	SY_HEARING_CALL_9,
	SY_HEARING_DIGITS,      /* one digit */
	SY_HEARING_CALL_DIGITS, /* with the universals */
	/* From here over the orders' grammar with the universals. */
	SY_HEARING_WORDS,     /* single words of the operator set, "operator" among them */
	SY_HEARING_SENTENCES, /* its sentences, with and without */
	SY_HEARING_OTHER,
	SY_HEARING_READ,
	SY_HEARINGS,
};

struct sy_heard_set {
	struct sy_items items;
	struct sy_outcome *ours;
	struct sy_outcome *rival; /* NULL: not asked */
	struct sy_rival_heard rival_heard;
	double cpu_s, audio_s; /* ours */
	bool done;
};

struct sy_bench_hear {
	const char *sayso;   /* the program */
	const char *speech;  /* recordings; may not be there */
	const char *wording; /* questions as text with their phrases; may not be there */
	const char *plots;   /* folder, or NULL */
	const char *work;    /* a folder of our own; $XDG_DATA_HOME and $XDG_CACHE_HOME lie in it */
	size_t every;
	size_t workers;
	bool held_out;          /* of the orders only those */
	struct sy_rival *rival; /* NULL: rival_why */
	struct sy_problem rival_why;
	struct sy_graph *graphs[2]; /* orders, digit */
	char grammars[2][512];      /* their files */
	struct sy_heard_set hearings[SY_HEARINGS];
	struct sy_figures figures;
};

enum { SY_BENCH_HEAR_ORDERS, SY_BENCH_HEAR_DIGIT };

/* Heard when it is first asked for. */
int sy_bench_hear_get(struct sy_bench_hear *bench, enum sy_hearing_id id, const struct sy_heard_set **ret_hearing,
	struct sy_problem *why);
/* Several; NULL on failure, with `group` added to the figures as skipped. */
bool sy_bench_hear_all(struct sy_bench_hear *bench, const char *group, const enum sy_hearing_id *ids, size_t n,
	const struct sy_heard_set **ret_hearings);
void sy_bench_hear_forget(struct sy_bench_hear *bench);

void sy_bench_hear_orders(struct sy_bench_hear *bench);
void sy_bench_hear_confidence(struct sy_bench_hear *bench);
void sy_bench_hear_digits(struct sy_bench_hear *bench);
void sy_bench_hear_person(struct sy_bench_hear *bench);
void sy_bench_hear_foreign(struct sy_bench_hear *bench);
void sy_bench_hear_wording(struct sy_bench_hear *bench);
void sy_bench_hear_natural(struct sy_bench_hear *bench);
/* First of all: children are measured while this program is small. */
void sy_bench_hear_cost(struct sy_bench_hear *bench);
/* CPU by second of speech, from what the other parts heard. */
void sy_bench_hear_speed(struct sy_bench_hear *bench);

#endif
