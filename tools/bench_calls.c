#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "audio/bridge_script.h"
#include "audio/talk.h"
#include "audio/wav.h"
#include "engine/run/session.h"
#include "tools/bench_child.h"
#include "tools/bench_parts.h"
#include "tools/bench_span.h"

#define TALKS SAYSO_SOURCE_DIR "/tests/talk"
#define MINUTE SAYSO_SOURCE_DIR "/tools/bench_minute.yaml"
/* What counts as a turn of 3 s. */
#define TURN_MIN_MS 2500
#define TURN_MAX_MS 3500
#define TURNS_A_SET 30

/* What all calls together showed. */
struct shown {
	struct sy_bench_values
		cpu_ms; /* of a recorded turn, from the end of the prompt before it to that of the answer */
	struct sy_bench_values wait_ms;   /* from the end of a turn to the first frame of what follows */
	struct sy_bench_values digits_ms; /* the same after digits that might have gone on */
	/* of the call that is running */
	double prompt_end_ms; /* CPU time when the last prompt had ended */
	int64_t turn_end_ms;  /* -1: nothing heard that has not been answered */
	bool digits;
};

static double cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static void on_event(const struct sy_event *event, void *arg)
{
	struct shown *shown = arg;

	if (event->kind == SY_EVENT_HEARD) {
		shown->turn_end_ms = event->turn_end_ms;
		shown->digits = sy_event_open_number(event);
	}
	if (event->kind != SY_EVENT_SAY)
		return;
	if (shown->turn_end_ms >= 0 && event->t_ms >= shown->turn_end_ms) {
		sy_bench_value(shown->digits ? &shown->digits_ms : &shown->wait_ms,
			(double)(event->t_ms - shown->turn_end_ms));
		sy_bench_value(&shown->cpu_ms, cpu_ms() - shown->prompt_end_ms);
		shown->turn_end_ms = -1;
	}
	shown->prompt_end_ms = cpu_ms();
}

static int hold(struct sy_session *session, struct sy_talk *talk, struct shown *shown)
{
	struct sy_bridge *bridge = NULL;
	struct sy_session_call call = {.case_key = "12345", .now = talk->now, .event = on_event, .arg = shown};
	struct sy_problem why = {0};
	int err = sy_bridge_script_create(talk, &bridge, &why);

	shown->turn_end_ms = -1;
	shown->prompt_end_ms = cpu_ms();
	call.bridge = bridge;
	if (!err)
		err = sy_session_run(session, &call, &why);
	if (err)
		(void)fprintf(stderr, "bench: %s: %s\n", talk->name, why.text[0] ? why.text : strerror(err));
	sy_bridge_destroy(bridge);
	return err;
}

static int hold_script(struct sy_session *session, const char *path, struct shown *shown)
{
	struct sy_talk *talk = NULL;
	int err = sy_talk_load(path, &talk, NULL);

	if (!err)
		err = hold(session, talk, shown);
	sy_talk_destroy(talk);
	return err;
}

/* Recordings of one set, as one turn of a call each. */
struct turns {
	const struct sy_bench *bench;
	struct sy_session *session;
	struct shown *shown;
	size_t n;
};

/* The stretch of `path` in which the quiet recording of the same order has its speech, if that is about 3 s long. */
static int cut_turn(const struct sy_bench *bench, const char *path, const char *target)
{
	const char *name = strrchr(path, '/');
	struct sy_sound quiet = {0}, sound = {0}, cut;
	char clean[4096];
	size_t begin, end;
	int err;

	(void)snprintf(clean, sizeof clean, "%s/coffee/clean%s", bench->speech, name ? name : path);
	err = sy_wav_read(clean, SY_RATE_LINE, &quiet, NULL);
	if (!err)
		err = sy_wav_read(path, SY_RATE_LINE, &sound, NULL);
	if (!err) {
		sy_bench_span(&quiet, &begin, &end);
		end = end < sound.n ? end : sound.n;
		cut = (struct sy_sound){.rate = sound.rate, .n = end - begin, .pcm = sound.pcm + begin};
		err = end <= begin || sy_sound_ms(&cut) < TURN_MIN_MS || sy_sound_ms(&cut) > TURN_MAX_MS
			      ? ERANGE
			      : sy_wav_write(target, &cut, NULL);
	}
	sy_sound_reset(&quiet);
	sy_sound_reset(&sound);
	return err;
}

static void hold_order(const json_t *label, const char *path, void *arg)
{
	struct turns *turns = arg;
	struct sy_talk *talk = NULL;
	char script[1024], cut[512];

	(void)label;
	(void)snprintf(cut, sizeof cut, "%s/turn.wav", turns->bench->work);
	if (turns->n == TURNS_A_SET || cut_turn(turns->bench, path, cut) != 0)
		return;
	(void)snprintf(script, sizeof script, "name: an order\nturns:\n  - wav: \"%s\"\n  - hang_up: true\n", cut);
	if (sy_talk_load_bytes("order", script, strlen(script), &talk, NULL) == 0 &&
		hold(turns->session, talk, turns->shown) == 0)
		turns->n++;
	sy_talk_destroy(talk);
}

/* Recordings of one kind, and what their CPU is reported as. */
struct cpu_rows {
	const char *set;
	struct sy_bench_row mean, p95;
	const char *note;
};

/* The first as the base is on its first day: nothing has been said, no grammar compiled. */
static const struct cpu_rows cpu_rows[] = {
	{.set = "clean",
		.mean = {.id = "turn_first_mean_ms", .what = "CPU of a 3 s turn, quiet, first day, mean"},
		.p95 = {.id = "turn_first_p95_ms", .what = "CPU of a 3 s turn, quiet, first day, 95 of 100"},
		.note = "clean, as below, and every sentence synthesised, every grammar compiled"},
	{.set = "clean",
		.mean = {.id = "turn_clean_mean_ms",
			.what = "CPU of a 3 s turn, quiet, mean",
			.kind = SY_BENCH_AT_MOST,
			.target = 70},
		.p95 = {.id = "turn_clean_p95_ms", .what = "CPU of a 3 s turn, quiet, 95 of 100"},
		.note = "clean, early decodes, confidence, the answer's voice and its playing included; what can be "
			"said "
			"without a value was said at publish"},
	{.set = "kitchen-18db",
		.mean = {.id = "turn_noisy_mean_ms",
			.what = "CPU of a 3 s turn, kitchen noise, mean",
			.kind = SY_BENCH_AT_MOST,
			.target = 150},
		.p95 = {.id = "turn_noisy_p95_ms", .what = "CPU of a 3 s turn, kitchen noise, 95 of 100"},
		.note = "kitchen-18db, all as in quiet"},
};

static void add_cpu(
	struct sy_bench *bench, struct sy_session *session, const struct cpu_rows *rows, struct shown *shown)
{
	struct turns turns = {.bench = bench, .session = session, .shown = shown};
	struct sy_bench_row mean = rows->mean, p95 = rows->p95;

	shown->cpu_ms.n = 0;
	sy_bench_doing(mean.what);
	if (sy_bench_orders(bench, rows->set, hold_order, &turns) != 0 || shown->cpu_ms.n == 0) {
		sy_bench_skip(&bench->table, mean.id, mean.what,
			"no recorded orders of about 3 s; set SAYSO_SPEECH to their folder");
		return;
	}
	mean.n = p95.n = shown->cpu_ms.n;
	mean.unit = p95.unit = "ms";
	mean.value = sy_bench_mean(&shown->cpu_ms);
	p95.value = sy_bench_quantile(&shown->cpu_ms, 0.95);
	(void)snprintf(mean.note, sizeof mean.note, "%s", rows->note);
	sy_bench_add(&bench->table, &mean);
	sy_bench_add(&bench->table, &p95);
}

/* As an editor leaves a base: what calls may say is spoken and kept. */
static void publish(struct sy_bench *bench)
{
	const char *const argv[] = {bench->sayso, "kb", "publish", NULL};
	struct sy_bench_child child = {0};
	struct sy_bench_row row = {.id = "publish_s",
		.what = "publish, every sentence spoken and kept",
		.unit = "s",
		.kind = SY_BENCH_NO_TARGET,
		.n = 1};

	sy_bench_doing(row.what);
	if (sy_bench_child_run(argv, &child) != 0 || child.status != 0)
		sy_bench_skip(&bench->table, row.id, row.what, "sayso kb publish failed");
	else
		row.value = child.wall_s;
	if (row.value > 0)
		sy_bench_add(&bench->table, &row);
	sy_text_reset(&child.out);
}

/* The talk tests' scripts, every so many; how each goes is those tests' business. */
static void hold_scripts(const struct sy_bench *bench, struct sy_session *session, struct shown *shown)
{
	size_t i = 0;

	DIR *folder = opendir(TALKS);
	struct dirent *entry;
	char path[4096];

	while (folder && (entry = readdir(folder))) {
		const char *dot = strrchr(entry->d_name, '.');
		(void)snprintf(path, sizeof path, TALKS "/%s", entry->d_name);
		if (dot && strcmp(dot, ".yaml") == 0 && i++ % bench->every == 0)
			(void)hold_script(session, path, shown);
	}
	if (folder)
		(void)closedir(folder);
}

static void add_waits(struct sy_bench *bench, struct shown *shown)
{
	struct sy_bench_row row = {.id = "wait_p95_s",
		.what = "end of a turn to the answer, 95 of 100",
		.unit = "s",
		.kind = SY_BENCH_AT_MOST,
		.target = 0.8,
		.n = shown->wait_ms.n};

	if (shown->wait_ms.n == 0) {
		sy_bench_skip(&bench->table, row.id, row.what, "no turn was answered");
		return;
	}
	row.value = sy_bench_quantile(&shown->wait_ms, 0.95) / 1000;
	(void)snprintf(row.note, sizeof row.note, "virtual clock, all calls of this run; worst %.2f",
		shown->wait_ms.at[shown->wait_ms.n - 1] / 1000);
	sy_bench_add(&bench->table, &row);
	row = (struct sy_bench_row){.id = "wait_p50_s",
		.what = "end of a turn to the answer, median",
		.unit = "s",
		.n = shown->wait_ms.n,
		.value = sy_bench_quantile(&shown->wait_ms, 0.5) / 1000};
	sy_bench_add(&bench->table, &row);
	if (shown->digits_ms.n == 0)
		return;
	row = (struct sy_bench_row){.id = "wait_digits_p95_s",
		.what = "the same after digits of any number, 95 of 100",
		.unit = "s",
		.n = shown->digits_ms.n,
		.value = sy_bench_quantile(&shown->digits_ms, 0.95) / 1000};
	(void)snprintf(row.note, sizeof row.note, "waits on purpose: more might come");
	sy_bench_add(&bench->table, &row);
}

/* The first call opens the recogniser and is not counted. */
static int open_session(struct shown *shown, struct sy_session **ret_session, struct sy_problem *why)
{
	struct sy_session *session = NULL;
	int err = shown ? sy_session_open(NULL, &session, why) : ENOMEM;

	if (!err)
		err = hold_script(session, MINUTE, shown);
	if (err)
		sy_session_close(session);
	else
		*ret_session = session;
	return err;
}

static void hold_calls(struct sy_bench *bench, bool scripts)
{
	struct shown *shown = calloc(1, sizeof *shown);
	struct sy_session *session = NULL;
	struct sy_problem why = {0};
	int err = open_session(shown, &session, &why);

	if (err) {
		sy_bench_skip(&bench->table, "turn_clean_mean_ms", "CPU of a 3 s turn",
			why.text[0] ? why.text : strerror(err));
	} else {
		add_cpu(bench, session, &cpu_rows[0], shown);
		publish(bench);
		add_cpu(bench, session, &cpu_rows[1], shown);
		add_cpu(bench, session, &cpu_rows[2], shown);
	}
	if (!err && scripts) {
		sy_bench_doing("calls of the talk tests");
		hold_scripts(bench, session, shown);
		add_waits(bench, shown);
	}
	sy_session_close(session);
	free(shown);
}

void sy_bench_calls(struct sy_bench *bench)
{
	hold_calls(bench, true);
}

void sy_bench_turns(struct sy_bench *bench)
{
	hold_calls(bench, false);
}
