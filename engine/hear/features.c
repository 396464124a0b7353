#include "engine/hear/features.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sphinxbase/cmd_ln.h>
#include <sphinxbase/err.h>
#include <sphinxbase/fe.h>

/* Earlier turns weigh as much as this many frames at most (5 s), so that a changed line is followed. */
#define VOICE_FRAMES_MAX 500.0
/* Deltas reach three frames to each side (sphinxbase's 1s_c_d_dd). */
#define DELTA_REACH 3

struct sy_front_end {
	cmd_ln_t *config;
	fe_t *fe;
};

static int create(const char *model_folder, const char *remove_silence, struct sy_front_end **ret_front_end,
	struct sy_problem *why)
{
	struct sy_front_end *front_end = calloc(1, sizeof *front_end);
	char path[4096];

	if (!front_end)
		return ENOMEM;
	err_set_logfp(NULL);
	snprintf(path, sizeof path, "%s/feat.params", model_folder);
	front_end->config = cmd_ln_init(NULL, fe_get_args(), FALSE, "-remove_silence", remove_silence, NULL);
	/* Parameters that are not the front end's own (-feat, -cmn …) are passed over. */
	if (front_end->config)
		front_end->config = cmd_ln_parse_file_r(front_end->config, fe_get_args(), path, FALSE);
	if (front_end->config)
		front_end->fe = fe_init_auto_r(front_end->config);
	if (!front_end->fe || fe_get_output_size(front_end->fe) != SY_STREAM_DIMS) {
		sy_front_end_destroy(front_end);
		return sy_problem_set(why, EINVAL,
			"%s: not the features of a model; install pocketsphinx-en-us, or set SAYSO_MODEL", path);
	}
	*ret_front_end = front_end;
	return 0;
}

int sy_front_end_create(const char *model_folder, struct sy_front_end **ret_front_end, struct sy_problem *why)
{
	return create(model_folder, "yes", ret_front_end, why);
}

int sy_front_end_create_whole(const char *model_folder, struct sy_front_end **ret_front_end, struct sy_problem *why)
{
	return create(model_folder, "no", ret_front_end, why);
}

void sy_front_end_destroy(struct sy_front_end *front_end)
{
	if (!front_end)
		return;
	if (front_end->fe)
		fe_free(front_end->fe);
	if (front_end->config)
		cmd_ln_free_r(front_end->config);
	free(front_end);
}

int sy_front_end_cepstra(struct sy_front_end *front_end, const int16_t *pcm, size_t n, float **ret_rows, size_t *ret_n)
{
	size_t max = n / (SY_FEATURE_HZ / SY_FEATURE_RATE) + 2;
	float *rows = malloc(max * SY_STREAM_DIMS * sizeof *rows);
	float **row = malloc(max * sizeof *row);
	int32 got = (int32)max - 1, last = 0;
	size_t left = n;

	if (!rows || !row) {
		free(rows);
		free(row);
		return ENOMEM;
	}
	for (size_t i = 0; i < max; i++)
		row[i] = &rows[i * SY_STREAM_DIMS];
	fe_start_stream(front_end->fe);
	fe_start_utt(front_end->fe);
	if (fe_process_frames(front_end->fe, &pcm, &left, row, &got, NULL) < 0)
		got = 0;
	fe_end_utt(front_end->fe, row[got], &last);
	*ret_rows = rows;
	*ret_n = (size_t)(got + last);
	free(row);
	return 0;
}

/* Mean over frames that carry energy (c0 >= 0, as sphinxbase's batch mode counts), joined with what is known. */
void sy_cepstral_mean(const float *rows, size_t n, const struct sy_voice *voice, struct sy_voice *ret_voice)
{
	double sum[SY_STREAM_DIMS] = {0}, known = voice ? voice->frames : 0, count = 0;

	for (size_t t = 0; t < n; t++) {
		if (rows[t * SY_STREAM_DIMS] < 0)
			continue;
		count++;
		for (int d = 0; d < SY_STREAM_DIMS; d++)
			sum[d] += rows[t * SY_STREAM_DIMS + (size_t)d];
	}
	if (known > VOICE_FRAMES_MAX)
		known = VOICE_FRAMES_MAX;
	ret_voice->frames = known + count;
	for (int d = 0; d < SY_STREAM_DIMS; d++)
		ret_voice->mean[d] =
			ret_voice->frames > 0
				? (float)((sum[d] + (voice ? known * voice->mean[d] : 0)) / ret_voice->frames)
				: 0;
}

static const float *row_at(const float *rows, size_t n, ptrdiff_t t)
{
	if (t < 0)
		t = 0;
	if (t >= (ptrdiff_t)n)
		t = (ptrdiff_t)n - 1;
	return &rows[t * SY_STREAM_DIMS];
}

static void add_deltas(const float *rows, size_t n, struct sy_features *features)
{
	for (ptrdiff_t t = 0; t < (ptrdiff_t)n; t++) {
		const float *near[2 * DELTA_REACH + 1];
		float *out = features->at[t];
		for (int k = -DELTA_REACH; k <= DELTA_REACH; k++)
			near[k + DELTA_REACH] = row_at(rows, n, t + k);
		for (int d = 0; d < SY_STREAM_DIMS; d++) {
			out[d] = near[DELTA_REACH][d];
			out[SY_STREAM_DIMS + d] = near[DELTA_REACH + 2][d] - near[DELTA_REACH - 2][d];
			out[2 * SY_STREAM_DIMS + d] = near[DELTA_REACH + 3][d] - near[DELTA_REACH - 1][d] -
						      near[DELTA_REACH + 1][d] + near[DELTA_REACH - 3][d];
		}
	}
}

int sy_cepstra_features(float *rows, size_t n, const struct sy_voice *mean, struct sy_features *ret_features)
{
	struct sy_features features = {.n = n};

	features.at = malloc((n ? n : 1) * sizeof *features.at);
	if (!features.at)
		return ENOMEM;
	for (size_t i = 0; i < n * SY_STREAM_DIMS; i++)
		rows[i] -= mean->mean[i % SY_STREAM_DIMS];
	if (n)
		add_deltas(rows, n, &features);
	*ret_features = features;
	return 0;
}

int sy_front_end_features(struct sy_front_end *front_end, const int16_t *pcm, size_t n, const struct sy_voice *voice,
	struct sy_features *ret_features, struct sy_voice *ret_voice)
{
	struct sy_voice joined = {0};
	float *rows = NULL;
	size_t n_rows = 0;
	int err = sy_front_end_cepstra(front_end, pcm, n, &rows, &n_rows);

	if (err)
		return err;
	sy_cepstral_mean(rows, n_rows, voice, &joined);
	err = sy_cepstra_features(rows, n_rows, &joined, ret_features);
	free(rows);
	if (!err && ret_voice)
		*ret_voice = joined;
	return err;
}

void sy_features_reset(struct sy_features *features)
{
	free(features->at);
	*features = (struct sy_features){0};
}
