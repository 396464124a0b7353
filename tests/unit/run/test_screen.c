/* The conversation for people: one line a happening, wrapped, without voice marks or control characters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "engine/run/screen.h"

/* What one event looks like. Caller frees. */
static char *shown(const char *json, bool colours, int width)
{
	struct sy_screen screen = {.colours = colours, .width = width};
	json_t *event = json_loads(json, 0, NULL);
	char *text = NULL;
	size_t n = 0;

	assert_non_null(event);
	screen.out = open_memstream(&text, &n);
	assert_non_null(screen.out);
	sy_screen_json(&screen, event);
	assert_int_equal(0, fclose(screen.out));
	json_decref(event);
	return text;
}

static void looks_like(const char *json, const char *expected)
{
	char *text = shown(json, false, 60);

	assert_string_equal(expected, text);
	free(text);
}

static void each_event_has_its_line(void **state)
{
	(void)state;
	looks_like("{\"t_ms\":0,\"event\":\"call\",\"case_key\":\"48213\",\"kb_version\":7}",
		"  0:00  call     case 48213, knowledge base version 7\n");
	looks_like("{\"t_ms\":61000,\"event\":\"key\",\"key\":\"#\"}", "  1:01  caller   key #\n");
	looks_like("{\"t_ms\":5900,\"event\":\"silence\",\"ms\":4500}", "  0:05  caller   (says nothing for 4.5 s)\n");
	looks_like(
		"{\"t_ms\":100,\"event\":\"answer\",\"article\":\"hours\",\"text\":\"x\"}", "  0:00  answer   hours\n");
	looks_like("{\"t_ms\":100,\"event\":\"end\",\"outcome\":\"goodbye\"}", "  0:00  end      goodbye\n");
	looks_like("{\"t_ms\":100,\"event\":\"new\"}", "");
}

static void marks_are_not_shown_and_lines_wrap(void **state)
{
	(void)state;
	looks_like("{\"t_ms\":0,\"event\":\"say\",\"text\":\"Hello. [pause] [spell]AB[/spell] it is, one two three "
		   "four five "
		   "six seven\",\"duration_ms\":900,\"interrupted\":true}",
		"  0:00  sayso    Hello. AB it is, one two three four five\n"
		"                 six seven\n"
		"                 (interrupted after 0.9 s)\n");
}

static void hearing_has_a_bar(void **state)
{
	(void)state;
	looks_like("{\"t_ms\":0,\"event\":\"heard\",\"text\":\"what do i "
		   "owe\",\"intent\":\"balance\",\"slots\":{\"account\":"
		   "\"four oh\",\"day\":\"monday\"},\"values\":{\"account\":\"40\"},\"confidence\":0.81,\"decision\":"
		   "\"accept\",\"sounded\":\"speech\"}",
		"  0:00  caller   \"what do i owe\"\n"
		"                 ▮▮▮▮▯  81 %  accept  balance  account=40  day=monday\n");
	looks_like("{\"t_ms\":0,\"event\":\"heard\",\"text\":\"\",\"intent\":null,\"confidence\":0,\"decision\":"
		   "\"reject\","
		   "\"sounded\":\"noise\"}",
		"  0:00  caller   (noise)\n                 ▯▯▯▯▯   0 %  reject  \n");
	/* Heard well, and no sentence of ours: what follows is what the search makes of it. */
	looks_like("{\"t_ms\":0,\"event\":\"heard\",\"text\":\"is there parking\",\"intent\":null,\"confidence\":0.97,"
		   "\"decision\":\"reject\",\"sounded\":\"speech\"}",
		"  0:00  caller   \"is there parking\"\n                 ▮▮▮▮▮  97 %  own words  \n");
	looks_like("{\"t_ms\":0,\"event\":\"heard\",\"text\":\"is there part\",\"intent\":null,\"confidence\":0.2,"
		   "\"decision\":\"reject\",\"sounded\":\"speech\"}",
		"  0:00  caller   \"is there part\"\n                 ▮▯▯▯▯  20 %  reject  \n");
}

static void a_card_is_shown(void **state)
{
	(void)state;
	looks_like(
		"{\"t_ms\":0,\"event\":\"handoff\",\"reason\":\"asked\",\"card\":{\"case_key\":\"48213\",\"article\":"
		"\"balance\",\"slots\":{\"account\":\"4071\"},\"heard\":[\"accept: a\",\"accept: b\"],\"tried\":[]}}",
		"  0:00  handoff  to a person (asked), with this card:\n"
		"                 | case      48213\n"
		"                 | about     balance\n"
		"                 | account   4071\n"
		"                 | heard     accept: a\n"
		"                 |           accept: b\n");
}

static void colours_only_where_asked_and_controls_never(void **state)
{
	char *text = shown("{\"t_ms\":0,\"event\":\"answer\",\"article\":\"a\\u001b[31mb\"}", true, 60);

	(void)state;
	assert_non_null(strstr(text, "\033[2m"));
	assert_null(strstr(text, "\033[31m"));
	free(text);
	text = shown("{\"t_ms\":0,\"event\":\"answer\",\"article\":\"a\"}", false, 60);
	assert_null(strchr(text, '\033'));
	free(text);
}

static void bars_at_their_edges(void **state)
{
	char bar[SY_BAR_BYTES];

	(void)state;
	sy_screen_bar(0, bar);
	assert_string_equal("▯▯▯▯▯", bar);
	sy_screen_bar(1, bar);
	assert_string_equal("▮▮▮▮▮", bar);
	sy_screen_bar(0.5, bar);
	assert_string_equal("▮▮▮▯▯", bar);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_event_has_its_line),
		cmocka_unit_test(marks_are_not_shown_and_lines_wrap),
		cmocka_unit_test(hearing_has_a_bar),
		cmocka_unit_test(a_card_is_shown),
		cmocka_unit_test(colours_only_where_asked_and_controls_never),
		cmocka_unit_test(bars_at_their_edges),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
