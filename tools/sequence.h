/*
 * sequence: how far a turn's scores speak for what was said in it and not for something else.
 *
 * Maximum mutual information (Bahl et al. 1986) without word lattices (Povey et al. 2016): what was said is the chain
 * of phones' states that was found in the recording, free to move in time; everything else is a loop of all phones, one
 * after another as often as they are in the recordings. A network that learned from single moments tells states
 * apart; this teaches it to tell sequences apart, which is what the searches ask of it.
 *
 * Owner: the creator. Immutable after creation; several threads may share it.
 */
#ifndef SY_TOOLS_SEQUENCE_H
#define SY_TOOLS_SEQUENCE_H

#include <stddef.h>
#include <stdint.h>

#include "engine/hear/acoustic_model.h"

struct sy_sequence;

/* What a nat of the network's is worth in nats of the sequences, every 10 ms: one a row. The searches let it count
 * for 0.3 (engine/hear/senones.c, network.c); with so little the network shouts, to be heard over all the phones that
 * might have been. */
#define SY_SEQUENCE_WEIGHT 0.5f

/* A label is a byte. */
#define SY_SEQUENCE_PHONES_MAX (256 / SY_STATES)

/* Learns which phone follows which from chains of labels (phone * SY_STATES + state, by 10 ms). E2BIG past
 * SY_SEQUENCE_PHONES_MAX phones. */
int sy_sequence_create(int n_phones, struct sy_sequence **ret_sequence);
void sy_sequence_destroy(struct sy_sequence *sequence);
void sy_sequence_count(struct sy_sequence *sequence, const uint8_t *labels, size_t n);
/* After the last count. */
void sy_sequence_settle(struct sy_sequence *sequence);

/*
 * One turn of n_times times of 10 ms. log_scores: [n_rows][n_outputs], nats, a row for SY_NEURAL_STRIDE times (rounded
 * up). labels: what was said, in its order; how long each lasted there does not count. ret_shares: [n_rows][n_outputs],
 * how likely each output is over all sequences less how likely it is over those that were said, a mean over the row's
 * times: the direction in which the scores are wrong. ret_gain: nats by which what was said is likelier than everything
 * (0 or less). ENOMEM; EINVAL: no times, or too few for what was said.
 */
struct sy_sequence_turn {
	const float *log_scores;
	size_t n_times;
	const uint8_t *labels;
	size_t n_labels;
};

int sy_sequence_compare(
	const struct sy_sequence *sequence, const struct sy_sequence_turn *said, float *ret_shares, double *ret_gain);

#endif
