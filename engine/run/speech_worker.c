#include "engine/run/speech_worker.h"

#include <errno.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine/run/message.h"

/* In the first quiet moment goes back to the system what small pieces of memory have left between them: a heap that is
 * as large as the longest turn ever was belongs to nobody. */
#define QUIET_MS 300

/* So much nicer than the service, whose frames must be on time. */
#define NICER 5

/* EPIPE at the end of the stream. */
static int read_all(int fd, void *ret_bytes, size_t n)
{
	char *at = ret_bytes;

	while (n) {
		ssize_t got = recv(fd, at, n, 0);

		if (!got)
			return EPIPE;
		if (got < 0 && errno != EINTR)
			return errno;
		if (got > 0) {
			at += got;
			n -= (size_t)got;
		}
	}
	return 0;
}

static int write_all(int fd, const char *bytes, size_t n)
{
	while (n) {
		ssize_t put = send(fd, bytes, n, MSG_NOSIGNAL);

		if (put < 0 && errno != EINTR)
			return errno;
		if (put > 0) {
			bytes += put;
			n -= (size_t)put;
		}
	}
	return 0;
}

static int read_job(int fd, struct sy_job **ret_job)
{
	char head[SY_MESSAGE_HEAD];
	char *body = NULL;
	size_t n = 0;
	int err = read_all(fd, head, sizeof head);

	if (!err)
		err = sy_message_length(head, &n);
	if (!err) {
		body = malloc(n + 1);
		err = body ? read_all(fd, body, n) : ENOMEM;
	}
	if (!err)
		err = sy_message_read_ask(body, n, ret_job);
	free(body);
	return err;
}

static int one_job(const struct sy_speech_worker *worker)
{
	struct sy_text answer = {0};
	struct sy_job *job = NULL;
	int err = read_job(worker->fd, &job);

	if (err)
		return err;
	if (worker->trouble) {
		job->err = worker->trouble;
		job->why = worker->why;
	} else {
		sy_job_do(job, &worker->tools);
	}
	err = sy_message_answer(job, &answer);
	if (!err)
		err = write_all(worker->fd, answer.s, answer.len);
	sy_text_reset(&answer);
	sy_job_destroy(job);
	return err;
}

static void rest(const struct sy_speech_worker *worker)
{
	struct pollfd socket = {.fd = worker->fd, .events = POLLIN};

	if (poll(&socket, 1, QUIET_MS) == 0)
		(void)malloc_trim(0);
}

int sy_speech_worker_run(const struct sy_speech_worker *worker)
{
	int err;

	do {
		rest(worker);
		err = one_job(worker);
	} while (!err);
	return err == EPIPE || err == ECONNRESET ? 0 : err;
}

/* A sanitizer's shadow memory is larger than any bound. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define MEMORY_BOUNDED 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define MEMORY_BOUNDED 0
#endif
#endif
#ifndef MEMORY_BOUNDED
#define MEMORY_BOUNDED 1
#endif

int sy_speech_worker_settle(int memory_mb, struct sy_problem *why)
{
	const struct rlimit memory = {(rlim_t)memory_mb << 20, (rlim_t)memory_mb << 20};
	const struct rlimit none = {0, 0};

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)prctl(PR_SET_NAME, "sayso-worker");
	(void)setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0) + NICER);
	(void)setrlimit(RLIMIT_CORE, &none);
	sy_job_return_memory();
	if (MEMORY_BOUNDED && memory_mb && setrlimit(RLIMIT_AS, &memory))
		return sy_problem_set(why, errno, "a worker's memory cannot be bounded: %s", strerror(errno));
	return 0;
}
