/*
 * sayso-calibrate: fits the weights of confidence to recordings of people, and says how far they can be trusted.
 *
 * Every recording is heard; what spoke for and against the hypothesis is put beside whether it was right. Half of the
 * speakers (files, where speakers are not known) fit the logistic functions, the other half judges them. Thresholds
 * follow from what each error costs: a wrong answer, a question more, a caller who is kept from a person.
 *
 * usage: sayso-calibrate [--every N] [--out FILE] SPEECH_FOLDER     (the folders coffee, operator, digits, other, wide)
 */
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audio/frame.h"
#include "audio/line_effect.h"
#include "audio/wav.h"
#include "base/place.h"
#include "engine/hear/recogniser_sphinx.h"
#include "grammars/jsgf.h"

#define SAMPLES_MAX 20000
#define COLUMNS_MAX 16
#define RIDGE 0.01 /* keeps weights finite where a set can be told apart without error */
#define ROUNDS 60  /* Newton steps; the fit stands still after about ten */
#define NOISES 240
#define NOISE_SAMPLES_MAX (3 * SY_RATE_LINE)
#define BINS 10 /* of the calibration error */
/* A wrong answer costs a caller what two questions and a bit do: accept above 0.7. */
#define ACCEPT 0.7
/* Below this, asking back is wrong so often that an open question is kinder. */
#define CONFIRM 0.3
/* Share of turns without a request that may be passed to a person by mistake. */
#define FALSE_REQUESTS 0.01
/* Where requests are told apart without error, a threshold on them alone would be none: one in fifty is let through. */
#define LEAST_REQUEST 0.02

/*
 * The recordings hold few single words that answer a question ("yes"), and many that answer none, so a fit on them
 * alone takes whatever is short or quick for foreign. What a short sentence may lose is bounded.
 */
static const double least[SY_EVIDENCE_COUNT] = {
	[SY_EVIDENCE_ONE] = -INFINITY,
	[SY_EVIDENCE_EXCESS] = -INFINITY,
	[SY_EVIDENCE_WORST] = -INFINITY,
	[SY_EVIDENCE_AGREEMENT] = -INFINITY,
	[SY_EVIDENCE_LOOSE] = -INFINITY,
	[SY_EVIDENCE_FILLER] = -INFINITY,
	[SY_EVIDENCE_SHORT] = -3,
	[SY_EVIDENCE_PACE] = -1,
	[SY_EVIDENCE_DOUBT] = -INFINITY,
};

struct sample {
	double x[COLUMNS_MAX];
	bool right;
	bool judge; /* held back from the fit */
	char set[24];
};

struct samples {
	struct sample *at;
	size_t n;
	int columns;
};

struct calibration {
	struct sy_recogniser *recogniser;
	struct samples results;  /* hypotheses */
	struct samples requests; /* requests for a person */
	const char *folder;
	int every;
};

/* One recording and what should be made of it. */
struct item {
	const char *set;
	const char *grammar; /* name, as loaded */
	char path[1024];
	const json_t *label;
	bool line; /* wideband: send it down a line first */
	bool (*right)(const json_t *label, const struct sy_hypothesis *hypothesis);
	bool request;
};

static bool half(const char *key)
{
	unsigned hash = 2166136261u;

	for (; *key; key++)
		hash = (hash ^ (unsigned char)*key) * 16777619u;
	return hash >> 16 & 1;
}

static void add(struct samples *samples, const struct item *item, const float *x, int columns, bool right)
{
	struct sample *sample = &samples->at[samples->n];
	const char *speaker = json_string_value(json_object_get(item->label, "speaker"));
	const char *file = strrchr(item->path, '/');

	if (samples->n == SAMPLES_MAX)
		return;
	*sample = (struct sample){.right = right, .judge = half(speaker ? speaker : file ? file : item->path)};
	snprintf(sample->set, sizeof sample->set, "%s", item->set);
	for (int i = 0; i < columns; i++)
		sample->x[i] = (double)x[i];
	samples->columns = columns;
	samples->n++;
}

static int send_down_a_line(struct sy_sound *sound)
{
	const struct sy_line_effect effect = {.coding = SY_LINE_MULAW, .band = true, .seed = 1};

	return sy_line_effect_apply(&effect, sound);
}

static bool never_right(const json_t *label, const struct sy_hypothesis *hypothesis)
{
	(void)label;
	(void)hypothesis;
	return false;
}

static int hear_samples(
	struct calibration *calibration, const struct item *item, const int16_t *pcm, size_t n, struct sy_problem *why)
{
	struct sy_hear_job job = {.pcm = pcm,
		.n = n,
		.rate = SY_RATE_LINE,
		.grammars = {item->grammar},
		.n_grammars = 1,
		.universals = true};
	struct sy_hypothesis hypothesis = {0};
	struct sy_evidence evidence;
	struct sy_request request;
	int err = sy_recogniser_hear(calibration->recogniser, &job, &hypothesis, NULL, why);

	if (err)
		return err;
	sy_recogniser_sphinx_evidence(calibration->recogniser, &evidence, &request);
	if (hypothesis.sounded != SY_SOUNDED_SILENCE) {
		add(&calibration->results, item, evidence.at, SY_EVIDENCE_COUNT, item->right(item->label, &hypothesis));
		add(&calibration->requests, item, request.at, SY_REQUEST_COUNT, item->request);
	}
	sy_hypothesis_reset(&hypothesis);
	return 0;
}

static int hear_item(struct calibration *calibration, const struct item *item, struct sy_problem *why)
{
	struct sy_sound sound = {0};
	int err = sy_wav_read(item->path, SY_RATE_LINE, &sound, why);

	if (!err && item->line)
		err = send_down_a_line(&sound);
	if (!err)
		err = hear_samples(calibration, item, sound.pcm, sound.n, why);
	sy_sound_reset(&sound);
	return err;
}

/* Noise without anybody in it, from a short bang to three seconds. */
static int hear_noises(struct calibration *calibration, struct sy_problem *why)
{
	static const enum sy_noise_kind kinds[] = {
		SY_NOISE_WHITE, SY_NOISE_PINK, SY_NOISE_BABBLE, SY_NOISE_HUM, SY_NOISE_CLATTER, SY_NOISE_DRONE};
	struct item item = {.set = "noise", .right = never_right};
	double *values = calloc(NOISE_SAMPLES_MAX, sizeof *values);
	int16_t *pcm = calloc(NOISE_SAMPLES_MAX, sizeof *pcm);
	int err = values && pcm ? 0 : ENOMEM;

	for (int i = 0; !err && i < NOISES; i++) {
		size_t n = NOISE_SAMPLES_MAX * (size_t)(1 + i % 8) / 8;
		double power = 1e-9, level = pow(10, (-45 + 5 * (i / 8 % 6)) / 20.0) * 32768;
		sy_noise_fill(kinds[i % 6], SY_RATE_LINE, (uint32_t)i, values, n);
		for (size_t k = 0; k < n; k++)
			power += values[k] * values[k] / (double)n;
		for (size_t k = 0; k < n; k++)
			pcm[k] = (int16_t)fmax(-32767, fmin(32767, values[k] * level / sqrt(power)));
		snprintf(item.path, sizeof item.path, "noise/%d", i);
		item.grammar = i % 2 ? "coffee" : "digits";
		err = hear_samples(calibration, &item, pcm, n, why);
	}
	free(values);
	free(pcm);
	return err;
}

static bool right_order(const json_t *label, const struct sy_hypothesis *hypothesis)
{
	const char *intent = json_string_value(json_object_get(label, "intent")), *name;
	json_t *slots = json_object_get(label, "slots"), *value;

	if (!intent || !hypothesis->intent || strcmp(intent, hypothesis->intent) != 0)
		return false;
	json_object_foreach(slots, name, value)
	{
		const char *heard = sy_pairs_get(&hypothesis->slots, name);
		if (!heard || strcmp(heard, json_string_value(value)) != 0)
			return false;
	}
	return true;
}

static bool right_words(const json_t *label, const struct sy_hypothesis *hypothesis)
{
	const char *said = json_string_value(json_object_get(label, "transcript"));

	return said && strcmp(said, hypothesis->text) == 0;
}

static bool right_request(const json_t *label, const struct sy_hypothesis *hypothesis)
{
	return json_is_true(json_object_get(label, "says_operator")) && hypothesis->intent &&
	       strcmp(hypothesis->intent, "agent") == 0;
}

static void show_progress(const char *set, int n)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%-10s %5d", set, n);
}

/* The recordings of one set's labels.jsonl, every Nth of them. */
static int hear_set(struct calibration *calibration, struct item item, struct sy_problem *why)
{
	char path[900], line[8192];
	FILE *file;
	int err = 0;

	snprintf(path, sizeof path, "%s/%s/labels.jsonl", calibration->folder, item.set);
	file = fopen(path, "re");
	if (!file)
		return sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	for (int n = 0; !err && fgets(line, sizeof line, file); n++) {
		json_t *label = n % calibration->every == 0 ? json_loads(line, 0, NULL) : NULL;
		const char *name = json_string_value(json_object_get(label, "file"));
		item.label = label;
		item.request = json_is_true(json_object_get(label, "says_operator"));
		if (name && (!item.line || strncmp(name, "read/", 5) == 0)) {
			snprintf(item.path, sizeof item.path, "%s/%s/%s", calibration->folder, item.set, name);
			err = hear_item(calibration, &item, why);
			show_progress(item.set, n);
		}
		json_decref(label);
	}
	fclose(file);
	return err;
}

static double logistic(const double *w, const double *x, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += w[i] * x[i];
	return 1 / (1 + exp(-sum));
}

static void solve(int n, double a[][COLUMNS_MAX], double *b)
{
	for (int i = 0; i < n; i++)
		for (int r = i + 1; r < n; r++) {
			double f = a[r][i] / a[i][i];
			for (int c = i; c < n; c++)
				a[r][c] -= f * a[i][c];
			b[r] -= f * b[i];
		}
	for (int i = n - 1; i >= 0; i--) {
		for (int c = i + 1; c < n; c++)
			b[i] -= a[i][c] * b[c];
		b[i] /= a[i][i];
	}
}

/* A weight at its bound that would go on beyond it stays where it is. */
static void hold(int n, const double *low, const double *w, double a[][COLUMNS_MAX], double *g)
{
	for (int i = 0; low && i < n; i++) {
		if (w[i] > low[i] || g[i] >= 0)
			continue;
		for (int j = 0; j < n; j++)
			a[i][j] = a[j][i] = i == j;
		g[i] = 0;
	}
}

/* Newton's method; the matrix is positive definite by its ridge, so elimination needs no pivots. */
static void fit(const struct samples *samples, const double *low, double *ret_w)
{
	int n = samples->columns;

	memset(ret_w, 0, COLUMNS_MAX * sizeof *ret_w);
	for (int round = 0; round < ROUNDS; round++) {
		double a[COLUMNS_MAX][COLUMNS_MAX] = {{0}}, g[COLUMNS_MAX] = {0};
		for (int i = 0; i < n; i++) {
			a[i][i] = RIDGE;
			g[i] = -RIDGE * ret_w[i];
		}
		for (size_t s = 0; s < samples->n; s++) {
			const struct sample *sample = &samples->at[s];
			if (sample->judge)
				continue;
			double p = logistic(ret_w, sample->x, n), h = fmax(p * (1 - p), 1e-6);
			for (int i = 0; i < n; i++) {
				g[i] += (sample->right - p) * sample->x[i];
				for (int j = 0; j < n; j++)
					a[i][j] += h * sample->x[i] * sample->x[j];
			}
		}
		hold(n, low, ret_w, a, g);
		solve(n, a, g);
		for (int i = 0; i < n; i++)
			ret_w[i] = low ? fmax(ret_w[i] + g[i], low[i]) : ret_w[i] + g[i];
	}
}

struct scored {
	double p;
	bool right;
};

static int by_score(const void *a, const void *b)
{
	double d = ((const struct scored *)a)->p - ((const struct scored *)b)->p;

	return d < 0 ? -1 : d > 0;
}

/* Scores of the judging (or fitting) half, ascending; `set` NULL: all. */
static size_t score(const struct samples *samples, const double *w, bool judge, const char *set, struct scored *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < samples->n; i++) {
		const struct sample *sample = &samples->at[i];
		if (sample->judge == judge && (!set || strcmp(set, sample->set) == 0))
			ret[n++] = (struct scored){logistic(w, sample->x, samples->columns), sample->right};
	}
	qsort(ret, n, sizeof *ret, by_score);
	return n;
}

static double area(const struct scored *scored, size_t n)
{
	double wrong = 0, ordered = 0, right = 0;

	for (size_t i = 0; i < n; i++) {
		right += scored[i].right;
		wrong += !scored[i].right;
		ordered += scored[i].right ? wrong : 0;
	}
	return right * wrong > 0 ? ordered / (right * wrong) : NAN;
}

static double calibration_error(const struct scored *scored, size_t n)
{
	double error = 0;

	for (int bin = 0; bin < BINS; bin++) {
		double sum = 0, right = 0, count = 0;
		for (size_t i = 0; i < n; i++)
			if ((int)fmin(scored[i].p * BINS, BINS - 1) == bin) {
				sum += scored[i].p;
				right += scored[i].right;
				count++;
			}
		error += fabs(sum - right);
	}
	return n ? error / (double)n : NAN;
}

static double share_above(const struct scored *scored, size_t n, bool right, double threshold)
{
	double above = 0, count = 0;

	for (size_t i = 0; i < n; i++)
		if (scored[i].right == right) {
			count++;
			above += scored[i].p >= threshold;
		}
	return count > 0 ? 100 * above / count : NAN;
}

/* The threshold that lets `share` of the wrong ones through. */
static double threshold_for(const struct scored *scored, size_t n, double share)
{
	double wrong = 0, left;

	for (size_t i = 0; i < n; i++)
		wrong += !scored[i].right;
	left = floor(wrong * share);
	for (size_t i = n; i-- > 0;)
		if (!scored[i].right && left-- <= 0)
			return fmin(scored[i].p + 1e-4, 1);
	return 0.5;
}

static void report(const struct samples *samples, const double *w, double threshold, const char *what)
{
	static const char *const sets[] = {NULL, "coffee", "operator", "digits", "other", "wide", "noise"};
	struct scored *scored = calloc(samples->n + 1, sizeof *scored);

	if (!scored)
		return;
	printf("%-9s %-9s %6s %6s %11s %16s %16s\n", what, "set", "n", "AUC", "calibration", "right let through",
		"wrong let through");
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++) {
		size_t n = score(samples, w, true, sets[i], scored);
		if (n)
			printf("%-9s %-9s %6zu %6.3f %11.3f %15.1f%% %15.1f%%\n", "", sets[i] ? sets[i] : "all", n,
				area(scored, n), calibration_error(scored, n), share_above(scored, n, true, threshold),
				share_above(scored, n, false, threshold));
	}
	free(scored);
}

static int write_weights(
	const char *path, const double *results, const double *requests, double let_through, struct sy_problem *why)
{
	FILE *file = fopen(path, "we");

	if (!file)
		return sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	fprintf(file,
		"# Weights of the evidence for a right hypothesis and for a request for a person, and thresholds.\n"
		"# Written by tools/calibrate.\n");
	for (int i = 0; i < SY_EVIDENCE_COUNT; i++)
		fprintf(file, "%s %.5g\n", sy_evidence_name((enum sy_evidence_id)i), results[i]);
	for (int i = 0; i < SY_REQUEST_COUNT; i++)
		fprintf(file, "%s %.5g\n", sy_request_name((enum sy_request_id)i), requests[i]);
	fprintf(file, "accept %g\nconfirm %g\nlet_through %.4f\n", ACCEPT, CONFIRM, let_through);
	return fclose(file) == 0 ? 0 : sy_problem_set(why, EIO, "%s: could not be written whole", path);
}

static int finish(struct calibration *calibration, const char *out, struct sy_problem *why)
{
	double results[COLUMNS_MAX], requests[COLUMNS_MAX], let_through;
	struct scored *scored = calloc(calibration->requests.n + 1, sizeof *scored);

	if (!scored)
		return ENOMEM;
	fit(&calibration->results, least, results);
	fit(&calibration->requests, NULL, requests);
	let_through =
		threshold_for(scored, score(&calibration->requests, requests, false, NULL, scored), FALSE_REQUESTS);
	let_through = fmax(let_through, LEAST_REQUEST);
	free(scored);
	report(&calibration->results, results, ACCEPT, "result");
	report(&calibration->requests, requests, let_through, "request");
	return out ? write_weights(out, results, requests, let_through, why) : 0;
}

static int load_grammar(struct calibration *calibration, const char *name, char *path, struct sy_problem *why)
{
	struct sy_graph *graph = NULL;
	int err = sy_jsgf_graph_file(path, &graph, why);

	if (!err)
		err = sy_recogniser_load(calibration->recogniser, name, graph, why);
	sy_graph_destroy(graph);
	return err;
}

static int run(struct calibration *calibration, const char *out, struct sy_problem *why)
{
	char coffee[1024], *digits = NULL;
	int err;

	snprintf(coffee, sizeof coffee, "%s/coffee.gram", calibration->folder);
	calibration->results.at = calloc(SAMPLES_MAX + 1, sizeof *calibration->results.at);
	calibration->requests.at = calloc(SAMPLES_MAX + 1, sizeof *calibration->requests.at);
	if (!calibration->results.at || !calibration->requests.at)
		return ENOMEM;
	if (!(err = sy_recogniser_sphinx_create(&calibration->recogniser, why)) &&
		!(err = load_grammar(calibration, "coffee", coffee, why)) &&
		!(err = sy_place_data("grammars/digits.gram", &digits, why)) &&
		!(err = load_grammar(calibration, "digits", digits, why)) &&
		!(err = hear_set(calibration, (struct item){.set = "coffee", .grammar = "coffee", .right = right_order},
			  why)) &&
		!(err = hear_set(calibration,
			  (struct item){.set = "operator", .grammar = "coffee", .right = right_request}, why)) &&
		!(err = hear_set(calibration, (struct item){.set = "digits", .grammar = "digits", .right = right_words},
			  why)) &&
		!(err = hear_set(calibration, (struct item){.set = "other", .grammar = "coffee", .right = never_right},
			  why)) &&
		!(err = hear_set(calibration,
			  (struct item){.set = "wide", .grammar = "coffee", .right = never_right, .line = true},
			  why)) &&
		!(err = hear_noises(calibration, why)))
		err = finish(calibration, out, why);
	free(digits);
	return err;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"every", required_argument, NULL, 'e'}, {"out", required_argument, NULL, 'o'}, {0}};
	struct calibration calibration = {.every = 1};
	struct sy_problem why = {""};
	const char *out = NULL;
	int err = 0, c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'e')
			calibration.every = atoi(optarg);
		else if (c == 'o')
			out = optarg;
		else
			err = EINVAL;
	}
	if (err || optind + 1 != argc || calibration.every < 1) {
		fprintf(stderr, "usage: sayso-calibrate [--every N] [--out FILE] SPEECH_FOLDER\n");
		return 2;
	}
	calibration.folder = argv[optind];
	err = run(&calibration, out, &why);
	if (err)
		fprintf(stderr, "sayso-calibrate: %s\n", why.text[0] ? why.text : strerror(err));
	sy_recogniser_destroy(calibration.recogniser);
	free(calibration.results.at);
	free(calibration.requests.at);
	return err ? 2 : 0;
}
