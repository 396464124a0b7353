#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

#include "audio/ring.h"

#define STREAM_SAMPLES 400000

static void sizes_at_the_edge(void **state)
{
	(void)state;
	struct sy_ring *ring = NULL;

	assert_int_equal(sy_ring_create(0, &ring), EINVAL);
	assert_int_equal(sy_ring_create(SY_RING_SAMPLES_MAX + 1, &ring), EINVAL);
	assert_null(ring);
	assert_int_equal(sy_ring_create(SY_RING_SAMPLES_MAX, &ring), 0);
	sy_ring_destroy(ring);
	sy_ring_destroy(NULL);
}

static void order_is_kept_across_the_wrap(void **state)
{
	(void)state;
	struct sy_ring *ring = NULL;
	int16_t in[5], out[5], next_in = 0, next_out = 0;

	assert_int_equal(sy_ring_create(7, &ring), 0);
	for (int round = 0; round < 1000; round++) {
		size_t n = (size_t)(round % 5) + 1;
		for (size_t i = 0; i < n; i++)
			in[i] = next_in++;
		assert_int_equal(sy_ring_write(ring, in, n), n);
		assert_int_equal(sy_ring_filled(ring), n);
		assert_int_equal(sy_ring_read(ring, out, n), n);
		for (size_t i = 0; i < n; i++)
			assert_int_equal(out[i], next_out++);
	}
	assert_int_equal(sy_ring_overrun(ring), 0);
	assert_int_equal(sy_ring_underrun(ring), 0);
	sy_ring_destroy(ring);
}

static void what_does_not_fit_is_dropped_and_counted(void **state)
{
	(void)state;
	struct sy_ring *ring = NULL;
	const int16_t in[6] = {1, 2, 3, 4, 5, 6};
	int16_t out[4];

	assert_int_equal(sy_ring_create(4, &ring), 0);
	assert_int_equal(sy_ring_write(ring, in, 3), 3);
	assert_int_equal(sy_ring_write(ring, in + 3, 3), 1);
	assert_int_equal(sy_ring_write(ring, in, 6), 0);
	assert_int_equal(sy_ring_overrun(ring), 8);
	assert_int_equal(sy_ring_filled(ring), 4);
	assert_int_equal(sy_ring_read(ring, out, 4), 4);
	assert_memory_equal(out, in, sizeof(out));
	sy_ring_destroy(ring);
}

static void what_is_not_there_is_silence_and_counted(void **state)
{
	(void)state;
	struct sy_ring *ring = NULL;
	const int16_t in[2] = {7, 8}, expected[5] = {7, 8, 0, 0, 0};
	int16_t out[5] = {9, 9, 9, 9, 9};

	assert_int_equal(sy_ring_create(4, &ring), 0);
	assert_int_equal(sy_ring_write(ring, in, 2), 2);
	assert_int_equal(sy_ring_read(ring, out, 5), 2);
	assert_memory_equal(out, expected, sizeof(out));
	assert_int_equal(sy_ring_underrun(ring), 3);
	sy_ring_destroy(ring);
}

static void skip_forgets(void **state)
{
	(void)state;
	struct sy_ring *ring = NULL;
	const int16_t in[4] = {1, 2, 3, 4};
	int16_t out = 0;

	assert_int_equal(sy_ring_create(4, &ring), 0);
	assert_int_equal(sy_ring_write(ring, in, 4), 4);
	assert_int_equal(sy_ring_skip(ring, 2), 2);
	assert_int_equal(sy_ring_read(ring, &out, 1), 1);
	assert_int_equal(out, 3);
	assert_int_equal(sy_ring_skip(ring, SIZE_MAX), 1);
	assert_int_equal(sy_ring_filled(ring), 0);
	assert_int_equal(sy_ring_underrun(ring), 0);
	sy_ring_destroy(ring);
}

/* Writes 0, 1, 2 … in uneven pieces, each again from where it did not fit. */
static void *write_stream(void *user)
{
	struct sy_ring *ring = user;
	int16_t piece[97];

	for (size_t sent = 0; sent < STREAM_SAMPLES;) {
		size_t n = sent % 97 + 1;
		if (n > STREAM_SAMPLES - sent)
			n = STREAM_SAMPLES - sent;
		for (size_t i = 0; i < n; i++)
			piece[i] = (int16_t)(sent + i);
		size_t fitted = sy_ring_write(ring, piece, n);
		sent += fitted;
		if (fitted < n)
			sched_yield();
	}
	return NULL;
}

static void two_threads_lose_nothing(void **state)
{
	(void)state;
	struct sy_ring *ring = NULL;
	pthread_t writer;
	int16_t piece[61];
	bool same = true;

	assert_int_equal(sy_ring_create(500, &ring), 0);
	assert_int_equal(pthread_create(&writer, NULL, write_stream, ring), 0);
	for (size_t got = 0; got < STREAM_SAMPLES;) {
		size_t n = sy_ring_read(ring, piece, got % 61 + 1);
		for (size_t i = 0; i < n; i++)
			same = same && piece[i] == (int16_t)(got + i);
		got += n;
		if (n == 0)
			sched_yield();
		assert_true(sy_ring_filled(ring) <= 500);
	}
	assert_int_equal(pthread_join(writer, NULL), 0);
	assert_true(same);
	assert_int_equal(sy_ring_filled(ring), 0);
	sy_ring_destroy(ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_at_the_edge),
		cmocka_unit_test(order_is_kept_across_the_wrap),
		cmocka_unit_test(what_does_not_fit_is_dropped_and_counted),
		cmocka_unit_test(what_is_not_there_is_silence_and_counted),
		cmocka_unit_test(skip_forgets),
		cmocka_unit_test(two_threads_lose_nothing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
