/* Reading from a running service: where it is found, what it says, and what answers that is no Sayso. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/run/http.h"
#include "engine/run/http_socket.h"
#include "engine/run/status.h"
#include "engine/run/watch.h"

static char folder[] = "/tmp/sayso-watch-XXXXXX";
static char address[64]; /* of the socket in it */

struct service {
	struct sy_metrics *metrics;
	struct sy_roster *roster;
	struct sy_status *status;
	struct sy_web_route routes[SY_STATUS_ROUTES_MAX];
	struct sy_http *http;
};

static void begin(struct service *service, const char *where)
{
	struct sy_http_prm prm = {.address = where, .routes = service->routes};
	struct sy_roster_entry entry;
	size_t place;

	assert_int_equal(0, sy_metrics_create(&service->metrics));
	assert_int_equal(0, sy_roster_create(4, true, &service->roster));
	assert_int_equal(0, sy_status_create(service->metrics, service->roster, &service->status));
	prm.n_routes = sy_status_routes(service->status, service->routes, SY_STATUS_ROUTES_MAX);
	sy_roster_entry_begin(&entry, "1f3a", "sip");
	assert_int_equal(0, sy_roster_enter(service->roster, &entry, &place));
	assert_int_equal(0, sy_http_start(&prm, &service->http, NULL));
}

static void end(struct service *service)
{
	sy_http_stop(service->http);
	sy_status_destroy(service->status);
	sy_roster_destroy(service->roster);
	sy_metrics_destroy(service->metrics);
}

static void shows_the_call(const char *at)
{
	struct sy_problem why = {0};
	struct sy_watch *watch;
	json_t *calls;

	if (sy_watch_open(at, &watch, &why))
		fail_msg("%s", why.text);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(0, sy_watch_read(watch, "/calls", &calls, &why));
		assert_string_equal("1f3a", json_string_value(json_object_get(json_array_get(calls, 0), "id")));
		assert_non_null(json_object_get(json_array_get(calls, 0), "heard")); /* we are on this machine */
		json_decref(calls);
	}
	assert_int_equal(EPROTO, sy_watch_read(watch, "/metrics", &calls, &why)); /* no JSON */
	assert_int_equal(EPROTO, sy_watch_read(watch, "/nothing", &calls, &why));
	sy_watch_close(watch);
	sy_watch_close(NULL);
}

static void a_service_is_read_from_its_socket(void **state)
{
	struct service service;

	(void)state;
	begin(&service, address);
	shows_the_call(address);
	shows_the_call(address + strlen("unix:"));
	shows_the_call(NULL); /* found where this user's services are */
	end(&service);
}

static void a_service_is_read_from_its_pages(void **state)
{
	struct service service;
	char at[64];

	(void)state;
	begin(&service, "127.0.0.1");
	(void)snprintf(at, sizeof at, "127.0.0.1:%u", sy_http_port(service.http));
	shows_the_call(at);
	end(&service);
}

static void without_a_service_one_line_says_so(void **state)
{
	struct sy_watch *watch = NULL;
	struct sy_problem why = {0};

	(void)state;
	assert_true(sy_watch_open(address, &watch, &why) == ENOENT);
	assert_non_null(strstr(why.text, folder));
	assert_null(strchr(why.text, '\n'));
	assert_true(sy_watch_open("127.0.0.1:1", &watch, &why) == ECONNREFUSED);
	assert_non_null(strstr(why.text, "127.0.0.1:1"));
	assert_null(watch);
}

static void places_are_checked(void **state)
{
	static const char *const bad[] = {"", "localhost", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536",
		"127.0.0.1:80x", "[::1]:x", "relative/path"};
	struct sy_watch *watch = NULL;
	struct sy_problem why = {0};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(EINVAL, sy_watch_open(bad[i], &watch, &why));
		assert_non_null(strstr(why.text, "is no"));
	}
}

/* Answers each visitor with what it was given. */
struct stranger {
	int file;
	const char *says;
};

static void *answer_once(void *arg)
{
	const struct stranger *stranger = arg;
	char some[512];
	int visitor = accept(stranger->file, NULL, NULL);

	while (visitor < 0) { /* the listening socket does not wait */
		(void)usleep(1000);
		visitor = accept(stranger->file, NULL, NULL);
	}
	(void)recv(visitor, some, sizeof some, 0);
	(void)send(visitor, stranger->says, strlen(stranger->says), MSG_NOSIGNAL);
	(void)close(visitor);
	return NULL;
}

static void strangers_are_told_apart(void **state)
{
	static const char *const said[] = {"", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\n\r\n",
		"HTTP/1.1 200 OK\r\n\r\n[]", "HTTP/1.1 404 Not Found\r\n\r\n{\"version\":\"1\"}",
		"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"version\":\"1\"}"};
	struct stranger stranger;
	struct sy_watch *watch = NULL;
	struct sy_problem why = {0};
	pthread_t thread;

	(void)state;
	assert_int_equal(0, sy_http_socket_listen(address, 0, &stranger.file, NULL));
	for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
		stranger.says = said[i];
		assert_int_equal(0, pthread_create(&thread, NULL, answer_once, &stranger));
		assert_int_equal(EPROTO, sy_watch_open(address, &watch, &why));
		assert_non_null(strstr(why.text, "no running Sayso"));
		(void)pthread_join(thread, NULL);
	}
	(void)close(stranger.file);
	assert_int_equal(0, unlink(address + strlen("unix:")));
}

static void parse(const char *text, int err, int status, const char *body)
{
	struct sy_watch_answer answer = {0};

	assert_int_equal(err, sy_watch_parse(text, strlen(text), &answer));
	assert_int_equal(status, answer.status);
	if (body)
		assert_string_equal(body, answer.body);
}

static void answers_are_taken_apart(void **state)
{
	(void)state;
	parse("HTTP/1.0 200 OK\r\n\r\nbody", 0, 200, "body");
	parse("HTTP/1.1 503 \r\nA: b\r\ncontent-length: 4\r\n\r\nbody", 0, 503, "body");
	parse("HTTP/1.1 204\r\n\r\n", 0, 204, "");
	parse("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbody", EPROTO, 0, NULL);
	parse("HTTP/1.1 200 OK\r\n", EPROTO, 0, NULL);
	parse("HTTP/2 200 OK\r\n\r\n", EPROTO, 0, NULL);
	parse("HTTP/1.1 2x0 OK\r\n\r\n", EPROTO, 0, NULL);
	parse("HTTP/1.1200 OK\r\n\r\n", EPROTO, 0, NULL);
	parse("\r\n\r\n", EPROTO, 0, NULL);
	parse("", EPROTO, 0, NULL);
}

static void a_service_knows_where_to_listen(void **state)
{
	char *place = NULL;

	(void)state;
	assert_int_equal(0, sy_watch_place("/srv/x.sock", &place));
	assert_string_equal("unix:/srv/x.sock", place);
	free(place);
	assert_int_equal(0, sy_watch_place("", &place));
	assert_string_equal(address, place);
	free(place);
	assert_int_equal(0, setenv("RUNTIME_DIRECTORY", "/run/sayso:/run/other", 1));
	assert_int_equal(0, sy_watch_place("", &place));
	assert_string_equal("unix:/run/sayso/sayso.sock", place);
	free(place);
	assert_int_equal(0, unsetenv("RUNTIME_DIRECTORY"));
	assert_int_equal(0, unsetenv("XDG_RUNTIME_DIR"));
	assert_int_equal(ENOENT, sy_watch_place("", &place));
	assert_int_equal(0, setenv("XDG_RUNTIME_DIR", folder, 1));
}

static int make_folder(void **state)
{
	(void)state;
	(void)signal(SIGPIPE, SIG_IGN);
	if (!mkdtemp(folder) || unsetenv("RUNTIME_DIRECTORY"))
		return -1;
	(void)snprintf(address, sizeof address, "unix:%s/sayso.sock", folder);
	return setenv("XDG_RUNTIME_DIR", folder, 1);
}

static int remove_folder(void **state)
{
	(void)state;
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_service_is_read_from_its_socket),
		cmocka_unit_test(a_service_is_read_from_its_pages),
		cmocka_unit_test(without_a_service_one_line_says_so),
		cmocka_unit_test(places_are_checked),
		cmocka_unit_test(strangers_are_told_apart),
		cmocka_unit_test(answers_are_taken_apart),
		cmocka_unit_test(a_service_knows_where_to_listen),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
