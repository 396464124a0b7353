/*
 * sayso-adapt: makes the acoustic model of a telephone line from wideband recordings, without transcripts.
 *
 * Each recording is heard by the stock model as it is, which says which Gaussian made each frame; the same recording is
 * then sent down many lines (narrow band, G.711, level, noises), and each Gaussian's mean and variance are estimated
 * anew from what the line made of its frames. A phone's affine map, fitted to all its Gaussians, stands in where there
 * was little to hear (MAP smoothing). Codebooks of silence and noise stay as they were: without that, noise accuracy
 * falls from 85 to 25 % (measured).
 *
 * usage: sayso-adapt [--twins N] --out FOLDER MANIFEST     (a path a line, relative to the manifest; # comments)
 */
#include <errno.h>
#include <getopt.h>
#include <libgen.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audio/frame.h"
#include "audio/line_effect.h"
#include "audio/wav.h"
#include "engine/hear/phone_loop.h"
#include "tools/gaussians.h"

#define FILES_MAX 20000
#define TWINS 7 /* lines that each recording is sent down */
#define TWINS_MAX 100
#define SNR_LOW_DB 2.0 /* the noisiest line people still talk on, to one that is nearly clean */
#define SNR_HIGH_DB 24.0
#define LEVEL_LOW_DB (-16.0)
#define LEVEL_HIGH_DB 8.0
#define TOP 4 /* Gaussians of a frame and stream that are credited */
#define CREDIT_MIN 0.01f

/* Which Gaussians made one frame of a recording. */
struct credit {
	int phone;
	int density[SY_STREAMS][TOP];
	float share[SY_STREAMS][TOP];
};

struct adaptation {
	struct sy_acoustic_model *model;
	struct sy_front_end *hearing; /* as in a call */
	struct sy_front_end *whole;   /* a frame for every 10 ms */
	struct gaussians *gaussians;
	struct sy_noise_random random;
	char **files;
	int n_files;
	int twins;
};

static double between(struct adaptation *adaptation, double low, double high)
{
	return low + (high - low) * sy_noise_uniform(&adaptation->random);
}

static void credit_stream(
	const struct sy_acoustic_model *model, const float *x, size_t senone_at, int stream, struct credit *credit)
{
	const struct sy_codebook *cb = sy_model_codebook(model, credit->phone, stream);
	float log_density[SY_DENSITIES], sum = 0;

	for (int k = 0; k < SY_DENSITIES; k++) {
		log_density[k] =
			cb->norm[k] + logf(sy_model_weights(model, credit->phone, stream, k)[senone_at] + 1e-9f);
		for (int d = 0; d < SY_STREAM_DIMS; d++)
			log_density[k] -= (x[d] - cb->mean[d][k]) * (x[d] - cb->mean[d][k]) * cb->precision[d][k];
	}
	float best = -INFINITY;
	for (int j = 0; j < TOP; j++) {
		int at = 0;
		for (int k = 1; k < SY_DENSITIES; k++)
			at = log_density[k] > log_density[at] ? k : at;
		best = j == 0 ? log_density[at] : best;
		credit->density[stream][j] = at;
		credit->share[stream][j] = expf(log_density[at] - best);
		sum += credit->share[stream][j];
		log_density[at] = -INFINITY;
	}
	for (int j = 0; j < TOP; j++)
		credit->share[stream][j] /= sum;
}

/* The phone loop says which phone a frame belongs to, the phone's best senone how its Gaussians are weighted. */
static void credit_frame(const struct sy_acoustic_model *model, struct sy_senones *senones,
	const struct sy_features *features, size_t t, struct credit *credit)
{
	const int16_t *score = sy_senones_frame(senones, t);
	const uint16_t *ids;
	size_t n = sy_model_codebook_senones(model, credit->phone, &ids), best = 0;

	for (size_t i = 1; i < n; i++)
		best = score[ids[i]] < score[ids[best]] ? i : best;
	for (int stream = 0; stream < SY_STREAMS; stream++)
		credit_stream(model, &features->at[t][stream * SY_STREAM_DIMS], best, stream, credit);
}

/* Hears a wideband recording: one credit for each 10 ms. */
static int credit_recording(
	struct adaptation *adaptation, const struct sy_sound *sound, struct credit **ret_credits, size_t *ret_n)
{
	struct sy_features features = {0};
	struct sy_senones *senones = NULL;
	struct sy_phone_loop loop = {0};
	struct sy_voice voice;
	struct credit *credits = NULL;
	float *rows = NULL;
	size_t n;
	int err = sy_front_end_cepstra(adaptation->hearing, sound->pcm, sound->n, &rows, &n);

	if (err)
		return err;
	sy_cepstral_mean(rows, n, NULL, &voice);
	free(rows);
	rows = NULL;
	if ((err = sy_front_end_cepstra(adaptation->whole, sound->pcm, sound->n, &rows, &n)) ||
		(err = sy_cepstra_features(rows, n, &voice, &features)) ||
		(err = sy_senones_create(adaptation->model, &features, &senones)) ||
		(err = sy_phone_loop_run(adaptation->model, senones, &loop)))
		goto out;
	credits = calloc(n ? n : 1, sizeof *credits);
	if (!credits) {
		err = ENOMEM;
		goto out;
	}
	for (size_t t = 0; t < n; t++) {
		credits[t].phone = loop.phone[t];
		credit_frame(adaptation->model, senones, &features, t, &credits[t]);
	}
	*ret_credits = credits;
	*ret_n = n;
out:
	free(rows);
	sy_phone_loop_reset(&loop);
	sy_senones_destroy(senones);
	sy_features_reset(&features);
	return err;
}

static void add_frame(struct gaussians *gaussians, const float *x, const struct credit *credit)
{
	for (int stream = 0; stream < SY_STREAMS; stream++)
		for (int j = 0; j < TOP; j++)
			if (credit->share[stream][j] >= CREDIT_MIN)
				gaussians_add(gaussians, credit->phone, stream, credit->density[stream][j],
					credit->share[stream][j], x + stream * SY_STREAM_DIMS);
}

/*
 * A twin's frames, credited. The front end drops silence, so each of its rows is looked for among the rows of the front
 * end that keeps everything: both compute the same numbers, and the order is the same.
 */
static int add_twin(struct adaptation *adaptation, const struct sy_sound *twin, const struct credit *credits, size_t n)
{
	struct sy_features features = {0};
	struct sy_voice voice;
	float *kept = NULL, *all = NULL;
	size_t n_kept, n_all, at = 0;
	int err;

	if ((err = sy_front_end_cepstra(adaptation->hearing, twin->pcm, twin->n, &kept, &n_kept)) ||
		(err = sy_front_end_cepstra(adaptation->whole, twin->pcm, twin->n, &all, &n_all)))
		goto out;
	size_t *index = malloc((n_kept ? n_kept : 1) * sizeof *index);
	if (!index) {
		err = ENOMEM;
		goto out;
	}
	for (size_t t = 0; t < n_kept; t++) {
		while (at < n_all &&
			memcmp(&kept[t * SY_STREAM_DIMS], &all[at * SY_STREAM_DIMS], SY_STREAM_DIMS * sizeof *all))
			at++;
		index[t] = at < n_all ? at++ : n_all;
	}
	sy_cepstral_mean(kept, n_kept, NULL, &voice);
	err = sy_cepstra_features(kept, n_kept, &voice, &features);
	for (size_t t = 0; !err && t < n_kept; t++)
		if (index[t] < n)
			add_frame(adaptation->gaussians, features.at[t], &credits[index[t]]);
	free(index);
out:
	free(kept);
	free(all);
	sy_features_reset(&features);
	return err;
}

/* Another recording of the manifest as the noise: real people talking near the caller. */
static void set_babble(struct adaptation *adaptation, struct sy_line_effect *effect)
{
	int other = (int)between(adaptation, 0, adaptation->n_files);

	(void)sy_wav_read(adaptation->files[other], SY_RATE_LINE, &effect->recording, NULL);
}

static void draw_line(struct adaptation *adaptation, int twin, struct sy_line_effect *effect)
{
	static const enum sy_noise_kind kinds[] = {SY_NOISE_NONE, SY_NOISE_PINK, SY_NOISE_CLATTER, SY_NOISE_BABBLE,
		SY_NOISE_WHITE, SY_NOISE_CLATTER, SY_NOISE_DRONE, SY_NOISE_NONE};

	effect->level_db = between(adaptation, LEVEL_LOW_DB, LEVEL_HIGH_DB);
	effect->noise = kinds[twin % (int)(sizeof kinds / sizeof *kinds)];
	effect->snr_db = between(adaptation, SNR_LOW_DB, SNR_HIGH_DB);
	effect->coding = sy_noise_uniform(&adaptation->random) < 0.7 ? SY_LINE_MULAW : SY_LINE_ALAW;
	effect->seed = (uint32_t)between(adaptation, 1, 1e9);
	effect->band = sy_noise_uniform(&adaptation->random) < 0.4;
	if (twin % 8 == 7)
		set_babble(adaptation, effect);
}

static int add_twins(
	struct adaptation *adaptation, const struct sy_sound *sound, const struct credit *credits, size_t n)
{
	int err = 0;

	for (int twin = 0; !err && twin < adaptation->twins; twin++) {
		struct sy_line_effect effect = {0};
		struct sy_sound line = {0}, wide = {0};
		draw_line(adaptation, twin, &effect);
		if (!(err = sy_sound_resample(sound, SY_RATE_LINE, &line)) &&
			!(err = sy_line_effect_apply(&effect, &line)) &&
			!(err = sy_sound_resample(&line, SY_FEATURE_HZ, &wide)))
			err = add_twin(adaptation, &wide, credits, n);
		sy_line_effect_reset(&effect);
		sy_sound_reset(&line);
		sy_sound_reset(&wide);
	}
	return err;
}

static int add_recording(struct adaptation *adaptation, const char *path, struct sy_problem *why)
{
	struct sy_sound sound = {0};
	struct credit *credits = NULL;
	size_t n = 0;
	int err = sy_wav_read(path, SY_FEATURE_HZ, &sound, why);

	if (!err)
		err = credit_recording(adaptation, &sound, &credits, &n);
	if (!err)
		err = add_twins(adaptation, &sound, credits, n);
	free(credits);
	sy_sound_reset(&sound);
	return err;
}

static int read_manifest(const char *path, struct adaptation *adaptation, struct sy_problem *why)
{
	char line[4096], joined[8300], *copy = strdup(path);
	const char *folder = copy ? dirname(copy) : NULL;
	FILE *file = fopen(path, "re");
	int err = 0;

	if (!file || !folder)
		err = sy_problem_set(why, file ? ENOMEM : errno, "%s: %s; name a file with a recording a line", path,
			strerror(file ? ENOMEM : errno));
	for (int n = 1; !err && fgets(line, sizeof line, file); n++) {
		line[strcspn(line, "#\r\n")] = '\0';
		if (!line[0])
			continue;
		snprintf(
			joined, sizeof joined, "%s%s%s", line[0] == '/' ? "" : folder, line[0] == '/' ? "" : "/", line);
		if (adaptation->n_files == FILES_MAX)
			err = sy_problem_at(why, E2BIG, path, n, 0, "more than %d recordings", FILES_MAX);
		else if (access(joined, R_OK) != 0)
			err = sy_problem_at(why, errno, path, n, 0, "%s: %s", line, strerror(errno));
		else if (!(adaptation->files[adaptation->n_files++] = strdup(joined)))
			err = ENOMEM;
	}
	if (!err && adaptation->n_files == 0)
		err = sy_problem_set(why, ENODATA, "%s: no recordings are named in it", path);
	if (file)
		fclose(file);
	free(copy);
	return err;
}

static void show_progress(int done, int of)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%5d of %d recordings%s", done, of, done == of ? "\n" : "");
}

static int adapt(struct adaptation *adaptation, const char *out, struct sy_problem *why)
{
	const char *folder = sy_acoustic_model_folder();
	int err;

	if ((err = sy_acoustic_model_load(folder, NULL, &adaptation->model, why)) ||
		(err = sy_front_end_create(folder, &adaptation->hearing, why)) ||
		(err = sy_front_end_create_whole(folder, &adaptation->whole, why)) ||
		(err = gaussians_create(sy_model_n_phones(adaptation->model), &adaptation->gaussians)))
		return err;
	for (int i = 0; i < adaptation->n_files; i++) {
		if ((err = add_recording(adaptation, adaptation->files[i], why)))
			return err;
		show_progress(i + 1, adaptation->n_files);
	}
	return gaussians_write(adaptation->gaussians, adaptation->model, out, why);
}

static void finish(struct adaptation *adaptation)
{
	for (int i = 0; i < adaptation->n_files; i++)
		free(adaptation->files[i]);
	free(adaptation->files);
	gaussians_destroy(adaptation->gaussians);
	sy_front_end_destroy(adaptation->hearing);
	sy_front_end_destroy(adaptation->whole);
	sy_acoustic_model_destroy(adaptation->model);
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"twins", required_argument, NULL, 't'}, {"out", required_argument, NULL, 'o'}, {0}};
	struct adaptation adaptation = {.twins = TWINS, .random = {.state = 1}};
	struct sy_problem why = {""};
	const char *out = NULL;
	int err = 0, c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 't')
			adaptation.twins = atoi(optarg);
		else if (c == 'o')
			out = optarg;
		else
			err = EINVAL;
	}
	if (err || !out || optind + 1 != argc || adaptation.twins < 1 || adaptation.twins > TWINS_MAX) {
		fprintf(stderr, "usage: sayso-adapt [--twins 1..%d] --out FOLDER MANIFEST\n", TWINS_MAX);
		return 2;
	}
	adaptation.files = calloc(FILES_MAX, sizeof *adaptation.files);
	err = adaptation.files ? read_manifest(argv[optind], &adaptation, &why) : ENOMEM;
	if (!err)
		err = adapt(&adaptation, out, &why);
	if (err)
		fprintf(stderr, "sayso-adapt: %s\n", why.text[0] ? why.text : strerror(err));
	finish(&adaptation);
	return err ? 2 : 0;
}
