#include "tools/bench_child.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static double seconds(const struct timeval *time)
{
	return (double)time->tv_sec + (double)time->tv_usec / 1e6;
}

static int start(const char *const *argv, int out, pid_t *ret_pid)
{
	posix_spawn_file_actions_t actions;
	int err = posix_spawn_file_actions_init(&actions);

	if (err)
		return err;
	err = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
	if (!err)
		err = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	if (!err)
		err = posix_spawnp(ret_pid, argv[0], &actions, NULL, (char *const *)(uintptr_t)argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return err;
}

static int read_all(int fd, double begin, struct sy_bench_child *child)
{
	char bytes[16384];
	ssize_t n;

	while ((n = read(fd, bytes, sizeof bytes)) > 0) {
		int err = sy_text_add_n(&child->out, bytes, (size_t)n);
		if (err)
			return err;
		if (child->until && child->until_s < 0 && strstr(sy_text_str(&child->out), child->until))
			child->until_s = now_s() - begin;
	}
	return n < 0 ? errno : 0;
}

int sy_bench_child_run(const char *const *argv, struct sy_bench_child *child)
{
	struct rusage used;
	double begin = now_s();
	int ends[2], status = 0;
	pid_t pid;
	int err;

	child->until_s = -1;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return errno;
	err = start(argv, ends[1], &pid);
	(void)close(ends[1]);
	if (!err) {
		err = read_all(ends[0], begin, child);
		if (wait4(pid, &status, 0, &used) != pid)
			err = errno;
	}
	(void)close(ends[0]);
	if (err)
		return err;
	child->wall_s = now_s() - begin;
	child->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	child->cpu_s = seconds(&used.ru_utime) + seconds(&used.ru_stime);
	child->max_rss_kb = used.ru_maxrss;
	return 0;
}
