/* The target of a request: whatever comes, a handler gets a clean path, or none. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/web.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int handle(void *arg, const struct sy_web_request *request, struct sy_web_reply *ret_reply)
{
	(void)arg;
	if (request->path[0] != '/' || strstr(request->path, "/../") || strstr(request->path, "//") ||
		strpbrk(request->path, "\r\n") || strlen(request->path) > SY_WEB_TARGET_MAX)
		abort();
	return sy_web_say(ret_reply, 200, request->rest);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct sy_web_route routes[] = {{"GET", "/", handle, NULL, false},
		{"GET", "/a/", handle, NULL, false}, {"POST", "/a/b", handle, NULL, true}};
	struct sy_web_request request = {.method = size & 1 ? "GET" : "POST", .content_type = "", .body = ""};
	struct sy_web_reply reply = {0};
	char *target = strndup((const char *)data, size);

	if (!target)
		return 0;
	sy_web_serve(routes, sizeof routes / sizeof *routes, target, &request, &reply);
	if (!reply.status || reply.body.len == 0)
		abort();
	sy_web_reply_reset(&reply);
	free(target);
	return 0;
}
