#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/hear/acoustic_model_parts.h"

#define STOCK_FOLDER "/usr/share/pocketsphinx/model/en-us/en-us"

void sy_acoustic_model_destroy(struct sy_acoustic_model *model)
{
	if (!model)
		return;
	free(model->names);
	free(model->filler);
	free(model->tree);
	free(model->entries);
	free(model->sequences);
	free(model->senone_phone);
	free(model->senone_state);
	free(model->transitions);
	free(model->codebooks);
	free(model->cb_senones);
	free(model->cb_first);
	free(model->weights);
	free(model);
}

const char *sy_acoustic_model_folder(void)
{
	const char *folder = getenv("SAYSO_MODEL");

	return folder && *folder ? folder : STOCK_FOLDER;
}

int sy_model_n_phones(const struct sy_acoustic_model *model)
{
	return model->n_phones;
}

int sy_model_n_senones(const struct sy_acoustic_model *model)
{
	return model->n_senones;
}

int sy_model_silence(const struct sy_acoustic_model *model)
{
	return model->silence;
}

const char *sy_model_phone_name(const struct sy_acoustic_model *model, int phone)
{
	return model->names[phone];
}

int sy_model_phone(const struct sy_acoustic_model *model, const char *name)
{
	for (int i = 0; i < model->n_phones; i++)
		if (strcmp(model->names[i], name) == 0)
			return i;
	return -1;
}

bool sy_model_is_filler(const struct sy_acoustic_model *model, int phone)
{
	return model->filler[phone];
}

bool sy_model_is_flat(const struct sy_acoustic_model *model)
{
	return model->flat;
}

int sy_model_senone_phone(const struct sy_acoustic_model *model, int senone)
{
	return model->senone_phone[senone];
}

int sy_model_senone_state(const struct sy_acoustic_model *model, int senone)
{
	return model->senone_state[senone];
}

/* The child of a tree node with this context, or NULL. */
static const struct node *child(const struct sy_acoustic_model *model, const struct node *node, int ctx)
{
	for (int i = 0; node && i < node->n_down; i++)
		if (model->tree[node->down + i].ctx == ctx)
			return &model->tree[node->down + i];
	return NULL;
}

static int triphone_entry(const struct sy_acoustic_model *model, int phone, int left, int right, int position)
{
	const struct node *node = &model->tree[position];

	node = child(model, node, phone);
	if (node && node->n_down)
		node = child(model, node, left);
	if (node && node->n_down)
		node = child(model, node, right);
	return node && node->n_down == 0 && node->down >= 0 ? node->down : -1;
}

void sy_model_triphone(const struct sy_acoustic_model *model, int phone, int left, int right,
	enum sy_word_position position, uint16_t ret_senones[SY_STATES])
{
	/* BMDF's order of positions: internal, begin, end, single. A triphone seen elsewhere in a word is nearer than
	 * none. */
	static const int order[] = {SY_INTERNAL, SY_WORD_BEGIN, SY_WORD_END, SY_WORD_SINGLE};
	int entry;

	for (int s = 0; model->flat && s < SY_STATES; s++)
		ret_senones[s] = (uint16_t)(phone * SY_STATES + s);
	if (model->flat)
		return;
	left = left < 0 || model->filler[left] ? model->silence : left;
	right = right < 0 || model->filler[right] ? model->silence : right;
	entry = triphone_entry(model, phone, left, right, (int)position);
	for (size_t i = 0; entry < 0 && i < sizeof order / sizeof *order; i++)
		entry = triphone_entry(model, phone, left, right, order[i]);
	if (entry < 0)
		entry = phone;
	memcpy(ret_senones, &model->sequences[model->entries[entry].ssid * SY_STATES], SY_STATES * sizeof *ret_senones);
}

float sy_model_transition(const struct sy_acoustic_model *model, int phone, int from, int to)
{
	int tmat = model->entries[phone].tmat;

	return tmat < model->n_tmat ? model->transitions[(tmat * SY_STATES + from) * (SY_STATES + 1) + to] : -INFINITY;
}

const struct sy_codebook *sy_model_codebook(const struct sy_acoustic_model *model, int phone, int stream)
{
	return &model->codebooks[phone * SY_STREAMS + stream];
}

size_t sy_model_codebook_senones(const struct sy_acoustic_model *model, int phone, const uint16_t **ret_senones)
{
	*ret_senones = &model->cb_senones[model->cb_first[phone]];
	return model->cb_first[phone + 1] - model->cb_first[phone];
}

const float *sy_model_weights(const struct sy_acoustic_model *model, int phone, int stream, int density)
{
	size_t n = model->cb_first[phone + 1] - model->cb_first[phone];
	size_t before = model->cb_first[phone] * SY_STREAMS * SY_DENSITIES;

	return &model->weights[before + ((size_t)stream * SY_DENSITIES + (size_t)density) * n];
}
