#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "engine/speak/sentence.h"

/* `parts` are the sentences, separated by '|'. */
static void splits(const char *parts)
{
	char text[1024], joined[1024] = "";
	size_t n = 0;

	for (const char *s = parts; *s; s++) {
		if (*s != '|')
			text[n++] = *s;
	}
	text[n] = '\0';
	for (const char *at = text; *at;) {
		size_t len = sy_say_split(at);

		assert_true(len > 0);
		if (at > text)
			strcat(joined, "|");
		strncat(joined, at, len);
		at += len;
	}
	assert_string_equal(joined, parts);
}

static void splits_at_ends(void **state)
{
	(void)state;
	splits("One. |Two! |Three? |\"Four.\" |Five");
	splits("Wait... |What?! |Yes.");
	splits("One.\n|Two.  ");
	assert_int_equal(sy_say_split(""), 0);
}

static void keeps_together(void **state)
{
	(void)state;
	splits("It is 3.5 km, e.g. Mr. Smith at 9 a.m. today; see www.larkfield.co.uk now. |Next.");
	splits("<prosody rate=\"slow\">One. Two.</prosody> Three. |Four.");
	splits("One.[pause] [pause]|Two. |<break time=\"1s\"/>Three. [pause]");
}

static void cuts_long_sentences(void **state)
{
	char text[1024];
	size_t len;

	(void)state;
	memset(text, 'a', 200);
	strcpy(text + 200, ", and so on and on");
	len = sy_say_split(text);
	assert_int_equal(len, 202);
	for (size_t i = 0; i < 1000; i++)
		text[i] = i % 10 == 9 ? ' ' : 'a';
	text[1000] = '\0';
	len = sy_say_split(text);
	assert_in_range(len, 300, 340);
	memset(text, 'a', 1000);
	assert_int_equal(sy_say_split(text), 1000);
}

static int gap_after(const char *text)
{
	return sy_say_gap(text, sy_say_split(text));
}

static void knows_the_gap(void **state)
{
	(void)state;
	assert_int_equal(gap_after("One. Two."), SY_SENTENCE_GAP_MS);
	assert_int_equal(gap_after("<emphasis>One</emphasis>. Two."), SY_SENTENCE_GAP_MS);
	assert_int_equal(gap_after("One. "), SY_SENTENCE_GAP_MS); /* what follows is said apart */
	assert_int_equal(gap_after("One."), 0);
	assert_int_equal(gap_after("  "), 0);
	assert_int_equal(gap_after(""), 0);
	assert_int_equal(gap_after("One. [pause 1s] Two."), 0);
	assert_int_equal(gap_after("One.<break/> "), 0);
	assert_int_equal(gap_after("<s>One.</s> "), 0);
	assert_int_equal(gap_after("] "), SY_SENTENCE_GAP_MS);
}

static void survives_broken_marks(void **state)
{
	(void)state;
	assert_int_equal(sy_say_split("a <b"), 4);
	assert_int_equal(sy_say_split("</s></s>One. Two."), strlen("</s></s>One. "));
	assert_int_equal(sy_say_split("<s>One. Two."), strlen("<s>One. Two."));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(splits_at_ends),
		cmocka_unit_test(keeps_together),
		cmocka_unit_test(cuts_long_sentences),
		cmocka_unit_test(knows_the_gap),
		cmocka_unit_test(survives_broken_marks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
