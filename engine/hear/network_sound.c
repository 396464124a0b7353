/*
 * The sounds of a network: what a phone's states are scored by, between any of the neighbours that it may have.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "engine/hear/network_parts.h"

struct building {
	struct sy_network *network;
	struct blend_index *index;
};

static int compare_senones(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

static uint64_t hash_senones(const uint16_t *senones, size_t n)
{
	uint64_t hash = 14695981039346656037u;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ senones[i]) * 1099511628211u;
	return hash ^ hash >> 29;
}

static bool is_blend(const struct sy_network *network, uint32_t id, const uint16_t *senones, size_t n)
{
	const struct blend *blend = &network->blends[id];

	return blend->n == n && memcmp(&network->blended[blend->first], senones, n * sizeof *senones) == 0;
}

static int add_blend(struct building *build, const uint16_t *senones, size_t n, uint32_t *ret_id)
{
	struct sy_network *network = build->network;
	int err = SY_GROW(&network->blends, network->n_blends + 1, &network->cap_blends);

	for (size_t i = 0; !err && i < n; i++) {
		err = SY_GROW(&network->blended, network->n_blended + 1, &network->cap_blended);
		if (!err)
			network->blended[network->n_blended++] = senones[i];
	}
	if (err)
		return err;
	network->blends[network->n_blends] = (struct blend){(uint32_t)(network->n_blended - n), (uint32_t)n};
	*ret_id = (uint32_t)network->n_blends++;
	return 0;
}

static int more_slots(struct building *build)
{
	size_t n = build->index->n_slots ? build->index->n_slots * 2 : 4096;
	uint32_t *slots = calloc(n, sizeof *slots);

	if (!slots)
		return ENOMEM;
	for (size_t i = 0; i < build->network->n_blends; i++) {
		const struct blend *blend = &build->network->blends[i];
		size_t slot = hash_senones(&build->network->blended[blend->first], blend->n) & (n - 1);
		while (slots[slot])
			slot = (slot + 1) & (n - 1);
		slots[slot] = (uint32_t)i + 1;
	}
	free(build->index->slots);
	build->index->slots = slots;
	build->index->n_slots = n;
	return 0;
}

/* What stands for a set of senones of which the best counts: the only one itself, or a blend; equal sets are one. */
static int sound_of(struct building *build, uint16_t *senones, size_t n, uint32_t *ret_sound)
{
	const uint32_t n_senones = build->network->n_senones;
	size_t unique = 0;
	uint32_t id;
	int err = build->network->n_blends * 2 >= build->index->n_slots ? more_slots(build) : 0;

	if (err)
		return err;
	qsort(senones, n, sizeof *senones, compare_senones);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || senones[i] != senones[i - 1])
			senones[unique++] = senones[i];
	if (unique == 1) {
		*ret_sound = senones[0];
		return 0;
	}
	size_t slot = hash_senones(senones, unique) & (build->index->n_slots - 1);
	for (; build->index->slots[slot]; slot = (slot + 1) & (build->index->n_slots - 1))
		if (is_blend(build->network, build->index->slots[slot] - 1, senones, unique)) {
			*ret_sound = n_senones + build->index->slots[slot] - 1;
			return 0;
		}
	if ((err = add_blend(build, senones, unique, &id)))
		return err;
	build->index->slots[slot] = id + 1;
	*ret_sound = n_senones + id;
	return 0;
}

/* The three states of a phone between any of its left and any of its right neighbours. */
static int blend_phone(struct building *build, const struct phone_place *place, struct sound *ret_sound)
{
	static const int most = 64 * 64;
	const struct sy_acoustic_model *model = build->network->model;
	uint16_t *senones;
	/* A state that no word leads to, or none leaves, has only silence beside it. */
	const uint64_t silence = sy_network_phone(sy_model_silence(model));
	const uint64_t left = place->left ? place->left : silence, right = place->right ? place->right : silence;
	int n_phones = sy_model_n_phones(model), err = 0;
	size_t n = 0;

	if (!(senones = malloc((size_t)most * SY_STATES * sizeof *senones)))
		return ENOMEM;
	for (int l = 0; l < n_phones; l++)
		for (int r = 0; left & sy_network_phone(l) && r < n_phones; r++) {
			uint16_t of[SY_STATES];
			if (!(right & sy_network_phone(r)))
				continue;
			sy_model_triphone(model, place->phone, l, r, place->position, of);
			for (int s = 0; s < SY_STATES; s++)
				senones[s * most + (int)n] = of[s];
			n++;
		}
	for (int s = 0; s < SY_STATES && !err; s++)
		err = sound_of(build, senones + s * most, n, &ret_sound->state[s]);
	free(senones);
	return err;
}

/* A phone that sounds the same everywhere. */
static struct sound flat_phone(const struct sy_acoustic_model *model, int phone)
{
	uint16_t of[SY_STATES];
	struct sound sound;

	sy_model_triphone(model, phone, -1, -1, SY_WORD_SINGLE, of);
	for (int s = 0; s < SY_STATES; s++)
		sound.state[s] = of[s];
	return sound;
}

static int add_sound(struct sy_network *network, const struct sound *sound, uint32_t *ret_id)
{
	int err = SY_GROW(&network->sounds, network->n_sounds + 1, &network->cap_sounds);

	if (err)
		return err;
	network->sounds[network->n_sounds] = *sound;
	*ret_id = (uint32_t)network->n_sounds++;
	return 0;
}

int sy_network_flat_sounds(struct sy_network *network)
{
	uint32_t id;
	int err = 0;

	for (int phone = 0; phone < sy_model_n_phones(network->model) && !err; phone++) {
		const struct sound sound = flat_phone(network->model, phone);
		err = add_sound(network, &sound, &id);
	}
	return err;
}

int sy_network_sound(
	struct sy_network *network, struct blend_index *index, const struct phone_place *place, uint32_t *ret_id)
{
	struct building build = {network, index};
	struct sound sound;
	int err;

	if (sy_model_is_flat(network->model)) {
		*ret_id = (uint32_t)place->phone;
		return 0;
	}
	err = blend_phone(&build, place, &sound);
	return err ? err : add_sound(network, &sound, ret_id);
}
