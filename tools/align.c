#include "tools/align.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PHONES_MAX 2000 /* of one recording: two minutes of fast speech */
#define BEFORE_MAX 16   /* pronunciations of the word before, and pauses */
#define WORDS_BYTES 4096
#define PAUSE_COST 2.0f
#define NOISE_COST 12.0f
#define FAR 1e30f

struct link {
	int phone;
	float cost; /* of entering it */
	int n_before;
	int before[BEFORE_MAX]; /* links that may stand before it; -1: the beginning */
	bool last;              /* the recording may end here */
};

struct chain {
	struct link links[PHONES_MAX];
	int n;
	int ends[BEFORE_MAX]; /* what the next word may follow */
	int n_ends;
};

static int add_link(struct chain *chain, int phone, float cost, const int *before, int n_before)
{
	struct link *link = &chain->links[chain->n];

	if (chain->n == PHONES_MAX)
		return -1;
	*link = (struct link){.phone = phone, .cost = cost, .n_before = n_before};
	memcpy(link->before, before, (size_t)n_before * sizeof *before);
	return chain->n++;
}

/* A pause, a cough or nothing. */
static int add_pause(const struct sy_acoustic_model *model, struct chain *chain)
{
	int n_before = chain->n_ends, before[BEFORE_MAX];

	memcpy(before, chain->ends, sizeof before);
	for (int phone = 0; phone < sy_model_n_phones(model); phone++) {
		if (!sy_model_is_filler(model, phone) || chain->n_ends == BEFORE_MAX)
			continue;
		int at = add_link(
			chain, phone, phone == sy_model_silence(model) ? PAUSE_COST : NOISE_COST, before, n_before);
		if (at < 0)
			return E2BIG;
		chain->ends[chain->n_ends++] = at;
	}
	return 0;
}

static int add_pronunciation(const struct sy_acoustic_model *model, struct chain *chain, const char *phones,
	const int *before, int n_before, int *ret_end)
{
	char name[8];
	int used, at = -1;

	for (; sscanf(phones, " %7s%n", name, &used) == 1; phones += used) {
		int phone = sy_model_phone(model, name);
		at = phone < 0 ? -1
		     : at < 0  ? add_link(chain, phone, 0, before, n_before)
			       : add_link(chain, phone, 0, &at, 1);
		if (at < 0)
			return EINVAL;
	}
	*ret_end = at;
	return at < 0 ? EINVAL : 0;
}

static int add_word(
	const struct sy_acoustic_model *model, const struct sy_lexicon *lexicon, struct chain *chain, const char *word)
{
	int before[BEFORE_MAX], n_before = chain->n_ends, err = 0;
	const char *phones;

	memcpy(before, chain->ends, sizeof before);
	chain->n_ends = 0;
	for (size_t v = 0; !err && v < BEFORE_MAX / 2 && (phones = sy_lexicon_phones(lexicon, word, v)); v++)
		err = add_pronunciation(model, chain, phones, before, n_before, &chain->ends[chain->n_ends++]);
	if (err || chain->n_ends == 0)
		return EINVAL;
	return add_pause(model, chain);
}

static int build(
	const struct sy_acoustic_model *model, const struct sy_lexicon *lexicon, const char *words, struct chain *chain)
{
	char copy[WORDS_BYTES], *rest = NULL;
	int err;

	if (snprintf(copy, sizeof copy, "%s", words) >= (int)sizeof copy)
		return E2BIG;
	chain->ends[chain->n_ends++] = -1;
	err = add_pause(model, chain);
	for (char *word = strtok_r(copy, " ", &rest); word && !err; word = strtok_r(NULL, " ", &rest))
		err = add_word(model, lexicon, chain, word);
	for (int i = 0; i < chain->n_ends && !err; i++)
		if (chain->ends[i] >= 0)
			chain->links[chain->ends[i]].last = true;
	return err;
}

/* The cheapest way into a link's first state. */
static float enter(const struct link *link, const float *cost, bool first, int *ret_from)
{
	float best = FAR;

	for (int i = 0; i < link->n_before; i++) {
		int from = link->before[i] < 0 ? -1 : link->before[i] * SY_STATES + SY_STATES - 1;
		float of = from < 0 ? (first ? 0 : FAR) : first ? FAR : cost[from];
		if (of < best) {
			best = of;
			*ret_from = from;
		}
	}
	return best + link->cost;
}

static void step(const struct chain *chain, const float *score, bool first, const float *cost, float *ret_cost,
	uint16_t *ret_from)
{
	for (int i = 0; i < chain->n; i++) {
		const struct link *link = &chain->links[i];
		for (int s = 0; s < SY_STATES; s++) {
			int at = i * SY_STATES + s, from = at;
			float best = first ? FAR : cost[at];
			int come = at - 1;
			float of = s > 0 ? (first ? FAR : cost[at - 1]) : enter(link, cost, first, &come);
			if (of < best) {
				best = of;
				from = come;
			}
			ret_cost[at] = best >= FAR ? FAR : best + score[link->phone * SY_STATES + s];
			ret_from[at] = (uint16_t)(from < 0 ? at : from);
		}
	}
}

static int find_end(const struct chain *chain, const float *cost)
{
	int best = -1;

	for (int i = 0; i < chain->n; i++) {
		int at = i * SY_STATES + SY_STATES - 1;
		if (chain->links[i].last && cost[at] < FAR && (best < 0 || cost[at] < cost[best]))
			best = at;
	}
	return best;
}

static int search(const struct chain *chain, const struct sy_align_scores *scores, uint8_t *ret_labels)
{
	size_t n_states = (size_t)chain->n * SY_STATES;
	float *cost[2] = {calloc(n_states, sizeof **cost), calloc(n_states, sizeof **cost)};
	uint16_t *from = malloc(scores->n * n_states * sizeof *from);
	int err = cost[0] && cost[1] && from ? 0 : ENOMEM, at = -1;

	for (size_t t = 0; !err && t < scores->n; t++)
		step(chain, scores->cost + t * (size_t)scores->n_outputs, t == 0, cost[t % 2], cost[(t + 1) % 2],
			from + t * n_states);
	if (!err && (at = find_end(chain, cost[scores->n % 2])) < 0)
		err = EINVAL;
	for (size_t t = scores->n; !err && t-- > 0;) {
		ret_labels[t] = (uint8_t)(chain->links[at / SY_STATES].phone * SY_STATES + at % SY_STATES);
		at = from[t * n_states + (size_t)at];
	}
	free(cost[0]);
	free(cost[1]);
	free(from);
	return err;
}

int sy_align_words(const struct sy_acoustic_model *model, const struct sy_lexicon *lexicon, const char *words,
	const struct sy_align_scores *scores, uint8_t *ret_labels)
{
	struct chain *chain = calloc(1, sizeof *chain);
	int err = chain ? build(model, lexicon, words, chain) : ENOMEM;

	if (!err)
		err = scores->n > 0 ? search(chain, scores, ret_labels) : EINVAL;
	free(chain);
	return err;
}
