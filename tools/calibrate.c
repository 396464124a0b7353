/*
 * sayso-calibrate: fits the weights of confidence to recordings of people, and says how far they can be trusted.
 *
 * Every recording is heard; what spoke for and against the hypothesis is put beside whether it was right. All of them
 * fit the logistic functions, each kind of result by itself; half of the speakers (files, where speakers are not known)
 * is judged by what was fitted to the other half. Sentences in callers' own words (sayso-natural) fit two more: how
 * many of such words are right, and whether the article is that they lead to. They are few, so that a sixth of them is
 * judged at a time. What is done with a confidence follows from what mistakes cost (base/costs.h).
 *
 * usage: sayso-calibrate [--every N] [--natural FOLDER] [--out FILE] [--heard FILE] [--plots FOLDER] [--json]
 *                        SPEECH_FOLDER             (the folders coffee, operator, digits, other, wide)
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
#include "grammars/jsgf.h"
#include "tools/calibrate_parts.h"
#include "tools/calibrate_report.h"

#define NOISES 240
#define NOISE_SAMPLES_MAX (3 * SY_RATE_LINE)
/* Share of turns without a request that may be passed to a person by mistake. */
#define FALSE_REQUESTS 0.01
/* Where requests are told apart without error, a threshold on them alone would be none: one in fifty is let through. */
#define LEAST_REQUEST 0.02

/*
 * The recordings of people hold few single words that answer a question ("yes"), and many that answer none, so a fit on
 * them alone takes whatever is short or quick for foreign, and "no" said a little
 * badly for nothing at all. So it is bounded what a sentence may lose for that: all for being short or quick, commands
 * for fitting worse. And nothing is surer for being short, or quicker or slower than people speak, whatever the chance
 * of few recordings is.
 */
#define ANY                                                                                                            \
	{                                                                                                              \
		-INFINITY, INFINITY                                                                                    \
	}
#define SHORT_LEAST (-1)
#define PACE_LEAST (-0.5)
#define EXCESS_LEAST (-0.25)
#define RANGES(excess, brief, pace)                                                                                    \
	{                                                                                                              \
		[SY_EVIDENCE_ONE] = ANY, [SY_EVIDENCE_EXCESS] = {(excess), INFINITY}, [SY_EVIDENCE_WORST] = ANY,       \
		[SY_EVIDENCE_AGREEMENT] = ANY, [SY_EVIDENCE_LOOSE] = ANY, [SY_EVIDENCE_FILLER] = ANY,                  \
		[SY_EVIDENCE_SHORT] = {(brief), 0}, [SY_EVIDENCE_PACE] = {(pace), 0}, [SY_EVIDENCE_DOUBT] = ANY,       \
		[SY_EVIDENCE_MEANING] = ANY, [SY_EVIDENCE_FREE] = {-INFINITY, 0}, [SY_EVIDENCE_HIDDEN] = {             \
			-INFINITY,                                                                                     \
			0                                                                                              \
		}                                                                                                      \
	}
static const struct sy_fit_range of_commands[SY_EVIDENCE_COUNT] = RANGES(EXCESS_LEAST, SHORT_LEAST, PACE_LEAST);
static const struct sy_fit_range of_details[SY_EVIDENCE_COUNT] = RANGES(-INFINITY, SHORT_LEAST, PACE_LEAST);
static const struct sy_fit_range of_words[SY_EVIDENCE_COUNT] = RANGES(-INFINITY, -INFINITY, -INFINITY);

struct asked {
	const char *out;   /* file of the ear's weights, or NULL */
	const char *heard; /* file of the search's, or NULL */
	const char *plots; /* folder, or NULL */
	bool json;
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
	bool stranger; /* speech that is none of the grammar's */
};

bool sy_calibrate_counts(const struct sy_recogniser_evidence *evidence)
{
	return evidence->n_words > 0 && evidence->request.at[SY_REQUEST_GRAMMAR] < 1;
}

static int add(struct sy_fit_samples *samples, const struct item *item, const float *x, int columns, bool right)
{
	struct sy_fit_sample sample = {.right = right, .weight = item->stranger ? SY_CALIBRATE_STRANGER : 1};
	const char *speaker = json_string_value(json_object_get(item->label, "speaker"));
	const char *file = strrchr(item->path, '/');

	sample.part = sy_fit_part(speaker ? speaker : file ? file : item->path, SY_CALIBRATE_HALVES);
	(void)snprintf(sample.set, sizeof sample.set, "%s", item->set);
	for (int i = 0; i < columns; i++)
		sample.x[i] = (double)x[i];
	return sy_fit_add(samples, &sample, columns);
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

static int hear_samples(struct sy_calibration_run *calibration, const struct item *item, const int16_t *pcm, size_t n,
	struct sy_problem *why)
{
	struct sy_hear_job job = {.pcm = pcm,
		.n = n,
		.rate = SY_RATE_LINE,
		.grammars = {item->grammar},
		.n_grammars = 1,
		.universals = true};
	struct sy_hypothesis hypothesis = {0};
	struct sy_recogniser_evidence evidence;
	int err = sy_recogniser_hear(calibration->recogniser, &job, &hypothesis, NULL, why);

	if (err)
		return err;
	sy_recogniser_sphinx_evidence(calibration->recogniser, &evidence);
	if (hypothesis.sounded != SY_SOUNDED_SILENCE) {
		/* A sentence that gave way to a request for a person was not what made it right. */
		if (sy_calibrate_counts(&evidence))
			err = add(&calibration->results[evidence.sentence_kind], item, evidence.sentence.at,
				SY_EVIDENCE_COUNT, !evidence.replaced && item->right(item->label, &hypothesis));
		if (!err)
			err = add(&calibration->requests, item, evidence.request.at, SY_REQUEST_COUNT, item->request);
	}
	sy_hypothesis_reset(&hypothesis);
	return err;
}

static int hear_item(struct sy_calibration_run *calibration, const struct item *item, struct sy_problem *why)
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
static int hear_noises(struct sy_calibration_run *calibration, struct sy_problem *why)
{
	static const enum sy_noise_kind kinds[] = {
		SY_NOISE_WHITE, SY_NOISE_PINK, SY_NOISE_BABBLE, SY_NOISE_HUM, SY_NOISE_CLATTER, SY_NOISE_DRONE};
	struct item item = {.set = "noise", .right = never_right, .stranger = true};
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
	       strcmp(hypothesis->intent, SY_INTENT_PERSON) == 0;
}

static void show_progress(const char *set, int n)
{
	if (isatty(STDERR_FILENO))
		fprintf(stderr, "\r%-10s %5d", set, n);
}

/* The recordings of one set's labels.jsonl, every Nth of them. */
static int hear_set(struct sy_calibration_run *calibration, struct item item, struct sy_problem *why)
{
	const bool strangers = item.stranger;
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
		item.stranger = strangers || (strcmp(item.set, "operator") == 0 && !item.request);
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

/* The threshold that lets `share` of the wrong ones through. */
static double threshold_for(const struct sy_claim *claims, size_t n, double share)
{
	double *wrong = calloc(n + 1, sizeof *wrong), threshold;
	size_t n_wrong = 0;

	for (size_t i = 0; wrong && i < n; i++)
		if (!claims[i].right)
			wrong[n_wrong++] = -claims[i].p;
	threshold = wrong && n_wrong ? -sy_stats_threshold(wrong, n_wrong, share) + 1e-4 : 0.5;
	free(wrong);
	return fmin(fmax(threshold, LEAST_REQUEST), 1);
}

static int write_weights(const struct sy_calibration_run *calibration, const char *path, struct sy_problem *why)
{
	FILE *file = fopen(path, "we");
	char name[SY_WEIGHT_NAME_MAX];

	if (!file)
		return sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
	(void)fprintf(file,
		"# Weights of the evidence for a right hypothesis of each kind, and for a request for a person.\n"
		"# Written by tools/calibrate.\n");
	for (int kind = 0; kind < SY_HEARD_KINDS; kind++)
		for (int i = 0; i < SY_EVIDENCE_COUNT; i++) {
			sy_evidence_name((enum sy_heard_kind)kind, (enum sy_evidence_id)i, name);
			(void)fprintf(file, "%s %.5g\n", name, calibration->weights[kind][i]);
		}
	for (int i = 0; i < SY_REQUEST_COUNT; i++)
		(void)fprintf(
			file, "%s %.5g\n", sy_request_name((enum sy_request_id)i), calibration->request_weights[i]);
	for (int i = 0; i < SY_WORD_COUNT; i++)
		(void)fprintf(file, "%s %.5g\n", sy_word_name((enum sy_word_id)i), calibration->row_weights[i]);
	(void)fprintf(file, "let_through %.4f\n", calibration->let_through);
	return fclose(file) == 0 ? 0 : sy_problem_set(why, EIO, "%s: could not be written whole", path);
}

static int fit_speakers(struct sy_calibration_run *calibration)
{
	struct sy_claim *claims = calloc(calibration->requests.n + 1, sizeof *claims);

	if (!claims)
		return ENOMEM;
	for (int kind = 0; kind < SY_HEARD_KINDS; kind++)
		if (kind != SY_HEARD_AS_WORDS)
			sy_fit(&calibration->results[kind], SY_FIT_ALL, calibration->ranges[kind],
				calibration->weights[kind]);
	sy_fit(&calibration->requests, SY_FIT_ALL, NULL, calibration->request_weights);
	sy_fit(&calibration->rows, SY_FIT_ALL, NULL, calibration->row_weights);
	sy_fit_crossed(&calibration->requests, SY_CALIBRATE_HALVES, NULL, claims);
	calibration->let_through = threshold_for(claims, calibration->requests.n, FALSE_REQUESTS);
	free(claims);
	return 0;
}

static int finish(struct sy_calibration_run *calibration, const struct asked *asked, struct sy_problem *why)
{
	int err = fit_speakers(calibration);

	if (!err)
		err = sy_calibrate_natural_fit(calibration);
	if (!err)
		err = sy_calibrate_report(calibration, asked->plots, asked->json);
	if (!err && asked->out)
		err = write_weights(calibration, asked->out, why);
	if (!err && asked->heard)
		err = sy_calibrate_natural_write(calibration, asked->heard, why);
	return err;
}

static int load(struct sy_calibration_run *calibration, struct sy_problem *why)
{
	struct sy_graph *coffee = NULL, *digits = NULL;
	char path[1024];
	int err;

	(void)snprintf(path, sizeof path, "%s/coffee.gram", calibration->folder);
	if (!(err = sy_recogniser_sphinx_create(&calibration->recogniser, why)) &&
		!(err = sy_jsgf_graph_file(path, &coffee, why)) &&
		!(err = sy_recogniser_load(calibration->recogniser, "coffee", coffee, why)) &&
		!(err = sy_jsgf_graph_data("digits.gram", &digits, why)))
		err = sy_recogniser_load(calibration->recogniser, "digits", digits, why);
	sy_graph_destroy(coffee);
	sy_graph_destroy(digits);
	return err;
}

static int hear_all(struct sy_calibration_run *calibration, struct sy_problem *why)
{
	static const struct item sets[] = {{.set = "coffee", .grammar = "coffee", .right = right_order},
		{.set = "operator", .grammar = "coffee", .right = right_request},
		{.set = "digits", .grammar = "digits", .right = right_words},
		{.set = "other", .grammar = "coffee", .right = never_right, .stranger = true},
		{.set = "wide", .grammar = "coffee", .right = never_right, .line = true, .stranger = true}};
	char folder[1024];
	int err = 0;

	for (size_t i = 0; i < sizeof sets / sizeof *sets && !err; i++)
		err = hear_set(calibration, sets[i], why);
	if (!err)
		err = hear_noises(calibration, why);
	if (!err)
		err = sy_calibrate_rows_hear(calibration, why);
	if (!err && calibration->natural) {
		(void)snprintf(folder, sizeof folder, "%s/company", calibration->natural);
		err = sy_calibrate_company_hear(calibration, folder, why);
	}
	if (!err && calibration->natural) {
		(void)snprintf(folder, sizeof folder, "%s/universals", calibration->natural);
		err = sy_calibrate_universals_hear(calibration, folder, why);
	}
	return !err && calibration->natural ? sy_calibrate_natural_hear(calibration, why) : err;
}

static int run(struct sy_calibration_run *calibration, const struct asked *asked, struct sy_problem *why)
{
	int err = load(calibration, why);

	if (!err)
		err = hear_all(calibration, why);
	return err ? err : finish(calibration, asked, why);
}

static void reset(struct sy_calibration_run *calibration)
{
	sy_recogniser_destroy(calibration->recogniser);
	for (int kind = 0; kind < SY_HEARD_KINDS; kind++)
		sy_fit_reset(&calibration->results[kind]);
	sy_fit_reset(&calibration->requests);
	sy_fit_reset(&calibration->rows);
	sy_fit_reset(&calibration->joined);
	free(calibration->words_of);
}

static bool take(int option, const char *value, struct sy_calibration_run *calibration, struct asked *asked)
{
	switch (option) {
	case 'e':
		return (calibration->every = atoi(value)) > 0;
	case 'n':
		return (calibration->natural = value);
	case 'o':
		return (asked->out = value);
	case 'h':
		return (asked->heard = value);
	case 'p':
		return (asked->plots = value);
	case 'j':
		return asked->json = true;
	default:
		return false;
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = {{"every", required_argument, NULL, 'e'},
		{"natural", required_argument, NULL, 'n'}, {"out", required_argument, NULL, 'o'},
		{"heard", required_argument, NULL, 'h'}, {"plots", required_argument, NULL, 'p'},
		{"json", no_argument, NULL, 'j'}, {0}};
	struct sy_calibration_run calibration = {.every = 1,
		.ranges = {[SY_HEARD_AS_COMMAND] = of_commands,
			[SY_HEARD_AS_ORDER] = of_details,
			[SY_HEARD_AS_DIGITS] = of_details,
			[SY_HEARD_AS_WORDS] = of_words}};
	struct sy_problem why = {""};
	struct asked asked = {0};
	int option, err = 0;

	while (!err && (option = getopt_long(argc, argv, "", options, NULL)) != -1)
		err = take(option, optarg, &calibration, &asked) ? 0 : EINVAL;
	if (err || optind + 1 != argc || ((asked.out || asked.heard) && !calibration.natural)) {
		(void)fprintf(stderr,
			"usage: sayso-calibrate [--every N] [--natural FOLDER] [--out FILE] [--heard FILE]\n"
			"                       [--plots FOLDER] [--json] SPEECH_FOLDER\n");
		return 2;
	}
	calibration.folder = argv[optind];
	err = run(&calibration, &asked, &why);
	if (err)
		(void)fprintf(stderr, "sayso-calibrate: %s\n", why.text[0] ? why.text : strerror(err));
	reset(&calibration);
	return err ? 2 : 0;
}
