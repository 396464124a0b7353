#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/bench_hear_parts.h"

static bool is_of(const json_t *label, const char *folder)
{
	const char *file = json_string_value(json_object_get(label, "file"));

	return file && strncmp(file, folder, strlen(folder)) == 0;
}

static bool is_clean(const json_t *label)
{
	return is_of(label, "clean/");
}

static bool is_18(const json_t *label)
{
	return is_of(label, "kitchen-18db/");
}

static bool is_9(const json_t *label)
{
	return is_of(label, "kitchen-09db/");
}

static bool is_read(const json_t *label)
{
	return is_of(label, "read/");
}

static bool is_sentence(const json_t *label)
{
	const char *kind = json_string_value(json_object_get(label, "kind"));

	return kind && strstr(kind, "-in-sentence");
}

static bool is_word(const json_t *label)
{
	return !is_sentence(label);
}

static const struct {
	const char *what;
	const char *set;
	bool (*wanted)(const json_t *label);
	int grammar;
	bool universals;
	bool rival;
} hearings[SY_HEARINGS] = {
	[SY_HEARING_CLEAN] = {"orders, quiet", "coffee", is_clean, SY_BENCH_HEAR_ORDERS, false, true},
	[SY_HEARING_18] = {"orders, 18 dB", "coffee", is_18, SY_BENCH_HEAR_ORDERS, false, true},
	[SY_HEARING_9] = {"orders, 9 dB", "coffee", is_9, SY_BENCH_HEAR_ORDERS, false, true},
	[SY_HEARING_CALL_CLEAN] = {"orders in a call, quiet", "coffee", is_clean, SY_BENCH_HEAR_ORDERS, true, false},
	[SY_HEARING_CALL_18] = {"orders in a call, 18 dB", "coffee", is_18, SY_BENCH_HEAR_ORDERS, true, false},
	[SY_HEARING_CALL_9] = {"orders in a call, 9 dB", "coffee", is_9, SY_BENCH_HEAR_ORDERS, true, false},
	[SY_HEARING_DIGITS] = {"digits", "digits", NULL, SY_BENCH_HEAR_DIGIT, false, true},
	[SY_HEARING_CALL_DIGITS] = {"digits in a call", "digits", NULL, SY_BENCH_HEAR_DIGIT, true, false},
	[SY_HEARING_WORDS] = {"words", "operator", is_word, SY_BENCH_HEAR_ORDERS, true, false},
	[SY_HEARING_SENTENCES] = {"sentences", "operator", is_sentence, SY_BENCH_HEAR_ORDERS, true, true},
	[SY_HEARING_OTHER] = {"other words", "other", NULL, SY_BENCH_HEAR_ORDERS, true, true},
	[SY_HEARING_READ] = {"sentences read", "wide", is_read, SY_BENCH_HEAR_ORDERS, true, true},
};

static void keep_held_out(struct sy_items *items)
{
	size_t n = 0;

	for (size_t i = 0; i < items->n; i++) {
		const struct sy_item swap = items->at[n];
		if (!items->at[i].held_out)
			continue;
		items->at[n++] = items->at[i];
		items->at[i] = swap;
	}
	for (size_t i = n; i < items->n; i++) {
		free(items->at[i].path);
		json_decref(items->at[i].label);
	}
	items->n = n;
}

static int read_items(
	struct sy_bench_hear *bench, enum sy_hearing_id id, struct sy_items *items, struct sy_problem *why)
{
	const struct sy_items_prm prm = {
		.folder = bench->speech, .set = hearings[id].set, .every = bench->every, .wanted = hearings[id].wanted};
	const bool orders = strcmp(prm.set, "coffee") == 0;
	int err = sy_items_read(&prm, items, why);

	if (!err && orders)
		err = sy_items_hold_out(bench->speech, items, why);
	if (!err && orders && bench->held_out)
		keep_held_out(items);
	if (!err && items->n == 0)
		err = sy_problem_set(why, ENODATA, "no recordings of %s in %s, or the sample is too small",
			hearings[id].what, prm.folder);
	return err;
}

static int hear_rival(
	struct sy_bench_hear *bench, enum sy_hearing_id id, struct sy_heard_set *hearing, struct sy_problem *why)
{
	int err = sy_rival_take(bench->rival, &hearing->items, why);

	if (err)
		return err;
	hearing->rival = calloc(hearing->items.n, sizeof *hearing->rival);
	if (!hearing->rival)
		return ENOMEM;
	return sy_rival_hear(
		bench->rival, bench->grammars[hearings[id].grammar], hearing->rival, &hearing->rival_heard, why);
}

static int hear(
	struct sy_bench_hear *bench, enum sy_hearing_id id, struct sy_heard_set *hearing, struct sy_problem *why)
{
	struct sy_trial trial = {.what = hearings[id].what,
		.items = &hearing->items,
		.graph = bench->graphs[hearings[id].grammar],
		.universals = hearings[id].universals,
		.workers = bench->workers};
	int err = read_items(bench, id, &hearing->items, why);

	if (!err && !trial.graph)
		err = sy_problem_set(why, ENOENT, "no %s", bench->grammars[hearings[id].grammar]);
	hearing->ours = err ? NULL : calloc(hearing->items.n, sizeof *hearing->ours);
	if (!err && !hearing->ours)
		err = ENOMEM;
	if (!err)
		err = sy_trial_run(&trial, hearing->ours, why);
	if (!err && hearings[id].rival && bench->rival)
		err = hear_rival(bench, id, hearing, why);
	for (size_t i = 0; !err && i < hearing->items.n; i++) {
		hearing->cpu_s += hearing->ours[i].cpu_ms / 1000;
		hearing->audio_s += hearing->ours[i].audio_s;
	}
	return err;
}

static void reset(struct sy_heard_set *hearing)
{
	sy_items_reset(&hearing->items);
	free(hearing->ours);
	free(hearing->rival);
	*hearing = (struct sy_heard_set){0};
}

int sy_bench_hear_get(struct sy_bench_hear *bench, enum sy_hearing_id id, const struct sy_heard_set **ret_hearing,
	struct sy_problem *why)
{
	struct sy_heard_set *hearing = &bench->hearings[id];
	int err = hearing->done ? 0 : hear(bench, id, hearing, why);

	if (err) {
		reset(hearing);
		return err;
	}
	hearing->done = true;
	*ret_hearing = hearing;
	return 0;
}

bool sy_bench_hear_all(struct sy_bench_hear *bench, const char *group, const enum sy_hearing_id *ids, size_t n,
	const struct sy_heard_set **ret_hearings)
{
	struct sy_problem why = {""};
	int err = 0;

	for (size_t i = 0; i < n && !err; i++)
		err = sy_bench_hear_get(bench, ids[i], &ret_hearings[i], &why);
	if (err)
		sy_figures_skip(&bench->figures, group, "all of it", why.text[0] ? why.text : strerror(err));
	return !err;
}

void sy_bench_hear_forget(struct sy_bench_hear *bench)
{
	for (size_t i = 0; i < SY_HEARINGS; i++)
		reset(&bench->hearings[i]);
}
