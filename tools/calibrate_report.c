#include "tools/calibrate_report.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/bench_hear_plot.h"

static const char *const kinds[SY_HEARD_KINDS] = {
	[SY_HEARD_AS_COMMAND] = "command",
	[SY_HEARD_AS_ORDER] = "order",
	[SY_HEARD_AS_DIGITS] = "digits",
	[SY_HEARD_AS_WORDS] = "words",
};

struct report {
	const char *plots; /* or NULL */
	json_t *all;       /* or NULL: a table */
	double accept;
};

static double share_above(const struct sy_claim *claims, size_t n, bool right, double threshold)
{
	size_t above = 0, count = 0;

	for (size_t i = 0; i < n; i++)
		if (claims[i].right == right) {
			count++;
			above += claims[i].p >= threshold;
		}
	return count ? 100 * (double)above / (double)count : NAN;
}

static json_t *real_or_null(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *bins_of(const struct sy_claim *claims, size_t n)
{
	struct sy_stats_bin bins[SY_STATS_BINS];
	json_t *all = json_array();

	sy_stats_bins(claims, n, bins);
	for (int i = 0; i < SY_STATS_BINS; i++)
		if (bins[i].n)
			(void)json_array_append_new(
				all, json_pack("{s:I, s:f, s:f}", "n", (json_int_t)bins[i].n, "claimed", bins[i].p,
					     "right", (double)bins[i].right / (double)bins[i].n));
	return all;
}

/* Sorts the claims. */
static void say(const struct report *report, const char *what, const char *set, struct sy_claim *claims, size_t n)
{
	const double error = sy_stats_calibration_error(claims, n), auc = sy_stats_auc(claims, n),
		     right = share_above(claims, n, true, report->accept),
		     wrong = share_above(claims, n, false, report->accept);

	if (!n)
		return;
	if (report->all)
		(void)json_array_append_new(
			report->all, json_pack("{s:s, s:s, s:I, s:o, s:o, s:o, s:o, s:o}", "what", what, "set", set,
					     "n", (json_int_t)n, "auc", real_or_null(auc), "calibration_error",
					     real_or_null(error), "right_above", real_or_null(right), "wrong_above",
					     real_or_null(wrong), "bins", bins_of(claims, n)));
	else
		printf("%-9s %-9s %6zu %6.3f %11.3f %15.1f%% %15.1f%%\n", what, set, n, auc, error, right, wrong);
}

static void draw(const struct report *report, const char *what, const struct sy_claim *claims, size_t n)
{
	char name[64], title[96];

	if (!report->plots || !n)
		return;
	(void)snprintf(name, sizeof name, "reliability-%s.svg", what);
	(void)snprintf(title, sizeof title, "%s: how sure, and how often right", what);
	sy_plot_reliability(report->plots, name, title, claims, n);
}

struct fitted {
	const char *what;
	const struct sy_fit_samples *samples;
	unsigned parts; /* each is judged by what the others fitted */
	const struct sy_fit_range *ranges;
};

static size_t of_set(
	const struct sy_fit_samples *samples, const struct sy_claim *all, const char *set, struct sy_claim *ret_claims)
{
	size_t n = 0;

	for (size_t i = 0; i < samples->n; i++)
		if (!set || strcmp(samples->at[i].set, set) == 0)
			ret_claims[n++] = all[i];
	return n;
}

static int say_fitted(const struct report *report, const struct fitted *fitted)
{
	static const char *const sets[] = {"coffee", "operator", "digits", "other", "wide", "noise", "natural",
		"company", "universals", "strangers"};
	const size_t room = fitted->samples->n + 1;
	struct sy_claim *all = calloc(room, sizeof *all), *claims = calloc(room, sizeof *claims);
	size_t n;

	if (all && claims) {
		sy_fit_crossed(fitted->samples, fitted->parts, fitted->ranges, all);
		n = of_set(fitted->samples, all, NULL, claims);
		draw(report, fitted->what, claims, n);
		say(report, fitted->what, "all", claims, n);
	}
	for (size_t i = 0; all && claims && i < sizeof sets / sizeof *sets; i++) {
		n = of_set(fitted->samples, all, sets[i], claims);
		say(report, fitted->what, sets[i], claims, n);
	}
	const bool room_enough = all && claims;
	free(all);
	free(claims);
	return room_enough ? 0 : ENOMEM;
}

static int say_all(const struct sy_calibration_run *run, struct report *report)
{
	const struct fitted others[] = {
		{"article", &run->joined, SY_CALIBRATE_PARTS, NULL}, {"word", &run->rows, SY_CALIBRATE_HALVES, NULL}};
	const struct fitted requests = {"request", &run->requests, SY_CALIBRATE_HALVES, NULL};
	int err = 0;

	for (int kind = 0; kind < SY_HEARD_KINDS && !err; kind++) {
		const bool words = kind == SY_HEARD_AS_WORDS;
		err = say_fitted(report, &(struct fitted){kinds[kind], &run->results[kind],
						 words ? SY_CALIBRATE_PARTS : SY_CALIBRATE_HALVES, run->ranges[kind]});
	}
	for (size_t i = 0; i < sizeof others / sizeof *others && !err; i++)
		err = say_fitted(report, &others[i]);
	report->accept = run->let_through;
	return err ? err : say_fitted(report, &requests);
}

int sy_calibrate_report(const struct sy_calibration_run *run, const char *plots, bool json)
{
	const struct sy_costs usual = SY_COSTS_USUAL;
	struct report report = {
		.plots = plots, .all = json ? json_array() : NULL, .accept = sy_costs_thresholds(&usual).accept};
	int err = plots && mkdir(plots, 0777) != 0 && errno != EEXIST ? errno : 0;

	if (!json)
		printf("%-9s %-9s %6s %6s %11s %16s %16s\n", "what", "set", "n", "AUC", "calibration",
			"right let through", "wrong let through");
	if (!err)
		err = say_all(run, &report);
	if (!err && json && (json_dumpf(report.all, stdout, JSON_INDENT(1)) != 0 || putchar('\n') == EOF))
		err = EIO;
	json_decref(report.all);
	return err;
}
