/* The demonstration company is what its files promise: whole, sound, well spoken, and found by its own words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ctype.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "kb/import.h"
#include "kb/lookup.h"
#include "kb/search.h"
#include "kb/working.h"
#include "prompts/template.h"

#define SEED SAYSO_TESTS_DIR "/../kb/seed/*.yaml"
#define ANSWER_WORDS_MAX 45 /* 18 s of speech */
#define TITLE_WORDS_MAX 10
#define TOPICS_MAX 8 /* two pages of four on the way by keys */

static char folder[] = "/tmp/sayso-seed-XXXXXX";
static struct sy_store *store;
static struct sy_content content;
/* A Monday, at ten. */
static const struct tm now = {.tm_year = 126, .tm_mon = 10, .tm_mday = 23, .tm_hour = 10, .tm_wday = 1};

static int open_seed(void **state)
{
	struct sy_problem why = {""};
	struct sy_imported imported;
	glob_t files = {0};
	char path[64];
	int err;

	(void)state;
	if (!mkdtemp(folder) || glob(SEED, 0, NULL, &files))
		return -1;
	(void)snprintf(path, sizeof(path), "%s/kb.db", folder);
	err = sy_store_open(path, SY_STORE_MAKE, &store, &why);
	if (!err)
		err = sy_import_files(store, &(struct sy_strings){files.gl_pathv, files.gl_pathc}, &imported, &why);
	if (!err)
		err = sy_working_load(store, SY_WORKING_ARTICLES, &content, &why);
	globfree(&files);
	if (err)
		print_error("%s\n", why.text);
	return err;
}

static int close_seed(void **state)
{
	char command[96];

	(void)state;
	sy_content_reset(&content);
	sy_store_close(store);
	(void)snprintf(command, sizeof(command), "rm -r %s", folder);
	return system(command);
}

static size_t count_words(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += !isspace((unsigned char)*text) && (isspace((unsigned char)text[1]) || !text[1]);
	return n;
}

static void test_each_article_is_whole(void **state)
{
	(void)state;
	assert_true(content.n_articles >= 36);
	for (size_t i = 0; i < content.n_articles; i++) {
		const struct sy_article *article = &content.articles[i];

		if (!article->title || !article->topic || !article->answer || !article->owner || !article->review ||
			!strstr(article->owner, "@larkfield.example") || strncmp(article->review, "2027-", 5) != 0 ||
			article->phrases.n < 10 || count_words(article->answer) > ANSWER_WORDS_MAX ||
			count_words(article->title) > TITLE_WORDS_MAX || (!article->lookup && article->none) ||
			(article->lookup && !article->none))
			fail_msg("%s is not whole", article->id);
		for (size_t k = 0; k < article->followups.n; k++)
			assert_non_null(sy_content_article(&content, article->followups.at[k]));
		for (size_t k = 0; k < article->n_slots; k++)
			assert_non_null(article->slots[k].ask);
	}
}

static void test_few_topics(void **state)
{
	struct sy_strings topics = {0};

	(void)state;
	for (size_t i = 0; i < content.n_articles; i++) {
		bool known = false;

		for (size_t k = 0; k < topics.n; k++)
			known |= !strcmp(topics.at[k], content.articles[i].topic);
		if (!known)
			assert_int_equal(sy_strings_add(&topics, content.articles[i].topic), 0);
	}
	assert_true(topics.n <= TOPICS_MAX);
	sy_strings_reset(&topics);
}

static void test_hard_news_goes_to_a_person(void **state)
{
	static const char *const ids[] = {"cancel", "complaint", "bereavement", "lost-phone"};

	(void)state;
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		assert_true(sy_content_article(&content, ids[i])->handoff);
}

static int compare(const void *a, const void *b)
{
	return strcasecmp(*(char *const *)a, *(char *const *)b);
}

static void test_no_two_articles_share_a_phrase(void **state)
{
	char **all = calloc(sy_content_n_phrases(&content) + 1, sizeof(*all));
	size_t n = 0;

	(void)state;
	assert_non_null(all);
	for (size_t i = 0; i < content.n_articles; i++) {
		for (size_t k = 0; k < content.articles[i].phrases.n; k++)
			all[n++] = content.articles[i].phrases.at[k];
	}
	qsort(all, n, sizeof(*all), compare);
	for (size_t i = 1; i < n; i++) {
		if (!strcasecmp(all[i - 1], all[i]))
			fail_msg("twice: %s", all[i]);
	}
	free(all);
}

/* Values that find a row, for every slot of the seed. */
static void fill(const struct sy_article *article, struct sy_pairs *values)
{
	static const char *const known[][2] = {{"town", "ashby"}, {"country", "france"}, {"account", "104233"},
		{"date", "2026-11-24"}, {"day", "saturday"}, {"order", "3865698"}};

	for (size_t i = 0; i < article->n_slots; i++) {
		for (size_t k = 0; k < sizeof(known) / sizeof(*known); k++) {
			if (!strcmp(article->slots[i].name, known[k][0]))
				assert_int_equal(sy_pairs_set(values, known[k][0], known[k][1]), 0);
		}
	}
}

static void answer(const struct sy_article *article, const struct sy_pairs *slots, struct sy_pairs *values)
{
	const struct sy_lookup *lookup = sy_content_lookup(&content, article->lookup);
	struct sy_pairs row = {0};
	struct sy_problem why = {""};
	size_t n = 0;

	assert_non_null(lookup);
	if (sy_lookup_run(store, lookup, slots, &now, &row, &n, &why))
		fail_msg("%s: %s", article->id, why.text);
	if (!n)
		fail_msg("%s: finds nothing", article->id);
	for (size_t i = 0; i < row.n; i++)
		assert_int_equal(sy_pairs_set(values, row.at[i].name, row.at[i].value), 0);
	sy_pairs_reset(&row);
}

static void test_answers_fill(void **state)
{
	size_t looked_up = 0;

	(void)state;
	for (size_t i = 0; i < content.n_articles; i++) {
		const struct sy_article *article = &content.articles[i];
		struct sy_pairs values = {0}, slots = {0};
		struct sy_problem why = {""};
		char *text = NULL;

		fill(article, &slots);
		fill(article, &values);
		if (article->lookup)
			answer(article, &slots, &values);
		looked_up += article->lookup != NULL;
		if (sy_template_fill(article->id, article->answer, &values, &text, &why))
			fail_msg("%s", why.text);
		if (strstr(text, "  ") || strchr(text, '{'))
			fail_msg("%s: \"%s\"", article->id, text);
		free(text);
		text = NULL;
		if (article->none && sy_template_fill(article->id, article->none, &slots, &text, &why))
			fail_msg("%s", why.text);
		free(text);
		sy_pairs_reset(&values);
		sy_pairs_reset(&slots);
	}
	assert_true(looked_up >= 5);
}

static void says(const char *id, struct tm at, const char *day, const char *expected)
{
	const struct sy_article *article = sy_content_article(&content, id);
	struct sy_pairs slots = {0}, row = {0};
	struct sy_problem why = {""};
	char *text = NULL;
	size_t n = 0;

	if (day)
		assert_int_equal(sy_pairs_set(&slots, "day", day), 0);
	if (sy_lookup_run(store, sy_content_lookup(&content, article->lookup), &slots, &at, &row, &n, &why))
		fail_msg("%s", why.text);
	assert_int_equal(n, 1);
	if (sy_template_fill(id, article->answer, &row, &text, &why))
		fail_msg("%s", why.text);
	if (strncmp(text, expected, strlen(expected)) != 0)
		fail_msg("\"%s\", expected \"%s\"", text, expected);
	free(text);
	sy_pairs_reset(&slots);
	sy_pairs_reset(&row);
}

static void test_opening_hours_are_true(void **state)
{
	struct tm at = now;

	(void)state;
	says("opening-hours", at, NULL, "Our shops are open now. Today they are open from nine");
	says("opening-hours", at, "saturday", "On Saturday they are open from ten");
	says("opening-hours", at, "sunday", "Our shops are closed on that day. On Monday they are open");
	at.tm_hour = 22;
	says("opening-hours", at, NULL, "Our shops are closed at the moment. Tomorrow they are open");
	at.tm_mon = 11;
	at.tm_mday = 25;
	says("line-hours", at, NULL,
		"Our telephone support is closed today. It is Christmas Day. Tomorrow you can reach us");
}

static void test_phrases_find_their_article(void **state)
{
	struct sy_search *search = NULL;
	struct sy_problem why = {""};
	void *bytes = NULL;
	size_t n = 0, right = 0, asked = 0;

	(void)state;
	assert_int_equal(sy_search_train(&content, &bytes, &n, &why), 0);
	assert_int_equal(sy_search_load(&content, bytes, n, &search, &why), 0);
	for (size_t i = 0; i < content.n_articles; i++) {
		const struct sy_article *article = &content.articles[i];

		for (size_t k = 0; k < article->phrases.n; k++) {
			struct sy_ranked ranked[1];
			enum sy_found found = SY_FOUND_NOTHING;

			assert_int_equal(sy_search_rank(search, article->phrases.at[k], ranked, 1, &n, &found), 0);
			asked++;
			right += n && found != SY_FOUND_NOTHING && !strcmp(ranked[0].article, article->id);
		}
	}
	/* All of them; a few may stand too near to another article's to be sure of. */
	assert_true(right >= asked * 99 / 100);
	sy_search_destroy(search);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_article_is_whole),
		cmocka_unit_test(test_few_topics),
		cmocka_unit_test(test_hard_news_goes_to_a_person),
		cmocka_unit_test(test_no_two_articles_share_a_phrase),
		cmocka_unit_test(test_answers_fill),
		cmocka_unit_test(test_opening_hours_are_true),
		cmocka_unit_test(test_phrases_find_their_article),
	};

	return cmocka_run_group_tests(tests, open_seed, close_seed);
}
