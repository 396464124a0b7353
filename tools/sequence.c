#include "tools/sequence.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "engine/hear/neural.h"

/* A phone may follow any other: so much of its chances is spread over all, by how frequent they are. */
#define SPREAD 0.05
#define LEAST 1e-30f /* what is less likely is nothing: no denormal numbers */

struct sy_sequence {
	size_t n_phones;
	double *counts; /* [from][to]; the last `from` is the beginning */
	float *follow;  /* the same as shares */
};

int sy_sequence_create(int n_phones, struct sy_sequence **ret_sequence)
{
	struct sy_sequence *sequence;
	const size_t n = (size_t)n_phones;

	if (n > SY_SEQUENCE_PHONES_MAX)
		return E2BIG;
	sequence = calloc(1, sizeof *sequence);
	if (!sequence)
		return ENOMEM;
	sequence->n_phones = n;
	sequence->counts = calloc((n + 1) * n, sizeof *sequence->counts);
	sequence->follow = calloc((n + 1) * n, sizeof *sequence->follow);
	if (!sequence->counts || !sequence->follow) {
		sy_sequence_destroy(sequence);
		return ENOMEM;
	}
	*ret_sequence = sequence;
	return 0;
}

void sy_sequence_destroy(struct sy_sequence *sequence)
{
	if (!sequence)
		return;
	free(sequence->counts);
	free(sequence->follow);
	free(sequence);
}

/* A phone begins: its first state comes, from anything else. A recording was cut to what is said in it, and may begin
 * and end inside a pause. */
static bool begins(const uint8_t *labels, size_t t)
{
	return t == 0 || (labels[t] % SY_STATES == 0 && labels[t - 1] != labels[t]);
}

void sy_sequence_count(struct sy_sequence *sequence, const uint8_t *labels, size_t n)
{
	size_t before = sequence->n_phones;

	for (size_t t = 0; t < n; t++) {
		if (!begins(labels, t))
			continue;
		const size_t phone = labels[t] / SY_STATES;
		sequence->counts[before * sequence->n_phones + phone]++;
		before = phone;
	}
}

void sy_sequence_settle(struct sy_sequence *sequence)
{
	const size_t n = sequence->n_phones;
	double all = (double)n;

	for (size_t i = 0; i < (n + 1) * n; i++)
		all += sequence->counts[i];
	for (size_t from = 0; from <= n; from++) {
		double sum = 0;
		for (size_t to = 0; to < n; to++)
			sum += sequence->counts[from * n + to];
		for (size_t to = 0; to < n; to++) {
			double frequent = 1, share = 0;
			for (size_t any = 0; any <= n; any++)
				frequent += sequence->counts[any * n + to];
			if (sum > 0)
				share = sequence->counts[from * n + to] / sum;
			sequence->follow[from * n + to] = (float)((1 - SPREAD) * share + SPREAD * frequent / all);
		}
	}
}

/* One turn: the likelihoods of its outputs by row, and a table of how likely each state is by 10 ms. */
struct turn {
	const struct sy_sequence *sequence;
	float *likely; /* [n][n_outputs], the best of a row 1 */
	size_t n_outputs;
	size_t n_times;
};

static const float *likely_at(const struct turn *turn, size_t t)
{
	return turn->likely + t / SY_NEURAL_STRIDE * turn->n_outputs;
}

static double sum_of(const float *at, size_t n)
{
	float sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += at[i];
	return (double)sum;
}

/* Makes a time's numbers sum up to 1. Returns what they were, 0: nothing is left. */
static double scale(float *at, size_t n)
{
	const double sum = sum_of(at, n);
	const float by = sum > 0 ? (float)(1 / sum) : 0;

	for (size_t i = 0; i < n; i++) {
		at[i] *= by;
		at[i] = at[i] < LEAST ? 0 : at[i];
	}
	return sum;
}

/* Of all sequences: what comes into each phone from the ends of those before. */
static void enter(const struct sy_sequence *sequence, const float *before, float *ret_into)
{
	const size_t n = sequence->n_phones;

	memset(ret_into, 0, n * sizeof *ret_into);
	for (size_t from = 0; from < n; from++) {
		const float *follow = sequence->follow + from * n, leaves = before[from * SY_STATES + SY_STATES - 1];
		for (size_t to = 0; leaves > 0 && to < n; to++)
			ret_into[to] += leaves * follow[to];
	}
}

static int all_forward(const struct turn *turn, float *forward, double *ret_log)
{
	const size_t n = turn->sequence->n_phones, width = turn->n_outputs;
	const float *begin = turn->sequence->follow + n * n;
	float into[SY_SEQUENCE_PHONES_MAX];

	*ret_log = 0;
	for (size_t t = 0; t < turn->n_times; t++) {
		float *now = forward + t * width, *before = t > 0 ? now - width : NULL;
		const float *likely = likely_at(turn, t);
		if (t > 0)
			enter(turn->sequence, before, into);
		for (size_t phone = 0; phone < n; phone++)
			for (size_t s = 0, at = phone * SY_STATES; s < SY_STATES; s++, at++)
				now[at] = likely[at] * (t == 0         ? begin[phone]
							       : s > 0 ? before[at] + before[at - 1]
								       : before[at] + into[phone]);
		const double sum = scale(now, width);
		if (sum <= 0)
			return EINVAL;
		*ret_log += log(sum);
	}
	return 0;
}

/* One step back in time: what each state can still become. */
static void all_back(const struct turn *turn, size_t t, const float *after, float *ret_now)
{
	const size_t n = turn->sequence->n_phones;
	const float *likely = likely_at(turn, t + 1);
	float begun[SY_SEQUENCE_PHONES_MAX];

	for (size_t phone = 0; phone < n; phone++)
		begun[phone] = after[phone * SY_STATES] * likely[phone * SY_STATES];
	for (size_t phone = 0; phone < n; phone++) {
		const float *follow = turn->sequence->follow + phone * n;
		float leaves = 0;
		for (size_t to = 0; to < n; to++)
			leaves += follow[to] * begun[to];
		for (size_t s = 0, at = phone * SY_STATES; s < SY_STATES; s++, at++)
			ret_now[at] =
				after[at] * likely[at] + (s + 1 < SY_STATES ? after[at + 1] * likely[at + 1] : leaves);
	}
	(void)scale(ret_now, turn->n_outputs);
}

/* Adds how likely each state is at a time to its row. */
static void share_out(
	const float *forward, const float *back, size_t n, const uint8_t *outputs, float weight, float *row)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)(forward[i] * back[i]);
	if (sum <= 0)
		return;
	for (size_t i = 0; i < n; i++)
		row[outputs ? outputs[i] : i] += weight * (float)((double)(forward[i] * back[i]) / sum);
}

/* The share of a row that one of its times has. */
static float weight_at(const struct turn *turn, size_t t)
{
	return t / SY_NEURAL_STRIDE * SY_NEURAL_STRIDE + SY_NEURAL_STRIDE > turn->n_times
		       ? 1.0f / (float)(turn->n_times - t / SY_NEURAL_STRIDE * SY_NEURAL_STRIDE)
		       : 1.0f / SY_NEURAL_STRIDE;
}

static int compare_all(const struct turn *turn, float *ret_shares, double *ret_log)
{
	const size_t width = turn->n_outputs;
	float *forward = malloc(turn->n_times * width * sizeof *forward), *back = malloc(2 * width * sizeof *back);
	int err = forward && back ? all_forward(turn, forward, ret_log) : ENOMEM;

	for (size_t i = 0; !err && i < 2 * width; i++)
		back[i] = 1;
	for (size_t t = turn->n_times; !err && t-- > 0;) {
		float *now = back + (turn->n_times - 1 - t) % 2 * width,
		      *after = back + (turn->n_times - t) % 2 * width;
		if (t + 1 < turn->n_times)
			all_back(turn, t, after, now);
		share_out(forward + t * width, now, width, NULL, weight_at(turn, t),
			ret_shares + t / SY_NEURAL_STRIDE * width);
	}
	free(forward);
	free(back);
	return err;
}

/* The states in the order in which they come, each once. */
static size_t chain_of(const struct sy_sequence_turn *said, uint8_t *ret_chain)
{
	size_t n = 0;

	for (size_t t = 0; t < said->n_labels; t++)
		if (t == 0 || said->labels[t] != said->labels[t - 1])
			ret_chain[n++] = said->labels[t];
	return n;
}

static int chain_forward(const struct turn *turn, const uint8_t *chain, size_t n, float *forward, double *ret_log)
{
	for (size_t t = 0; t < turn->n_times; t++) {
		float *now = forward + t * n, *before = t > 0 ? now - n : NULL;
		const float *likely = likely_at(turn, t);
		for (size_t i = 0; i < n; i++)
			now[i] =
				(t == 0 ? (float)(i == 0) : before[i] + (i > 0 ? before[i - 1] : 0)) * likely[chain[i]];
		const double sum = scale(now, n);
		if (sum <= 0)
			return EINVAL;
		*ret_log += log(sum);
	}
	const double end = (double)forward[turn->n_times * n - 1];
	*ret_log += log(end);
	return end > 0 ? 0 : EINVAL;
}

/* What the phones of the chain cost as words do. */
static double chain_log(const struct sy_sequence *sequence, const uint8_t *labels, size_t n)
{
	size_t before = sequence->n_phones;
	double sum = 0;

	for (size_t t = 0; t < n; t++) {
		if (!begins(labels, t))
			continue;
		sum += log((double)sequence->follow[before * sequence->n_phones + labels[t] / SY_STATES]);
		before = labels[t] / SY_STATES;
	}
	return sum;
}

static int compare_chain(
	const struct turn *turn, const struct sy_sequence_turn *said, float *ret_shares, double *ret_log)
{
	uint8_t *chain = malloc(said->n_labels);
	const size_t n = chain ? chain_of(said, chain) : 0;
	float *forward = malloc(turn->n_times * (n + 1) * sizeof *forward), *back = calloc(2 * n + 2, sizeof *back);
	int err = chain && forward && back ? 0 : ENOMEM;

	*ret_log = err ? 0 : chain_log(turn->sequence, said->labels, said->n_labels);
	if (!err)
		err = chain_forward(turn, chain, n, forward, ret_log);
	if (!err)
		back[n - 1] = 1;
	for (size_t t = turn->n_times; !err && t-- > 0;) {
		float *now = back + (turn->n_times - 1 - t) % 2 * n, *after = back + (turn->n_times - t) % 2 * n;
		if (t + 1 < turn->n_times) {
			const float *likely = likely_at(turn, t + 1);
			for (size_t i = 0; i < n; i++)
				now[i] = after[i] * likely[chain[i]] +
					 (i + 1 < n ? after[i + 1] * likely[chain[i + 1]] : 0);
			(void)scale(now, n);
		}
		share_out(forward + t * n, now, n, chain, -weight_at(turn, t),
			ret_shares + t / SY_NEURAL_STRIDE * turn->n_outputs);
	}
	free(chain);
	free(forward);
	free(back);
	return err;
}

static int turn_init(struct turn *turn, const float *log_scores)
{
	const size_t n_rows = (turn->n_times + SY_NEURAL_STRIDE - 1) / SY_NEURAL_STRIDE;

	turn->likely = malloc(n_rows * turn->n_outputs * sizeof *turn->likely);
	if (!turn->likely)
		return ENOMEM;
	for (size_t row = 0; row < n_rows; row++) {
		const float *scores = log_scores + row * turn->n_outputs;
		float *likely = turn->likely + row * turn->n_outputs, best = scores[0];
		for (size_t i = 1; i < turn->n_outputs; i++)
			best = scores[i] > best ? scores[i] : best;
		for (size_t i = 0; i < turn->n_outputs; i++)
			likely[i] = expf(SY_SEQUENCE_WEIGHT * (scores[i] - best));
	}
	return 0;
}

int sy_sequence_compare(
	const struct sy_sequence *sequence, const struct sy_sequence_turn *said, float *ret_shares, double *ret_gain)
{
	struct turn turn = {
		.sequence = sequence, .n_outputs = sequence->n_phones * SY_STATES, .n_times = said->n_times};
	const size_t n_rows = (said->n_times + SY_NEURAL_STRIDE - 1) / SY_NEURAL_STRIDE;
	double chain = 0, all = 0;
	int err;

	if (said->n_times == 0 || said->n_labels == 0)
		return EINVAL;
	memset(ret_shares, 0, n_rows * turn.n_outputs * sizeof *ret_shares);
	err = turn_init(&turn, said->log_scores);
	if (!err)
		err = compare_all(&turn, ret_shares, &all);
	if (!err)
		err = compare_chain(&turn, said, ret_shares, &chain);
	if (!err)
		*ret_gain = chain - all;
	free(turn.likely);
	return err;
}
