/*
 * speech_worker: what runs inside a speech worker's process: reads jobs from the service, does them, writes results.
 *
 * It knows nothing of calls, and ends when the service closes the connection. One thread.
 */
#ifndef SY_RUN_SPEECH_WORKER_H
#define SY_RUN_SPEECH_WORKER_H

#include "engine/run/job.h"

/* The descriptor on which a worker finds the service (after standard input, output and error). */
#define SY_SPEECH_WORKER_FD 3

/* The service keeps what was said for all calls (engine/run/shelf.h), and the folder keeps it for good: a worker keeps
 * sentences that other texts share, a minute of them. */
#define SY_SPEECH_WORKER_VOICE_BYTES (1u << 20)

/* Where the tools could not be had, every job fails with `trouble` and its text. */
struct sy_speech_worker {
	int fd; /* borrowed; a connected stream socket */
	struct sy_job_tools tools;
	int trouble;
	struct sy_problem why;
};

/* 0: the service closed the connection. EBADMSG: it sent what is no job. */
int sy_speech_worker_run(const struct sy_speech_worker *worker);

/* A process of its own: bounded memory (0: as the system has it), no core files, dies with the service, gives way to
 * the threads that carry sound. */
int sy_speech_worker_settle(int memory_mb, struct sy_problem *why);

#endif
