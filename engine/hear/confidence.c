#include "engine/hear/confidence.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sy_confidence {
	double evidence[SY_EVIDENCE_COUNT];
	double request[SY_REQUEST_COUNT];
	double accept;      /* at or above: accept */
	double confirm;     /* at or above: ask back */
	double let_through; /* at or above: a request for a person */
};

static const char *const evidence_names[SY_EVIDENCE_COUNT] = {
	[SY_EVIDENCE_ONE] = "one",
	[SY_EVIDENCE_EXCESS] = "excess",
	[SY_EVIDENCE_WORST] = "worst",
	[SY_EVIDENCE_AGREEMENT] = "agreement",
	[SY_EVIDENCE_LOOSE] = "loose",
	[SY_EVIDENCE_FILLER] = "filler",
	[SY_EVIDENCE_SHORT] = "short",
	[SY_EVIDENCE_PACE] = "pace",
	[SY_EVIDENCE_DOUBT] = "doubt",
};

static const char *const request_names[SY_REQUEST_COUNT] = {
	[SY_REQUEST_ONE] = "request_one",
	[SY_REQUEST_EXCESS] = "request_excess",
	[SY_REQUEST_WORST] = "request_worst",
	[SY_REQUEST_MARGIN] = "request_margin",
	[SY_REQUEST_PACE] = "request_pace",
	[SY_REQUEST_SHORT] = "request_short",
	[SY_REQUEST_GRAMMAR] = "request_grammar",
	[SY_REQUEST_FIT] = "request_fit",
};

enum { ACCEPT, CONFIRM, LET_THROUGH, N_THRESHOLDS };
static const char *const threshold_names[N_THRESHOLDS] = {"accept", "confirm", "let_through"};

#define N_NAMES (SY_EVIDENCE_COUNT + SY_REQUEST_COUNT + N_THRESHOLDS)

const char *sy_evidence_name(enum sy_evidence_id id)
{
	return evidence_names[id];
}

const char *sy_request_name(enum sy_request_id id)
{
	return request_names[id];
}

/* All names of the file, numbered. */
static const char *name_of(size_t id)
{
	if (id < SY_EVIDENCE_COUNT)
		return evidence_names[id];
	id -= SY_EVIDENCE_COUNT;
	return id < SY_REQUEST_COUNT ? request_names[id] : threshold_names[id - SY_REQUEST_COUNT];
}

static double *place_of(struct sy_confidence *confidence, size_t id)
{
	double *const thresholds[N_THRESHOLDS] = {&confidence->accept, &confidence->confirm, &confidence->let_through};

	if (id < SY_EVIDENCE_COUNT)
		return &confidence->evidence[id];
	id -= SY_EVIDENCE_COUNT;
	return id < SY_REQUEST_COUNT ? &confidence->request[id] : thresholds[id - SY_REQUEST_COUNT];
}

static int read_line(struct sy_confidence *confidence, char *text, bool *seen)
{
	char name[32], extra;
	double value;
	size_t id = 0;

	text[strcspn(text, "#\n")] = '\0';
	if (text[strspn(text, " \t\r")] == '\0')
		return 0;
	if (sscanf(text, "%31s %lf %c", name, &value, &extra) != 2 || !isfinite(value))
		return EINVAL;
	while (id < N_NAMES && strcmp(name, name_of(id)) != 0)
		id++;
	if (id == N_NAMES || seen[id])
		return EINVAL;
	*place_of(confidence, id) = value;
	seen[id] = true;
	return 0;
}

static int read_all(FILE *file, const char *path, struct sy_confidence *confidence, struct sy_problem *why)
{
	bool seen[N_NAMES] = {false};
	char text[256];

	for (int line = 1; fgets(text, sizeof text, file); line++)
		if (read_line(confidence, text, seen) != 0)
			return sy_problem_at(why, EINVAL, path, line, 0,
				"expected a name of a weight or threshold, once, and a number");
	for (size_t i = 0; i < N_NAMES; i++)
		if (!seen[i])
			return sy_problem_set(
				why, EINVAL, "%s: \"%s\" is missing; run tools/calibrate", path, name_of(i));
	return 0;
}

int sy_confidence_load(const char *path, struct sy_confidence **ret_confidence, struct sy_problem *why)
{
	struct sy_confidence *confidence = calloc(1, sizeof *confidence);
	FILE *file;
	int err;

	if (!confidence)
		return ENOMEM;
	file = fopen(path, "re");
	if (!file) {
		err = sy_problem_set(why, errno, "%s: %s", path, strerror(errno));
		goto out;
	}
	err = read_all(file, path, confidence, why);
	fclose(file);
	if (err)
		goto out;
	*ret_confidence = confidence;
	confidence = NULL;
out:
	sy_confidence_destroy(confidence);
	return err;
}

void sy_confidence_destroy(struct sy_confidence *confidence)
{
	free(confidence);
}

static double logistic(const double *weights, const float *values, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += weights[i] * (double)values[i];
	return 1 / (1 + exp(-sum));
}

double sy_confidence_of(const struct sy_confidence *confidence, const struct sy_evidence *evidence)
{
	return logistic(confidence->evidence, evidence->at, SY_EVIDENCE_COUNT);
}

enum sy_decision sy_confidence_decide(const struct sy_confidence *confidence, double p)
{
	if (p >= confidence->accept)
		return SY_ACCEPT;
	return p >= confidence->confirm ? SY_CONFIRM : SY_REJECT;
}

double sy_confidence_request_of(const struct sy_confidence *confidence, const struct sy_request *request)
{
	return logistic(confidence->request, request->at, SY_REQUEST_COUNT);
}

bool sy_confidence_lets_through(const struct sy_confidence *confidence, double p)
{
	return p >= confidence->let_through;
}
