/*
 * message: a job on its way to a speech worker, and its result on the way back, as bytes.
 *
 * A message is a head of SY_MESSAGE_HEAD bytes, the length of what follows, and a body: kind, number, fields in a fixed
 * order. Both ends are the same program on the same machine, so numbers are in its own byte order; yet a worker that
 * PocketSphinx has written over may send anything, so both ends check every length, number and text. Thread-safe: no
 * state.
 *
 * Errors: EBADMSG (not such a message), E2BIG past SY_MESSAGE_BYTES_MAX, EINVAL for a job that no speech worker does,
 * ENOMEM.
 */
#ifndef SY_RUN_MESSAGE_H
#define SY_RUN_MESSAGE_H

#include "base/text.h"
#include "engine/run/job.h"

#define SY_MESSAGE_HEAD 4
/* Four minutes of wide-band speech (SY_SAY_TEXT_MAX), or a grammar of SY_JSGF_BYTES_MAX, are half of it. */
#define SY_MESSAGE_BYTES_MAX (16u << 20)

/* The length of a body, from its head. */
int sy_message_length(const void *head, size_t *ret_n);

/* Adds the whole message, HEAR, SAY or LEARN, to `out`. */
int sy_message_ask(const struct sy_job *job, struct sy_text *out);
int sy_message_read_ask(const void *body, size_t n, struct sy_job **ret_job);

/* Adds the result of a job that was done. */
int sy_message_answer(const struct sy_job *job, struct sy_text *out);
/* Fills the result of `job`, which is as it was on failure. EBADMSG also for the answer to another one. */
int sy_message_read_answer(const void *body, size_t n, struct sy_job *job);

#endif
