/*
 * http_socket: where the web server listens, and where a client of ours connects: "ADDRESS" and a port, or "unix:PATH".
 *
 * A Unix-domain socket is open to its owner and group. One that an ended service left behind is replaced; one that
 * still answers is not. No state.
 */
#ifndef SY_RUN_HTTP_SOCKET_H
#define SY_RUN_HTTP_SOCKET_H

#include <stdint.h>

#include "base/problem.h"

#define SY_HTTP_UNIX "unix:"

/* EADDRINUSE, EACCES, EADDRNOTAVAIL …; EINVAL: neither an address nor a path. `why` names it. Caller closes. */
int sy_http_socket_listen(const char *address, uint16_t port, int *ret_socket, struct sy_problem *why);
/* Waits at most timeout_ms; ECONNREFUSED, ENOENT: nobody listens. */
int sy_http_socket_connect(const char *address, uint16_t port, int timeout_ms, int *ret_socket, struct sy_problem *why);
/* 0 for a Unix-domain socket. */
uint16_t sy_http_socket_port(int socket);

#endif
