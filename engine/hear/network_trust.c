/*
 * Word posteriors over the lattice that a search leaves behind: every word that ended within reach of the best, forward
 * and backward sums over the paths through them (Wessel, Schlueter, Macherey and Ney, "Confidence measures for large
 * vocabulary continuous speech recognition", 2001). A word counts for the other ends and beginnings it was found with:
 * what is summed is every rival of the same word that sounds in the middle of it.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "engine/hear/network_parts.h"

/* What is expected less often is no guess: of natural sentences as many find their article as with all of them. */
#define GUESS_LEAST 0.02f
#define NEVER (-1e30f)
#define LATELY 256 /* a power of two */

/* A state of the graph at a time, and the sums of what leads there and of what goes on from there. */
struct place {
	uint64_t key; /* state and frame */
	float before;
	float after;
	float on; /* what goes on from there or an epsilon away, once it is known */
	bool known;
	bool reached; /* by a word, not by an epsilon alone */
};

/* Where a word that ended begins and ends. */
struct ends {
	uint32_t from;
	uint32_t to;
};

struct lattice {
	const struct sy_network *network;
	const struct pasts *pasts;
	struct place *places;
	size_t n_places, cap_places;
	uint32_t *slots; /* places by hash: number + 1 */
	size_t n_slots;
	uint32_t lately[LATELY]; /* the places found last, number + 1: all words of a frame lead to the same few */
	struct ends *ends;       /* by past */
	float *lean;             /* by word, nats of path; NULL: none */
	bool failed;             /* no memory */
};

static float add(float a, float b)
{
	float most = a > b ? a : b, least = a > b ? b : a;

	return least < most - 20 ? most : most + log1pf(expf(least - most));
}

static size_t slot_of(const struct lattice *lattice, uint64_t key)
{
	size_t slot = (size_t)((key * 0x9e3779b97f4a7c15u) >> 20) & (lattice->n_slots - 1);

	while (lattice->slots[slot] && lattice->places[lattice->slots[slot] - 1].key != key)
		slot = (slot + 1) & (lattice->n_slots - 1);
	return slot;
}

static int make_room(struct lattice *lattice)
{
	if (SY_GROW(&lattice->places, lattice->n_places + 1, &lattice->cap_places) != 0)
		return ENOMEM;
	free(lattice->slots);
	lattice->n_slots = lattice->cap_places * 2;
	lattice->slots = calloc(lattice->n_slots, sizeof *lattice->slots);
	if (!lattice->slots)
		return ENOMEM;
	for (size_t i = 0; i < lattice->n_places; i++)
		lattice->slots[slot_of(lattice, lattice->places[i].key)] = (uint32_t)i + 1;
	return 0;
}

/* The number of a place, which is made when it is first asked for. After a failure it is any. */
static uint32_t place_of(struct lattice *lattice, int state, int frame)
{
	const uint64_t key = (uint64_t)frame << 32 | (uint32_t)state;
	uint32_t *lately = &lattice->lately[((uint32_t)state + 7 * (uint32_t)frame) % LATELY];
	size_t slot;

	if (*lately && lattice->places[*lately - 1].key == key)
		return *lately - 1;
	if (lattice->n_places == lattice->cap_places && make_room(lattice) != 0) {
		lattice->failed = true;
		return 0;
	}
	slot = slot_of(lattice, key);
	if (!lattice->slots[slot]) {
		lattice->places[lattice->n_places++] = (struct place){.key = key, .before = NEVER, .after = NEVER};
		lattice->slots[slot] = (uint32_t)lattice->n_places;
	}
	*lately = lattice->slots[slot];
	return *lately - 1;
}

static int state_of(const struct place *place)
{
	return (int)(uint32_t)place->key;
}

static int frame_of(const struct place *place)
{
	return (int)(place->key >> 32);
}

static int begin_of(const struct lattice *lattice, const struct past *past)
{
	return past->before == NONE ? 0 : lattice->pasts->at[past->before].end;
}

static float weight_of(const struct lattice *lattice, const struct past *past)
{
	const struct sy_network *network = lattice->network;
	const int before = past->before == NONE ? 0 : lattice->pasts->at[past->before].cost;
	const float lean = lattice->lean && past->arc >= 0 ? lattice->lean[network->arcs[past->arc].word] : 0;

	return lean - network->trust_scale * (float)(past->cost - before);
}

/* What reaches a state reaches those an epsilon away. (Its cost is part of the words that follow.) */
static void leap_on(struct lattice *lattice, int state, int frame, float more)
{
	for (uint32_t i = lattice->network->leap[state]; i != NONE; i = lattice->network->arcs[i].next_leap) {
		const int to = lattice->network->arcs[i].to;
		const uint32_t place = place_of(lattice, to, frame);
		if (lattice->failed)
			return;
		lattice->places[place].before = add(lattice->places[place].before, more);
		leap_on(lattice, to, frame, more);
	}
}

/* Everything that reaches the places of one frame has been summed. */
static void leap_all(struct lattice *lattice, size_t first_place)
{
	for (size_t i = first_place, n = lattice->n_places; i < n && !lattice->failed; i++) {
		const struct place place = lattice->places[i];
		if (place.reached)
			leap_on(lattice, state_of(&place), frame_of(&place), place.before);
	}
}

static void find_ends(struct lattice *lattice, size_t i)
{
	const struct past *past = &lattice->pasts->at[i];
	const int from = past->arc >= 0 ? lattice->network->arcs[past->arc].from : past->to;

	/* Mostly the word begins where the one before it led, and that place is known. */
	lattice->ends[i].from = past->before != NONE && lattice->pasts->at[past->before].to == from
					? lattice->ends[past->before].to
					: place_of(lattice, from, begin_of(lattice, past));
	lattice->ends[i].to = place_of(lattice, past->to, past->end);
}

static void sum_forward(struct lattice *lattice)
{
	const struct pasts *pasts = lattice->pasts;
	const uint32_t start = place_of(lattice, lattice->network->start, 0);
	size_t first_place = 0;

	if (lattice->failed)
		return;
	lattice->places[start].before = 0;
	lattice->places[start].reached = true;
	for (size_t i = 0; i < pasts->n && !lattice->failed; i++) {
		if (i == 0 || pasts->at[i].end != pasts->at[i - 1].end) {
			leap_all(lattice, first_place);
			first_place = lattice->n_places;
		}
		find_ends(lattice, i);
		const float before = lattice->places[lattice->ends[i].from].before;
		struct place *to = &lattice->places[lattice->ends[i].to];
		if (before <= NEVER)
			continue;
		to->reached = true;
		to->before = add(to->before, before + weight_of(lattice, &pasts->at[i]));
	}
	leap_all(lattice, first_place);
}

/* What goes on from a state, by itself or an epsilon away. All that begins there has been summed. */
static float go_on(struct lattice *lattice, uint32_t number)
{
	const struct place place = lattice->places[number];
	float sum = place.after;

	if (place.known)
		return place.on;
	for (uint32_t i = lattice->network->leap[state_of(&place)]; i != NONE && !lattice->failed;
		i = lattice->network->arcs[i].next_leap)
		sum = add(sum, go_on(lattice, place_of(lattice, lattice->network->arcs[i].to, frame_of(&place))));
	lattice->places[number].on = sum;
	lattice->places[number].known = true;
	return sum;
}

static void sum_backward(struct lattice *lattice, int frames)
{
	const uint32_t end = place_of(lattice, lattice->network->final, frames);

	if (lattice->failed)
		return;
	lattice->places[end].after = 0;
	for (size_t i = lattice->pasts->n; i-- > 0 && !lattice->failed;) {
		const float after = go_on(lattice, lattice->ends[i].to);
		struct place *from = &lattice->places[lattice->ends[i].from];
		if (after > NEVER)
			from->after = add(from->after, after + weight_of(lattice, &lattice->pasts->at[i]));
	}
}

static float posterior(struct lattice *lattice, size_t i, float all)
{
	const float before = lattice->places[lattice->ends[i].from].before;
	const float after = go_on(lattice, lattice->ends[i].to);

	return before <= NEVER || after <= NEVER
		       ? 0
		       : expf(before + weight_of(lattice, &lattice->pasts->at[i]) + after - all);
}

/* One word of the path, and the same word wherever it was found in the middle of it. */
static void trust_word(struct lattice *lattice, uint32_t word, float all, struct sy_heard_word *heard)
{
	const int middle = (heard->begin + heard->end) / 2;

	for (size_t i = 0; i < lattice->pasts->n; i++) {
		const struct past *past = &lattice->pasts->at[i];
		if (past->end > middle && past->arc >= 0 && lattice->network->arcs[past->arc].word == word &&
			begin_of(lattice, past) <= middle)
			heard->trust += posterior(lattice, i, all);
	}
	heard->trust = heard->trust > 1 ? 1 : heard->trust;
}

static void trust_words(struct lattice *lattice, uint32_t last, float all, struct sy_path *path)
{
	size_t at = path->n;

	for (uint32_t i = last; i != NONE && at > 0; i = lattice->pasts->at[i].before) {
		const int arc = lattice->pasts->at[i].arc;
		at--;
		if (arc >= 0)
			trust_word(lattice, lattice->network->arcs[arc].word, all, &path->at[at]);
	}
}

static int compare_times(const void *a, const void *b)
{
	const struct sy_guess *x = a, *y = b;

	return (x->times < y->times) - (x->times > y->times);
}

/* How often each word of the network is expected, wherever it was found. */
static int expect_words(struct lattice *lattice, float all, struct sy_guess *words)
{
	const struct sy_network *network = lattice->network;

	for (size_t i = 0; i < network->words.n; i++)
		words[i] = (struct sy_guess){.word = network->words.at[i]};
	for (size_t i = 0; i < lattice->pasts->n && !lattice->failed; i++) {
		const int arc = lattice->pasts->at[i].arc;
		const float p = arc >= 0 ? posterior(lattice, i, all) : 0;
		if (p > 0)
			words[network->arcs[arc].word].times += p;
	}
	return lattice->failed ? ENOMEM : 0;
}

/* The likeliest words first. */
static int guess_words(struct lattice *lattice, float all, struct sy_guesses *guesses)
{
	const size_t n = lattice->network->words.n;
	struct sy_guess *words = calloc(n + 1, sizeof *words);
	int err = words ? expect_words(lattice, all, words) : ENOMEM;

	if (!err)
		qsort(words, n, sizeof *words, compare_times);
	for (size_t i = 0; !err && i < n && guesses->n < SY_GUESSES_MAX && words[i].times >= GUESS_LEAST; i++)
		err = sy_guesses_add(guesses, words[i].word, words[i].times);
	free(words);
	return err;
}

/* All the ways from the first frame to the last; *ret_all is their sum. */
static int sum_paths(struct lattice *lattice, int frames, float *ret_all)
{
	lattice->n_places = 0;
	memset(lattice->lately, 0, sizeof lattice->lately);
	if (lattice->n_slots)
		memset(lattice->slots, 0, lattice->n_slots * sizeof *lattice->slots);
	sum_forward(lattice);
	if (!lattice->failed)
		sum_backward(lattice, frames);
	if (!lattice->failed)
		*ret_all = go_on(lattice, place_of(lattice, lattice->network->start, 0));
	return lattice->failed ? ENOMEM : 0;
}

/* Once more, the words likelier that go with what the turn seems to be about. */
static int sum_leaned(struct lattice *lattice, int frames, float *ret_all)
{
	const struct sy_network *network = lattice->network;
	struct sy_guesses guesses = {0};
	int err = guess_words(lattice, *ret_all, &guesses);

	lattice->lean = malloc((network->words.n + 1) * sizeof *lattice->lean);
	if (!lattice->lean)
		err = ENOMEM;
	if (!err)
		err = sy_topics_lean(network->topics, &guesses, &network->words, lattice->lean);
	sy_guesses_reset(&guesses);
	for (size_t i = 0; !err && i < network->words.n; i++)
		lattice->lean[i] *= network->word_scale;
	return err ? err : sum_paths(lattice, frames, ret_all);
}

static int weigh_rivals(struct lattice *lattice, uint32_t last, struct sy_findings *findings)
{
	struct sy_path *path = &findings->at[0];
	const int frames = path->n ? path->at[path->n - 1].end : 0;
	float all;
	int err = sum_paths(lattice, frames, &all);

	if (err)
		return err;
	trust_words(lattice, last, all, path);
	if (lattice->network->topics && !(err = sum_leaned(lattice, frames, &all)))
		err = guess_words(lattice, all, &findings->guesses);
	return err;
}

int sy_network_trust(
	const struct sy_network *network, const struct pasts *pasts, uint32_t last, struct sy_findings *findings)
{
	struct lattice lattice = {.network = network, .pasts = pasts};
	int err;

	lattice.ends = malloc((pasts->n + 1) * sizeof *lattice.ends);
	err = lattice.ends ? weigh_rivals(&lattice, last, findings) : ENOMEM;
	err = lattice.failed ? ENOMEM : err;
	free(lattice.ends);
	free(lattice.lean);
	free(lattice.places);
	free(lattice.slots);
	return err;
}
