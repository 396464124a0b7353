#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "engine/hear/recogniser.h"
#include "tools/bench_child.h"
#include "tools/bench_hear_parts.h"
#include "tools/bench_parts.h"

#define TURN_S 3
#define COLD_STARTS 5
#define LISTED 24 /* recordings of 9 dB, the hardest to search, that one program hears for its peak of memory */

static double now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static struct sy_figure *add(struct sy_bench_hear *bench, const struct sy_figure *begin, double value)
{
	struct sy_figure *figure = sy_figures_add(&bench->figures, begin);

	sy_figure_set(figure, value, NULL);
	return figure;
}

/* Peak of a fresh program that hears a list; -1: it failed. */
static double peak_mb(const struct sy_bench_hear *bench, const struct sy_items *items)
{
	char path[512];
	const char *const argv[] = {bench->sayso, "hear", "--json", "--no-universals", "--grammar",
		bench->grammars[SY_BENCH_HEAR_ORDERS], "--list", path, NULL};
	struct sy_bench_child child = {0};
	FILE *list;
	int err;

	(void)snprintf(path, sizeof path, "%s/heard", bench->work);
	list = fopen(path, "we");
	for (size_t i = 0; list && i < items->n && i < LISTED; i++)
		(void)fprintf(list, "%s\n", items->at[i].path);
	if (!list || fclose(list) != 0)
		return -1;
	err = sy_bench_child_run(argv, &child);
	sy_text_reset(&child.out);
	return err || child.status != 0 ? -1 : (double)child.max_rss_kb / 1024;
}

/* From nothing to the words of a recording, less what hearing it costs once all is loaded. */
static int cold_start(const struct sy_bench_hear *bench, const struct sy_sound *sound, double *ret_ms)
{
	struct sy_hear_job job = {.pcm = sound->pcm,
		.n = sound->n,
		.rate = sound->rate,
		.grammars = {"orders"},
		.n_grammars = 1,
		.universals = true};
	struct sy_recogniser *recogniser = NULL;
	struct sy_hypothesis heard = {0};
	const double begin = now_ms();
	double first = 0, second = 0;
	int err = sy_recogniser_sphinx_create(&recogniser, NULL);

	if (!err)
		err = sy_recogniser_load(recogniser, "orders", bench->graphs[SY_BENCH_HEAR_ORDERS], NULL);
	for (int i = 0; i < 2 && !err; i++) {
		second = now_ms();
		err = sy_recogniser_hear(recogniser, &job, &heard, NULL, NULL);
		sy_hypothesis_reset(&heard);
		first = i == 0 ? now_ms() - begin : first;
	}
	if (!err)
		*ret_ms = first - (now_ms() - second);
	sy_recogniser_destroy(recogniser);
	return err;
}

static void add_cold(struct sy_bench_hear *bench, const struct sy_item *item)
{
	struct sy_sound sound = {0};
	double least = INFINITY;
	int err = sy_item_sound(item, &sound, NULL);

	for (int i = 0; i < COLD_STARTS && !err; i++) {
		double ms;
		err = cold_start(bench, &sound, &ms);
		least = err ? least : fmin(least, ms);
	}
	sy_sound_reset(&sound);
	if (err)
		sy_figures_skip(&bench->figures, "cost", "cold start of the recogniser", strerror(err));
	else
		add(bench,
			&(struct sy_figure){
				.group = "cost", .id = "cold_ms", .what = "cold start of a recogniser", .unit = "ms"},
			least);
}

static void add_memory(struct sy_bench_hear *bench, const struct sy_items *items)
{
	const double mb = peak_mb(bench, items);
	struct sy_rival_cold cold;
	struct sy_figure *figure;

	if (mb < 0) {
		sy_figures_skip(&bench->figures, "cost", "peak of memory", "sayso hear failed");
		return;
	}
	figure = add(bench,
		&(struct sy_figure){.group = "cost",
			.id = "peak_mb",
			.what = "peak of memory, hearing orders at 9 dB",
			.unit = "MB"},
		mb);
	if (!bench->rival || sy_rival_take(bench->rival, items, NULL) != 0 ||
		sy_rival_cold(bench->rival, bench->grammars[SY_BENCH_HEAR_ORDERS], &cold, NULL) != 0)
		return;
	figure->rival_value = cold.rss_mb;
	(void)snprintf(figure->note, sizeof figure->note, "PocketSphinx's whole dictionary included");
	for (size_t i = 0; i < bench->figures.n; i++)
		if (strcmp(bench->figures.at[i].id, "cold_ms") == 0) {
			bench->figures.at[i].rival_value = 1000 * cold.wall_s;
			(void)snprintf(bench->figures.at[i].note, sizeof bench->figures.at[i].note,
				"PocketSphinx: a program that hears one order");
		}
}

/* CPU of whole turns of calls, from tools/bench. */
static void add_turns(struct sy_bench_hear *bench)
{
	struct sy_bench *turns = calloc(1, sizeof *turns);

	if (!turns)
		return;
	*turns = (struct sy_bench){
		.sayso = bench->sayso, .speech = bench->speech, .work = bench->work, .every = bench->every};
	sy_bench_turns(turns);
	for (size_t i = 0; i < turns->table.n; i++) {
		const struct sy_bench_row *row = &turns->table.rows[i];
		struct sy_figure *figure;
		if (row->skipped) {
			sy_figures_skip(&bench->figures, "cost", row->what, row->note);
			continue;
		}
		figure = add(bench,
			&(struct sy_figure){.group = "cost",
				.id = row->id,
				.what = row->what,
				.unit = row->unit,
				.kind = row->kind,
				.target = row->target},
			row->value);
		figure->ours.n = row->n;
		(void)snprintf(figure->note, sizeof figure->note, "%s", row->note);
	}
	free(turns);
}

void sy_bench_hear_cost(struct sy_bench_hear *bench)
{
	const struct sy_items_prm prm = {.folder = bench->speech, .set = "coffee", .every = bench->every};
	struct sy_items all = {0}, hard = {0};
	struct sy_problem why = {""};
	int err = sy_items_read(&prm, &all, &why);

	for (size_t i = 0; i < all.n && !err && hard.n < LISTED; i++)
		if (strstr(all.at[i].path, "/kitchen-09db/"))
			err = sy_items_add(&hard, all.at[i].path, json_incref(all.at[i].label));
	if (!err && (hard.n == 0 || !bench->graphs[SY_BENCH_HEAR_ORDERS]))
		err = sy_problem_set(&why, ENODATA, "no noisy orders, or the sample is too small");
	if (err) {
		sy_figures_skip(&bench->figures, "cost", "all of it", why.text[0] ? why.text : strerror(err));
	} else {
		add_cold(bench, &hard.at[0]);
		add_memory(bench, &hard);
		add_turns(bench);
	}
	sy_items_reset(&hard);
	sy_items_reset(&all);
}

void sy_bench_hear_speed(struct sy_bench_hear *bench)
{
	static const struct {
		enum sy_hearing_id id;
		const char *name, *what;
	} rows[] = {{SY_HEARING_CLEAN, "cpu_clean", "CPU of a second of orders, quiet, same grammar"},
		{SY_HEARING_18, "cpu_18", "CPU of a second of orders, 18 dB, same grammar"},
		{SY_HEARING_9, "cpu_9", "CPU of a second of orders, 9 dB, same grammar"},
		{SY_HEARING_CALL_9, "cpu_call_9", "CPU of a second of orders, 9 dB, with the universals"}};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct sy_heard_set *heard = &bench->hearings[rows[i].id];
		struct sy_figure *figure;
		double xrt;
		if (!heard->done)
			continue;
		xrt = heard->cpu_s / heard->audio_s;
		figure = add(bench,
			&(struct sy_figure){.group = "speed", .id = rows[i].name, .what = rows[i].what, .unit = "ms"},
			1000 * xrt);
		figure->ours.n = heard->items.n;
		if (heard->rival)
			figure->rival_value = 1000 * heard->rival_heard.cpu_s / heard->rival_heard.audio_s;
		(void)snprintf(figure->note, sizeof figure->note, "%.4f x real time; %d s heard once: %.0f ms", xrt,
			TURN_S, 1000 * TURN_S * xrt);
	}
}
