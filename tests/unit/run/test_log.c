/* The log: one line each whatever is in it, nothing that callers said, floods, slow writers, and what fail2ban reads.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <regex.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "engine/run/log.h"
#include "engine/run/log_line.h"
#include "engine/run/metrics.h"

#define FILTER SAYSO_SOURCE_DIR "/tools/service/fail2ban-filter.conf"

static char folder[] = "/tmp/sayso-log-XXXXXX";
static char path[64];

static char *read_all(const char *name)
{
	struct sy_text text = {0};
	FILE *file = fopen(name, "r");
	char some[4096];
	size_t n;

	assert_non_null(file);
	while ((n = fread(some, 1, sizeof some, file)) > 0)
		assert_int_equal(0, sy_text_add_n(&text, some, n));
	(void)fclose(file);
	return text.s ? sy_text_take(&text) : strdup("");
}

static struct sy_log *begin(enum sy_log_level level, struct sy_metrics *metrics)
{
	const struct sy_log_prm prm = {.path = path, .level = level, .metrics = metrics};
	struct sy_log *log;

	(void)unlink(path);
	assert_int_equal(0, sy_log_create(&prm, &log, NULL));
	return log;
}

/* What the log wrote, without the times. */
static char *end(struct sy_log *log)
{
	char *text, *to, *from;

	sy_log_destroy(log);
	text = read_all(path);
	for (to = from = text; *from;) {
		if (!strncmp(from, "time=", 5))
			from += strcspn(from, " ") + 1;
		while (*from && (*to++ = *from++) != '\n')
			continue;
	}
	*to = '\0';
	return text;
}

static void lines_are_logfmt(void **state)
{
	struct sy_log *log = begin(SY_LOG_INFO, NULL);
	char *text;

	(void)state;
	sy_log(log, SY_LOG_INFO, "worker-died", NULL,
		SY_LOG_FIELDS(SY_LOG_WHOLE("worker", 3), SY_LOG_TEXT("by", "SIGSEGV"), SY_LOG_REAL("after", 1.26, 1)));
	sy_log(log, SY_LOG_ERROR, "alone", "1f3a", NULL);
	sy_log(log, SY_LOG_DEBUG, "left-out", NULL, NULL);
	sy_log_set_level(log, SY_LOG_DEBUG);
	sy_log(log, SY_LOG_DEBUG, "let-in", "", NULL);
	sy_log(NULL, SY_LOG_ERROR, "nobody", NULL, NULL);
	text = end(log);
	assert_string_equal("level=info event=worker-died worker=3 by=SIGSEGV after=1.3\n"
			    "level=error event=alone call=1f3a\n"
			    "level=debug event=let-in\n",
		text);
	free(text);
}

static void lines_begin_with_the_time(void **state)
{
	struct sy_log_line line;
	const struct timespec then = {1700000000, 7000000};

	(void)state;
	sy_log_line_begin(&line, "<4>", false);
	sy_log_line_time(&line, &then);
	sy_log_line_level(&line, SY_LOG_WARNING);
	sy_log_line_end(&line);
	assert_string_equal("<4>time=2023-11-14T22:13:20.007Z level=warning\n", line.text);
	sy_log_line_begin(&line, "", true);
	sy_log_line_level(&line, SY_LOG_ERROR);
	sy_log_line_end(&line);
	assert_string_equal(" \033[31mlevel=error\033[0m\n", line.text);
}

static const char *shown(const char *value)
{
	static struct sy_log_line line;

	sy_log_line_begin(&line, "", false);
	sy_log_line_field(&line, &(struct sy_log_field)SY_LOG_TEXT("k", value));
	return line.text;
}

/* Whatever stands in a value: the line stays one, no key is faked, no terminal is steered. */
static void values_are_escaped(void **state)
{
	(void)state;
	assert_string_equal(" k=plain-word_1.5:/", shown("plain-word_1.5:/"));
	assert_string_equal(" k=\"\"", shown(""));
	assert_string_equal(" k=\"two words\"", shown("two words"));
	assert_string_equal(" k=\"a=b\"", shown("a=b"));
	assert_string_equal(" k=\"say \\\"x\\\" \\\\\"", shown("say \"x\" \\"));
	assert_string_equal(" k=\"a\\nlevel=error\"", shown("a\nlevel=error"));
	assert_string_equal(" k=\"a\\tb\\u000d\\u001b[2J\\u007f\"", shown("a\tb\r\033[2J\177"));
	assert_string_equal(" k=Zürich", shown("Zürich"));
	assert_string_equal(" k=\"\\u009b31m\\u2028\"", shown("\xC2\x9B"
							      "31m\xE2\x80\xA8"));
	assert_string_equal(" k=\"\\ufffda\\ufffd\"", shown("\xFF"
							    "a\xC3"));
	assert_string_equal(" k=\"\\ufffd\\ufffd\"", shown("\xC0\xAF")); /* "/" in two bytes */
	assert_string_equal(" k=\"\\ufffd\\ufffd\\ufffd\"", shown("\xED\xA0\x80"));
}

static void long_lines_are_cut_at_fields(void **state)
{
	struct sy_log_field fields[SY_LOG_FIELDS_MAX + 2] = {{0}};
	char value[SY_LOG_VALUE_MAX + 10];
	struct sy_log *log = begin(SY_LOG_INFO, NULL);
	char *text, *line;

	(void)state;
	memset(value, 'v', sizeof value);
	value[sizeof value - 1] = '\0';
	for (size_t i = 0; i < SY_LOG_FIELDS_MAX + 1; i++)
		fields[i] = (struct sy_log_field)SY_LOG_WHOLE("n", i);
	sy_log(log, SY_LOG_INFO, "many", NULL, fields);
	sy_log_n(log, SY_LOG_INFO, "as-many-as-may-be", NULL, fields, SY_LOG_FIELDS_MAX);
	fields[SY_LOG_FIELDS_MAX].key = NULL;
	for (size_t i = 0; i < 5; i++)
		fields[i] = (struct sy_log_field)SY_LOG_TEXT("v", value);
	sy_log(log, SY_LOG_INFO, "long", NULL, fields);
	text = end(log);
	line = strtok(text, "\n");
	assert_string_equal(
		"level=info event=many n=0 n=1 n=2 n=3 n=4 n=5 n=6 n=7 n=8 n=9 n=10 n=11 n=12 n=13 n=14 n=15"
		" cut=true",
		line);
	line = strtok(NULL, "\n");
	assert_null(strstr(line, "cut"));
	line = strtok(NULL, "\n");
	assert_true(strlen(line) < SY_LOG_LINE_MAX);
	assert_string_equal(" cut=true", line + strlen(line) - 9);
	assert_int_equal(SY_LOG_VALUE_MAX, strspn(strstr(line, "v=") + 2, "v"));
	assert_null(strtok(NULL, "\n"));
	free(text);
}

/* P13: what is told of a call has none of what was said, keyed, answered, or who it was. */
static void what_callers_say_stays_out(void **state)
{
	static char secret[] = "SECRET-4711", name[] = "account", article[] = "balance";
	static char *lines[] = {secret};
	struct sy_pair pair = {name, secret};
	struct sy_hypothesis heard = {.text = secret,
		.intent = article,
		.slots = {&pair, 1},
		.confidence = 0.93,
		.decision = SY_ACCEPT,
		.audio_ms = 2100,
		.decode_ms = 65};
	struct sy_pairs values = {&pair, 1};
	struct sy_card card = {.case_key = secret,
		.slots = {&pair, 1},
		.said = lines,
		.n_said = 1,
		.heard = lines,
		.n_heard = 1,
		.article = article};
	const struct sy_event events[] = {
		{.kind = SY_EVENT_CALL, .state = "greeting", .case_key = secret, .kb_version = 3},
		{.kind = SY_EVENT_SAY, .state = "greeting", .t_ms = 20, .text = secret, .duration_ms = 1500},
		{.kind = SY_EVENT_HEARD, .state = "open", .t_ms = 4000, .hypothesis = &heard, .values = &values},
		{.kind = SY_EVENT_KEY, .state = "ask", .t_ms = 5000, .key = '~'},
		{.kind = SY_EVENT_SILENCE, .state = "ask", .t_ms = 9000, .duration_ms = 4000},
		{.kind = SY_EVENT_ANSWER, .state = "ask", .t_ms = 9100, .article = article, .text = secret},
		{.kind = SY_EVENT_HANDOFF,
			.state = "open",
			.t_ms = 9200,
			.reason = "asked",
			.case_key = secret,
			.card = &card},
		{.kind = SY_EVENT_END, .state = "passed", .t_ms = 12340, .outcome = "handoff", .case_key = secret},
	};
	struct sy_log_call call = {.log = begin(SY_LOG_DEBUG, NULL), .call = "1f3a", .kind = "sip"};
	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof events / sizeof *events; i++)
		sy_log_event(&events[i], &call);
	text = end(call.log);
	assert_null(strstr(text, "SECRET"));
	assert_null(strstr(text, "4711"));
	assert_null(strchr(text, '~'));
	assert_string_equal(
		"level=info event=call call=1f3a kind=sip version=3\n"
		"level=debug event=say call=1f3a t=0.02 state=greeting seconds=1.50 interrupted=false\n"
		"level=info event=heard call=1f3a t=4.00 state=open decision=accept confidence=0.93 intent=balance "
		"sounded=speech slots=1 seconds=2.10 decode=0.065\n"
		"level=debug event=key call=1f3a t=5.00 state=ask\n"
		"level=info event=silence call=1f3a t=9.00 state=ask seconds=4.00\n"
		"level=info event=answer call=1f3a t=9.10 article=balance\n"
		"level=info event=handoff call=1f3a t=9.20 state=open reason=asked\n"
		"level=info event=end call=1f3a seconds=12.34 kind=sip outcome=handoff\n",
		text);
	free(text);
}

/* The filter's expression as POSIX has it: fail2ban's own mark for an address, and a group that is not kept. */
static void compile_filter(regex_t *regex)
{
	struct sy_text posix = {0};
	char *text = read_all(FILTER);
	char *at = strstr(text, "\nfailregex = ");

	assert_non_null(at);
	at += strlen("\nfailregex = ");
	at[strcspn(at, "\n")] = '\0';
	while (*at) {
		if (!strncmp(at, "<ADDR>", 6)) {
			assert_int_equal(0, sy_text_add(&posix, "([0-9a-fA-F.:]+)"));
			at += 6;
		} else if (!strncmp(at, "(?:", 3)) {
			assert_int_equal(0, sy_text_add(&posix, "("));
			at += 3;
		} else {
			assert_int_equal(0, sy_text_add_n(&posix, at++, 1));
		}
	}
	assert_int_equal(0, regcomp(regex, sy_text_str(&posix), REG_EXTENDED));
	sy_text_reset(&posix);
	free(text);
}

/* Does fail2ban see the line, in a file (the time taken out) and from the journal? */
static bool seen(const regex_t *regex, const char *line, const char *address)
{
	regmatch_t found[4];
	char journal[1024];

	(void)snprintf(journal, sizeof journal, "host sayso[12]: time=2026-01-31T09:30:00.123Z %s", line);
	(void)snprintf(journal + 512, 512, " %s", line);
	for (size_t i = 0; i < sizeof journal; i += 512) {
		if (regexec(regex, journal + i, 4, found, 0))
			return false;
		assert_int_equal(0, strncmp(journal + i + found[2].rm_so, address, strlen(address)));
	}
	return true;
}

static void fail2ban_sees_wrong_passwords_alone(void **state)
{
	static const char *const addresses[][2] = {
		{"192.0.2.7", "192.0.2.7"}, {"2001:db8::7", "2001:db8::7"}, {"::ffff:192.0.2.8", "192.0.2.8"}};
	struct sy_metrics *metrics;
	struct sy_log *log;
	char *text, *line;
	regex_t regex;

	(void)state;
	assert_int_equal(0, sy_metrics_create(&metrics));
	log = begin(SY_LOG_INFO, metrics);
	compile_filter(&regex);
	for (size_t i = 0; i < 3; i++)
		sy_log_auth_failure(log, "sip", addresses[i][0]);
	sy_log_auth_failure(log, "sip", "192.0.2.9 by=x\nfoo");
	sy_log_auth_failure(log, "http", NULL);
	sy_log(log, SY_LOG_WARNING, "refused", NULL,
		SY_LOG_FIELDS(SY_LOG_TEXT("cause", " level=warning event=auth-failed from=192.0.2.9 by=sip")));
	sy_log(log, SY_LOG_WARNING, "refused", NULL,
		SY_LOG_FIELDS(SY_LOG_TEXT("from", "192.0.2.9"), SY_LOG_TEXT("by", "sip")));
	sy_log_auth_failure(NULL, "sip", "192.0.2.7");
	text = end(log);
	line = strtok(text, "\n");
	for (size_t i = 0; i < 3; i++, line = strtok(NULL, "\n"))
		assert_true(seen(&regex, line, addresses[i][1]));
	for (size_t i = 0; i < 4; i++, line = strtok(NULL, "\n"))
		assert_true(line && !seen(&regex, line, "192.0.2.9"));
	assert_null(line);
	assert_true(sy_metrics_sum(metrics, SY_METRIC_AUTH_FAILURES) == 5);
	regfree(&regex);
	free(text);
	sy_metrics_destroy(metrics);
}

static void a_flood_is_counted_instead(void **state)
{
	struct sy_metrics *metrics;
	struct sy_log *log;
	char *text;
	double dropped;
	size_t lines = 0;

	(void)state;
	assert_int_equal(0, sy_metrics_create(&metrics));
	log = begin(SY_LOG_INFO, metrics);
	for (int i = 0; i < 4 * SY_LOG_RATE; i++)
		sy_log(log, SY_LOG_INFO, "flood", NULL, NULL);
	sy_log(log, SY_LOG_ERROR, "grave", NULL, NULL);
	text = end(log);
	for (const char *at = strstr(text, "event=flood"); at; at = strstr(at + 1, "event=flood"))
		lines++;
	dropped = sy_metrics_value(metrics, SY_METRIC_DROPS, &(struct sy_labels){"log-line", NULL});
	assert_true(lines >= SY_LOG_RATE && dropped > 0);
	assert_true(lines + dropped == 4 * SY_LOG_RATE);
	assert_non_null(strstr(text, "event=grave"));
	assert_non_null(strstr(text, "level=warning event=lines-dropped lines="));
	assert_true(sy_metrics_value(metrics, SY_METRIC_LOG_LINES, &(struct sy_labels){"error", NULL}) == 1);
	free(text);
	sy_metrics_destroy(metrics);
}

/* A reader that stands still: nobody waits, what finds no room is counted, and the rest comes when it reads again. */
static void a_slow_reader_holds_nobody_up(void **state)
{
	char fifo[80], some[65536];
	struct sy_log_prm prm = {.path = fifo, .level = SY_LOG_ERROR};
	struct sy_log *log;
	double dropped;
	int reader;

	(void)state;
	assert_int_equal(0, sy_metrics_create(&prm.metrics));
	(void)snprintf(fifo, sizeof fifo, "%s/fifo", folder);
	assert_int_equal(0, mkfifo(fifo, 0600));
	reader = open(fifo, O_RDONLY | O_NONBLOCK);
	assert_int_equal(0, sy_log_create(&prm, &log, NULL));
	for (int i = 0; i < 3 * SY_LOG_WAITING_MAX; i++)
		sy_log(log, SY_LOG_ERROR, "a-line-of-some-length", "some-call", NULL);
	dropped = sy_metrics_sum(prm.metrics, SY_METRIC_DROPS);
	assert_true(dropped > 0 && dropped < 2 * SY_LOG_WAITING_MAX);
	assert_int_equal(0, fcntl(reader, F_SETFL, 0));
	while (sy_metrics_sum(prm.metrics, SY_METRIC_DROPS) == dropped && read(reader, some, sizeof some) > 0)
		if (poll(&(struct pollfd){.fd = reader, .events = POLLIN}, 1, 300) == 0)
			break;
	(void)close(reader); /* gone for good: the log ends all the same */
	sy_log_destroy(log);
	assert_int_equal(0, unlink(fifo));
	sy_metrics_destroy(prm.metrics);
}

static void a_rotated_file_is_left(void **state)
{
	struct sy_log *log = begin(SY_LOG_INFO, NULL);
	char old[80], *text;

	(void)state;
	(void)snprintf(old, sizeof old, "%s.1", path);
	sy_log(log, SY_LOG_INFO, "before", NULL, NULL);
	sy_log_flush(log);
	assert_int_equal(0, rename(path, old));
	sy_log(log, SY_LOG_INFO, "between", NULL, NULL);
	sy_log_reopen(log);
	sy_log(log, SY_LOG_INFO, "after", NULL, NULL);
	text = end(log);
	assert_string_equal("level=info event=after\n", text);
	free(text);
	text = read_all(old);
	assert_non_null(strstr(text, "event=before"));
	assert_non_null(strstr(text, "event=between"));
	free(text);
	(void)unlink(old);
}

static void a_full_disk_stops_nothing(void **state)
{
	const struct sy_log_prm prm = {.path = "/dev/full", .level = SY_LOG_INFO};
	struct sy_log *log;

	(void)state;
	assert_int_equal(0, sy_log_create(&prm, &log, NULL));
	sy_log(log, SY_LOG_INFO, "lost", NULL, NULL);
	sy_log_flush(log);
	sy_log_destroy(log);
	sy_log_destroy(NULL);
	sy_log_flush(NULL);
}

static void what_cannot_be_opened_is_said(void **state)
{
	const struct sy_log_prm prm = {.path = "/nowhere/at/all.log"};
	struct sy_problem why = {0};
	struct sy_log *log = NULL;

	(void)state;
	assert_int_equal(ENOENT, sy_log_create(&prm, &log, &why));
	assert_null(log);
	assert_non_null(strstr(why.text, "/nowhere/at/all.log"));
}

/* The journal reads a stream: its lines begin with their priority, and have no colours. */
static void the_journal_gets_priorities(void **state)
{
	struct sy_log *log;
	struct stat stat;
	char stream[64], *text;

	(void)state;
	(void)close(open(path, O_WRONLY | O_CREAT | O_TRUNC, 0640));
	assert_int_equal(0, lstat(path, &stat));
	(void)snprintf(
		stream, sizeof stream, "%llu:%llu", (unsigned long long)stat.st_dev, (unsigned long long)stat.st_ino);
	assert_int_equal(0, setenv("JOURNAL_STREAM", stream, 1));
	assert_int_equal(0, sy_log_create(&(struct sy_log_prm){.path = path, .level = SY_LOG_DEBUG}, &log, NULL));
	sy_log(log, SY_LOG_ERROR, "e", NULL, NULL);
	sy_log(log, SY_LOG_WARNING, "w", NULL, NULL);
	sy_log(log, SY_LOG_INFO, "i", NULL, NULL);
	sy_log(log, SY_LOG_DEBUG, "d", NULL, NULL);
	sy_log_destroy(log);
	text = read_all(path);
	assert_int_equal(0, strncmp(text, "<3>time=", 8));
	assert_non_null(strstr(text, "\n<4>time="));
	assert_non_null(strstr(text, "\n<6>time="));
	assert_non_null(strstr(text, "\n<7>time="));
	free(text);
	assert_int_equal(0, unsetenv("JOURNAL_STREAM"));
}

static void levels_have_names(void **state)
{
	enum sy_log_level level;

	(void)state;
	for (int i = 0; i < SY_LOG_LEVEL_N; i++) {
		assert_int_equal(0, sy_log_level_of(sy_log_level_name((enum sy_log_level)i), &level));
		assert_int_equal(i, level);
	}
	assert_int_equal(EINVAL, sy_log_level_of("loud", &level));
}

#define WRITERS 4
#define EACH 100

static void *write_some(void *arg)
{
	for (int i = 0; i < EACH; i++)
		sy_log(arg, SY_LOG_INFO, "from-a-thread", NULL, SY_LOG_FIELDS(SY_LOG_WHOLE("i", i)));
	return NULL;
}

static void threads_write_whole_lines(void **state)
{
	struct sy_log *log = begin(SY_LOG_INFO, NULL);
	pthread_t threads[WRITERS];
	size_t lines = 0;
	char *text, *rest = NULL;

	(void)state;
	for (int i = 0; i < WRITERS; i++)
		assert_int_equal(0, pthread_create(&threads[i], NULL, write_some, log));
	for (int i = 0; i < WRITERS; i++)
		(void)pthread_join(threads[i], NULL);
	text = end(log);
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest), lines++)
		assert_int_equal(0, strncmp(line, "level=info event=from-a-thread i=", 33));
	assert_int_equal(WRITERS * EACH, lines);
	free(text);
}

static int make_folder(void **state)
{
	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	if (!mkdtemp(folder))
		return -1;
	(void)snprintf(path, sizeof path, "%s/log", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	(void)unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_logfmt),
		cmocka_unit_test(lines_begin_with_the_time),
		cmocka_unit_test(values_are_escaped),
		cmocka_unit_test(long_lines_are_cut_at_fields),
		cmocka_unit_test(what_callers_say_stays_out),
		cmocka_unit_test(fail2ban_sees_wrong_passwords_alone),
		cmocka_unit_test(a_flood_is_counted_instead),
		cmocka_unit_test(a_slow_reader_holds_nobody_up),
		cmocka_unit_test(a_rotated_file_is_left),
		cmocka_unit_test(a_full_disk_stops_nothing),
		cmocka_unit_test(what_cannot_be_opened_is_said),
		cmocka_unit_test(the_journal_gets_priorities),
		cmocka_unit_test(levels_have_names),
		cmocka_unit_test(threads_write_whole_lines),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
