#include <stdlib.h>
#include <string.h>

#include "tools/bench_hear_parts.h"
#include "tools/bench_hear_plot.h"

#define TARGET_ALONE 98.5
#define TARGET_SENTENCE 97
#define TARGET_EACH 95 /* native and not, landline, cell and speakerphone */
#define TARGET_FALSE 1

static bool handed_over(const struct sy_outcome *outcome)
{
	return outcome->person && outcome->decision == SY_ACCEPT;
}

static bool handed_over_or_asked(const struct sy_outcome *outcome)
{
	return outcome->person && outcome->decision != SY_REJECT;
}

typedef bool hit_fn(const struct sy_outcome *outcome);

/* Those of one hearing that do, or do not, say "operator". */
static void count(struct sy_figure *figure, const struct sy_heard_set *hearing, bool says, hit_fn *hit)
{
	for (size_t i = 0; i < hearing->items.n; i++) {
		const struct sy_item *item = &hearing->items.at[i];
		const bool is_hit = hit(&hearing->ours[i]);
		if (json_is_true(json_object_get(item->label, "says_operator")) != says)
			continue;
		sy_figure_count(figure, sy_item_text(item, "line"), is_hit);
		sy_figure_cohort_count(figure, sy_item_text(item, "accent"), is_hit);
	}
}

static void count_rival(
	struct sy_figure *figure, const struct sy_items *items, const struct sy_outcome *spotted, bool says)
{
	for (size_t i = 0; i < items->n; i++) {
		const struct sy_item *item = &items->at[i];
		if (json_is_true(json_object_get(item->label, "says_operator")) != says)
			continue;
		sy_figure_count_rival(figure, sy_item_text(item, "line"), spotted[i].person);
		sy_figure_cohort_count_rival(figure, sy_item_text(item, "accent"), spotted[i].person);
	}
}

static size_t false_alarms(const struct sy_items *items, const struct sy_outcome *spotted, size_t *of)
{
	size_t n = 0;

	for (size_t i = 0; i < items->n; i++)
		if (!json_is_true(json_object_get(items->at[i].label, "says_operator"))) {
			n += spotted[i].person;
			(*of)++;
		}
	return n;
}

/* "operator" spotted by PocketSphinx in one list at one threshold. */
static struct sy_outcome *spot(
	struct sy_rival *rival, const struct sy_items *items, const char *threshold, struct sy_problem *why)
{
	struct sy_outcome *spotted = calloc(items->n, sizeof *spotted);

	if (spotted && sy_rival_take(rival, items, why) == 0 &&
		sy_rival_spot(rival, "operator", threshold, spotted, why) == 0)
		return spotted;
	free(spotted);
	return NULL;
}

/*
 * PocketSphinx's spotter has no threshold of its own that would do: the most open one of these at which it still makes
 * no more false alarms than we may.
 */
static void compare(
	struct sy_bench_hear *bench, const struct sy_heard_set *const *heard, struct sy_figure *const *figures)
{
	static const char *const thresholds[] = {"1e-5", "1e-10", "1e-15", "1e-20", "1e-25", "1e-30"};
	struct sy_outcome *best[2] = {NULL, NULL};
	const char *chosen = NULL;
	struct sy_problem why = {""};

	for (size_t t = 0; t < sizeof thresholds / sizeof *thresholds; t++) {
		struct sy_outcome *spotted[2] = {NULL, NULL};
		size_t of = 0, n = 0;
		for (size_t i = 0; i < 2; i++) {
			spotted[i] = spot(bench->rival, &heard[i]->items, thresholds[t], &why);
			n += spotted[i] ? false_alarms(&heard[i]->items, spotted[i], &of) : 0;
		}
		const bool good = spotted[0] && spotted[1] && (!chosen || 100 * n <= TARGET_FALSE * of);
		for (size_t i = 0; i < 2; i++) {
			free(good ? best[i] : spotted[i]);
			best[i] = good ? spotted[i] : best[i];
		}
		if (!good)
			break;
		chosen = thresholds[t];
	}
	for (size_t i = 0; i < 2 && chosen; i++) {
		count_rival(figures[i], &heard[i]->items, best[i], true);
		count_rival(figures[2], &heard[i]->items, best[i], false);
		(void)snprintf(figures[i]->note, sizeof figures[i]->note, "PocketSphinx: keyphrase \"operator\" at %s",
			chosen);
	}
	free(best[0]);
	free(best[1]);
}

static void count_all(struct sy_figure *figure, const struct sy_heard_set *hearing, const char *cohort_key)
{
	for (size_t i = 0; i < hearing->items.n; i++)
		sy_figure_count(
			figure, sy_item_text(&hearing->items.at[i], cohort_key), handed_over(&hearing->ours[i]));
}

void sy_bench_hear_person(struct sy_bench_hear *bench)
{
	static const enum sy_hearing_id ids[] = {
		SY_HEARING_WORDS, SY_HEARING_SENTENCES, SY_HEARING_CALL_DIGITS, SY_HEARING_OTHER};
	static const struct sy_figure begins[] = {{.group = "a person",
							  .id = "operator_alone",
							  .what = "\"operator\" alone, handed over",
							  .kind = SY_BENCH_AT_LEAST,
							  .target = TARGET_ALONE,
							  .each = TARGET_EACH},
		{.group = "a person",
			.id = "operator_sentence",
			.what = "\"operator\" in a sentence, handed over",
			.kind = SY_BENCH_AT_LEAST,
			.target = TARGET_SENTENCE,
			.each = TARGET_EACH},
		{.group = "a person",
			.id = "false_alarms",
			.what = "other words and sentences of the same callers",
			.kind = SY_BENCH_AT_MOST,
			.target = TARGET_FALSE},
		{.group = "a person",
			.id = "false_alarms_digits",
			.what = "digits handed over, by speaker",
			.kind = SY_BENCH_AT_MOST,
			.target = TARGET_FALSE},
		{.group = "a person",
			.id = "false_alarms_other",
			.what = "other single words handed over",
			.kind = SY_BENCH_AT_MOST,
			.target = TARGET_FALSE},
		{.group = "a person",
			.id = "operator_alone_asked",
			.what = "\"operator\" alone, handed over or asked back"},
		{.group = "a person",
			.id = "operator_sentence_asked",
			.what = "\"operator\" in a sentence, handed over or asked back"}};
	struct sy_figure *figures[sizeof begins / sizeof *begins];
	const struct sy_heard_set *heard[4];

	if (!sy_bench_hear_all(bench, "a person", ids, 4, heard))
		return;
	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
		figures[i] = sy_figures_add(&bench->figures, &begins[i]);
	for (size_t i = 0; i < 2; i++) {
		count(figures[i], heard[i], true, handed_over);
		count(figures[2], heard[i], false, handed_over);
		count(figures[5 + i], heard[i], true, handed_over_or_asked);
	}
	count_all(figures[3], heard[2], "speaker");
	count_all(figures[4], heard[3], "transcript");
	if (bench->rival)
		compare(bench, heard, figures);
	if (bench->plots) {
		sy_plot_cohorts(bench->plots, "operator-alone.svg", "\"Operator\" alone, handed over", figures[0]);
		sy_plot_cohorts(bench->plots, "operator-in-a-sentence.svg", "\"Operator\" in a sentence, handed over",
			figures[1]);
		sy_plot_cohorts(bench->plots, "false-alarms.svg", "Handed over without having asked", figures[2]);
	}
}
