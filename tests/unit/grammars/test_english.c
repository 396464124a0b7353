#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "grammars/english.h"
#include "grammars/pronounce.h"

static int load_bytes(const char *text, size_t n, struct sy_english **ret_english, struct sy_problem *why)
{
	char path[] = "/tmp/sayso-english-XXXXXX";
	const int fd = mkstemp(path);
	int err;

	FILE *file = fdopen(fd, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, n, file), n);
	assert_int_equal(fclose(file), 0);
	err = sy_english_load(path, ret_english, why);
	(void)unlink(path);
	return err;
}

static int load(const char *text, struct sy_english **ret_english, struct sy_problem *why)
{
	return load_bytes(text, strlen(text), ret_english, why);
}

static void words_and_pairs_are_read(void **state)
{
	struct sy_english *english = NULL;
	struct sy_problem why = {""};

	(void)state;
	assert_int_equal(load("# made by hand\n- the 0.5\n- i'm 0.25\n\n. i'm 0.125 # begins\ni'm the 1\nthe . 0.5",
				 &english, &why),
		0);
	assert_int_equal(sy_english_n_words(english), 2);
	assert_string_equal(sy_english_word(english, 1), "i'm");
	assert_true(sy_english_share(english, 1) == 0.25);
	assert_int_equal(sy_english_n_pairs(english), 3);
	assert_int_equal(sy_english_pair(english, 0)->before, SY_ENGLISH_EDGE);
	assert_int_equal(sy_english_pair(english, 0)->after, 1);
	assert_int_equal(sy_english_pair(english, 1)->after, 0);
	assert_int_equal(sy_english_pair(english, 2)->after, SY_ENGLISH_EDGE);
	assert_true(sy_english_pair(english, 1)->p == 1);
	sy_english_destroy(english);
}

static void a_bad_line_is_named(void **state)
{
	static const char *const bad[] = {"- the 0.5\n- the 0.5", "- the 0.5\nthe cat 0.5", "- the 0.5\nthe the",
		"- the 0.5\n. the 0", "- the 0.5\n. the 1.5", "- the 0.5\n. the x", "- the 0.5\n. the 0.5 0.5",
		"- the 0.5\n- . 0.5", "- the 0.5\n. the nan"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct sy_english *english = NULL;
		struct sy_problem why = {""};
		assert_int_equal(load(bad[i], &english, &why), EINVAL);
		assert_non_null(strstr(why.text, ":2: expected a word"));
		assert_null(english);
	}
}

/* One byte more than a line may have: read in two pieces it would be a comment and a word, and all after it
 * misnumbered.
 */
static void a_long_line_is_refused_with_its_number(void **state)
{
	static const char *const ends[] = {"", "\n", "\n- a 0.5\n", "- a 0.5\n"};
	char text[2 * SY_ENGLISH_LINE_MAX];

	(void)state;
	for (size_t i = 0; i < 4; i++)
		for (int over = 0; over < 2; over++) {
			struct sy_english *english = NULL;
			struct sy_problem why = {""};
			int n = snprintf(
				text, sizeof text, "- the 0.5\n#%*s%s", SY_ENGLISH_LINE_MAX - 1 + over, "", ends[i]);
			const bool is_long = over || i == 3;
			assert_int_equal(load_bytes(text, (size_t)n, &english, &why), is_long ? EINVAL : 0);
			assert_int_equal(strstr(why.text, ":2: expected a line of at most 256 bytes") != NULL, is_long);
			if (is_long)
				assert_null(english);
			else
				assert_int_equal(sy_english_n_words(english), i == 2 ? 2 : 1);
			sy_english_destroy(english);
		}
}

static void a_nul_hides_nothing(void **state)
{
	static const char text[] = "- the 0.5\n- a 0.5\0 and more\n- of 0.1\n";
	struct sy_english *english = NULL;
	struct sy_problem why = {""};

	(void)state;
	assert_int_equal(load_bytes(text, sizeof text - 1, &english, &why), EINVAL);
	assert_non_null(strstr(why.text, ":2: "));
}

/* Cut off, the rest of the longer word would be its share. */
static void a_word_is_as_long_as_words_are(void **state)
{
	char text[4 * SY_WORD_MAX], word[SY_WORD_MAX + 1];

	(void)state;
	memset(word, 'a', sizeof word);
	for (int n = SY_WORD_MAX; n <= SY_WORD_MAX + 1; n++) {
		struct sy_english *english = NULL;
		struct sy_problem why = {""};
		(void)snprintf(text, sizeof text, "- %.*s%s0.5\n", n, word, n > SY_WORD_MAX ? "" : " ");
		assert_int_equal(load(text, &english, &why), n > SY_WORD_MAX ? EINVAL : 0);
		assert_int_equal(english != NULL, n <= SY_WORD_MAX);
		sy_english_destroy(english);
		english = NULL;
		(void)snprintf(text, sizeof text, "- %.*s 0.5\n", n, word);
		assert_int_equal(load(text, &english, &why), n > SY_WORD_MAX ? EINVAL : 0);
		sy_english_destroy(english);
	}
	/* 64 letters and digits that would pass for a share */
	struct sy_english *english = NULL;
	struct sy_problem why = {""};
	(void)snprintf(text, sizeof text, "- %.*s0.5\n", SY_WORD_MAX, word);
	assert_int_equal(load(text, &english, &why), EINVAL);
	assert_null(english);
}

static void pairs_end_at_their_limit(void **state)
{
	static const char word[] = "- a 0.5\n", pair[] = ". a 0.5\n";
	const size_t n = sizeof pair - 1;
	char *text = malloc((SY_ENGLISH_PAIRS_MAX + 2) * n);

	(void)state;
	assert_non_null(text);
	memcpy(text, word, n);
	for (size_t i = 1; i < SY_ENGLISH_PAIRS_MAX + 2; i++)
		memcpy(text + i * n, pair, n);
	for (size_t over = 0; over < 2; over++) {
		struct sy_english *english = NULL;
		struct sy_problem why = {""};
		assert_int_equal(
			load_bytes(text, (SY_ENGLISH_PAIRS_MAX + 1 + over) * n, &english, &why), over ? E2BIG : 0);
		assert_int_equal(strstr(why.text, ":500002: more than 50000 words or 500000 pairs") != NULL, over);
		assert_int_equal(english ? sy_english_n_pairs(english) : 0, over ? 0 : SY_ENGLISH_PAIRS_MAX);
		sy_english_destroy(english);
	}
	free(text);
}

static void words_end_at_their_limit(void **state)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);

	(void)state;
	assert_non_null(file);
	for (size_t i = 0; i <= SY_ENGLISH_WORDS_MAX; i++)
		assert_int_equal(fprintf(file, "- w%05zu 0.5\n", i), 13);
	assert_int_equal(fclose(file), 0);
	for (size_t over = 0; over < 2; over++) {
		struct sy_english *english = NULL;
		struct sy_problem why = {""};
		assert_int_equal(load_bytes(text, size - 13 * !over, &english, &why), over ? E2BIG : 0);
		assert_int_equal(strstr(why.text, ":50001: more than 50000 words") != NULL, over);
		assert_int_equal(english ? sy_english_n_words(english) : 0, over ? 0 : SY_ENGLISH_WORDS_MAX);
		sy_english_destroy(english);
	}
	free(text);
}

static void a_folder_is_no_list(void **state)
{
	struct sy_english *english = NULL;
	struct sy_problem why = {""};

	(void)state;
	assert_int_equal(sy_english_load("/", &english, &why), EISDIR);
	assert_non_null(strstr(why.text, "/: "));
	assert_null(english);
}

static void a_file_that_is_not_there_is_named(void **state)
{
	struct sy_english *english = NULL;
	struct sy_problem why = {""};

	(void)state;
	assert_int_equal(sy_english_load("/nowhere/english.pairs", &english, &why), ENOENT);
	assert_non_null(strstr(why.text, "/nowhere/english.pairs"));
}

static void the_project_has_its_own(void **state)
{
	struct sy_english *english = NULL;
	struct sy_problem why = {""};
	double sum = 0;

	(void)state;
	assert_int_equal(sy_english_load(NULL, &english, &why), 0);
	assert_true(sy_english_n_words(english) >= 1000);
	for (size_t i = 1; i < sy_english_n_words(english); i++)
		assert_true(sy_english_share(english, i) <= sy_english_share(english, i - 1));
	for (size_t i = 0; i < sy_english_n_words(english); i++)
		sum += sy_english_share(english, i);
	assert_true(sum > 0.5 && sum <= 1);
	sy_english_destroy(english);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_and_pairs_are_read),
		cmocka_unit_test(a_bad_line_is_named),
		cmocka_unit_test(a_long_line_is_refused_with_its_number),
		cmocka_unit_test(a_nul_hides_nothing),
		cmocka_unit_test(a_word_is_as_long_as_words_are),
		cmocka_unit_test(pairs_end_at_their_limit),
		cmocka_unit_test(words_end_at_their_limit),
		cmocka_unit_test(a_folder_is_no_list),
		cmocka_unit_test(a_file_that_is_not_there_is_named),
		cmocka_unit_test(the_project_has_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
