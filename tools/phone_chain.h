/*
 * phone_chain: which frames of a recording belong to which phone of the sentence that was said in it.
 *
 * The sentence's phones in a row, each with the senones of its place (neighbours, place in the word); between words a
 * silence may stand. One thread.
 */
#ifndef SY_TOOLS_PHONE_CHAIN_H
#define SY_TOOLS_PHONE_CHAIN_H

#include "engine/hear/senones.h"
#include "grammars/pronounce.h"

#define SY_PHONE_CHAIN_MAX 400

struct sy_phone_unit {
	int phone;
	enum sy_word_position position;
	bool optional; /* a silence between words */
	int begin;     /* frames; begin == end: not said */
	int end;
};

struct sy_phone_chain {
	struct sy_phone_unit at[SY_PHONE_CHAIN_MAX];
	int n;
};

/* The units of a sentence of plain lower-case words, all of them known to the lexicon. E2BIG: too many. */
int sy_phone_chain_of(const struct sy_acoustic_model *model, const struct sy_lexicon *lexicon, const char *sentence,
	struct sy_phone_chain *ret_chain);

/* Sets begin and end of each unit. ERANGE: the recording is too short for them. */
int sy_phone_chain_place(
	const struct sy_acoustic_model *model, struct sy_senones *senones, struct sy_phone_chain *chain);

/* Cost (SY_SENONE_UNIT) of the best path through phones in a row over frames begin to end; `left` and `right` are the
 * neighbours outside. INT_MAX / 4 where there are too few frames. At most SY_PHONE_PIECE_MAX phones. */
#define SY_PHONE_PIECE_MAX 4
struct sy_phone_piece {
	struct sy_phone_unit at[SY_PHONE_PIECE_MAX];
	int n;
	int left;
	int right;
	int begin;
	int end;
};
int sy_phone_piece_cost(
	const struct sy_acoustic_model *model, struct sy_senones *senones, const struct sy_phone_piece *piece);

#endif
