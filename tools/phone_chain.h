/*
 * alignment: which frames of a recording belong to which phone of the sentence that was said in it.
 *
 * The sentence's phones in a row, each with the senones of its place (neighbours, place in the word); between words a
 * silence may stand. One thread.
 */
#ifndef SAYSO_TOOLS_ALIGNMENT_H
#define SAYSO_TOOLS_ALIGNMENT_H

#include "engine/hear/senones.h"
#include "grammars/pronounce.h"

#define ALIGNMENT_UNITS_MAX 400

struct unit {
	int phone;
	enum sy_word_position position;
	bool optional; /* a silence between words */
	int begin;     /* frames; begin == end: not said */
	int end;
};

struct alignment {
	struct unit at[ALIGNMENT_UNITS_MAX];
	int n;
};

/* The units of a sentence of plain lower-case words, all of them known to the lexicon. E2BIG: too many. */
int alignment_units(const struct sy_acoustic_model *model, const struct sy_lexicon *lexicon, const char *sentence,
	struct alignment *ret_alignment);

/* Sets begin and end of each unit. ERANGE: the recording is too short for them. */
int alignment_run(const struct sy_acoustic_model *model, struct sy_senones *senones, struct alignment *alignment);

/* Cost (SY_SENONE_UNIT) of the best path through phones in a row over frames begin to end; `left` and `right` are the
 * neighbours outside. INT_MAX / 4 where there are too few frames. At most ALIGNMENT_CHAIN_MAX phones. */
#define ALIGNMENT_CHAIN_MAX 4
struct chain {
	struct unit at[ALIGNMENT_CHAIN_MAX];
	int n;
	int left;
	int right;
	int begin;
	int end;
};
int alignment_cost(const struct sy_acoustic_model *model, struct sy_senones *senones, const struct chain *chain);

#endif
