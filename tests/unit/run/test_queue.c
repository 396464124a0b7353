/* Jobs that wait, by what they are and since when. No worker, no clock. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/run/queue.h"

#define JOBS 6

static struct sy_job jobs[JOBS];

static struct sy_job *job(size_t i, enum sy_job_kind kind, uint64_t call, int64_t due_ms)
{
	jobs[i] = (struct sy_job){.kind = kind, .call = call, .due_ms = due_ms};
	return &jobs[i];
}

static struct sy_queue of_turns(size_t n)
{
	struct sy_queue queue = {0};

	for (size_t i = 0; i < n; i++)
		sy_queue_put(&queue, job(i, SY_JOB_HEAR, i + 1, (int64_t)i * 10));
	return queue;
}

static void the_oldest_turn_goes_first(void **state)
{
	struct sy_queue queue = of_turns(3);

	(void)state;
	assert_int_equal(queue.n, 3);
	for (size_t i = 0; i < 3; i++)
		assert_ptr_equal(sy_queue_take(&queue, SY_QUEUE_BEHIND_MS), &jobs[i]);
	assert_null(sy_queue_take(&queue, SY_QUEUE_BEHIND_MS));
	assert_int_equal(queue.n, 0);
}

static void sentences_go_before_turns(void **state)
{
	struct sy_queue queue = of_turns(2);

	(void)state;
	sy_queue_put(&queue, job(2, SY_JOB_SAY, 1, 20));
	sy_queue_put(&queue, job(3, SY_JOB_SAY, 2, 30));
	sy_queue_put(&queue, job(4, SY_JOB_HEAR, 3, 40));
	/* However long they have waited. */
	for (size_t i = 2; i <= 3; i++)
		assert_ptr_equal(sy_queue_take(&queue, 10 * SY_QUEUE_STALE_MS), &jobs[i]);
	assert_ptr_equal(sy_queue_take(&queue, 40), &jobs[0]);
	sy_queue_put_back(&queue, &jobs[0]);
	for (size_t i = 0; i < 5; i += i == 1 ? 3 : 1)
		assert_ptr_equal(sy_queue_take(&queue, 40), &jobs[i]);
	assert_int_equal(queue.n, 0);
}

/* One more millisecond, and the oldest has waited for too long for the newest to be late as well. */
static void who_is_behind_begins_with_the_newest(void **state)
{
	struct sy_queue queue = of_turns(3);

	(void)state;
	assert_ptr_equal(sy_queue_take(&queue, SY_QUEUE_BEHIND_MS + 1), &jobs[2]);
	assert_ptr_equal(sy_queue_take(&queue, SY_QUEUE_BEHIND_MS), &jobs[0]);
	assert_ptr_equal(sy_queue_take(&queue, 2 * SY_QUEUE_BEHIND_MS), &jobs[1]);
	assert_null(sy_queue_take(&queue, 0));
	/* What comes after the last was taken comes in order again. */
	queue = of_turns(2);
	assert_ptr_equal(sy_queue_take(&queue, SY_QUEUE_BEHIND_MS + 1), &jobs[1]);
	sy_queue_put(&queue, job(2, SY_JOB_HEAR, 9, 700));
	assert_ptr_equal(sy_queue_take(&queue, SY_QUEUE_BEHIND_MS), &jobs[0]);
	assert_ptr_equal(sy_queue_take(&queue, 700), &jobs[2]);
}

static void stale_turns_are_taken_out_of_the_way(void **state)
{
	struct sy_queue queue = of_turns(3);
	const int64_t now_ms = SY_QUEUE_STALE_MS + 1;

	(void)state;
	assert_ptr_equal(sy_queue_take(&queue, now_ms), &jobs[0]);
	assert_true(sy_queue_is_stale(&jobs[0], now_ms));
	assert_false(sy_queue_is_stale(&jobs[0], now_ms - 1));
	assert_ptr_equal(sy_queue_take(&queue, now_ms), &jobs[2]);
	assert_ptr_equal(sy_queue_take(&queue, now_ms), &jobs[1]);
	assert_false(sy_queue_is_stale(job(3, SY_JOB_SAY, 1, 0), 2 * now_ms));
}

static void a_call_s_jobs_are_found(void **state)
{
	struct sy_queue queue = of_turns(3);

	(void)state;
	sy_queue_put(&queue, job(3, SY_JOB_SAY, 3, 0));
	assert_null(sy_queue_take_of(&queue, 7, false));
	assert_ptr_equal(sy_queue_take_of(&queue, 3, true), &jobs[2]);
	assert_null(sy_queue_take_of(&queue, 3, true));
	assert_ptr_equal(sy_queue_take_of(&queue, 3, false), &jobs[3]);
	/* The last one is gone: what comes goes behind the one before it. */
	sy_queue_put(&queue, job(4, SY_JOB_HEAR, 8, 30));
	assert_int_equal(queue.n, 3);
	for (size_t i = 0; i < 5; i += i == 1 ? 3 : 1)
		assert_ptr_equal(sy_queue_take(&queue, 30), &jobs[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_oldest_turn_goes_first),
		cmocka_unit_test(sentences_go_before_turns),
		cmocka_unit_test(who_is_behind_begins_with_the_newest),
		cmocka_unit_test(stale_turns_are_taken_out_of_the_way),
		cmocka_unit_test(a_call_s_jobs_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
