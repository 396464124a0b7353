#include "engine/hear/spotter.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#define FAR (INT_MAX / 4)
#define CONTEXTS_MAX 48      /* different senones of one state over all neighbours it may have */
#define FRAMES_A_PHONE_MIN 3 /* three emitting states */

/* One state of a phrase: the cheapest of its senones counts (one inside a word; several where the neighbour is
 * unknown). */
struct state {
	uint16_t senone[CONTEXTS_MAX];
	int n;
	int stay; /* transition costs */
	int leave;
};

struct phrase {
	char *text;
	int n; /* states */
	struct state *state;
};

struct sy_spotter {
	const struct sy_acoustic_model *model;
	struct phrase phrases[SY_SPOTTER_PHRASES_MAX];
	int n;
};

struct token {
	int cost; /* of the loop before the phrase and the phrase up to here */
	int begin;
	int phone_excess; /* worst excess a frame of a finished phone, in SY_SENONE_UNIT / 16 */
	int phone_begin;
	int phone_cost;
};

int sy_spotter_create(const struct sy_acoustic_model *model, struct sy_spotter **ret_spotter)
{
	struct sy_spotter *spotter = calloc(1, sizeof *spotter);

	if (!spotter)
		return ENOMEM;
	spotter->model = model;
	*ret_spotter = spotter;
	return 0;
}

void sy_spotter_destroy(struct sy_spotter *spotter)
{
	if (!spotter)
		return;
	for (int i = 0; i < spotter->n; i++) {
		free(spotter->phrases[i].text);
		free(spotter->phrases[i].state);
	}
	free(spotter);
}

static int read_phones(const struct sy_spotter *spotter, const char *phones, int *ret_phones)
{
	char name[8];
	int n = 0, used;

	for (; sscanf(phones, " %7s%n", name, &used) == 1; phones += used) {
		if (n == SY_SPOTTER_PHONES_MAX)
			return -1;
		ret_phones[n] = sy_model_phone(spotter->model, name);
		if (ret_phones[n++] < 0)
			return -1;
	}
	return n;
}

static void add_senones(struct state *state, uint16_t senone)
{
	for (int i = 0; i < state->n; i++)
		if (state->senone[i] == senone)
			return;
	if (state->n < CONTEXTS_MAX)
		state->senone[state->n++] = senone;
}

/* The states of phone i; at the phrase's edges any neighbour is possible. */
static void fill_states(const struct sy_spotter *spotter, const int *phones, int n, int i, struct state *states)
{
	const struct sy_acoustic_model *model = spotter->model;
	int n_phones = sy_model_n_phones(model);
	enum sy_word_position position = i == 0 ? SY_WORD_BEGIN : i == n - 1 ? SY_WORD_END : SY_INTERNAL;
	int from_left = i == 0 ? 0 : phones[i - 1], to_left = i == 0 ? n_phones - 1 : phones[i - 1];
	int from_right = i == n - 1 ? 0 : phones[i + 1], to_right = i == n - 1 ? n_phones - 1 : phones[i + 1];

	for (int left = from_left; left <= to_left; left++)
		for (int right = from_right; right <= to_right; right++) {
			uint16_t senones[SY_STATES];
			sy_model_triphone(model, phones[i], left, right, position, senones);
			for (int s = 0; s < SY_STATES; s++)
				add_senones(&states[s], senones[s]);
		}
	for (int s = 0; s < SY_STATES; s++) {
		states[s].stay = (int)(-sy_model_transition(model, phones[i], s, s) / SY_SENONE_UNIT + 0.5);
		states[s].leave = (int)(-sy_model_transition(model, phones[i], s, s + 1) / SY_SENONE_UNIT + 0.5);
	}
}

int sy_spotter_add(struct sy_spotter *spotter, const char *phrase, const char *phones, struct sy_problem *why)
{
	int ids[SY_SPOTTER_PHONES_MAX];
	int n = read_phones(spotter, phones, ids);
	struct phrase *added = &spotter->phrases[spotter->n];

	if (spotter->n == SY_SPOTTER_PHRASES_MAX)
		return sy_problem_set(why, E2BIG, "more than %d phrases to spot", SY_SPOTTER_PHRASES_MAX);
	if (n < 2)
		return sy_problem_set(why, EINVAL,
			"\"%s\" cannot be spotted: its phones \"%s\" are unknown, too few or too many", phrase, phones);
	added->text = strdup(phrase);
	added->state = calloc((size_t)n * SY_STATES, sizeof *added->state);
	if (!added->text || !added->state) {
		free(added->text);
		free(added->state);
		*added = (struct phrase){0};
		return ENOMEM;
	}
	added->n = n * SY_STATES;
	for (int i = 0; i < n; i++)
		fill_states(spotter, ids, n, i, &added->state[i * SY_STATES]);
	spotter->n++;
	return 0;
}

static int emission(const struct state *state, const int16_t *score)
{
	int best = score[state->senone[0]];

	for (int i = 1; i < state->n; i++)
		if (score[state->senone[i]] < best)
			best = score[state->senone[i]];
	return best;
}

/* A phone has been left at the end of frame t - 1: how far above the loop was it? */
static void close_phone(struct token *token, const struct sy_phone_loop *loop, int t)
{
	int frames = t - token->phone_begin;
	int excess =
		frames > 0 ? 16 * (token->cost - token->phone_cost - (loop->best[t] - loop->best[token->phone_begin])) /
				     frames
			   : 0;

	if (excess > token->phone_excess)
		token->phone_excess = excess;
	token->phone_begin = t;
	token->phone_cost = token->cost;
}

static void step(const struct phrase *phrase, const int16_t *score, const struct sy_phone_loop *loop, int t,
	struct token *tokens)
{
	for (int s = phrase->n - 1; s >= 0; s--) {
		struct token stay = tokens[s], come = {.cost = FAR};
		stay.cost = stay.cost < FAR ? stay.cost + phrase->state[s].stay : FAR;
		if (s == 0) {
			come = (struct token){
				.cost = loop->best[t], .begin = t, .phone_begin = t, .phone_cost = loop->best[t]};
		} else if (tokens[s - 1].cost < FAR) {
			come = tokens[s - 1];
			come.cost += phrase->state[s - 1].leave;
			if (s % SY_STATES == 0)
				close_phone(&come, loop, t);
		}
		tokens[s] = come.cost < stay.cost ? come : stay;
		if (tokens[s].cost < FAR)
			tokens[s].cost += emission(&phrase->state[s], score);
	}
}

static void consider(const struct phrase *phrase, const struct token *last, const struct sy_phone_loop *loop, int t,
	struct sy_spot *best)
{
	struct token done = *last;
	int frames = t - done.begin;
	float excess;

	if (done.cost >= FAR || frames < phrase->n / SY_STATES * FRAMES_A_PHONE_MIN)
		return;
	done.cost += phrase->state[phrase->n - 1].leave;
	excess = (float)(done.cost - loop->best[t]) / (float)frames;
	if (best->phrase && excess >= best->excess)
		return;
	close_phone(&done, loop, t);
	*best = (struct sy_spot){.phrase = phrase->text,
		.begin = done.begin,
		.end = t,
		.excess = excess,
		.worst = (float)done.phone_excess / 16,
		.pace = (float)frames * SY_STATES / (float)phrase->n};
}

int sy_spotter_run(const struct sy_spotter *spotter, struct sy_senones *senones, const struct sy_phone_loop *loop,
	struct sy_spot *ret_spot)
{
	struct sy_spot best = {0};
	struct token *tokens = malloc(SY_SPOTTER_PHONES_MAX * SY_STATES * sizeof *tokens * SY_SPOTTER_PHRASES_MAX);

	if (!tokens)
		return ENOMEM;
	for (int i = 0; i < SY_SPOTTER_PHRASES_MAX * SY_SPOTTER_PHONES_MAX * SY_STATES; i++)
		tokens[i] = (struct token){.cost = FAR};
	for (int t = 0; t < (int)loop->n; t++) {
		const int16_t *score = sy_senones_frame(senones, (size_t)t);
		for (int i = 0; i < spotter->n; i++) {
			struct token *of = &tokens[i * SY_SPOTTER_PHONES_MAX * SY_STATES];
			step(&spotter->phrases[i], score, loop, t, of);
			consider(&spotter->phrases[i], &of[spotter->phrases[i].n - 1], loop, t + 1, &best);
		}
	}
	free(tokens);
	*ret_spot = best;
	return 0;
}
