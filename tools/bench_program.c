#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/problem.h"
#include "tools/bench_child.h"
#include "tools/bench_parts.h"

#define STARTS 7
#define MINUTE SAYSO_SOURCE_DIR "/tools/bench_minute.yaml"
/* The line that reports a prompt comes when it has been said to its end, which on the virtual clock takes a few ms. */
#define FIRST_SAY "\"event\":\"say\""

static int write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");
	int failed;

	if (!file)
		return errno;
	failed = fputs(text, file) < 0;
	return fclose(file) != 0 || failed ? EIO : 0;
}

/* A caller who hangs up after the first prompt. */
static int greeting_script(const struct sy_bench *bench, char *ret_path, size_t n)
{
	(void)snprintf(ret_path, n, "%s/greeting.yaml", bench->work);
	return write_file(ret_path, "name: greeting\nturns:\n  - hang_up: true\n");
}

/* Seconds from exec to the first prompt, or -1. */
static double start_s(const struct sy_bench *bench, const char *script)
{
	const char *const argv[] = {bench->sayso, "call", "--json", script, NULL};
	struct sy_bench_child child = {.until = FIRST_SAY};
	double taken = sy_bench_child_run(argv, &child) == 0 ? child.until_s : -1;

	sy_text_reset(&child.out);
	return taken;
}

static void add_starts(struct sy_bench *bench, const char *script, bool cold)
{
	struct sy_bench_values values = {.n = 0};
	struct sy_bench_row row = {.id = cold ? "start_cold_s" : "start_warm_s",
		.what = cold ? "start to first prompt, prompts never spoken before" : "start to first prompt",
		.unit = "s",
		.kind = SY_BENCH_AT_MOST,
		.target = 0.3};
	char *kept = strdup(getenv("XDG_CACHE_HOME") ? getenv("XDG_CACHE_HOME") : "");

	for (int i = 0; i < STARTS && kept; i++) {
		char cache[512];
		double taken;
		(void)snprintf(cache, sizeof cache, "%s/cold-%d", bench->work, i);
		if (cold)
			(void)setenv("XDG_CACHE_HOME", cache, 1);
		taken = start_s(bench, script);
		if (taken >= 0)
			sy_bench_value(&values, taken);
	}
	if (kept)
		(void)setenv("XDG_CACHE_HOME", kept, 1);
	free(kept);
	if (values.n == 0) {
		sy_bench_skip(&bench->table, row.id, row.what, "no call could be started");
		return;
	}
	row.n = values.n;
	row.value = sy_bench_quantile(&values, 0.5);
	(void)snprintf(row.note, sizeof row.note,
		"median of exec to the end of the greeting on the virtual clock; worst %.2f", values.at[values.n - 1]);
	sy_bench_add(&bench->table, &row);
}

/* The call's length in seconds: the time of its last event. */
static double call_s(const char *events)
{
	double last = 0;

	for (const char *at = events; (at = strstr(at, "\"t_ms\":")); at++)
		last = strtod(at + strlen("\"t_ms\":"), NULL) / 1000;
	return last;
}

static void add_minute(struct sy_bench *bench)
{
	const char *const argv[] = {bench->sayso, "call", "--json", MINUTE, NULL};
	struct sy_bench_child first = {0}, child = {0};
	struct sy_bench_row row = {
		.id = "minute_s", .what = "a call of 60 s", .unit = "s", .kind = SY_BENCH_AT_MOST, .target = 3};
	double length = 0;
	int err = sy_bench_child_run(argv, &first); /* the caller's own voice is made here, and the prompts */

	if (!err)
		err = sy_bench_child_run(argv, &child);
	if (!err)
		length = call_s(sy_text_str(&child.out));
	if (err || child.status != 0 || length < 30) {
		sy_bench_skip(&bench->table, row.id, row.what, "the call of tools/bench_minute.yaml could not be held");
	} else {
		row.value = child.wall_s * 60 / length;
		(void)snprintf(row.note, sizeof row.note, "%.1f s for a call of %.0f s; %.1f s the first time",
			child.wall_s, length, first.wall_s);
		sy_bench_add(&bench->table, &row);
		row = (struct sy_bench_row){.id = "memory_mb",
			.what = "resident memory of a call, peak",
			.unit = "MB",
			.kind = SY_BENCH_AT_MOST,
			.target = 60,
			.value = (double)child.max_rss_kb / 1024};
		(void)snprintf(row.note, sizeof row.note, "%.1f MB the first time", (double)first.max_rss_kb / 1024);
		sy_bench_add(&bench->table, &row);
	}
	sy_text_reset(&first.out);
	sy_text_reset(&child.out);
}

void sy_bench_program(struct sy_bench *bench)
{
	char script[512];
	struct sy_bench_row row = {
		.id = "start_first_s", .what = "very first start, demonstration base made", .unit = "s"};

	if (greeting_script(bench, script, sizeof script) != 0) {
		sy_bench_skip(&bench->table, "start_warm_s", "start to first prompt",
			"nothing can be written to the work folder");
		return;
	}
	row.value = start_s(bench, script);
	if (row.value >= 0)
		sy_bench_add(&bench->table, &row);
	sy_bench_doing("start to first prompt");
	add_starts(bench, script, false);
	add_starts(bench, script, true);
	sy_bench_doing("a minute's call");
	add_minute(bench);
}
