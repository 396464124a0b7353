#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "written.h"

#include "base/listing.h"

static void entries_are_read_with_their_lines(void **state)
{
	struct sy_listing listing = {0};

	(void)state;
	write_text("# ways to begin\n\n  i was wondering \r\n\t \num # a remark\nlast");
	assert_int_equal(sy_listing_read(written, 3, &listing, NULL), 0);
	assert_int_equal(listing.n, 3);
	assert_string_equal(listing.at[0], "i was wondering");
	assert_int_equal(listing.lines[0], 3);
	assert_string_equal(listing.at[1], "um");
	assert_int_equal(listing.lines[1], 5);
	assert_string_equal(listing.at[2], "last");
	sy_listing_reset(&listing);
	assert_int_equal(listing.n, 0);
	write_text("");
	assert_int_equal(sy_listing_read(written, 0, &listing, NULL), 0);
	assert_int_equal(listing.n, 0);
	sy_listing_reset(&listing);
}

static void refused(size_t max, int expected, const char *part)
{
	struct sy_listing listing = {0};
	struct sy_problem why = {""};

	assert_int_equal(sy_listing_read(written, max, &listing, &why), expected);
	if (!strstr(why.text, part) || !strstr(why.text, written))
		fail_msg("\"%s\" does not say \"%s\"", why.text, part);
	assert_int_equal(listing.n, 0);
	assert_null(listing.at);
}

static void more_entries_than_allowed_are_named(void **state)
{
	(void)state;
	write_text("one\n# two\n\nthree\n");
	refused(1, E2BIG, ":4: more than 1 entries");
}

static void a_line_may_be_so_long(void **state)
{
	struct sy_listing listing = {0};
	char text[SY_LISTING_LINE_MAX + 16];

	(void)state;
	/* With its end it just fits; the last of a file needs none. */
	memset(text, 'a', sizeof text);
	memcpy(text + SY_LISTING_LINE_MAX - 2, "\nb", 3);
	write_text(text);
	assert_int_equal(sy_listing_read(written, 2, &listing, NULL), 0);
	assert_int_equal(listing.n, 2);
	assert_int_equal(strlen(listing.at[0]), SY_LISTING_LINE_MAX - 2);
	sy_listing_reset(&listing);
	/* One more, and it does not. */
	memset(text, 'a', sizeof text);
	memcpy(text + SY_LISTING_LINE_MAX - 1, "\nb", 3);
	write_text(text);
	refused(2, EINVAL, ":1: a line of 256 bytes or more");
}

static void a_missing_file_is_named(void **state)
{
	struct sy_listing listing = {0};
	struct sy_problem why = {""};

	(void)state;
	assert_int_equal(sy_listing_read("/nowhere/at.all", 1, &listing, &why), ENOENT);
	assert_string_equal(why.text, "/nowhere/at.all: No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_read_with_their_lines),
		cmocka_unit_test(more_entries_than_allowed_are_named),
		cmocka_unit_test(a_line_may_be_so_long),
		cmocka_unit_test(a_missing_file_is_named),
	};

	return cmocka_run_group_tests_name("listing", tests, make_file, remove_file);
}
