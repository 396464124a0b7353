/* The web server as its clients see it: pages, refusals, limits, slow and hostile clients, and its two kinds of socket.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "engine/run/http.h"
#include "engine/run/http_socket.h"
#include "engine/run/metrics.h"

#define PATIENCE_MS 10000

/* What the handler was given. */
static int echo(void *arg, const struct sy_web_request *request, struct sy_web_reply *ret_reply)
{
	const char *custom = request->header(request, "x-custom");

	(void)arg;
	ret_reply->status = 201;
	ret_reply->type = "text/x-echo";
	assert_int_equal(0, sy_pairs_set(&ret_reply->headers, "X-Answer", "42"));
	assert_int_equal(0, sy_pairs_set(&ret_reply->headers, "Cache-Control", "max-age=60"));
	return sy_text_addf(&ret_reply->body, "%s|%s|%s|%s|%s|%zu|%s|%s|%s|%s", request->method, request->path,
		request->rest, request->query, request->content_type, request->n_body, request->body,
		request->local ? "local" : "remote", request->address, custom ? custom : "-");
}

static int long_page(void *arg, const struct sy_web_request *request, struct sy_web_reply *ret_reply)
{
	(void)arg;
	(void)request;
	for (int i = 0; i < 30000; i++)
		assert_int_equal(
			0, sy_text_addf(&ret_reply->body, "line %05d of a long page, longer than a buffer\n", i));
	return 0;
}

static const struct sy_web_route routes[] = {
	{"GET", "/echo/", echo, NULL, false},
	{"POST", "/echo/", echo, NULL, false},
	{"GET", "/long", long_page, NULL, false},
	{"GET", "/mine", echo, NULL, true},
};

static struct sy_http *begin(struct sy_http_prm *prm)
{
	struct sy_problem why = {0};
	struct sy_http *http;

	prm->address = prm->address ? prm->address : "127.0.0.1";
	prm->routes = routes;
	prm->n_routes = sizeof routes / sizeof *routes;
	if (sy_http_start(prm, &http, &why))
		fail_msg("%s", why.text);
	return http;
}

static int visit(const struct sy_http_prm *prm, const struct sy_http *http)
{
	int file;

	assert_int_equal(0, sy_http_socket_connect(prm->address, sy_http_port(http), PATIENCE_MS, &file, NULL));
	return file;
}

static void say(int file, const char *text)
{
	assert_int_equal((int)strlen(text), (int)send(file, text, strlen(text), MSG_NOSIGNAL));
}

/* All that comes until the other side closes. */
static char *hear(int file)
{
	struct sy_text text = {0};
	char some[4096];
	ssize_t n;

	while ((n = recv(file, some, sizeof some, 0)) > 0)
		assert_int_equal(0, sy_text_add_n(&text, some, (size_t)n));
	(void)close(file);
	return text.s ? sy_text_take(&text) : strdup("");
}

static char *ask(const struct sy_http_prm *prm, const struct sy_http *http, const char *request)
{
	int file = visit(prm, http);

	/* Where there is no room the server may be gone before anything is said. */
	(void)send(file, request, strlen(request), MSG_NOSIGNAL);
	return hear(file);
}

static void has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("no \"%s\" in \"%.400s\"", part, text);
}

static void gives(const struct sy_http_prm *prm, const struct sy_http *http, const char *request, const char *part)
{
	char *text = ask(prm, http, request);

	has(text, part);
	free(text);
}

static void a_handler_is_given_all_it_needs(void **state)
{
	struct sy_http_prm prm = {0};
	struct sy_http *http = begin(&prm);
	char *text;

	(void)state;
	text = ask(&prm, http,
		"POST /echo/a%20b?x=%31&y HTTP/1.1\r\nHost: localhost:80\r\nConnection: close\r\nX-Custom: of mine\r\n"
		"Content-Type: Application/JSON; charset=utf-8\r\nContent-Length: 7\r\n\r\n{\"a\":1}");
	assert_int_equal(0, strncmp(text, "HTTP/1.1 201 ", 13));
	has(text, "\r\nContent-Type: text/x-echo\r\n");
	has(text, "\r\nX-Answer: 42\r\n");
	has(text, "\r\nCache-Control: max-age=60\r\n");
	has(text, "\r\nX-Content-Type-Options: nosniff\r\n");
	has(text, "\r\nContent-Security-Policy: default-src 'none'");
	assert_null(strstr(text, "no-store")); /* the handler's own word stands */
	has(text, "\r\n\r\nPOST|/echo/a b|a b|x=%31&y|application/json|7|{\"a\":1}|local|127.0.0.1|of mine");
	free(text);
	text = ask(&prm, http, "HEAD /echo/ HTTP/1.0\r\n\r\n");
	assert_int_equal(0, strncmp(text, "HTTP/1.", 7));
	assert_string_equal("\r\n\r\n", text + strlen(text) - 4);
	free(text);
	sy_http_stop(http);
	sy_http_stop(NULL);
}

static void a_body_in_pieces_is_put_together(void **state)
{
	struct sy_http_prm prm = {0};
	struct sy_http *http = begin(&prm);

	(void)state;
	gives(&prm, http,
		"POST /echo/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
		"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n",
		"|5|abcde|");
	sy_http_stop(http);
}

static void one_connection_serves_many(void **state)
{
	struct sy_http_prm prm = {0};
	struct sy_http *http = begin(&prm);
	char *text, *second;

	(void)state;
	text = ask(&prm, http,
		"GET /echo/1 HTTP/1.1\r\nHost: localhost\r\n\r\n"
		"GET /echo/2 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
	second = strstr(text, "/echo/1|1|");
	assert_non_null(second);
	has(second, "/echo/2|2|");
	free(text);
	sy_http_stop(http);
}

static void a_long_page_comes_whole(void **state)
{
	struct sy_http_prm prm = {0};
	struct sy_http *http = begin(&prm);
	char *text = ask(&prm, http, "GET /long HTTP/1.0\r\n\r\n");

	(void)state;
	has(text, "line 00000 of");
	has(text, "line 29999 of");
	free(text);
	sy_http_stop(http);
}

/* A browser that was lured here under a stranger's name, or a proxy that speaks for others, is not this machine. */
static void only_this_machine_is_local(void **state)
{
	static const struct {
		const char *lines;
		bool local;
	} asked[] = {
		{"Host: localhost\r\n", true},
		{"Host: LOCALHOST:8080\r\n", true},
		{"Host: 127.0.0.1:8080\r\n", true},
		{"Host: [::1]:8080\r\n", true},
		{"Host: [::1]\r\n", true},
		{"Host: evil.example\r\n", false},
		{"Host: localhost.evil.example\r\n", false},
		{"Host: 127.0.0.1.evil.example\r\n", false},
		{"Host: [::1].evil.example\r\n", false},
		{"Host: 192.0.2.7\r\n", false},
		{"Host: localhost\r\nX-Forwarded-For: 192.0.2.7\r\n", false},
		{"Host: localhost\r\nForwarded: for=192.0.2.7\r\n", false},
	};
	struct sy_http_prm prm = {0};
	struct sy_http *http = begin(&prm);
	char request[256];

	(void)state;
	for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) {
		(void)snprintf(
			request, sizeof request, "GET /mine HTTP/1.1\r\nConnection: close\r\n%s\r\n", asked[i].lines);
		gives(&prm, http, request, asked[i].local ? "|local|" : "HTTP/1.1 403 ");
	}
	sy_http_stop(http);
}

static void bad_requests_are_refused(void **state)
{
	struct sy_http_prm prm = {.body_max = 10};
	struct sy_http *http;
	char request[70000];

	(void)state;
	assert_int_equal(0, sy_metrics_create(&prm.metrics));
	http = begin(&prm);
	gives(&prm, http, "GET /none HTTP/1.0\r\n\r\n", " 404 ");
	gives(&prm, http, "PUT /long HTTP/1.0\r\n\r\n", "\r\nAllow: GET\r\n");
	gives(&prm, http, "GET /echo/../mine HTTP/1.0\r\n\r\n", " 400 ");
	gives(&prm, http, "GET /echo/ HTTP/1.1\r\nConnection: close\r\n\r\n", " 400 "); /* HTTP/1.1 without a Host */
	gives(&prm, http, "POST /echo/ HTTP/1.0\r\nContent-Length: 10\r\n\r\n0123456789", "|10|0123456789|");
	gives(&prm, http, "POST /echo/ HTTP/1.0\r\nContent-Length: 11\r\n\r\n", " 413 ");
	gives(&prm, http, "POST /echo/ HTTP/1.0\r\nContent-Length: 99999999999999999999999\r\n\r\n", " 4");
	free(ask(&prm, http,
		"POST /echo/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: "
		"chunked\r\n\r\nb\r\n01234567890\r\n0\r\n\r\n"));
	free(ask(&prm, http, "\r\n\r\n\x16\x03\x01\x02 what is this\r\n\r\n"));
	memset(request, 'x', sizeof request);
	(void)memcpy(request, "GET /echo/", 10);
	(void)strcpy(request + sizeof request - 20, " HTTP/1.0\r\n\r\n");
	free(ask(&prm, http, request)); /* more than a head may have */
	assert_true(sy_metrics_value(prm.metrics, SY_METRIC_HTTP_REQUESTS, &(struct sy_labels){"2xx", NULL}) == 1);
	assert_true(sy_metrics_value(prm.metrics, SY_METRIC_HTTP_REQUESTS, &(struct sy_labels){"4xx", NULL}) >= 4);
	gives(&prm, http, "GET /echo/ HTTP/1.0\r\n\r\n", " 201 "); /* and goes on */
	sy_http_stop(http);
	sy_metrics_destroy(prm.metrics);
}

#define MUTANTS 600

static unsigned dice(unsigned *seed, unsigned sides)
{
	*seed = *seed * 1664525 + 1013904223; /* Numerical Recipes' generator: the same requests each time */
	return (*seed >> 16) % sides;
}

/* Requests with bytes changed, left out and cut in two, from clients who do not wait: it serves the next all the same.
 */
static void mutants_do_no_harm(void **state)
{
	static const char good[] = "POST /echo/a?b=c HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\n"
				   "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
	struct sy_http_prm prm = {.connections_max = 2 * MUTANTS, .connections_each = 2 * MUTANTS};
	struct sy_http *http = begin(&prm);
	char mutant[sizeof good];
	unsigned seed = 1;

	(void)state;
	for (int i = 0; i < MUTANTS; i++) {
		size_t n = sizeof good - 1 - (i % 3 ? 0 : dice(&seed, sizeof good - 1));
		size_t cut = dice(&seed, (unsigned)n + 1);
		int file = visit(&prm, http);

		memcpy(mutant, good, sizeof good);
		for (unsigned k = dice(&seed, 6); k; k--)
			mutant[dice(&seed, sizeof good - 1)] = (char)dice(&seed, 256);
		(void)send(file, mutant, cut, MSG_NOSIGNAL);
		(void)send(file, mutant + cut, n - cut, MSG_NOSIGNAL);
		(void)close(file);
	}
	gives(&prm, http, "GET /echo/ HTTP/1.0\r\n\r\n", " 201 ");
	sy_http_stop(http);
}

/* Whoever breaks off in the middle of a request keeps nobody else out for long. */
static void those_who_break_off_make_room(void **state)
{
	struct sy_http_prm prm = {.connections_each = 2};
	struct sy_http *http = begin(&prm);
	char *text = strdup("");

	(void)state;
	for (int i = 0; i < 2; i++) {
		int file = visit(&prm, http);

		say(file, "GET /echo/ HTTP/1.1\r\nHo");
		(void)close(file);
	}
	for (int i = 0; i < 100 && !*text; i++) {
		free(text);
		(void)poll(NULL, 0, 100);
		text = ask(&prm, http, "GET /echo/ HTTP/1.0\r\n\r\n");
	}
	has(text, " 201 ");
	free(text);
	sy_http_stop(http);
}

/* A client that has said all and closes its side still gets its answer, however long that is. */
static void half_closed_clients_are_answered(void **state)
{
	struct sy_http_prm prm = {0};
	struct sy_http *http = begin(&prm);
	int file = visit(&prm, http);
	char *text;

	(void)state;
	say(file, "GET /long HTTP/1.0\r\n\r\n");
	assert_int_equal(0, shutdown(file, SHUT_WR));
	(void)poll(NULL, 0, 2500); /* a slow reader: the server has looked twice meanwhile */
	text = hear(file);
	has(text, "line 29999 of");
	free(text);
	sy_http_stop(http);
}

/* One who stays silent, and one who sends a byte now and then, are both let go; another is served meanwhile. */
static void slow_clients_are_let_go(void **state)
{
	struct sy_http_prm prm = {.timeout_s = 1};
	struct sy_http *http = begin(&prm);
	int silent = visit(&prm, http), slow = visit(&prm, http);
	struct pollfd gone = {.fd = slow, .events = POLLRDHUP};
	int bytes = 0;

	(void)state;
	say(silent, "GET /echo/ HTTP/1.1\r\n");
	say(slow, "GET /echo/ HTTP/1.1\r\nX-Slow: ");
	while (bytes < 60 && !poll(&gone, 1, 200)) {
		(void)send(slow, "x", 1, MSG_NOSIGNAL);
		bytes++;
		gives(&prm, http, "GET /echo/ HTTP/1.0\r\n\r\n", " 201 ");
	}
	assert_true(bytes < 60);
	free(hear(silent));
	(void)close(slow);
	sy_http_stop(http);
}

static void connections_are_limited(void **state)
{
	struct sy_http_prm prm = {.connections_each = 2};
	struct sy_http *http = begin(&prm);
	int first = visit(&prm, http), second = visit(&prm, http);
	char *text;

	(void)state;
	say(first, "GET /echo/1 HTTP/1.0\r\n");
	say(second, "GET /echo/2 HTTP/1.0\r\n");
	text = ask(&prm, http, "GET /echo/3 HTTP/1.0\r\n\r\n");
	assert_string_equal("", text);
	free(text);
	say(first, "\r\n");
	text = hear(first);
	has(text, "/echo/1");
	free(text);
	(void)close(second);
	sy_http_stop(http);
}

static void a_unix_socket_serves_too(void **state)
{
	char folder[] = "/tmp/sayso-http-XXXXXX", address[80];
	struct sy_http_prm prm = {.address = address};
	struct sy_http *http, *second = NULL;
	struct sy_problem why = {0};
	struct stat stat;
	int left;

	(void)state;
	assert_non_null(mkdtemp(folder));
	(void)snprintf(address, sizeof address, "unix:%s/socket", folder);
	/* One that was left behind is no hindrance. */
	assert_int_equal(0, sy_http_socket_listen(address, 0, &left, NULL));
	(void)close(left);
	http = begin(&prm);
	assert_int_equal(0, lstat(address + 5, &stat));
	assert_int_equal(0660, stat.st_mode & 0777);
	assert_int_equal(0, sy_http_port(http));
	gives(&prm, http, "GET /mine HTTP/1.1\r\nHost: sayso\r\nConnection: close\r\n\r\n", " 403 ");
	gives(&prm, http, "GET /mine HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", "|local|local|");
	assert_int_equal(EADDRINUSE, sy_http_start(&prm, &second, &why)); /* the first still answers */
	assert_non_null(strstr(why.text, folder));
	assert_null(second);
	gives(&prm, http, "GET /mine HTTP/1.0\r\n\r\n", "|local|local|");
	sy_http_stop(http);
	assert_int_equal(-1, lstat(address + 5, &stat));
	assert_int_equal(0, rmdir(folder));
}

static void addresses_are_checked(void **state)
{
	char name[200];
	struct sy_http_prm prm = {.address = "localhost"};
	struct sy_http *http = NULL, *taken;
	struct sy_problem why = {0};

	(void)state;
	assert_int_equal(EINVAL, sy_http_start(&prm, &http, &why));
	assert_non_null(strstr(why.text, "\"localhost\""));
	prm.address = "unix:relative";
	assert_int_equal(EINVAL, sy_http_start(&prm, &http, &why));
	memset(name, 'x', sizeof name);
	(void)memcpy(name, "unix:/", 6);
	name[5 + 108] = '\0'; /* sun_path holds 108 bytes with its NUL (unix(7)) */
	prm.address = name;
	assert_int_equal(EINVAL, sy_http_start(&prm, &http, &why));
	prm.address = NULL;
	taken = begin(&prm);
	prm.port = sy_http_port(taken);
	assert_true(prm.port > 0);
	assert_int_equal(EADDRINUSE, sy_http_start(&prm, &http, &why));
	assert_non_null(strstr(why.text, "127.0.0.1:"));
	assert_null(http);
	sy_http_stop(taken);
}

static void a_sixth_version_address_serves(void **state)
{
	struct sy_http_prm prm = {.address = "::1"};
	struct sy_problem why = {0};
	int probe;

	(void)state;
	if (sy_http_socket_listen("::1", 0, &probe, &why)) {
		print_message("skipped: %s\n", why.text);
		skip();
	}
	(void)close(probe);
	{
		struct sy_http *http = begin(&prm);

		gives(&prm, http, "GET /mine HTTP/1.0\r\n\r\n", "|local|::1|");
		sy_http_stop(http);
	}
}

/* Whoever is connected when the server ends does not keep it from ending. */
static void it_ends_with_clients_on(void **state)
{
	struct sy_http_prm prm = {0};
	struct sy_http *http = begin(&prm);
	int idle = visit(&prm, http), half = visit(&prm, http);

	(void)state;
	say(half, "POST /echo/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf");
	gives(&prm, http, "GET /echo/ HTTP/1.0\r\n\r\n", " 201 ");
	sy_http_stop(http);
	(void)close(idle);
	(void)close(half);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_handler_is_given_all_it_needs),
		cmocka_unit_test(a_body_in_pieces_is_put_together),
		cmocka_unit_test(one_connection_serves_many),
		cmocka_unit_test(a_long_page_comes_whole),
		cmocka_unit_test(only_this_machine_is_local),
		cmocka_unit_test(bad_requests_are_refused),
		cmocka_unit_test(mutants_do_no_harm),
		cmocka_unit_test(those_who_break_off_make_room),
		cmocka_unit_test(half_closed_clients_are_answered),
		cmocka_unit_test(slow_clients_are_let_go),
		cmocka_unit_test(connections_are_limited),
		cmocka_unit_test(a_unix_socket_serves_too),
		cmocka_unit_test(addresses_are_checked),
		cmocka_unit_test(a_sixth_version_address_serves),
		cmocka_unit_test(it_ends_with_clients_on),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
