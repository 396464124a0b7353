/*
 * http: serves a table of routes (base/web.h) over HTTP, on a TCP address or a Unix-domain socket.
 *
 * The only place that knows libmicrohttpd. Each server has one thread of its own, in which all handlers run one after
 * another: a handler that needs the store has its own connection. Bounds: connections in all and from one address, the
 * size of headers and body, and the time that a slow client may take.
 *
 * Owner: the service. Start and stop belong to one thread.
 */
#ifndef SY_RUN_HTTP_H
#define SY_RUN_HTTP_H

#include <stdint.h>

#include "base/problem.h"
#include "base/web.h"

/* A browser opens six; a desk of twenty people, a scraper and some health checks. */
#define SY_HTTP_CONNECTIONS_MAX 256
#define SY_HTTP_CONNECTIONS_EACH 32
/* A request's head and what is read of its body at once. */
#define SY_HTTP_MEMORY (32u << 10)
/* No byte for so long, and the connection is closed. */
#define SY_HTTP_TIMEOUT_S 15

struct sy_metrics;

struct sy_http_prm {
	const char *address; /* "127.0.0.1", "::1", "0.0.0.0"; or "unix:PATH", which is made (mode 0660) and removed */
	uint16_t port;       /* 0: the system chooses one (tests) */
	const struct sy_web_route *routes; /* borrowed, outlives the server */
	size_t n_routes;
	struct sy_metrics *metrics; /* borrowed; may be NULL */
	unsigned connections_max;   /* 0: SY_HTTP_CONNECTIONS_MAX */
	unsigned connections_each;  /* 0: SY_HTTP_CONNECTIONS_EACH */
	unsigned timeout_s;         /* 0: SY_HTTP_TIMEOUT_S */
	size_t body_max;            /* bytes; 0: SY_WEB_BODY_MAX */
};

struct sy_http;

/* EADDRINUSE, EACCES, EINVAL …: `why` names the address and the setting. */
int sy_http_start(const struct sy_http_prm *prm, struct sy_http **ret_http, struct sy_problem *why);
/* Ends requests under way and the thread. NULL is allowed. */
void sy_http_stop(struct sy_http *http);

uint16_t sy_http_port(const struct sy_http *http); /* 0 for a Unix-domain socket */

#endif
