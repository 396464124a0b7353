/* What the service manager is told, and when the watchdog is left to bite. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "engine/run/notify.h"

/* An abstract name, which systemd uses too where a path would be too long. */
static int manager(char *ret_name, size_t size)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	int n = snprintf(ret_name, size, "@sayso-notify-test-%d", (int)getpid());

	assert_true(file >= 0);
	memcpy(address.sun_path + 1, ret_name + 1, (size_t)n - 1);
	assert_int_equal(0, bind(file, (struct sockaddr *)&address,
				    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)n)));
	return file;
}

static const char *told(int file)
{
	static char message[1024];
	ssize_t n = recv(file, message, sizeof message - 1, 0);

	message[n > 0 ? n : 0] = '\0';
	return message;
}

static void nobody_listens(void **state)
{
	struct sy_notify *notify;

	(void)state;
	(void)unsetenv("NOTIFY_SOCKET");
	assert_int_equal(0, sy_notify_create(&notify, NULL));
	assert_false(sy_notify_heard(notify));
	assert_int_equal(0, sy_notify_ready(notify, "x"));
	assert_int_equal(0, sy_notify_watchdog_ms(notify));
	assert_int_equal(0, sy_notify_alive(notify, 1, 1));
	sy_notify_destroy(notify);
	sy_notify_destroy(NULL);
}

static void manager_is_told(void **state)
{
	struct sy_notify *notify;
	char name[64];
	int file = manager(name, sizeof name);

	(void)state;
	assert_int_equal(0, setenv("NOTIFY_SOCKET", name, 1));
	assert_int_equal(0, sy_notify_create(&notify, NULL));
	assert_null(getenv("NOTIFY_SOCKET")); /* workers must not speak for the service */
	assert_true(sy_notify_heard(notify));
	assert_int_equal(0, sy_notify_ready(notify, "2 workers\nREADY=0"));
	assert_string_equal("READY=1\nSTATUS=2 workers READY=0", told(file));
	assert_int_equal(0, sy_notify_reloading(notify));
	assert_int_equal(0, strncmp(told(file), "RELOADING=1\nMONOTONIC_USEC=", 27));
	assert_int_equal(0, sy_notify_ready(notify, NULL));
	assert_string_equal("READY=1\n", told(file));
	assert_int_equal(0, sy_notify_status(notify, "12 calls"));
	assert_string_equal("STATUS=12 calls", told(file));
	assert_int_equal(0, sy_notify_extend(notify, 90));
	assert_string_equal("EXTEND_TIMEOUT_USEC=90000000\n", told(file));
	assert_int_equal(0, sy_notify_stopping(notify, "3 calls go on"));
	assert_string_equal("STOPPING=1\nSTATUS=3 calls go on", told(file));
	(void)close(file);
	assert_int_equal(ECONNREFUSED, sy_notify_ready(notify, NULL));
	sy_notify_destroy(notify);
}

static struct sy_notify *watched(const char *name, const char *pid)
{
	struct sy_notify *notify;

	assert_int_equal(0, setenv("NOTIFY_SOCKET", name, 1));
	assert_int_equal(0, setenv("WATCHDOG_USEC", "10000000", 1));
	assert_int_equal(0, setenv("WATCHDOG_PID", pid, 1));
	assert_int_equal(0, sy_notify_create(&notify, NULL));
	assert_null(getenv("WATCHDOG_USEC"));
	return notify;
}

static void watchdog_hears_only_of_progress(void **state)
{
	struct sy_notify *notify;
	char name[64], pid[16];
	int file = manager(name, sizeof name);

	(void)state;
	(void)snprintf(pid, sizeof pid, "%d", (int)getpid());
	notify = watched(name, pid);
	assert_int_equal(5000, sy_notify_watchdog_ms(notify));
	assert_int_equal(0, sy_notify_alive(notify, 1, 100));
	assert_string_equal("WATCHDOG=1\n", told(file));
	assert_int_equal(0, sy_notify_alive(notify, 2, 2599)); /* too soon */
	assert_string_equal("", told(file));
	assert_int_equal(0, sy_notify_alive(notify, 2, 2600));
	assert_string_equal("WATCHDOG=1\n", told(file));
	assert_int_equal(0, sy_notify_alive(notify, 2, 9000)); /* the media thread stands still */
	assert_string_equal("", told(file));
	assert_int_equal(0, sy_notify_alive(notify, 3, 9001));
	assert_string_equal("WATCHDOG=1\n", told(file));
	sy_notify_destroy(notify);

	notify = watched(name, "1"); /* meant for another process */
	assert_int_equal(0, sy_notify_watchdog_ms(notify));
	sy_notify_destroy(notify);
	(void)close(file);
}

static void bad_name_is_refused(void **state)
{
	struct sy_notify *notify = NULL;
	struct sy_problem why = {0};
	char name[200];

	(void)state;
	(void)memset(name, 'x', sizeof name);
	name[0] = '/';
	name[sizeof name - 1] = '\0';
	assert_int_equal(0, setenv("NOTIFY_SOCKET", name, 1));
	assert_int_equal(EINVAL, sy_notify_create(&notify, &why));
	assert_non_null(strstr(why.text, "NOTIFY_SOCKET"));
	assert_int_equal(0, setenv("NOTIFY_SOCKET", "relative", 1));
	assert_int_equal(EINVAL, sy_notify_create(&notify, &why));
	assert_int_equal(0, setenv("NOTIFY_SOCKET", "@", 1));
	assert_int_equal(EINVAL, sy_notify_create(&notify, &why));
	assert_null(notify);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_listens),
		cmocka_unit_test(manager_is_told),
		cmocka_unit_test(watchdog_hears_only_of_progress),
		cmocka_unit_test(bad_name_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
