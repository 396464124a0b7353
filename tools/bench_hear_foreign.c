#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tools/bench_hear_demo.h"
#include "tools/bench_hear_parts.h"
#include "tools/bench_hear_plot.h"

#define TARGET_ACCEPTED 0.5
#define TARGET_ASKED 10
#define REFUSED 0.02 /* of good commands, at the threshold that is asked about */
#define COMMANDS 240 /* spoken to the demonstration company */
#define COMMANDS_MIN 40

/* What is judged over one grammar. */
struct ground {
	const char *group;
	const struct sy_heard_set *good[3];
	size_t n_good;
	const struct sy_heard_set *foreign[3]; /* SENTENCES, OTHER, READ, in this order */
	double threshold, rival_threshold;
};

static const char *const cohorts[] = {"sentences", "single words", "read aloud"};

/* A request for a person is not foreign. */
static bool is_foreign(const struct sy_item *item)
{
	return !json_is_true(json_object_get(item->label, "says_operator"));
}

static bool is_command(const struct sy_outcome *outcome)
{
	return outcome->sentence && !outcome->person;
}

/* Below it are as many of the good commands as may be refused. */
static double threshold_of(const struct ground *ground, bool rival)
{
	size_t n = 0, room = 1;
	double *values, threshold;

	for (size_t g = 0; g < ground->n_good; g++)
		room += ground->good[g]->items.n;
	values = calloc(room, sizeof *values);
	if (!values)
		return INFINITY;
	for (size_t g = 0; g < ground->n_good; g++) {
		const struct sy_outcome *outcomes = rival ? ground->good[g]->rival : ground->good[g]->ours;
		for (size_t i = 0; outcomes && i < ground->good[g]->items.n; i++)
			if (outcomes[i].right)
				values[n++] = outcomes[i].confidence;
	}
	threshold = sy_stats_threshold(values, n, REFUSED);
	free(values);
	return threshold;
}

enum how { AT_THRESHOLD, ASKED_AT_THRESHOLD, AS_SHIPPED, ASKED_AS_SHIPPED };

static bool is_hit(const struct ground *ground, const struct sy_outcome *outcome, enum how how)
{
	const bool above = outcome->confidence >= ground->threshold;

	switch (how) {
	case AT_THRESHOLD:
		return is_command(outcome) && above;
	case ASKED_AT_THRESHOLD:
		return is_command(outcome) && !above && outcome->decision != SY_REJECT;
	case AS_SHIPPED:
		return is_command(outcome) && outcome->decision == SY_ACCEPT;
	case ASKED_AS_SHIPPED:
		return is_command(outcome) && outcome->decision == SY_CONFIRM;
	}
	return false;
}

static void count_foreign(struct sy_figure *figure, const struct ground *ground, enum how how)
{
	for (size_t f = 0; f < 3; f++)
		for (size_t i = 0; i < ground->foreign[f]->items.n; i++) {
			if (!is_foreign(&ground->foreign[f]->items.at[i]))
				continue;
			sy_figure_count(figure, cohorts[f], is_hit(ground, &ground->foreign[f]->ours[i], how));
			if (how == AT_THRESHOLD && ground->foreign[f]->rival)
				sy_figure_count_rival(figure, cohorts[f],
					ground->foreign[f]->rival[i].sentence &&
						ground->foreign[f]->rival[i].confidence >= ground->rival_threshold);
		}
}

/* Of the good commands that were heard right, those that the shipped thresholds turn down. */
static void count_refused(struct sy_figure *figure, const struct ground *ground, enum sy_decision most)
{
	for (size_t g = 0; g < ground->n_good; g++)
		for (size_t i = 0; i < ground->good[g]->items.n; i++)
			if (ground->good[g]->ours[i].right)
				sy_figure_count(figure, NULL, ground->good[g]->ours[i].decision <= most);
}

static struct sy_figure *add(
	struct sy_bench_hear *bench, const struct ground *ground, struct sy_figure begin, enum how how)
{
	struct sy_figure *figure;

	begin.group = ground->group;
	if (begin.target > 0) {
		begin.kind = SY_BENCH_AT_MOST;
		begin.each = begin.target;
	}
	figure = sy_figures_add(&bench->figures, &begin);
	count_foreign(figure, ground, how);
	return figure;
}

static void add_ground(struct sy_bench_hear *bench, struct ground *ground, const char *const *ids)
{
	struct sy_figure *figure;

	ground->threshold = threshold_of(ground, false);
	ground->rival_threshold = threshold_of(ground, true);
	figure = add(bench, ground,
		(struct sy_figure){
			.id = ids[0], .what = "accepted, at 2 % of good commands refused", .target = TARGET_ACCEPTED},
		AT_THRESHOLD);
	(void)snprintf(figure->note, sizeof figure->note, "confidence %.3f", ground->threshold);
	if (bench->plots) {
		char name[64];
		(void)snprintf(name, sizeof name, "%s.svg", ids[0]);
		sy_plot_cohorts(bench->plots, name, "Foreign speech accepted", figure);
	}
	(void)add(bench, ground, (struct sy_figure){.id = ids[1], .what = "asked back there", .target = TARGET_ASKED},
		ASKED_AT_THRESHOLD);
	(void)add(
		bench, ground, (struct sy_figure){.id = ids[2], .what = "accepted, thresholds as shipped"}, AS_SHIPPED);
	(void)add(bench, ground, (struct sy_figure){.id = ids[3], .what = "asked back, as shipped"}, ASKED_AS_SHIPPED);
	count_refused(sy_figures_add(&bench->figures, &(struct sy_figure){.group = ground->group,
							      .id = ids[4],
							      .what = "good commands turned down, as shipped"}),
		ground, SY_REJECT);
	count_refused(
		sy_figures_add(&bench->figures, &(struct sy_figure){.group = ground->group,
							.id = ids[5],
							.what = "good commands turned down or asked back, as shipped"}),
		ground, SY_CONFIRM);
}

static bool over_orders(struct sy_bench_hear *bench)
{
	static const enum sy_hearing_id ids[] = {SY_HEARING_CALL_CLEAN, SY_HEARING_CALL_18, SY_HEARING_CALL_9,
		SY_HEARING_SENTENCES, SY_HEARING_OTHER, SY_HEARING_READ, SY_HEARING_CLEAN, SY_HEARING_18, SY_HEARING_9};
	static const char *const names[] = {"foreign_coffee_accepted", "foreign_coffee_asked",
		"foreign_coffee_accepted_shipped", "foreign_coffee_asked_shipped", "coffee_refused_shipped",
		"coffee_doubted_shipped"};
	struct ground ground = {.group = "foreign speech, coffee grammar", .n_good = 3};
	const struct sy_heard_set *heard[9];
	struct sy_heard_set good[3];

	if (!sy_bench_hear_all(bench, ground.group, ids, bench->rival ? 9 : 6, heard))
		return false;
	for (size_t i = 0; i < 3; i++) {
		good[i] = *heard[i];
		good[i].rival = bench->rival ? heard[6 + i]->rival : NULL; /* the same recordings, in the same order */
		ground.good[i] = &good[i];
		ground.foreign[i] = heard[3 + i];
	}
	add_ground(bench, &ground, names);
	return true;
}

static int hear_demo(struct sy_bench_hear *bench, const struct sy_demo *demo, const struct sy_items *items,
	struct sy_heard_set *ret_hearing, struct sy_problem *why)
{
	struct sy_trial trial = {.what = "over the demonstration company",
		.items = items,
		.universals = true,
		.workers = bench->workers};

	sy_demo_listen(demo, &trial);
	*ret_hearing = (struct sy_heard_set){.items = *items, .ours = calloc(items->n + 1, sizeof *ret_hearing->ours)};
	return ret_hearing->ours ? sy_trial_run(&trial, ret_hearing->ours, why) : ENOMEM;
}

static int over_demo(struct sy_bench_hear *bench, struct sy_problem *why)
{
	static const char *const names[] = {"foreign_demo_accepted", "foreign_demo_asked",
		"foreign_demo_accepted_shipped", "foreign_demo_asked_shipped", "demo_refused_shipped",
		"demo_doubted_shipped"};
	const size_t commands = COMMANDS / bench->every > COMMANDS_MIN ? COMMANDS / bench->every : COMMANDS_MIN;
	struct ground ground = {.group = "foreign speech, demonstration grammar", .n_good = 1};
	struct sy_heard_set good = {0}, foreign[3] = {0};
	struct sy_trial trial = {.what = "commands"};
	struct sy_items items = {0};
	struct sy_demo *demo = NULL;
	char folder[512];
	int err;

	(void)snprintf(folder, sizeof folder, "%s/commands", bench->work);
	err = sy_demo_open(&demo, why);
	if (!err)
		sy_demo_listen(demo, &trial);
	if (!err)
		err = sy_demo_speak(trial.graph, folder, commands, &items, why);
	if (!err)
		err = hear_demo(bench, demo, &items, &good, why);
	for (size_t i = 0; i < 3 && !err; i++) {
		err = hear_demo(bench, demo, &bench->hearings[SY_HEARING_SENTENCES + i].items, &foreign[i], why);
		ground.foreign[i] = &foreign[i];
	}
	ground.good[0] = &good;
	if (!err)
		add_ground(bench, &ground, names);
	for (size_t i = 0; i < 3; i++)
		free(foreign[i].ours);
	free(good.ours);
	sy_items_reset(&items);
	sy_demo_close(demo);
	return err;
}

void sy_bench_hear_foreign(struct sy_bench_hear *bench)
{
	struct sy_problem why = {""};
	int err;

	if (!over_orders(bench))
		return;
	err = over_demo(bench, &why);
	if (err)
		sy_figures_skip(&bench->figures, "foreign speech, demonstration grammar", "all of it",
			why.text[0] ? why.text : strerror(err));
}
