/*
 * speech_process: one speech worker's process, as the service sees it.
 *
 * Started by exec (a fork would inherit half-filled buffers and every lock), with one end of a socket pair as its
 * descriptor SY_SPEECH_WORKER_FD; in a process group of its own, so that Ctrl-C at the service's terminal leaves it
 * alone. Jobs are sent ahead and answered in their order; nothing here waits but the end.
 *
 * Owner: the pool; one thread.
 */
#ifndef SY_RUN_SPEECH_PROCESS_H
#define SY_RUN_SPEECH_PROCESS_H

#include <poll.h>
#include <stdbool.h>

#include "engine/run/job.h"

struct sy_speech_process;

/* argv: the program and its arguments, ended by NULL; borrowed for the call. */
int sy_speech_process_start(const char *const *argv, struct sy_speech_process **ret_process, struct sy_problem *why);

/* Kills it if need be, waits for its end, and frees what it was asked; *ret_status (may be NULL) as of waitpid(). NULL
 * is allowed. */
void sy_speech_process_end(struct sy_speech_process *process, int *ret_status);

/* Takes the job on success. */
int sy_speech_process_ask(struct sy_speech_process *process, struct sy_job *job, int64_t now_ms);

/* For poll(): the descriptor and what to wait for. */
struct pollfd sy_speech_process_poll(const struct sy_speech_process *process);
/* Sends what can be without waiting. */
int sy_speech_process_send(struct sy_speech_process *process);
/* Sends and receives what can be without waiting. EPIPE: it has died. EBADMSG: what it says is no answer. */
int sy_speech_process_exchange(struct sy_speech_process *process, int64_t now_ms);

/* The next job that was answered; the caller owns it. NULL: none. */
struct sy_job *sy_speech_process_answered(struct sy_speech_process *process);

/* The job it is at, since when; NULL: none. Borrowed. */
const struct sy_job *sy_speech_process_doing(const struct sy_speech_process *process, int64_t *ret_since_ms);
/* Takes back the oldest job that was not answered: it will never be. */
struct sy_job *sy_speech_process_take_back(struct sy_speech_process *process);

int sy_speech_process_pid(const struct sy_speech_process *process);

#endif
