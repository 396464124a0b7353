#include "tools/phone_chain.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define FAR (INT_MAX / 4)

/* Where a cell's best predecessor was. */
enum { FROM_SELF, FROM_LEFT, FROM_UNIT, FROM_OVER };

static int units(float log_p)
{
	return log_p < -100 ? FAR : (int)(-log_p / SY_SENONE_UNIT + 0.5);
}

static int add_unit(struct sy_phone_chain *chain, int phone, enum sy_word_position position, bool optional)
{
	if (chain->n == SY_PHONE_CHAIN_MAX)
		return E2BIG;
	chain->at[chain->n++] = (struct sy_phone_unit){.phone = phone, .position = position, .optional = optional};
	return 0;
}

static int add_word(const struct sy_acoustic_model *model, const char *phones, struct sy_phone_chain *chain)
{
	int first = chain->n, err = 0;

	for (phones += strspn(phones, " "); *phones && !err; phones += strspn(phones, " ")) {
		char name[8] = "";
		size_t n = strcspn(phones, " ");

		if (n >= sizeof name)
			return EINVAL;
		memcpy(name, phones, n);
		err = add_unit(chain, sy_model_phone(model, name), SY_INTERNAL, false);
		phones += n;
	}
	if (!err && chain->n == first + 1) {
		chain->at[first].position = SY_WORD_SINGLE;
	} else if (!err && chain->n > first) {
		chain->at[first].position = SY_WORD_BEGIN;
		chain->at[chain->n - 1].position = SY_WORD_END;
	}
	return err;
}

int sy_phone_chain_of(const struct sy_acoustic_model *model, const struct sy_lexicon *lexicon, const char *sentence,
	struct sy_phone_chain *ret_chain)
{
	int silence = sy_model_silence(model);
	int err;

	ret_chain->n = 0;
	err = add_unit(ret_chain, silence, SY_WORD_SINGLE, true);
	while (!err && *sentence) {
		char word[SY_WORD_MAX + 1];
		size_t n = strcspn(sentence, " ");
		const char *phones;

		if (n > SY_WORD_MAX)
			return E2BIG;
		memcpy(word, sentence, n);
		word[n] = '\0';
		sentence += n + strspn(sentence + n, " ");
		phones = sy_lexicon_phones(lexicon, word, 0);
		err = phones ? add_word(model, phones, ret_chain) : ENOENT;
		if (!err)
			err = add_unit(ret_chain, silence, SY_WORD_SINGLE, true);
	}
	return err;
}

/* The senones and steps of one unit's states. */
struct state {
	uint16_t senone[SY_STATES];
	int stay[SY_STATES];
	int leave[SY_STATES];
};

static void fill_state(const struct sy_acoustic_model *model, const struct sy_phone_unit *unit, int left, int right,
	struct state *ret_state)
{
	if (sy_model_is_filler(model, unit->phone))
		left = right = -1;
	sy_model_triphone(model, unit->phone, left, right, unit->position, ret_state->senone);
	for (int s = 0; s < SY_STATES; s++) {
		ret_state->stay[s] = units(sy_model_transition(model, unit->phone, s, s));
		ret_state->leave[s] = units(sy_model_transition(model, unit->phone, s, s + 1));
	}
}

/* The phone beside a unit, silences that may be left out passed over. */
static int neighbour(const struct sy_acoustic_model *model, const struct sy_phone_chain *chain, int i, int step)
{
	for (i += step; i >= 0 && i < chain->n; i += step)
		if (!chain->at[i].optional)
			return chain->at[i].phone;
	return sy_model_silence(model);
}

struct walk {
	struct state *state; /* [n] */
	int *cost;           /* [n][SY_STATES] */
	uint8_t *from;       /* [frames][n][SY_STATES] */
	int n;
};

/* Cost of leaving a unit, by the costs of the frame before. */
static int leaving(const struct walk *walk, int i)
{
	int cost = i < 0 ? FAR : walk->cost[i * SY_STATES + SY_STATES - 1];

	return cost >= FAR ? FAR : cost + walk->state[i].leave[SY_STATES - 1];
}

/* From the last unit to the first, so that each sees its neighbours' old costs. */
static void advance(struct walk *walk, const struct sy_phone_chain *chain, const int16_t *score, size_t t)
{
	for (int i = walk->n - 1; i >= 0; i--) {
		int *cost = &walk->cost[i * SY_STATES];
		uint8_t *from = &walk->from[(t * (size_t)walk->n + (size_t)i) * SY_STATES];
		int before = t ? leaving(walk, i - 1) : i == 0 ? 0 : FAR;
		int over = FAR;

		if (i > 0 && chain->at[i - 1].optional)
			over = t ? leaving(walk, i - 2) : i == 1 ? 0 : FAR;
		for (int s = SY_STATES - 1; s >= 0; s--) {
			int stay = cost[s] >= FAR ? FAR : cost[s] + walk->state[i].stay[s];
			int left = s ? (cost[s - 1] >= FAR ? FAR : cost[s - 1] + walk->state[i].leave[s - 1])
				     : (before <= over ? before : over);

			from[s] = stay <= left ? FROM_SELF : s ? FROM_LEFT : before <= over ? FROM_UNIT : FROM_OVER;
			cost[s] = (stay <= left ? stay : left) + score[walk->state[i].senone[s]];
			cost[s] = cost[s] < FAR ? cost[s] : FAR;
		}
	}
}

static int trace(const struct walk *walk, struct sy_phone_chain *chain, size_t frames)
{
	int i = walk->n - 1, s = SY_STATES - 1;

	for (int k = 0; k < chain->n; k++)
		chain->at[k].begin = chain->at[k].end = 0;
	if (chain->at[i].optional && leaving(walk, i - 1) < leaving(walk, i))
		i--;
	if (leaving(walk, i) >= FAR)
		return ERANGE;
	chain->at[i].end = (int)frames;
	for (size_t t = frames; t-- > 0;) {
		uint8_t from = walk->from[(t * (size_t)walk->n + (size_t)i) * SY_STATES + (size_t)s];

		if (from == FROM_LEFT) {
			s--;
		} else if (from != FROM_SELF) {
			chain->at[i].begin = (int)t;
			i -= from == FROM_UNIT ? 1 : 2;
			s = SY_STATES - 1;
			if (t && i >= 0)
				chain->at[i].end = (int)t;
		}
		if (i < 0)
			break;
	}
	return 0;
}

int sy_phone_chain_place(
	const struct sy_acoustic_model *model, struct sy_senones *senones, struct sy_phone_chain *chain)
{
	size_t frames = sy_senones_frames(senones);
	struct walk walk = {.n = chain->n};
	int err = ENOMEM;

	walk.state = calloc((size_t)walk.n + 1, sizeof *walk.state);
	walk.cost = calloc((size_t)walk.n + 1, SY_STATES * sizeof *walk.cost);
	walk.from = calloc(frames + 1, (size_t)walk.n * SY_STATES);
	if (!walk.state || !walk.cost || !walk.from)
		goto out;
	for (int i = 0; i < walk.n; i++) {
		fill_state(model, &chain->at[i], neighbour(model, chain, i, -1), neighbour(model, chain, i, 1),
			&walk.state[i]);
		for (int s = 0; s < SY_STATES; s++)
			walk.cost[i * SY_STATES + s] = FAR;
	}
	for (size_t t = 0; t < frames; t++)
		advance(&walk, chain, sy_senones_frame(senones, t), t);
	err = frames ? trace(&walk, chain, frames) : ERANGE;
out:
	free(walk.state);
	free(walk.cost);
	free(walk.from);
	return err;
}

int sy_phone_piece_cost(
	const struct sy_acoustic_model *model, struct sy_senones *senones, const struct sy_phone_piece *piece)
{
	struct state state[SY_PHONE_PIECE_MAX];
	int cost[SY_PHONE_PIECE_MAX * SY_STATES];
	int n = piece->n * SY_STATES;

	for (int i = 0; i < piece->n; i++)
		fill_state(model, &piece->at[i], i ? piece->at[i - 1].phone : piece->left,
			i + 1 < piece->n ? piece->at[i + 1].phone : piece->right, &state[i]);
	for (int c = 0; c < n; c++)
		cost[c] = FAR;
	for (int t = piece->begin; t < piece->end; t++) {
		const int16_t *score = sy_senones_frame(senones, (size_t)t);

		for (int c = n - 1; c >= 0; c--) {
			const struct state *at = &state[c / SY_STATES];
			int s = c % SY_STATES;
			int stay = cost[c] + at->stay[s];
			int left =
				c ? cost[c - 1] + (s ? at->leave[s - 1] : state[c / SY_STATES - 1].leave[SY_STATES - 1])
				  : (t == piece->begin ? 0 : FAR);

			stay = stay < left ? stay : left;
			cost[c] = stay >= FAR ? FAR : stay + score[at->senone[s]];
		}
	}
	return cost[n - 1] >= FAR ? FAR : cost[n - 1] + state[piece->n - 1].leave[SY_STATES - 1];
}
