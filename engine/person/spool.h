/*
 * spool: what has to wait before it can be written elsewhere, a line each in a file, so that it outlives this process.
 *
 * Several processes may share the file: whoever comes to it first writes what is in it, also of those that have died. A
 * line that was being added when its process died is left out.
 *
 * Without state; thread-safe. Errors: those of the file, as errno.
 */
#ifndef SY_PERSON_SPOOL_H
#define SY_PERSON_SPOOL_H

#include <stddef.h>

#define SY_SPOOL_LINES_MAX 200 /* the callers of some minutes on a busy line, 4 kB each */

/* On the disk when it returns. The file is made when need be, for its owner alone. ENOBUFS: SY_SPOOL_LINES_MAX wait;
 * EINVAL: a line break within. */
int sy_spool_add(const char *path, const char *line);

/* Lines that wait; 0 where there is no file. */
size_t sy_spool_count(const char *path);

/* Hands over all lines, each with its line break, oldest first; once `write` has returned 0 they wait no longer. Should
 * the process die in between, they are handed over again. Where nothing waits it is not called. */
int sy_spool_drain(const char *path, int (*write)(void *arg, const char *lines), void *arg);

#endif
