#include "tools/bench_hear_figure.h"

#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct sy_figure *sy_figures_add(struct sy_figures *figures, const struct sy_figure *begin)
{
	struct sy_figure *figure = &figures->at[figures->n < SY_FIGURES_MAX ? figures->n++ : SY_FIGURES_MAX - 1];

	*figure = *begin;
	figure->rival_value = NAN;
	figure->range = (struct sy_interval){NAN, NAN};
	if (!figure->unit)
		figure->unit = "%";
	return figure;
}

void sy_figures_skip(struct sy_figures *figures, const char *group, const char *what, const char *why)
{
	struct sy_figure *figure = sy_figures_add(
		figures, &(struct sy_figure){.group = group, .id = group, .what = what, .skipped = true});

	(void)snprintf(figure->note, sizeof figure->note, "%s", why);
}

const struct sy_figure *sy_figures_find(const struct sy_figures *figures, const char *id)
{
	for (size_t i = 0; i < figures->n; i++)
		if (!figures->at[i].skipped && strcmp(figures->at[i].id, id) == 0)
			return &figures->at[i];
	return NULL;
}

static void add_to(struct sy_share *share, bool hit)
{
	share->k += hit;
	share->n++;
}

static struct sy_figure_cohort *cohort_of(struct sy_figure *figure, const char *name)
{
	if (!name || !*name)
		return NULL;
	for (size_t i = 0; i < figure->n_cohorts; i++)
		if (strcmp(figure->cohorts[i].name, name) == 0)
			return &figure->cohorts[i];
	if (figure->n_cohorts == SY_FIGURE_COHORTS_MAX)
		return NULL;
	(void)snprintf(figure->cohorts[figure->n_cohorts].name, sizeof figure->cohorts[0].name, "%s", name);
	return &figure->cohorts[figure->n_cohorts++];
}

void sy_figure_cohort_count(struct sy_figure *figure, const char *name, bool hit)
{
	struct sy_figure_cohort *cohort = cohort_of(figure, name);

	if (cohort)
		add_to(&cohort->ours, hit);
}

void sy_figure_count(struct sy_figure *figure, const char *cohort, bool hit)
{
	add_to(&figure->ours, hit);
	sy_figure_cohort_count(figure, cohort, hit);
}

void sy_figure_cohort_count_rival(struct sy_figure *figure, const char *name, bool hit)
{
	struct sy_figure_cohort *cohort = cohort_of(figure, name);

	if (cohort)
		add_to(&cohort->rival, hit);
}

void sy_figure_count_rival(struct sy_figure *figure, const char *cohort, bool hit)
{
	add_to(&figure->rival, hit);
	sy_figure_cohort_count_rival(figure, cohort, hit);
}

void sy_figure_set(struct sy_figure *figure, double value, const struct sy_interval *range)
{
	figure->is_value = true;
	figure->value = value;
	if (range)
		figure->range = *range;
}

static double per_cent(const struct sy_share *share)
{
	return share->n ? 100 * (double)share->k / (double)share->n : NAN;
}

double sy_figure_value(const struct sy_figure *figure)
{
	return figure->is_value ? figure->value : per_cent(&figure->ours);
}

static struct sy_interval interval_of(const struct sy_share *share)
{
	struct sy_interval interval = sy_stats_wilson(share->k, share->n);

	return (struct sy_interval){100 * interval.low, 100 * interval.high};
}

struct sy_interval sy_figure_range(const struct sy_figure *figure)
{
	return figure->is_value ? figure->range : interval_of(&figure->ours);
}

static double rival_of(const struct sy_figure *figure)
{
	return figure->is_value ? figure->rival_value : per_cent(&figure->rival);
}

static bool reaches(const struct sy_figure *figure, double value, double target)
{
	return figure->kind == SY_BENCH_AT_MOST ? value <= target : value >= target;
}

const struct sy_figure_cohort *sy_figure_worst(const struct sy_figure *figure)
{
	const struct sy_figure_cohort *worst = NULL;
	double most = 0;

	for (size_t i = 0; i < figure->n_cohorts && figure->kind != SY_BENCH_NO_TARGET; i++) {
		const struct sy_figure_cohort *cohort = &figure->cohorts[i];
		double value = per_cent(&cohort->ours), badness = figure->kind == SY_BENCH_AT_MOST ? value : -value;
		if (cohort->ours.n && (!worst || badness > most)) {
			worst = cohort;
			most = badness;
		}
	}
	return worst;
}

static bool mean_met(const struct sy_figure *figure)
{
	return figure->skipped || figure->kind == SY_BENCH_NO_TARGET ||
	       reaches(figure, sy_figure_value(figure), figure->target);
}

static bool worst_met(const struct sy_figure *figure)
{
	const struct sy_figure_cohort *worst = figure->skipped ? NULL : sy_figure_worst(figure);

	return !worst || figure->each <= 0 || reaches(figure, per_cent(&worst->ours), figure->each);
}

static const char *verdict(const struct sy_figure *figure)
{
	if (figure->kind == SY_BENCH_NO_TARGET)
		return "";
	return !mean_met(figure) ? "MISSED" : !worst_met(figure) ? "MISSED by the worst" : "good";
}

static void text_of(char *text, size_t n, double value, const struct sy_interval *range)
{
	int decimals = fabs(value) < 1 ? 3 : fabs(value) < 10 ? 2 : 1;

	if (isnan(value))
		(void)snprintf(text, n, "-");
	else if (isnan(range->low))
		(void)snprintf(text, n, "%.*f", decimals, value);
	else if (fabs(range->high) <= 1)
		(void)snprintf(text, n, "%.3f (%.3f-%.3f)", value, range->low, range->high);
	else
		(void)snprintf(text, n, "%.1f (%.1f-%.1f)", value, range->low, range->high);
}

static void print_figure(const struct sy_figure *figure)
{
	const struct sy_interval none = {NAN, NAN}, ours = sy_figure_range(figure),
				 rival = figure->is_value ? none : interval_of(&figure->rival);
	const struct sy_figure_cohort *worst = sy_figure_worst(figure);
	char mine[48], theirs[48], target[32] = "", share[48];

	if (figure->skipped) {
		(void)printf("%-56s skipped: %s\n", figure->what, figure->note);
		return;
	}
	text_of(mine, sizeof mine, sy_figure_value(figure), &ours);
	text_of(theirs, sizeof theirs, rival_of(figure), &rival);
	if (figure->kind != SY_BENCH_NO_TARGET)
		(void)snprintf(
			target, sizeof target, "%s %g", figure->kind == SY_BENCH_AT_MOST ? "<=" : ">=", figure->target);
	(void)printf("%-56s %6zu %-4s %-20s %-20s %-8s %s", figure->what, figure->ours.n, figure->unit, mine, theirs,
		target, verdict(figure));
	if (worst) {
		const struct sy_interval range = interval_of(&worst->ours);
		text_of(share, sizeof share, per_cent(&worst->ours), &range);
		(void)printf("; worst %s %s of %zu", worst->name, share, worst->ours.n);
	}
	(void)printf("%s%s\n", figure->note[0] ? "; " : "", figure->note);
}

void sy_figures_print(const struct sy_figures *figures)
{
	const char *group = "";

	(void)printf("%-56s %6s %-4s %-20s %-20s %-8s\n", "", "n", "", "Sayso (95 %)", "PocketSphinx", "to reach");
	for (size_t i = 0; i < figures->n; i++) {
		if (strcmp(group, figures->at[i].group) != 0)
			(void)printf("%s\n", figures->at[i].group);
		group = figures->at[i].group;
		print_figure(&figures->at[i]);
	}
}

static json_t *real_or_null(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

static json_t *cohorts_json(const struct sy_figure *figure)
{
	json_t *cohorts = json_array();

	for (size_t i = 0; i < figure->n_cohorts; i++) {
		const struct sy_figure_cohort *cohort = &figure->cohorts[i];
		const struct sy_interval range = interval_of(&cohort->ours);
		(void)json_array_append_new(cohorts,
			json_pack("{s:s, s:I, s:o, s:f, s:f, s:I, s:o}", "name", cohort->name, "n",
				(json_int_t)cohort->ours.n, "value", real_or_null(per_cent(&cohort->ours)), "low",
				range.low, "high", range.high, "pocketsphinx_n", (json_int_t)cohort->rival.n,
				"pocketsphinx", real_or_null(per_cent(&cohort->rival))));
	}
	return cohorts;
}

static json_t *figure_json(const struct sy_figure *figure)
{
	const struct sy_interval range = sy_figure_range(figure);
	json_t *json = json_pack("{s:s, s:s, s:s, s:s}", "group", figure->group, "id", figure->id, "what", figure->what,
		"note", figure->note);

	if (figure->skipped) {
		(void)json_object_set_new(json, "skipped", json_true());
		return json;
	}
	(void)json_object_update_new(
		json, json_pack("{s:s, s:I, s:o, s:o, s:o, s:o, s:o}", "unit", figure->unit, "n",
			      (json_int_t)figure->ours.n, "value", real_or_null(sy_figure_value(figure)), "low",
			      real_or_null(range.low), "high", real_or_null(range.high), "pocketsphinx",
			      real_or_null(rival_of(figure)), "cohorts", cohorts_json(figure)));
	if (figure->kind == SY_BENCH_NO_TARGET)
		return json;
	(void)json_object_set_new(
		json, figure->kind == SY_BENCH_AT_MOST ? "at_most" : "at_least", json_real(figure->target));
	if (figure->each > 0)
		(void)json_object_set_new(json, "each_cohort", json_real(figure->each));
	(void)json_object_set_new(json, "met", json_boolean(mean_met(figure) && worst_met(figure)));
	return json;
}

int sy_figures_print_json(const struct sy_figures *figures)
{
	int err = 0;

	for (size_t i = 0; i < figures->n && !err; i++) {
		json_t *json = figure_json(&figures->at[i]);
		err = json && json_dumpf(json, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6)) == 0 &&
				      putchar('\n') != EOF
			      ? 0
			      : EIO;
		json_decref(json);
	}
	return err;
}

size_t sy_figures_gate(const struct sy_figures *figures, FILE *out)
{
	size_t missed = 0;

	for (size_t i = 0; i < figures->n; i++) {
		const struct sy_figure *figure = &figures->at[i];
		const struct sy_figure_cohort *worst = figure->skipped ? NULL : sy_figure_worst(figure);
		const char *sign = figure->kind == SY_BENCH_AT_MOST ? "<=" : ">=";
		if (!worst_met(figure))
			(void)fprintf(out, "gate: %s: %s is the worst with %.2f %s, to reach %s %g\n", figure->what,
				worst->name, per_cent(&worst->ours), figure->unit, sign, figure->each);
		else if (!mean_met(figure))
			(void)fprintf(out, "gate: %s: %.3g %s, to reach %s %g\n", figure->what, sy_figure_value(figure),
				figure->unit, sign, figure->target);
		missed += !worst_met(figure) || !mean_met(figure);
	}
	return missed;
}
