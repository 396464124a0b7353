#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "prompts/spoken.h"

struct pair {
	const char *written;
	const char *said;
};

#define CHECK(table, read)                                                                                             \
	for (size_t i = 0; i < sizeof(table) / sizeof((table)[0]); i++)                                                \
	read((table)[i].written, (table)[i].said)

static void phrase_is(const char *written, const char *said)
{
	struct sy_problem why = {""};
	char *words = NULL, *again = NULL;

	assert_int_equal(sy_spoken_phrase(written, &words, &why), 0);
	assert_string_equal(words, said);
	assert_int_equal(sy_spoken_phrase(words, &again, &why), 0);
	assert_string_equal(again, words);
	free(words);
	free(again);
}

static void text_is(const char *written, const char *said)
{
	char *words = NULL, *again = NULL;

	assert_int_equal(sy_spoken_text(written, &words), 0);
	assert_string_equal(words, said);
	assert_int_equal(sy_spoken_text(words, &again), 0);
	assert_string_equal(again, words);
	free(words);
	free(again);
}

static void phrase_fails(const char *written, int wanted, const char *part)
{
	struct sy_problem why = {""};
	char *words = NULL;

	assert_int_equal(sy_spoken_phrase(written, &words, &why), wanted);
	assert_null(words);
	assert_non_null(strstr(why.text, part));
	assert_null(strchr(why.text, '\n'));
}

static void reads_numbers(void **state)
{
	static const struct pair phrases[] = {
		{"what's my £20 bill for 4g", "what's my twenty pounds bill for four g"},
		{"0", "zero"},
		{"100 and 101 and 1,250", "one hundred and one hundred and one and one thousand two hundred and fifty"},
		{"1,000,001", "one million and one"},
		{"3.5 and .5", "three point five and point five"},
		{"since 1999, in 2005 and 2026",
			"since nineteen ninety nine in two thousand and five and twenty twenty six"},
		{"1905", "nineteen oh five"},
		{"1999 GB", "one thousand nine hundred and ninety nine gigabytes"},
		{"1st 2nd 3rd 12th 21st 40th", "first second third twelfth twenty first fortieth"},
		{"the 90s, the 1980s", "the nineties the nineteen eighties"},
		{"30% off 5", "thirty percent off five"},
		{"-5", "minus five"},
		{"2 1/2 or 1/4", "two and a half or a quarter"},
		{"2½", "two and a half"},
		{"5-6 = ?", "five to six equals"},
		{"account 12345678", "account one two three four five six seven eight"},
		{"007", "zero zero seven"},
		{"call 101 or 999", "call one zero one or nine nine nine"},
		{"999999999999999", "nine nine nine nine nine nine nine nine nine nine nine nine nine nine nine"},
		{"50,000,000,000,000,000,000",
			"five zero zero zero zero zero zero zero zero zero zero zero zero zero zero "
			"zero zero zero zero zero"},
	};

	(void)state;
	CHECK(phrases, phrase_is);
}

static void reads_money(void **state)
{
	static const struct pair phrases[] = {
		{"£20.50", "twenty pounds and fifty pence"},
		{"$1", "one dollar"},
		{"€5.05", "five euros and five cents"},
		{"£0.01", "one penny"},
		{"£1.5m and £2 million", "one point five million pounds and two million pounds"},
		{"-£5", "minus five pounds"},
		{"£10-£20", "ten pounds to twenty pounds"},
		{"£20/month", "twenty pounds a month"},
		{"20p or 1p", "twenty pence or one penny"},
		{"20€", "twenty euros"},
		{"a £ sign", "a pounds sign"},
	};

	(void)state;
	CHECK(phrases, phrase_is);
}

static void reads_short_forms(void **state)
{
	static const struct pair phrases[] = {
		{"Wi-Fi, wi‑fi & e-mail", "wifi wifi and email"},
		{"24/7", "twenty four seven"},
		{"5GB at 100 Mbps, 1 GB", "five gigabytes at one hundred megabits per second one gigabyte"},
		{"10 km and 5 min", "ten kilometres and five minutes"},
		{"SMS on my TV", "s m s on my tv"},
		{"AT&T and B&B in the U.K.", "a t and t and b and b in the u k"},
		{"e.g. Mr Smith", "for example mister smith"},
		{"ab123 mp3 w-2", "a b one two three m p three w two"},
		{"debit/credit card", "debit or credit card"},
		{"help@larkfield.co.uk", "help at larkfield dot co dot u k"},
		{"https://larkfield.com", "larkfield dot com"},
		{"plan #2 + *", "plan number two plus star"},
		{"hmm", "hmm"},
	};

	(void)state;
	CHECK(phrases, phrase_is);
}

static void reads_days_and_times(void **state)
{
	static const struct pair phrases[] = {
		{"9-5", "nine to five"},
		{"9 - 5", "nine to five"},
		{"9am–5pm", "nine a m to five p m"},
		{"at 615am", "at six fifteen a m"},
		{"10:00 or 4.30 p.m.", "ten o'clock or four thirty p m"},
		{"on 3 May", "on the third of may"},
		{"i may 3", "i may three"},
		{"2026-05-03", "sunday the third of may twenty twenty six"},
		{"03/05/2026", "sunday the third of may twenty twenty six"},
		{"24 hours", "twenty four hours"},
	};
	static const struct pair texts[] = {
		{"We open 9am-5pm.", "We open nine o'clock in the morning to five o'clock in the afternoon."},
		{"at 16:30, or 12:00", "at half past four in the afternoon, or midday"},
	};

	(void)state;
	CHECK(phrases, phrase_is);
	CHECK(texts, text_is);
}

static void keeps_words_plain(void **state)
{
	static const struct pair phrases[] = {
		{"Café, naïve — “What’s up?”", "cafe naive what's up"},
		{"cafe\xcc\x81", "cafe"},
		{"'quoted' rock'n'roll customers' x's", "quoted rock'n'roll customers x's"},
		{"  a\t b\n", "a b"},
		{"a travel alert for [country] (now)", "a travel alert for country now"},
		{"wait... what?!", "wait what"},
		{"carry-on", "carry on"},
		{"Œuvre Straße Łódź", "oeuvre strasse lodz"},
	};

	(void)state;
	CHECK(phrases, phrase_is);
}

static void keeps_slots(void **state)
{
	(void)state;
	phrase_is("pay {amount} in {town_2}'s branch", "pay {amount} in {town_2} branch");
	phrase_is("{a}{b}", "{a} {b}");
	phrase_fails("pay {an amount}", EINVAL, "`{`");
	phrase_fails("pay {amount", EINVAL, "{name}");
	phrase_fails("pay amount}", EINVAL, "`}`");
	phrase_fails("pay {}", EINVAL, "`{`");
}

static void refuses_what_nobody_says(void **state)
{
	(void)state;
	phrase_fails("pay § now", EINVAL, "character 5, `§`");
	phrase_fails("file_name", EINVAL, "`_`");
	phrase_fails("a~b", EINVAL, "character 2, `~`");
	phrase_fails("ok \xf0\x9f\x99\x82", EINVAL, "character 4, `\xf0\x9f\x99\x82`");
	phrase_fails("a\x07", EINVAL, "U+0007");
	phrase_fails("\xd0\xb4\xd0\xb0", EINVAL, "character 1");
	phrase_fails("a \xff", EINVAL, "byte 0xFF");
	phrase_fails("a \xc0\x80", EINVAL, "byte 0xC0"); /* overlong */
	phrase_fails("a \xe2\x82", EINVAL, "byte 0xE2"); /* cut off */
	phrase_fails("?!", EINVAL, "no word");
	phrase_fails("", EINVAL, "no word");
}

static void bounds_phrases(void **state)
{
	char phrase[SY_SPOKEN_PHRASE_MAX + 2];
	char *words = NULL;

	(void)state;
	memset(phrase, 'a', sizeof(phrase));
	phrase[SY_SPOKEN_PHRASE_MAX] = '\0';
	assert_int_equal(sy_spoken_phrase(phrase, &words, NULL), 0);
	free(words);
	phrase[SY_SPOKEN_PHRASE_MAX] = 'a';
	phrase[SY_SPOKEN_PHRASE_MAX + 1] = '\0';
	phrase_fails(phrase, E2BIG, "512");
}

static void reads_text_for_the_voice(void **state)
{
	static const struct pair texts[] = {
		{"Call 0800 123 456 (free).", "Call oh eight hundred, one two three, four five six, free."},
		{"It is £5 — really; thanks!", "It is five pounds, really; thanks!"},
		{"Your code: ab123...", "Your code: A B one two three."},
		{"4g and plan a", "four G and plan a"},
		{"\xf0\x9f\x99\x82 ~ ok", "ok"},
		{"wi-fi's off", "wifi's off"},
		{"", ""},
	};

	(void)state;
	CHECK(texts, text_is);
}

static void bounds_text(void **state)
{
	char *text = malloc(SY_SPOKEN_TEXT_MAX + 2), *words = NULL;

	(void)state;
	assert_non_null(text);
	memset(text, '7', SY_SPOKEN_TEXT_MAX);
	text[SY_SPOKEN_TEXT_MAX] = '\0';
	assert_int_equal(sy_spoken_text(text, &words), 0);
	free(words);
	words = NULL;
	strcpy(text + SY_SPOKEN_TEXT_MAX, "7");
	assert_int_equal(sy_spoken_text(text, &words), E2BIG);
	assert_null(words);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_numbers),
		cmocka_unit_test(reads_money),
		cmocka_unit_test(reads_short_forms),
		cmocka_unit_test(reads_days_and_times),
		cmocka_unit_test(keeps_words_plain),
		cmocka_unit_test(keeps_slots),
		cmocka_unit_test(refuses_what_nobody_says),
		cmocka_unit_test(bounds_phrases),
		cmocka_unit_test(reads_text_for_the_voice),
		cmocka_unit_test(bounds_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
