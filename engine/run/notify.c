#include "engine/run/notify.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

/* A status is one line on a terminal. */
#define MESSAGE_MAX 512

struct sy_notify {
	int socket; /* -1: no manager listens */
	struct sockaddr_un address;
	socklen_t n_address;
	int64_t watchdog_ms;
	uint64_t beats;
	int64_t alive_ms; /* when the watchdog was last told */
	bool told;
};

/* sd_notify(3): a path, or "@" and an abstract name. */
static int read_address(struct sy_notify *notify, const char *name, struct sy_problem *why)
{
	size_t n = strlen(name);

	if ((name[0] != '/' && name[0] != '@') || n < 2 || n >= sizeof notify->address.sun_path)
		return sy_problem_set(why, EINVAL,
			"NOTIFY_SOCKET is \"%s\", which is no socket's path; only a service manager should set it",
			name);
	notify->address.sun_family = AF_UNIX;
	memcpy(notify->address.sun_path, name, n + 1);
	if (name[0] == '@')
		notify->address.sun_path[0] = '\0';
	notify->n_address = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n + (name[0] == '/'));
	return 0;
}

/* sd_watchdog_enabled(3): microseconds, meant for the process WATCHDOG_PID. */
static int64_t read_watchdog_ms(void)
{
	const char *time = getenv("WATCHDOG_USEC");
	const char *pid = getenv("WATCHDOG_PID");

	if (!time || (pid && strtoll(pid, NULL, 10) != getpid()))
		return 0;
	return strtoll(time, NULL, 10) / 1000 / 2;
}

int sy_notify_create(struct sy_notify **ret_notify, struct sy_problem *why)
{
	struct sy_notify *notify = calloc(1, sizeof *notify);
	const char *name = getenv("NOTIFY_SOCKET");
	int err = 0;

	if (!notify)
		return ENOMEM;
	notify->socket = -1;
	if (name && *name) {
		err = read_address(notify, name, why);
		notify->watchdog_ms = read_watchdog_ms();
	}
	if (!err && notify->n_address) {
		notify->socket = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		if (notify->socket < 0)
			err = sy_problem_set(why, errno, "the service manager cannot be told: %s", strerror(errno));
	}
	(void)unsetenv("NOTIFY_SOCKET");
	(void)unsetenv("WATCHDOG_USEC");
	(void)unsetenv("WATCHDOG_PID");
	if (err)
		sy_notify_destroy(notify);
	else
		*ret_notify = notify;
	return err;
}

void sy_notify_destroy(struct sy_notify *notify)
{
	if (!notify)
		return;
	if (notify->socket >= 0)
		(void)close(notify->socket);
	free(notify);
}

bool sy_notify_heard(const struct sy_notify *notify)
{
	return notify && notify->socket >= 0;
}

static int send_message(struct sy_notify *notify, const char *message)
{
	if (!sy_notify_heard(notify))
		return 0;
	if (sendto(notify->socket, message, strlen(message), MSG_NOSIGNAL, (const struct sockaddr *)&notify->address,
		    notify->n_address) < 0)
		return errno;
	return 0;
}

/* A line break in the status would begin another assignment. */
static int send_with_status(struct sy_notify *notify, const char *what, const char *status)
{
	char message[MESSAGE_MAX];
	size_t n;

	(void)snprintf(message, sizeof message, "%s%s%s", what, status ? "STATUS=" : "", status ? status : "");
	n = strlen(what);
	for (char *at = message + n; *at; at++)
		if (*at == '\n')
			*at = ' ';
	return send_message(notify, message);
}

int sy_notify_ready(struct sy_notify *notify, const char *status)
{
	return send_with_status(notify, "READY=1\n", status);
}

/* systemd 253 asks for the time of a reload, to tell it from one that ended before (Type=notify-reload). */
int sy_notify_reloading(struct sy_notify *notify)
{
	char message[MESSAGE_MAX];
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	(void)snprintf(message, sizeof message, "RELOADING=1\nMONOTONIC_USEC=%" PRId64 "\n",
		(int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
	return send_message(notify, message);
}

int sy_notify_stopping(struct sy_notify *notify, const char *status)
{
	return send_with_status(notify, "STOPPING=1\n", status);
}

int sy_notify_status(struct sy_notify *notify, const char *status)
{
	return send_with_status(notify, "", status);
}

int sy_notify_extend(struct sy_notify *notify, unsigned seconds)
{
	char message[MESSAGE_MAX];

	(void)snprintf(message, sizeof message, "EXTEND_TIMEOUT_USEC=%" PRIu64 "\n", (uint64_t)seconds * 1000000);
	return send_message(notify, message);
}

int64_t sy_notify_watchdog_ms(const struct sy_notify *notify)
{
	return sy_notify_heard(notify) ? notify->watchdog_ms : 0;
}

int sy_notify_alive(struct sy_notify *notify, uint64_t beats, int64_t now_ms)
{
	int err;

	if (!sy_notify_watchdog_ms(notify))
		return 0;
	if (notify->told && (beats == notify->beats || now_ms - notify->alive_ms < notify->watchdog_ms / 2))
		return 0;
	err = send_message(notify, "WATCHDOG=1\n");
	if (err)
		return err;
	notify->told = true;
	notify->beats = beats;
	notify->alive_ms = now_ms;
	return 0;
}
