#include "base/web.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes n bytes of %XX escapes (RFC 3986, 2.1). EINVAL: no escape, or a NUL. */
static int decode(const char *encoded, size_t n, char *ret_text)
{
	size_t to = 0;

	for (size_t i = 0; i < n; i++) {
		int high, low;

		if (encoded[i] != '%') {
			ret_text[to++] = encoded[i];
			continue;
		}
		high = i + 2 < n ? digit(encoded[i + 1]) : -1;
		low = i + 2 < n ? digit(encoded[i + 2]) : -1;
		if (high < 0 || low < 0 || high + low == 0)
			return EINVAL;
		ret_text[to++] = (char)(high << 4 | low);
		i += 2;
	}
	ret_text[to] = '\0';
	return 0;
}

/* Begins with "/", has no control character, and no segment that is empty (but the last), "." or "..". */
static bool is_path(const char *path)
{
	if (*path != '/')
		return false;
	while (*path == '/') {
		size_t n = strcspn(++path, "/");

		if ((!n && *path) || (n <= 2 && strspn(path, ".") >= n && n))
			return false;
		for (size_t i = 0; i < n; i++)
			if ((unsigned char)path[i] < 0x20 || path[i] == 0x7F)
				return false;
		path += n;
	}
	return true;
}

/* How much of the path the route takes; 0: none. */
static size_t taken(const struct sy_web_route *route, const char *path)
{
	size_t n = strlen(route->path);
	bool below = route->path[n - 1] == '/';

	if (strncmp(route->path, path, n))
		return 0;
	return below || !path[n] ? n : 0;
}

static bool takes_method(const struct sy_web_route *route, const char *method)
{
	return !strcmp(route->method, method) || (!strcmp(method, "HEAD") && !strcmp(route->method, "GET"));
}

/* The path is there, the method is not: RFC 9110, 15.5.6. */
static int refuse_method(
	const struct sy_web_route *routes, size_t n, const struct sy_web_request *request, struct sy_web_reply *reply)
{
	size_t longest = strlen(request->path) - strlen(request->rest);
	struct sy_text allow = {0};
	int err = 0;

	for (size_t i = 0; i < n && !err; i++)
		if (taken(&routes[i], request->path) == longest)
			err = sy_text_addf(&allow, "%s%s", allow.len ? ", " : "", routes[i].method);
	if (!err)
		err = sy_pairs_set(&reply->headers, "Allow", sy_text_str(&allow));
	sy_text_reset(&allow);
	return err ? err : sy_web_say(reply, 405, "this page does not take that method");
}

static int serve_path(
	const struct sy_web_route *routes, size_t n, struct sy_web_request *request, struct sy_web_reply *reply)
{
	const struct sy_web_route *route = NULL;
	size_t longest = 0;

	for (size_t i = 0; i < n; i++) {
		size_t length = taken(&routes[i], request->path);

		if (length > longest || (length && length == longest && !route)) {
			longest = length;
			route = NULL;
		}
		if (length && length == longest && !route && takes_method(&routes[i], request->method))
			route = &routes[i];
	}
	request->rest = request->path + longest;
	if (!longest)
		return sy_web_say(reply, 404, "there is no such page");
	if (!route)
		return refuse_method(routes, n, request, reply);
	if (route->local && !request->local)
		return sy_web_say(reply, 403, "this page is for this machine only");
	return route->handle(route->arg, request, reply);
}

static int serve_target(const struct sy_web_route *routes, size_t n, const char *target, struct sy_web_request *request,
	struct sy_web_reply *reply)
{
	size_t n_path = strcspn(target, "?");
	char path[SY_WEB_TARGET_MAX + 1];

	request->query = target[n_path] ? target + n_path + 1 : "";
	if (n_path > SY_WEB_TARGET_MAX || strlen(request->query) > SY_WEB_TARGET_MAX)
		return sy_web_say(reply, 414, "the address is too long");
	if (decode(target, n_path, path) || !is_path(path))
		return sy_web_say(reply, 400, "this is no page's address");
	request->path = path;
	return serve_path(routes, n, request, reply);
}

void sy_web_serve(const struct sy_web_route *routes, size_t n, const char *target, struct sy_web_request *request,
	struct sy_web_reply *ret_reply)
{
	int err = serve_target(routes, n, target, request, ret_reply);

	request->path = request->rest = request->query = "";
	if (err) {
		sy_web_reply_reset(ret_reply);
		/* Without memory for the sentence the status alone has to do. */
		(void)sy_web_say(ret_reply, 500, "the page could not be made");
		ret_reply->status = 500;
	}
	if (!ret_reply->status)
		ret_reply->status = 200;
}

int sy_web_say(struct sy_web_reply *reply, int status, const char *text)
{
	reply->status = status;
	reply->type = NULL;
	return sy_text_addf(&reply->body, "%s\n", text);
}

int sy_web_json(struct sy_web_reply *reply, int status, json_t *json)
{
	char *text = json ? json_dumps(json, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL;
	int err = text ? sy_text_addf(&reply->body, "%s\n", text) : ENOMEM;

	reply->status = status;
	reply->type = "application/json";
	free(text);
	json_decref(json);
	return err;
}

void sy_web_reply_reset(struct sy_web_reply *reply)
{
	sy_text_reset(&reply->body);
	sy_pairs_reset(&reply->headers);
	*reply = (struct sy_web_reply){0};
}
