/* The one way between threads: order, bound, closing, and messages from several threads at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>

#include "base/mailbox.h"

static void keeps_order_and_bound(void **state)
{
	struct sy_mailbox *mailbox;
	int messages[4];

	(void)state;
	assert_int_equal(0, sy_mailbox_create(3, &mailbox));
	assert_null(sy_mailbox_take(mailbox));
	for (int round = 0; round < 5; round++) { /* the ring wraps */
		for (int i = 0; i < 3; i++)
			assert_int_equal(0, sy_mailbox_put(mailbox, &messages[i]));
		assert_int_equal(EAGAIN, sy_mailbox_put(mailbox, &messages[3]));
		assert_ptr_equal(&messages[0], sy_mailbox_take(mailbox));
		assert_int_equal(0, sy_mailbox_put(mailbox, &messages[3]));
		for (int i = 1; i < 4; i++)
			assert_ptr_equal(&messages[i], sy_mailbox_wait(mailbox));
		assert_null(sy_mailbox_take(mailbox));
	}
	sy_mailbox_destroy(mailbox);
	sy_mailbox_destroy(NULL);
}

static void closed_gives_what_is_left(void **state)
{
	struct sy_mailbox *mailbox;
	int message;

	(void)state;
	assert_int_equal(0, sy_mailbox_create(2, &mailbox));
	assert_int_equal(0, sy_mailbox_put(mailbox, &message));
	sy_mailbox_close(mailbox);
	assert_int_equal(EPIPE, sy_mailbox_put(mailbox, &message));
	assert_ptr_equal(&message, sy_mailbox_wait(mailbox));
	assert_null(sy_mailbox_wait(mailbox));
	sy_mailbox_destroy(mailbox);
}

#define MESSAGES 2000
#define WRITERS 3

struct traffic {
	struct sy_mailbox *mailbox;
	int numbers[WRITERS][MESSAGES];
	bool in_order;
	int n_read;
};

struct writer {
	struct traffic *traffic;
	int which;
};

static void *write_all(void *arg)
{
	struct writer *writer = arg;
	struct traffic *traffic = writer->traffic;

	for (int i = 0; i < MESSAGES; i++) {
		traffic->numbers[writer->which][i] = writer->which * MESSAGES + i;
		while (sy_mailbox_put(traffic->mailbox, &traffic->numbers[writer->which][i]) == EAGAIN)
			(void)sched_yield();
	}
	return NULL;
}

static void *read_all(void *arg)
{
	struct traffic *traffic = arg;
	int next[WRITERS] = {0};
	const int *message;

	traffic->in_order = true;
	while ((message = sy_mailbox_wait(traffic->mailbox))) {
		int which = *message / MESSAGES;

		traffic->in_order = traffic->in_order && *message % MESSAGES == next[which];
		next[which]++;
		traffic->n_read++;
	}
	return NULL;
}

static void threads_lose_nothing(void **state)
{
	static struct traffic traffic;
	struct writer writers[WRITERS];
	pthread_t threads[WRITERS];
	pthread_t reader;

	(void)state;
	assert_int_equal(0, sy_mailbox_create(7, &traffic.mailbox));
	assert_int_equal(0, pthread_create(&reader, NULL, read_all, &traffic));
	for (int i = 0; i < WRITERS; i++) {
		writers[i] = (struct writer){&traffic, i};
		assert_int_equal(0, pthread_create(&threads[i], NULL, write_all, &writers[i]));
	}
	for (int i = 0; i < WRITERS; i++)
		assert_int_equal(0, pthread_join(threads[i], NULL));
	sy_mailbox_close(traffic.mailbox);
	assert_int_equal(0, pthread_join(reader, NULL));
	assert_int_equal(WRITERS * MESSAGES, traffic.n_read);
	assert_true(traffic.in_order);
	sy_mailbox_destroy(traffic.mailbox);
}

static void a_wait_may_be_bounded(void **state)
{
	struct sy_mailbox *mailbox = NULL;
	int message = 1;

	(void)state;
	assert_int_equal(0, sy_mailbox_create(1, &mailbox));
	assert_null(sy_mailbox_wait_for(mailbox, 0));
	assert_null(sy_mailbox_wait_for(mailbox, 1001));
	assert_int_equal(0, sy_mailbox_put(mailbox, &message));
	assert_ptr_equal(&message, sy_mailbox_wait_for(mailbox, 60000));
	sy_mailbox_close(mailbox);
	assert_null(sy_mailbox_wait_for(mailbox, 60000));
	sy_mailbox_destroy(mailbox);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wait_may_be_bounded),
		cmocka_unit_test(keeps_order_and_bound),
		cmocka_unit_test(closed_gives_what_is_left),
		cmocka_unit_test(threads_lose_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
