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

#include "engine/hear/network_parts.h"

/* Nats of path to a unit of cost. A frame says little that its neighbours have not said, so far less than
 * SY_SENONE_UNIT; the value that told right from wrong best on the recordings of orders, flat to twice and half of it.
 */
#define SCALE 0.002f
#define NEVER (-1e30f)

/* A state of the graph at a time, and the sums of what leads there and of what goes on from there. */
struct place {
	uint64_t key; /* state and frame, + 1; 0: free */
	float before;
	float after;
};

struct lattice {
	const struct sy_network *network;
	const struct pasts *pasts;
	struct place *places;
	size_t n_slots, n_places;
	bool full; /* no memory for more */
};

static float add(float a, float b)
{
	float most = a > b ? a : b, least = a > b ? b : a;

	return least < most - 20 ? most : most + log1pf(expf(least - most));
}

static struct place *slot_of(struct place *places, size_t n_slots, uint64_t key)
{
	size_t slot = (size_t)((key * 0x9e3779b97f4a7c15u) >> 20) & (n_slots - 1);

	while (places[slot].key && places[slot].key != key)
		slot = (slot + 1) & (n_slots - 1);
	return &places[slot];
}

static void more_slots(struct lattice *lattice)
{
	struct place *grown = calloc(lattice->n_slots * 2, sizeof *grown);

	lattice->full = !grown;
	if (!grown)
		return;
	for (size_t i = 0; i < lattice->n_slots; i++)
		if (lattice->places[i].key)
			*slot_of(grown, lattice->n_slots * 2, lattice->places[i].key) = lattice->places[i];
	free(lattice->places);
	lattice->places = grown;
	lattice->n_slots *= 2;
}

/* Good until the next call, which may move the places. */
static struct place *place_of(struct lattice *lattice, int state, int frame)
{
	const uint64_t key = ((uint64_t)frame << 32 | (uint32_t)state) + 1;
	struct place *place = slot_of(lattice->places, lattice->n_slots, key);

	if (place->key || (lattice->full && lattice->n_places + 1 == lattice->n_slots))
		return place;
	*place = (struct place){.key = key, .before = NEVER, .after = NEVER};
	if (++lattice->n_places * 2 < lattice->n_slots || lattice->full)
		return place;
	more_slots(lattice);
	return slot_of(lattice->places, lattice->n_slots, key);
}

static int begin_of(const struct lattice *lattice, const struct past *past)
{
	return past->before == NONE ? 0 : lattice->pasts->at[past->before].end;
}

static int state_before(const struct lattice *lattice, const struct past *past)
{
	return past->arc >= 0 ? lattice->network->arcs[past->arc].from : past->to;
}

static float weight_of(const struct lattice *lattice, const struct past *past)
{
	int before = past->before == NONE ? 0 : lattice->pasts->at[past->before].cost;

	return -SCALE * (float)(past->cost - before);
}

/* What reaches a state reaches those an epsilon away. (Its cost is part of the words that follow.) */
static void leap_on(struct lattice *lattice, int state, int frame, float more)
{
	for (uint32_t i = lattice->network->leap[state]; i != NONE; i = lattice->network->arcs[i].next_leap) {
		const int to = lattice->network->arcs[i].to;
		struct place *place = place_of(lattice, to, frame);
		place->before = add(place->before, more);
		leap_on(lattice, to, frame, more);
	}
}

static void sum_forward(struct lattice *lattice)
{
	const struct past *at = lattice->pasts->at;

	place_of(lattice, lattice->network->start, 0)->before = 0;
	leap_on(lattice, lattice->network->start, 0, 0);
	for (size_t i = 0; i < lattice->pasts->n; i++) {
		const struct past *past = &at[i];
		const float before = place_of(lattice, state_before(lattice, past), begin_of(lattice, past))->before;
		struct place *place = place_of(lattice, past->to, past->end);
		if (before <= NEVER)
			continue;
		place->before = add(place->before, before + weight_of(lattice, past));
		leap_on(lattice, past->to, past->end, before + weight_of(lattice, past));
	}
}

/* What goes on from a state, by itself or an epsilon away. */
static float go_on(struct lattice *lattice, int state, int frame)
{
	float sum = place_of(lattice, state, frame)->after;

	for (uint32_t i = lattice->network->leap[state]; i != NONE; i = lattice->network->arcs[i].next_leap)
		sum = add(sum, go_on(lattice, lattice->network->arcs[i].to, frame));
	return sum;
}

static void sum_backward(struct lattice *lattice, int frames)
{
	place_of(lattice, lattice->network->final, frames)->after = 0;
	for (size_t i = lattice->pasts->n; i-- > 0;) {
		const struct past *past = &lattice->pasts->at[i];
		const float after = go_on(lattice, past->to, past->end);
		struct place *place = place_of(lattice, state_before(lattice, past), begin_of(lattice, past));
		if (after > NEVER)
			place->after = add(place->after, after + weight_of(lattice, past));
	}
}

static float posterior(struct lattice *lattice, const struct past *past, float all)
{
	const float before = place_of(lattice, state_before(lattice, past), begin_of(lattice, past))->before;
	const float after = go_on(lattice, past->to, past->end);

	return before <= NEVER || after <= NEVER ? 0 : expf(before + weight_of(lattice, past) + after - all);
}

static void trust_words(struct lattice *lattice, struct sy_path *path, float all)
{
	for (size_t i = 0; i < lattice->pasts->n; i++) {
		const struct past *past = &lattice->pasts->at[i];
		const int begin = begin_of(lattice, past);
		float share = -1;
		for (size_t k = 0; k < path->n && past->arc >= 0; k++) {
			struct sy_heard_word *heard = &path->at[k];
			const int middle = (heard->begin + heard->end) / 2;
			if (!heard->word || middle < begin || middle >= past->end ||
				strcmp(heard->word, lattice->network->arcs[past->arc].word) != 0)
				continue;
			share = share < 0 ? posterior(lattice, past, all) : share;
			heard->trust += share;
		}
	}
	for (size_t k = 0; k < path->n; k++)
		path->at[k].trust = path->at[k].trust > 1 ? 1 : path->at[k].trust;
}

int sy_network_trust(const struct sy_network *network, const struct pasts *pasts, struct sy_path *path)
{
	struct lattice lattice = {.network = network, .pasts = pasts, .n_slots = 4096};
	int frames = path->n ? path->at[path->n - 1].end : 0;

	lattice.places = calloc(lattice.n_slots, sizeof *lattice.places);
	if (!lattice.places)
		return ENOMEM;
	sum_forward(&lattice);
	sum_backward(&lattice, frames);
	trust_words(&lattice, path, go_on(&lattice, network->start, 0));
	free(lattice.places);
	return lattice.full ? ENOMEM : 0;
}
