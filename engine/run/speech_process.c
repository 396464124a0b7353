#include "engine/run/speech_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/run/message.h"
#include "engine/run/speech_worker.h"

/* One read: a decode's answer, or a second of speech. */
#define READ_STEP 65536

struct jobs {
	struct sy_job *first;
	struct sy_job *last;
};

struct sy_speech_process {
	pid_t pid;
	int fd;
	struct jobs asked;
	struct jobs answered;
	int64_t since_ms; /* the first of `asked` is being done since */
	struct sy_text out;
	size_t sent;
	struct sy_text in;
};

static void add(struct jobs *jobs, struct sy_job *job)
{
	job->next = NULL;
	if (jobs->last)
		jobs->last->next = job;
	else
		jobs->first = job;
	jobs->last = job;
}

static struct sy_job *take(struct jobs *jobs)
{
	struct sy_job *job = jobs->first;

	if (!job)
		return NULL;
	jobs->first = job->next;
	if (!jobs->first)
		jobs->last = NULL;
	job->next = NULL;
	return job;
}

static int set_files(posix_spawn_file_actions_t *files, int fd)
{
	int err = posix_spawn_file_actions_addopen(files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);

	if (!err)
		err = posix_spawn_file_actions_addopen(files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (!err)
		err = posix_spawn_file_actions_adddup2(files, fd, SY_SPEECH_WORKER_FD);
	return err;
}

/* The service blocks signals in its threads, which an exec would hand down. */
static int set_signals(posix_spawnattr_t *how)
{
	sigset_t none;
	sigset_t all;
	int err;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	err = posix_spawnattr_setsigmask(how, &none);
	if (!err)
		err = posix_spawnattr_setsigdefault(how, &all);
	if (!err)
		err = posix_spawnattr_setpgroup(how, 0);
	if (!err)
		err = posix_spawnattr_setflags(
			how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
	return err;
}

static int spawn(const char *const *argv, int fd, pid_t *ret_pid)
{
	union {
		const char *const *args;
		char *const *argv; /* posix_spawn does not change them */
	} as = {.args = argv};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	int err = posix_spawn_file_actions_init(&files);

	if (err)
		return err;
	err = posix_spawnattr_init(&how);
	if (!err) {
		err = set_files(&files, fd);
		if (!err)
			err = set_signals(&how);
		if (!err)
			err = posix_spawn(ret_pid, argv[0], &files, &how, as.argv, environ);
		(void)posix_spawnattr_destroy(&how);
	}
	(void)posix_spawn_file_actions_destroy(&files);
	return err;
}

int sy_speech_process_start(const char *const *argv, struct sy_speech_process **ret_process, struct sy_problem *why)
{
	struct sy_speech_process *process = calloc(1, sizeof *process);
	int pair[2] = {-1, -1};
	int err = process ? 0 : ENOMEM;

	if (!err && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
		err = errno;
	if (!err && fcntl(pair[0], F_SETFL, O_NONBLOCK))
		err = errno;
	if (!err)
		err = spawn(argv, pair[1], &process->pid);
	if (pair[1] >= 0)
		(void)close(pair[1]);
	if (err) {
		if (pair[0] >= 0)
			(void)close(pair[0]);
		free(process);
		return sy_problem_set(why, err, "%s: a speech worker cannot be started: %s", argv[0], strerror(err));
	}
	process->fd = pair[0];
	*ret_process = process;
	return 0;
}

void sy_speech_process_end(struct sy_speech_process *process, int *ret_status)
{
	struct sy_job *job;
	int status = 0;

	if (!process)
		return;
	(void)close(process->fd);
	/* It keeps nothing that a kill could spoil. One that is gone already is still there to be waited for. */
	(void)kill(process->pid, SIGKILL);
	while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (ret_status)
		*ret_status = status;
	while ((job = take(&process->asked)))
		sy_job_destroy(job);
	while ((job = take(&process->answered)))
		sy_job_destroy(job);
	sy_text_reset(&process->out);
	sy_text_reset(&process->in);
	free(process);
}

int sy_speech_process_ask(struct sy_speech_process *process, struct sy_job *job, int64_t now_ms)
{
	int err = sy_message_ask(job, &process->out);

	if (err)
		return err;
	if (!process->asked.first)
		process->since_ms = now_ms;
	add(&process->asked, job);
	return 0;
}

struct pollfd sy_speech_process_poll(const struct sy_speech_process *process)
{
	bool waits = process->sent < process->out.len;

	return (struct pollfd){.fd = process->fd, .events = (short)(POLLIN | (waits ? POLLOUT : 0))};
}

int sy_speech_process_send(struct sy_speech_process *process)
{
	while (process->sent < process->out.len) {
		ssize_t put = send(process->fd, process->out.s + process->sent, process->out.len - process->sent,
			MSG_NOSIGNAL | MSG_DONTWAIT);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : EPIPE;
		process->sent += (size_t)put;
	}
	/* A grammar is large and rare; what it took is given back. */
	if (process->out.cap > READ_STEP)
		sy_text_reset(&process->out);
	process->out.len = process->sent = 0;
	return 0;
}

/* Whole answers at the front of what has come. */
static int read_answers(struct sy_speech_process *process, int64_t now_ms)
{
	size_t at = 0;
	size_t n;
	int err = 0;

	while (!err && process->in.len - at >= SY_MESSAGE_HEAD) {
		struct sy_job *job = process->asked.first;

		err = sy_message_length(process->in.s + at, &n);
		if (err || process->in.len - at - SY_MESSAGE_HEAD < n)
			break;
		err = job ? sy_message_read_answer(process->in.s + at + SY_MESSAGE_HEAD, n, job) : EBADMSG;
		if (err)
			break;
		add(&process->answered, take(&process->asked));
		process->since_ms = now_ms;
		at += SY_MESSAGE_HEAD + n;
	}
	if (at) {
		memmove(process->in.s, process->in.s + at, process->in.len - at);
		process->in.len -= at;
	}
	if (!process->in.len && process->in.cap > READ_STEP)
		sy_text_reset(&process->in);
	return err && err != ENOMEM ? EBADMSG : err;
}

static int receive(struct sy_speech_process *process, int64_t now_ms)
{
	char step[READ_STEP];
	int err = 0;

	while (!err) {
		ssize_t got = recv(process->fd, step, sizeof step, MSG_DONTWAIT);

		if (!got)
			return EPIPE;
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno == EAGAIN || errno == EWOULDBLOCK ? 0 : EPIPE;
		err = sy_text_add_n(&process->in, step, (size_t)got);
		if (!err)
			err = read_answers(process, now_ms);
	}
	return err;
}

/* What it said before it died still counts. */
int sy_speech_process_exchange(struct sy_speech_process *process, int64_t now_ms)
{
	int sent = sy_speech_process_send(process);
	int err = receive(process, now_ms);

	return err ? err : sent;
}

struct sy_job *sy_speech_process_answered(struct sy_speech_process *process)
{
	return take(&process->answered);
}

const struct sy_job *sy_speech_process_doing(const struct sy_speech_process *process, int64_t *ret_since_ms)
{
	if (process->asked.first)
		*ret_since_ms = process->since_ms;
	return process->asked.first;
}

struct sy_job *sy_speech_process_take_back(struct sy_speech_process *process)
{
	return take(&process->asked);
}

int sy_speech_process_pid(const struct sy_speech_process *process)
{
	return process->pid;
}
