/*
 * calibrate_parts: the parts of tools/calibrate: a run and what it has heard so far.
 */
#ifndef SY_TOOLS_CALIBRATE_PARTS_H
#define SY_TOOLS_CALIBRATE_PARTS_H

#include "engine/hear/recogniser_sphinx.h"
#include "kb/search_heard.h"
#include "tools/calibrate_fit.h"

/* Speakers are kept in halves, of which one judges. */
#define SY_CALIBRATE_HALVES 2u
#define SY_CALIBRATE_JUDGES 1u
/* Natural sentences are judged in turn, a sixth at a time. */
#define SY_CALIBRATE_PARTS 6u

struct sy_calibration_run {
	struct sy_recogniser *recogniser;
	const char *folder;  /* of recordings */
	const char *natural; /* folder of sayso-natural, or NULL */
	int every;
	struct sy_fit_samples results[SY_HEARD_KINDS];
	struct sy_fit_samples requests; /* for a person */
	struct sy_fit_samples joined;   /* articles that own words led to */
	size_t *words_of;               /* by those: the sample of their words */
	double weights[SY_HEARD_KINDS][SY_FIT_COLUMNS_MAX];
	double request_weights[SY_FIT_COLUMNS_MAX];
	double joined_weights[SY_FIT_COLUMNS_MAX];
	double let_through; /* the least claim of a request that is one */
};

/* Hears the sentences of `natural` as the demonstration company would. */
int sy_calibrate_natural_hear(struct sy_calibration_run *run, struct sy_problem *why);
/* Hears sentences of the company's own, spoken into `folder` (which is there) by synthetic callers over good and bad
 * lines. */
int sy_calibrate_company_hear(struct sy_calibration_run *run, const char *folder, struct sy_problem *why);
/* Own words and the articles they led to. Without natural sentences the weights stay those that are in use. */
int sy_calibrate_natural_fit(struct sy_calibration_run *run);
int sy_calibrate_natural_write(const struct sy_calibration_run *run, const char *path, struct sy_problem *why);

#endif
