/* rehearsal: what is said before anyone calls, in which order, and where it ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audio/frame.h"
#include "base/text.h"
#include "engine/speak/rehearsal.h"

/* A voice that writes down what it is given, a line each. */
static int note(void *state, const struct sy_say_job *job, struct sy_sound *ret_sound, struct sy_problem *why)
{
	if (strstr(job->text, "unspeakable"))
		return sy_problem_set(why, EINVAL, "no");
	assert_int_equal(job->rate, SY_RATE_LINE);
	*ret_sound = (struct sy_sound){.rate = job->rate};
	return sy_text_addf(state, "%s\n", job->text);
}

static void leave(void *state)
{
	(void)state;
}

static const struct sy_synthesiser_impl noting = {.name = "noting", .say = note, .destroy = leave};

struct stage {
	struct sy_text said;
	struct sy_synthesiser voice;
	struct sy_prompts *prompts;
	struct sy_article articles[2];
	struct sy_content content;
	struct sy_rehearsal rehearsal;
	size_t told;
};

static void count(void *arg, size_t done, size_t total)
{
	struct stage *stage = arg;

	stage->told++;
	assert_int_equal(done, stage->told);
	assert_true(done <= total);
}

static void set(struct stage *stage, const char *prompts)
{
	struct sy_problem why = {""};

	*stage = (struct stage){.voice = {&noting, &stage->said}};
	assert_int_equal(sy_prompts_load_text("t", prompts, strlen(prompts), &stage->prompts, &why), 0);
	stage->content = (struct sy_content){.articles = stage->articles};
	stage->rehearsal = (struct sy_rehearsal){.voice = &stage->voice,
		.prompts = stage->prompts,
		.content = &stage->content,
		.rate = SY_RATE_LINE,
		.progress = count,
		.arg = stage};
}

static struct sy_rehearsed rehearse(struct stage *stage)
{
	struct sy_rehearsed rehearsed = {0};

	assert_int_equal(sy_rehearse(&stage->rehearsal, &rehearsed), 0);
	return rehearsed;
}

static void strike(struct stage *stage)
{
	sy_prompts_destroy(stage->prompts);
	sy_text_reset(&stage->said);
}

static void says_what_needs_no_value(void **state)
{
	struct stage stage;
	struct sy_rehearsed rehearsed;
	struct sy_slot slot = {.ask = (char[]){"Which town?"}};

	(void)state;
	set(&stage, "goodbye: Thank {company}. Case {case_key}.\nconfirm: About {title}?\n"
		    "confirm-either: About {first}? Or {second}?\n");
	stage.content.company = (char[]){"Larkfield"};
	stage.content.greeting = (char[]){"This is {company}."};
	stage.content.n_articles = 2;
	stage.articles[0] = (struct sy_article){.title = (char[]){"the hours"},
		.answer = (char[]){"We open at {opens|time}. Come in. [pause] Bye."},
		.none = (char[]){"Closed."},
		.slots = &slot,
		.n_slots = 1};
	stage.articles[1] = (struct sy_article){.answer = (char[]){"An unspeakable one."}};
	rehearsed = rehearse(&stage);
	assert_string_equal(sy_text_str(&stage.said), "This is Larkfield.\nThank Larkfield.\nCome in. [pause]\nBye.\n"
						      "Closed.\nWhich town?\nAbout the hours?\nOr the hours?\n");
	assert_int_equal(rehearsed.sentences, 9);
	assert_int_equal(rehearsed.ready, 8);
	assert_int_equal(stage.told, 9);
	strike(&stage);
}

static void ends_at_its_bounds(void **state)
{
	volatile sig_atomic_t stop = 1;
	struct stage stage;
	struct sy_text answer = {0};
	struct sy_rehearsed rehearsed;

	(void)state;
	set(&stage, "sorry: Larkfield\n");
	for (int i = 0; i < SY_REHEARSAL_MAX; i++)
		assert_int_equal(sy_text_addf(&answer, "Number %d. ", i), 0);
	stage.articles[0].answer = answer.s;
	stage.content.n_articles = 1;
	rehearsed = rehearse(&stage);
	assert_int_equal(rehearsed.sentences, SY_REHEARSAL_MAX);
	assert_int_equal(rehearsed.ready, SY_REHEARSAL_MAX);
	assert_null(strstr(stage.said.s, "Number 999."));
	assert_non_null(strstr(stage.said.s, "Number 998."));
	stage.rehearsal.stop = &stop;
	rehearsed = rehearse(&stage);
	assert_int_equal(rehearsed.ready, 0);
	assert_int_equal(rehearsed.sentences, SY_REHEARSAL_MAX);
	stage.rehearsal.stop = NULL;
	stage.rehearsal.ms_max = -1; /* the time is over before it begins */
	rehearsed = rehearse(&stage);
	assert_int_equal(rehearsed.ready, 0);
	sy_text_reset(&answer);
	strike(&stage);
}

static void needs_no_content(void **state)
{
	struct stage stage;

	(void)state;
	set(&stage, "hello: Hello.\n");
	assert_int_equal(rehearse(&stage).ready, 1);
	strike(&stage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_needs_no_value),
		cmocka_unit_test(ends_at_its_bounds),
		cmocka_unit_test(needs_no_content),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
