/* A file of a test's own, and what is written to it. For one test program. */
#ifndef SY_TESTS_WRITTEN_H
#define SY_TESTS_WRITTEN_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static char written[] = "/tmp/sayso-written-XXXXXX";

static int make_file(void **state)
{
	int fd = mkstemp(written);

	(void)state;
	return fd < 0 || close(fd) != 0;
}

static int remove_file(void **state)
{
	(void)state;
	return unlink(written);
}

static void write_text(const char *text)
{
	FILE *file = fopen(written, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

#endif
