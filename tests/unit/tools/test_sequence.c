#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/hear/acoustic_model.h"
#include "engine/hear/neural.h"
#include "tools/sequence.h"

#define PHONES 3
#define OUTPUTS (PHONES * SY_STATES)
#define ROWS 6
#define LABELS (ROWS * SY_NEURAL_STRIDE - 1)

/* The first phone, then the third. */
static const uint8_t said[LABELS] = {0, 0, 1, 2, 2, 6, 7, 7, 8, 8, 8};

static int setup(void **state)
{
	struct sy_sequence *sequence = NULL;

	assert_int_equal(sy_sequence_create(PHONES, &sequence), 0);
	sy_sequence_count(sequence, said, LABELS);
	sy_sequence_settle(sequence);
	*state = sequence;
	return 0;
}

static int teardown(void **state)
{
	sy_sequence_destroy(*state);
	return 0;
}

/* Scores that favour nothing in particular, the same each time. */
static void fill(float *scores)
{
	for (int i = 0; i < ROWS * OUTPUTS; i++)
		scores[i] = (float)sin(i * 1.7) * 2;
}

static struct sy_sequence_turn turn_of(const float *scores)
{
	return (struct sy_sequence_turn){scores, LABELS, said, LABELS};
}

static double gain_of(const struct sy_sequence *sequence, const float *scores)
{
	const struct sy_sequence_turn turn = turn_of(scores);
	float shares[ROWS * OUTPUTS];
	double gain = 0;

	assert_int_equal(sy_sequence_compare(sequence, &turn, shares, &gain), 0);
	return gain;
}

/* The shares are the gain's slope along each score, times what a score weighs and how many labels its row has. */
static void test_shares_are_the_slope(void **state)
{
	float scores[ROWS * OUTPUTS], shares[ROWS * OUTPUTS];
	const struct sy_sequence_turn turn = turn_of(scores);
	double gain;

	fill(scores);
	assert_int_equal(sy_sequence_compare(*state, &turn, shares, &gain), 0);
	assert_true(gain < 0);
	for (int i = 0; i < ROWS * OUTPUTS; i++) {
		const float before = scores[i], step = 0.05f;
		const int labels = i / OUTPUTS == ROWS - 1 ? 1 : SY_NEURAL_STRIDE;
		scores[i] = before + step;
		double slope = gain_of(*state, scores);
		scores[i] = before - step;
		slope = (slope - gain_of(*state, scores)) / (2 * (double)step);
		scores[i] = before;
		const double told = -(double)(SY_SEQUENCE_WEIGHT * (float)labels * shares[i]);
		if (fabs(slope - told) > 2e-3)
			fail_msg("score %d: slope %g, told %g", i, slope, told);
	}
}

/* Each row's shares of all sequences sum up to 1, and so do those of what was said. */
static void test_shares_sum_up_to_nothing(void **state)
{
	float scores[ROWS * OUTPUTS], shares[ROWS * OUTPUTS];
	const struct sy_sequence_turn turn = turn_of(scores);
	double gain;

	fill(scores);
	assert_int_equal(sy_sequence_compare(*state, &turn, shares, &gain), 0);
	for (int row = 0; row < ROWS; row++) {
		double sum = 0;
		for (int i = 0; i < OUTPUTS; i++)
			sum += (double)shares[row * OUTPUTS + i];
		assert_true(fabs(sum) < 1e-4);
	}
}

/* The better the scores speak for what was said, the nearer the gain is to its most. */
static void test_right_scores_gain(void **state)
{
	float scores[ROWS * OUTPUTS];
	double before;

	memset(scores, 0, sizeof scores);
	before = gain_of(*state, scores);
	for (int t = 0; t < LABELS; t++)
		scores[t / SY_NEURAL_STRIDE * OUTPUTS + said[t]] = 20;
	assert_true(gain_of(*state, scores) > before + 0.2);
	assert_true(gain_of(*state, scores) <= 1e-6);
}

static void test_what_cannot_be_told(void **state)
{
	float scores[ROWS * OUTPUTS] = {0}, shares[ROWS * OUTPUTS];
	struct sy_sequence_turn turn = turn_of(scores);
	double gain = 7;

	turn.n_labels = 0;
	assert_int_equal(sy_sequence_compare(*state, &turn, shares, &gain), EINVAL);
	turn = turn_of(scores);
	turn.n_times = 0;
	assert_int_equal(sy_sequence_compare(*state, &turn, shares, &gain), EINVAL);
	/* Six states want six times. */
	turn.n_times = 5;
	assert_int_equal(sy_sequence_compare(*state, &turn, shares, &gain), EINVAL);
	assert_true(gain >= 7);
	turn.n_times = 6;
	assert_int_equal(sy_sequence_compare(*state, &turn, shares, &gain), 0);
	assert_true(gain <= 0);
}

/* All that a label can be. */
static void test_as_many_phones_as_labels_have_room_for(void **state)
{
	static const uint8_t last[] = {SY_SEQUENCE_PHONES_MAX * SY_STATES - 3, SY_SEQUENCE_PHONES_MAX * SY_STATES - 2,
		SY_SEQUENCE_PHONES_MAX * SY_STATES - 1};
	static const float scores[3 * SY_SEQUENCE_PHONES_MAX * SY_STATES] = {0};
	const size_t n = sizeof last;
	const struct sy_sequence_turn turn = {scores, n, last, n};
	float shares[3 * SY_SEQUENCE_PHONES_MAX * SY_STATES];
	struct sy_sequence *sequence = NULL;
	double gain = 1;

	(void)state;
	assert_int_equal(sy_sequence_create(SY_SEQUENCE_PHONES_MAX + 1, &sequence), E2BIG);
	assert_null(sequence);
	assert_int_equal(sy_sequence_create(SY_SEQUENCE_PHONES_MAX, &sequence), 0);
	sy_sequence_count(sequence, last, n);
	sy_sequence_settle(sequence);
	assert_int_equal(sy_sequence_compare(sequence, &turn, shares, &gain), 0);
	assert_true(gain <= 0);
	sy_sequence_destroy(sequence);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_shares_are_the_slope, setup, teardown),
		cmocka_unit_test_setup_teardown(test_shares_sum_up_to_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(test_right_scores_gain, setup, teardown),
		cmocka_unit_test_setup_teardown(test_what_cannot_be_told, setup, teardown),
		cmocka_unit_test(test_as_many_phones_as_labels_have_room_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
