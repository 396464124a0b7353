/*
 * calibrate_parts: the parts of tools/calibrate: a run and what it has heard so far.
 */
#ifndef SY_TOOLS_CALIBRATE_PARTS_H
#define SY_TOOLS_CALIBRATE_PARTS_H

#include "engine/hear/recogniser_sphinx.h"
#include "kb/search_heard.h"
#include "tools/calibrate_fit.h"

/* Speakers are kept in halves, of which each is judged by what the other fitted. */
#define SY_CALIBRATE_HALVES 2u
/* Strangers among the turns of a day, against the share that the recordings hold: most callers answer what they are
 * asked. */
#define SY_CALIBRATE_STRANGER 0.12 /* 0.25 asked 29 of 100 good commands back, this 14 */
/* Natural sentences are judged in turn, a sixth at a time. */
#define SY_CALIBRATE_PARTS 6u

struct sy_calibration_run {
	struct sy_recogniser *recogniser;
	const char *folder;  /* of recordings */
	const char *natural; /* folder of sayso-natural, or NULL */
	int every;
	struct sy_fit_samples results[SY_HEARD_KINDS];
	struct sy_fit_samples requests;                    /* for a person */
	struct sy_fit_samples rows;                        /* words of numbers */
	struct sy_fit_samples joined;                      /* articles that own words led to */
	size_t *words_of;                                  /* by those: the sample of their words */
	const struct sy_fit_range *ranges[SY_HEARD_KINDS]; /* of the weights of each kind */
	double weights[SY_HEARD_KINDS][SY_FIT_COLUMNS_MAX];
	double request_weights[SY_FIT_COLUMNS_MAX];
	double row_weights[SY_FIT_COLUMNS_MAX];
	double joined_weights[SY_FIT_COLUMNS_MAX];
	double let_through; /* the least claim of a request that is one */
};

/* Whether a result says something about sentences: it has words, and is no request for a person, which is judged apart.
 */
bool sy_calibrate_counts(const struct sy_recogniser_evidence *evidence);

/* Hears the sentences of `natural`, and what nobody could want to know, as the demonstration company would. */
int sy_calibrate_natural_hear(struct sy_calibration_run *run, struct sy_problem *why);
/* Hears sentences of the company's own, spoken into `folder` (which is there) by synthetic callers over good and bad
 * lines. */
int sy_calibrate_company_hear(struct sy_calibration_run *run, const char *folder, struct sy_problem *why);
/* Hears what works everywhere, spoken into `folder` in the same way; after the company. */
int sy_calibrate_universals_hear(struct sy_calibration_run *run, const char *folder, struct sy_problem *why);

/* Hears single digits of people set in rows, as numbers are said: which of the words are right. */
int sy_calibrate_rows_hear(struct sy_calibration_run *run, struct sy_problem *why);
/* Own words and the articles they led to. Without natural sentences the weights stay those that are in use. */
int sy_calibrate_natural_fit(struct sy_calibration_run *run);
int sy_calibrate_natural_write(const struct sy_calibration_run *run, const char *path, struct sy_problem *why);

#endif
