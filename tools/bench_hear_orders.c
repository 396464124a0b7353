#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tools/bench_hear_parts.h"
#include "tools/bench_hear_plot.h"

/* To reach, in per cent; the last two as shares (README, "How people are heard"). */
#define TARGET_CLEAN 98.5
#define TARGET_NOISE 92
#define TARGET_DIGITS 97
#define TARGET_SPEAKER 90
#define TARGET_AUC 0.9
#define TARGET_CALIBRATION 0.05

static const char *const noises[] = {"quiet", "18 dB", "9 dB"};

static void count_orders(
	struct sy_figure *figure, const struct sy_heard_set *hearing, const char *cohort, bool held_out_only)
{
	for (size_t i = 0; i < hearing->items.n; i++) {
		if (held_out_only && !hearing->items.at[i].held_out)
			continue;
		sy_figure_count(figure, cohort, hearing->ours[i].right);
		if (hearing->rival)
			sy_figure_count_rival(figure, cohort, hearing->rival[i].right);
	}
}

static void add_orders(struct sy_bench_hear *bench, const struct sy_heard_set *const *heard, bool held_out_only)
{
	static const struct sy_figure begins[2][4] = {
		{{.group = "coffee",
			 .id = "coffee_clean",
			 .what = "orders right, quiet",
			 .kind = SY_BENCH_AT_LEAST,
			 .target = TARGET_CLEAN},
			{.group = "coffee", .id = "coffee_18", .what = "orders right, kitchen at 18 dB"},
			{.group = "coffee", .id = "coffee_9", .what = "orders right, kitchen at 9 dB"},
			{.group = "coffee",
				.id = "coffee_noise",
				.what = "orders right, mean of 18 and 9 dB",
				.kind = SY_BENCH_AT_LEAST,
				.target = TARGET_NOISE}},
		{{.group = "coffee, held out",
			 .id = "held_out_clean",
			 .what = "orders right, quiet",
			 .kind = SY_BENCH_AT_LEAST,
			 .target = TARGET_CLEAN},
			{.group = "coffee, held out", .id = "held_out_18", .what = "orders right, kitchen at 18 dB"},
			{.group = "coffee, held out", .id = "held_out_9", .what = "orders right, kitchen at 9 dB"},
			{.group = "coffee, held out",
				.id = "held_out_noise",
				.what = "orders right, mean of 18 and 9 dB",
				.kind = SY_BENCH_AT_LEAST,
				.target = TARGET_NOISE}},
	};
	const struct sy_figure *begin = begins[held_out_only];

	for (size_t i = 0; i < 3; i++)
		count_orders(sy_figures_add(&bench->figures, &begin[i]), heard[i], NULL, held_out_only);
	struct sy_figure *mean = sy_figures_add(&bench->figures, &begin[3]);
	for (size_t i = 1; i < 3; i++)
		count_orders(mean, heard[i], noises[i], held_out_only);
}

static void plot_orders(const struct sy_bench_hear *bench)
{
	static const char *const ids[2][3] = {
		{"coffee_clean", "coffee_18", "coffee_9"}, {"held_out_clean", "held_out_18", "held_out_9"}};
	struct sy_plot_bar bars[6];
	size_t n = 0;

	for (size_t part = 0; part < 2; part++)
		for (size_t i = 0; i < 3; i++) {
			const struct sy_figure *figure = sy_figures_find(&bench->figures, ids[part][i]);
			if (!figure || figure->ours.n == 0)
				continue;
			(void)snprintf(bars[n].name, sizeof bars[n].name, "%s%s", noises[i], part ? ", held out" : "");
			bars[n].ours = figure->ours;
			bars[n++].rival = figure->rival;
		}
	if (bench->plots)
		sy_plot_bars(bench->plots, "noise.svg", "Orders right, by noise", bars, n);
}

void sy_bench_hear_orders(struct sy_bench_hear *bench)
{
	static const enum sy_hearing_id ids[] = {SY_HEARING_CLEAN, SY_HEARING_18, SY_HEARING_9};
	const struct sy_heard_set *heard[3];

	if (!sy_bench_hear_all(bench, "coffee", ids, 3, heard))
		return;
	if (!bench->held_out)
		add_orders(bench, heard, false);
	add_orders(bench, heard, true);
	plot_orders(bench);
}

static size_t claims_of(const struct sy_heard_set *hearing, struct sy_claim *claims)
{
	for (size_t i = 0; i < hearing->items.n; i++)
		claims[i] = (struct sy_claim){hearing->ours[i].confidence, hearing->ours[i].right};
	return hearing->items.n;
}

static void add_claims(struct sy_bench_hear *bench, struct sy_claim *claims, size_t n)
{
	const double auc = sy_stats_auc(claims, n);
	const struct sy_interval range = sy_stats_auc_interval(auc, claims, n);
	struct sy_figure *figure;

	if (isnan(auc)) {
		sy_figures_skip(&bench->figures, "confidence", "right against wrong at 9 dB",
			"all orders of the sample were right, or all wrong");
		return;
	}
	figure = sy_figures_add(&bench->figures, &(struct sy_figure){.group = "confidence",
							 .id = "confidence_auc",
							 .what = "right against wrong at 9 dB, area under the curve",
							 .unit = "",
							 .kind = SY_BENCH_AT_LEAST,
							 .target = TARGET_AUC});
	sy_figure_set(figure, auc, &range);
	figure->ours.n = n;
	figure = sy_figures_add(&bench->figures, &(struct sy_figure){.group = "confidence",
							 .id = "confidence_error",
							 .what = "calibration error at 9 dB, 10 bins",
							 .unit = "",
							 .kind = SY_BENCH_AT_MOST,
							 .target = TARGET_CALIBRATION});
	sy_figure_set(figure, sy_stats_calibration_error(claims, n), NULL);
	figure->ours.n = n;
	if (bench->plots)
		sy_plot_reliability(
			bench->plots, "reliability.svg", "Orders in kitchen noise at 9 dB: said and right", claims, n);
}

void sy_bench_hear_confidence(struct sy_bench_hear *bench)
{
	static const enum sy_hearing_id ids[] = {SY_HEARING_9};
	const struct sy_heard_set *heard;
	struct sy_claim *claims;

	if (!sy_bench_hear_all(bench, "confidence", ids, 1, &heard))
		return;
	claims = calloc(heard->items.n, sizeof *claims);
	if (claims)
		add_claims(bench, claims, claims_of(heard, claims));
	free(claims);
}

void sy_bench_hear_digits(struct sy_bench_hear *bench)
{
	static const enum sy_hearing_id ids[] = {SY_HEARING_DIGITS};
	const struct sy_heard_set *heard;
	struct sy_figure *figure, *by_digit;

	if (!sy_bench_hear_all(bench, "digits", ids, 1, &heard))
		return;
	figure = sy_figures_add(&bench->figures, &(struct sy_figure){.group = "digits",
							 .id = "digits",
							 .what = "single digits right, by speaker",
							 .kind = SY_BENCH_AT_LEAST,
							 .target = TARGET_DIGITS,
							 .each = TARGET_SPEAKER});
	by_digit = sy_figures_add(&bench->figures,
		&(struct sy_figure){.group = "digits", .id = "digits_each", .what = "single digits right, by digit"});
	for (size_t i = 0; i < heard->items.n; i++) {
		const char *speaker = sy_item_text(&heard->items.at[i], "speaker"),
			   *digit = sy_item_text(&heard->items.at[i], "transcript");
		sy_figure_count(figure, speaker, heard->ours[i].right);
		sy_figure_count(by_digit, digit, heard->ours[i].right);
		if (!heard->rival)
			continue;
		sy_figure_count_rival(figure, speaker, heard->rival[i].right);
		sy_figure_count_rival(by_digit, digit, heard->rival[i].right);
	}
	if (bench->plots) {
		sy_plot_cohorts(bench->plots, "digits-by-speaker.svg", "Single digits right, by speaker", figure);
		sy_plot_cohorts(bench->plots, "digits-by-digit.svg", "Single digits right, by digit", by_digit);
	}
}
