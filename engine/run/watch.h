/*
 * watch: reads from the service that runs on this machine, for `sayso line`.
 *
 * The service answers on a Unix-domain socket and on its web address alike (engine/run/status.h). Where neither is
 * named, the socket of this user's service is tried, then that of the system's, then the web address of the default
 * settings.
 *
 * Owner: the command. One thread. Every reading waits at most SY_WATCH_WAIT_MS.
 */
#ifndef SY_RUN_WATCH_H
#define SY_RUN_WATCH_H

#include <jansson.h>
#include <stddef.h>

#include "base/problem.h"

/* A service that is alive answers in a millisecond. */
#define SY_WATCH_WAIT_MS 3000
/* 10,000 calls of 500 bytes each. */
#define SY_WATCH_BYTES_MAX (8u << 20)
#define SY_WATCH_PORT 8080

/* Where a service listens for `sayso line`: "unix:PATH". setting: http.socket of the configuration. ENOENT where it is
 * "" and there is neither a folder given by the service manager nor one of this user's ($RUNTIME_DIRECTORY,
 * $XDG_RUNTIME_DIR). Caller frees. */
int sy_watch_place(const char *setting, char **ret_address);

struct sy_watch;

/* at: a socket's path, or ADDRESS or ADDRESS:PORT of the web pages; NULL: wherever a service is found. ECONNREFUSED,
 * ENOENT: none runs; `why` says what was tried. */
int sy_watch_open(const char *at, struct sy_watch **ret_watch, struct sy_problem *why);
void sy_watch_close(struct sy_watch *watch); /* NULL is allowed */

/* One page as JSON, e.g. "/calls". A new reference. EPROTO: what answers is no Sayso. */
int sy_watch_read(struct sy_watch *watch, const char *page, json_t **ret_json, struct sy_problem *why);

/* What a server said (RFC 9112): its status and where the body begins. EPROTO: no HTTP, or cut off. */
struct sy_watch_answer {
	int status;
	const char *body; /* inside the text */
	size_t n_body;
};
int sy_watch_parse(const char *text, size_t n, struct sy_watch_answer *ret_answer);

#endif
