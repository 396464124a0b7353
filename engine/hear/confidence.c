#include "engine/hear/confidence.h"

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sy_confidence {
	double weight[SY_EVIDENCE_COUNT];
	double accept;     /* at or above: accept */
	double confirm;    /* at or above: ask back */
	double person_one; /* log odds of a spotted request */
	double person_excess;
	double person_worst;
	double person_accept;
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
};

static const struct {
	const char *name;
	size_t offset;
} settings[] = {
	{"accept", offsetof(struct sy_confidence, accept)},
	{"confirm", offsetof(struct sy_confidence, confirm)},
	{"person_one", offsetof(struct sy_confidence, person_one)},
	{"person_excess", offsetof(struct sy_confidence, person_excess)},
	{"person_worst", offsetof(struct sy_confidence, person_worst)},
	{"person_accept", offsetof(struct sy_confidence, person_accept)},
};

#define N_SETTINGS (sizeof settings / sizeof *settings)

const char *sy_evidence_name(enum sy_evidence_id id)
{
	return evidence_names[id];
}

/* Where the value of a name goes; NULL for a name that is not known. `ret_id` numbers all names. */
static double *place_of(struct sy_confidence *confidence, const char *name, size_t *ret_id)
{
	for (size_t i = 0; i < SY_EVIDENCE_COUNT; i++)
		if (strcmp(name, evidence_names[i]) == 0) {
			*ret_id = i;
			return &confidence->weight[i];
		}
	for (size_t i = 0; i < N_SETTINGS; i++)
		if (strcmp(name, settings[i].name) == 0) {
			*ret_id = SY_EVIDENCE_COUNT + i;
			return (double *)((char *)confidence + settings[i].offset);
		}
	return NULL;
}

static int read_line(struct sy_confidence *confidence, char *text, bool *seen)
{
	char name[32], extra;
	double value;
	double *place;
	size_t id;

	text[strcspn(text, "#\n")] = '\0';
	if (text[strspn(text, " \t\r")] == '\0')
		return 0;
	if (sscanf(text, "%31s %lf %c", name, &value, &extra) != 2 || !isfinite(value))
		return EINVAL;
	place = place_of(confidence, name, &id);
	if (!place || seen[id])
		return EINVAL;
	*place = value;
	seen[id] = true;
	return 0;
}

static int read_all(FILE *file, const char *path, struct sy_confidence *confidence, struct sy_problem *why)
{
	bool seen[SY_EVIDENCE_COUNT + N_SETTINGS] = {false};
	char text[256];

	for (int line = 1; fgets(text, sizeof text, file); line++)
		if (read_line(confidence, text, seen) != 0)
			return sy_problem_at(why, EINVAL, path, line, 0,
				"expected a name of a weight or threshold, once, and a number");
	for (size_t i = 0; i < SY_EVIDENCE_COUNT + N_SETTINGS; i++)
		if (!seen[i])
			return sy_problem_set(why, EINVAL, "%s: \"%s\" is missing; run tools/calibrate", path,
				i < SY_EVIDENCE_COUNT ? evidence_names[i] : settings[i - SY_EVIDENCE_COUNT].name);
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

static double logistic(double x)
{
	return 1 / (1 + exp(-x));
}

double sy_confidence_of(const struct sy_confidence *confidence, const struct sy_evidence *evidence)
{
	double sum = 0;

	for (int i = 0; i < SY_EVIDENCE_COUNT; i++)
		sum += confidence->weight[i] * (double)evidence->at[i];
	return logistic(sum);
}

enum sy_decision sy_confidence_decide(const struct sy_confidence *confidence, double p)
{
	if (p >= confidence->accept)
		return SY_ACCEPT;
	return p >= confidence->confirm ? SY_CONFIRM : SY_REJECT;
}

double sy_confidence_person_of(const struct sy_confidence *confidence, double excess, double worst)
{
	return logistic(confidence->person_one + confidence->person_excess * excess + confidence->person_worst * worst);
}

bool sy_confidence_person(const struct sy_confidence *confidence, double excess, double worst)
{
	return sy_confidence_person_of(confidence, excess, worst) >= confidence->person_accept;
}
