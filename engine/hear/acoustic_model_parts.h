/*
 * acoustic_model_parts: what an acoustic model is made of. For acoustic_model_file.c, which reads it from
 * PocketSphinx's files, and acoustic_model.c, which answers for it.
 */
#ifndef SY_HEAR_ACOUSTIC_MODEL_PARTS_H
#define SY_HEAR_ACOUSTIC_MODEL_PARTS_H

#include "engine/hear/acoustic_model.h"

struct node { /* of the triphone tree, as BMDF stores it */
	int16_t ctx;
	int16_t n_down;
	int32_t down; /* first child, or the phone id in a leaf */
};

struct phone_entry {
	int32_t ssid;
	int32_t tmat;
	uint8_t attr[4];
};

struct sy_acoustic_model {
	int n_phones;
	int n_senones;
	bool flat; /* no contexts */
	int n_sequences;
	int silence;
	char (*names)[8];
	bool *filler;
	struct node *tree;
	int n_tree;
	struct phone_entry *entries;
	int n_entries;
	uint16_t *sequences; /* [n_sequences][SY_STATES] */
	uint8_t *senone_phone;
	uint8_t *senone_state;
	float *transitions; /* [n_tmat][SY_STATES][SY_STATES + 1] */
	int n_tmat;
	struct sy_codebook *codebooks; /* [n_phones][SY_STREAMS] */
	uint16_t *cb_senones;          /* senones grouped by codebook */
	size_t *cb_first;              /* [n_phones + 1] into cb_senones */
	float *weights;                /* by codebook, stream, density: one run of that codebook's senones */
};

#endif
