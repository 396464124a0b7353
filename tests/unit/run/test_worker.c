/* Jobs on the virtual clock and on a thread: their order, their waits, their errors, their bound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/run/worker.h"
#include "tests/mock/mock_recogniser.h"
#include "tests/mock/mock_synthesiser.h"

static const struct sy_mock_turn turns[] = {
	{"when are you open", "hours", 0.9, 0}, {"", NULL, 0, EIO}, {"agent", "agent", 0.95, 0}};

struct fixture {
	struct sy_mock_ears ears;
	struct sy_mock_mouth mouth;
	struct sy_job_tools tools;
};

static int handed;

static int pass(void *state, const struct sy_card *card, enum sy_handed *ret_handed, struct sy_problem *why)
{
	(void)state;
	(void)why;
	handed += !strcmp(card->case_key, "12345");
	*ret_handed = SY_HANDED_OVER;
	return 0;
}

static void nothing(void *state)
{
	(void)state;
}

static const struct sy_handoff_impl desk = {.name = "test", .pass = pass, .destroy = nothing};
static struct sy_handoff handoff = {&desk, NULL};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	assert_non_null(f);
	f->ears = (struct sy_mock_ears){.turns = turns, .n = sizeof turns / sizeof *turns};
	f->tools = (struct sy_job_tools){
		sy_mock_recogniser_create(&f->ears), sy_mock_synthesiser_create(&f->mouth), &handoff, NULL};
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	sy_recogniser_destroy(f->tools.recogniser);
	sy_synthesiser_destroy(f->tools.synthesiser);
	free(f);
	return 0;
}

static struct sy_job *hear_job(uint32_t id, size_t ms)
{
	static const int16_t pcm[8 * 4000];
	struct sy_hear_job what = {.pcm = pcm, .n = 8 * ms, .rate = 8000, .grammars = {"articles"}, .n_grammars = 1};
	struct sy_job *job = NULL;

	assert_int_equal(0, sy_job_hear(id, &what, &job));
	return job;
}

static struct sy_job *say_job(uint32_t id, const char *text)
{
	struct sy_say_job what = {.text = text, .voice = "slt", .rate = 8000};
	struct sy_job *job = NULL;

	assert_int_equal(0, sy_job_say(id, &what, &job));
	return job;
}

/* 2 s heard: 40 ms and 5 % of it. Then 40 characters of 20 ms: 20 ms and 2 % of that, after the decode. */
static void waits_are_simulated(void **state)
{
	struct fixture *f = *state;
	struct sy_worker *worker;
	struct sy_job *job;

	assert_int_equal(0, sy_worker_virtual_create(&f->tools, &worker));
	assert_int_equal(0, sy_worker_give(worker, hear_job(1, 2000), 500));
	assert_int_equal(0, sy_worker_give(worker, say_job(2, "0123456789012345678901234567890123456789"), 520));
	assert_null(sy_worker_finished(worker, 639));
	job = sy_worker_finished(worker, 640);
	assert_non_null(job);
	assert_int_equal(1, job->id);
	assert_int_equal(0, job->err);
	assert_string_equal("when are you open", job->hypothesis.text);
	sy_job_destroy(job);
	assert_null(sy_worker_finished(worker, 675));
	job = sy_worker_finished(worker, 676);
	assert_non_null(job);
	assert_int_equal(2, job->id);
	assert_int_equal(800, sy_sound_ms(&job->sound));
	sy_job_destroy(job);
	assert_null(sy_worker_finished(worker, 100000));
	sy_worker_destroy(worker);
}

static void errors_come_back_as_results(void **state)
{
	struct fixture *f = *state;
	struct sy_worker *worker;
	struct sy_job *job;

	assert_int_equal(0, sy_worker_virtual_create(&f->tools, &worker));
	f->ears.next = 1;
	f->mouth.err = ENOSPC;
	assert_int_equal(0, sy_worker_give(worker, hear_job(7, 100), 0));
	assert_int_equal(0, sy_worker_give(worker, say_job(8, "hello"), 0));
	job = sy_worker_finished(worker, 1000);
	assert_int_equal(EIO, job->err);
	assert_string_equal("the test wants this turn to fail", job->why.text);
	sy_job_destroy(job);
	job = sy_worker_finished(worker, 1000);
	assert_int_equal(ENOSPC, job->err);
	sy_job_destroy(job);
	sy_worker_destroy(worker);
}

static void bound_is_kept(void **state)
{
	struct fixture *f = *state;
	struct sy_worker *worker;

	assert_int_equal(0, sy_worker_virtual_create(&f->tools, &worker));
	for (uint32_t i = 0; i < SY_WORKER_JOBS_MAX; i++)
		assert_int_equal(0, sy_worker_give(worker, say_job(i, "x"), 0));
	assert_int_equal(EAGAIN, sy_worker_give(worker, say_job(99, "x"), 0));
	sy_worker_destroy(worker); /* with results nobody fetched */
	sy_worker_destroy(NULL);
}

static struct sy_job *wait_for(struct sy_worker *worker)
{
	struct sy_job *job;

	for (int i = 0; i < 10000; i++) {
		job = sy_worker_finished(worker, 0);
		if (job)
			return job;
		(void)usleep(1000);
	}
	fail_msg("no result within ten seconds");
	return NULL;
}

static void thread_does_jobs_in_order(void **state)
{
	struct fixture *f = *state;
	struct sy_card card = {.case_key = strdup("12345")};
	struct sy_worker *worker;
	struct sy_job *job = NULL;

	handed = 0;
	assert_int_equal(0, sy_worker_thread_create(&f->tools, &worker));
	assert_int_equal(
		0, sy_job_learn("slot-0", "#JSGF V1.0;\ngrammar slot;\npublic <slot> = yes | no;\n", NULL, &job));
	assert_int_equal(0, sy_worker_give(worker, job, 0));
	assert_int_equal(0, sy_worker_give(worker, hear_job(1, 100), 0));
	assert_int_equal(0, sy_worker_give(worker, say_job(2, "we are open"), 0));
	assert_int_equal(0, sy_job_pass(3, &card, &job));
	sy_card_reset(&card);
	assert_int_equal(0, sy_worker_give(worker, job, 0));
	for (uint32_t i = 0; i < 4; i++) {
		job = wait_for(worker);
		assert_int_equal(0, job->err);
		assert_int_equal(i, job->id);
		sy_job_destroy(job);
	}
	assert_int_equal(1, handed);
	assert_string_equal("slot-0", f->ears.loaded[0]);
	assert_int_equal(0, sy_worker_give(worker, say_job(9, "left behind"), 0));
	sy_worker_destroy(worker);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(waits_are_simulated, set_up, tear_down),
		cmocka_unit_test_setup_teardown(errors_come_back_as_results, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bound_is_kept, set_up, tear_down),
		cmocka_unit_test_setup_teardown(thread_does_jobs_in_order, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
