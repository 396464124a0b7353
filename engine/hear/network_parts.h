/*
 * network_parts: what a network is made of. For network.c, which builds it, network_sound.c, which says what its phones
 * sound like, network_run.c, which searches it, and network_trust.c, which weighs what the search left.
 */
#ifndef SY_HEAR_NETWORK_PARTS_H
#define SY_HEAR_NETWORK_PARTS_H

#include <limits.h>

#include "engine/hear/network.h"
#include "grammars/intern.h"

#define NONE UINT32_MAX
#define NO_PHONE 255
#define FAR (INT_MAX / 4)
#define FILLERS_MAX 4

/* Nodes that stand side by side, so that a search finds them in one piece of memory. */
struct span {
	uint32_t first;
	uint32_t n;
};

/* The states of a phone, each a senone, or past the model's senones a blend of several. */
struct sound {
	uint32_t state[SY_STATES];
};

/* A phone of one or more words that begin alike. There are many: three of them fill a line of the processor's memory.
 */
struct node {
	struct span children; /* phones that may follow */
	int arc;              /* the word that ends here, or -1 */
	uint32_t sound;
	uint16_t cost; /* of the language, as far as it is known here and was not known before */
	uint8_t phone;
	uint8_t next_phone;
};

struct arc {
	uint32_t word; /* of the network's words; NONE: epsilon */
	int from;
	int to;
	int cost;
	uint32_t next_leap; /* epsilon arcs of the same state */
};

struct filler {
	int phone;
	int kind; /* as sy_heard_word.silence */
	int cost;
	struct sound sound;
};

/* A set of senones of which the best counts. */
struct blend {
	uint32_t first;
	uint32_t n;
};

struct sy_network {
	const struct sy_acoustic_model *model;
	struct node *nodes;
	size_t n_nodes, cap_nodes;
	struct sound *sounds; /* a flat model's by phone, each once */
	size_t n_sounds, cap_sounds;
	struct arc *arcs;
	size_t n_arcs;
	struct span *begin; /* by graph state: first phones of its words */
	uint32_t *leap;     /* by graph state: its epsilon arcs */
	size_t n_states;
	int start, final;
	int beam;      /* what costs so much more than the best is left */
	int word_beam; /* where a word ends */
	float trust_scale;
	float word_scale;               /* nats of path to a nat of language */
	const struct sy_topics *topics; /* or NULL; borrowed */
	struct filler fillers[FILLERS_MAX];
	int n_fillers;
	struct blend *blends;
	size_t n_blends, cap_blends;
	uint16_t *blended;
	size_t n_blended, cap_blended;
	struct sy_intern words; /* each once */
	uint32_t n_senones;
	int step[SY_PHONES_MAX][SY_STATES][2]; /* cost of staying in a state, and of leaving it */
};

/* While a network is built: its blends by hash. Zeroed is empty; the slots are the builder's to free. */
struct blend_index {
	uint32_t *slots; /* number + 1; 0: free */
	size_t n_slots;
};

/* A phone in a word; its neighbours are sets of phones, none where there is no word. */
struct phone_place {
	int phone;
	uint64_t left;
	uint64_t right;
	enum sy_word_position position;
};

/* Of an arc that has one. */
static inline const char *sy_network_word(const struct sy_network *network, int arc)
{
	return network->words.at[network->arcs[arc].word];
}

/* A set of one phone. */
static inline uint64_t sy_network_phone(int phone)
{
	return (uint64_t)1 << (phone & 63);
}

/* A flat model's sounds, which are numbered as its phones: before any is asked for. */
int sy_network_flat_sounds(struct sy_network *network);
/* The number of what a phone's states sound like between any of its left and any of its right neighbours. */
int sy_network_sound(
	struct sy_network *network, struct blend_index *index, const struct phone_place *place, uint32_t *ret_id);

/* A word or filler that ended, and what came before it. */
struct past {
	uint32_t before; /* NONE: the beginning */
	int arc;         /* -1 - kind: a filler */
	int end;         /* frame after its last */
	int cost;        /* of the whole path */
	int words_cost;  /* the part of it that is grammar, not sound */
	int to;          /* graph state it led to */
};

struct pasts {
	const struct past *at; /* in the order of their ends */
	size_t n;
};

/* Says of each word of the first path, which ends with `last`, how much of all that might have been said has it there
 * (sy_heard_word.trust), and fills the guesses, where the network is for them. */
int sy_network_trust(
	const struct sy_network *network, const struct pasts *pasts, uint32_t last, struct sy_findings *findings);

#endif
