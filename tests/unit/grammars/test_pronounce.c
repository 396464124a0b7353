/* Words to phones: which file has the say, what is guessed, what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "grammars/dictionary.h"
#include "grammars/pronounce.h"

#define FIXTURES SAYSO_TESTS_DIR "/fixtures/grammars/"

static struct sy_lexicon *lexicon_of(const char *extra, const char *const *words, size_t n)
{
	struct sy_problem why = {0};
	struct sy_lexicon *lexicon = NULL;
	if (sy_lexicon_create(extra, &lexicon, &why) || sy_lexicon_add(lexicon, words, n, &why))
		fail_msg("%s", why.text);
	return lexicon;
}

static void assert_phones(const struct sy_lexicon *lexicon, const char *word, const char *phones)
{
	const char *found = sy_lexicon_phones(lexicon, word, 0);
	assert_non_null(found);
	assert_string_equal(found, phones);
}

static void the_dictionary_has_variants(void **state)
{
	(void)state;
	const char *const words[] = {"operator", "either", "O'Clock", "either"};
	struct sy_lexicon *lexicon = lexicon_of(NULL, words, 4);
	assert_int_equal(sy_lexicon_n_words(lexicon), 3);
	assert_string_equal(sy_lexicon_word(lexicon, 2), "o'clock");
	assert_phones(lexicon, "operator", "AA P ER EY T ER");
	assert_null(sy_lexicon_phones(lexicon, "operator", 1));
	assert_non_null(sy_lexicon_phones(lexicon, "either", 1));
	assert_null(sy_lexicon_phones(lexicon, "either", SY_PRONUNCIATIONS_MAX));
	assert_int_equal(sy_lexicon_source(lexicon, "either"), SY_BY_DICTIONARY);
	assert_null(sy_lexicon_phones(lexicon, "neither", 0));
	sy_lexicon_destroy(lexicon);
	sy_lexicon_destroy(NULL);
}

static void corrections_come_first(void **state)
{
	(void)state;
	struct sy_problem why = {0};
	struct sy_lexicon *lexicon = NULL;
	struct sy_pair pairs[] = {{(char[]){"frobnixquel"}, (char[]){"F R AA  B"}},
		{(char[]){"Either"}, (char[]){" IY DH ER "}}, {(char[]){"frobnixquel"}, (char[]){"F R"}}};
	struct sy_pairs words = {pairs, 3};
	struct sy_pair bad[] = {{(char[]){"good"}, (char[]){"G UH D"}}, {(char[]){"bad"}, (char[]){"B AE1 D"}}};
	const char *const asked[] = {"frobnixquel", "either", "frobnixquel's", "neither"}, *const later[] = {"tariff"};
	assert_int_equal(sy_lexicon_create(NULL, &lexicon, &why), 0);
	assert_int_equal(sy_lexicon_correct(lexicon, &words, &why), 0);
	assert_int_equal(sy_lexicon_n_words(lexicon), 0);
	assert_int_equal(sy_lexicon_correct(lexicon, &(struct sy_pairs){bad, 2}, &why), EINVAL);
	assert_non_null(strstr(why.text, "\"bad\": \"AE1\" is no phone"));
	bad[1].value[0] = 0;
	assert_int_equal(sy_lexicon_correct(lexicon, &(struct sy_pairs){bad, 2}, NULL), EINVAL);
	bad[1].name[0] = '$';
	assert_int_equal(sy_lexicon_correct(lexicon, &(struct sy_pairs){bad, 2}, NULL), EINVAL);
	assert_int_equal(sy_lexicon_add(lexicon, asked, 4, &why), 0);
	assert_phones(lexicon, "frobnixquel", "F R AA B");
	assert_null(sy_lexicon_phones(lexicon, "frobnixquel", 1));
	assert_phones(lexicon, "either", "IY DH ER");
	assert_null(sy_lexicon_phones(lexicon, "either", 1));
	assert_phones(lexicon, "frobnixquel's", "F R AA B Z");
	assert_int_equal(sy_lexicon_source(lexicon, "frobnixquel"), SY_BY_PROJECT);
	assert_int_equal(sy_lexicon_source(lexicon, "frobnixquel's"), SY_BY_LETTERS);
	assert_int_equal(sy_lexicon_source(lexicon, "neither"), SY_BY_DICTIONARY);
	assert_int_equal(sy_lexicon_correct(lexicon, &(struct sy_pairs){0}, &why), 0);
	assert_phones(lexicon, "either", "IY DH ER"); /* what is known stays */
	assert_int_equal(sy_lexicon_add(lexicon, later, 1, &why), 0);
	assert_int_equal(sy_lexicon_source(lexicon, "tariff"), SY_BY_DICTIONARY);
	sy_lexicon_destroy(lexicon);
}

static void an_editor_has_the_last_word(void **state)
{
	(void)state;
	const char *const words[] = {"larkfield", "tariff", "nought", "bill"};
	struct sy_lexicon *lexicon = lexicon_of(FIXTURES "editor.dict", words, 4);
	assert_phones(lexicon, "larkfield", "L AA K F IY L D");
	assert_null(sy_lexicon_phones(lexicon, "larkfield", 1));
	assert_string_equal(sy_lexicon_phones(lexicon, "tariff", 1), "T AE R IH F");
	assert_null(sy_lexicon_phones(lexicon, "tariff", 2)); /* the CMU dictionary's one is replaced */
	assert_int_equal(sy_lexicon_source(lexicon, "tariff"), SY_BY_PROJECT);
	assert_phones(lexicon, "nought", "N AO T");
	assert_int_equal(sy_lexicon_source(lexicon, "nought"), SY_BY_PROJECT);
	assert_int_equal(sy_lexicon_source(lexicon, "bill"), SY_BY_DICTIONARY);
	sy_lexicon_destroy(lexicon);
}

static void unknown_words_are_guessed(void **state)
{
	(void)state;
	const char *const words[] = {
		"redrobin", "larkfield's", "larkfields", "voicemailboxes", "blorft", "blorfts", "tkd"};
	struct sy_lexicon *lexicon = lexicon_of(NULL, words, 7);
	assert_phones(lexicon, "redrobin", "R EH D R AA B AH N");
	assert_string_equal(sy_lexicon_phones(lexicon, "redrobin", 1), "R IY D R AH B IH N"); /* by the rules */
	assert_phones(lexicon, "larkfield's", "L AA R K F IY L D Z");
	assert_phones(lexicon, "larkfields", "L AA R K F IY L D Z");
	assert_phones(lexicon, "blorft", "B L AO R F T");
	assert_phones(lexicon, "tkd", "T IY K EY D IY");
	for (size_t i = 0; i < 7; i++)
		assert_int_equal(sy_lexicon_source(lexicon, words[i]), SY_BY_LETTERS);
	sy_lexicon_destroy(lexicon);
}

static void plurals_sound_as_their_stem(void **state)
{
	(void)state;
	const char *const words[] = {"redrobins", "larkbooks", "larkbox's"};
	struct sy_lexicon *lexicon = lexicon_of(NULL, words, 3);
	assert_phones(lexicon, "redrobins", "R EH D R AA B AH N Z");
	assert_phones(lexicon, "larkbooks", "L AA R K B UH K S");
	assert_phones(lexicon, "larkbox's", "L AA R K B AA K S IH Z");
	sy_lexicon_destroy(lexicon);
}

static void words_come_in_several_calls(void **state)
{
	(void)state;
	const char *const first[] = {"tea", "blorft"}, *const second[] = {"coffee", "tea", "blorft"};
	struct sy_lexicon *lexicon = lexicon_of(NULL, first, 2);
	struct sy_problem why = {0};
	assert_int_equal(sy_lexicon_add(lexicon, second, 3, &why), 0);
	assert_int_equal(sy_lexicon_n_words(lexicon), 3);
	assert_null(sy_lexicon_phones(lexicon, "tea", 1));
	assert_null(sy_lexicon_phones(lexicon, "blorft", 1));
	assert_non_null(sy_lexicon_phones(lexicon, "coffee", 0));
	assert_int_equal(sy_lexicon_add(lexicon, NULL, 0, &why), 0);
	sy_lexicon_destroy(lexicon);
}

static void symbols_are_refused(void **state)
{
	(void)state;
	struct sy_lexicon *lexicon = lexicon_of(NULL, NULL, 0);
	const char *const bad[] = {"4g", "", "'", "a b", "caf\xc3\xa9", "x-ray",
		"abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklm"};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct sy_problem why = {0};
		const char *const words[] = {"tea", bad[i]};
		char *phones = NULL;
		assert_int_equal(sy_lexicon_add(lexicon, words, 2, &why), EINVAL);
		assert_true(why.text[0]);
		assert_int_equal(sy_pronounce_letters(bad[i], &phones), EINVAL);
		assert_null(phones);
	}
	assert_int_equal(sy_lexicon_n_words(lexicon), 0);
	sy_lexicon_destroy(lexicon);
	char *phones = NULL;
	assert_int_equal(
		sy_pronounce_letters("abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijkl", &phones), 0);
	free(phones);
}

static void every_guess_is_made_of_phones(void **state)
{
	(void)state;
	unsigned seed = 1;
	for (int i = 0; i < 2000; i++) {
		char word[20], *phones = NULL;
		size_t n = 1 + (size_t)i % (sizeof word - 1);
		for (size_t k = 0; k < n; k++)
			word[k] = "abcdefghijklmnopqrstuvwxyz"[(seed = seed * 1103515245u + 12345u) / 65536 % 26];
		word[n] = '\0';
		assert_int_equal(sy_pronounce_letters(word, &phones), 0);
		char *rest = phones, *phone;
		while ((phone = strsep(&rest, " ")) != NULL)
			if (!sy_is_phone(phone, strlen(phone)))
				fail_msg("%s: %s", word, phone);
		free(phones);
	}
}

static void problems_of_dictionaries(void **state)
{
	(void)state;
	static const struct {
		const char *file;
		int err;
		const char *says;
	} bad[] = {
		{FIXTURES "bad_phone.dict", EINVAL, "bad_phone.dict:2: \"X\" is no phone"},
		{FIXTURES "no_phones.dict", EINVAL, "no_phones.dict:1: \"good\" has no phones"},
	};
	const char *const words[] = {"tea"};
	for (size_t i = 0; i < 2; i++) {
		struct sy_problem why = {0};
		struct sy_lexicon *lexicon = NULL;
		assert_int_equal(sy_lexicon_create(bad[i].file, &lexicon, &why), 0);
		assert_int_equal(sy_lexicon_add(lexicon, words, 1, &why), bad[i].err);
		assert_non_null(strstr(why.text, bad[i].says));
		assert_int_equal(sy_lexicon_n_words(lexicon), 0);
		assert_null(sy_lexicon_phones(lexicon, "tea", 0));
		sy_lexicon_destroy(lexicon);
	}
	struct sy_problem why = {0};
	struct sy_lexicon *lexicon = NULL;
	assert_int_equal(sy_lexicon_create(FIXTURES "absent.dict", &lexicon, &why), ENOENT);
	assert_non_null(strstr(why.text, "absent.dict"));
	assert_int_equal(setenv("SAYSO_CMUDICT", FIXTURES "absent.dict", 1), 0);
	assert_int_equal(sy_lexicon_create(NULL, &lexicon, &why), ENOENT);
	assert_non_null(strstr(why.text, "pocketsphinx-en-us"));
	assert_null(lexicon);
	assert_int_equal(unsetenv("SAYSO_CMUDICT"), 0);
}

static void *pronounce(void *arg)
{
	return sy_pronounce_letters("operator", arg) ? arg : NULL;
}

static void threads_may_guess_at_once(void **state)
{
	(void)state;
	pthread_t threads[8];
	char *phones[8];
	for (size_t i = 0; i < 8; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, pronounce, &phones[i]), 0);
	for (size_t i = 0; i < 8; i++) {
		void *failed = NULL;
		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
		assert_string_equal(phones[i], phones[0]);
	}
	for (size_t i = 0; i < 8; i++)
		free(phones[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_may_guess_at_once),
		cmocka_unit_test(the_dictionary_has_variants),
		cmocka_unit_test(corrections_come_first),
		cmocka_unit_test(an_editor_has_the_last_word),
		cmocka_unit_test(unknown_words_are_guessed),
		cmocka_unit_test(plurals_sound_as_their_stem),
		cmocka_unit_test(words_come_in_several_calls),
		cmocka_unit_test(symbols_are_refused),
		cmocka_unit_test(every_guess_is_made_of_phones),
		cmocka_unit_test(problems_of_dictionaries),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
