#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "kb/search.h"
#include "kb/search_feature.h"
#include "kb/search_train.h"

/* Articles of a small base; the first word is the id. */
static const char *const phrases[][7] = {
	{"hours", "when are you open", "what are your opening hours", "when do you close", "are you open on {day}",
		"how late are you open", "opening times please"},
	{"balance", "what's my balance", "how much do I owe on account {account}", "how much money do I owe",
		"tell me my account balance", "what do I have to pay", "is there anything left to pay"},
	{"outage", "is there an outage in {town}", "is the network down in {town}", "my internet is down",
		"nothing works in {town}", "is there a fault in our area", "when will the service be back"},
	{"lost", "I've lost my phone", "my phone was stolen", "somebody took my mobile", "block my stolen phone",
		"I can't find my mobile", "report a lost phone"},
	{"moving", "I'm moving house", "we are moving to a new flat", "take my line to my new home", "I'm relocating",
		"transfer everything to our new house", "I have a new home"},
};

#define N_ARTICLES (sizeof(phrases) / sizeof(*phrases))

static void add_slot(struct sy_article *article, const char *name, enum sy_value_kind kind)
{
	struct sy_slot *slot = sy_article_add_slot(article);

	assert_non_null(slot);
	slot->name = strdup(name);
	slot->kind = kind;
}

static struct sy_content small_base(void)
{
	struct sy_content content = {0};

	for (size_t i = 0; i < N_ARTICLES; i++) {
		struct sy_article *article = sy_content_add_article(&content);

		assert_non_null(article);
		article->id = strdup(phrases[i][0]);
		for (size_t k = 1; k < sizeof(phrases[i]) / sizeof(*phrases[i]); k++)
			assert_int_equal(sy_strings_add(&article->phrases, phrases[i][k]), 0);
		add_slot(article, "day", SY_VALUE_DAY);
		add_slot(article, "account", SY_VALUE_DIGITS);
		add_slot(article, "town", SY_VALUE_TEXT);
	}
	return content;
}

static struct sy_search *search_of(const struct sy_content *content)
{
	struct sy_search *search = NULL;
	struct sy_problem why = {""};
	void *bytes = NULL;
	size_t n = 0;

	if (sy_search_train(content, &bytes, &n, &why))
		fail_msg("%s", why.text);
	if (sy_search_load(content, bytes, n, &search, &why))
		fail_msg("%s", why.text);
	free(bytes);
	return search;
}

static void finds(const struct sy_search *search, const char *text, const char *expected)
{
	struct sy_ranked ranked[3];
	enum sy_found found = SY_FOUND_NOTHING;
	size_t n = 0;

	assert_int_equal(sy_search_rank(search, text, ranked, 3, &n, &found), 0);
	assert_int_equal(n, 3);
	if (strcmp(ranked[0].article, expected) != 0 || found == SY_FOUND_NOTHING)
		fail_msg("\"%s\": %s (%g), expected %s", text, ranked[0].article, ranked[0].confidence, expected);
	for (size_t i = 0; i < n; i++) {
		assert_true(ranked[i].confidence >= 0 && ranked[i].confidence <= 1);
		assert_true(!i || ranked[i].confidence <= ranked[i - 1].confidence);
	}
}

static void finds_nothing(const struct sy_search *search, const char *text)
{
	struct sy_ranked ranked[1];
	enum sy_found found = SY_FOUND_SURE;
	size_t n = 7;

	assert_int_equal(sy_search_rank(search, text, ranked, 1, &n, &found), 0);
	if (found != SY_FOUND_NOTHING)
		fail_msg("\"%s\": %s %g", text, ranked[0].article, ranked[0].confidence);
}

static void test_finds_what_phrases_say(void **state)
{
	struct sy_content content = small_base();
	struct sy_search *search = search_of(&content);

	(void)state;
	for (size_t i = 0; i < N_ARTICLES; i++) {
		for (size_t k = 1; k < sizeof(phrases[i]) / sizeof(*phrases[i]); k++)
			finds(search, phrases[i][k], phrases[i][0]);
	}
	sy_search_destroy(search);
	sy_content_reset(&content);
}

static void test_finds_other_wording(void **state)
{
	struct sy_content content = small_base();
	struct sy_search *search = search_of(&content);

	(void)state;
	finds(search, "um, hello, are you open on sunday please", "hours");
	finds(search, "HOW MUCH DO I OWE ON ACCOUNT 104233?", "balance");
	finds(search, "how much do i owe on account one oh four two three three", "balance");
	finds(search, "is there an outage in stonehaven", "outage");
	finds(search, "i think my phone has been stolen", "lost");
	finds(search, "we're moving to a flat", "moving");
	sy_search_destroy(search);
	sy_content_reset(&content);
}

static void test_turns_down_what_no_article_is_about(void **state)
{
	struct sy_content content = small_base();
	struct sy_search *search = search_of(&content);

	(void)state;
	finds_nothing(search, "");
	finds_nothing(search, " ?!, ");
	finds_nothing(search, "xyzzy plugh");
	finds_nothing(search, "who won the cup final against brazil");
	finds_nothing(search, "\xff\xfe\x80");
	sy_search_destroy(search);
	sy_content_reset(&content);
}

static void test_gives_as_many_as_asked_for(void **state)
{
	struct sy_content content = small_base();
	struct sy_search *search = search_of(&content);
	struct sy_ranked ranked[N_ARTICLES + 2];
	enum sy_found found;
	size_t n;

	(void)state;
	assert_int_equal(sy_search_rank(search, "when are you open", ranked, N_ARTICLES + 2, &n, &found), 0);
	assert_int_equal(n, N_ARTICLES);
	assert_int_equal(found, SY_FOUND_SURE);
	assert_int_equal(sy_search_rank(search, "when are you open", ranked, 1, &n, &found), 0);
	assert_int_equal(n, 1);
	assert_int_equal(sy_search_rank(search, "when are you open", ranked, 0, &n, &found), 0);
	assert_int_equal(n, 0);
	sy_search_destroy(search);
	sy_content_reset(&content);
}

static void test_is_the_same_each_time(void **state)
{
	struct sy_content content = small_base();
	void *a = NULL, *b = NULL;
	size_t na = 0, nb = 0;

	(void)state;
	assert_int_equal(sy_search_train(&content, &a, &na, NULL), 0);
	assert_int_equal(sy_search_train(&content, &b, &nb, NULL), 0);
	assert_int_equal(na, nb);
	assert_memory_equal(a, b, na);
	free(a);
	free(b);
	sy_content_reset(&content);
}

static void test_refuses_what_is_no_model(void **state)
{
	struct sy_content content = small_base();
	struct sy_content other = small_base();
	struct sy_search *search = NULL;
	struct sy_problem why = {""};
	char *bytes = NULL;
	void *taken = NULL;
	size_t n = 0;

	(void)state;
	assert_int_equal(sy_search_train(&content, &taken, &n, &why), 0);
	bytes = taken;
	for (size_t cut = 0; cut < n; cut += cut < 200 ? 1 : 997)
		assert_int_equal(sy_search_load(&content, bytes, cut, &search, &why), EBADMSG);
	for (size_t i = 0; i < n; i += i < 200 ? 1 : 997) {
		bytes[i] ^= 0x10;
		assert_int_equal(sy_search_load(&content, bytes, n, &search, &why), EBADMSG);
		bytes[i] ^= 0x10;
	}
	assert_null(search);
	assert_non_null(strstr(why.text, "publish again"));
	assert_int_equal(sy_strings_add(&other.articles[0].phrases, "one more"), 0);
	assert_int_equal(sy_search_load(&other, bytes, n, &search, &why), EBADMSG);
	assert_int_equal(sy_search_load(&content, bytes, n, &search, &why), 0);
	sy_search_destroy(search);
	free(bytes);
	sy_content_reset(&content);
	sy_content_reset(&other);
}

static void test_an_empty_base_finds_nothing(void **state)
{
	struct sy_content empty = {0};
	struct sy_content one = small_base();
	struct sy_search *search = search_of(&empty);

	(void)state;
	finds_nothing(search, "when are you open");
	sy_search_destroy(search);
	sy_search_destroy(NULL);
	for (size_t i = 1; i < one.n_articles; i++)
		sy_article_reset(&one.articles[i]);
	one.n_articles = 1;
	search = search_of(&one);
	finds_nothing(search, "xyzzy");
	sy_search_destroy(search);
	sy_content_reset(&one);
}

/* Articles without phrases stand between the others and have no class. */
static void test_articles_without_phrases_are_passed_over(void **state)
{
	struct sy_content content = small_base();
	struct sy_search *search;

	(void)state;
	sy_strings_reset(&content.articles[1].phrases);
	search = search_of(&content);
	finds(search, "is there an outage in ashby", "outage");
	finds(search, "we are moving house", "moving");
	sy_search_destroy(search);
	sy_content_reset(&content);
}

static size_t features_of(const char *text)
{
	static struct sy_features features;

	sy_features_read(text, &features);
	for (size_t i = 1; i < features.n; i++)
		assert_true(features.at[i].key > features.at[i - 1].key);
	return features.n;
}

static void same_features(const char *a, const char *b)
{
	static struct sy_features x, y;

	sy_features_read(a, &x);
	sy_features_read(b, &y);
	assert_int_equal(x.n, y.n);
	for (size_t i = 0; i < x.n; i++)
		assert_int_equal(x.at[i].key, y.at[i].key);
}

static void test_features(void **state)
{
	(void)state;
	assert_int_equal(features_of("") - features_of(" .,"), 0);
	/* "a": the word, two pairs with the edges, " a", "a ", " a ". */
	assert_int_equal(features_of("a"), 6);
	same_features("What's UP?", "whats up");
	same_features("what\xe2\x80\x99s up", "what's up");
	same_features("on sunday", "on tuesday");
	same_features("account 104233", "account one four two");
	assert_true(features_of("sunday") != features_of("sun"));
}

static void test_feature_limits(void **state)
{
	static struct sy_features features;
	struct sy_text text = {0};

	(void)state;
	for (int i = 0; i < SY_SEARCH_WORDS_MAX; i++)
		assert_int_equal(sy_text_addf(&text, "%c%c ", 'a' + i % 26, 'a' + i / 26), 0);
	sy_features_read(text.s, &features);
	assert_int_equal(features.n_words, SY_SEARCH_WORDS_MAX);
	assert_int_equal(sy_text_add(&text, "more"), 0);
	sy_features_read(text.s, &features);
	assert_int_equal(features.n_words, SY_SEARCH_WORDS_MAX);
	sy_text_reset(&text);
	for (int i = 0; i < 3000; i++)
		assert_int_equal(sy_text_addf(&text, "%c%s", 'a' + i * 7 % 26, i % 40 == 39 ? " " : ""), 0);
	sy_features_read(text.s, &features);
	assert_true(features.n <= SY_SEARCH_FEATURES_MAX);
	sy_text_reset(&text);
	same_features("abcdefghijklmnopqrstuvwxyzabcdef", "abcdefghijklmnopqrstuvwxyzabcdefg");
}

/* Weights survive being made 8 bits, saved and loaded. */
static void test_model_bytes(void **state)
{
	static struct sy_features features;
	static struct sy_model_vector vector;
	char yes[] = "yes please", no[] = "no thanks";
	const struct sy_example examples[] = {{.text = yes, .class = 0}, {.text = no, .class = 1}};
	struct sy_model *model = NULL, *loaded = NULL;
	struct sy_text bytes = {0};
	const char *at;
	float a[SY_MODEL_LANES], b[SY_MODEL_LANES];

	(void)state;
	assert_int_equal(sy_model_train(examples, 2, 2, &model), 0);
	sy_features_read("yes", &features);
	sy_model_vector(model, &features, &vector);
	sy_model_scores(model, &vector, SY_MODEL_ODDS_TYPED, a);
	assert_true(a[0] > a[1] + 0.5f);
	assert_int_equal(sy_model_save(model, &bytes), 0);
	at = bytes.s;
	assert_int_equal(sy_model_load(&at, bytes.s + bytes.len, &loaded), 0);
	assert_ptr_equal(at, bytes.s + bytes.len);
	assert_int_equal(loaded->n_words, 4);
	sy_model_scores(loaded, &vector, SY_MODEL_ODDS_TYPED, b);
	assert_memory_equal(a, b, sizeof(a));
	at = bytes.s;
	assert_int_equal(sy_model_load(&at, bytes.s + bytes.len - 1, &loaded), EBADMSG);
	sy_model_destroy(model);
	sy_model_destroy(loaded);
	sy_text_reset(&bytes);
	assert_int_equal(sy_model_create(SY_MODEL_CLASSES_MAX + 1, 1, 0, &model), E2BIG);
}

/* What a word tells by itself: how much oftener it is said there than anywhere, as often as it is said here. */
static void test_words_have_odds(void **state)
{
	static struct sy_features features;
	static struct sy_model_vector vector;
	char bill[] = "bill bill bill the", phone[] = "phone phone phone the";
	const struct sy_example examples[] = {{.text = bill, .class = 0}, {.text = phone, .class = 1}};
	struct sy_model *model = NULL;
	float without[SY_MODEL_LANES], once[SY_MODEL_LANES], twice[SY_MODEL_LANES];

	(void)state;
	assert_int_equal(sy_model_train(examples, 2, 2, &model), 0);
	sy_features_read("bill the the", &features);
	sy_model_vector(model, &features, &vector);
	assert_int_equal(vector.n_words, 2);
	sy_model_scores(model, &vector, 0, without);
	sy_model_scores(model, &vector, 1, once);
	sy_model_scores(model, &vector, 2, twice);
	/* Of "the" both have a quarter of their words: it tells nothing between them. "bill": 3 of 3 against 0 of 3,
	 * each with five of all words beside it, the share of the word being 3 in 8. */
	const float told = once[0] - without[0] - (once[1] - without[1]);
	assert_true(fabsf(told - logf((3 / 0.375f + 5) / 5)) < 0.03f);
	assert_true(fabsf(twice[0] - twice[1] - (without[0] - without[1]) - 2 * told) < 1e-3f);
	sy_model_destroy(model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_finds_what_phrases_say),
		cmocka_unit_test(test_finds_other_wording),
		cmocka_unit_test(test_turns_down_what_no_article_is_about),
		cmocka_unit_test(test_gives_as_many_as_asked_for),
		cmocka_unit_test(test_is_the_same_each_time),
		cmocka_unit_test(test_refuses_what_is_no_model),
		cmocka_unit_test(test_an_empty_base_finds_nothing),
		cmocka_unit_test(test_articles_without_phrases_are_passed_over),
		cmocka_unit_test(test_features),
		cmocka_unit_test(test_feature_limits),
		cmocka_unit_test(test_model_bytes),
		cmocka_unit_test(test_words_have_odds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
