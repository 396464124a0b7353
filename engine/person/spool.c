#include "engine/person/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/text.h"

static int open_for_us(const char *path, int flags, int *ret_fd)
{
	int fd = open(path, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
	int rc;

	if (fd < 0)
		return errno;
	do {
		rc = flock(fd, LOCK_EX);
	} while (rc && errno == EINTR);
	if (rc) {
		const int err = errno;

		(void)close(fd);
		return err;
	}
	*ret_fd = fd;
	return 0;
}

/* The whole lines. */
static int read_lines(int fd, struct sy_text *text)
{
	char part[4096];
	ssize_t n;
	int err = 0;

	while (!err && (n = read(fd, part, sizeof part)) != 0) {
		if (n > 0)
			err = sy_text_add_n(text, part, (size_t)n);
		else if (errno != EINTR)
			err = errno;
	}
	while (text->len && text->s[text->len - 1] != '\n')
		text->s[--text->len] = '\0';
	return err;
}

static size_t count(const char *lines)
{
	size_t n = 0;

	for (; (lines = strchr(lines, '\n')); lines++)
		n++;
	return n;
}

static int write_all(int fd, const char *bytes, size_t n)
{
	while (n) {
		const ssize_t put = write(fd, bytes, n);

		if (put < 0 && errno != EINTR)
			return errno;
		if (put > 0) {
			bytes += put;
			n -= (size_t)put;
		}
	}
	return fdatasync(fd) ? errno : 0;
}

/* What stands behind the whole lines lost its writer, and goes. */
static int append(int fd, const struct sy_text *there, const struct sy_text *line)
{
	int err = ftruncate(fd, (off_t)there->len) ? errno : 0;

	if (err)
		return err;
	err = write_all(fd, line->s, line->len);
	if (err)
		(void)!ftruncate(fd, (off_t)there->len);
	return err;
}

int sy_spool_add(const char *path, const char *line)
{
	struct sy_text there = {0}, whole = {0};
	int fd = -1;
	int err = strchr(line, '\n') ? EINVAL : sy_text_addf(&whole, "%s\n", line);

	if (!err)
		err = open_for_us(path, O_RDWR | O_CREAT | O_APPEND, &fd);
	if (!err)
		err = read_lines(fd, &there);
	if (!err && count(sy_text_str(&there)) >= SY_SPOOL_LINES_MAX)
		err = ENOBUFS;
	if (!err)
		err = append(fd, &there, &whole);
	if (fd >= 0 && close(fd) && !err)
		err = errno;
	sy_text_reset(&whole);
	sy_text_reset(&there);
	return err;
}

size_t sy_spool_count(const char *path)
{
	struct sy_text lines = {0};
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	size_t n;

	if (fd < 0)
		return 0;
	(void)read_lines(fd, &lines);
	(void)close(fd);
	n = count(sy_text_str(&lines));
	sy_text_reset(&lines);
	return n;
}

int sy_spool_drain(const char *path, int (*write)(void *arg, const char *lines), void *arg)
{
	struct sy_text lines = {0};
	int fd = -1;
	int err = open_for_us(path, O_RDWR, &fd);

	if (err)
		return err == ENOENT ? 0 : err;
	err = read_lines(fd, &lines);
	if (!err && lines.len) {
		err = write(arg, lines.s);
		if (!err && ftruncate(fd, 0))
			err = errno;
	}
	(void)close(fd);
	sy_text_reset(&lines);
	return err;
}
