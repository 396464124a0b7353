#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/place.h"

static char folder[PATH_MAX];

static int setup(void **state)
{
	(void)state;
	(void)snprintf(folder, sizeof(folder), "/tmp/sayso_place_XXXXXX");
	return mkdtemp(folder) != NULL ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	char command[PATH_MAX + 16];

	(void)snprintf(command, sizeof(command), "rm -rf '%s'", folder);
	return system(command);
}

static void touch(const char *name)
{
	char path[PATH_MAX + 64];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	int fd = open(path, O_CREAT | O_WRONLY, 0600);
	assert_true(fd >= 0);
	close(fd);
}

static void data_is_found_in_the_source_tree(void **state)
{
	(void)state;
	char *path = NULL;
	struct sy_problem why = {0};

	unsetenv("SAYSO_DATA");
	assert_int_equal(sy_place_data("base/place.h", &path, &why), 0);
	assert_string_equal(path, SAYSO_SOURCE_DIR "/base/place.h");
	free(path);
	setenv("SAYSO_DATA", "", 1);
	assert_int_equal(sy_place_data("base", &path, &why), 0);
	free(path);
}

static void the_environment_comes_first(void **state)
{
	(void)state;
	char *path = NULL;
	char expected[PATH_MAX + 64];

	touch("CMakeLists.txt");
	setenv("SAYSO_DATA", folder, 1);
	assert_int_equal(sy_place_data("CMakeLists.txt", &path, NULL), 0);
	(void)snprintf(expected, sizeof(expected), "%s/CMakeLists.txt", folder);
	assert_string_equal(path, expected);
	free(path);
	/* what is not there is still found further on */
	assert_int_equal(sy_place_data("base/place.h", &path, NULL), 0);
	assert_string_equal(path, SAYSO_SOURCE_DIR "/base/place.h");
	free(path);
}

static void an_environment_that_names_no_folder_is_refused(void **state)
{
	(void)state;
	char *path = NULL;
	struct sy_problem why = {0};

	setenv("SAYSO_DATA", "/nonexist", 1);
	assert_int_equal(sy_place_data("base/place.h", &path, &why), ENOENT);
	assert_non_null(strstr(why.text, "SAYSO_DATA is \"/nonexist\""));
	setenv("SAYSO_DATA", SAYSO_SOURCE_DIR "/README.md", 1);
	assert_int_equal(sy_place_data("base/place.h", &path, &why), ENOTDIR);
	assert_null(path);
	unsetenv("SAYSO_DATA");
}

static void missing_data_names_every_place(void **state)
{
	(void)state;
	char untouched[] = "untouched";
	char *path = untouched;
	struct sy_problem why = {0};

	setenv("SAYSO_DATA", folder, 1);
	assert_int_equal(sy_place_data("no/such", &path, &why), ENOENT);
	assert_ptr_equal(path, untouched);
	assert_non_null(strstr(why.text, folder));
	assert_non_null(strstr(why.text, SAYSO_SOURCE_DIR "/no/such"));
	assert_non_null(strstr(why.text, SAYSO_INSTALL_DIR "/no/such"));
	assert_non_null(strstr(why.text, "SAYSO_DATA"));
	unsetenv("SAYSO_DATA");
}

static void a_path_may_not_leave_the_folder(void **state)
{
	(void)state;
	char *path = NULL;
	struct sy_problem why = {0};

	assert_int_equal(sy_place_data("/etc/passwd", &path, &why), EINVAL);
	assert_int_equal(sy_place_data("a/../../b", &path, &why), EINVAL);
	assert_int_equal(sy_place_data("..", &path, &why), EINVAL);
	setenv("XDG_DATA_HOME", folder, 1);
	assert_int_equal(sy_place_user_data("../x", &path, &why), EINVAL);
	assert_null(path);
	assert_int_equal(sy_place_user_data("a..b", &path, &why), 0);
	free(path);
}

static void user_folders_are_made_private(void **state)
{
	(void)state;
	char *path = NULL;
	char expected[PATH_MAX + 64];
	struct stat st;

	setenv("XDG_CACHE_HOME", folder, 1);
	assert_int_equal(sy_place_user_cache("speech/v1/index", &path, NULL), 0);
	(void)snprintf(expected, sizeof(expected), "%s/sayso/speech/v1/index", folder);
	assert_string_equal(path, expected);
	assert_int_equal(stat(path, &st), -1);
	*strrchr(path, '/') = '\0';
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISDIR(st.st_mode));
	assert_int_equal(st.st_mode & 077, 0);
	free(path);
	assert_int_equal(sy_place_user_cache("", &path, NULL), 0);
	(void)snprintf(expected, sizeof(expected), "%s/sayso", folder);
	assert_string_equal(path, expected);
	free(path);
}

static void without_xdg_home_serves(void **state)
{
	(void)state;
	char *path = NULL;
	char expected[PATH_MAX + 64];
	struct sy_problem why = {0};

	setenv("XDG_DATA_HOME", "relative/is/ignored", 1);
	setenv("HOME", folder, 1);
	assert_int_equal(sy_place_user_data("demo.db", &path, &why), 0);
	(void)snprintf(expected, sizeof(expected), "%s/.local/share/sayso/demo.db", folder);
	assert_string_equal(path, expected);
	free(path);
	unsetenv("HOME");
	assert_int_equal(sy_place_user_data("demo.db", &path, &why), ENOENT);
	assert_non_null(strstr(why.text, "HOME"));
}

static void a_file_in_the_way_is_said(void **state)
{
	(void)state;
	char *path = NULL;
	char blocked[PATH_MAX + 64];
	struct sy_problem why = {0};

	touch("plain");
	(void)snprintf(blocked, sizeof(blocked), "%s/plain", folder);
	setenv("XDG_DATA_HOME", blocked, 1);
	assert_int_equal(sy_place_user_data("demo.db", &path, &why), ENOTDIR);
	assert_non_null(strstr(why.text, blocked));
	assert_null(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(data_is_found_in_the_source_tree, setup, teardown),
		cmocka_unit_test_setup_teardown(the_environment_comes_first, setup, teardown),
		cmocka_unit_test_setup_teardown(an_environment_that_names_no_folder_is_refused, setup, teardown),
		cmocka_unit_test_setup_teardown(missing_data_names_every_place, setup, teardown),
		cmocka_unit_test_setup_teardown(a_path_may_not_leave_the_folder, setup, teardown),
		cmocka_unit_test_setup_teardown(user_folders_are_made_private, setup, teardown),
		cmocka_unit_test_setup_teardown(without_xdg_home_serves, setup, teardown),
		cmocka_unit_test_setup_teardown(a_file_in_the_way_is_said, setup, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
