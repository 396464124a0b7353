/*
 * network_parts: what a network is made of. For network.c, which builds it, network_run.c, which searches it, and
 * network_trust.c, which weighs what the search left.
 */
#ifndef SY_HEAR_NETWORK_PARTS_H
#define SY_HEAR_NETWORK_PARTS_H

#include <limits.h>

#include "engine/hear/network.h"

#define NONE UINT32_MAX
#define NO_PHONE 255
#define FAR (INT_MAX / 4)
#define FILLERS_MAX 4
#define BASE_PHONES_MAX 64 /* of the model; sets of them are bits of 64 */

/* A phone of one or more words that begin alike. */
struct node {
	uint32_t blend[SY_STATES];
	uint32_t child;   /* first phone that may follow; NONE: none */
	uint32_t sibling; /* next phone beside this one */
	int arc;          /* the word that ends here, or -1 */
	uint8_t phone;
	uint8_t next_phone;
};

struct arc {
	const char *word; /* NULL: epsilon */
	int from;
	int to;
	int cost;
	uint32_t next_leap; /* epsilon arcs of the same state */
};

struct filler {
	int phone;
	int kind; /* as sy_heard_word.silence */
	int cost;
	uint32_t blend[SY_STATES];
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
	struct arc *arcs;
	size_t n_arcs;
	uint32_t *first; /* by graph state: first phones of its words */
	uint32_t *leap;  /* by graph state: its epsilon arcs */
	size_t n_states;
	int start, final;
	int beam; /* what costs so much more than the best is left */
	struct filler fillers[FILLERS_MAX];
	int n_fillers;
	struct blend *blends;
	size_t n_blends, cap_blends;
	uint16_t *blended;
	size_t n_blended, cap_blended;
	char *words;
	int step[BASE_PHONES_MAX][SY_STATES][2]; /* cost of staying in a state, and of leaving it */
};

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

/* Says of each word of the path how much of all that might have been said has it there (sy_heard_word.trust). */
int sy_network_trust(const struct sy_network *network, const struct pasts *pasts, struct sy_path *path);

#endif
