/* Spoken values: examples, refusals, and every grammar's own sentences. */
#include "tests/unit/grammars/sentences.h"

#include <errno.h>

#include "base/place.h"
#include "grammars/pronounce.h"
#include "grammars/value.h"

/* Wednesday, 22 April 2026. */
static const struct tm now = {.tm_year = 126, .tm_mon = 3, .tm_mday = 22, .tm_wday = 3, .tm_hour = 10};

static const struct example {
	enum sy_value_kind kind;
	const char *words;
	const char *value; /* NULL: none */
} examples[] = {
	{SY_VALUE_TEXT, "cherry tree lane", "cherry tree lane"},
	{SY_VALUE_TEXT, "", NULL},

	{SY_VALUE_DIGITS, "double three oh seven", "3307"},
	{SY_VALUE_DIGITS, "triple zero nought o", "00000"},
	{SY_VALUE_DIGITS, "double oh seven", "007"},
	{SY_VALUE_DIGITS, "forty one", "41"},
	{SY_VALUE_DIGITS, "forty forty one ten", "404110"},
	{SY_VALUE_DIGITS, "twenty oh five", "2005"},
	{SY_VALUE_DIGITS, "eight hundred five five five", "800555"},
	{SY_VALUE_DIGITS, "four hundred and five", "405"},
	{SY_VALUE_DIGITS, "four hundred and twenty one", "421"},
	{SY_VALUE_DIGITS, "two thousand", "2000"},
	{SY_VALUE_DIGITS, "It's forty-one, please", "41"},
	{SY_VALUE_DIGITS, "3307", "3307"},
	{SY_VALUE_DIGITS, "double", NULL},
	{SY_VALUE_DIGITS, "double banana", NULL},
	{SY_VALUE_DIGITS, "one two fish", NULL},
	{SY_VALUE_DIGITS, "hundred", NULL},
	{SY_VALUE_DIGITS, "", NULL},
	{SY_VALUE_DIGITS, "please", NULL},
	{SY_VALUE_DIGITS, "12345678901234567890123456789012", "12345678901234567890123456789012"},
	{SY_VALUE_DIGITS, "123456789012345678901234567890123", NULL},

	{SY_VALUE_NUMBER, "forty two", "42"},
	{SY_VALUE_NUMBER, "zero", "0"},
	{SY_VALUE_NUMBER, "a hundred and five", "105"},
	{SY_VALUE_NUMBER, "two thousand three hundred", "2300"},
	{SY_VALUE_NUMBER, "two hundred and five thousand and six", "205006"},
	{SY_VALUE_NUMBER, "nineteen hundred and eighty four", "1984"},
	{SY_VALUE_NUMBER, "a million two hundred thousand and one", "1200001"},
	{SY_VALUE_NUMBER,
		"nine hundred and ninety nine million nine hundred and ninety nine thousand nine hundred and ninety "
		"nine",
		"999999999"},
	{SY_VALUE_NUMBER, "three point one four", "3.14"},
	{SY_VALUE_NUMBER, "point oh five", "0.05"},
	{SY_VALUE_NUMBER, "minus four", "-4"},
	{SY_VALUE_NUMBER, "a dozen", "12"},
	{SY_VALUE_NUMBER, "1234", "1234"},
	{SY_VALUE_NUMBER, "one thousand thousand", NULL},
	{SY_VALUE_NUMBER, "three point", NULL},
	{SY_VALUE_NUMBER, "forty two and", NULL},
	{SY_VALUE_NUMBER, "twenty thirty", NULL},
	{SY_VALUE_NUMBER, "9999999999", NULL},
	{SY_VALUE_NUMBER, "minus", NULL},

	{SY_VALUE_MONEY, "twenty pounds fifty", "20.50"},
	{SY_VALUE_MONEY, "twenty pounds", "20.00"},
	{SY_VALUE_MONEY, "twenty dollars and five cents", "20.05"},
	{SY_VALUE_MONEY, "a pound twenty", "1.20"},
	{SY_VALUE_MONEY, "fifty p", "0.50"},
	{SY_VALUE_MONEY, "one thousand two hundred euros", "1200.00"},
	{SY_VALUE_MONEY, "three fifty", "3.50"},
	{SY_VALUE_MONEY, "forty two oh five", "42.05"},
	{SY_VALUE_MONEY, "three point five pounds", "3.50"},
	{SY_VALUE_MONEY, "three point nine nine", "3.99"},
	{SY_VALUE_MONEY, "a tenner", "10.00"},
	{SY_VALUE_MONEY, "two grand", "2000.00"},
	{SY_VALUE_MONEY, "twenty", "20.00"},
	{SY_VALUE_MONEY, "20.50", "20.50"},
	{SY_VALUE_MONEY, "a pound of apples", NULL},
	{SY_VALUE_MONEY, "twenty pounds and", NULL},
	{SY_VALUE_MONEY, "pounds", NULL},
	{SY_VALUE_MONEY, "20.5", NULL},

	{SY_VALUE_DATE, "the third of may", "2026-05-03"},
	{SY_VALUE_DATE, "may third", "2026-05-03"},
	{SY_VALUE_DATE, "third march", "2027-03-03"},             /* this year's is past */
	{SY_VALUE_DATE, "april the twenty second", "2026-04-22"}, /* today */
	{SY_VALUE_DATE, "the twenty first of april", "2027-04-21"},
	{SY_VALUE_DATE, "on friday the first of january twenty thirty one", "2031-01-01"},
	{SY_VALUE_DATE, "may third nineteen oh five", "1905-05-03"},
	{SY_VALUE_DATE, "may third two thousand and six", "2006-05-03"},
	{SY_VALUE_DATE, "may third nineteen hundred", "1900-05-03"},
	{SY_VALUE_DATE, "may third twenty twenty", "2020-05-03"},
	{SY_VALUE_DATE, "may third 2028", "2028-05-03"},
	{SY_VALUE_DATE, "the twenty ninth of february", "2028-02-29"},
	{SY_VALUE_DATE, "the twenty ninth of february twenty twenty eight", "2028-02-29"},
	{SY_VALUE_DATE, "the twenty ninth of february twenty twenty seven", NULL},
	{SY_VALUE_DATE, "the thirty first of june", NULL},
	{SY_VALUE_DATE, "the thirtieth of february", NULL},
	{SY_VALUE_DATE, "may third eighteen hundred", NULL},
	{SY_VALUE_DATE, "may third twenty one hundred", NULL},
	{SY_VALUE_DATE, "the third", "2026-05-03"},
	{SY_VALUE_DATE, "the thirty first", "2026-05-31"},
	{SY_VALUE_DATE, "today", "2026-04-22"},
	{SY_VALUE_DATE, "tomorrow", "2026-04-23"},
	{SY_VALUE_DATE, "yesterday", "2026-04-21"},
	{SY_VALUE_DATE, "the day after tomorrow", "2026-04-24"},
	{SY_VALUE_DATE, "friday", "2026-04-24"},
	{SY_VALUE_DATE, "this friday", "2026-04-24"},
	{SY_VALUE_DATE, "next friday", "2026-05-01"},
	{SY_VALUE_DATE, "next monday", "2026-04-27"},
	{SY_VALUE_DATE, "last friday", "2026-04-17"},
	{SY_VALUE_DATE, "last wednesday", "2026-04-15"},
	{SY_VALUE_DATE, "wednesday", "2026-04-22"},
	{SY_VALUE_DATE, "friday week", "2026-05-01"},
	{SY_VALUE_DATE, "a week on monday", "2026-05-04"},
	{SY_VALUE_DATE, "friday the thirteenth", "2026-05-13"},
	{SY_VALUE_DATE, "in ten days", "2026-05-02"},
	{SY_VALUE_DATE, "two weeks ago", "2026-04-08"},
	{SY_VALUE_DATE, "in a month", "2026-05-22"},
	{SY_VALUE_DATE, "four months ago", "2025-12-22"},
	{SY_VALUE_DATE, "in a fortnight", "2026-05-06"},
	{SY_VALUE_DATE, "may", NULL},
	{SY_VALUE_DATE, "in three", NULL},
	{SY_VALUE_DATE, "three days", NULL},
	{SY_VALUE_DATE, "next", NULL},

	{SY_VALUE_TIME, "half past four", "16:30"},
	{SY_VALUE_TIME, "half past four in the morning", "04:30"},
	{SY_VALUE_TIME, "half four", "16:30"},
	{SY_VALUE_TIME, "quarter to six p m", "17:45"},
	{SY_VALUE_TIME, "a quarter past nine", "09:15"},
	{SY_VALUE_TIME, "quarter to seven", "18:45"},
	{SY_VALUE_TIME, "quarter to one", "12:45"},
	{SY_VALUE_TIME, "seven", "07:00"},
	{SY_VALUE_TIME, "three o'clock", "15:00"},
	{SY_VALUE_TIME, "ten oh five a.m.", "10:05"},
	{SY_VALUE_TIME, "twelve a m", "00:00"},
	{SY_VALUE_TIME, "twelve p m", "12:00"},
	{SY_VALUE_TIME, "twelve at night", "00:00"},
	{SY_VALUE_TIME, "two at night", "02:00"},
	{SY_VALUE_TIME, "eleven at night", "23:00"},
	{SY_VALUE_TIME, "twenty five minutes to eight", "07:35"},
	{SY_VALUE_TIME, "sixteen thirty", "16:30"},
	{SY_VALUE_TIME, "twenty one fifteen", "21:15"},
	{SY_VALUE_TIME, "oh eight hundred hours", "08:00"},
	{SY_VALUE_TIME, "noon", "12:00"},
	{SY_VALUE_TIME, "midnight", "00:00"},
	{SY_VALUE_TIME, "at ten thirty", "10:30"},
	{SY_VALUE_TIME, "16:30", "16:30"},
	{SY_VALUE_TIME, "24:00", NULL},
	{SY_VALUE_TIME, "16:60", NULL},
	{SY_VALUE_TIME, "sixteen", NULL},
	{SY_VALUE_TIME, "half past", NULL},
	{SY_VALUE_TIME, "ten to", NULL},
	{SY_VALUE_TIME, "four sixty", NULL},
	{SY_VALUE_TIME, "at", NULL},

	{SY_VALUE_YES_NO, "yes", "yes"},
	{SY_VALUE_YES_NO, "yeah that's right", "yes"},
	{SY_VALUE_YES_NO, "that's right", "yes"},
	{SY_VALUE_YES_NO, "it is", "yes"},
	{SY_VALUE_YES_NO, "of course", "yes"},
	{SY_VALUE_YES_NO, "no", "no"},
	{SY_VALUE_YES_NO, "not really", "no"},
	{SY_VALUE_YES_NO, "no thank you", "no"},
	{SY_VALUE_YES_NO, "that is not right", "no"},
	{SY_VALUE_YES_NO, "absolutely not", "no"},
	{SY_VALUE_YES_NO, "i don't think so", "no"},
	{SY_VALUE_YES_NO, "no that's wrong", "no"},
	{SY_VALUE_YES_NO, "no that's right", NULL},
	{SY_VALUE_YES_NO, "yes that's wrong", NULL},
	{SY_VALUE_YES_NO, "yes no", NULL},
	{SY_VALUE_YES_NO, "i'm not sure", NULL},
	{SY_VALUE_YES_NO, "maybe", NULL},

	{SY_VALUE_DAY, "monday", "monday"},
	{SY_VALUE_DAY, "on sundays", "sunday"},
	{SY_VALUE_DAY, "today", "wednesday"},
	{SY_VALUE_DAY, "tomorrow", "thursday"},
	{SY_VALUE_DAY, "the day before yesterday", "monday"},
	{SY_VALUE_DAY, "next friday", "friday"},
	{SY_VALUE_DAY, "last monday", "monday"},
	{SY_VALUE_DAY, "at the weekend", "saturday"},
	{SY_VALUE_DAY, "mayday", NULL},
};

static void examples_have_their_values(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		const struct example *one = &examples[i];
		char *value = NULL;
		int err = sy_value_normalise(one->kind, one->words, &now, &value);
		if (err != (one->value ? 0 : EINVAL) || (value && !one->value) ||
			(value && strcmp(value, one->value) != 0))
			fail_msg("%s \"%s\" gave %d \"%s\" instead of \"%s\"", sy_value_kind_name(one->kind),
				one->words, err, value ? value : "", one->value ? one->value : "");
		free(value);
	}
}

/* Around a year's end, and with a week that begins on Sunday. */
static void days_are_counted_over_the_new_year(void **state)
{
	(void)state;
	/* Thursday, 31 December 2026; Sunday, 3 January 2027. */
	const struct tm eve = {.tm_year = 126, .tm_mon = 11, .tm_mday = 31, .tm_wday = 4};
	const struct tm sunday = {.tm_year = 127, .tm_mon = 0, .tm_mday = 3, .tm_wday = 0};
	static const struct {
		const char *words;
		bool on_sunday;
		const char *value;
	} dates[] = {{"tomorrow", false, "2027-01-01"}, {"in two months", false, "2027-02-28"},
		{"ten days ago", true, "2026-12-24"}, {"next friday", true, "2027-01-08"},
		{"friday", true, "2027-01-08"}, {"this sunday", true, "2027-01-03"},
		{"last sunday", true, "2026-12-27"}, {"the thirty first of december", false, "2026-12-31"},
		{"a month ago", false, "2026-11-30"}};
	for (size_t i = 0; i < sizeof dates / sizeof *dates; i++) {
		char *value = NULL;
		assert_int_equal(
			sy_value_normalise(SY_VALUE_DATE, dates[i].words, dates[i].on_sunday ? &sunday : &eve, &value),
			0);
		assert_string_equal(value, dates[i].value);
		free(value);
	}
}

static void too_many_words_are_refused(void **state)
{
	(void)state;
	char words[2048] = "", *value = NULL;
	for (int i = 0; i < 32; i++)
		strcat(words, "um one ");
	assert_int_equal(sy_value_normalise(SY_VALUE_DATE, words, &now, &value), EINVAL); /* "um" inside */
	words[0] = '\0';
	for (int i = 0; i < 32; i++)
		strcat(words, "um ");
	for (int i = 0; i < 32; i++)
		strcat(words, "one ");
	assert_int_equal(sy_value_normalise(SY_VALUE_DIGITS, words, &now, &value), 0);
	assert_string_equal(value, "11111111111111111111111111111111");
	free(value);
	value = NULL;
	strcat(words, "one");
	assert_int_equal(sy_value_normalise(SY_VALUE_DIGITS, words, &now, &value), EINVAL);
	memset(words, 'a', sizeof words - 1);
	words[sizeof words - 1] = '\0';
	assert_int_equal(sy_value_normalise(SY_VALUE_DATE, words, &now, &value), EINVAL);
	assert_null(value);
}

static struct sy_graph *kind_graph(enum sy_value_kind kind)
{
	struct sy_problem why = {0};
	struct sy_graph *graph = NULL;
	if (sy_jsgf_graph_data(sy_value_grammar(kind), &graph, &why))
		fail_msg("%s", why.text);
	return graph;
}

/* The promise that holds grammars and readers together. */
static void every_sentence_of_a_kind_has_a_value(void **state)
{
	(void)state;
	for (int kind = SY_VALUE_DIGITS; kind <= SY_VALUE_N - 1; kind++) {
		struct sy_graph *graph = kind_graph((enum sy_value_kind)kind);
		unsigned seed = 2026 + (unsigned)kind;
		assert_string_equal(sy_graph_name(graph), sy_value_kind_name((enum sy_value_kind)kind));
		for (int i = 0; i < 5000; i++) {
			char *sentence = NULL, *value = NULL;
			assert_int_equal(sy_graph_sentence(graph, &seed, &sentence), 0);
			struct sy_reading reading = reading_of(graph, sentence);
			assert_string_equal(reading.intent, sy_value_kind_name((enum sy_value_kind)kind));
			int err = sy_value_normalise((enum sy_value_kind)kind, sentence, &now, &value);
			if (err)
				fail_msg("%s \"%s\" has no value", sy_value_kind_name((enum sy_value_kind)kind),
					sentence);
			const char *said = sy_pairs_get(&reading.slots, "yesno");
			if (kind == SY_VALUE_YES_NO && (!said || strcmp(said, value) != 0))
				fail_msg("\"%s\" is %s and not %s", sentence, value, said ? said : "nothing");
			sy_reading_reset(&reading);
			free(value);
			free(sentence);
		}
		sy_graph_destroy(graph);
	}
}

static struct sy_graph *digits_of(int n)
{
	char text[256], *folder = NULL;
	struct sy_problem why = {0};
	struct sy_graph *graph = NULL;
	assert_int_equal(sy_place_data("grammars", &folder, NULL), 0);
	int len = snprintf(text, sizeof text,
		"#JSGF V1.0;\ngrammar t;\nimport <digits.*>;\npublic <t> = (<digits.spoken%d>) {t};", n);
	if (sy_jsgf_graph_text("t.gram", text, (size_t)len, &graph, &why))
		fail_msg("%s", why.text);
	free(folder);
	return graph;
}

static void exact_lengths_are_exact(void **state)
{
	(void)state;
	for (int n = 1; n <= 16; n++) {
		struct sy_graph *graph = digits_of(n), *acceptor = NULL;
		assert_int_equal(sy_graph_acceptor(graph, &acceptor), 0);
		if (getenv("PRINT"))
			printf("%d: %zu states\n", n, sy_graph_n_states(acceptor));
		assert_true(sy_graph_n_states(acceptor) < 200);
		unsigned seed = 7;
		for (int i = 0; i < 500; i++) {
			const struct sy_value_prm prm = {.kind = SY_VALUE_DIGITS, .now = now, .length = n};
			struct sy_value value = {0};
			char *sentence = NULL;
			assert_int_equal(sy_graph_sentence(graph, &seed, &sentence), 0);
			assert_int_equal(sy_value_read(&prm, sentence, &value), 0);
			if (strlen(value.text) != (size_t)n)
				fail_msg("%d: \"%s\" is %s", n, sentence, value.text);
			sy_value_reset(&value);
			free(sentence);
		}
		sy_graph_destroy(graph);
		sy_graph_destroy(acceptor);
	}
}

static void incomplete_digits_can_go_on(void **state)
{
	(void)state;
	struct sy_graph *ten = digits_of(10), *free_length = kind_graph(SY_VALUE_DIGITS);
	assert_int_equal(completeness_of(ten, "one two three"), SY_INCOMPLETE);
	assert_int_equal(completeness_of(ten, "one two three four five six seven eight nine oh"), SY_COMPLETE);
	assert_int_equal(completeness_of(free_length, "one two three"), SY_EXTENSIBLE);
	sy_graph_destroy(ten);
	sy_graph_destroy(free_length);
}

static void every_word_has_a_known_pronunciation(void **state)
{
	(void)state;
	struct sy_problem why = {0};
	struct sy_lexicon *lexicon = NULL;
	if (sy_lexicon_create(NULL, &lexicon, &why))
		fail_msg("%s", why.text);
	for (int kind = SY_VALUE_DIGITS; kind <= SY_VALUE_N - 1; kind++) {
		struct sy_graph *graph = kind_graph((enum sy_value_kind)kind);
		for (size_t i = 0; i < sy_graph_n_words(graph); i++) {
			const char *word = sy_graph_word(graph, i);
			assert_int_equal(sy_lexicon_add(lexicon, &word, 1, &why), 0);
			if (sy_lexicon_source(lexicon, word) == SY_BY_LETTERS)
				fail_msg("%s: \"%s\" is guessed", sy_value_grammar((enum sy_value_kind)kind), word);
		}
		sy_graph_destroy(graph);
	}
	sy_lexicon_destroy(lexicon);
}

static void kinds_have_names(void **state)
{
	(void)state;
	for (int kind = SY_VALUE_TEXT; kind <= SY_VALUE_N - 1; kind++) {
		enum sy_value_kind found = SY_VALUE_TEXT;
		assert_int_equal(sy_value_kind_from(sy_value_kind_name((enum sy_value_kind)kind), &found), 0);
		assert_int_equal(found, kind);
	}
	enum sy_value_kind found = SY_VALUE_TIME;
	assert_int_equal(sy_value_kind_from("colour", &found), EINVAL);
	assert_int_equal(found, SY_VALUE_TIME);
	assert_null(sy_value_grammar(SY_VALUE_TEXT));
}

static void more_may_come_after_a_figure(void **state)
{
	(void)state;
	assert_true(sy_value_ends_in_digit("balance for account one zero"));
	assert_true(sy_value_ends_in_digit("four"));
	assert_true(sy_value_ends_in_digit("account twenty"));
	assert_true(sy_value_ends_in_digit("account one oh"));
	assert_false(sy_value_ends_in_digit("what is this for"));
	assert_false(sy_value_ends_in_digit("one more"));
	assert_false(sy_value_ends_in_digit("account "));
	assert_false(sy_value_ends_in_digit(""));
}

static void luhn_finds_wrong_digits(void **state)
{
	(void)state;
	assert_true(sy_value_luhn("79927398713")); /* the example of ISO/IEC 7812-1's usual description */
	assert_false(sy_value_luhn("79927398710"));
	assert_false(sy_value_luhn("97927398713")); /* two digits changed places */
	assert_true(sy_value_luhn("00"));
	assert_false(sy_value_luhn("0"));
	assert_false(sy_value_luhn(""));
	assert_false(sy_value_luhn("7992739871x"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_have_their_values),
		cmocka_unit_test(days_are_counted_over_the_new_year),
		cmocka_unit_test(too_many_words_are_refused),
		cmocka_unit_test(every_sentence_of_a_kind_has_a_value),
		cmocka_unit_test(exact_lengths_are_exact),
		cmocka_unit_test(incomplete_digits_can_go_on),
		cmocka_unit_test(every_word_has_a_known_pronunciation),
		cmocka_unit_test(kinds_have_names),
		cmocka_unit_test(more_may_come_after_a_figure),
		cmocka_unit_test(luhn_finds_wrong_digits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
