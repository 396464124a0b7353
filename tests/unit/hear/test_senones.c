#include "stock.h"

#include <math.h>

/* As in PocketSphinx: top four Gaussians, each at most 96 units below the best of its stream, one unit. */
#define TOP 4
#define CLAMP 96
#define UNIT 0.10239488

static struct sy_features noise_features(int ms)
{
	struct sy_sound noise = white_noise(SY_FEATURE_HZ, ms, 4000);
	struct sy_features features = stock_features(&noise, true);

	sy_sound_reset(&noise);
	return features;
}

/* The first frames again and again, up to n. */
static struct sy_features repeated(const struct sy_features *features, size_t n)
{
	struct sy_features longer = {.n = n, .at = malloc(n * sizeof *longer.at)};

	assert_non_null(longer.at);
	for (size_t t = 0; t < n; t++)
		memcpy(longer.at[t], features->at[t % features->n], sizeof *longer.at);
	return longer;
}

static struct sy_senones *scored(const struct sy_features *features)
{
	struct sy_senones *senones = NULL;

	assert_int_equal(sy_senones_create(stock_model(), features, &senones), 0);
	assert_int_equal(sy_senones_frames(senones), features->n);
	return senones;
}

static void the_best_senone_costs_nothing(void **state)
{
	struct sy_features features = noise_features(500);
	struct sy_senones *senones = scored(&features);
	int n = sy_model_n_senones(stock_model());

	(void)state;
	for (size_t t = 0; t < features.n; t++) {
		const int16_t *scores = sy_senones_frame(senones, t);
		int best = scores[0];
		for (int s = 0; s < n; s++)
			best = scores[s] < best ? scores[s] : best;
		assert_int_equal(best, 0);
	}
	sy_senones_destroy(senones);
	sy_senones_destroy(NULL);
	sy_features_reset(&features);
}

/* The TOP log densities of a codebook, best first, and whose they are. */
static void best_densities(const struct sy_codebook *codebook, const float *x, double *ret_log, int *ret_density)
{
	for (int k = 0; k < TOP; k++)
		ret_log[k] = -INFINITY;
	for (int k = 0; k < SY_DENSITIES; k++) {
		double log = (double)codebook->norm[k];
		int at = TOP;
		for (int d = 0; d < SY_STREAM_DIMS; d++)
			log -= pow((double)x[d] - (double)codebook->mean[d][k], 2) * (double)codebook->precision[d][k];
		while (at > 0 && ret_log[at - 1] < log)
			at--;
		for (int i = TOP - 1; i > at; i--) {
			ret_log[i] = ret_log[i - 1];
			ret_density[i] = ret_density[i - 1];
		}
		if (at < TOP) {
			ret_log[at] = log;
			ret_density[at] = k;
		}
	}
}

/* One frame the slow way, in units above nothing yet. */
static void score_slowly(const struct sy_acoustic_model *model, const float *x, double *ret_cost)
{
	int n_phones = sy_model_n_phones(model);
	const uint16_t *ids;

	for (int stream = 0; stream < SY_STREAMS; stream++) {
		double best = -INFINITY, near[64][TOP];
		int density[64][TOP];
		for (int phone = 0; phone < n_phones; phone++) {
			best_densities(sy_model_codebook(model, phone, stream), &x[stream * SY_STREAM_DIMS],
				near[phone], density[phone]);
			best = fmax(best, near[phone][0]);
		}
		for (int phone = 0; phone < n_phones; phone++) {
			size_t n = sy_model_codebook_senones(model, phone, &ids);
			for (size_t i = 0; i < n; i++) {
				double sum = 0;
				for (int k = 0; k < TOP; k++)
					sum += exp(-UNIT * fmin(CLAMP, floor((best - near[phone][k]) / UNIT + 0.5))) *
					       (double)sy_model_weights(model, phone, stream, density[phone][k])[i];
				ret_cost[ids[i]] -= log(sum) / UNIT;
			}
		}
	}
}

static void scores_are_those_of_the_mixtures(void **state)
{
	const struct sy_acoustic_model *model = stock_model();
	struct sy_features features = noise_features(400);
	struct sy_senones *senones = scored(&features);
	size_t n = (size_t)sy_model_n_senones(model);
	double *cost = malloc(n * sizeof *cost);

	(void)state;
	assert_non_null(cost);
	for (size_t t = 0; t < features.n; t += 17) {
		const int16_t *scores = sy_senones_frame(senones, t);
		double best = INFINITY;
		memset(cost, 0, n * sizeof *cost);
		score_slowly(model, features.at[t], cost);
		for (size_t s = 0; s < n; s++)
			best = fmin(best, cost[s]);
		for (size_t s = 0; s < n; s++)
			assert_true(fabs(cost[s] - best - (double)scores[s]) < 3); /* each stream is rounded */
	}
	free(cost);
	sy_senones_destroy(senones);
	sy_features_reset(&features);
}

/* One frame more than is kept: scored again wherever it is asked for, with the same result. */
static void long_turns_score_the_same(void **state)
{
	const size_t kept = SY_SENONES_KEPT_MS / 10;
	static const size_t ats[] = {0, 40, 41, 999, 998, 3, 700, 699, 15, 16, 17, 31, 32, 0};
	struct sy_features some = noise_features(450), most = repeated(&some, kept), more = repeated(&some, kept + 1);
	struct sy_senones *short_turn = scored(&most), *long_turn = scored(&more);
	size_t bytes = (size_t)sy_model_n_senones(stock_model()) * sizeof(int16_t);

	(void)state;
	for (size_t i = 0; i < sizeof ats / sizeof *ats; i++)
		assert_memory_equal(sy_senones_frame(short_turn, ats[i]), sy_senones_frame(long_turn, ats[i]), bytes);
	assert_memory_equal(sy_senones_frame(long_turn, kept), sy_senones_frame(short_turn, kept % some.n), bytes);
	sy_senones_destroy(short_turn);
	sy_senones_destroy(long_turn);
	sy_features_reset(&some);
	sy_features_reset(&most);
	sy_features_reset(&more);
}

/* Reads the stream in pieces of `piece` bytes and compares it with the frames. */
static void read_stream(struct sy_senones *senones, size_t piece)
{
	int16_t n_senones = (int16_t)sy_model_n_senones(stock_model());
	size_t frame = ((size_t)n_senones + 1) * sizeof(int16_t), n = sy_senones_frames(senones);
	size_t room = 256 + n * frame, got = 0, now;
	uint8_t *bytes = malloc(room);
	const uint32_t order = 0x11223344;
	char line[64];
	FILE *stream = NULL;

	assert_non_null(bytes);
	assert_int_equal(sy_senones_stream(senones, &stream), 0);
	while ((now = fread(bytes + got, 1, piece < room - got ? piece : room - got, stream)) > 0)
		got += now;
	assert_true(feof(stream));
	assert_int_equal(fclose(stream), 0);
	assert_memory_equal(bytes, "s3\n", 3);
	const uint8_t *end = memmem(bytes, got, "endhdr\n", 7);
	assert_non_null(end);
	(void)snprintf(line, sizeof line, "n_sen %d\n", n_senones);
	assert_non_null(memmem(bytes, (size_t)(end - bytes), line, strlen(line)));
	assert_non_null(memmem(bytes, (size_t)(end - bytes), "logbase 1.0001", 14));
	assert_memory_equal(end + 7, &order, sizeof order);
	end += 7 + sizeof order;
	assert_int_equal((size_t)(bytes + got - end), n * frame);
	for (size_t t = 0; t < n; t++) {
		assert_memory_equal(end + t * frame, &n_senones, sizeof n_senones);
		assert_memory_equal(
			end + t * frame + sizeof n_senones, sy_senones_frame(senones, t), frame - sizeof n_senones);
	}
	free(bytes);
}

static void streams_have_a_header_and_all_frames(void **state)
{
	struct sy_features features = noise_features(200), none = {0};
	struct sy_senones *senones = scored(&features), *empty = scored(&none);

	(void)state;
	read_stream(senones, 1 << 20);
	read_stream(senones, 7);
	read_stream(empty, 4096);
	sy_senones_destroy(senones);
	sy_senones_destroy(empty);
	sy_features_reset(&features);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_best_senone_costs_nothing),
		cmocka_unit_test(scores_are_those_of_the_mixtures),
		cmocka_unit_test(long_turns_score_the_same),
		cmocka_unit_test(streams_have_a_header_and_all_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
