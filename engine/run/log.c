#include "engine/run/log.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/mailbox.h"
#include "engine/run/log_line.h"
#include "engine/run/metrics.h"

enum order { WRITE, REOPEN, FLUSH };

struct message {
	enum order order;
	sem_t *done; /* FLUSH */
	size_t n;
	char text[];
};

struct sy_log {
	char *path;   /* NULL: standard error */
	bool journal; /* lines begin with their priority */
	bool colours;
	struct sy_metrics *metrics;
	_Atomic int level;
	_Atomic int64_t second; /* the one that `lines` counts */
	_Atomic int lines;
	_Atomic uint64_t dropped; /* not reported yet */
	struct sy_mailbox *mailbox;
	pthread_t thread;
	bool running;
	int file; /* the thread's, once it runs */
};

static const char *const levels[] = {"error", "warning", "info", "debug"};

const char *sy_log_level_name(enum sy_log_level level)
{
	return levels[level];
}

int sy_log_level_of(const char *word, enum sy_log_level *ret_level)
{
	for (size_t i = 0; i < SY_LOG_LEVEL_N; i++)
		if (!strcmp(word, levels[i])) {
			*ret_level = (enum sy_log_level)i;
			return 0;
		}
	return EINVAL;
}

/* systemd.exec(5): $JOURNAL_STREAM names the device and inode of the stream that the journal reads. */
static bool journal_reads(int file)
{
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long device, inode;
	struct stat stat;

	return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 && !fstat(file, &stat) &&
	       stat.st_dev == device && stat.st_ino == inode;
}

/* Readable for the group, as other logs. */
static int open_file(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0640);
}

static void count_dropped(struct sy_log *log)
{
	(void)atomic_fetch_add(&log->dropped, 1);
	sy_metrics_add(log->metrics, SY_METRIC_DROPS, &(struct sy_labels){"log-line", NULL}, 1);
}

static void write_all(struct sy_log *log, const char *text, size_t n)
{
	while (n) {
		ssize_t written = write(log->file, text, n);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0) {
			/* A full disk or a reader that is gone: the calls go on without their lines. */
			count_dropped(log);
			return;
		}
		text += written;
		n -= (size_t)written;
	}
}

static void begin_line(const struct sy_log *log, enum sy_log_level level, struct sy_log_line *line)
{
	/* syslog(3): err, warning, info, debug */
	static const char *const priorities[] = {"<3>", "<4>", "<6>", "<7>"};
	struct timespec now;

	(void)clock_gettime(CLOCK_REALTIME, &now);
	sy_log_line_begin(line, log->journal ? priorities[level] : "", log->colours);
	sy_log_line_time(line, &now);
	sy_log_line_level(line, level);
}

static void report_dropped(struct sy_log *log)
{
	uint64_t dropped = atomic_exchange(&log->dropped, 0);
	struct sy_log_line line;

	if (!dropped)
		return;
	begin_line(log, SY_LOG_WARNING, &line);
	sy_log_line_field(&line, &(struct sy_log_field)SY_LOG_TEXT("event", "lines-dropped"));
	sy_log_line_field(&line, &(struct sy_log_field)SY_LOG_WHOLE("lines", dropped));
	sy_log_line_end(&line);
	write_all(log, line.text, line.n);
}

/* Under its path there may be nothing writable now: then the old file goes on. */
static void reopen(struct sy_log *log)
{
	int file = log->path ? open_file(log->path) : -1;

	if (file < 0)
		return;
	(void)close(log->file);
	log->file = file;
}

static void *write_lines(void *arg)
{
	struct sy_log *log = arg;
	struct message *message;

	while ((message = sy_mailbox_wait(log->mailbox))) {
		if (message->order == WRITE) {
			report_dropped(log);
			write_all(log, message->text, message->n);
		} else if (message->order == REOPEN) {
			reopen(log);
		} else {
			report_dropped(log);
			(void)sem_post(message->done);
		}
		free(message);
	}
	report_dropped(log);
	return NULL;
}

static int open_log(struct sy_log *log, const struct sy_log_prm *prm, struct sy_problem *why)
{
	bool to_file = prm->path && *prm->path;

	log->file = STDERR_FILENO;
	if (to_file) {
		log->path = strdup(prm->path);
		if (!log->path)
			return ENOMEM;
		log->file = open_file(log->path);
		if (log->file < 0)
			return sy_problem_set(
				why, errno, "the log %s cannot be written: %s", log->path, strerror(errno));
	}
	log->journal = journal_reads(log->file);
	log->colours = isatty(log->file) && !getenv("NO_COLOR");
	return 0;
}

int sy_log_create(const struct sy_log_prm *prm, struct sy_log **ret_log, struct sy_problem *why)
{
	struct sy_log *log = calloc(1, sizeof *log);
	int err;

	if (!log)
		return ENOMEM;
	log->metrics = prm->metrics;
	atomic_store(&log->level, (int)prm->level);
	err = open_log(log, prm, why);
	if (!err)
		err = sy_mailbox_create(SY_LOG_WAITING_MAX, &log->mailbox);
	if (!err)
		err = pthread_create(&log->thread, NULL, write_lines, log);
	log->running = !err;
	if (err)
		sy_log_destroy(log);
	else
		*ret_log = log;
	return err;
}

void sy_log_destroy(struct sy_log *log)
{
	if (!log)
		return;
	if (log->running) {
		sy_mailbox_close(log->mailbox);
		(void)pthread_join(log->thread, NULL);
	}
	sy_mailbox_destroy(log->mailbox);
	if (log->path && log->file >= 0)
		(void)close(log->file);
	free(log->path);
	free(log);
}

/* Takes the message, on failure too. */
static int post(struct sy_log *log, enum order order, struct message *message)
{
	int err = message ? 0 : ENOMEM;

	if (!err) {
		message->order = order;
		err = sy_mailbox_put(log->mailbox, message);
	}
	if (err)
		free(message);
	return err;
}

/* Within SY_LOG_RATE for this second? Two threads that begin a second together may let a few more through. */
static bool within_rate(struct sy_log *log)
{
	struct timespec now;
	int64_t second;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	second = atomic_load(&log->second);
	if (second != now.tv_sec && atomic_compare_exchange_strong(&log->second, &second, now.tv_sec))
		atomic_store(&log->lines, 0);
	return atomic_fetch_add(&log->lines, 1) < SY_LOG_RATE;
}

static void post_line(struct sy_log *log, const struct sy_log_line *line)
{
	struct message *message = calloc(1, sizeof *message + line->n);

	if (message) {
		message->n = line->n;
		memcpy(message->text, line->text, line->n);
	}
	if (post(log, WRITE, message))
		count_dropped(log);
}

void sy_log_n(struct sy_log *log, enum sy_log_level level, const char *event, const char *call,
	const struct sy_log_field *fields, size_t n)
{
	struct sy_log_line line;

	if (!log || (int)level > atomic_load(&log->level))
		return;
	if (level != SY_LOG_ERROR && !within_rate(log)) {
		count_dropped(log);
		return;
	}
	begin_line(log, level, &line);
	sy_log_line_field(&line, &(struct sy_log_field)SY_LOG_TEXT("event", event));
	if (call && *call)
		sy_log_line_field(&line, &(struct sy_log_field)SY_LOG_TEXT("call", call));
	for (size_t i = 0; i < n; i++) {
		line.cut |= i == SY_LOG_FIELDS_MAX;
		sy_log_line_field(&line, &fields[i]);
	}
	sy_log_line_end(&line);
	sy_metrics_add(log->metrics, SY_METRIC_LOG_LINES, &(struct sy_labels){levels[level], NULL}, 1);
	post_line(log, &line);
}

void sy_log(struct sy_log *log, enum sy_log_level level, const char *event, const char *call,
	const struct sy_log_field *fields)
{
	size_t n = 0;

	while (fields && fields[n].key)
		n++;
	sy_log_n(log, level, event, call, fields, n);
}

void sy_log_set_level(struct sy_log *log, enum sy_log_level level)
{
	if (log)
		atomic_store(&log->level, (int)level);
}

void sy_log_reopen(struct sy_log *log)
{
	if (log && post(log, REOPEN, calloc(1, sizeof(struct message))))
		count_dropped(log);
}

void sy_log_flush(struct sy_log *log)
{
	struct message *message = log ? calloc(1, sizeof *message) : NULL;
	sem_t done;

	if (!message)
		return;
	(void)sem_init(&done, 0, 0);
	message->done = &done;
	if (!post(log, FLUSH, message))
		while (sem_wait(&done) && errno == EINTR)
			continue;
	(void)sem_destroy(&done);
}

/* An IPv4 address that came through an IPv6 socket is written as what it is, so that the right address is shut out. */
static const char *plain_address(const char *address, char *ret_plain)
{
	struct in6_addr six;
	struct in_addr four;

	if (address && inet_pton(AF_INET, address, &four) == 1)
		return inet_ntop(AF_INET, &four, ret_plain, INET6_ADDRSTRLEN);
	if (!address || inet_pton(AF_INET6, address, &six) != 1)
		return "unknown";
	if (IN6_IS_ADDR_V4MAPPED(&six))
		return inet_ntop(AF_INET, &six.s6_addr[12], ret_plain, INET6_ADDRSTRLEN);
	return inet_ntop(AF_INET6, &six, ret_plain, INET6_ADDRSTRLEN);
}

void sy_log_auth_failure(struct sy_log *log, const char *by, const char *address)
{
	char plain[INET6_ADDRSTRLEN];

	if (!log)
		return;
	sy_metrics_add(log->metrics, SY_METRIC_AUTH_FAILURES, &(struct sy_labels){by, NULL}, 1);
	sy_log(log, SY_LOG_WARNING, "auth-failed", NULL,
		SY_LOG_FIELDS(SY_LOG_TEXT("from", plain_address(address, plain)), SY_LOG_TEXT("by", by)));
}
