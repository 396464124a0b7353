#include "engine/run/http_socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/* Connections that wait while one page is made. */
#define BACKLOG 128

union address {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
	struct sockaddr_un local;
};

static bool is_local(const char *address)
{
	return !strncmp(address, SY_HTTP_UNIX, strlen(SY_HTTP_UNIX));
}

static int read_local(const char *path, union address *ret_address, socklen_t *ret_n, struct sy_problem *why)
{
	if (strlen(path) >= sizeof ret_address->local.sun_path || *path != '/')
		return sy_problem_set(why, EINVAL, "\"%s\": a socket's path begins with / and has at most %zu bytes",
			path, sizeof ret_address->local.sun_path - 1);
	ret_address->local.sun_family = AF_UNIX;
	(void)strcpy(ret_address->local.sun_path, path);
	*ret_n = sizeof ret_address->local;
	return 0;
}

static int read_address(
	const char *text, uint16_t port, union address *ret_address, socklen_t *ret_n, struct sy_problem *why)
{
	memset(ret_address, 0, sizeof *ret_address);
	if (is_local(text))
		return read_local(text + strlen(SY_HTTP_UNIX), ret_address, ret_n, why);
	if (inet_pton(AF_INET, text, &ret_address->four.sin_addr) == 1) {
		ret_address->four.sin_family = AF_INET;
		ret_address->four.sin_port = htons(port);
		*ret_n = sizeof ret_address->four;
		return 0;
	}
	if (inet_pton(AF_INET6, text, &ret_address->six.sin6_addr) == 1) {
		ret_address->six.sin6_family = AF_INET6;
		ret_address->six.sin6_port = htons(port);
		*ret_n = sizeof ret_address->six;
		return 0;
	}
	return sy_problem_set(why, EINVAL,
		"\"%s\" is no address; write one such as 127.0.0.1, ::1 or unix:/run/sayso/sayso.sock", text);
}

static void write_name(const char *address, uint16_t port, char *ret_name, size_t size)
{
	if (is_local(address))
		(void)snprintf(ret_name, size, "%s", address + strlen(SY_HTTP_UNIX));
	else
		(void)snprintf(ret_name, size, strchr(address, ':') ? "[%s]:%u" : "%s:%u", address, port);
}

/* A socket whose service has ended refuses; its file is in the way of the next. */
static void remove_dead(const union address *address, socklen_t n)
{
	int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (probe < 0)
		return;
	if (connect(probe, &address->any, n) && errno == ECONNREFUSED)
		(void)unlink(address->local.sun_path);
	(void)close(probe);
}

static int listen_on(int file, const union address *address, socklen_t n)
{
	int on = 1;

	if (address->any.sa_family == AF_UNIX)
		remove_dead(address, n);
	else if (setsockopt(file, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on))
		return errno;
	if (bind(file, &address->any, n))
		return errno;
	if (address->any.sa_family == AF_UNIX && chmod(address->local.sun_path, 0660))
		return errno;
	return listen(file, BACKLOG) ? errno : 0;
}

int sy_http_socket_listen(const char *address, uint16_t port, int *ret_socket, struct sy_problem *why)
{
	union address where;
	char name[128];
	socklen_t n = 0;
	int file;
	int err = read_address(address, port, &where, &n, why);

	if (err)
		return err;
	write_name(address, port, name, sizeof name);
	file = socket(where.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	err = file < 0 ? errno : listen_on(file, &where, n);
	if (err && file >= 0)
		(void)close(file);
	if (err == EADDRINUSE)
		return sy_problem_set(why, err, "web pages cannot be served at %s: another program is there", name);
	if (err)
		return sy_problem_set(why, err, "web pages cannot be served at %s: %s", name, strerror(err));
	*ret_socket = file;
	return 0;
}

int sy_http_socket_connect(const char *address, uint16_t port, int timeout_ms, int *ret_socket, struct sy_problem *why)
{
	const struct timeval timeout = {.tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};
	union address where;
	char name[128];
	socklen_t n = 0;
	int file;
	int err = read_address(address, port, &where, &n, why);

	if (err)
		return err;
	file = socket(where.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	/* A sending time-out bounds connect() too (socket(7)). */
	if (file < 0 || setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) ||
		setsockopt(file, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout) || connect(file, &where.any, n))
		err = errno == EINPROGRESS ? ETIMEDOUT : errno;
	if (!err) {
		*ret_socket = file;
		return 0;
	}
	if (file >= 0)
		(void)close(file);
	write_name(address, port, name, sizeof name);
	return sy_problem_set(why, err, "nothing answers at %s: %s", name, strerror(err));
}

uint16_t sy_http_socket_port(int socket)
{
	union address where = {0};
	socklen_t n = sizeof where;

	if (getsockname(socket, &where.any, &n))
		return 0;
	if (where.any.sa_family == AF_INET)
		return ntohs(where.four.sin_port);
	return where.any.sa_family == AF_INET6 ? ntohs(where.six.sin6_port) : 0;
}
