#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/bench_child.h"
#include "tools/bench_hear_demo.h"
#include "tools/bench_hear_parts.h"
#include "tools/bench_hear_plot.h"

#define NATURAL SAYSO_SOURCE_DIR "/tests/natural"
#define BENCH_WORDING SAYSO_SOURCE_DIR "/tools/bench-wording"
#define TARGET_INSIDE 91.5
#define TARGET_OUTSIDE 60
#define TARGET_MS 1
#define TARGET_NATURAL 92
#define TARGET_WRONG 2
#define LINE_BYTES 4096

/* A line of tools/bench-wording. */
struct wording {
	size_t asked, outside;
	double right, wrong, down, ms;
};

static bool read_line(const char *line, struct wording *wording)
{
	char file[128], part[64];

	return sscanf(line, "%127s %63s %zu %lf %lf %zu %lf %*f %lf", file, part, &wording->asked, &wording->right,
		       &wording->wrong, &wording->outside, &wording->down, &wording->ms) == 8;
}

static struct sy_share share_of(double per_cent, size_t n)
{
	return (struct sy_share){(size_t)(per_cent * (double)n / 100 + 0.5), n};
}

/* All parts of the files together. */
static bool read_wording(const char *printed, struct sy_share *right, struct sy_share *down, double *ret_ms)
{
	*right = *down = (struct sy_share){0, 0};
	for (const char *line = printed; line && *line; line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		struct wording wording;
		if (!read_line(line, &wording))
			continue;
		const struct sy_share inside = share_of(wording.right, wording.asked),
				      outside = share_of(wording.down, wording.outside);
		right->k += inside.k;
		right->n += inside.n;
		down->k += outside.k;
		down->n += outside.n;
		*ret_ms = wording.ms;
	}
	return right->n > 0;
}

static void add_wording(
	struct sy_bench_hear *bench, const struct sy_share *right, const struct sy_share *down, double ms)
{
	static const struct sy_figure begins[] = {{.group = "wording, as text",
							  .id = "wording_right",
							  .what = "questions inside, right article",
							  .kind = SY_BENCH_AT_LEAST,
							  .target = TARGET_INSIDE},
		{.group = "wording, as text",
			.id = "wording_down",
			.what = "questions outside, turned down",
			.kind = SY_BENCH_AT_LEAST,
			.target = TARGET_OUTSIDE},
		{.group = "wording, as text",
			.id = "wording_ms",
			.what = "time of a question",
			.unit = "ms",
			.kind = SY_BENCH_AT_MOST,
			.target = TARGET_MS}};
	struct sy_figure *figure;

	sy_figures_add(&bench->figures, &begins[0])->ours = *right;
	sy_figures_add(&bench->figures, &begins[1])->ours = *down;
	figure = sy_figures_add(&bench->figures, &begins[2]);
	sy_figure_set(figure, ms, NULL);
	figure->ours.n = right->n + down->n;
}

void sy_bench_hear_wording(struct sy_bench_hear *bench)
{
	char phrases[LINE_BYTES], questions[LINE_BYTES];
	const char *const argv[] = {BENCH_WORDING, "--sayso", bench->sayso, "--phrases", phrases, questions, NULL};
	struct sy_bench_child child = {0};
	struct sy_share right, down;
	double ms = 0;
	const char *why = NULL;

	(void)snprintf(phrases, sizeof phrases, "%s/phrases.csv", bench->wording);
	(void)snprintf(questions, sizeof questions, "%s/tune.jsonl", bench->wording);
	if (access(phrases, R_OK) != 0 || access(questions, R_OK) != 0)
		why = "no phrases.csv and tune.jsonl; name their folder with --wording";
	else if (sy_bench_child_run(argv, &child) != 0 || child.status != 0 ||
		 !read_wording(sy_text_str(&child.out), &right, &down, &ms))
		why = "tools/bench-wording failed; run it to see why";
	if (why)
		sy_figures_skip(&bench->figures, "wording, as text", "all of it", why);
	else
		add_wording(bench, &right, &down, ms);
	sy_text_reset(&child.out);
}

/* Every so many sentences of a file. */
static int sample(const struct sy_bench_hear *bench, const char *part, char *path, size_t n)
{
	char line[LINE_BYTES], from[LINE_BYTES];
	FILE *in, *out;
	size_t i = 0;

	(void)snprintf(from, sizeof from, NATURAL "/%s.tsv", part);
	(void)snprintf(path, n, "%s/%s.tsv", bench->work, part);
	in = fopen(from, "re");
	if (!in)
		return errno;
	out = fopen(path, "we");
	while (out && fgets(line, sizeof line, in))
		if (line[0] != '#' && strchr(line, '\t') && i++ % bench->every == 0)
			(void)fputs(line, out);
	(void)fclose(in);
	return !out || fclose(out) != 0 ? EIO : 0;
}

/* The program beside this one that speaks the sentences. */
static int speaker(char *path, size_t n)
{
	char own[LINE_BYTES];
	ssize_t length = readlink("/proc/self/exe", own, sizeof own - 1);

	if (length < 0)
		return errno;
	own[length] = '\0';
	(void)snprintf(path, n, "%s/sayso-natural", dirname(own));
	return access(path, X_OK) == 0 ? 0 : errno;
}

static int speak(struct sy_bench_hear *bench, struct sy_items *items, struct sy_problem *why)
{
	char program[LINE_BYTES], folder[512], judging[512], tuning[512];
	const char *const argv[] = {program, folder, judging, tuning, NULL};
	const struct sy_items_prm prm = {.folder = bench->work, .set = "natural", .every = 1};
	struct sy_bench_child child = {0};
	int err;

	(void)snprintf(folder, sizeof folder, "%s/natural", bench->work);
	if (sample(bench, "judging", judging, sizeof judging) != 0 ||
		sample(bench, "tuning", tuning, sizeof tuning) != 0)
		return sy_problem_set(why, ENOENT, "no sentences in " NATURAL);
	if (speaker(program, sizeof program) != 0)
		return sy_problem_set(why, ENOENT, "no program sayso-natural beside this one");
	err = sy_bench_child_run(argv, &child);
	sy_text_reset(&child.out);
	if (err || child.status != 0)
		return sy_problem_set(why, EIO, "sayso-natural failed; espeak-ng may not be installed");
	return sy_items_read(&prm, items, why);
}

struct natural_figures {
	struct sy_figure *right, *either, *second, *unasked, *wrong, *person, *down;
};

static void count_natural(
	const struct natural_figures *figures, const struct sy_item *item, const struct sy_outcome *outcome)
{
	const bool answered = outcome->on == SY_ON_ARTICLE_SURE, either = outcome->on == SY_ON_ARTICLE_EITHER,
		   found = answered || either || outcome->on == SY_ON_ARTICLE_MAYBE;
	const char *line = sy_item_text(item, "line");

	sy_figure_count(figures->wrong, line, answered && !outcome->right_article);
	sy_figure_count(figures->person, line, outcome->on == SY_ON_AGENT);
	if (*sy_item_text(item, "article")) {
		sy_figure_count(figures->right, line, outcome->right_article || (either && outcome->right_second));
		sy_figure_count(figures->either, line, either && (outcome->right_article || outcome->right_second));
		sy_figure_count(figures->second, line, outcome->right_article || outcome->right_second);
		sy_figure_count(figures->unasked, line, answered && outcome->right_article);
	} else
		sy_figure_count(figures->down, NULL, !found);
}

static void add_natural(
	struct sy_bench_hear *bench, const struct sy_items *items, const struct sy_outcome *outcomes, bool judges)
{
	static const char *const groups[] = {"natural sentences, tuning part", "natural sentences, judging part"};
	static const char *const ids[2][7] = {
		{"natural_tuning_right", "natural_tuning_wrong", "natural_tuning_person", "natural_tuning_down",
			"natural_tuning_unasked", "natural_tuning_second", "natural_tuning_either"},
		{"natural_right", "natural_wrong", "natural_person", "natural_down", "natural_unasked",
			"natural_second", "natural_either"}};
	struct natural_figures figures;

	figures.right = sy_figures_add(&bench->figures, &(struct sy_figure){.group = groups[judges],
								.id = ids[judges][0],
								.what = "right article, asked back or not",
								.kind = judges ? SY_BENCH_AT_LEAST : SY_BENCH_NO_TARGET,
								.target = TARGET_NATURAL});
	figures.either = sy_figures_add(&bench->figures,
		&(struct sy_figure){
			.group = groups[judges], .id = ids[judges][6], .what = "of these in a question between two"});
	figures.second =
		sy_figures_add(&bench->figures, &(struct sy_figure){.group = groups[judges],
							.id = ids[judges][5],
							.what = "the same, or after \"no\" to the first question"});
	figures.unasked =
		sy_figures_add(&bench->figures, &(struct sy_figure){.group = groups[judges],
							.id = ids[judges][4],
							.what = "right article, answered without a question"});
	figures.wrong = sy_figures_add(&bench->figures, &(struct sy_figure){.group = groups[judges],
								.id = ids[judges][1],
								.what = "answered wrong without a question",
								.kind = judges ? SY_BENCH_AT_MOST : SY_BENCH_NO_TARGET,
								.target = TARGET_WRONG});
	figures.person = sy_figures_add(&bench->figures, &(struct sy_figure){.group = groups[judges],
								 .id = ids[judges][2],
								 .what = "handed to a person who was not asked for"});
	figures.down = sy_figures_add(
		&bench->figures, &(struct sy_figure){.group = groups[judges],
					 .id = ids[judges][3],
					 .what = "answered by no article: neither answered nor asked back"});
	for (size_t i = 0; i < items->n; i++)
		if (strcmp(sy_item_text(&items->at[i], "part"), judges ? "judging" : "tuning") == 0)
			count_natural(&figures, &items->at[i], &outcomes[i]);
	if (bench->plots && judges)
		sy_plot_cohorts(
			bench->plots, "natural.svg", "Natural sentences: right article, by line", figures.right);
}

static int hear_natural(
	struct sy_bench_hear *bench, const struct sy_demo *demo, const struct sy_items *items, struct sy_problem *why)
{
	struct sy_outcome *outcomes = calloc(items->n + 1, sizeof *outcomes);
	struct sy_trial trial = {
		.what = "natural sentences", .items = items, .universals = true, .workers = bench->workers};
	int err = outcomes ? 0 : ENOMEM;

	sy_demo_listen(demo, &trial);
	if (!err)
		err = sy_trial_run(&trial, outcomes, why);
	if (!err) {
		add_natural(bench, items, outcomes, true);
		add_natural(bench, items, outcomes, false);
	}
	free(outcomes);
	return err;
}

void sy_bench_hear_natural(struct sy_bench_hear *bench)
{
	struct sy_problem why = {""};
	struct sy_items items = {0};
	struct sy_demo *demo = NULL;
	int err = speak(bench, &items, &why);

	if (!err)
		err = sy_demo_open(&demo, &why);
	if (!err)
		err = hear_natural(bench, demo, &items, &why);
	if (err)
		sy_figures_skip(
			&bench->figures, "natural sentences", "all of it", why.text[0] ? why.text : strerror(err));
	sy_demo_close(demo);
	sy_items_reset(&items);
}
