/*
 * web: a request and a reply of the web pages, and the table of routes between them, without sockets.
 *
 * Pages are functions from a request to a reply, so the editor (kb/editor), the desk (engine/person) and the service's
 * own pages (engine/run/status) are tested without a server; engine/run/http carries them.
 *
 * A route's path is matched whole; one that ends in "/" also takes what lies below it, which the handler finds in
 * request.rest. The longest path that matches decides; HEAD is answered as GET without the body.
 *
 * Thread rule: requests are plain values of the thread that serves them; a route table is const.
 */
#ifndef SY_BASE_WEB_H
#define SY_BASE_WEB_H

#include <stdbool.h>
#include <stddef.h>

#include "base/pairs.h"
#include "base/text.h"

/* An editor's form with an article's answer in it; above, 413. */
#define SY_WEB_BODY_MAX (1u << 20)
/* Of the path and of the query, each; above, 414. */
#define SY_WEB_TARGET_MAX 2048

struct sy_web_request {
	const char *method;       /* "GET", "POST" … */
	const char *path;         /* decoded, begins with "/" */
	const char *rest;         /* what follows the route's path; "" mostly */
	const char *query;        /* as sent, without "?"; "" when none */
	const char *content_type; /* in lower case, without parameters; "" when none */
	const char *body;         /* NUL-terminated; "" when none */
	size_t n_body;
	bool local;          /* from this machine: loopback, or the service's own socket */
	const char *address; /* of the peer, for the log; "local" on the service's own socket */
	/* A header's value, NULL when it was not sent; borrowed for the request. */
	const char *(*header)(const struct sy_web_request *request, const char *name);
	const void *carrier; /* the server's own */
};

/* Zeroed at first. The server frees it with sy_web_reply_reset(). */
struct sy_web_reply {
	int status;       /* 0: 200 */
	const char *type; /* Content-Type; a constant; NULL: text/plain; charset=utf-8 */
	struct sy_text body;
	struct sy_pairs headers; /* others */
};

/* 0, or an errno: the reply becomes a 500. */
typedef int sy_web_handle_h(void *arg, const struct sy_web_request *request, struct sy_web_reply *ret_reply);

struct sy_web_route {
	const char *method;
	const char *path;
	sy_web_handle_h *handle;
	void *arg;
	bool local; /* answered only where request.local: 403 else */
};

/* Fills the reply by the fitting route, or with 400, 403, 404, 405 (with Allow), 414, 500. request.path, .rest and
 * .query are made from `target`, as sent ("/calls?x=1"), for the time of the call. A path with an empty, "." or ".."
 * segment inside is refused, so a handler may look below a folder. Never fails; without memory the reply is an empty
 * 500. */
void sy_web_serve(const struct sy_web_route *routes, size_t n, const char *target, struct sy_web_request *request,
	struct sy_web_reply *ret_reply);

/* Replies in one line. Each sets status, type and body. */
int sy_web_say(struct sy_web_reply *reply, int status, const char *text);
struct json_t;
int sy_web_json(struct sy_web_reply *reply, int status, struct json_t *json); /* the reference is taken; NULL: ENOMEM */

void sy_web_reply_reset(struct sy_web_reply *reply);

#endif
