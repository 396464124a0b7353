#include "kb/search_calibrate.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PARTS 8 /* one part of the phrases, and one of the articles, is kept from a trial's training */
/* Trials until this many phrases were asked for: enough for two numbers, and one trial only in a large base. */
#define ASKED_WANTED 1200
#define TRIALS_MAX 4
#define ASKED_MIN 40 /* fewer say nothing, and the usual figures are used */
#define NEWTON_STEPS 50
#define PULL 0.5
/* Strangers among the questions of a day, against the share that the trials hold. Small: most callers of a company ask
 * what it has answers for. */
#define STRANGER_WEIGHT 0.25
/* Right answers that the floor may cost, so that it turns down as many strangers as it can. The figure and its bounds
 * were chosen on one half of a tuning set and seen to hold on the other. */
#define FLOOR_COSTS 0.012
#define FLOOR_LEAST 0.10f
#define FLOOR_MOST 0.35f
#define SURE 0.85f

struct asked {
	double odds;
	double weight;
	bool right;
};

struct trials {
	struct sy_example *examples;
	size_t n;
	uint32_t n_classes;
	struct asked *asked;
	size_t n_asked;
	float *scores;
	struct sy_features features;
	struct sy_model_vector vector;
};

/* Between those of 60 articles with ten phrases each, and of 150 with a hundred. */
static const struct sy_calibration usual = {.slope = 2.2f, .offset = -3.3f, .floor = 0.3f, .sure = SURE};

double sy_model_odds(const struct sy_model *model, const float *scores, uint32_t class)
{
	double others = 0;

	for (uint32_t c = 0; c < model->n_classes; c++) {
		if (c != class)
			others += exp((double)scores[c] - scores[class]);
	}
	/* Alone, a class is measured against one that scores the opposite. */
	return model->n_classes > 1 ? log((model->n_classes - 1) / others) : 2 * scores[class];
}

double sy_calibration_confidence(const struct sy_calibration *calibration, double odds)
{
	return 1 / (1 + exp(-(calibration->slope * odds + calibration->offset)));
}

static bool is_stranger(const struct trials *trials, uint32_t class, size_t trial)
{
	return trials->n_classes >= PARTS && class % PARTS == trial;
}

static void deal(struct trials *trials, size_t trial)
{
	for (size_t i = 0; i < trials->n; i++) {
		struct sy_example *example = &trials->examples[i];

		example->left_out = is_stranger(trials, example->class, trial) ||
				    (!example->aside && (i + example->class) % PARTS == trial);
	}
}

static void ask(struct trials *trials, const struct sy_model *model, size_t i, size_t trial)
{
	const struct sy_example *example = &trials->examples[i];
	struct asked *asked = &trials->asked[trials->n_asked++];
	bool stranger = is_stranger(trials, example->class, trial);
	uint32_t best = 0;

	sy_features_read(example->text, &trials->features);
	sy_model_vector(model, &trials->features, &trials->vector);
	sy_model_scores(model, &trials->vector, SY_MODEL_ODDS_TYPED, trials->scores);
	for (uint32_t c = 1; c < model->n_classes; c++) {
		if (trials->scores[c] > trials->scores[best])
			best = c;
	}
	asked->odds = sy_model_odds(model, trials->scores, best);
	asked->right = best == example->class && !stranger;
	asked->weight = stranger ? STRANGER_WEIGHT : 1;
}

static int try(struct trials *trials, size_t trial)
{
	struct sy_model *model = NULL;
	int err;

	deal(trials, trial);
	err = sy_model_train(trials->examples, trials->n, trials->n_classes, &model);
	for (size_t i = 0; i < trials->n && !err; i++) {
		if (trials->examples[i].left_out && !trials->examples[i].aside)
			ask(trials, model, i, trial);
	}
	sy_model_destroy(model);
	return err;
}

struct line { /* log-odds of being right = slope * odds + offset */
	double slope;
	double offset;
};

/* What a line is off by: the usual loss of a logistic regression, and a weak pull to the usual figures. */
static double loss(const struct trials *trials, struct line line)
{
	double sum = PULL * (pow(line.slope - usual.slope, 2) + pow(line.offset - usual.offset, 2)) / 2;

	for (size_t i = 0; i < trials->n_asked; i++) {
		const struct asked *asked = &trials->asked[i];
		double margin = line.slope * asked->odds + line.offset;

		sum += asked->weight * log1p(exp(asked->right ? -margin : margin));
	}
	return sum;
}

/* One step of Newton's method. */
static struct line newton(const struct trials *trials, struct line line)
{
	double g0 = PULL * (line.offset - usual.offset), g1 = PULL * (line.slope - usual.slope);
	double h00 = PULL, h01 = 0, h11 = PULL;
	double det;

	for (size_t i = 0; i < trials->n_asked; i++) {
		const struct asked *asked = &trials->asked[i];
		double p = 1 / (1 + exp(-(line.slope * asked->odds + line.offset)));
		double slack = asked->weight * p * (1 - p);

		g0 += asked->weight * (p - asked->right);
		g1 += asked->weight * (p - asked->right) * asked->odds;
		h00 += slack;
		h01 += slack * asked->odds;
		h11 += slack * asked->odds * asked->odds;
	}
	det = h00 * h11 - h01 * h01;
	return (struct line){(h00 * g1 - h01 * g0) / det, (h11 * g0 - h01 * g1) / det};
}

/* Logistic regression of `right` on the odds; steps that go too far are halved. */
static void fit(const struct trials *trials, struct sy_calibration *calibration)
{
	struct line line = {usual.slope, usual.offset};
	double now = loss(trials, line);

	for (int i = 0; i < NEWTON_STEPS; i++) {
		struct line step = newton(trials, line);
		struct line next = {line.slope - step.slope, line.offset - step.offset};

		for (int k = 0; k < NEWTON_STEPS && !(loss(trials, next) <= now); k++) {
			step = (struct line){step.slope / 2, step.offset / 2};
			next = (struct line){line.slope - step.slope, line.offset - step.offset};
		}
		if (!(loss(trials, next) < now))
			break;
		line = next;
		now = loss(trials, line);
	}
	if (line.slope <= 0)
		return; /* the odds say nothing here; the usual figures are as good as any */
	calibration->slope = (float)line.slope;
	calibration->offset = (float)line.offset;
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int find_floor(const struct trials *trials, struct sy_calibration *calibration)
{
	double *right = calloc(trials->n_asked + 1, sizeof(*right));
	size_t n = 0;

	if (!right)
		return ENOMEM;
	for (size_t i = 0; i < trials->n_asked; i++) {
		if (trials->asked[i].right)
			right[n++] = sy_calibration_confidence(calibration, trials->asked[i].odds);
	}
	qsort(right, n, sizeof(*right), by_value);
	calibration->floor = (float)right[(size_t)((double)n * FLOOR_COSTS)];
	calibration->floor = fminf(fmaxf(calibration->floor, FLOOR_LEAST), FLOOR_MOST);
	free(right);
	return 0;
}

int sy_calibrate(struct sy_example *examples, size_t n, uint32_t n_classes, struct sy_calibration *ret_calibration)
{
	struct trials *trials = calloc(1, sizeof(*trials));
	struct sy_calibration calibration = usual;
	int err = 0;

	if (!trials)
		return ENOMEM;
	trials->examples = examples;
	trials->n = n;
	trials->n_classes = n_classes;
	trials->asked = calloc(n * TRIALS_MAX + 1, sizeof(*trials->asked));
	trials->scores = calloc((size_t)n_classes + SY_MODEL_LANES, sizeof(*trials->scores));
	if (!trials->asked || !trials->scores)
		err = ENOMEM;
	for (size_t trial = 0; trial < TRIALS_MAX && trials->n_asked < ASKED_WANTED && n_classes > 1 && !err; trial++)
		err = try(trials, trial);
	if (!err && trials->n_asked >= ASKED_MIN) {
		fit(trials, &calibration);
		err = find_floor(trials, &calibration);
	}
	for (size_t i = 0; i < n; i++)
		examples[i].left_out = false;
	if (!err)
		*ret_calibration = calibration;
	free(trials->asked);
	free(trials->scores);
	free(trials);
	return err;
}
