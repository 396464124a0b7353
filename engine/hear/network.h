/*
 * network: a graph's words as one net of phones, and our own search through it.
 *
 * PocketSphinx's grammar search visits every state of a graph in every frame, used or not (fsg_history), so that a
 * graph of all articles costs 0.1 x real time and 20 MB. This search keeps lists of what is alive: the same graph takes
 * a tenth of that. Words that begin alike from the same state share their phones, and what a word costs is charged as
 * soon as it is known. Where a word's neighbour is not known
 * (its first and last phone), the best senone of all neighbours that the graph allows counts.
 *
 * It also tells what PocketSphinx does not: the best words of a turn that stops in the middle of a sentence, and other
 * sentences that fit nearly as well.
 *
 * Owner: the creator; the model is borrowed. Immutable after creation; a run keeps its own state, so threads may share
 * it.
 *
 * Errors: EINVAL (a word without pronunciation; `why` names it), E2BIG (past SY_NETWORK_NODES_MAX), ENOMEM.
 * Source: token passing (Young, Russell and Thornton 1989); weights and penalties as PocketSphinx's defaults.
 */
#ifndef SY_HEAR_NETWORK_H
#define SY_HEAR_NETWORK_H

#include "base/guesses.h"
#include "engine/hear/decoder.h"
#include "grammars/topics.h"

/* 15,000 phrases are 400,000 phones. */
#define SY_NETWORK_NODES_MAX 1000000
#define SY_NETWORK_BEST_MAX 8

/* What costs so much more than the best path is left, in SY_SENONE_UNIT, and at a word's end already what costs
 * SY_NETWORK_WORD_BEAM more; a large net where any word may follow any needs less, or takes long. Of 318 orders, quiet
 * and at 9 dB, as many are right as with 1800, in little more than half of the time; with 1000 one fewer in quiet, and
 * with half of its word beam two. */
#define SY_NETWORK_BEAM 1200
#define SY_NETWORK_WORD_BEAM 900
/* A frame says little that its neighbours have not said, so far less than SY_SENONE_UNIT; the value that told right
 * from wrong best on the recordings of orders, flat to twice and half of it. */
#define SY_TRUST_SCALE 0.004

struct sy_network;

struct sy_network_prm {
	const struct sy_acoustic_model *model;
	const struct sy_graph *acceptor;  /* borrowed for the call, as the lexicon */
	const struct sy_lexicon *lexicon; /* has its words */
	double language_weight;           /* of the graph's log probabilities against the sounds'; 0: PocketSphinx's */
	int beam, word_beam;              /* 0: SY_NETWORK_BEAM, SY_NETWORK_WORD_BEAM */
	double trust_scale; /* nats of path to SY_SENONE_UNIT where paths are weighed as rivals; 0: SY_TRUST_SCALE */
	/* NULL, or a run guesses what else may have been said, its words weighed again by what they are about. Borrowed
	 * as long as the network lives. */
	const struct sy_topics *topics;
};

int sy_network_create(const struct sy_network_prm *prm, struct sy_network **ret_network, struct sy_problem *why);
void sy_network_destroy(struct sy_network *network);

size_t sy_network_nodes(const struct sy_network *network);
/* Memory that it holds. */
size_t sy_network_bytes(const struct sy_network *network);

/* What a run found. Zeroed is empty; sy_findings_reset() frees it. */
struct sy_findings {
	struct sy_path at[SY_NETWORK_BEST_MAX]; /* whole sentences, best first, that differ in their last word */
	size_t n;                               /* 0: nothing; without a whole sentence, the best beginning of one */
	struct sy_guesses guesses;              /* where the network has topics */
	bool broken_off; /* the beginning of a longer sentence fits much better than any whole one: the caller goes on
			  */
};

int sy_network_run(
	const struct sy_network *network, struct sy_senones *senones, size_t max, struct sy_findings *ret_findings);
void sy_findings_reset(struct sy_findings *findings);

#endif
