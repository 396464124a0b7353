/* Requests to replies through a table of routes, without a server. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/web.h"

/* Says which route it was, and what was below it. */
static int echo(void *arg, const struct sy_web_request *request, struct sy_web_reply *ret_reply)
{
	return sy_text_addf(
		&ret_reply->body, "%s %s|%s|%s", (const char *)arg, request->path, request->rest, request->query);
}

static int break_off(void *arg, const struct sy_web_request *request, struct sy_web_reply *ret_reply)
{
	(void)arg;
	(void)request;
	ret_reply->status = 201;
	assert_int_equal(0, sy_pairs_set(&ret_reply->headers, "X-Half", "done"));
	assert_int_equal(0, sy_text_add(&ret_reply->body, "half a page"));
	return EIO;
}

static char page[] = "page", post[] = "post", all[] = "all", deep[] = "deep", root[] = "root";

static const struct sy_web_route routes[] = {
	{"GET", "/page", echo, page, false},
	{"POST", "/page", echo, post, false},
	{"GET", "/all/", echo, all, false},
	{"GET", "/all/deep/", echo, deep, false},
	{"GET", "/here", echo, page, true},
	{"GET", "/fail", break_off, NULL, false},
	{"GET", "/", echo, root, false},
};

static struct sy_web_reply serve(const char *method, const char *target, bool local)
{
	struct sy_web_request request = {.method = method, .content_type = "", .body = "", .local = local};
	struct sy_web_reply reply = {0};

	/* Without the route for everything else, so that there is a 404. */
	sy_web_serve(routes, sizeof routes / sizeof *routes - 1, target, &request, &reply);
	return reply;
}

static void gives(const char *method, const char *target, int status, const char *body)
{
	struct sy_web_reply reply = serve(method, target, false);

	assert_int_equal(status, reply.status);
	if (body)
		assert_string_equal(body, sy_text_str(&reply.body));
	sy_web_reply_reset(&reply);
}

static void routes_are_found(void **state)
{
	struct sy_web_request request = {.method = "GET", .content_type = "", .body = ""};
	struct sy_web_reply reply = {0};

	(void)state;
	gives("GET", "/page", 200, "page /page||");
	gives("HEAD", "/page", 200, "page /page||");
	gives("POST", "/page?a=1&b=%20", 200, "post /page||a=1&b=%20");
	gives("GET", "/all/", 200, "all /all/||");
	gives("GET", "/all/x/y", 200, "all /all/x/y|x/y|");
	gives("GET", "/all/deep/z", 200, "deep /all/deep/z|z|"); /* the longest decides */
	gives("GET", "/all/%C3%A9%20x", 200, "all /all/é x|é x|");
	gives("GET", "/p%61ge", 200, "page /page||");
	gives("GET", "/pages", 404, NULL);
	gives("GET", "/page/", 404, NULL);
	gives("GET", "/", 404, NULL);
	sy_web_serve(routes, sizeof routes / sizeof *routes, "/nothing/else", &request, &reply);
	assert_string_equal("root /nothing/else|nothing/else|", sy_text_str(&reply.body));
	sy_web_reply_reset(&reply);
}

static void methods_are_told(void **state)
{
	struct sy_web_reply reply = serve("DELETE", "/page", false);

	(void)state;
	assert_int_equal(405, reply.status);
	assert_string_equal("GET, POST", sy_pairs_get(&reply.headers, "Allow"));
	sy_web_reply_reset(&reply);
	reply = serve("POST", "/all/deep/x", false);
	assert_int_equal(405, reply.status);
	assert_string_equal("GET", sy_pairs_get(&reply.headers, "Allow"));
	sy_web_reply_reset(&reply);
	gives("get", "/page", 405, NULL); /* methods are case-sensitive (RFC 9110, 9.1) */
}

static void hostile_paths_are_refused(void **state)
{
	static const char *const bad[] = {"", "page", "*", "http://x/page", "//page", "/all//x", "/all/../page",
		"/all/..", "/all/%2e%2E/x", "/all/./x", "/all/.", "/all/%00", "/all/%", "/all/%4", "/all/%zz",
		"/all/%0a", "/all/\x7f", "/all/a%2F%2Fb"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		gives("GET", bad[i], 400, NULL);
	gives("GET", "/all/...", 200, NULL); /* a name, if a strange one */
	gives("GET", "/all/.x", 200, NULL);
	gives("GET", "/all/x..", 200, NULL);
}

static void long_addresses_are_refused(void **state)
{
	char target[2 * SY_WEB_TARGET_MAX + 8];

	(void)state;
	memset(target, 'x', sizeof target);
	memcpy(target, "/all/", 5);
	target[SY_WEB_TARGET_MAX] = '\0';
	gives("GET", target, 200, NULL);
	target[SY_WEB_TARGET_MAX] = 'x';
	target[SY_WEB_TARGET_MAX + 1] = '\0';
	gives("GET", target, 414, NULL);
	memset(target, 'x', sizeof target);
	memcpy(target, "/page?", 6);
	target[6 + SY_WEB_TARGET_MAX] = '\0';
	gives("GET", target, 200, NULL);
	target[6 + SY_WEB_TARGET_MAX] = 'x';
	target[6 + SY_WEB_TARGET_MAX + 1] = '\0';
	gives("GET", target, 414, NULL);
}

static void some_pages_are_for_this_machine(void **state)
{
	struct sy_web_reply reply = serve("GET", "/here", true);

	(void)state;
	assert_int_equal(200, reply.status);
	sy_web_reply_reset(&reply);
	gives("GET", "/here", 403, NULL);
}

static void a_page_that_fails_shows_nothing_of_itself(void **state)
{
	struct sy_web_reply reply = serve("GET", "/fail", false);

	(void)state;
	assert_int_equal(500, reply.status);
	assert_null(strstr(sy_text_str(&reply.body), "half"));
	assert_null(sy_pairs_get(&reply.headers, "X-Half"));
	sy_web_reply_reset(&reply);
}

static void replies_are_made_in_a_line(void **state)
{
	struct sy_web_reply reply = {0};

	(void)state;
	assert_int_equal(0, sy_web_json(&reply, 503, json_pack("{s:s}", "status", "draining")));
	assert_int_equal(503, reply.status);
	assert_string_equal("application/json", reply.type);
	assert_string_equal("{\"status\":\"draining\"}\n", sy_text_str(&reply.body));
	sy_web_reply_reset(&reply);
	assert_null(reply.type);
	assert_int_equal(ENOMEM, sy_web_json(&reply, 200, NULL));
	sy_web_reply_reset(&reply);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(routes_are_found),
		cmocka_unit_test(methods_are_told),
		cmocka_unit_test(hostile_paths_are_refused),
		cmocka_unit_test(long_addresses_are_refused),
		cmocka_unit_test(some_pages_are_for_this_machine),
		cmocka_unit_test(a_page_that_fails_shows_nothing_of_itself),
		cmocka_unit_test(replies_are_made_in_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
