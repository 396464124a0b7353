#include "engine/run/http.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "engine/run/http_socket.h"
#include "engine/run/metrics.h"

/* Slow clients are looked for so often. */
#define LOOK_MS 1000
/* application/x-www-form-urlencoded is the longest we have a use for. */
#define TYPE_MAX 64

/* What a page must not do in a browser unless its handler says otherwise. */
static const struct {
	const char *name, *value;
} defaults[] = {
	{"Cache-Control", "no-store"},
	{"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
	{"X-Content-Type-Options", "nosniff"},
	{"Referrer-Policy", "no-referrer"},
};

/* A connection; in a list, so that those who take for ever are found. */
struct client {
	struct client *next, *before;
	struct sy_http *http;
	int socket;
	int64_t since_ms; /* it came, or its last request was answered */
	bool answering;   /* a reply is on its way */
	bool local;
	char address[INET6_ADDRSTRLEN];
};

/* A request that is being read. */
struct visit {
	char *target;
	struct sy_text body;
	bool begun;
};

struct sy_http {
	struct MHD_Daemon *daemon;
	int socket; /* the daemon closes it */
	int wake;
	char *path; /* of a Unix-domain socket, once it is ours */
	uint16_t port;
	const struct sy_web_route *routes;
	size_t n_routes;
	size_t body_max;
	int64_t patience_ms;
	int64_t look_ms; /* when slow clients are looked for next */
	struct sy_metrics *metrics;
	struct client *clients;
	pthread_t thread;
	bool running;
	_Atomic bool stop;
};

static int64_t now_ms(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool is_loopback(const struct sockaddr *address)
{
	const struct in6_addr *six = &((const struct sockaddr_in6 *)address)->sin6_addr;

	if (address->sa_family == AF_UNIX)
		return true;
	if (address->sa_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(six) || (IN6_IS_ADDR_V4MAPPED(six) && six->s6_addr[12] == 127);
}

static void name_peer(struct client *client, const struct sockaddr *address)
{
	const void *bytes = address->sa_family == AF_INET6
				    ? (const void *)&((const struct sockaddr_in6 *)address)->sin6_addr
				    : (const void *)&((const struct sockaddr_in *)address)->sin_addr;

	client->local = is_loopback(address);
	if (address->sa_family == AF_UNIX ||
		!inet_ntop(address->sa_family, bytes, client->address, sizeof client->address))
		(void)strcpy(client->address, "local");
}

static void meet(struct sy_http *http, struct MHD_Connection *connection, void **socket_context)
{
	const union MHD_ConnectionInfo *socket = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
	const union MHD_ConnectionInfo *peer = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
	struct client *client = socket && peer ? calloc(1, sizeof *client) : NULL;

	*socket_context = client;
	if (!client)
		return;
	client->http = http;
	client->socket = socket->connect_fd;
	client->since_ms = now_ms();
	name_peer(client, peer->client_addr);
	client->next = http->clients;
	if (client->next)
		client->next->before = client;
	http->clients = client;
}

static void part(struct sy_http *http, struct client *client)
{
	if (!client)
		return;
	if (client->next)
		client->next->before = client->before;
	if (client->before)
		client->before->next = client->next;
	else
		http->clients = client->next;
	free(client);
}

static void on_connection(
	void *arg, struct MHD_Connection *connection, void **socket_context, enum MHD_ConnectionNotificationCode what)
{
	if (what == MHD_CONNECTION_NOTIFY_STARTED)
		meet(arg, connection, socket_context);
	else
		part(arg, *socket_context);
}

/* The first sight of a request: its target, before the library takes it apart. */
static void *on_target(void *arg, const char *target, struct MHD_Connection *connection)
{
	struct visit *visit = calloc(1, sizeof *visit);

	(void)arg;
	(void)connection;
	if (!visit)
		return NULL;
	visit->target = strdup(target);
	if (visit->target)
		return visit;
	free(visit);
	return NULL;
}

static struct client *client_of(struct MHD_Connection *connection)
{
	const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

static void on_completed(
	void *arg, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode how)
{
	struct client *client = client_of(connection);
	struct visit *visit = *context;

	(void)arg;
	(void)how;
	if (client) {
		client->since_ms = now_ms();
		client->answering = false;
	}
	if (!visit)
		return;
	free(visit->target);
	sy_text_reset(&visit->body);
	free(visit);
	*context = NULL;
}

static const char *header(const struct sy_web_request *request, const char *name)
{
	/* The library's handle is not const, and reading a header does not change it. */
	return MHD_lookup_connection_value((struct MHD_Connection *)(uintptr_t)request->carrier, MHD_HEADER_KIND, name);
}

/*
 * A name other than this machine's may be a stranger's that was pointed here while a browser looked (DNS rebinding),
 * and a proxy speaks for others: neither is a request from this machine.
 */
static bool names_this_machine(struct MHD_Connection *connection)
{
	const char *host = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Host");

	if (MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "X-Forwarded-For") ||
		MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Forwarded"))
		return false;
	if (!host)
		return true;
	if (!strncmp(host, "[::1]", 5))
		return !host[5] || host[5] == ':';
	if (!strncasecmp(host, "localhost", 9))
		return !host[9] || host[9] == ':';
	return !strncmp(host, "127.", 4) && strspn(host, "0123456789.:") == strlen(host);
}

static void read_type(struct MHD_Connection *connection, char *ret_type)
{
	const char *type = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Type");
	size_t n = type ? strcspn(type, "; \t") : 0;

	if (n >= TYPE_MAX)
		n = 0;
	for (size_t i = 0; i < n; i++)
		ret_type[i] = (char)tolower((unsigned char)type[i]);
	ret_type[n] = '\0';
}

static int add_headers(struct MHD_Response *response, const struct sy_web_reply *reply)
{
	const char *type = reply->type ? reply->type : "text/plain; charset=utf-8";
	bool good = MHD_add_response_header(response, "Content-Type", type) == MHD_YES;

	for (size_t i = 0; i < reply->headers.n && good; i++)
		good = MHD_add_response_header(response, reply->headers.at[i].name, reply->headers.at[i].value) ==
		       MHD_YES;
	for (size_t i = 0; i < sizeof defaults / sizeof *defaults && good; i++)
		if (!sy_pairs_get(&reply->headers, defaults[i].name))
			good = MHD_add_response_header(response, defaults[i].name, defaults[i].value) == MHD_YES;
	return good ? 0 : EINVAL;
}

static void count(struct sy_http *http, int status)
{
	static const char *const classes[] = {"other", "other", "2xx", "3xx", "4xx", "5xx"};

	sy_metrics_add(http->metrics, SY_METRIC_HTTP_REQUESTS,
		&(struct sy_labels){status < 600 ? classes[status / 100] : "other", NULL}, 1);
}

/* Sends the reply and empties it. */
static enum MHD_Result answer(struct sy_http *http, struct MHD_Connection *connection, struct sy_web_reply *reply)
{
	struct client *client = client_of(connection);
	size_t n = reply->body.len;
	char *body = sy_text_take(&reply->body);
	struct MHD_Response *response = NULL;
	enum MHD_Result result = MHD_NO;

	if (body)
		response = MHD_create_response_from_buffer(n, body, MHD_RESPMEM_MUST_FREE);
	if (!response)
		free(body);
	if (response && !add_headers(response, reply))
		result = MHD_queue_response(connection, (unsigned)reply->status, response);
	if (client)
		client->answering = result == MHD_YES;
	if (response)
		MHD_destroy_response(response);
	count(http, reply->status);
	sy_web_reply_reset(reply);
	return result;
}

static enum MHD_Result refuse(struct sy_http *http, struct MHD_Connection *connection, int status, const char *text)
{
	struct sy_web_reply reply = {0};

	(void)sy_web_say(&reply, status, text);
	return answer(http, connection, &reply);
}

static enum MHD_Result serve(
	struct sy_http *http, struct MHD_Connection *connection, const char *method, const struct visit *visit)
{
	const struct client *client = client_of(connection);
	struct sy_web_reply reply = {0};
	char type[TYPE_MAX];
	struct sy_web_request request = {.method = method,
		.content_type = type,
		.body = sy_text_str(&visit->body),
		.n_body = visit->body.len,
		.local = client && client->local && names_this_machine(connection),
		.address = client ? client->address : "unknown",
		.header = header,
		.carrier = connection};

	read_type(connection, type);
	sy_web_serve(http->routes, http->n_routes, visit->target, &request, &reply);
	return answer(http, connection, &reply);
}

/* A body that is announced as too long is refused before it comes. */
static bool announces_too_much(const struct sy_http *http, struct MHD_Connection *connection)
{
	const char *length = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Content-Length");

	return length && strtoull(length, NULL, 10) > http->body_max;
}

/* The library calls this once after the head, for each piece of the body, and once after it. */
static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *url, const char *method,
	const char *version, const char *upload, size_t *n_upload, void **context)
{
	struct sy_http *http = arg;
	struct visit *visit = *context;

	(void)url;
	(void)version;
	if (!visit)
		return MHD_NO;
	if (!visit->begun) {
		visit->begun = true;
		return announces_too_much(http, connection) ? refuse(http, connection, 413, "that is too long")
							    : MHD_YES;
	}
	if (!*n_upload)
		return serve(http, connection, method, visit);
	/* A body of unknown length that goes on too long has no other end than the connection's. */
	if (visit->body.len + *n_upload > http->body_max || sy_text_add_n(&visit->body, upload, *n_upload))
		return MHD_NO;
	*n_upload = 0;
	return MHD_YES;
}

/* Gone in the middle of a request's head: the library would keep the connection until it has been idle for long. */
static bool is_gone(const struct client *client)
{
	char byte;

	return !client->answering && recv(client->socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

/* Who sends a byte now and then is never idle; nobody needs this long. */
static void end_slow(struct sy_http *http)
{
	int64_t now = now_ms();

	if (now < http->look_ms)
		return;
	http->look_ms = now + LOOK_MS;
	for (struct client *client = http->clients; client; client = client->next)
		if (now - client->since_ms > http->patience_ms || is_gone(client))
			(void)shutdown(client->socket, SHUT_RDWR);
}

static int wait_ms(struct sy_http *http)
{
	MHD_UNSIGNED_LONG_LONG timeout;

	if (MHD_get_timeout(http->daemon, &timeout) == MHD_YES && timeout < LOOK_MS)
		return (int)timeout;
	return http->clients ? LOOK_MS : -1;
}

static void *run(void *arg)
{
	struct sy_http *http = arg;
	const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	struct pollfd ready[] = {{.fd = info->epoll_fd, .events = POLLIN}, {.fd = http->wake, .events = POLLIN}};

	while (!atomic_load(&http->stop)) {
		(void)poll(ready, 2, wait_ms(http));
		(void)MHD_run(http->daemon);
		end_slow(http);
	}
	return NULL;
}

/* On its own the library would write to standard error. */
static void discard(void *arg, const char *format, va_list args)
{
	(void)arg;
	(void)format;
	(void)args;
}

static unsigned or_default(unsigned value, unsigned otherwise)
{
	return value ? value : otherwise;
}

static int start_daemon(struct sy_http *http, const struct sy_http_prm *prm)
{
	unsigned timeout_s = or_default(prm->timeout_s, SY_HTTP_TIMEOUT_S);

	http->patience_ms = 2000 * (int64_t)timeout_s;
	http->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request, http,
		MHD_OPTION_EXTERNAL_LOGGER, discard, NULL, MHD_OPTION_LISTEN_SOCKET, http->socket,
		MHD_OPTION_CONNECTION_LIMIT, or_default(prm->connections_max, SY_HTTP_CONNECTIONS_MAX),
		MHD_OPTION_PER_IP_CONNECTION_LIMIT, or_default(prm->connections_each, SY_HTTP_CONNECTIONS_EACH),
		MHD_OPTION_CONNECTION_TIMEOUT, timeout_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)SY_HTTP_MEMORY,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_URI_LOG_CALLBACK,
		on_target, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_NOTIFY_CONNECTION,
		on_connection, http, MHD_OPTION_END);
	if (!http->daemon)
		return errno ? errno : ENOMEM;
	http->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (http->wake < 0)
		return errno;
	return pthread_create(&http->thread, NULL, run, http);
}

static int listen_at(struct sy_http *http, const struct sy_http_prm *prm, struct sy_problem *why)
{
	int err = sy_http_socket_listen(prm->address, prm->port, &http->socket, why);

	if (err)
		return err;
	http->port = sy_http_socket_port(http->socket);
	if (strncmp(prm->address, SY_HTTP_UNIX, strlen(SY_HTTP_UNIX)))
		return 0;
	http->path = strdup(prm->address + strlen(SY_HTTP_UNIX));
	return http->path ? 0 : ENOMEM;
}

int sy_http_start(const struct sy_http_prm *prm, struct sy_http **ret_http, struct sy_problem *why)
{
	struct sy_http *http = calloc(1, sizeof *http);
	int err;

	if (!http)
		return ENOMEM;
	http->socket = http->wake = -1;
	http->routes = prm->routes;
	http->n_routes = prm->n_routes;
	http->metrics = prm->metrics;
	http->body_max = prm->body_max ? prm->body_max : SY_WEB_BODY_MAX;
	err = listen_at(http, prm, why);
	if (!err) {
		err = start_daemon(http, prm);
		http->running = !err;
		if (err)
			(void)sy_problem_set(
				why, err, "web pages cannot be served at %s: %s", prm->address, strerror(err));
	}
	if (err)
		sy_http_stop(http);
	else
		*ret_http = http;
	return err;
}

static void end_thread(struct sy_http *http)
{
	uint64_t one = 1;

	atomic_store(&http->stop, true);
	(void)!write(http->wake, &one, sizeof one);
	(void)pthread_join(http->thread, NULL);
}

void sy_http_stop(struct sy_http *http)
{
	if (!http)
		return;
	if (http->running)
		end_thread(http);
	if (http->daemon)
		MHD_stop_daemon(http->daemon);
	else if (http->socket >= 0)
		(void)close(http->socket);
	if (http->wake >= 0)
		(void)close(http->wake);
	if (http->path)
		(void)unlink(http->path);
	free(http->path);
	free(http);
}

uint16_t sy_http_port(const struct sy_http *http)
{
	return http->port;
}
