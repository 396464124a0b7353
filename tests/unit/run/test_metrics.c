/* The numbers for an operator: the table, the text format, what a call's events count, and threads at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "base/yaml.h"
#include "engine/run/metrics.h"
#include "engine/run/metrics_table.h"

static bool is_name(const char *name)
{
	return *name && name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_")] == '\0';
}

/* What would need an escape in the text format: a backslash, a quote, a line break. */
static bool is_plain(const char *text)
{
	return *text && !strpbrk(text, "\\\"\n|");
}

static void check_labels(const struct sy_metric_row *row)
{
	for (size_t l = 0; l < SY_METRIC_LABELS_MAX; l++) {
		if (!row->label[l].name)
			continue;
		assert_true(is_name(row->label[l].name));
		assert_string_not_equal("le", row->label[l].name);
		for (size_t i = 0; row->label[l].values[i]; i++)
			assert_true(is_plain(row->label[l].values[i]));
	}
	assert_true(row->label[0].name || !row->label[1].name);
}

static void table_keeps_the_conventions(void **state)
{
	(void)state;
	for (size_t i = 0; i < SY_METRIC_N; i++) {
		const struct sy_metric_row *row = &sy_metric_table[i];
		size_t n = strlen(row->name);

		assert_true(!strncmp(row->name, "sayso_", 6) && is_name(row->name));
		assert_true(is_plain(row->help) && row->help[strlen(row->help) - 1] == '.');
		assert_int_equal(row->type == SY_METRIC_COUNTER, n > 6 && !strcmp(row->name + n - 6, "_total"));
		assert_int_equal(row->type == SY_METRIC_HISTOGRAM, row->bucket != NULL);
		if (row->unit)
			assert_non_null(strstr(row->name, row->unit));
		for (size_t b = 0; row->bucket && row->bucket[b] > 0; b++)
			assert_true(b < SY_METRIC_BUCKETS_MAX && (!b || row->bucket[b] > row->bucket[b - 1]));
		check_labels(row);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(row->name, sy_metric_table[k].name);
	}
}

static char *written(struct sy_metrics *metrics)
{
	struct sy_text text = {0};

	assert_int_equal(0, sy_metrics_write(metrics, &text));
	return sy_text_take(&text);
}

static void has(const char *text, const char *line)
{
	char whole[256];

	(void)snprintf(whole, sizeof whole, "\n%s\n", line);
	if (!strstr(text, whole))
		fail_msg("no line \"%s\"", line);
}

static void counters_and_gauges_are_written(void **state)
{
	struct sy_metrics *metrics;
	char *text;

	(void)state;
	assert_int_equal(0, sy_metrics_create(&metrics));
	sy_metrics_add(metrics, SY_METRIC_CALLS, &(struct sy_labels){"sip", "answered"}, 2);
	sy_metrics_add(metrics, SY_METRIC_CALLS, &(struct sy_labels){"carrier pigeon", "eaten"}, 1);
	sy_metrics_add(metrics, SY_METRIC_CALLS, NULL, 1);
	sy_metrics_set(metrics, SY_METRIC_WORKERS, NULL, 2);
	sy_metrics_add(metrics, SY_METRIC_WORKERS, NULL, -1);
	sy_metrics_set(metrics, SY_METRIC_SIP_INVITES, NULL, 7);
	sy_metrics_set(metrics, SY_METRIC_SIP_INVITES, NULL, 5); /* a counter never goes back */
	sy_metrics_highest(metrics, SY_METRIC_TICK_LATE_WORST, NULL, 0.0125);
	sy_metrics_highest(metrics, SY_METRIC_TICK_LATE_WORST, NULL, 0.002);
	text = written(metrics);
	has(text, "# HELP sayso_calls_total Calls that have ended, by how.");
	has(text, "# TYPE sayso_calls_total counter");
	has(text, "sayso_calls_total{kind=\"sip\",outcome=\"answered\"} 2");
	has(text, "sayso_calls_total{kind=\"other\",outcome=\"other\"} 2");
	has(text, "sayso_calls_total{kind=\"audiosocket\",outcome=\"error\"} 0");
	has(text, "# TYPE sayso_workers gauge");
	has(text, "sayso_workers 1");
	has(text, "sayso_sip_invites_total 7");
	has(text, "sayso_tick_late_worst_seconds 0.0125");
	has(text, "sayso_build_info{version=\"" SAYSO_VERSION "\"} 1");
	assert_true(sy_metrics_sum(metrics, SY_METRIC_CALLS) == 4);
	free(text);
	sy_metrics_destroy(metrics);
	sy_metrics_destroy(NULL);
}

static void histograms_add_up(void **state)
{
	const struct sy_labels sentence = {"sentence", NULL};
	struct sy_metrics *metrics;
	char *text;

	(void)state;
	assert_int_equal(0, sy_metrics_create(&metrics));
	sy_metrics_observe(metrics, SY_METRIC_ANSWER_SECONDS, &sentence, 0.1); /* at a bound: inside */
	sy_metrics_observe(metrics, SY_METRIC_ANSWER_SECONDS, &sentence, 0.100001);
	sy_metrics_observe(metrics, SY_METRIC_ANSWER_SECONDS, &sentence, 11);
	sy_metrics_observe(metrics, SY_METRIC_ANSWER_SECONDS, &sentence, -1);
	text = written(metrics);
	has(text, "# TYPE sayso_answer_seconds histogram");
	has(text, "sayso_answer_seconds_bucket{turn=\"sentence\",le=\"0.1\"} 2");
	has(text, "sayso_answer_seconds_bucket{turn=\"sentence\",le=\"0.2\"} 3");
	has(text, "sayso_answer_seconds_bucket{turn=\"sentence\",le=\"10\"} 3");
	has(text, "sayso_answer_seconds_bucket{turn=\"sentence\",le=\"+Inf\"} 4");
	has(text, "sayso_answer_seconds_sum{turn=\"sentence\"} 11.200001");
	has(text, "sayso_answer_seconds_count{turn=\"sentence\"} 4");
	has(text, "sayso_answer_seconds_count{turn=\"number\"} 0");
	has(text, "sayso_decode_seconds_bucket{le=\"+Inf\"} 0");
	assert_true(sy_metrics_value(metrics, SY_METRIC_ANSWER_SECONDS, &sentence) == 4);
	free(text);
	sy_metrics_destroy(metrics);
}

/* Every line is a comment or NAME[{LABELS}] VALUE, samples follow their family's HELP and TYPE, all begin with sayso_.
 */
static void format_is_prometheus(void **state)
{
	struct sy_metrics *metrics;
	char family[80] = "", *rest = NULL, *text;
	size_t families = 0;

	(void)state;
	assert_int_equal(0, sy_metrics_create(&metrics));
	text = written(metrics);
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		char *end;

		if (sscanf(line, "# TYPE %79s", family) == 1) {
			families++;
			continue;
		}
		if (line[0] == '#')
			continue;
		assert_int_equal(0, strncmp(line, family, strlen(family)));
		assert_int_equal(0, strncmp(line, "sayso_", 6));
		end = strrchr(line, ' ');
		assert_non_null(end);
		(void)strtod(end + 1, &end);
		assert_int_equal('\0', *end);
	}
	assert_int_equal(SY_METRIC_N, families);
	free(text);
	sy_metrics_destroy(metrics);
}

/* The page for operators has the table as it is. */
static void the_page_follows_the_table(void **state)
{
	struct sy_text page = {0}, table = {0};
	struct sy_problem why = {0};

	(void)state;
	assert_int_equal(0, sy_yaml_read_text(SAYSO_SOURCE_DIR "/docs/service.md", 1u << 20, &page, &why));
	assert_int_equal(0, sy_metrics_document(&table));
	for (char *row = strtok(table.s, "\n"); row; row = strtok(NULL, "\n"))
		if (!strstr(page.s, row))
			fail_msg("docs/service.md lacks this row:\n%s", row);
	sy_text_reset(&page);
	sy_text_reset(&table);
}

static void process_shows_itself(void **state)
{
	struct sy_metrics *metrics;

	(void)state;
	assert_int_equal(0, sy_metrics_create(&metrics));
	free(written(metrics));
	assert_true(sy_metrics_value(metrics, SY_METRIC_PROCESS_RESIDENT, NULL) > 100e3);
	assert_true(sy_metrics_value(metrics, SY_METRIC_PROCESS_DESCRIPTORS, NULL) >= 3);
	assert_true(sy_metrics_value(metrics, SY_METRIC_PROCESS_THREADS, NULL) >= 1);
	assert_true(sy_metrics_value(metrics, SY_METRIC_PROCESS_START, NULL) > 1.7e9);
	sy_metrics_destroy(metrics);
}

/* A process that a thread of ours began counts as a worker as long as it lives. */
static void workers_show_their_memory(void **state)
{
	struct sy_metrics *metrics;
	int hold[2];
	pid_t child;

	(void)state;
	if (access("/proc/thread-self/children", R_OK)) {
		print_message("skipped: this kernel does not list children\n");
		skip();
	}
	assert_int_equal(0, sy_metrics_create(&metrics));
	assert_int_equal(0, pipe(hold));
	child = fork();
	if (!child) {
		char end;

		(void)close(hold[1]);
		_exit(read(hold[0], &end, 1) != 0);
	}
	assert_true(child > 0);
	free(written(metrics));
	assert_true(sy_metrics_value(metrics, SY_METRIC_WORKERS_RESIDENT, NULL) > 10e3);
	(void)close(hold[0]);
	(void)close(hold[1]);
	assert_int_equal(child, waitpid(child, NULL, 0));
	free(written(metrics));
	assert_true(sy_metrics_value(metrics, SY_METRIC_WORKERS_RESIDENT, NULL) == 0);
	sy_metrics_destroy(metrics);
}

static void collect(struct sy_metrics *metrics, void *arg)
{
	int *times = arg;

	sy_metrics_set(metrics, SY_METRIC_SIP_MESSAGES, NULL, ++*times);
}

static void collectors_are_asked_each_time(void **state)
{
	struct sy_metrics *metrics;
	int times = 0, added = 0;
	char *text;

	(void)state;
	assert_int_equal(0, sy_metrics_create(&metrics));
	while (!sy_metrics_collector(metrics, collect, &times))
		added++;
	assert_int_equal(SY_METRICS_COLLECTORS_MAX - 1, added); /* one is the process's own */
	free(written(metrics));
	text = written(metrics);
	assert_int_equal(2 * added, times);
	has(text, "sayso_sip_messages_total 14");
	free(text);
	sy_metrics_destroy(metrics);
}

static char words[] = "x", account[] = "account", number[] = "314";

static double value(const struct sy_metrics *metrics, enum sy_metric which, const char *first, const char *second)
{
	return sy_metrics_value(metrics, which, &(struct sy_labels){first, second});
}

static double total_seconds(struct sy_metrics *metrics, const char *sum)
{
	char *text = written(metrics);
	char *at = strstr(text, sum);
	double seconds = at ? strtod(at + strlen(sum), NULL) : -1;

	free(text);
	return seconds;
}

/* A prompt is cut short by the caller, a turn is answered, digits are given, a person is asked for. */
static void a_call_is_counted(void **state)
{
	struct sy_hypothesis heard = {
		.text = words, .decision = SY_ACCEPT, .completeness = SY_COMPLETE, .decode_ms = 70};
	struct sy_pair pair = {account, number};
	struct sy_pairs digits = {&pair, 1};
	struct sy_metrics *metrics;
	struct sy_metrics_call call = {.kind = "sip"};
	const struct sy_event events[] = {
		{.kind = SY_EVENT_CALL},
		{.kind = SY_EVENT_SAY, .t_ms = 200, .duration_ms = 2000, .interrupted = true},
		{.kind = SY_EVENT_HEARD,
			.t_ms = 3600,
			.hypothesis = &heard,
			.turn_begin_ms = 2080,
			.turn_end_ms = 3300},
		{.kind = SY_EVENT_ANSWER, .t_ms = 3600, .article = "x"},
		{.kind = SY_EVENT_SAY, .t_ms = 3700, .duration_ms = 1000},
		{.kind = SY_EVENT_HEARD,
			.t_ms = 9000,
			.hypothesis = &heard,
			.turn_begin_ms = 5000,
			.turn_end_ms = 6000,
			.values = &digits},
		{.kind = SY_EVENT_SAY, .t_ms = 9100, .duration_ms = 1000},
		{.kind = SY_EVENT_SILENCE, .t_ms = 15000, .duration_ms = 4000},
		{.kind = SY_EVENT_KEY, .t_ms = 16000, .key = '0'},
		{.kind = SY_EVENT_HANDOFF, .t_ms = 16000, .reason = "asked"},
		{.kind = SY_EVENT_END, .t_ms = 17000, .outcome = "handoff"},
	};

	(void)state;
	assert_int_equal(0, sy_metrics_create(&metrics));
	call.metrics = metrics;
	for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
		heard.completeness = i == 5 ? SY_INCOMPLETE : SY_COMPLETE;
		sy_metrics_event(&events[i], &call);
		assert_true(
			value(metrics, SY_METRIC_CALLS_IN_PROGRESS, "sip", NULL) == (events[i].kind != SY_EVENT_END));
	}
	assert_true(value(metrics, SY_METRIC_CALLS, "sip", "handoff") == 1);
	assert_true(value(metrics, SY_METRIC_TURNS, "speech", NULL) == 2);
	assert_true(value(metrics, SY_METRIC_DECISIONS, "accept", NULL) == 2);
	assert_true(value(metrics, SY_METRIC_PROMPTS, "interrupted", NULL) == 1);
	assert_true(value(metrics, SY_METRIC_PROMPTS, "whole", NULL) == 2);
	assert_true(value(metrics, SY_METRIC_HANDOFFS, "asked", NULL) == 1);
	assert_true(value(metrics, SY_METRIC_KEYS, NULL, NULL) == 1);
	assert_true(value(metrics, SY_METRIC_SILENCES, NULL, NULL) == 1);
	assert_true(value(metrics, SY_METRIC_ANSWERS, NULL, NULL) == 1);
	assert_true(value(metrics, SY_METRIC_DECODE_SECONDS, NULL, NULL) == 2);
	assert_true(total_seconds(metrics, "sayso_first_word_seconds_sum ") == 0.2);
	assert_true(total_seconds(metrics, "sayso_barge_in_seconds_sum ") == 0.12);
	assert_true(total_seconds(metrics, "sayso_answer_seconds_sum{turn=\"sentence\"} ") == 0.4);
	assert_true(total_seconds(metrics, "sayso_answer_seconds_sum{turn=\"number\"} ") == 3.1);
	assert_true(total_seconds(metrics, "sayso_call_seconds_sum{kind=\"sip\"} ") == 17);
	sy_metrics_destroy(metrics);
}

/* Stopped by a key, or long before the turn: no barge-in by voice. A turn that stays unanswered counts no answer. */
static void what_is_no_barge_in_is_not_counted(void **state)
{
	struct sy_hypothesis heard = {.text = words};
	struct sy_metrics *metrics;
	struct sy_metrics_call call = {.kind = "sip"};
	const struct sy_event events[] = {
		{.kind = SY_EVENT_SAY, .t_ms = 0, .duration_ms = 1000, .interrupted = true},
		{.kind = SY_EVENT_KEY, .t_ms = 1000, .key = '1'},
		{.kind = SY_EVENT_HEARD, .t_ms = 3000, .hypothesis = &heard, .turn_begin_ms = 900, .turn_end_ms = 2000},
		{.kind = SY_EVENT_SILENCE, .t_ms = 4000},
		{.kind = SY_EVENT_SAY, .t_ms = 5000, .duration_ms = 1000, .interrupted = true},
		{.kind = SY_EVENT_HEARD,
			.t_ms = 9000,
			.hypothesis = &heard,
			.turn_begin_ms = 6001,
			.turn_end_ms = 8000},
	};

	(void)state;
	assert_int_equal(0, sy_metrics_create(&metrics));
	call.metrics = metrics;
	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		sy_metrics_event(&events[i], &call);
	assert_true(value(metrics, SY_METRIC_BARGE_IN_SECONDS, NULL, NULL) == 0);
	assert_true(sy_metrics_sum(metrics, SY_METRIC_ANSWER_SECONDS) == 0);
	sy_metrics_destroy(metrics);
}

#define TIMES 5000
#define THREADS 4

static void *count_much(void *arg)
{
	struct sy_metrics *metrics = arg;

	for (int i = 0; i < TIMES; i++) {
		sy_metrics_add(metrics, SY_METRIC_DROPS, &(struct sy_labels){"job", NULL}, 1);
		sy_metrics_observe(metrics, SY_METRIC_TICK_LATE_SECONDS, NULL, 0.001);
		sy_metrics_highest(metrics, SY_METRIC_TICK_LATE_WORST, NULL, i / 1e6);
	}
	return NULL;
}

static void threads_lose_nothing(void **state)
{
	pthread_t threads[THREADS];
	struct sy_metrics *metrics;

	(void)state;
	assert_int_equal(0, sy_metrics_create(&metrics));
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(0, pthread_create(&threads[i], NULL, count_much, metrics));
	free(written(metrics));
	for (int i = 0; i < THREADS; i++)
		(void)pthread_join(threads[i], NULL);
	assert_true(value(metrics, SY_METRIC_DROPS, "job", NULL) == TIMES * THREADS);
	assert_true(value(metrics, SY_METRIC_TICK_LATE_SECONDS, NULL, NULL) == TIMES * THREADS);
	assert_true(value(metrics, SY_METRIC_TICK_LATE_WORST, NULL, NULL) == (TIMES - 1) / 1e6);
	sy_metrics_destroy(metrics);
}

static void nobody_counts_nothing(void **state)
{
	(void)state;
	sy_metrics_add(NULL, SY_METRIC_KEYS, NULL, 1);
	sy_metrics_set(NULL, SY_METRIC_WORKERS, NULL, 1);
	sy_metrics_highest(NULL, SY_METRIC_TICK_LATE_WORST, NULL, 1);
	sy_metrics_observe(NULL, SY_METRIC_DECODE_SECONDS, NULL, 1);
	assert_true(sy_metrics_value(NULL, SY_METRIC_KEYS, NULL) == 0);
	assert_true(sy_metrics_sum(NULL, SY_METRIC_KEYS) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table_keeps_the_conventions),
		cmocka_unit_test(counters_and_gauges_are_written),
		cmocka_unit_test(histograms_add_up),
		cmocka_unit_test(format_is_prometheus),
		cmocka_unit_test(the_page_follows_the_table),
		cmocka_unit_test(process_shows_itself),
		cmocka_unit_test(workers_show_their_memory),
		cmocka_unit_test(collectors_are_asked_each_time),
		cmocka_unit_test(a_call_is_counted),
		cmocka_unit_test(what_is_no_barge_in_is_not_counted),
		cmocka_unit_test(threads_lose_nothing),
		cmocka_unit_test(nobody_counts_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
