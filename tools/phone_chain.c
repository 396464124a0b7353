#include "tools/alignment.h"

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

static int add_unit(struct alignment *alignment, int phone, enum sy_word_position position, bool optional)
{
	if (alignment->n == ALIGNMENT_UNITS_MAX)
		return E2BIG;
	alignment->at[alignment->n++] = (struct unit){.phone = phone, .position = position, .optional = optional};
	return 0;
}

static int add_word(const struct sy_acoustic_model *model, const char *phones, struct alignment *alignment)
{
	int first = alignment->n, err = 0;

	for (phones += strspn(phones, " "); *phones && !err; phones += strspn(phones, " ")) {
		char name[8] = "";
		size_t n = strcspn(phones, " ");

		if (n >= sizeof name)
			return EINVAL;
		memcpy(name, phones, n);
		err = add_unit(alignment, sy_model_phone(model, name), SY_INTERNAL, false);
		phones += n;
	}
	if (!err && alignment->n == first + 1) {
		alignment->at[first].position = SY_WORD_SINGLE;
	} else if (!err && alignment->n > first) {
		alignment->at[first].position = SY_WORD_BEGIN;
		alignment->at[alignment->n - 1].position = SY_WORD_END;
	}
	return err;
}

int alignment_units(const struct sy_acoustic_model *model, const struct sy_lexicon *lexicon, const char *sentence,
	struct alignment *ret_alignment)
{
	int silence = sy_model_silence(model);
	int err;

	ret_alignment->n = 0;
	err = add_unit(ret_alignment, silence, SY_WORD_SINGLE, true);
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
		err = phones ? add_word(model, phones, ret_alignment) : ENOENT;
		if (!err)
			err = add_unit(ret_alignment, silence, SY_WORD_SINGLE, true);
	}
	return err;
}

/* The senones and steps of one unit's states. */
struct state {
	uint16_t senone[SY_STATES];
	int stay[SY_STATES];
	int leave[SY_STATES];
};

static void fill_state(
	const struct sy_acoustic_model *model, const struct unit *unit, int left, int right, struct state *ret_state)
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
static int neighbour(const struct sy_acoustic_model *model, const struct alignment *alignment, int i, int step)
{
	for (i += step; i >= 0 && i < alignment->n; i += step)
		if (!alignment->at[i].optional)
			return alignment->at[i].phone;
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
static void advance(struct walk *walk, const struct alignment *alignment, const int16_t *score, size_t t)
{
	for (int i = walk->n - 1; i >= 0; i--) {
		int *cost = &walk->cost[i * SY_STATES];
		uint8_t *from = &walk->from[(t * (size_t)walk->n + (size_t)i) * SY_STATES];
		int before = t ? leaving(walk, i - 1) : i == 0 ? 0 : FAR;
		int over = FAR;

		if (i > 0 && alignment->at[i - 1].optional)
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

static int trace(const struct walk *walk, struct alignment *alignment, size_t frames)
{
	int i = walk->n - 1, s = SY_STATES - 1;

	for (int k = 0; k < alignment->n; k++)
		alignment->at[k].begin = alignment->at[k].end = 0;
	if (alignment->at[i].optional && leaving(walk, i - 1) < leaving(walk, i))
		i--;
	if (leaving(walk, i) >= FAR)
		return ERANGE;
	alignment->at[i].end = (int)frames;
	for (size_t t = frames; t-- > 0;) {
		uint8_t from = walk->from[(t * (size_t)walk->n + (size_t)i) * SY_STATES + (size_t)s];

		if (from == FROM_LEFT) {
			s--;
		} else if (from != FROM_SELF) {
			alignment->at[i].begin = (int)t;
			i -= from == FROM_UNIT ? 1 : 2;
			s = SY_STATES - 1;
			if (t && i >= 0)
				alignment->at[i].end = (int)t;
		}
		if (i < 0)
			break;
	}
	return 0;
}

int alignment_run(const struct sy_acoustic_model *model, struct sy_senones *senones, struct alignment *alignment)
{
	size_t frames = sy_senones_frames(senones);
	struct walk walk = {.n = alignment->n};
	int err = ENOMEM;

	walk.state = calloc((size_t)walk.n + 1, sizeof *walk.state);
	walk.cost = calloc((size_t)walk.n + 1, SY_STATES * sizeof *walk.cost);
	walk.from = calloc(frames + 1, (size_t)walk.n * SY_STATES);
	if (!walk.state || !walk.cost || !walk.from)
		goto out;
	for (int i = 0; i < walk.n; i++) {
		fill_state(model, &alignment->at[i], neighbour(model, alignment, i, -1),
			neighbour(model, alignment, i, 1), &walk.state[i]);
		for (int s = 0; s < SY_STATES; s++)
			walk.cost[i * SY_STATES + s] = FAR;
	}
	for (size_t t = 0; t < frames; t++)
		advance(&walk, alignment, sy_senones_frame(senones, t), t);
	err = frames ? trace(&walk, alignment, frames) : ERANGE;
out:
	free(walk.state);
	free(walk.cost);
	free(walk.from);
	return err;
}

int alignment_cost(const struct sy_acoustic_model *model, struct sy_senones *senones, const struct chain *chain)
{
	struct state state[ALIGNMENT_CHAIN_MAX];
	int cost[ALIGNMENT_CHAIN_MAX * SY_STATES];
	int n = chain->n * SY_STATES;

	for (int i = 0; i < chain->n; i++)
		fill_state(model, &chain->at[i], i ? chain->at[i - 1].phone : chain->left,
			i + 1 < chain->n ? chain->at[i + 1].phone : chain->right, &state[i]);
	for (int c = 0; c < n; c++)
		cost[c] = FAR;
	for (int t = chain->begin; t < chain->end; t++) {
		const int16_t *score = sy_senones_frame(senones, (size_t)t);

		for (int c = n - 1; c >= 0; c--) {
			const struct state *at = &state[c / SY_STATES];
			int s = c % SY_STATES;
			int stay = cost[c] + at->stay[s];
			int left =
				c ? cost[c - 1] + (s ? at->leave[s - 1] : state[c / SY_STATES - 1].leave[SY_STATES - 1])
				  : (t == chain->begin ? 0 : FAR);

			stay = stay < left ? stay : left;
			cost[c] = stay >= FAR ? FAR : stay + score[at->senone[s]];
		}
	}
	return cost[n - 1] >= FAR ? FAR : cost[n - 1] + state[chain->n - 1].leave[SY_STATES - 1];
}
