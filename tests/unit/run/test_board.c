/* The table of calls: it fits every terminal, shows what matters longest, and passes on nothing that steers a terminal.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "engine/run/board.h"

static json_t *call(const char *id, double seconds, const char *heard)
{
	return json_pack("{s:s, s:s, s:s, s:f, s:s, s:f, s:s, s:f, s:f, s:s}", "id", id, "kind", "audiosocket", "state",
		"still-there", "seconds", seconds, "decision", "confirm", "confidence", 0.755, "intent",
		"opening-hours", "caller_dbfs", -30.0, "ours_dbfs", -3.0, "heard", heard);
}

static json_t *calls_of(size_t n)
{
	json_t *calls = json_array();

	for (size_t i = 0; i < n; i++)
		assert_int_equal(
			0, json_array_append_new(calls, call("1f3a9c00-1111-4222-8333-000000000000", 62,
								"when are you open on the first Sunday of Advent")));
	return calls;
}

static json_t *health_of(const char *status, bool reason)
{
	json_t *health = json_pack("{s:s, s:s, s:[], s:i, s:i, s:i, s:i, s:i}", "status", status, "version", "0.1.0",
		"reasons", "calls", 2, "calls_limit", 200, "workers", 1, "workers_wanted", 2, "kb_version", 12);

	if (reason)
		assert_int_equal(0, json_array_append_new(json_object_get(health, "reasons"),
					    json_string("speech workers are missing")));
	return health;
}

static char *table(int width, int height, const json_t *health, const json_t *calls)
{
	const struct sy_board board = {.width = width, .height = height};
	struct sy_text text = {0};

	assert_int_equal(0, sy_board_table(&board, health, calls, &text));
	return sy_text_take(&text);
}

/* The widest line, in a terminal's columns, and the number of lines. */
static int widest(char *text, int *ret_lines)
{
	wchar_t wide[1024];
	int most = 0;

	*ret_lines = 0;
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		size_t n = mbstowcs(wide, line, 1024);
		int width;

		assert_true(n < 1024);
		width = wcswidth(wide, n);
		assert_true(width >= 0);
		most = width > most ? width : most;
		(*ret_lines)++;
	}
	return most;
}

static void fits_every_terminal(void **state)
{
	json_t *health = health_of("degraded", true);
	int lines;

	(void)state;
	for (int width = 0; width <= 200; width++)
		for (size_t n = 0; n < 12; n += 3) {
			json_t *calls = calls_of(n);
			int height = width % 17, room = height < SY_BOARD_HEIGHT_MIN ? SY_BOARD_HEIGHT_MIN : height;
			char *text = table(width, height, health, calls);

			assert_in_range(
				widest(text, &lines), 1, width < SY_BOARD_WIDTH_MIN ? SY_BOARD_WIDTH_MIN : width);
			assert_in_range(lines, 3, room);
			free(text);
			json_decref(calls);
		}
	json_decref(health);
}

static void wide_terminals_show_all(void **state)
{
	json_t *health = health_of("ok", false), *calls = calls_of(1);
	char *text = table(110, 24, health, calls);

	(void)state;
	assert_string_equal("sayso 0.1.0  ok  2 of 200 calls  1 of 2 workers  knowledge base 12\n"
			    "call      by        time  state        caller    sayso     decision      heard\n"
			    "1f3a9c00  audio     1:02  still-there  ████      ███████▋  confirm 76%   \"when are you "
			    "open on the first Sunda\n",
		text);
	free(text);
	json_decref(health);
	json_decref(calls);
}

static void narrow_terminals_keep_what_matters(void **state)
{
	static const struct {
		int width;
		const char *titles;
	} narrower[] = {
		{95, "call      by        time  state        caller    sayso     decision      heard"},
		{86, "call         time  state        caller    sayso     decision      heard"},
		{80, "call         time  state        caller    sayso     decision      heard"},
		{72, "   time  state        caller    sayso     decision      heard"},
		{60, "   time  state        caller    decision      heard"},
		{50, "   time  state        caller    heard"},
		{40, "   time  state        heard"},
		{30, "state        heard"},
		{22, "state      "},
	};
	json_t *health = health_of("ok", false), *calls = calls_of(1);

	(void)state;
	for (size_t i = 0; i < sizeof narrower / sizeof *narrower; i++) {
		char *text = table(narrower[i].width, 24, health, calls);
		char *titles = strchr(text, '\n') + 1;

		titles[strcspn(titles, "\n")] = '\0';
		assert_string_equal(narrower[i].titles, titles);
		free(text);
	}
	json_decref(health);
	json_decref(calls);
}

static void low_terminals_count_the_rest(void **state)
{
	json_t *health = health_of("ok", false), *calls = calls_of(5);
	char *text = table(100, 5, health, calls);

	(void)state;
	assert_non_null(strstr(text, "\nand 3 more\n"));
	free(text);
	text = table(100, 7, health, calls); /* just room enough */
	assert_null(strstr(text, "more"));
	free(text);
	json_decref(calls);
	calls = json_array();
	text = table(100, 7, health, calls);
	assert_non_null(strstr(text, "\nno calls\n"));
	free(text);
	json_decref(health);
	json_decref(calls);
}

static void reasons_are_shown(void **state)
{
	json_t *health = health_of("degraded", true), *calls = json_array();
	char *text = table(100, 7, health, calls);

	(void)state;
	assert_non_null(strstr(text, "\nspeech workers are missing\n"));
	free(text);
	json_decref(health);
	json_decref(calls);
}

static void colours_only_where_asked_for(void **state)
{
	json_t *health = health_of("ok", false), *calls = calls_of(1);
	const struct sy_board board = {.width = 100, .height = 10, .colours = true};
	struct sy_text text = {0};
	char *plain = table(100, 10, health, calls);

	(void)state;
	assert_null(strchr(plain, '\033'));
	assert_int_equal(0, sy_board_table(&board, health, calls, &text));
	assert_non_null(strstr(text.s, "\033[33mconfirm 76% "));    /* doubtful */
	assert_non_null(strstr(text.s, "\033[31m███████▋\033[0m")); /* too loud */
	assert_non_null(strstr(text.s, "\033[32m████    \033[0m"));
	free(plain);
	sy_text_reset(&text);
	json_decref(health);
	json_decref(calls);
}

static void meters_show_levels(void **state)
{
	char meter[SY_BOARD_METER_BYTES];

	(void)state;
	sy_board_meter(-96, meter);
	assert_string_equal("        ", meter);
	sy_board_meter(SY_BOARD_QUIET_DBFS, meter);
	assert_string_equal("        ", meter);
	sy_board_meter(-59, meter);
	assert_string_equal("▏       ", meter);
	sy_board_meter(-30, meter);
	assert_string_equal("████    ", meter);
	sy_board_meter(0, meter);
	assert_string_equal("████████", meter);
	sy_board_meter(20, meter);
	assert_string_equal("████████", meter);
}

/* Whatever answers: nothing, another shape, other types, escapes for the terminal, wide and broken characters. */
static void nothing_that_answers_is_trusted(void **state)
{
	static const char *const hostile[] = {"null", "[]", "{}", "[1, null, [], \"x\"]",
		"[{\"id\": 7, \"kind\": [], \"seconds\": \"x\", \"caller_dbfs\": null, \"heard\": {}}]",
		"[{\"id\": \"\\u001b[2J\\u009b31m\\r\\n\\t\", \"state\": \"\\u0007\\u007f\", \"heard\": "
		"\"a\\nb\\u001b]0;x\\u0007\"}]",
		"[{\"state\": \"電話電話電話電話\", \"heard\": "
		"\"電話電話電話電話電話電話電話電話電話電話電話電話電話電話電話\"}]",
		"[{\"seconds\": 1e300, \"confidence\": -1e300, \"caller_dbfs\": 1e300, \"decision\": "
		"\"acceptacceptaccept\"}]",
		"[{\"seconds\": -1e300, \"decision\": \"x\", \"confidence\": 1e300}]"};
	int lines;

	(void)state;
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		json_t *json = json_loads(hostile[i], JSON_DECODE_ANY, NULL);
		struct sy_text text = {0};
		char *shown;

		assert_non_null(json);
		shown = table(60, 10, json, json);
		assert_null(strpbrk(shown, "\033\r\t\a\177"));
		assert_null(strstr(shown, "\xC2\x9B"));
		assert_in_range(widest(shown, &lines), 1, 60);
		free(shown);
		assert_int_equal(0, sy_board_lines(json, &text));
		assert_null(strpbrk(text.s, "\033\r\t\a\177"));
		(void)widest(text.s, &lines);
		assert_int_equal(json_array_size(json) ? 1 + json_array_size(json) : 1, lines);
		sy_text_reset(&text);
		json_decref(json);
	}
}

static void plain_lines_have_everything(void **state)
{
	json_t *calls = calls_of(1), *none = json_array();
	struct sy_text text = {0};

	(void)state;
	assert_int_equal(0, sy_board_lines(calls, &text));
	assert_string_equal(
		"call                                  by           seconds  state        caller   sayso  turn     sure"
		"  heard\n"
		"1f3a9c00-1111-4222-8333-000000000000  audiosocket     62.0  still-there   -30.0    -3.0  confirm  0.76"
		"  \"when are you open on the first Sunday of Advent\"\n",
		text.s);
	sy_text_reset(&text);
	assert_int_equal(0, sy_board_lines(none, &text));
	assert_string_equal("no calls\n", text.s);
	sy_text_reset(&text);
	json_decref(calls);
	json_decref(none);
}

/* Where the service does not show words, what they were taken for stands there. */
static void the_intent_stands_in_for_words(void **state)
{
	json_t *calls = json_pack("[{s:s, s:s, s:f}]", "id", "1f3a", "intent", "opening-hours", "seconds", 7325.0);
	json_t *health = health_of("ok", false);
	char *text = table(100, 10, health, calls);

	(void)state;
	assert_non_null(strstr(text, "1f3a             2:02:05  "));
	assert_non_null(strstr(text, "opening-hours\n"));
	free(text);
	json_decref(calls);
	json_decref(health);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fits_every_terminal),
		cmocka_unit_test(wide_terminals_show_all),
		cmocka_unit_test(narrow_terminals_keep_what_matters),
		cmocka_unit_test(low_terminals_count_the_rest),
		cmocka_unit_test(reasons_are_shown),
		cmocka_unit_test(colours_only_where_asked_for),
		cmocka_unit_test(meters_show_levels),
		cmocka_unit_test(nothing_that_answers_is_trusted),
		cmocka_unit_test(plain_lines_have_everything),
		cmocka_unit_test(the_intent_stands_in_for_words),
	};

	(void)setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
