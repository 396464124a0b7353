#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prompts/marks.h"

static struct sy_marks parse(const char *text)
{
	struct sy_problem why = {""};
	struct sy_marks marks = {0};
	int err = sy_marks_parse(text, &marks, &why);

	if (err)
		print_error("%s\n", why.text);
	assert_int_equal(err, 0);
	return marks;
}

static void fails(const char *text, const char *part)
{
	struct sy_problem why = {""};
	struct sy_marks marks = {0};

	assert_int_equal(sy_marks_parse(text, &marks, &why), EINVAL);
	assert_null(marks.at);
	if (!strstr(why.text, part))
		print_error("%s\n", why.text);
	assert_non_null(strstr(why.text, part));
	assert_null(strchr(why.text, '\n'));
}

static void plain_is(const char *text, const char *plain)
{
	char *s = NULL;

	assert_int_equal(sy_marks_plain(text, &s, NULL), 0);
	assert_string_equal(s, plain);
	free(s);
}

static void reads_pauses(void **state)
{
	static const struct {
		const char *text;
		int ms;
	} pauses[] = {{"[pause]", SY_PAUSE_MS}, {"[pause 800ms]", 800}, {"[pause 1.5s]", 1500}, {"[pause 80]", 80},
		{"[pause 10s]", 10000}, {"<break/>", SY_PAUSE_MS}, {"<break time=\"500ms\"/>", 500},
		{"<break time='2s' />", 2000}, {"<break strength=\"strong\"/>", 600}, {"<break></break>", 0}};

	(void)state;
	for (size_t i = 0; i + 1 < sizeof(pauses) / sizeof(pauses[0]); i++) {
		struct sy_marks marks = parse(pauses[i].text);

		assert_int_equal(marks.n, 1);
		assert_int_equal(marks.at[0].pause_ms, pauses[i].ms);
		assert_null(marks.at[0].text);
		sy_marks_reset(&marks);
	}
	fails("<break></break>", "</break> at character 8: it closes no open mark");
	fails("[pause 10001ms]", "up to 10 s");
	fails("[pause -1s]", "up to 10 s");
	fails("[pause inf]", "up to 10 s");
	fails("<break time=\"11s\"/>", "time=\"11s\" is not known");
}

static void reads_ways_of_speaking(void **state)
{
	struct sy_marks marks =
		parse("Hello <prosody rate=\"slow\" volume=\"loud\">now <emphasis>please</emphasis></prosody>");

	(void)state;
	assert_int_equal(marks.n, 3);
	assert_string_equal(marks.at[0].text, "Hello ");
	assert_true(marks.at[0].pace == 1 && marks.at[0].gain_db == 0);
	assert_string_equal(marks.at[1].text, "now ");
	assert_true(marks.at[1].pace == 0.8 && marks.at[1].gain_db == 4);
	assert_string_equal(marks.at[2].text, "please");
	assert_true(fabs(marks.at[2].pace - 0.72) < 1e-9 && marks.at[2].gain_db == 5);
	sy_marks_reset(&marks);
	marks = parse("<prosody rate=\"50%\" volume=\"-20dB\"><prosody rate=\"x-slow\" "
		      "volume=\"x-soft\">a</prosody></prosody>");
	assert_true(marks.at[0].pace == SY_MARK_PACE_MIN && marks.at[0].gain_db == SY_MARK_GAIN_MIN_DB);
	sy_marks_reset(&marks);
	fails("<prosody rate=\"49%\">a</prosody>", "rate=\"49%\"");
	fails("<prosody rate=\"201%\">a</prosody>", "rate=\"201%\"");
	fails("<prosody volume=\"+13dB\">a</prosody>", "volume=\"+13dB\"");
	fails("<prosody pitch=\"high\">a</prosody>", "pitch=\"high\"");
}

static void reads_kinds(void **state)
{
	static const struct {
		const char *kind;
		const char *text;
		const char *spoken;
	} kinds[] = {
		{"characters", "AB4", "A, B, four"},
		{"digits", "4071", "four, zero, seven, one"},
		{"telephone", "0800 123 456", "oh eight hundred, one two three, four five six"},
		{"date", "2026-05-03", "Sunday the third of May"},
		{"time", "16:30", "half past four in the afternoon"},
		{"cardinal", "1250", "one thousand two hundred and fifty"},
		{"ordinal", "3", "third"},
		{"currency", "$20.50", "twenty dollars and fifty cents"},
	};
	char text[160];

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct sy_marks marks;

		(void)snprintf(
			text, sizeof(text), "<say-as interpret-as=\"%s\">%s</say-as>", kinds[i].kind, kinds[i].text);
		marks = parse(text);
		assert_int_equal(marks.n, 1);
		assert_string_equal(marks.at[0].text, kinds[i].text);
		assert_string_equal(marks.at[0].spoken, kinds[i].spoken);
		sy_marks_reset(&marks);
	}
	fails("<say-as interpret-as=\"digits\">4a</say-as>", "\"4a\" cannot be read out as digits");
	fails("<say-as interpret-as=\"song\">la</say-as>", "interpret-as=\"song\"");
	fails("<say-as>la</say-as>", "lacks");
	fails("<say-as interpret-as=\"digits\">4[pause]5</say-as>", "inside <say-as>");
}

static void gives_plain_text(void **state)
{
	(void)state;
	plain_is("Your code is <say-as interpret-as=\"digits\">4071</say-as>. [pause] Thanks!",
		"Your code is 4071. Thanks!");
	plain_is("<speak version=\"1.1\"><p><s>One</s> <s>two</s></p></speak>", "One two");
	plain_is("<sub alias=\"Larkfield Limited\">LFL</sub>, AT&T &amp; 1 &lt; 2", "LFL, AT&T & 1 < 2");
	plain_is("  a\n\n b  ", "a b");
	plain_is("caf\xc3\xa9[pause]ok", "caf\xc3\xa9 ok");
	plain_is("", "");
	plain_is("[pause]", "");
}

static void says_the_alias(void **state)
{
	struct sy_marks marks = parse("<sub alias=\"R &amp; D\">RD</sub>");

	(void)state;
	assert_int_equal(marks.n, 1);
	assert_string_equal(marks.at[0].spoken, "R & D");
	sy_marks_reset(&marks);
	fails("<sub>RD</sub>", "lacks");
	fails("<sub alias=\"\">RD</sub>", "alias=\"\"");
}

static void refuses_what_it_does_not_know(void **state)
{
	(void)state;
	fails("caf\xc3\xa9 <voice name=\"x\">a</voice>", "<voice name=\"x\"> at character 6: not known");
	fails("1 < 2", "&lt;");
	fails("a <emphasis>b", "<emphasis> at character 3: it is never closed");
	fails("a</emphasis>", "closes no open mark");
	fails("<s><p></s></p>", "</s> at character 7");
	fails("[beep]", "[beep] at character 1");
	fails("[pause", "at character 1");
	fails("[pauses]", "at character 1");
	fails("<break", "write it like");
	fails("<break time=500ms/>", "write it like");
	fails("<break / >", "a > is missing");
	fails("<", "at character 1");
}

/* A value that is filled in later cannot be judged yet; all else of a template can. */
static void checks_templates(void **state)
{
	struct sy_problem why = {""};

	(void)state;
	assert_int_equal(sy_marks_check("Call <say-as interpret-as='telephone'>{number}</say-as>.", &why), 0);
	assert_int_equal(sy_marks_check("It is {balance|money}. [pause] <emphasis>Thanks</emphasis>", &why), 0);
	assert_int_equal(sy_marks_check("Call <say-as interpret-as='date'>soon</say-as>.", &why), EINVAL);
	assert_non_null(strstr(why.text, "character 6"));
	assert_int_equal(sy_marks_check("<say-as interpret-as='date'>{day}", &why), EINVAL);
	assert_non_null(strstr(why.text, "never closed"));
	assert_int_equal(sy_marks_check("{name} <blink>", &why), EINVAL);
	assert_int_equal(sy_marks_check("{name} <blink>", NULL), EINVAL);
	fails("<say-as interpret-as='date'>{day}</say-as>", "character 1");
}

static void bounds_depth_and_count(void **state)
{
	char *text = calloc(1, 16384);
	struct sy_marks marks;

	(void)state;
	assert_non_null(text);
	for (int i = 0; i < SY_MARKS_DEPTH_MAX; i++)
		strcat(text, "<s>");
	for (int i = 0; i < SY_MARKS_DEPTH_MAX; i++)
		strcat(text, "</s>");
	marks = parse(text);
	sy_marks_reset(&marks);
	memmove(text + 3, text, strlen(text) + 1);
	memcpy(text, "<s>", 3);
	strcat(text, "</s>");
	fails(text, "too many marks in one another");

	text[0] = '\0';
	for (int i = 0; i < SY_MARKS_MAX; i++)
		strcat(text, "[pause 9]");
	marks = parse(text);
	assert_int_equal(marks.n, SY_MARKS_MAX);
	sy_marks_reset(&marks);
	strcat(text, "[pause 9]");
	fails(text, "more than 500 speech marks");

	text[0] = '\0';
	for (int i = 0; i < SY_PAUSES_MAX_MS / SY_PAUSE_MAX_MS; i++)
		strcat(text, "[pause 10s]");
	marks = parse(text);
	sy_marks_reset(&marks);
	strcat(text, "[pause 1]");
	fails(text, "last more than 60 s");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_pauses),
		cmocka_unit_test(reads_ways_of_speaking),
		cmocka_unit_test(reads_kinds),
		cmocka_unit_test(gives_plain_text),
		cmocka_unit_test(says_the_alias),
		cmocka_unit_test(refuses_what_it_does_not_know),
		cmocka_unit_test(checks_templates),
		cmocka_unit_test(bounds_depth_and_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
