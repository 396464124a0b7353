#include "stock.h"

#include <errno.h>
#include <math.h>
#include <sys/stat.h>

static struct sy_front_end *front_end_of(bool whole)
{
	struct sy_front_end *front_end = NULL;
	struct sy_problem why = {0};
	int err = whole ? sy_front_end_create_whole(stock_folder(), &front_end, &why)
			: sy_front_end_create(stock_folder(), &front_end, &why);

	if (err)
		fail_msg("%s", why.text);
	return front_end;
}

static void no_sound_has_no_frames(void **state)
{
	struct sy_front_end *front_end = front_end_of(false);
	const struct sy_voice known = {.mean = {1, 2, 3}, .frames = 40};
	static const int16_t zeros[SY_FEATURE_HZ];
	struct sy_features features = {0};
	struct sy_voice voice = {0};

	(void)state;
	assert_int_equal(sy_front_end_features(front_end, zeros, 0, NULL, &features, NULL), 0);
	assert_int_equal(features.n, 0);
	sy_features_reset(&features);
	assert_int_equal(sy_front_end_features(front_end, zeros, SY_FEATURE_HZ, &known, &features, &voice), 0);
	assert_int_equal(features.n, 0);
	assert_memory_equal(&voice, &known, sizeof known);
	sy_features_reset(&features);
	assert_null(features.at);
	sy_front_end_destroy(front_end);
	sy_front_end_destroy(NULL);
}

static void whole_turns_have_a_frame_every_10_ms(void **state)
{
	struct sy_front_end *front_end = front_end_of(true);
	struct sy_sound noise = white_noise(SY_FEATURE_HZ, 2000, 3000);
	struct sy_features features = {0};

	(void)state;
	assert_int_equal(sy_front_end_features(front_end, noise.pcm, noise.n, NULL, &features, NULL), 0);
	assert_in_range(features.n, 2 * SY_FEATURE_RATE - 3, 2 * SY_FEATURE_RATE + 1);
	for (size_t t = 0; t < features.n; t++)
		for (int d = 0; d < SY_FEATURE_DIMS; d++)
			assert_true(isfinite(features.at[t][d]));
	sy_features_reset(&features);
	/* Less than a window of samples is one frame or none, and no crash. */
	for (size_t n = 1; n < 500; n += 83) {
		assert_int_equal(sy_front_end_features(front_end, noise.pcm, n, NULL, &features, NULL), 0);
		assert_in_range(features.n, 0, n / 160 + 1);
		sy_features_reset(&features);
	}
	sy_sound_reset(&noise);
	sy_front_end_destroy(front_end);
}

/* What was heard before leaves nothing behind. */
static void the_same_sound_gives_the_same_features(void **state)
{
	struct sy_front_end *front_end = front_end_of(false);
	struct sy_sound speech = spoken("what time do you open on monday", SY_FEATURE_HZ);
	struct sy_sound noise = white_noise(SY_FEATURE_HZ, 1500, 12000);
	struct sy_features first = {0}, between = {0}, second = {0};

	(void)state;
	assert_int_equal(sy_front_end_features(front_end, speech.pcm, speech.n, NULL, &first, NULL), 0);
	assert_int_equal(sy_front_end_features(front_end, noise.pcm, noise.n, NULL, &between, NULL), 0);
	assert_int_equal(sy_front_end_features(front_end, speech.pcm, speech.n, NULL, &second, NULL), 0);
	assert_true(first.n > SY_FEATURE_RATE / 2);
	assert_true(first.n <= speech.n * SY_FEATURE_RATE / SY_FEATURE_HZ + 1);
	assert_int_equal(first.n, second.n);
	assert_memory_equal(first.at, second.at, first.n * sizeof *first.at);
	sy_features_reset(&first);
	sy_features_reset(&between);
	sy_features_reset(&second);
	sy_sound_reset(&speech);
	sy_sound_reset(&noise);
	sy_front_end_destroy(front_end);
}

static float *ramp(size_t n)
{
	float *rows = malloc(n * SY_STREAM_DIMS * sizeof *rows);

	assert_non_null(rows);
	for (size_t t = 0; t < n; t++)
		for (size_t d = 0; d < SY_STREAM_DIMS; d++)
			rows[t * SY_STREAM_DIMS + d] = (float)(t * (d + 1));
	return rows;
}

/* x(t+2) - x(t-2), and the same of x(t+1) and x(t-1); past the ends the last row stands. */
static void deltas_of_a_ramp(void **state)
{
	const size_t n = 20;
	float *rows = ramp(n);
	const struct sy_voice mean = {.mean = {5}};
	struct sy_features features = {0};

	(void)state;
	assert_int_equal(sy_cepstra_features(rows, n, &mean, &features), 0);
	assert_int_equal(features.n, n);
	for (size_t t = 3; t < n - 3; t++)
		for (int d = 0; d < SY_STREAM_DIMS; d++) {
			assert_true(features.at[t][d] == (float)t * (float)(d + 1) - (d == 0 ? 5 : 0));
			assert_true(features.at[t][SY_STREAM_DIMS + d] == 4 * (float)(d + 1));
			assert_true(features.at[t][2 * SY_STREAM_DIMS + d] == 0);
		}
	assert_true(features.at[0][SY_STREAM_DIMS] == 2);         /* x(2) - x(0) */
	assert_true(features.at[0][2 * SY_STREAM_DIMS] == 3 - 1); /* (x(3) - x(-1)) - (x(1) - x(-3)) */
	assert_true(features.at[n - 1][SY_STREAM_DIMS] == 2);
	assert_true(features.at[n - 1][2 * SY_STREAM_DIMS] == -2);
	sy_features_reset(&features);

	assert_int_equal(sy_cepstra_features(rows, 1, &mean, &features), 0);
	assert_int_equal(features.n, 1);
	assert_true(features.at[0][SY_STREAM_DIMS] == 0 && features.at[0][2 * SY_STREAM_DIMS] == 0);
	sy_features_reset(&features);
	assert_int_equal(sy_cepstra_features(rows, 0, &mean, &features), 0);
	assert_int_equal(features.n, 0);
	sy_features_reset(&features);
	free(rows);
}

static void a_mean_of_frames_with_energy(void **state)
{
	float rows[4 * SY_STREAM_DIMS] = {0};
	struct sy_voice voice = {.frames = -1};

	(void)state;
	rows[0 * SY_STREAM_DIMS] = 10;
	rows[0 * SY_STREAM_DIMS + 12] = 1;
	rows[1 * SY_STREAM_DIMS] = 20;
	rows[1 * SY_STREAM_DIMS + 12] = 3;
	rows[2 * SY_STREAM_DIMS] = -1; /* not counted */
	rows[2 * SY_STREAM_DIMS + 12] = 99;
	sy_cepstral_mean(rows, 3, NULL, &voice);
	assert_true(voice.frames == 2);
	assert_true(voice.mean[0] == 15 && voice.mean[12] == 2 && voice.mean[5] == 0);
	sy_cepstral_mean(rows, 0, NULL, &voice);
	assert_true(voice.frames == 0 && voice.mean[0] == 0);
}

static void a_mean_is_joined_with_the_voice(void **state)
{
	const struct sy_voice known = {.mean = {30}, .frames = 6}, long_known = {.mean = {30}, .frames = 1e6};
	float rows[2 * SY_STREAM_DIMS] = {0};
	struct sy_voice voice;

	(void)state;
	rows[0] = 10;
	rows[SY_STREAM_DIMS] = 10;
	sy_cepstral_mean(rows, 2, &known, &voice);
	assert_true(voice.frames == 8);
	assert_true(fabsf(voice.mean[0] - 25) < 1e-4f);
	/* A long call must not stop following its line: 5 s of it count at most. */
	sy_cepstral_mean(rows, 2, &long_known, &voice);
	assert_true(voice.frames < 1000);
	assert_true(voice.mean[0] < 30 && voice.mean[0] > 29);
	sy_cepstral_mean(rows, 0, &known, &voice);
	assert_true(voice.frames == 6 && voice.mean[0] == 30);
}

static void a_voice_moves_the_features(void **state)
{
	struct sy_front_end *front_end = front_end_of(true);
	struct sy_sound noise = white_noise(SY_FEATURE_HZ, 500, 3000);
	const struct sy_voice known = {.mean = {50, 5}, .frames = 100};
	struct sy_features alone = {0}, joined = {0};
	struct sy_voice voice = {0};

	(void)state;
	assert_int_equal(sy_front_end_features(front_end, noise.pcm, noise.n, NULL, &alone, NULL), 0);
	assert_int_equal(sy_front_end_features(front_end, noise.pcm, noise.n, &known, &joined, &voice), 0);
	assert_int_equal(alone.n, joined.n);
	assert_true(voice.frames == 100 + (double)joined.n);
	for (size_t t = 0; t < alone.n; t++) {
		assert_true(fabsf(alone.at[t][0] - joined.at[t][0] - (alone.at[0][0] - joined.at[0][0])) < 1e-3f);
		assert_true(fabsf(alone.at[t][SY_STREAM_DIMS] - joined.at[t][SY_STREAM_DIMS]) < 1e-3f);
	}
	assert_true(fabsf(alone.at[0][0] - joined.at[0][0]) > 0.1f);
	sy_features_reset(&alone);
	sy_features_reset(&joined);
	sy_sound_reset(&noise);
	sy_front_end_destroy(front_end);
}

static void put(const char *folder, const char *text)
{
	char path[128];
	FILE *file;

	(void)snprintf(path, sizeof path, "%s/feat.params", folder);
	file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void refuses_folders_without_parameters(void **state)
{
	char folder[] = "/tmp/sayso-feat-XXXXXX", path[128];
	struct sy_front_end *front_end = NULL;
	struct sy_problem why = {0};

	(void)state;
	assert_non_null(mkdtemp(folder));
	assert_int_not_equal(sy_front_end_create(folder, &front_end, &why), 0);
	assert_says(&why, folder);
	put(folder, "-ncep 7\n-nfilt 20\n");
	assert_int_equal(sy_front_end_create(folder, &front_end, &why), EINVAL);
	assert_says(&why, "feat.params");
	assert_null(front_end);
	(void)snprintf(path, sizeof path, "%s/feat.params", folder);
	(void)unlink(path);
	assert_int_equal(rmdir(folder), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_sound_has_no_frames),
		cmocka_unit_test(whole_turns_have_a_frame_every_10_ms),
		cmocka_unit_test(the_same_sound_gives_the_same_features),
		cmocka_unit_test(deltas_of_a_ramp),
		cmocka_unit_test(a_mean_of_frames_with_energy),
		cmocka_unit_test(a_mean_is_joined_with_the_voice),
		cmocka_unit_test(a_voice_moves_the_features),
		cmocka_unit_test(refuses_folders_without_parameters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
