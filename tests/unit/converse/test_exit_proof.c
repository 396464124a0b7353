#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "engine/converse/exit_proof.h"

static struct sy_prompts *prompts;

static int load(void **state)
{
	(void)state;
	return sy_prompts_load(SAYSO_SOURCE_DIR "/prompts/en", &prompts, NULL);
}

static int unload(void **state)
{
	(void)state;
	sy_prompts_destroy(prompts);
	return 0;
}

/* The real table with one row put in front of it. */
static int prove_with(const struct sy_row *row, struct sy_problem *why)
{
	const struct sy_dialogue_table *real = sy_dialogue_table();
	struct sy_row *rows = calloc(real->n + 1, sizeof(*rows));
	struct sy_dialogue_table table = {.rows = rows, .n = real->n + 1};
	struct sy_exit_report report;
	int err;

	assert_non_null(rows);
	rows[0] = *row;
	memcpy(rows + 1, real->rows, real->n * sizeof(*rows));
	err = sy_exit_proof_table(&table, NULL, NULL, &report, why);
	free(rows);
	return err;
}

static void the_dialogue_is_proven(void **state)
{
	struct sy_exit_report report = {0};
	struct sy_problem why = {""};
	int err = sy_exit_proof(prompts, NULL, &report, &why);

	(void)state;
	if (err)
		print_message("%s\n", why.text);
	assert_int_equal(err, 0);
	assert_int_equal(report.promises, 4);
	assert_true(report.states > SY_STATE_N);
	assert_int_equal(report.edges, report.states * SY_ON_N);
	assert_int_equal(report.prompts, SY_PROMPT_ID_N - 1);
	assert_int_equal(report.articles, 0);
}

static void a_missing_row_is_found(void **state)
{
	const struct sy_dialogue_table *real = sy_dialogue_table();
	struct sy_dialogue_table table = {.rows = real->rows, .n = real->n - 1};
	struct sy_exit_report report = {.states = 77};
	struct sy_problem why = {""};

	(void)state;
	assert_int_equal(sy_exit_proof_table(&table, NULL, NULL, &report, &why), EPERM);
	assert_non_null(strstr(why.text, "no row"));
	assert_int_equal(report.states, 77);
}

struct breakage {
	struct sy_row row;
	const char *says;
};

static void each_broken_promise_is_found(void **state)
{
	static const struct breakage breakages[] = {
		{{.in = SY_IN(SY_STATE_GOODBYE), .at = SY_AT(SY_ON_AGENT), .next = SY_STATE_SAME}, "P1"},
		{{.in = SY_IN(SY_STATE_ASK), .at = SY_AT(SY_ON_KEY_0), .next = SY_STATE_SAME, .act = SY_DO_TYPE}, "P1"},
		{{.in = SY_IN(SY_STATE_CHECK), .at = SY_AT(SY_ON_AGENT), .next = SY_STATE_HAND_OVER}, "P1"},
		{{.in = SY_IN(SY_STATE_OPEN), .at = SY_AT(SY_ON_SILENCE), .next = SY_STATE_SAME}, "P2"},
		{{.in = SY_IN(SY_STATE_OFFER),
			 .at = SY_AT(SY_ON_NOT_UNDERSTOOD),
			 .next = SY_STATE_SAME,
			 .act = SY_DO_COUNT},
			"P2"},
		{{.in = SY_IN(SY_STATE_ASK),
			 .at = SY_AT(SY_ON_VALUE_BAD),
			 .failed = 1u << 1,
			 .next = SY_STATE_SAME,
			 .act = SY_DO_COUNT},
			"P2"},
		{{.in = SY_IN(SY_STATE_OPEN), .at = SY_AT(SY_ON_SAID), .next = SY_STATE_SAME, .act = SY_DO_CLEAR},
			"P2"},
		{{.in = SY_IN(SY_STATE_OPEN), .at = SY_AT(SY_ON_SAID), .next = SY_STATE_ENDED}, "P3"},
		{{.in = SY_IN(SY_STATE_OPEN), .at = SY_AT(SY_ON_SAID), .next = SY_STATE_GOODBYE}, "P3"},
		{{.in = SY_IN(SY_STATE_ANSWERING), .at = SY_AT(SY_ON_SAID), .next = SY_STATE_PASSED}, "P3"},
		{{.in = SY_IN(SY_STATE_ANSWERING), .at = SY_AT(SY_ON_SAID), .next = SY_STATE_STILL_THERE}, "P3"},
		{{.in = SY_IN(SY_STATE_ANSWERING), .at = SY_AT(SY_ON_SAID), .next = SY_STATE_HAND_OVER}, "P3"},
		{{.in = SY_IN(SY_STATE_GOODBYE),
			 .at = SY_AT(SY_ON_TOO_LONG),
			 .failed = 1u << 0,
			 .next = SY_STATE_SAME,
			 .act = SY_DO_COUNT},
			"P3"},
		{{.in = SY_IN(SY_STATE_CONFIRM), .at = SY_AT(SY_ON_REPEAT), .next = SY_STATE_SAME}, "P8"},
		{{.in = SY_IN(SY_STATE_CONFIRM), .at = SY_AT(SY_ON_HELP), .next = SY_STATE_SAME, .act = SY_DO_COUNT},
			"P8"},
		{{.in = SY_IN(SY_STATE_ASK),
			 .at = SY_AT(SY_ON_START_OVER),
			 .next = SY_STATE_ASK,
			 .act = SY_DO_QUESTION},
			"P8"},
		{{.in = SY_IN(SY_STATE_OPEN), .at = SY_AT(SY_ON_YES), .next = 200}, "not there"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(breakages) / sizeof(breakages[0]); i++) {
		struct sy_problem why = {""};
		int err = prove_with(&breakages[i].row, &why);

		if (err != EPERM || !strstr(why.text, breakages[i].says))
			print_message("%zu: %s, expected %s\n", i, why.text, breakages[i].says);
		assert_int_equal(err, EPERM);
		assert_non_null(strstr(why.text, breakages[i].says));
		assert_non_null(strstr(why.text, "greeting"));
	}
}

static void a_prompt_without_words_is_found(void **state)
{
	static const char text[] = "greeting: Hello.\n";
	struct sy_prompts *few = NULL;
	struct sy_exit_report report;
	struct sy_problem why = {""};

	(void)state;
	assert_int_equal(sy_prompts_load_text("few", text, strlen(text), &few, NULL), 0);
	assert_int_equal(sy_exit_proof(few, NULL, &report, &why), EPERM);
	assert_non_null(strstr(why.text, "date-order"));
	sy_prompts_destroy(few);
}

static void a_greeting_of_the_content_tells_of_a_machine(void **state)
{
	char hides[] = "Welcome to Riverside Bikes.", banned[] = "This is a machine. Your call is important to us.",
	     good[] = "Welcome to {company}. You are talking to a machine.";
	struct sy_content content = {.greeting = hides};
	struct sy_exit_report report;
	struct sy_problem why = {""};

	(void)state;
	assert_int_equal(sy_exit_proof(prompts, &content, &report, &why), EPERM);
	assert_non_null(strstr(why.text, "P9"));
	assert_non_null(strstr(why.text, "does not say that a machine speaks"));
	content.greeting = banned;
	assert_int_equal(sy_exit_proof(prompts, &content, &report, &why), EPERM);
	assert_non_null(strstr(why.text, "banned"));
	content.greeting = good;
	assert_int_equal(sy_exit_proof(prompts, &content, &report, &why), 0);
}

static char id_texts[30][8];

static void make_content(struct sy_article *articles, size_t n, struct sy_content *content)
{
	static char topic[] = "billing";
	size_t i;

	for (i = 0; i < n; i++) {
		id_texts[i][0] = 'a';
		id_texts[i][1] = (char)('a' + i % 26);
		id_texts[i][2] = (char)('0' + i / 26);
		articles[i] =
			(struct sy_article){.id = id_texts[i], .title = id_texts[i], .topic = i % 3 ? topic : NULL};
	}
	*content = (struct sy_content){.articles = articles, .n_articles = n};
}

static void every_article_is_reached_by_keys(void **state)
{
	struct sy_article articles[30] = {{0}};
	struct sy_content content;
	struct sy_exit_report report = {0};

	(void)state;
	make_content(articles, 30, &content);
	assert_int_equal(sy_exit_proof(prompts, &content, &report, NULL), 0);
	assert_int_equal(report.articles, 30);
	assert_int_equal(report.promises, 5);
}

static void a_detail_that_nobody_could_give_is_found(void **state)
{
	static char name[] = "colour";
	struct sy_slot slot = {.name = name, .kind = SY_VALUE_TEXT};
	struct sy_article articles[2] = {{0}};
	struct sy_content content;
	struct sy_exit_report report = {0};
	struct sy_problem why = {""};

	(void)state;
	make_content(articles, 2, &content);
	articles[1].slots = &slot;
	articles[1].n_slots = 1;
	assert_int_equal(sy_exit_proof(prompts, &content, &report, &why), EPERM);
	assert_non_null(strstr(why.text, "colour"));
	slot.kind = SY_VALUE_DIGITS;
	assert_int_equal(sy_exit_proof(prompts, &content, &report, &why), 0);
}

static void two_articles_of_one_name_are_found(void **state)
{
	static char odd[] = "odd";
	struct sy_article articles[2] = {{.id = odd, .title = odd}, {.id = odd, .title = odd}};
	struct sy_content content = {.articles = articles, .n_articles = 2};
	struct sy_exit_report report = {0};

	(void)state;
	/* Both are found under the one name: the proof is about ways, not about twins, which content checks find. */
	assert_int_equal(sy_exit_proof(prompts, &content, &report, NULL), 0);
}

static void the_prompts_keep_their_promises(void **state)
{
	const char *ids[SY_PROMPT_ID_N];
	int i;

	(void)state;
	for (i = 1; i < SY_PROMPT_ID_N; i++)
		ids[i - 1] = sy_prompt_id((enum sy_prompt_id)i);
	assert_int_equal(sy_prompts_lint(prompts, NULL, NULL), 0);
	assert_int_equal(sy_prompts_lint_ids(prompts, ids, SY_PROMPT_ID_N - 1, NULL, NULL), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_dialogue_is_proven),
		cmocka_unit_test(a_missing_row_is_found),
		cmocka_unit_test(each_broken_promise_is_found),
		cmocka_unit_test(a_prompt_without_words_is_found),
		cmocka_unit_test(a_greeting_of_the_content_tells_of_a_machine),
		cmocka_unit_test(every_article_is_reached_by_keys),
		cmocka_unit_test(a_detail_that_nobody_could_give_is_found),
		cmocka_unit_test(two_articles_of_one_name_are_found),
		cmocka_unit_test(the_prompts_keep_their_promises),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
