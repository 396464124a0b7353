#include "engine/hear/confidence.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct sy_confidence {
	double evidence[SY_HEARD_KINDS][SY_EVIDENCE_COUNT];
	double request[SY_REQUEST_COUNT];
	double word[SY_WORD_COUNT];
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
	[SY_EVIDENCE_MEANING] = "meaning",
	[SY_EVIDENCE_FREE] = "free",
	[SY_EVIDENCE_HIDDEN] = "hidden",
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

static const char *const word_names[SY_WORD_COUNT] = {[SY_WORD_ONE] = "word_one", [SY_WORD_DOUBT] = "word_doubt"};

static const char *const kind_names[SY_HEARD_KINDS] = {
	[SY_HEARD_AS_COMMAND] = "command",
	[SY_HEARD_AS_ORDER] = "order",
	[SY_HEARD_AS_DIGITS] = "digits",
	[SY_HEARD_AS_WORDS] = "words",
};

#define N_EVIDENCE ((size_t)SY_HEARD_KINDS * SY_EVIDENCE_COUNT)
#define WORDS (N_EVIDENCE + SY_REQUEST_COUNT)
#define LET_THROUGH (WORDS + SY_WORD_COUNT)
#define N_NAMES (LET_THROUGH + 1)

void sy_evidence_name(enum sy_heard_kind kind, enum sy_evidence_id id, char *ret_name)
{
	(void)snprintf(ret_name, SY_WEIGHT_NAME_MAX, "%s_%s", kind_names[kind], evidence_names[id]);
}

const char *sy_request_name(enum sy_request_id id)
{
	return request_names[id];
}

const char *sy_word_name(enum sy_word_id id)
{
	return word_names[id];
}

int sy_confidence_load(const char *path, struct sy_confidence **ret_confidence, struct sy_problem *why)
{
	struct sy_confidence *confidence = calloc(1, sizeof *confidence);
	char evidence[N_EVIDENCE][SY_WEIGHT_NAME_MAX];
	const char *names[N_NAMES] = {[LET_THROUGH] = "let_through"};
	double values[N_NAMES];
	int err;

	if (!confidence)
		return ENOMEM;
	for (size_t i = 0; i < N_EVIDENCE; i++) {
		sy_evidence_name((enum sy_heard_kind)(i / SY_EVIDENCE_COUNT),
			(enum sy_evidence_id)(i % SY_EVIDENCE_COUNT), evidence[i]);
		names[i] = evidence[i];
	}
	memcpy(&names[N_EVIDENCE], request_names, sizeof request_names);
	memcpy(&names[WORDS], word_names, sizeof word_names);
	err = sy_weights_read(path, names, N_NAMES, values, why);
	if (err) {
		free(confidence);
		return err;
	}
	memcpy(confidence->evidence, values, sizeof confidence->evidence);
	memcpy(confidence->request, &values[N_EVIDENCE], sizeof confidence->request);
	memcpy(confidence->word, &values[WORDS], sizeof confidence->word);
	confidence->let_through = values[LET_THROUGH];
	*ret_confidence = confidence;
	return 0;
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

double sy_confidence_of(
	const struct sy_confidence *confidence, enum sy_heard_kind kind, const struct sy_evidence *evidence)
{
	return logistic(confidence->evidence[kind], evidence->at, SY_EVIDENCE_COUNT);
}

float sy_word_doubt(float trust)
{
	return sqrtf(fmaxf(fminf(-logf(trust), SY_DOUBT_MAX), 0));
}

double sy_confidence_word_of(const struct sy_confidence *confidence, float trust)
{
	const float word[SY_WORD_COUNT] = {[SY_WORD_ONE] = 1, [SY_WORD_DOUBT] = sy_word_doubt(trust)};

	return logistic(confidence->word, word, SY_WORD_COUNT);
}

double sy_confidence_request_of(const struct sy_confidence *confidence, const struct sy_request *request)
{
	return logistic(confidence->request, request->at, SY_REQUEST_COUNT);
}

bool sy_confidence_lets_through(const struct sy_confidence *confidence, double p)
{
	return p >= confidence->let_through;
}
