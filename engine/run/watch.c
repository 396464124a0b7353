#include "engine/run/watch.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/text.h"
#include "engine/run/http_socket.h"

#define SOCKET "sayso.sock"
#define SYSTEM_SOCKET "/run/sayso/" SOCKET
#define WEB "127.0.0.1"
#define PLACES_MAX 3

struct sy_watch {
	char *address; /* as engine/run/http_socket.h has it */
	uint16_t port;
};

int sy_watch_place(const char *setting, char **ret_address)
{
	const char *given = getenv("RUNTIME_DIRECTORY");
	const char *folder = given && *given ? given : getenv("XDG_RUNTIME_DIR");
	struct sy_text text = {0};
	int err = *setting ? sy_text_addf(&text, SY_HTTP_UNIX "%s", setting) : ENOENT;

	/* Several folders are parted by colons (systemd.exec(5)); ours is the first. */
	if (err == ENOENT && folder && *folder == '/')
		err = sy_text_addf(&text, SY_HTTP_UNIX "%.*s/" SOCKET, (int)strcspn(folder, ":"), folder);
	if (!err)
		*ret_address = sy_text_take(&text);
	sy_text_reset(&text);
	return err;
}

static int set_place(struct sy_watch *watch, const char *address, uint16_t port)
{
	char *copy = strdup(address);

	if (!copy)
		return ENOMEM;
	free(watch->address);
	watch->address = copy;
	watch->port = port;
	return 0;
}

/* "/path", "unix:/path", "127.0.0.1", "127.0.0.1:8080", "::1", "[::1]:8080" */
static int read_place(struct sy_watch *watch, const char *at, struct sy_problem *why)
{
	const char *bracket = *at == '[' ? strchr(at, ']') : NULL;
	const char *colon = bracket ? strchr(bracket, ':') : strchr(at, ':');
	size_t n = bracket ? (size_t)(bracket - at) - 1 : colon ? (size_t)(colon - at) : strlen(at);
	long port = SY_WATCH_PORT;
	char text[256];
	char *end = NULL;

	if (*at == '/')
		(void)snprintf(text, sizeof text, SY_HTTP_UNIX "%s", at);
	if (*at == '/' || !strncmp(at, SY_HTTP_UNIX, strlen(SY_HTTP_UNIX)))
		return set_place(watch, *at == '/' ? text : at, 0);
	if (!bracket && colon && strchr(colon + 1, ':')) /* an IPv6 address without brackets has no port */
		return set_place(watch, at, SY_WATCH_PORT);
	if (colon)
		port = strtol(colon + 1, &end, 10);
	if (n >= sizeof text || (colon && (*end || end == colon + 1)) || port < 1 || port > 65535)
		return sy_problem_set(why, EINVAL,
			"\"%s\" is no place; write a socket's path or an address such as 127.0.0.1:8080", at);
	(void)snprintf(text, sizeof text, "%.*s", (int)n, at + (bracket != NULL));
	return set_place(watch, text, (uint16_t)port);
}

/* The value of a header line "Name: value", NULL if it is another. */
static const char *header_value(const char *line, const char *name)
{
	size_t n = strlen(name);

	if (strncasecmp(line, name, n) || line[n] != ':')
		return NULL;
	return line + n + 1 + strspn(line + n + 1, " \t");
}

/* A length that was promised and not kept: the service went away in mid-sentence. */
static int check_length(const char *head, const char *body, size_t n_body)
{
	for (const char *line = strstr(head, "\r\n"); line && line + 2 < body; line = strstr(line + 2, "\r\n")) {
		const char *length = header_value(line + 2, "Content-Length");

		if (length && strtoull(length, NULL, 10) != n_body)
			return EPROTO;
	}
	return 0;
}

int sy_watch_parse(const char *text, size_t n, struct sy_watch_answer *ret_answer)
{
	const char *blank = memmem(text, n, "\r\n\r\n", 4);
	struct sy_watch_answer answer;
	char *head;
	int err;

	if (!blank || n < 12 || strncmp(text, "HTTP/1.", 7) || text[8] != ' ')
		return EPROTO;
	answer.body = blank + 4;
	answer.n_body = n - (size_t)(answer.body - text);
	for (int i = 9; i < 12; i++)
		if (text[i] < '0' || text[i] > '9')
			return EPROTO;
	answer.status = (text[9] - '0') * 100 + (text[10] - '0') * 10 + text[11] - '0';
	head = strndup(text, (size_t)(answer.body - text));
	if (!head)
		return ENOMEM;
	err = check_length(head, head + strlen(head), answer.n_body);
	free(head);
	if (!err)
		*ret_answer = answer;
	return err;
}

static int receive(int file, struct sy_text *text)
{
	char some[16384];
	ssize_t n;

	while ((n = recv(file, some, sizeof some, 0)) != 0) {
		int err = 0;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? ETIMEDOUT : errno;
		if (text->len + (size_t)n > SY_WATCH_BYTES_MAX)
			return EPROTO;
		err = sy_text_add_n(text, some, (size_t)n);
		if (err)
			return err;
	}
	return 0;
}

/* Asked as HTTP/1.0, so that the answer ends with the connection and has no pieces. */
static int ask(const struct sy_watch *watch, const char *page, struct sy_text *text, struct sy_problem *why)
{
	char request[256];
	int n = snprintf(request, sizeof request, "GET %s HTTP/1.0\r\n\r\n", page);
	int file;
	int err = sy_http_socket_connect(watch->address, watch->port, SY_WATCH_WAIT_MS, &file, why);

	if (err)
		return err;
	if (send(file, request, (size_t)n, MSG_NOSIGNAL) != n)
		err = errno;
	if (!err)
		err = receive(file, text);
	(void)close(file);
	if (err)
		return sy_problem_set(why, err, "the service at %s does not answer: %s", watch->address, strerror(err));
	return 0;
}

int sy_watch_read(struct sy_watch *watch, const char *page, json_t **ret_json, struct sy_problem *why)
{
	struct sy_watch_answer answer;
	struct sy_text text = {0};
	json_t *json = NULL;
	int err = ask(watch, page, &text, why);

	if (err)
		goto out;
	err = sy_watch_parse(sy_text_str(&text), text.len, &answer);
	/* 503 is how /health says that no new calls are answered. */
	if (!err && (answer.status == 200 || answer.status == 503))
		json = json_loadb(answer.body, answer.n_body, 0, NULL);
	if (json)
		*ret_json = json;
	else
		err = sy_problem_set(why, EPROTO, "what answers at %s is no running Sayso", watch->address);
out:
	sy_text_reset(&text);
	return err;
}

/* Is a Sayso there? */
static int try_place(struct sy_watch *watch, struct sy_problem *why)
{
	json_t *health = NULL;
	int err = sy_watch_read(watch, "/health", &health, why);

	if (!err && !json_is_string(json_object_get(health, "version")))
		err = sy_problem_set(why, EPROTO, "what answers at %s is no running Sayso", watch->address);
	json_decref(health);
	return err;
}

static int try_places(struct sy_watch *watch, struct sy_problem *why)
{
	char *own = NULL;
	const struct {
		const char *address;
		uint16_t port;
	} places[PLACES_MAX] = {
		{sy_watch_place("", &own) ? NULL : own, 0}, {SY_HTTP_UNIX SYSTEM_SOCKET, 0}, {WEB, SY_WATCH_PORT}};
	bool shut = false;
	int err = ENOENT;

	for (size_t i = 0; i < PLACES_MAX && err; i++) {
		if (!places[i].address)
			continue;
		err = set_place(watch, places[i].address, places[i].port);
		if (!err)
			err = try_place(watch, NULL);
		shut |= err == EACCES;
	}
	if (err && shut)
		err = sy_problem_set(why, EACCES,
			"a service runs here, but its socket %s is for its group alone; join the group sayso, or be "
			"root",
			SYSTEM_SOCKET);
	else if (err)
		err = sy_problem_set(why, err,
			"no service runs here (nothing answers at %s%s" SYSTEM_SOCKET " or " WEB
			":%d); start one with sayso serve, or say where it is with --at",
			own ? own + strlen(SY_HTTP_UNIX) : "", own ? ", " : "", SY_WATCH_PORT);
	free(own);
	return err;
}

int sy_watch_open(const char *at, struct sy_watch **ret_watch, struct sy_problem *why)
{
	struct sy_watch *watch = calloc(1, sizeof *watch);
	int err;

	if (!watch)
		return ENOMEM;
	err = at ? read_place(watch, at, why) : try_places(watch, why);
	if (!err && at)
		err = try_place(watch, why);
	if (err)
		sy_watch_close(watch);
	else
		*ret_watch = watch;
	return err;
}

void sy_watch_close(struct sy_watch *watch)
{
	if (!watch)
		return;
	free(watch->address);
	free(watch);
}
