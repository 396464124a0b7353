#include "stock.h"

#include "engine/hear/phone_loop.h"

static int run_loop(const struct sy_features *features, struct sy_phone_loop *ret_loop)
{
	struct sy_senones *senones = NULL;
	int err;

	assert_int_equal(sy_senones_create(stock_model(), features, &senones), 0);
	err = sy_phone_loop_run(stock_model(), senones, ret_loop);
	sy_senones_destroy(senones);
	return err;
}

static void costs_add_up(void **state)
{
	struct sy_sound speech = spoken("i would like two loaves please", SY_FEATURE_HZ);
	struct sy_features features = stock_features(&speech, false);
	struct sy_phone_loop loop = {0};
	int n;

	(void)state;
	assert_int_equal(run_loop(&features, &loop), 0);
	assert_int_equal(loop.n, features.n);
	n = (int)loop.n;
	assert_int_equal(loop.along[0], 0);
	assert_int_equal(loop.best[0], 0);
	for (int t = 0; t < n; t++)
		assert_true(loop.along[t] <= loop.along[t + 1]);
	for (int a = 0; a < n; a += 7)
		for (int b = a; b < n; b += 11)
			assert_int_equal(sy_phone_loop_cost(&loop, a, b) + sy_phone_loop_cost(&loop, b, n),
				sy_phone_loop_cost(&loop, a, n));
	assert_int_equal(sy_phone_loop_cost(&loop, n, n), 0);
	sy_phone_loop_reset(&loop);
	sy_features_reset(&features);
	sy_sound_reset(&speech);
}

/* A phone is entered, held three frames or more, and left: ten words have some twenty phones, not one a frame. */
static void phones_last_as_long_as_their_states(void **state)
{
	struct sy_sound speech = spoken("one two three four five six seven eight nine ten", SY_FEATURE_HZ);
	struct sy_features features = stock_features(&speech, false);
	struct sy_phone_loop loop = {0};
	size_t entered = 0, last = 0;

	(void)state;
	assert_int_equal(run_loop(&features, &loop), 0);
	assert_int_equal(loop.entry[0], 1);
	for (size_t t = 0; t < loop.n; t++) {
		assert_in_range(loop.phone[t], 0, sy_model_n_phones(stock_model()) - 1);
		if (t > 0 && loop.entry[t]) {
			assert_true(t - last >= SY_STATES);
			last = t;
		}
		if (t > 0 && !loop.entry[t])
			assert_int_equal(loop.phone[t], loop.phone[t - 1]);
		entered += loop.entry[t];
	}
	assert_in_range(entered, 15, 90);
	sy_phone_loop_reset(&loop);
	sy_features_reset(&features);
	sy_sound_reset(&speech);
}

/* What one phone alone costs over all frames, with its states' best senones: the loop is never dearer. */
static int one_phone(struct sy_senones *senones, int phone, size_t n)
{
	const struct sy_acoustic_model *model = stock_model();
	const uint16_t *ids;
	size_t n_ids = sy_model_codebook_senones(model, phone, &ids);
	double cost[SY_STATES] = {0, 1e9, 1e9};

	for (size_t t = 0; t < n; t++) {
		const int16_t *score = sy_senones_frame(senones, t);
		for (int s = SY_STATES - 1; s >= 0; s--) {
			int best = INT16_MAX;
			double stay = cost[s] - (double)sy_model_transition(model, phone, s, s) / SY_SENONE_UNIT;
			double come = s > 0 ? cost[s - 1] - (double)sy_model_transition(model, phone, s - 1, s) /
								    SY_SENONE_UNIT
					    : 1e9;
			for (size_t i = 0; i < n_ids; i++)
				if (sy_model_senone_state(model, ids[i]) == s && score[ids[i]] < best)
					best = score[ids[i]];
			if (t == 0)
				stay = s == 0 ? 30 : 1e9; /* PHONE_PENALTY */
			cost[s] = (stay < come ? stay : come) + best;
		}
	}
	return (int)cost[SY_STATES - 1];
}

static void no_single_phone_is_cheaper(void **state)
{
	struct sy_sound noise = white_noise(SY_FEATURE_HZ, 600, 5000);
	struct sy_features features = stock_features(&noise, true);
	struct sy_phone_loop loop = {0};
	struct sy_senones *senones = NULL;

	(void)state;
	assert_int_equal(sy_senones_create(stock_model(), &features, &senones), 0);
	assert_int_equal(sy_phone_loop_run(stock_model(), senones, &loop), 0);
	for (int phone = 0; phone < sy_model_n_phones(stock_model()); phone++) {
		int alone = one_phone(senones, phone, features.n);
		/* Transitions are rounded to units in the loop. */
		assert_true(sy_phone_loop_cost(&loop, 0, (int)features.n) <= alone + (int)features.n);
	}
	sy_senones_destroy(senones);
	sy_phone_loop_reset(&loop);
	sy_features_reset(&features);
	sy_sound_reset(&noise);
}

/* Too short for any phone: no way out, and no crash. */
static void very_short_turns(void **state)
{
	struct sy_sound noise = white_noise(SY_FEATURE_HZ, 300, 5000);
	struct sy_features features = stock_features(&noise, true);
	size_t all = features.n;

	(void)state;
	for (size_t n = 0; n <= 4; n++) {
		struct sy_phone_loop loop = {0};
		features.n = n;
		assert_int_equal(run_loop(&features, &loop), 0);
		assert_int_equal(loop.n, n);
		assert_int_equal(loop.along[0], 0);
		for (size_t t = 0; t < n; t++)
			assert_true(loop.along[t] <= loop.along[t + 1]);
		assert_int_equal(
			sy_phone_loop_cost(&loop, 0, (int)n) >= 0 && sy_phone_loop_cost(&loop, 0, (int)n) < 1 << 28, 1);
		sy_phone_loop_reset(&loop);
		assert_null(loop.along);
		sy_phone_loop_reset(&loop);
	}
	features.n = all;
	sy_features_reset(&features);
	sy_sound_reset(&noise);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(costs_add_up),
		cmocka_unit_test(phones_last_as_long_as_their_states),
		cmocka_unit_test(no_single_phone_is_cheaper),
		cmocka_unit_test(very_short_turns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
