#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/person/spool.h"

static char folder[] = "/tmp/sayso-spool-XXXXXX";
static char path[64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	(void)snprintf(path, sizeof(path), "%s/base.db-desk", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

static int remove_file(void **state)
{
	(void)state;
	(void)unlink(path);
	return 0;
}

struct taken {
	char lines[256];
	int n; /* times */
	int err;
};

static int take(void *arg, const char *lines)
{
	struct taken *taken = arg;

	taken->n++;
	(void)snprintf(taken->lines, sizeof(taken->lines), "%s", lines);
	return taken->err;
}

static void lines_wait_until_they_are_written(void **state)
{
	struct taken taken = {.err = EBUSY};
	struct stat status;

	(void)state;
	assert_int_equal(sy_spool_drain(path, take, &taken), 0); /* no file */
	assert_int_equal(sy_spool_count(path), 0);
	assert_int_equal(sy_spool_add(path, "one"), 0);
	assert_int_equal(sy_spool_add(path, "two"), 0);
	assert_int_equal(sy_spool_add(path, "two\nlines"), EINVAL);
	assert_int_equal(stat(path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	assert_int_equal(sy_spool_drain(path, take, &taken), EBUSY);
	assert_int_equal(sy_spool_count(path), 2);
	taken.err = 0;
	assert_int_equal(sy_spool_drain(path, take, &taken), 0);
	assert_string_equal(taken.lines, "one\ntwo\n");
	assert_int_equal(sy_spool_count(path), 0);
	assert_int_equal(sy_spool_drain(path, take, &taken), 0);
	assert_int_equal(taken.n, 2); /* not for nothing */
}

static void half_a_line_is_left_out(void **state)
{
	struct taken taken = {0};
	int fd;

	(void)state;
	assert_int_equal(sy_spool_add(path, "whole"), 0);
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	assert_int_equal(write(fd, "ha", 2), 2);
	(void)close(fd);
	assert_int_equal(sy_spool_count(path), 1);
	assert_int_equal(sy_spool_add(path, "next"), 0);
	assert_int_equal(sy_spool_drain(path, take, &taken), 0);
	assert_string_equal(taken.lines, "whole\nnext\n");
}

static void no_more_than_so_many_wait(void **state)
{
	(void)state;
	for (int i = 0; i < SY_SPOOL_LINES_MAX; i++)
		assert_int_equal(sy_spool_add(path, "line"), 0);
	assert_int_equal(sy_spool_add(path, "line"), ENOBUFS);
	assert_int_equal(sy_spool_count(path), SY_SPOOL_LINES_MAX);
}

/* A limit on the size of files stands for a full disk: nothing of the line stays. */
static void what_does_not_fit_on_the_disk_is_told(void **state)
{
	struct rlimit usual, little;

	(void)state;
	assert_int_equal(sy_spool_add(path, "one"), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
	little = usual;
	little.rlim_cur = 6;
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
	assert_int_equal(sy_spool_add(path, "another"), EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &usual), 0);
	assert_int_equal(sy_spool_count(path), 1);
	assert_int_equal(sy_spool_add(path, "two"), 0);
	assert_int_equal(sy_spool_count(path), 2);
}

static void a_folder_that_is_not_there_is_told(void **state)
{
	struct taken taken = {0};

	(void)state;
	assert_int_equal(sy_spool_add("/nowhere/at/all", "line"), ENOENT);
	assert_int_equal(sy_spool_drain("/nowhere/at/all", take, &taken), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(lines_wait_until_they_are_written, remove_file),
		cmocka_unit_test_teardown(half_a_line_is_left_out, remove_file),
		cmocka_unit_test_teardown(no_more_than_so_many_wait, remove_file),
		cmocka_unit_test_teardown(what_does_not_fit_on_the_disk_is_told, remove_file),
		cmocka_unit_test(a_folder_that_is_not_there_is_told),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
